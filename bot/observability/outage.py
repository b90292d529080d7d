"""States that last: told once when one begins and once when it is over, however often it is noticed in between."""

import threading
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Outage:
    """One such state.

    Args:
        begins: the event that tells its beginning, as a warning.
        over: the event that tells its end.
    """

    def __init__(self, begins: str, over: str) -> None:
        self._begins, self._over = begins, over
        self._lasts = False
        self._one_at_a_time = threading.Lock()

    @property
    def lasts(self) -> bool:
        """Return whether it has begun and isn't over."""
        return self._lasts

    def seen(self, **facts: Any) -> None:
        """Note that it is so; the first time it is told, with the facts."""
        with self._one_at_a_time:
            told, self._lasts = self._lasts, True
        (log.debug if told else log.warning)(self._begins, **facts)

    def gone(self, **facts: Any) -> None:
        """Note that it isn't so; told only if it was."""
        if not self._lasts:  # nearly always, so without the lock
            return
        with self._one_at_a_time:
            told, self._lasts = not self._lasts, False
        if not told:
            log.info(self._over, **facts)
