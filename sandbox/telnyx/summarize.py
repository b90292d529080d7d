"""Family `summarize`: a file of a bucket in a few of its own sentences."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath

from aiohttp import web

from .arguments import Body, check_query, read_body
from .library import Library
from .operations import Operation
from .refusals import refusal
from .summary import gist, headings_in, summarize

_SENTENCES = 5
_TAKEN = frozenset(
    [
        "pdf",
        "html",
        "htm",
        "txt",
        "json",
        "csv",
        "md",
        "flac",
        "mp3",
        "mp4",
        "mpeg",
        "mpga",
        "m4a",
        "ogg",
        "wav",
        "webm",
    ]
)
"""Endings of file names that are summarized; a name without one is text."""


class SummaryBody(Body):
    """Body of POST /ai/summarize."""

    bucket: str
    filename: str
    system_prompt: str | None = None


class Summarize:
    """The one operation of this family."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def operations(self) -> tuple[Operation, ...]:
        """The operations of this family."""
        return (Operation("summarize", "POST", "/ai/summarize", self.summarize, replays=True),)

    async def summarize(self, request: web.Request) -> web.Response:
        """Extracts, under the headings (`## \u2026`) of the system prompt if it has any.

        404 for an unknown bucket or file, 422 for a file without readable text, or of a type that isn't taken.
        """
        check_query(request, ())
        body = await read_body(request, SummaryBody)
        bucket = self._library.buckets.get(body.bucket)
        document = bucket.documents.get(body.filename) if bucket else None
        if document is None:
            raise refusal(404, f"The file could not be found: {body.bucket}/{body.filename}")
        ending = PurePosixPath(body.filename).suffix.removeprefix(".").lower()
        if ending and ending not in _TAKEN:
            raise refusal(422, f"Files of the type .{ending} are not supported.", pointer="/filename")
        if document.error_reason:
            raise refusal(422, f"The file could not be read: {document.error_reason}", pointer="/filename")
        headings = headings_in(body.system_prompt or "")
        if headings:
            summary = await asyncio.to_thread(summarize, headings, document.text)
        else:
            summary = await asyncio.to_thread(gist, document.text, _SENTENCES)
        return web.json_response({"data": {"summary": summary}})
