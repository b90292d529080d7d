"""The stop button: Slack shows one while a thread's agent session is ``processing``.

Source: https://docs.slack.dev/reference/methods/agents.sessions.setStatus
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.services.access import Place
from bot.slack.api import SlackApi
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.limits import LastWrites

log = structlog.get_logger(__name__)

QUICK_SECONDS = 2.0
"""Work that ends sooner gets no button: no one could press it, and each one costs two calls."""
PATIENCE_SECONDS = 5.0
"""For showing a button, and for taking one away when the process ends. Else that is tried as long as any last write."""


class StopButton:
    """Agent sessions of threads. One that were left ``processing`` would show its button for ever."""

    def __init__(self, api: SlackApi, *, quick: float = QUICK_SECONDS) -> None:
        self._api = api
        self._quick = quick
        self._work = True

    @asynccontextmanager
    async def stoppable(self, place: Place, *, private: bool, left: bool) -> AsyncIterator[None]:
        """Yield a stop button while the work inside takes long.

        Args:
            place: the thread.
            private: a private answer has no button.
            left: an earlier process may have left one, so it is taken away in any case.
        """
        if private or not self._work:
            yield
            return
        showing: list[asyncio.Task[bool]] = []
        last = LastWrites(self._api.limits)
        patience: float | None = None
        loop = asyncio.get_running_loop()
        timer = loop.call_later(
            self._quick, lambda: showing.append(loop.create_task(self._show(place, last)))
        )
        try:
            yield
        except asyncio.CancelledError:
            patience = PATIENCE_SECONDS
            raise
        finally:
            timer.cancel()
            try:
                if any(await asyncio.gather(*showing)) or left:
                    await self._set(place, "active", patience)
            finally:
                last.end()

    async def _show(self, place: Place, last: LastWrites) -> bool:
        """Show the button, if it is sure that it can be taken away."""
        room = self._api.limits.open_session(last)
        return room and await self._set(place, "processing", PATIENCE_SECONDS)

    async def _set(self, place: Place, status: str, patience: float | None) -> bool:
        """Move the session; False where nothing was moved."""
        where = {"channel_id": place.channel, "thread_ts": place.thread}
        try:
            await self._api.call("agents.sessions.setStatus", patience=patience, status=status, **where)
        except SlackApiError as error:
            self._work = kind_of(error) is not Kind.NOT_OFFERED
            log.info("no_stop_button", error=code_of(error))
            return False
        except OutcomeUnknownError:
            log.info("stop_button_unknown", status=status)
        return True
