"""Write docs/access.md: who may have which verb done, and what it does; from the rules the code uses."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from handlers.verbs import VERBS  # noqa: E402 - the root has to be on the path first

HEAD = "# Who may do what\n\n| verb | who | effect | asked first | durable | audited |\n| --- | --- | --- | --- | --- | --- |\n"


def page() -> str:
    """The page."""
    rows = []
    for verb in VERBS:
        name = f"`/telnyx {verb.words}`" if verb.typed else f"button `{verb.words}`"
        kept = "yes" if verb.effect.name != "LOOK" else "no"
        audited = "yes" if verb.effect.name == "CHANGE" else "no"
        asks = "types its name" if verb.typed_name else "confirms" if verb.question else ""
        rows.append(f"| {name} | {verb.right} | {verb.effect} | {asks} | {kept} | {audited} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "access.md").write_text(page(), encoding="utf-8")
