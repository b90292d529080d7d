"""One call of Slack's Web API: what may be repeated, what a 429 costs, and what nobody knows the outcome of."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.budget import Budget

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 600.0
"""How long a write that matters is tried: longer than any wait Slack asks for."""

REPEATABLE = frozenset(
    {
        "agents.sessions.setStatus",
        "chat.delete",
        "chat.update",
        "chat.stopStream",
        "assistant.threads.setStatus",
        "assistant.threads.setSuggestedPrompts",
        "auth.test",
        "conversations.history",
        "conversations.info",
        "conversations.join",
        "conversations.open",
        "conversations.replies",
        "users.conversations",
        "users.info",
    }
)
"""Methods whose repetition changes nothing. All others may have been done when the answer was lost."""
NOT_OFFERED = frozenset(
    {"unknown_method", "feature_not_enabled", "missing_scope", "not_allowed_token_type", "method_deprecated"}
)
"""Codes by which Slack says that this workspace or this app will never have a method."""


class OutcomeUnknownError(Exception):
    """The call may have been done: the connection ended without an answer, or Slack answered 5xx."""


def code_of(error: SlackApiError) -> str:
    """Slack's error code, such as ``not_in_channel``; "" for an answer that is no JSON."""
    data: Any = getattr(error.response, "data", error.response)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def retry_after_of(error: SlackApiError) -> float | None:
    """Seconds to wait if Slack said 429, else None."""
    if getattr(error.response, "status_code", None) != 429 and code_of(error) != "ratelimited":  # noqa: PLR2004 - HTTP
        return None
    headers = {key.lower(): value for key, value in (getattr(error.response, "headers", None) or {}).items()}
    try:
        return float(headers.get("retry-after", 1))
    except ValueError:
        return 1.0


class SlackApi:
    """The Web API of one workspace."""

    def __init__(
        self,
        client: AsyncWebClient,
        budget: Budget,
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.client = client
        self.budget = budget
        self._clock = clock
        self._patience = patience

    async def call(self, method: str, *, patience: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Call ``method`` until Slack has answered it.

        Args:
            method: Slack's name, such as ``chat.update``.
            patience: seconds during which 429s (and lost answers, where repetition is harmless) are waited out.
            arguments: the method's own.

        Raises:
            SlackApiError: Slack's no.
            OutcomeUnknownError: nobody knows whether it was done, and doing it again would show.
        """
        end = self._clock() + (self._patience if patience is None else patience)
        invoke = getattr(self.client, method.replace(".", "_"))
        pause = 0.5
        while True:
            try:
                data = (await invoke(**arguments)).data
            except (SlackApiError, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                wait = self._wait_after(error, method, pause)
                if wait is None or self._clock() + wait > end:
                    if isinstance(error, SlackApiError) and not failed_inside(error):
                        raise
                    raise OutcomeUnknownError(method) from error
            else:
                return data if isinstance(data, dict) else {}
            log.info("slack_waits", method=method, seconds=round(wait, 1))
            pause = min(pause * 2, 15.0)
            await asyncio.sleep(wait)

    def _wait_after(self, error: Exception, method: str, pause: float) -> float | None:
        """Seconds until ``method`` may be called again; None when it must not be, or when Slack's no is final."""
        if isinstance(error, SlackApiError):
            wait = retry_after_of(error)
            if wait is not None:
                self.budget.refused(method)
                return wait + random.uniform(0, 0.25)  # noqa: S311 - spreads the herd
            return pause if failed_inside(error) and method in REPEATABLE else None
        nothing_sent = isinstance(error, aiohttp.ClientConnectorError)
        return pause if nothing_sent or method in REPEATABLE else None


def failed_inside(error: SlackApiError) -> bool:
    """Did Slack fail (5xx) rather than say no? slack_sdk hands over aiohttp's own answer when it cannot read the body."""
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 200
    return int(status) >= 500  # noqa: PLR2004 - HTTP


async def once(send: Callable[[], Awaitable[str]], find: Callable[[], Awaitable[str | None]]) -> str:
    """Do what may have been done already: after a lost answer look for the result before doing it again.

    Args:
        send: does it; its result, or ``OutcomeUnknownError``.
        find: the result, if it was done after all.

    Raises:
        OutcomeUnknownError: tried for ten minutes.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    pause = 0.5
    while True:
        try:
            return await send()
        except OutcomeUnknownError:
            found = await find()
            if found is not None:
                return found
            if time.monotonic() > end:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, 15.0)
