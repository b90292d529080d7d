"""What people do with files: see them, open them, upload their own."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.slack.action_values import ActionError
from sandbox.slack.control.finding import Finder
from sandbox.slack.control.request import Routes, body, query
from sandbox.slack.file_sharing import share, visible_to
from sandbox.slack.file_store import Silence, StoredFile
from sandbox.slack.uploads import given_out
from sandbox.slack.workspace import Workspace

#: What a browser may show by itself; everything else is plain text or saved. No file may run anything.
SHOWN_AS_IT_IS = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "application/pdf")
#: The bytes of a WAV file's header.
LEAST = 44
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


class Files:
    """Files as people see them."""

    def __init__(self, workspace: Workspace) -> None:
        self._slack, self._find = workspace, Finder(workspace)

    def routes(self) -> Routes:
        """The calls by verb and name."""
        return {
            ("GET", "files"): self.files,
            ("GET", "files/content"): self.content,
            ("POST", "upload"): self.upload,
        }

    async def files(self, request: web.Request) -> Any:
        """The files that a person sees, oldest first, with their `shares` by channel."""
        user = self._find.person(query(request, "user").get("user", ""))
        return [
            file.for_app()
            | {"shares": {place: entries for place, entries in file.channels.items() if entries}}
            for file in self._slack.files.everything()
            if visible_to(self._slack, user, file)
        ]

    async def content(self, request: web.Request) -> web.Response:
        """The bytes of a file that a person sees."""
        asked = query(request, "user", "file")
        file = self._seen(self._find.person(asked.get("user", "")), asked.get("file", ""))
        kind = file.mimetype
        as_it_is = kind.startswith(SHOWN_AS_IT_IS)
        plain = kind.startswith("text/") or kind in ("application/json", "application/x-yaml")
        shown = kind if as_it_is else ("text/plain" if plain else "application/octet-stream")
        charset = "utf-8" if shown == "text/plain" else None
        return given_out(file, shown, charset=charset, headers=HEADERS)

    def _seen(self, user: str, file_id: str) -> StoredFile:
        file = self._slack.files.get(file_id)
        if file is None or file.deleted or not visible_to(self._slack, user, file):
            raise ActionError("this person sees no such file")
        return file

    async def upload(self, request: web.Request) -> Any:
        """Share a file of one's own in a channel or thread; `content` is base64, or `silence` the bytes of a recording without a word."""
        said = await body(
            request,
            {"user": str, "channel": str, "name": str},
            {"content": str, "silence": int, "text": str, "thread_ts": str, "title": str},
        )
        user, channel = self._find.person(said["user"]), self._find.member(said["user"], said["channel"])
        thread_ts = said.get("thread_ts")
        if thread_ts and not self._slack.messages.thread(channel.id, thread_ts):
            raise ActionError("thread_not_found")
        content = _content(said)
        slack = self._slack
        file, token = slack.files.new(
            said["name"], len(content), team=slack.world.team, root=slack.root, user=user
        )
        slack.files.fill(token, content)
        file.title, file.completed = said.get("title", said["name"]), True
        made = share(slack, channel, [file], text=slack.encode(said.get("text", "")), thread_ts=thread_ts)
        return {"ts": made.ts, "channel": channel.id, "file": file.id}


def _content(said: Mapping[str, Any]) -> bytes | Silence:
    if "silence" in said:
        return Silence(max(said["silence"], LEAST))
    try:
        content = base64.b64decode(said.get("content", ""), validate=True)
    except binascii.Error:
        raise ActionError("content is not base64") from None
    if not content:
        raise ActionError("a file is not empty")
    return content
