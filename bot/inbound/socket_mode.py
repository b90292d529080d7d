"""Keeps Socket Mode listening: a successor is open before a socket goes, a deaf one is replaced, and it is tried for ever."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.inbound.link import SILENT, Link, NotOpenError
from bot.observability.health import State
from bot.slack.codes import Kind, code_of, kind_of_word, retry_after_of

log = structlog.get_logger(__name__)

SILENT_SECONDS = 30.0
OPEN_SECONDS = 15.0
"""From asking for an address to hello; longer is a failure."""
ACKNOWLEDGE_SECONDS = 3.0
"""Slack waits no longer for an acknowledgement."""
LINGER_SECONDS = 15.0
"""A socket whose end was announced is left for Slack to close, which it does after about ten seconds."""
CLOSE_SECONDS = 1.0
"""What the other side gets to answer our good-bye."""
BRIEF_SECONDS = 5.0
"""After a second socket that lived for less there is a pause, so sockets that end at once are not opened in a circle."""
UNEASY_SECONDS = 5.0
"""Not listening for longer is worth a line in the log."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, DISABLED_PAUSE_SECONDS = 0.5, 30.0, 60.0

_TOKEN = "check SLACK_APP_TOKEN (starts with xapp-, scope connections:write); `bot check` shows the details"  # noqa: S105 - its name
FIXES = {
    Kind.SOCKETS_OFF: "switch Socket Mode on: Slack → your app → Socket Mode",
    Kind.SOCKETS_FULL: "an app can have ten connections; stop other copies of this bot",
    Kind.TOKEN: _TOKEN,
    Kind.NOT_OFFERED: _TOKEN,
}
"""What an operator does about Slack's reasons for letting no one in."""


def pause_seconds(failures: int, asked: float = 0.0) -> float:
    """Seconds before the next attempt: more after each failure, at random so replicas do not come together, at least ``asked``."""
    if not failures:
        return asked
    grown = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 10))
    return max(grown * random.uniform(0.5, 1), asked)  # noqa: S311 - spreads the herd


class SocketMode:
    """Listens to Slack from ``begin`` to ``close``.

    Args:
        app: takes the envelopes in, and asks Slack for addresses.
        http: opens the web sockets.
        token: the app-level token.
        silent_seconds: a socket from which nothing came for longer is deaf.
        acknowledge_seconds: what is in hand when a socket is let go gets so long to be acknowledged.
        clock: seconds.
        pause: waits between attempts.
    """

    def __init__(
        self,
        app: AsyncApp,
        http: aiohttp.ClientSession,
        token: str,
        *,
        silent_seconds: float = SILENT_SECONDS,
        acknowledge_seconds: float = ACKNOWLEDGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app, self._http, self._token = app, http, token
        self._silent_seconds, self._acknowledge_seconds = silent_seconds, acknowledge_seconds
        self._clock, self._pause = clock, pause
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: dict[str, float] = {}
        self._trouble = "connecting"
        self._complained: set[str] = set()
        self._lost_at: float | None = None

    @property
    def listening(self) -> bool:
        """Is there a socket over which Slack reaches this process now?"""
        return any(link.listening for link in self._links)

    def state(self) -> State:
        """For `/ready`: whether it is listening, and how old the last signs of life are."""
        now = self._clock()
        ages = [
            f"last {sign} {now - self._seen[sign]:.0f} s ago"
            for sign in ("frame", "envelope", "ping")
            if sign in self._seen
        ]
        listening = self.listening
        said = "connected" if listening else f"not connected ({self._trouble})"
        return listening, "; ".join([said, ", ".join(ages)] if ages else [said])

    def begin(self) -> None:
        """Open a socket, and keep one open from now on."""
        self._lost_at = self._clock()
        self._hold(self._keep())

    async def close(self) -> None:
        """Take nothing in anymore, from this moment; acknowledge what is in hand, then close. Even while it is connecting."""
        for link in self._links:
            link.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(link.leave(self._acknowledge_seconds) for link in list(self._links)))

    async def _keep(self) -> None:
        """One socket after another."""
        old: Link | None = None
        pause, brief = 0.0, 0
        while True:
            link = await self._open(pause, old)
            if old is not None:  # one that Slack ends is used until Slack closes it, so nothing is in between
                self._hold(self._part_with(old, linger=LINGER_SECONDS if old.reason != SILENT else 0.0))
            reason = self._trouble = await link.ending()
            log.info("socket_ending", reason=reason)
            brief = brief + 1 if self._clock() - link.opened < BRIEF_SECONDS else 0
            pause = pause_seconds(max(brief - 1, 0), _wanted(reason))
            self._complain(reason, pause)
            if kind_of_word(reason) in (Kind.SOCKETS_OFF, Kind.SOCKETS_FULL):
                await link.leave(self._acknowledge_seconds)
            old = link

    async def _open(self, pause: float, old: Link | None) -> Link:
        """Try until there is a socket over which Slack has said hello. Where there is no room, ``old`` goes first."""
        failures = 0
        while True:
            await self._pause(pause)
            try:
                link = await self._attempt()
            except (SlackApiError, NotOpenError, aiohttp.ClientError, OSError) as error:
                reason, asked = _reason(error)
            except Exception:  # whatever it is: giving up would make the bot deaf for good
                log.exception("socket_not_opened")
                reason, asked = "error", 0.0
            else:
                log.info("socket_open_again" if self._complained else "socket_open")
                self._complained.clear()
                # What else would keep an open socket from listening?
                self._lost_at, self._trouble = None, SILENT
                return link
            failures += 1
            pause = pause_seconds(failures, asked)
            self._trouble = reason
            self._complain(reason, pause)
            if kind_of_word(reason) is Kind.SOCKETS_FULL and old is not None:
                await old.leave(self._acknowledge_seconds)

    async def _attempt(self) -> Link:
        """One address from Slack, one socket, one hello. Slack's address works once."""
        link: Link | None = None
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                answer = await self._app.client.apps_connections_open(app_token=self._token)
                socket = await self._http.ws_connect(
                    "http" + str(answer["url"]).removeprefix("ws"),  # so the proxy of https holds for it
                    autoping=False,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
                )
                link = Link(
                    socket,
                    self._accept,
                    seen=self._seen,
                    silent_seconds=self._silent_seconds,
                    clock=self._clock,
                )
                self._links.add(link)
                link.served.add_done_callback(partial(self._forget, link))
                await link.greeted()
        except Exception:
            if link is not None:
                self._hold(self._part_with(link, linger=0.0))
            raise
        return link

    async def _part_with(self, link: Link, *, linger: float) -> None:
        """Let a socket go: ``linger`` seconds later, unless it is closed before."""
        await asyncio.wait({link.served}, timeout=linger)
        await link.leave(self._acknowledge_seconds)

    async def _accept(self, request: SocketModeRequest, replies: AsyncBaseSocketModeClient) -> None:
        """Have one envelope taken in, and acknowledge it on the socket that carried it."""
        begun = time.time()
        try:
            response = await run_async_bolt_app(self._app, request)
            await send_async_response(replies, request, response, begun)
        except ConnectionError:
            log.warning("acknowledgement_lost")  # Slack sends it again, and it is known then
        except Exception:
            log.exception("envelope_not_taken_in")

    def _complain(self, reason: str, pause: float) -> None:
        """Say once what an operator can mend, and once that nothing is heard for some seconds (by the next attempt)."""
        fix = FIXES.get(kind_of_word(reason))
        if fix is not None and reason not in self._complained:
            self._complained.add(reason)
            log.warning("slack_refuses_the_socket", reason=reason, fix=fix)
        if self.listening:
            self._lost_at = None
            return
        now = self._clock()
        self._lost_at = now if self._lost_at is None else self._lost_at
        if now + pause - self._lost_at >= UNEASY_SECONDS and not self._complained:
            self._complained.add("not open")
            log.warning(
                "socket_not_open", reason=reason, fix="check the network; `bot check` shows the details"
            )

    def _forget(self, link: Link, _: asyncio.Task[None]) -> None:
        self._links.discard(link)

    def _hold(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _reason(error: Exception) -> tuple[str, float]:
    """Return why an attempt failed, and for how many seconds Slack wants no other."""
    if isinstance(error, SlackApiError):
        return code_of(error) or "no answer", retry_after_of(error) or 0.0
    if isinstance(error, NotOpenError):
        return str(error), _wanted(str(error))
    return type(error).__name__, 0.0


def _wanted(reason: str) -> float:
    """Return the shortest pause after a socket ended for this reason."""
    return DISABLED_PAUSE_SECONDS if kind_of_word(reason) is Kind.SOCKETS_OFF else 0.0
