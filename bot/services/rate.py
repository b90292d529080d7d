"""How fast one person may ask for what costs. In memory: it protects the budget of the others, not a right."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from bot.errors import UsageError

WINDOW_SECONDS = 60.0
PEOPLE = 10_000


class TooFastError(UsageError):
    """Too much for one person in a minute."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        when = "1 second" if self.seconds == 1 else f"{self.seconds} seconds"
        super().__init__(f"You're asking faster than I can answer. Try again in {when}.")


class Rate:
    """A sliding window of a minute for each person: the one admission for whatever costs."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()

    def admit(self, person: str, work_id: str) -> None:
        """Count a wish; the same one again costs nothing.

        Raises:
            TooFastError: it is one too many, and is not counted.
        """
        now = self._clock()
        asked = self._asked.setdefault(person, deque())
        self._asked.move_to_end(person)
        if len(self._asked) > PEOPLE:
            self._asked.popitem(last=False)
        while asked and now - asked[0][0] >= WINDOW_SECONDS:
            asked.popleft()
        if any(known == work_id for _, known in asked):
            return
        if len(asked) >= self._per_minute:
            raise TooFastError(WINDOW_SECONDS - (now - asked[0][0]))
        asked.append((now, work_id))
