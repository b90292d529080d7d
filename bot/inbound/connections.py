"""Who may hold a connection, how long, and how much: strangers little of each, the one who has shown Slack's signature as much as it takes.

aiohttp limits lines, headers, and idle connections; it has no limit for a head or a body that never ends, nor for their number.
"""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.inbound.refusals import Refusals

STRANGERS = 256
"""Open connections on which no signature was seen. Slack's own stay strangers for some milliseconds."""
STRANGER_BYTES = 16 * 1024 * 1024
"""What all of them together may have sent."""
STRANGER_SECONDS = 5.0
"""For a whole request, from the connection to the last byte. Slack gives up after three."""
IDLE_SECONDS = 75.0
"""Longer than the 60 seconds that reverse proxies keep an idle connection, or they would use one that is being closed."""
LINGER_SECONDS = 2.0
"""A refused request's rest is read and dropped for this long, or its sender would not see the refusal."""
SHARE_OF_FILES = 4
"""Strangers may hold one in so many of the files that the process may open."""
THEIRS = (HttpProcessingError, web.RequestPayloadError, ConnectionError, UnicodeError)
"""What a peer can cause by what it sends."""


class Connections:
    """All connections on which no signature was seen, the oldest first: it goes when there are too many or they hold too much."""

    def __init__(
        self,
        refusals: Refusals,
        *,
        most: int = STRANGERS,
        most_bytes: int = STRANGER_BYTES,
        seconds: float = STRANGER_SECONDS,
    ) -> None:
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.refusals = refusals
        self.seconds = seconds
        self._most = most if files == resource.RLIM_INFINITY else min(most, files // SHARE_OF_FILES)
        self._most_bytes = most_bytes
        self.at_once = max(1, self._most // 4)
        """How many may be taken before the oldest go; some rounds of that are open before the first is counted."""
        self._sent: dict[Visitor, int] = {}
        self.held = 0
        """What the strangers of now have sent, in bytes."""

    @property
    def strangers(self) -> int:
        """Return how many there are."""
        return len(self._sent)

    def enter(self, visitor: "Visitor") -> None:
        """Take in a new connection."""
        self._sent[visitor] = 0
        self._make_room()

    def received(self, visitor: "Visitor", count: int) -> None:
        """Count the bytes of a stranger."""
        if visitor in self._sent:
            self._sent[visitor] += count
            self.held += count
            self._make_room()

    def late(self, visitor: "Visitor") -> None:
        """Close a connection whose time is over; that one was opened in reserve is not worth a word."""
        if self._sent.get(visitor) == 0:
            visitor.close_now()
        else:
            visitor.turn_away("too_slow")

    def forget(self, visitor: "Visitor") -> None:
        """Count it no longer: it is gone, or no stranger."""
        self.held -= self._sent.pop(visitor, 0)

    @contextmanager
    def trusting(self, request: web.Request) -> Iterator[None]:
        """Give the work of a request with the right signature all the time it takes, and keep its connection."""
        visitor = request.protocol
        if not isinstance(visitor, Visitor):  # served without limits, as tests may
            yield
            return
        self.forget(visitor)
        with visitor.working():
            yield

    def _make_room(self) -> None:
        while self.strangers > self._most or self.held > self._most_bytes:
            oldest = next(iter(self._sent))
            self.forget(oldest)
            oldest.turn_away("too_many")


class Visitor(web.RequestHandler):
    """One connection."""

    __slots__ = ("_connections", "_deadline", "_working")

    def __init__(self, server: web.Server, connections: Connections) -> None:
        options: dict[str, Any] = {"access_log": None}
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
            auto_decompress=False,  # what is signed is what was sent
            **options,
        )
        self._connections = connections
        self._deadline: asyncio.TimerHandle | None = None
        self._working = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock."""
        super().connection_made(transport)
        self._expect()
        self._connections.enter(self)

    def data_received(self, data: bytes) -> None:
        """Start the clock anew where an earlier request has ended."""
        if not self._working:
            self._expect()
            self._connections.received(self, len(data))
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        self._expect_nothing()
        self._connections.forget(self)
        super().connection_lost(exc)

    def turn_away(self, why: str) -> None:
        """Close it at once."""
        self._connections.refusals.noise(why)
        self.close_now()

    def close_now(self) -> None:
        """Close it without waiting for anything."""
        if self.transport is not None:
            self.transport.abort()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Stop the clock."""
        self._expect_nothing()
        self._working = True
        try:
            yield
        finally:
            self._working = False

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what isn't HTTP; aiohttp would log a traceback and quote the bytes."""
        if not isinstance(exc, THEIRS):
            return super().handle_error(request, status, exc, message)
        self._connections.refusals.noise("not_http")
        response = web.Response(status=400, text="Bad Request")
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Count what the peer caused, log what is ours."""
        if isinstance(kw.get("exc_info"), THEIRS):
            self._connections.refusals.noise("not_http")
        else:
            super().log_exception(*args, **kw)

    def _expect(self) -> None:
        if self._deadline is None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self._connections.seconds, self._connections.late, self)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
