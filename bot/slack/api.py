"""One call of Slack's Web API: when it may be made, what may be repeated, and what no one knows the outcome of."""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.backoff import Backoff
from bot.errors import NotNowError, OutcomeUnknownError
from bot.observability.outage import Outage
from bot.slack.allowance import Allowance
from bot.slack.codes import RATELIMITED, Kind, code_of, kind_of, refusal, retry_after_of
from bot.slack.ladder import Ladder
from bot.slack.limits import Limits
from bot.slack.time_of_day import TimeOfDay

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 600.0
"""How long a write that matters is tried: longer than any wait Slack asks for."""

PAUSES = Backoff()

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
        "usergroups.users.list",
        "views.publish",
        "views.update",
    }
)
"""Methods whose repetition changes nothing. All others may have been done when the answer was lost."""
UNREADABLE = (AttributeError, ValueError, LookupError, RecursionError)
"""How slack_sdk fails at a body that is no JSON object."""


class SlackApi:
    """The Web API of one workspace."""

    def __init__(
        self,
        client: AsyncWebClient,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
        backoff: Backoff = PAUSES,
    ) -> None:
        self.client = client
        self.limits = limits
        self.token_refused = ""
        """Slack's word for a token that it refuses now."""
        self.time = TimeOfDay()
        self.ladder = Ladder()
        self._clock = clock
        self._patience = patience
        self._closed: defaultdict[str, Outage] = defaultdict(
            lambda: Outage("slack_closes", "slack_open_again")
        )
        self._open_at: defaultdict[str, float] = defaultdict(lambda: float("-inf"))
        self._backoff = backoff

    async def call(self, method: str, *, patience: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Call ``method``, once Slack allows it, until Slack has answered.

        Args:
            method: Slack's name, such as ``chat.update``.
            patience: seconds during which 429s (and lost answers, where repetition is harmless) are waited out; they
                begin now if they are given, else when the call's turn has come. 0 is for what can as well be left out:
                it is refused here, without a request, when Slack has no room for it beside what is reserved.
            arguments: the method's own.

        Raises:
            SlackApiError: Slack's no to this call; with a ``patience`` also that its turn would come too late.
            NotNowError: the token is refused, or there were too many calls for all of ten minutes.
            OutcomeUnknownError: no one knows whether it was done, and doing it again would show.
        """
        allowance = self.limits.allowance(method, str(arguments.get("channel", "")))
        ticket = allowance.ticket()
        end = await self._admitted(allowance, ticket, method, patience)
        invoke = getattr(self.client, method.replace(".", "_"))
        pauses = self._backoff.pauses()
        while True:
            try:
                async with asyncio.timeout(patience or None):
                    response = await invoke(**arguments)
                data = response.data
            except (SlackApiError, aiohttp.ClientError, TimeoutError, ConnectionError, *UNREADABLE) as error:
                kind = kind_of(error) if isinstance(error, SlackApiError) else None
                wait = self._wait_after(error, kind, method, next(pauses), allowance)
                if not await self._again(allowance, ticket, wait, end):
                    raise _given_up(error, kind, method, lasting=patience is None) from error
            else:
                self.token_refused = ""
                self.time.heard(response.headers.get("Date", ""))
                if self._clock() >= self._open_at[method]:  # what was under way before says nothing
                    self._closed[method].gone(method=method)
                return data if isinstance(data, dict) else {}

    async def once(
        self, send: Callable[[], Awaitable[str]], find: Callable[[], Awaitable[str | None]]
    ) -> str:
        """Do what may have been done already: after a lost answer look for the result before doing it again.

        Args:
            send: does it; its result, or ``OutcomeUnknownError``.
            find: the result, if it was done after all.

        Raises:
            OutcomeUnknownError: tried for ten minutes.
        """
        end = self._clock() + self._patience
        pauses = self._backoff.pauses()
        while True:
            try:
                return await send()
            except OutcomeUnknownError:
                found = await find()
                if found is not None:
                    return found
                if self._clock() > end:
                    raise
            await asyncio.sleep(next(pauses))

    async def _admitted(
        self, allowance: Allowance, ticket: int, method: str, patience: float | None
    ) -> float:
        """Wait until the call may be made for the first time; until when it may be repeated."""
        if patience is None:
            await allowance.turn(ticket, math.inf)
            return self._clock() + self._patience
        end = self._clock() + patience
        if not (await allowance.turn(ticket, patience) if patience else allowance.may()):
            raise refusal(f"{method}: no room", RATELIMITED)
        return end

    async def _again(self, allowance: Allowance, ticket: int, wait: float | None, end: float) -> bool:
        """Wait until the call may be repeated; False when it must not be, or not in time."""
        left = end - self._clock()
        if wait is None or wait > left:
            return False
        await asyncio.sleep(wait)
        return await allowance.turn(ticket, left - wait)

    def _wait_after(
        self, error: Exception, kind: Kind | None, method: str, pause: float, allowance: Allowance
    ) -> float | None:
        """Return seconds until the call may stand in line again; None when it must not be made again, or when Slack's no is final."""
        if isinstance(error, SlackApiError) and (seconds := retry_after_of(error)) is not None:
            self._open_at[method] = self._clock() + seconds
            self._closed[method].seen(method=method, seconds=seconds)
            allowance.refused(seconds)
            return 0.0  # the line waits
        if isinstance(error, SlackApiError) and kind is Kind.TOKEN:
            self.token_refused = code_of(error)
            return pause
        if isinstance(error, aiohttp.ClientConnectorError):
            return pause  # nothing was sent
        return pause if kind in (Kind.PASSING, None) and method in REPEATABLE else None


def _given_up(error: Exception, kind: Kind | None, method: str, *, lasting: bool) -> Exception:
    """Return what the caller of a call hears that is not made again."""
    if isinstance(error, SlackApiError):
        if kind is Kind.TOKEN or (kind is Kind.TOO_FAST and lasting):
            return NotNowError(method, code_of(error))
        if kind is not Kind.PASSING:
            return error
    return OutcomeUnknownError(method)
