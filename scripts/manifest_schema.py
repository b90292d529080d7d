"""Make ``tests/fixtures/slack/manifest.schema.json`` from Slack's published manifest schema: its rules, without its sentences.

Usage: ``python -m scripts.manifest_schema PATH_TO/manifest.schema.2.0.0.json``
"""

import json
import sys
from pathlib import Path
from typing import Any

BUNDLED = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "slack" / "manifest.schema.json"
WORDS = ("title", "description", "markdownDescription", "examples", "default", "$comment")


def rules(node: Any) -> Any:
    """Return the schema without text for readers; a property that is called ``description`` is a rule and stays."""
    if isinstance(node, dict):
        return {
            key: rules(value) for key, value in node.items() if key not in WORDS or isinstance(value, dict)
        }
    return [rules(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(rules(source), sort_keys=True, separators=(",", ":"))
    BUNDLED.write_text(f"{text}\n", encoding="utf-8")
