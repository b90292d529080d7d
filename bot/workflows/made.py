"""How an answer is made, noted while it is: what was found, when the words came, and under which id Telnyx knows it."""

import time
from collections.abc import Callable
from typing import Any

from bot.services.ask import Answer

KEPT = 60
"""Passages that are noted of an answer, those that the model read first; search returns more where many buckets are asked."""


class Laps:
    """Seconds from the beginning of an attempt to what happens first of each kind.

    Args:
        steady: seconds that only go on.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._begun = steady()
        self.seconds: dict[str, float] = {}

    def first(self, what: str) -> None:
        """Note that something happened, unless it did before."""
        if what not in self.seconds:
            self.seconds[what] = round(self._steady() - self._begun, 3)


def made(answer: Answer, laps: Laps) -> dict[str, Any]:
    """Return what is kept of how an answer was made: ``passages``, ``seconds`` (search, first, whole), and ``request``."""
    laps.first("whole")
    first = sorted(answer.found.trace, key=lambda one: (one.kept is None, one.dense))
    noted = [one._asdict() for one in first[:KEPT]]
    return {"passages": noted, "seconds": laps.seconds, "request": answer.request_id}
