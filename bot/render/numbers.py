"""Numbers, durations and lists in words, as people say them."""

from collections.abc import Sequence
from math import ceil

MINUTE, HOUR = 60, 3_600


def counted(count: int, thing: str, things: str = "") -> str:
    """Return ``1 passage``, ``2 passages``, ``1,200 passages``."""
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"


def seconds(amount: float) -> str:
    """Return a wait, rounded up: ``1 second``, ``59 seconds``, ``2 minutes``."""
    whole = max(ceil(amount), 1)
    return counted(whole, "second") if whole <= 2 * MINUTE else counted(ceil(whole / MINUTE), "minute")


def lasted(amount: float) -> str:
    """Return how long something took: ``59 seconds``, ``12 min 17 s``, ``1 h 5 min``."""
    whole = max(round(amount), 0)
    if whole < MINUTE:
        return counted(whole, "second")
    if whole < HOUR:
        minutes, rest = divmod(whole, MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(whole / MINUTE), MINUTE)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def joined(names: Sequence[str], word: str = "and") -> str:
    """Return ``a``, ``a and b``, ``a, b, and c``."""
    if len(names) < 3:  # noqa: PLR2004 - two need no comma
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"
