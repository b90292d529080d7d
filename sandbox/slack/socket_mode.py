"""Socket Mode: up to ten web sockets, envelopes in turn over them, and their acknowledgements.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.answers import Answered, Unanswered
from sandbox.slack.workspace import Workspace
from sandbox.slack.world import APP_ID

MOST_CONNECTIONS = 10


@dataclass
class Envelope:
    """One envelope on its way: who carries it, and what will be known of its acknowledgement."""

    socket: web.WebSocketResponse
    answer: asyncio.Future[Any]


class SocketMode:
    """The connected sockets of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, Envelope] = {}
        self._numbers = itertools.count(1)
        self._turn = itertools.count()

    @property
    def count(self) -> int:
        """How many sockets are connected."""
        return len(self._sockets)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes; a ticket that is unknown or used is refused with 403."""
        if not self._slack.tickets.redeem(request.query.get("ticket", "")):
            return web.Response(status=403, text="this ticket is unknown or was used already")
        socket = web.WebSocketResponse(heartbeat=self._slack.timings.ping)
        await socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        self._sockets.append(socket)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": self.count,
                    "debug_info": {
                        "host": "sandbox",
                        "build_number": 1,
                        "approximate_connection_time": 18060,
                    },
                    "connection_info": {"app_id": APP_ID},
                }
            )
            self._slack.changes.bump()
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(frame.data)
        finally:
            self._leave(socket)
        return socket

    def _acknowledge(self, data: str) -> None:
        """Match an answer with its envelope; anything else an app sends is ignored, as Slack does."""
        try:
            message = json.loads(data)
        except ValueError:
            return
        envelope = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if envelope and not envelope.answer.done():
            envelope.answer.set_result(message.get("payload"))

    def _leave(self, socket: web.WebSocketResponse) -> None:
        """Forget a socket; what it carried will not be acknowledged any more."""
        if socket in self._sockets:
            self._sockets.remove(socket)
        for envelope in self._waiting.values():
            if envelope.socket is socket and not envelope.answer.done():
                envelope.answer.cancel()
        self._slack.changes.bump()

    async def send(
        self, kind: str, payload: dict[str, Any], *, attempt: int = 0, reason: str = ""
    ) -> Answered | Unanswered:
        """Send one envelope over the next socket and wait for its acknowledgement."""
        if not self._sockets:
            return Unanswered("connection_failed")
        socket = self._sockets[next(self._turn) % len(self._sockets)]
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
            await socket.send_json(body)
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
        sockets = list(self._sockets)
        for socket in sockets:
            self._leave(socket)
            if announce and not socket.closed:
                await socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
                )
            await socket.close()
        return len(sockets)
