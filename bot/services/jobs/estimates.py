"""How long a job may still take, said honestly: a range from what earlier ones of its kind took, never a single number."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

FEWEST = 5
"""Earlier jobs that a range needs; from fewer nothing is said."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Half of the earlier jobs that took longer than this one has by now ended between these, in seconds from its beginning."""

    soonest: float
    latest: float
    of: int
    """How many jobs say so."""


@dataclass(frozen=True, slots=True)
class Longer:
    """It takes longer than most jobs did, so the earlier ones say nothing of its end."""

    than: int
    of: int


def rest(past: Sequence[float], elapsed: float, together: int = 1) -> Rest | Longer | None:
    """Return when a job that goes on may end; None where too few have ended to say anything.

    Args:
        past: how many seconds each of the latest successful jobs of the kind took.
        elapsed: how many seconds it has taken by now.
        together: of how many that go on side by side the last one is meant: it ends later than most. Of more than have
            ended nothing can be said.
    """
    if len(past) < FEWEST:
        return None
    longer = sorted(one for one in past if one > elapsed)
    if len(longer) < FEWEST:
        return Longer(len(past) - len(longer), len(past))
    if together > len(longer):
        return None
    return Rest(_at(longer, 0.25 ** (1 / together)), _at(longer, 0.75 ** (1 / together)), len(longer))


def _at(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of values lies."""
    return quantiles(ordered, n=100, method="inclusive")[min(max(round(share * 100), 1), 99) - 1]
