"""Serves the documents of the buckets, so the sources of an answer lead nowhere but here."""

from __future__ import annotations

from aiohttp import web

from sandbox.page.serving import HEADERS
from sandbox.telnyx.library import Library

FOLDER = "/documents"


def source_routes(library: Library) -> list[web.RouteDef]:
    """Return the route `/documents/BUCKET/FILE`: the text that answers are made from. As plain text, nothing in it acts."""

    async def document(request: web.Request) -> web.Response:
        bucket = library.buckets.get(request.match_info["bucket"])
        found = bucket and bucket.documents.get(request.match_info["name"])
        if not found:
            raise web.HTTPNotFound(text="There is no such document here.\n", headers=HEADERS)
        text = (
            found.text if not found.error_reason else f"This file couldn't be read: {found.error_reason}.\n"
        )
        return web.Response(text=text, content_type="text/plain", charset="utf-8", headers=HEADERS)

    return [web.get(FOLDER + r"/{bucket}/{name:[\s\S]+}", document)]
