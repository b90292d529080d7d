"""The time of day as Slack tells it: a computer's own clock may have been set wrong, and what is deleted by it is gone."""

import math
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime


class TimeOfDay:
    """The latest time that an answer of Slack's carried, and how long ago that was.

    Args:
        clock: this computer's time of day.
        steady: seconds that only go on.
    """

    def __init__(
        self, clock: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._steady = clock, steady
        self._ahead_of_steady = -math.inf
        self._latest = ""

    def heard(self, date: str) -> None:
        """Note the Date of an answer; what is none says nothing, nor does the same second once more."""
        if date == self._latest:
            return
        self._latest = date
        try:
            self._ahead_of_steady = parsedate_to_datetime(date).timestamp() - self._steady()
        except (ValueError, OverflowError):
            return

    def at_least(self) -> float:
        """Return a time, in Unix seconds, that has surely come: Slack's, or this computer's if that is earlier. Before the first answer none has."""
        return min(self._clock(), self._steady() + self._ahead_of_steady)
