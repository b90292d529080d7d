"""An operation: one verb and path of the API, under the name that faults and the call log use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is without `/v2`, in aiohttp's pattern syntax; literal paths are listed before those with `{id}`. `replays`: it honors Idempotency-Key."""

    name: str
    method: str
    path: str
    handler: Handler
    replays: bool = False
