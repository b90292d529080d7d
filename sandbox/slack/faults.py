"""Misbehaviour on request: the next calls of a method fail in a chosen way."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HANGING = ("hang", "hang_after_apply")
"""Kinds after which the caller hears nothing until the faults are cleared or it hangs up, for instance by dying."""
SAID_AFTER_APPLY = ("error_after_apply", "unreadable_after_apply")
"""Kinds that let the call be done and then answer something else."""
APPLIED = ("slow", "slow_after_apply", "reset_after_apply", "hang_after_apply", *SAID_AFTER_APPLY)
"""Kinds that let the call be done: after a pause, or before the pause, the cut, the silence or the wrong answer."""
KINDS = ("429", "500", "error", "unreadable", "drop", "hang", *APPLIED)
BODIES = {
    "html": ("text/html", "<!DOCTYPE html><html><body>Something went wrong.</body></html>"),
    "empty": ("application/json", ""),
    "cut": ("application/json", '{"ok":true,"ts":"17'),
    "list": ("application/json", "[]"),
    "text": ("text/plain", "upstream connect error"),
}
"""What an unreadable answer holds, with its type."""


@dataclass
class Fault:
    """What happens to the next `count` calls of `method` (`*` is every method), in one `channel` if one is named."""

    method: str
    kind: str
    count: int = 1
    retry_after: int = 1
    error: str = "internal_error"
    seconds: float = 1.0
    channel: str = ""
    body: str = "html"
    status: int = 200

    def as_json(self) -> Mapping[str, Any]:
        """The fault as the control API shows it."""
        return dict(vars(self))


@dataclass
class Faults:
    """The faults still waiting for a call."""

    waiting: list[Fault] = field(default_factory=list)
    calm: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, fault: Fault) -> None:
        """Arm a fault; an unknown kind raises `ValueError` naming it."""
        if fault.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {fault.kind!r}; known: {', '.join(KINDS)}")
        if fault.body not in BODIES:
            raise ValueError(f"unknown body {fault.body!r}; known: {', '.join(BODIES)}")
        self.waiting.append(fault)
        self.calm.clear()

    def clear(self) -> None:
        """Everything works again; calls that hang are cut, those that are slow go on."""
        self.waiting.clear()
        self.calm.set()

    async def rest(self, fault: Fault) -> None:
        """The seconds of a fault, or less when the faults are cleared: what one test ordered ends before the next begins."""
        try:
            async with asyncio.timeout(fault.seconds):
                await self.calm.wait()
        except TimeoutError:
            return

    def take(self, method: str, channel: str = "") -> Fault | None:
        """The fault that hits this call, if any; it is used up once."""
        for fault in self.waiting:
            if fault.method in (method, "*") and fault.channel in ("", channel):
                fault.count -= 1
                if fault.count <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
