"""Whether this process is alive, and whether it may be given work: named checks, set by the parts themselves."""

import time
from collections.abc import Callable, Iterable
from typing import Any

_SILENT = (False, "has not reported yet")


class Health:
    """What `/live` and `/ready` say. A part that was named and has not reported counts as not ready."""

    def __init__(self, expected: Iterable[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._checks: dict[str, tuple[bool, str]] = dict.fromkeys(expected, _SILENT)

    def set(self, name: str, ok: bool, detail: str = "") -> None:
        """A part reports. `detail` is read by operators: no secrets, no texts of people."""
        self._checks[name] = (ok, detail)

    def good(self, name: str) -> bool:
        """What a part reported last."""
        return self._checks.get(name, _SILENT)[0]

    def live(self) -> dict[str, Any]:
        """For JSON: the process answers, so it is alive."""
        return {"ok": True, "seconds": round(self._clock() - self._started, 1)}

    def ready(self) -> dict[str, Any]:
        """For JSON: whether every part is ready, and each by name."""
        checks = {name: {"ok": ok, "detail": detail} for name, (ok, detail) in sorted(self._checks.items())}
        return {"ok": all(ok for ok, _ in self._checks.values()), "checks": checks}
