"""Tells the page of each call to the stand-in Telnyx; Slack's stand-in tells of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

PREFIX = "/telnyx/v2/"


def telling_of_calls(tell: Callable[[], None]) -> Middleware:
    """A middleware that calls `tell` after each answered (or broken) call of Telnyx's API."""

    @web.middleware
    async def told(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            if request.path.startswith(PREFIX):
                tell()

    return told
