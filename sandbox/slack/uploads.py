"""Takes the bytes of files, and hands them out again to the app: the two parts that are not of the Web API.

Faults know them as `upload` and `download`.
"""

from typing import Any

from aiohttp import hdrs, web
from aiohttp.payload import AsyncIterablePayload

from sandbox.slack.file_sharing import visible_to_bot
from sandbox.slack.file_store import Silence, StoredFile
from sandbox.slack.spoiling import Outcome, weathered
from sandbox.slack.workspace import Workspace

UPLOAD_PATH = "/upload/v1"
LARGEST_FILE = 15 * 2**20
"""Slack takes 1 GB; this workspace restricts large files, which Slack lets a workspace do."""
REFUSED, GONE = 400, 404
SIGN_IN = "<!doctype html><title>Sign in to Slack</title><h1>Sign in to this workspace</h1>"


class Uploads:
    """Answers `/upload/v1/{token}`, `/files-pri/…` and the sign-in page that a stranger gets instead of a file."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack = workspace

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.post(f"{UPLOAD_PATH}/{{token}}", self.take),
            web.get("/files-pri/{path}/{name}", self.give),
            web.get("/files-pri/{path}/download/{name}", self.give),
            web.get("/signin", self.sign_in),
        ]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes, as the body or as the first file of a form; Slack's answer is `OK - ` and their number."""

        async def do() -> Outcome:
            content = await _content(request)
            if content is None:
                return web.Response(status=REFUSED, text="no_file_data"), "no_file_data"
            filled = self._slack.files.fill(request.match_info["token"], content)
            if isinstance(filled, StoredFile):
                return web.Response(text=f"OK - {filled.size}"), ""
            status = REFUSED if filled == "wrong_length" else GONE
            return web.Response(status=status, text=filled), filled

        return await weathered(request, self._slack, "upload", do)

    async def give(self, request: web.Request) -> web.StreamResponse:
        """The bytes, for the app's token; anyone else is sent to the sign-in page, which is HTML with status 200."""

        async def do() -> Outcome:
            slack, installed = self._slack, self._slack.installation
            token = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ").strip()
            scopes = installed.scopes if installed else frozenset()
            if token != slack.credentials.bot_token or "files:read" not in scopes:
                return web.Response(
                    status=302, headers={hdrs.LOCATION: f"{slack.root}/signin"}
                ), "invalid_auth"
            file = slack.files.at(request.match_info["path"])
            if file is None or file.deleted or not visible_to_bot(slack, file):
                return web.Response(status=GONE, text="file_not_found"), "file_not_found"
            return given_out(file, file.mimetype), ""

        return await weathered(request, self._slack, "download", do)

    async def sign_in(self, _request: web.Request) -> web.Response:
        """Where a request without the right token ends."""
        return web.Response(text=SIGN_IN, content_type="text/html")


class _Made(AsyncIterablePayload):
    """Silence on its way, whose length is known."""

    def __init__(self, silence: Silence) -> None:
        super().__init__(aiter(silence))
        self._size = silence.size


def given_out(file: StoredFile, kind: str, **more: Any) -> web.Response:
    """A file's bytes as an answer."""
    if not isinstance(file.content, Silence):
        return web.Response(body=file.content, content_type=kind, **more)
    return web.Response(body=_Made(file.content), content_type=kind, **more)


async def _content(request: web.Request) -> bytes | None:
    """The bytes that were sent."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return None
