"""What someone meant by an id: no one copies one whole, so its beginning or a name is enough where it names one thing only."""

import difflib
from collections.abc import Mapping

from bot.errors import SeveralError, UsageError

SHORTEST = 8
"""Characters of an id that are enough to name something."""
LATEST = 100
"""How many of a kind are looked through for the beginning of an id."""
WHOLE = 36
"""Characters of a whole id of Telnyx's (a UUID)."""
SAID, NAMED = 40, 5
"""Characters that are repeated of what was typed, and how many things are named at once."""


def short(whole: str) -> str:
    """As much of an id as people are shown."""
    return whole[:SHORTEST]


def meant(given: str, known: Mapping[str, str], what: str) -> str:
    """Return the whole id of what `given` names: the id, eight characters of it or more, or a name; case and spaces don't matter.

    Args:
        given: what was typed.
        known: id → how people speak of it, of everything this person may see.
        what: the kind of thing, such as "call".

    Raises:
        UsageError: none is named so; the nearest name is told.
        SeveralError: several are.
    """
    if given in known:
        return given
    wanted = _bare(given)
    found = [
        whole
        for whole, name in known.items()
        if wanted
        and (_bare(name) == wanted or (len(wanted) >= SHORTEST and whole.casefold().startswith(wanted)))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise _several(given, {whole: known[whole] for whole in found}, what)
    raise UsageError(f"There's no {what} “{given[:SAID]}”.{_nearest(wanted, known)}")


def _bare(text: str) -> str:
    return " ".join(text.strip("`“”\"'").split()).casefold()


def _several(given: str, found: Mapping[str, str], what: str) -> SeveralError:
    """Return the question which of them is meant."""
    listed = ", ".join(
        f"{whole} ({name[:SAID]})" if name else whole for whole, name in [*found.items()][:NAMED]
    )
    said = f"There are several {what}s called “{given[:SAID]}”"
    tell = short if len({*map(short, found)}) == len(found) else str
    apart = {whole: " · ".join(filter(None, (name[:SAID], tell(whole)))) for whole, name in found.items()}
    return SeveralError(
        f"{said}: {listed}. Which one?", question=f"{said}. Which one?", given=given, found=apart
    )


def _nearest(wanted: str, known: Mapping[str, str]) -> str:
    names = {_bare(name): name for name in known.values() if name}
    near = difflib.get_close_matches(wanted[: 2 * SAID], names, 1)
    return f" Did you mean “{names[near[0]][:SAID]}”?" if near else ""
