"""How fast one person may ask. In memory: it protects the budget of the others, not a right."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
PEOPLE = 10_000


class Rate:
    """A sliding window of a minute for each person."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: OrderedDict[str, deque[tuple[float, str]]] = OrderedDict()

    def wait(self, person: str, work_id: str) -> float:
        """Seconds until the person may ask again; 0 counts the question. The same question again costs nothing."""
        now = self._clock()
        asked = self._asked.setdefault(person, deque())
        self._asked.move_to_end(person)
        if len(self._asked) > PEOPLE:
            self._asked.popitem(last=False)
        while asked and now - asked[0][0] >= WINDOW_SECONDS:
            asked.popleft()
        if any(known == work_id for _, known in asked):
            return 0.0
        if len(asked) >= self._per_minute:
            return WINDOW_SECONDS - (now - asked[0][0])
        asked.append((now, work_id))
        return 0.0
