"""Numbers, durations and lists in words, as people say them."""

from collections.abc import Sequence
from math import ceil

MINUTE, HOUR = 60, 3_600
KB, MB = 1_000, 1_000_000
"""Bytes, as Slack counts them."""
STEPS = 10
"""Parts of a bar."""


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


def sized(amount: int) -> str:
    """Return a number of bytes as people say it: ``900 bytes``, ``34 KB``, ``3.4 MB``, ``100 MB``."""
    if amount < KB:
        return counted(amount, "byte")
    size, unit = (amount / KB, "KB") if amount < MB else (amount / MB, "MB")
    return f"{f'{size:.1f}'.removesuffix('.0') if size < 10 else f'{size:,.0f}'} {unit}"  # noqa: PLR2004 - a digit after the point


def joined(names: Sequence[str], word: str = "and") -> str:
    """Return ``a``, ``a and b``, ``a, b, and c``."""
    if len(names) < 3:  # noqa: PLR2004 - two need no comma
        return f" {word} ".join(names)
    return f"{', '.join(names[:-1])}, {word} {names[-1]}"


def bar(done: int, total: int) -> str:
    """Return how far something is: full only when all of it is done, empty only when nothing is."""
    full = min(max(done, 0) * STEPS // max(total, 1), STEPS)
    full = max(full, 1) if done > 0 else full
    return "▰" * full + "▱" * (STEPS - full)
