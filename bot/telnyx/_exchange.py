"""What the client tells its hooks about each exchange, one request and what came back: enough for logs and metrics, nothing that a person wrote."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.telnyx._request import Request


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt of a request. `path` has no query; `status` is None when no answer came; `error` is the name of an error class.

    `seconds` run until the answer was read to its end, for a stream until its last byte.
    """

    operation: str
    method: str
    path: str
    status: int | None
    seconds: float
    attempt: int
    request_id: str | None
    error: str | None


ExchangeHook = Callable[[Exchange], None]


@dataclass(slots=True)
class Answered:
    """What is known of an answer once its head has come; None until then."""

    status: int | None = None
    request_id: str | None = None


@contextlib.contextmanager
def told(
    hooks: Sequence[ExchangeHook], request: Request, attempt: int, clock: Callable[[], float]
) -> Iterator[Answered]:
    """Tell the hooks of an exchange when the block ends, and what ended it. Yields what the block fills in."""
    answered, began = Answered(), clock()
    failure: str | None = None
    try:
        yield answered
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        exchange = Exchange(
            operation=request.operation,
            method=request.method,
            path=request.path,
            status=answered.status,
            seconds=clock() - began,
            attempt=attempt,
            request_id=answered.request_id,
            error=failure,
        )
        _tell(hooks, exchange)


def _tell(hooks: Sequence[ExchangeHook], exchange: Exchange) -> None:
    """Give an exchange to every hook. A hook that raises breaks neither the exchange nor the other hooks.

    Its error goes to the event loop's exception handler, which logs it unless the application set another one.
    """
    for hook in hooks:
        try:
            hook(exchange)
        except Exception as error:  # noqa: BLE001  # a hook is foreign code; the loop's handler gets whatever it raises
            context = {"message": f"a hook failed on {exchange.operation}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
