"""The log of calls: what was asked of the stand-in, for tests and the page. Never a key, a query or a body."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Call:
    """One answered call; `path` has no query, `bytes` is what was sent as body, `fault` the kind that hit it."""

    n: int
    time: str
    operation: str
    method: str
    path: str
    status: int | None
    seconds: float
    bytes: int
    fault: str | None


class CallLog:
    """The last few thousand calls, numbered from 1."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._n = 0
        self.asked = Counter[str]()
        """How often each operation was asked for: from the moment it is asked, and also in calls that aren't kept any more."""

    def begun(self, operation: str) -> None:
        """Count a call that has come. It is kept once it is over, which may be long after the one who asked is gone."""
        self.asked[operation] += 1

    def note(self, **fields: Any) -> None:
        """Keep a call that is over; fields are those of `Call` without `n`."""
        self._n += 1
        self._calls.append(Call(n=self._n, **fields))

    @property
    def count(self) -> int:
        """How many calls there were, those that aren't kept any more too."""
        return self._n

    def since(self, n: int) -> list[dict[str, Any]]:
        """The calls after number `n`, oldest first."""
        return [{name: getattr(call, name) for name in Call.__slots__} for call in self._calls if call.n > n]
