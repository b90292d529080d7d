"""One server that notes what it is sent and gives the answer of the operation that is being tried."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web


@dataclass(frozen=True)
class Sent:
    """A request, so that two can be compared. `query` is decoded and in order; a form is a mapping, a file its bytes."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    headers: dict[str, str]

    def unlike(self, other: Sent) -> set[str]:
        """The parts in which two requests differ, headers aside."""
        return {
            part
            for part in ("method", "path", "query", "body")
            if getattr(self, part) != getattr(other, part)
        }


class Recorder:
    """Serves any route; `sent` holds what came."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.sent: list[Sent] = []

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Note a request and answer it: bytes as they are, None with an empty 200, anything else as JSON."""
        query = tuple(sorted(request.query.items()))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.sent.append(Sent(request.method, request.path, query, await _body(request), headers))
        if isinstance(self.answer, bytes):
            return web.Response(body=self.answer, content_type="image/png")
        return web.Response() if self.answer is None else web.json_response(self.answer)


async def _body(request: web.Request) -> Any:
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        return json.loads(raw) if raw else None
    form: dict[str, Any] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read())
        assert part.name is not None
        form[part.name] = (part.filename, content) if part.filename else content.decode()
    return form
