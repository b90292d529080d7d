"""One web socket of Socket Mode, from Slack's side."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

_GONE_SECONDS = 0.02


class Socket:
    """What it carried and how it is. `ending`: it gets nothing new. `deaf`: nothing comes in or goes out, not even a pong."""

    def __init__(self, number: int, clock: Callable[[], float]) -> None:
        self.number = number
        self.opened = clock()
        self.closed: float | None = None
        self.carried = 0
        self.acknowledged = 0
        self.ending = False
        self.deaf = False
        # aiohttp would answer pings and closing by itself, which a deaf socket must not
        self.response = web.WebSocketResponse(autoping=False, autoclose=False)
        self._heard = True
        self._transport: asyncio.Transport | None = None

    async def prepare(self, request: web.Request) -> None:
        """Upgrade the request."""
        await self.response.prepare(request)
        self._transport = request.transport

    async def serve(self, take: Callable[["Socket", WSMessage], None], ping_seconds: float) -> None:
        """Hand on what comes in, until the app closes the socket or is gone. An app that answers no ping is gone."""
        beat = asyncio.create_task(self._beat(ping_seconds))
        try:
            async for frame in self.response:
                self._heard = True
                if self.deaf:
                    continue
                if frame.type is WSMsgType.PING:
                    await self.response.pong(frame.data)
                else:
                    take(self, frame)
            if self.deaf:
                await self._until_gone()
            await self.close()
        except ConnectionError:  # gone while it was answered
            return
        finally:
            beat.cancel()

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message, unless the socket is deaf."""
        if not self.deaf:
            await self.response.send_json(message)

    async def announce(self, reason: str) -> None:
        """Tell the app that this socket is going to end."""
        with contextlib.suppress(ConnectionError):  # it is gone already
            await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    async def close(self) -> None:
        """Close it, with the web socket's own good-bye."""
        await self.response.close()

    def shown(self) -> dict[str, Any]:
        """For JSON: epoch seconds of opening and closing, envelopes carried and acknowledged."""
        return {
            "number": self.number,
            "opened": self.opened,
            "closed": self.closed,
            "carried": self.carried,
            "acknowledged": self.acknowledged,
            "ending": self.ending,
            "deaf": self.deaf,
        }

    async def _beat(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            if self.deaf:
                continue
            if not self._heard:
                await self.close()
                return
            self._heard = False
            await self.response.ping()

    async def _until_gone(self) -> None:
        """Until the app has cut the connection; a deaf socket does not answer its good-bye."""
        while self._transport is not None and not self._transport.is_closing():  # noqa: ASYNC110 - aiohttp tells no one
            await asyncio.sleep(_GONE_SECONDS)
