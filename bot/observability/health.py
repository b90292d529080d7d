"""Whether this process is alive, and whether it may be given work: named checks, set or answered by the parts themselves."""

import time
from collections.abc import Callable, Iterable
from typing import Any

State = tuple[bool, str]
"""Is it well, and a word on it for operators: no secrets, no texts of people."""


class Health:
    """What `/live` and `/ready` say. A part that was named and has not reported counts as not ready."""

    def __init__(self, expected: Iterable[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._checks: dict[str, Callable[[], State]] = {}
        for name in expected:
            self.set(name, ok=False, detail="has not reported yet")

    def set(self, name: str, ok: bool, detail: str = "") -> None:
        """A part reports; this is said until it reports again."""
        self.watch(name, lambda: (ok, detail))

    def watch(self, name: str, look: Callable[[], State]) -> None:
        """A part is asked each time somebody looks."""
        self._checks[name] = look

    def good(self, name: str) -> bool:
        """Is this part well?"""
        look = self._checks.get(name)
        return look is not None and look()[0]

    def live(self) -> dict[str, Any]:
        """For JSON: the process answers, so it is alive."""
        return {"ok": True, "seconds": round(self._clock() - self._started, 1)}

    def ready(self) -> dict[str, Any]:
        """For JSON: whether every part is ready, and each by name."""
        states = {name: look() for name, look in sorted(self._checks.items())}
        checks = {name: {"ok": ok, "detail": detail} for name, (ok, detail) in states.items()}
        return {"ok": all(ok for ok, _ in states.values()), "checks": checks}
