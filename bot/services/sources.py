"""Where the document of a passage is opened: on the website that it came from, or by an address that works for a few minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker, Audience, Place, Right
from bot.services.answers import Answers
from bot.services.passages import UNNAMED
from bot.telnyx import Telnyx, TelnyxNotFoundError

SECONDS = 300
"""For how long the address of a document works."""
STORAGE = (".telnyxcloudstorage.com", ".telnyxstorage.com")
"""How the hosts of storage buckets end. No one gets in there without a key, so these are no links for people."""
NOT_READABLE = "You no longer have access to this document. Ask a workspace admin."
GONE = "I couldn't find this document anymore. It may have been renamed or deleted. Its passages still have the text I found."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a document can be opened, and for how many seconds; 0 where it stays."""

    url: str = field(repr=False)
    seconds: int = 0


def website(passage: Mapping[str, Any]) -> str:
    """Return the address of the page a passage came from; nothing where its document lies in a storage bucket."""
    url = passage.get("url") or ""
    host = urlsplit(url).hostname or ""
    # What the sandbox serves on this computer is storage, too.
    return url if url.startswith("https://") and not f".{host}".endswith(STORAGE) else ""


def can_open(passage: Mapping[str, Any]) -> bool:
    """Return whether there is a document to open."""
    return not (passage.get("heard") or passage.get("file")) and (
        bool(website(passage)) or passage["document"] != UNNAMED
    )


def stored_as(passage: Mapping[str, Any]) -> str:
    """Return the name of the object in its bucket: what search says of its place, else the file's name."""
    path, bucket, document = urlsplit(passage.get("url") or "").path, passage["bucket"], passage["document"]
    name = unquote(path).partition(f"/{bucket}/")[2] or unquote(path).removeprefix("/")
    return name if name.endswith(document) and not website(passage) else document


class Sources:
    """The use case behind *Open document*."""

    def __init__(self, telnyx: Telnyx, answers: Answers) -> None:
        self._telnyx = telnyx
        self._answers = answers

    async def find(
        self, turn_id: str, number: int, audience: Audience, place: Place, asker: Asker
    ) -> tuple[dict[str, Any], Address]:
        """Return a passage of an answer, and where its document can be opened now.

        Raises:
            UsageError, RefusedError: the answer or the document is no longer there; it isn't theirs to see, or no longer.
        """
        turn = await self._answers.get(turn_id, audience, place, asker)
        passage = next((passage for passage in turn.passages or () if passage["n"] == number), None)
        if passage is None:
            raise RefusedError(NOT_READABLE)
        return passage, await self.address(passage, audience)

    async def address(self, passage: Mapping[str, Any], audience: Audience) -> Address:
        """Return where the document of a passage can be opened now.

        Raises:
            RefusedError: its bucket isn't theirs to read, or no longer.
            UsageError: the document is no longer there.
        """
        audience.require(Right.DOCUMENTS)
        if passage.get("file") or passage["bucket"] not in audience.buckets:
            raise RefusedError(NOT_READABLE)
        if page := website(passage):
            return Address(page)
        try:
            made = await self._telnyx.storage.presigned(passage["bucket"], stored_as(passage), ttl=SECONDS)
        except (TelnyxNotFoundError, ValueError) as error:  # a name that no path can hold
            raise UsageError(GONE) from error
        return Address(made.presigned_url, SECONDS)
