"""The one ``app.error``: an exception in a listener becomes a sentence for the person and an id for the log."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot.errors import RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.blocks import Message
from bot.render.errors import words
from bot.runtime import Runtime
from bot.slack.private import respond

log = structlog.get_logger(__name__)


async def tell(runtime: Runtime, error: BaseException, body: Mapping[str, Any]) -> None:
    """Log the error under an id and give the person the sentence, where the payload holds a way back to them."""
    error_id = new_error_id()
    if isinstance(error, UsageError | RefusedError):
        log.info("refused", error_id=error_id, reason=type(error).__name__)
    else:
        log.error("listener_failed", error_id=error_id, exc_info=error)
    url = body.get("response_url") or next(
        (u.get("response_url") for u in body.get("response_urls", ())), None
    )
    if url:
        await respond(runtime.http, url, Message(words(error, error_id).text), replace=False)


@asynccontextmanager
async def telling(runtime: Runtime, body: Mapping[str, Any]) -> AsyncIterator[None]:
    """Tell the person what goes wrong inside.

    Work after an ``ack()`` stands in this block: Bolt 1.30 forgets an acknowledgement when the listener raises within ten
    milliseconds of it, and Slack then shows a time-out of its own.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
        await tell(runtime, error, body)


class Errors:
    """What nobody caught."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def on_error(self, error: Exception, body: dict[str, Any]) -> None:
        """An event has no way back but Slack's redelivery; commands, buttons and modals have a response_url."""
        await tell(self._runtime, error, body)
