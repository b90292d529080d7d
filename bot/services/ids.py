"""What someone meant by an id: no one copies one whole, so its beginning is enough where it names one thing only."""

from collections.abc import Iterable, Mapping

from bot.errors import UsageError

SHORTEST = 8
"""Characters of an id that are enough to name something."""
LATEST = 100
"""How many of a kind are looked through for the beginning of an id."""
WHOLE = 36
"""Characters of a whole id of Telnyx's (a UUID)."""


def short(whole: str) -> str:
    """As much of an id as people are shown."""
    return whole[:SHORTEST]


def meant(given: str, known: Mapping[str, str], what: str) -> str:
    """Return the whole id that `given` begins.

    Args:
        given: what was typed.
        known: id → how people speak of it, of everything this person may see.
        what: the kind of thing, such as "call".

    Raises:
        UsageError: none or several begin so.
    """
    if given in known:
        return given
    wanted = given.strip("`“”\"'").casefold()
    begins = [whole for whole in known if len(wanted) >= SHORTEST and whole.casefold().startswith(wanted)]
    named = [whole for whole, name in known.items() if name and name.casefold() == wanted]
    found = begins or named
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"There are several {what}s called “{given[:40]}”: {_listed(found, known)}. Which one?"
        )
    raise UsageError(f"There's no {what} “{given[:40]}”.")


def _listed(found: Iterable[str], known: Mapping[str, str]) -> str:
    return ", ".join(f"{whole} ({known[whole]})" if known[whole] else whole for whole in list(found)[:5])
