"""The one ``app.error``: an exception in a listener becomes a sentence for the person and an id for the log."""

from logging import Logger
from typing import Any

import structlog

from bot.observability.logs import new_error_id
from bot.render.blocks import Message
from bot.render.errors import words
from bot.runtime import Runtime
from bot.slack.private import respond

log = structlog.get_logger(__name__)


class Errors:
    """Tells people what went wrong, where Slack gives a way to."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def on_error(self, error: Exception, body: dict[str, Any], logger: Logger) -> None:  # noqa: ARG002 - Bolt's signature
        """An event has no way back but Slack's redelivery; commands, buttons and modals have a response_url."""
        error_id = new_error_id()
        log.error("listener_failed", error_id=error_id, exc_info=error)
        url = body.get("response_url") or next(
            (u.get("response_url") for u in body.get("response_urls", ())), None
        )
        if url:
            await respond(self._runtime.http, url, Message(words(error, error_id).text), replace=False)
