"""Make ``handlers/manifest.schema.json`` from Slack's published manifest schema: its rules, without its sentences.

Usage: ``python scripts/manifest_schema.py PATH_TO/manifest.schema.2.0.0.json > handlers/manifest.schema.json``
"""

import json
import sys
from pathlib import Path
from typing import Any

WORDS = ("title", "description", "markdownDescription", "examples", "default", "$comment")


def rules(node: Any) -> Any:
    """The schema without text for readers; a property that is called ``description`` is a rule and stays."""
    if isinstance(node, dict):
        return {
            key: rules(value) for key, value in node.items() if key not in WORDS or isinstance(value, dict)
        }
    return [rules(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(rules(source), sort_keys=True, separators=(",", ":")))  # noqa: T201 - its output is the file
