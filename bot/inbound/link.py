"""One web socket to Slack: hands its envelopes on, carries their acknowledgements back, and knows when it needs a successor.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMessage, WSMsgType
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

SILENT = "silent"
CLOSED = "closed"
"""Why a socket ends, beside Slack's own words for it."""

Accept = Callable[[SocketModeRequest, AsyncBaseSocketModeClient], Awaitable[None]]
"""Takes one envelope in and acknowledges it over the client it is given."""


class NotOpenError(Exception):
    """The socket ended before Slack said hello; the text is the reason."""


class Link:
    """One web socket, from its opening to its end.

    Args:
        socket: opened without automatic pongs, so every frame is seen.
        accept: takes envelopes in; each runs as a task of its own.
        seen: when the last ``frame``, ``envelope`` and ``ping`` came, over this socket or another.
        silent_seconds: without any frame for longer it is deaf. It is asked with a ping four times as often.
        clock: seconds.
    """

    def __init__(
        self,
        socket: ClientWebSocketResponse,
        accept: Accept,
        *,
        seen: dict[str, float],
        silent_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._socket = socket
        self._accept = accept
        self._seen = seen
        self._silent_seconds = silent_seconds
        self._clock = clock
        self._replies = _Replies(socket)
        self._greeted = False
        self._accepting = True
        self._in_hand: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self.opened = self._last = clock()
        self.reason = ""
        """Why it needs a successor; "" while it does not."""
        self.served = asyncio.create_task(self._serve())
        """Done when the socket is closed."""

    @property
    def listening(self) -> bool:
        """Does it bring in what happens in Slack?"""
        return self._greeted and self._accepting and not self.served.done() and not self._silent

    async def greeted(self) -> None:
        """Until Slack has said hello.

        Raises:
            NotOpenError: the socket ended instead.
        """
        while not self._greeted and not self.reason:
            await self._next_change()
        if self.reason:
            raise NotOpenError(self.reason)

    async def ending(self) -> str:
        """Until it needs a successor; the reason."""
        while not self.reason:
            await self._next_change()
        return self.reason

    async def leave(self, seconds: float) -> None:
        """Take nothing in anymore, acknowledge what is in hand (for ``seconds`` at most), close.

        What arrives meanwhile stays unacknowledged: Slack sends it again, to the one who listens then.
        """
        self.stop()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=seconds)
            for task in late:
                task.cancel()
        await self._socket.close()
        await asyncio.wait({self.served})

    def stop(self) -> None:
        """Take nothing in anymore."""
        self._accepting = False

    @property
    def _silent(self) -> bool:
        return self._clock() - self._last > self._silent_seconds

    async def _next_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _end(self, reason: str) -> None:
        """The first reason counts."""
        self.reason = self.reason or reason
        self._changed.set()

    async def _serve(self) -> None:
        """Read until the socket is closed, by whomever."""
        beat = asyncio.create_task(self._beat())
        try:
            with contextlib.suppress(ConnectionError):
                async for frame in self._socket:
                    await self._hear(frame)
        finally:
            beat.cancel()
            self._end(CLOSED)

    async def _hear(self, frame: WSMessage) -> None:
        """Any frame is a sign of life."""
        self._last = self._seen["frame"] = self._clock()
        if frame.type is WSMsgType.PING:
            self._seen["ping"] = self._last
            await self._socket.pong(frame.data)
        elif frame.type is WSMsgType.PONG:
            self._seen["ping"] = self._last
        elif frame.type is WSMsgType.TEXT:
            self._take(_json(frame.data))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "hello":
            self._greeted = True
            self._changed.set()
        elif message.get("type") == "disconnect":
            self._end(str(message.get("reason") or "refresh_requested"))
        elif self._accepting and (request := _envelope(message)):
            self._seen["envelope"] = self._last
            task = asyncio.ensure_future(self._accept(request, self._replies))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _beat(self) -> None:
        """Ping, because a connection that is dead without a word shows only by what does not come back."""
        pause = self._silent_seconds / 4
        while not self._silent:
            with contextlib.suppress(ConnectionError, TimeoutError):  # reading finds out, or the silence does
                async with asyncio.timeout(pause):
                    await self._socket.ping()
            await asyncio.sleep(pause)
        self._end(SILENT)


class _Replies(AsyncBaseSocketModeClient):
    """Lets Bolt acknowledge an envelope on the socket that carried it."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.logger = logging.getLogger("slack_bolt.socket_mode")
        self._socket = socket

    async def send_message(self, message: str) -> None:
        await self._socket.send_str(message)


def _envelope(message: dict[str, Any]) -> SocketModeRequest | None:
    """Return the envelope in a message, if it is one; slack_sdk fails at a payload that is neither an object nor text."""
    return SocketModeRequest.from_dict(message) if isinstance(message.get("payload"), (dict, str)) else None


def _json(text: str) -> dict[str, Any]:
    """Return a message; what is none says nothing."""
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
