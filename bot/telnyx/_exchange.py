"""What the client tells its hooks about each exchange, one request and what came back: enough for logs and metrics, nothing that a person wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass


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


def tell(hooks: Sequence[ExchangeHook], exchange: Exchange) -> None:
    """Give an exchange to every hook. A hook that raises breaks neither the exchange nor the other hooks.

    Its error goes to the event loop's exception handler, which logs it unless the application set another one.
    """
    for hook in hooks:
        try:
            hook(exchange)
        except Exception as error:  # noqa: BLE001  # a hook is foreign code; the loop's handler gets whatever it raises
            context = {"message": f"a hook failed on {exchange.operation}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
