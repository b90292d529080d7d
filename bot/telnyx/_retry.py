"""When a failed request is tried again, and after how long. Pure but for the clock, sleep and randomness it carries.

A plain loop over this policy instead of stamina: stamina's sleep and clock cannot be passed in, its switches are
process-wide, and the wait that Telnyx asks for has to be weighed against the budget and the jitter together.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from bot.telnyx.errors import (
    IN_PROGRESS,
    TelnyxConflictError,
    TelnyxError,
    TelnyxRateLimitError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxUnreachableError,
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long to try, in seconds.

    A wait is at most `cap`, doubles from `base`, and is cut by up to a quarter at random; a wait that Telnyx asks for is
    obeyed in full with up to `base` on top. Where waiting would leave the `total_seconds` of the whole request, the error is
    raised at once, with its `retry_after`, so a person is not left waiting.
    """

    attempts: int = 4
    total_seconds: float = 60.0
    base: float = 0.5
    cap: float = 8.0
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def wait(self, error: TelnyxError, *, attempt: int, elapsed: float, repeatable: bool) -> float | None:
        """Return seconds until the next attempt, or None when this error is final.

        `attempt` counts from 1, `elapsed` is seconds since the first attempt began.
        """
        if attempt >= self.attempts or not (_may_repeat(error) if repeatable else _was_not_worked_on(error)):
            return None
        asked = error.retry_after if isinstance(error, TelnyxStatusError) else None
        if asked is None:
            wait = min(self.cap, self.base * 2.0 ** (attempt - 1)) * (1 - 0.25 * self.chance())
        else:
            wait = asked + self.base * self.chance()
        return wait if elapsed + wait <= self.total_seconds else None


def _may_repeat(error: TelnyxError) -> bool:
    """For requests that do no harm when done twice: no answer, 408, 429, 5xx, and a 409 that says "still being processed".

    The last is what a repeat with the same Idempotency-Key gets while the first is worked on.
    """
    if isinstance(error, TelnyxConflictError):
        return error.code == IN_PROGRESS
    if isinstance(error, TelnyxStatusError) and error.status == HTTPStatus.REQUEST_TIMEOUT:
        return True
    return isinstance(error, TelnyxUnreachableError | TelnyxRateLimitError | TelnyxServerError)


def _was_not_worked_on(error: TelnyxError) -> bool:
    """For requests that cost money each time: only what Telnyx turned away, or what never left.

    "A timeout or 502 is not proof that no provider work happened", https://developers.telnyx.com/docs/inference/ai-gateway/errors
    """
    if isinstance(error, TelnyxUnreachableError):
        return not error.sent
    if isinstance(error, TelnyxRateLimitError):
        return True
    return (
        isinstance(error, TelnyxServerError)
        and error.status == HTTPStatus.SERVICE_UNAVAILABLE
        and error.retry_after is not None
    )
