"""Files as Slack keeps them: asked for, uploaded, completed, shared, deleted.

Shapes: https://docs.slack.dev/reference/objects/file-object.
"""

import itertools
import mimetypes
import secrets
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import quote

from sandbox.slack.world import BOT_USER, Team

JsonObject = dict[str, Any]
UploadProblem = Literal["unknown_url", "expired_url", "used_url", "wrong_length"]


@dataclass(frozen=True)
class Silence:
    """A recording in which no one speaks, of so many bytes with its header, made as it is read: large ones take no room."""

    size: int

    def __len__(self) -> int:
        return self.size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        about = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
        head = b"RIFF" + struct.pack("<I", self.size - 8) + b"WAVE" + about
        head += b"data" + struct.pack("<I", self.size - len(head) - 8)
        yield head
        left, piece = self.size - len(head), bytes([128]) * _PIECE
        while left > 0:
            yield piece[:left]
            left -= _PIECE


_PIECE = 256 * 1024


@dataclass
class StoredFile:
    """One file. `content` is there once the bytes came, `completed` once the app said what to do with them."""

    id: str
    name: str
    size: int
    user: str
    created: float
    team: Team
    root: str
    title: str = ""
    alt_txt: str = ""
    snippet_type: str = ""
    content: bytes | Silence | None = None
    completed: bool = False
    deleted: bool = False
    channels: dict[str, list[JsonObject]] = field(default_factory=dict)
    """The shares by channel: `ts` and, in a thread, `thread_ts`."""

    def leave(self, channel: str, ts: str) -> None:
        """The message no longer carries it."""
        self.channels[channel] = [share for share in self.channels.get(channel, []) if share["ts"] != ts]

    @property
    def mimetype(self) -> str:
        """The media type, guessed from the name as Slack does."""
        return mimetypes.guess_type(self.name)[0] or ("text/plain" if self.snippet_type else _OCTETS)

    @property
    def filetype(self) -> str:
        """Slack's short word for the kind of file."""
        return self.snippet_type or PurePosixPath(self.name).suffix.removeprefix(".").lower() or "binary"

    @property
    def path(self) -> str:
        """The part of the private address that names the file."""
        return f"{self.team.id}-{self.id}"

    def for_app(self) -> JsonObject:
        """The file as messages carry it; a deleted one leaves a tombstone."""
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        private, name = f"{self.root}/files-pri/{self.path}", quote(self.name)
        shown: JsonObject = {
            "id": self.id,
            "created": int(self.created),
            "timestamp": int(self.created),
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "user": self.user,
            "user_team": self.team.id,
            "editable": bool(self.snippet_type),
            "size": self.size,
            "mode": "snippet" if self.snippet_type else "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{private}/{name}",
            "url_private_download": f"{private}/download/{name}",
            "permalink": f"https://{self.team.domain}.slack.com/files/{self.user}/{self.id}/{name}",
            "has_rich_preview": False,
            "file_access": "visible",
        }
        return shown | ({"alt_txt": self.alt_txt} if self.alt_txt else {})


_OCTETS = "application/octet-stream"


class FileStore:
    """All files of the workspace, and the addresses to which their bytes may be sent."""

    def __init__(self, clock: Callable[[], float], lifetime: float) -> None:
        self._clock, self._lifetime = clock, lifetime
        self._numbers = itertools.count(1)
        self._files: dict[str, StoredFile] = {}
        self._waiting: dict[str, StoredFile] = {}

    def new(
        self,
        name: str,
        size: int,
        *,
        team: Team,
        root: str,
        user: str = BOT_USER,
        alt_txt: str = "",
        snippet_type: str = "",
    ) -> tuple[StoredFile, str]:
        """A file without bytes yet, and the token of the address to which they are sent."""
        file = StoredFile(
            id=f"F0{next(self._numbers):06d}",
            name=name,
            size=size,
            user=user,
            created=self._clock(),
            team=team,
            root=root,
            alt_txt=alt_txt,
            snippet_type=snippet_type,
        )
        token = secrets.token_urlsafe(18)
        self._files[file.id] = self._waiting[token] = file
        return file, token

    def fill(self, token: str, content: bytes | Silence) -> StoredFile | UploadProblem:
        """Take the bytes for an upload address; each address takes them once, for a limited time."""
        file = self._waiting.get(token)
        if file is None:
            return "unknown_url"
        if file.content is not None:
            return "used_url"
        if self._clock() - file.created >= self._lifetime:
            return "expired_url"
        if len(content) != file.size:
            return "wrong_length"
        file.content = content
        return file

    def uploaded(self, file_id: str) -> StoredFile | None:
        """A file whose bytes are there and that was not completed before."""
        file = self._files.get(file_id)
        return file if file is not None and file.content is not None and not file.completed else None

    def get(self, file_id: str) -> StoredFile | None:
        """A completed file, also one that was deleted."""
        file = self._files.get(file_id)
        return file if file is not None and file.completed else None

    def at(self, path: str) -> StoredFile | None:
        """The file with this part of a private address."""
        return self.get(path.rpartition("-")[2])

    def everything(self) -> list[StoredFile]:
        """The completed files that still stand, oldest first."""
        return [file for file in self._files.values() if file.completed and not file.deleted]
