"""Whether this process is alive, and whether it can accept work: named checks, reported or answered by the parts themselves."""

import inspect
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

State = tuple[bool, str]
"""Whether it is well, and a word on it for anyone who can reach the port: no secrets, no names, no texts of people."""
Look = Callable[[], State | Awaitable[State]]


class Health:
    """What `/live` and `/ready` say.

    Args:
        needed: the parts without which nothing can be accepted. One that hasn't reported isn't ready. What other parts
            report is shown, and changes nothing: what was accepted waits for them.
        clock: seconds.
    """

    def __init__(self, needed: Iterable[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._needed = frozenset(needed)
        self._checks: dict[str, Look] = {}
        for name in self._needed:
            self.set(name, ok=False, detail="hasn't reported yet")

    def set(self, name: str, ok: bool, detail: str = "") -> None:
        """Report; this is said until the next report."""
        self.watch(name, lambda: (ok, detail))

    def watch(self, name: str, look: Look) -> None:
        """Ask a part each time someone looks."""
        self._checks[name] = look

    def good(self, name: str) -> bool:
        """Return whether this part is well; only for parts that answer at once."""
        look = self._checks.get(name)
        state = look() if look is not None else None
        return isinstance(state, tuple) and state[0]

    def live(self) -> dict[str, Any]:
        """Return, for JSON, that the process answers, so it is alive."""
        return {"ok": True, "seconds": round(self._clock() - self._started, 1)}

    async def ready(self) -> dict[str, Any]:
        """Return, for JSON, whether work can be accepted, and each part by name."""
        states = {name: await _asked(look) for name, look in sorted(self._checks.items())}
        return {
            "ok": all(states[name][0] for name in self._needed),
            "needed": sorted(self._needed),
            "checks": {name: {"ok": ok, "detail": detail} for name, (ok, detail) in states.items()},
        }


async def _asked(look: Look) -> State:
    found = look()
    return await found if inspect.isawaitable(found) else found
