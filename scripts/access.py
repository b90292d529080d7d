"""Write docs/access.md: who may have each verb done, what it does, and what is kept of it; from the verbs themselves.

Run it with ``python -m scripts.access`` (or ``make docs``).
"""

from pathlib import Path

from handlers.verb import AnyVerb, Effect
from handlers.verbs import VERBS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
HEAD = """# Who may do what

One row per verb, made by `make docs` from the same tuple that the bot runs. *Effect*: a verb that **looks** reads and is gone once it is
shown; one that **answers** takes model or audio time, and one that **changes** creates, changes, or destroys something. The last two are
durable: once accepted, they are finished even if the process is killed. Changes are kept in the audit log: who, what, when, and the result.

| verb | who | effect | asks first | durable | audited |
| --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Return the whole page as it should be."""
    return HEAD + "".join(f"{row(verb)}\n" for verb in VERBS)


def row(verb: AnyVerb) -> str:
    """Return one verb's row."""
    name = f"`/telnyx {verb.words}`" if verb.typed else f"button `{verb.words}`"
    asks = "type the name" if verb.typed_name else "confirm" if verb.question else "no"
    durable = "no" if verb.effect is Effect.LOOK else "yes"
    audited = "yes" if verb.effect is Effect.CHANGE else "no"
    effect = f"{verb.effect}, paid" if verb.paid else verb.effect
    return f"| {name} | {verb.right} | {effect} | {asks} | {durable} | {audited} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
