"""What the app asked of the Web API, without its secrets."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call: number, time (epoch seconds), method, channel, HTTP status, error code, seconds it took."""

    n: int
    time: float
    method: str
    channel: str
    status: int
    error: str
    seconds: float


class CallLog:
    """The calls in the order of their answers."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: list[Call] = []

    def note(self, method: str, *, channel: str, status: int, error: str, seconds: float) -> None:
        """Keep one answered call; status 0 means that the connection was cut."""
        self._calls.append(
            Call(len(self._calls) + 1, self._clock(), method, channel, status, error, round(seconds, 4))
        )

    def since(self, n: int) -> list[dict[str, Any]]:
        """The calls numbered after `n`."""
        return [asdict(call) for call in self._calls[n:]]
