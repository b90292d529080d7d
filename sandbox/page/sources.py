"""Serves the documents of the buckets to those who have an address for one, so the sources of an answer lead nowhere but here."""

from __future__ import annotations

from aiohttp import web

from sandbox.page.serving import HEADERS
from sandbox.telnyx.storage import Storage

FOLDER = "/documents"
REFUSED = "This link doesn't work, or no longer does. Press Open document again to get a new one.\n"


def source_routes(storage: Storage) -> list[web.RouteDef]:
    """Return the route `/documents/BUCKET/FILE?token=…`: the text that answers are made from. As plain text, nothing in it acts.

    Without a token that opens it a document is refused, in the same words whether it is there or not.
    """

    async def document(request: web.Request) -> web.Response:
        bucket, name = request.match_info["bucket"], request.match_info["name"]
        found = storage.opened(bucket, name, request.query.get("token", ""))
        if found is None:
            raise web.HTTPForbidden(text=REFUSED, headers=HEADERS)
        text = (
            found.text if not found.error_reason else f"This file couldn't be read: {found.error_reason}.\n"
        )
        return web.Response(text=text, content_type="text/plain", charset="utf-8", headers=HEADERS)

    return [web.get(FOLDER + r"/{bucket}/{name:[\s\S]+}", document)]
