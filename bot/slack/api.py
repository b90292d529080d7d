"""One call of Slack's Web API: when it may be made, what may be repeated, and what nobody knows the outcome of."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import OutcomeUnknownError
from bot.slack.allowance import Allowance
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
        "conversations.members",
        "files.getUploadURLExternal",
        "files.info",
        "conversations.join",
        "conversations.open",
        "conversations.replies",
        "users.conversations",
        "users.info",
        "users.list",
        "usergroups.list",
        "views.publish",
        "views.update",
    }
)
"""Methods whose repetition changes nothing. All others may have been done when the answer was lost."""
NOT_OFFERED = frozenset(
    {"unknown_method", "feature_not_enabled", "missing_scope", "not_allowed_token_type", "method_deprecated"}
)
"""Codes by which Slack says that this workspace or this app will never have a method."""


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
        """Call ``method``, once Slack allows it, until Slack has answered.

        Args:
            method: Slack's name, such as ``chat.update``.
            patience: seconds during which 429s (and lost answers, where repetition is harmless) are waited out; they
                begin now if they are given, else when the call's turn has come. 0 is for what can as well be left out:
                it is refused here, without a request, when Slack has no room for it beside what is reserved.
            arguments: the method's own.

        Raises:
            SlackApiError: Slack's no; ``ratelimited`` when its turn would come too late.
            OutcomeUnknownError: nobody knows whether it was done, and doing it again would show.
        """
        allowance = self.budget.allowance(method, str(arguments.get("channel", "")))
        ticket = allowance.ticket()
        end = await self._admitted(allowance, ticket, method, patience)
        invoke = getattr(self.client, method.replace(".", "_"))
        pause = 0.5
        while True:
            try:
                data = (await invoke(**arguments)).data
            except (SlackApiError, aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                wait = self._wait_after(error, method, pause, allowance)
                if not await self._again(allowance, ticket, wait, end):
                    if isinstance(error, SlackApiError) and not failed_inside(error):
                        raise
                    raise OutcomeUnknownError(method) from error
            else:
                return data if isinstance(data, dict) else {}
            pause = min(pause * 2, 15.0)

    async def _admitted(
        self, allowance: Allowance, ticket: int, method: str, patience: float | None
    ) -> float:
        """Wait until the call may be made for the first time; until when it may be repeated."""
        if patience is None:
            await allowance.turn(ticket, math.inf)
            return self._clock() + self._patience
        end = self._clock() + patience
        if not (await allowance.turn(ticket, patience) if patience else allowance.may()):
            answer = {"ok": False, "error": "ratelimited"}
            raise SlackApiError(f"{method}: no room", answer)  # type: ignore[no-untyped-call] # slack_sdk has no type there
        return end

    async def _again(self, allowance: Allowance, ticket: int, wait: float | None, end: float) -> bool:
        """Wait until the call may be repeated; False when it must not be, or not in time."""
        left = end - self._clock()
        if wait is None or wait > left:
            return False
        await asyncio.sleep(wait)
        return await allowance.turn(ticket, left - wait)

    def _wait_after(self, error: Exception, method: str, pause: float, allowance: Allowance) -> float | None:
        """Seconds until the call may stand in line again; None when it must not be made again, or when Slack's no is final."""
        if isinstance(error, SlackApiError):
            seconds = retry_after_of(error)
            if seconds is not None:
                log.info("slack_closes", method=method, seconds=seconds)
                allowance.refused(seconds)
                return 0.0  # the line waits
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
