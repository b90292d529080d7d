"""Socket Mode: up to ten web sockets, each envelope over any one of them, and their acknowledgements.

A socket may be announced to end while it is still used, as Slack does some ten seconds before it refreshes one, and it may
go deaf: open, but nothing comes out of it. Source: https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.app_socket import Socket
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID

MOST_CONNECTIONS = 10


@dataclass
class Envelope:
    """One envelope on its way: who carries it, and what will be known of its acknowledgement."""

    socket: Socket
    answer: asyncio.Future[Any]


class SocketMode:
    """The connected sockets of the app, and what became of those that were."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace
        self._open: list[Socket] = []
        self._all: list[Socket] = []
        self._lowest = 0
        self._waiting: dict[str, Envelope] = {}
        self._numbers = itertools.count(1)
        self._which = Random(0)  # noqa: S311 - nobody gains from guessing it
        self._closers: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many sockets are connected."""
        return len(self._open)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes; a ticket that is unknown or used is refused with 403."""
        if not self._slack.tickets.redeem(request.query.get("ticket", "")):
            return web.Response(status=403, text="this ticket is unknown or was used already")
        socket = Socket(len(self._all) + 1, self._slack.clock)
        await socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await socket.announce("too_many_websockets")
            await socket.close()
            return socket.response
        self._open.append(socket)
        self._all.append(socket)
        try:
            await socket.send(_hello(self.count))
            self._slack.changes.bump()
            await socket.serve(self._acknowledge, self._slack.timings.ping)
        finally:
            self._leave(socket)
        return socket.response

    def _acknowledge(self, socket: Socket, frame: WSMessage) -> None:
        """Match an answer with the envelope its socket carried; anything else an app sends is ignored, as Slack does."""
        if frame.type is not WSMsgType.TEXT:
            return
        try:
            message = json.loads(frame.data)
        except ValueError:
            return
        envelope = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if envelope and envelope.socket is socket and not envelope.answer.done():
            socket.acknowledged += 1
            envelope.answer.set_result(message.get("payload"))

    def _leave(self, socket: Socket) -> None:
        """Forget a socket; what it carried will not be acknowledged anymore."""
        if socket in self._open:
            self._open.remove(socket)
            self._lowest = min(self._lowest, self.count)
        socket.closed = socket.closed or self._slack.clock()
        for envelope in self._waiting.values():
            if envelope.socket is socket and not envelope.answer.done():
                envelope.answer.cancel()
        self._slack.changes.bump()

    async def send(
        self, kind: str, payload: dict[str, Any], *, attempt: int = 0, reason: str = ""
    ) -> Answered | Unanswered:
        """Send one envelope over one of the sockets, any of them as Slack does, and wait for its acknowledgement."""
        taking = [socket for socket in self._open if not socket.ending]
        if not taking:
            return Unanswered("connection_failed")
        socket = self._which.choice(taking)
        envelope_id = f"{next(self._numbers):08d}-0000-4000-8000-000000000000"
        body = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            body |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = Envelope(socket, answer)
        try:
            socket.carried += 1
            await socket.send(body)
            done, _ = await asyncio.wait({answer}, timeout=self._slack.timings.ack)
            if not done:
                return Unanswered("timeout")
            return Unanswered("connection_failed") if answer.cancelled() else Answered(answer.result())
        except (ConnectionError, RuntimeError):
            return Unanswered("connection_failed")
        finally:
            del self._waiting[envelope_id]

    async def close(self, *, announce: bool = True, reason: str = "refresh_requested") -> int:
        """Disconnect every socket, announced or not; how many there were."""
        for closer in self._closers:
            closer.cancel()
        sockets = list(self._open)
        for socket in sockets:
            self._leave(socket)
            if announce:
                await socket.announce(reason)
            await socket.close()
        return len(sockets)

    async def refresh(self, *, reason: str, seconds: float) -> int:
        """Announce the end of every socket and use it for so long; then it carries nothing new, and closes once all is acknowledged.

        Returns:
            how many were told.
        """
        sockets = list(self._open)
        for socket in sockets:
            await socket.announce(reason)
            closer = asyncio.create_task(self._end_after(socket, seconds))
            self._closers.add(closer)
            closer.add_done_callback(self._closers.discard)
        return len(sockets)

    async def _end_after(self, socket: Socket, seconds: float) -> None:
        await asyncio.sleep(seconds)
        socket.ending = True
        self._slack.changes.bump()
        carried = {e.answer for e in self._waiting.values() if e.socket is socket}
        if carried:
            await asyncio.wait(carried, timeout=self._slack.timings.ack)
        await socket.close()

    def deafen(self) -> int:
        """From now on the open sockets neither say nor hear anything, and stay open; later ones work. How many are deaf."""
        for socket in self._open:
            socket.deaf = True
        return self.count

    def mark(self) -> None:
        """Begin anew to look for the lowest number of open sockets."""
        self._lowest = self.count

    def shown(self) -> dict[str, Any]:
        """All sockets there ever were, how many are open, and the fewest that were since the last mark."""
        return {
            "open": self.count,
            "lowest": self._lowest,
            "sockets": [socket.shown() for socket in self._all],
        }


def _hello(count: int) -> dict[str, Any]:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": APP_ID},
    }
