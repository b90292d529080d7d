"""What people said in Slack, kept as a document of a bucket: who may, into which, under which name."""

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, get_args

from bot.errors import RefusedError, UsageError
from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.access.wider import UNKNOWN, Wider
from bot.services.buckets import unknown
from bot.services.documents import Status
from bot.telnyx import EmbeddingTask, Telnyx, TelnyxError, TelnyxNotFoundError

NOT_AN_EXPERT = (
    "Only workspace admins and the experts of that channel can keep something of it in docs. A workspace admin names the experts with "
    "`/telnyx channel set --experts @group`."
)
OTHER_BUCKET = (
    "Choose a bucket that only people see who can read it, keep a thread of a public channel, or ask a workspace admin: "
    "`/telnyx grants --bucket NAME` shows who may see a bucket."
)
AGAIN = "Try again in a moment."
SOURCE, DEED, REPLACES = "source-id", "deed", "replaces"
"""Notes on an object: what it was made of, by which change, and which earlier change it takes the place of."""
LATER_SECONDS = 2.0
"""After which a task that Telnyx didn't list is looked for again."""
SKEW_SECONDS = 60.0
"""A task that began so long before is the one of now: Telnyx's clocks differ."""
LARGEST = 100_000_000
"""Bytes of a file that Telnyx still embeds."""
_WORDS = re.compile(r"[^\W_]+")
WORDS, LONGEST = 8, 60
"""Of a name: how many words, and how many characters."""


class InGroups(Protocol):
    """Says who is in which user group."""

    async def groups(self, user: str, among: Collection[str]) -> frozenset[str]:
        """Return those of these groups that a person is in."""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to keep."""

    id: str
    """Of what it's made of: the same thread, or the same file, always has the same one."""
    words: str
    """What its name begins with."""
    ending: str
    """Such as ``md``."""
    content: bytes | AsyncIterator[bytes]
    content_type: str
    notes: Mapping[str, str]
    """Where it comes from, kept beside it; ASCII."""

    @property
    def tail(self) -> str:
        """Return how each name of it ends."""
        return f"{self.id}.{self.ending}"

    @property
    def name(self) -> str:
        """Return its name: words, then the id, so nothing else has it."""
        written = unicodedata.normalize("NFC", self.words).lower()
        words = "-".join(_WORDS.findall(written)[:WORDS])[:LONGEST].strip("-")
        return f"{words}-{self.tail}" if words else self.tail


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that is in its bucket."""

    bucket: str
    name: str
    replaced: bool
    """It was kept there before."""
    embedded: bool
    """The bucket embeds by itself what is put there."""
    task: str = ""
    """The id of the task that embeds it, where Telnyx lists it; empty once that has ended."""


class Keeping:
    """The use cases behind *Keep in docs*.

    Args:
        telnyx: where documents are kept.
        wider: whether a bucket has more readers than a conversation.
        rights: what is set for a channel.
        directory: who is in which user group, in the workspace of a team.
        pause: waits.
        clock: the time of day, where Telnyx tells none.
    """

    def __init__(
        self,
        telnyx: Telnyx,
        wider: Wider,
        rights: Rights,
        directory: Callable[[str], InGroups],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._telnyx = telnyx
        self._wider = wider
        self._rights = rights
        self._directory = directory

    async def buckets(self, place: Place, asker: Asker, audience: Audience) -> tuple[str, ...]:
        """Return the embedded buckets in which this person may keep what is said in a conversation, by name.

        Raises:
            RefusedError: they may keep nothing of it.
        """
        audience.require(Right.MEMBERS)
        await self._require(place, asker, audience)
        names = sorted(await self._writable(audience))
        why = await self._wider.why(names, place)
        return tuple(name for name in names if not why[name])

    async def keep(
        self, bucket: str, document: Document, place: Place, asker: Asker, audience: Audience, *, key: str
    ) -> Kept:
        """Put a document into a bucket, in place of what was kept of the same source before.

        Args:
            bucket: its name.
            document: what to keep.
            place: the conversation that it's of.
            asker: who keeps it; they can read the conversation.
            audience: what they may do alone.
            key: the same at each attempt of one change.

        Raises:
            RefusedError: they may keep nothing of it, or the bucket has more readers.
            UsageError: there is no such bucket, or another document has that name.
        """
        audience.require(Right.MEMBERS)
        await self._require(place, asker, audience)
        embedded = await self._open(bucket, place, audience)
        since = (self._telnyx.said_at or self._clock()) - SKEW_SECONDS
        name = await self._name(bucket, document) if embedded else document.name
        held = await self._telnyx.objects.held(bucket, name)
        before = held.notes if held is not None else {}
        if held is not None and before.get(SOURCE) != document.id:
            raise UsageError(f"{bucket} already has another document called “{name}”. Choose another name.")
        if before.get(DEED) == key:  # an attempt that was cut off put it there
            # Whenever that was: of the tasks with this name the latest is its own.
            return await self._kept(bucket, name, 0.0, replaced=REPLACES in before, embedded=embedded)
        replaces = {REPLACES: before[DEED]} if DEED in before else {}
        notes = {**document.notes, SOURCE: document.id, DEED: key, **replaces}
        try:
            await self._telnyx.objects.put(
                bucket, name, document.content, content_type=document.content_type, notes=notes
            )
        except TelnyxNotFoundError as error:
            raise unknown(bucket, await self._writable(audience)) from error
        return await self._kept(bucket, name, since, replaced=bool(replaces), embedded=embedded)

    async def _kept(self, bucket: str, name: str, since: float, *, replaced: bool, embedded: bool) -> Kept:
        """Return where a document is, with the task that embeds it; Telnyx begins one by itself, and names the file in it."""
        task = await self._task(bucket, name, since) if embedded else ""
        return Kept(bucket, name, replaced, embedded, task)

    async def _task(self, bucket: str, name: str, since: float) -> str:
        """Return the id of the task that embeds a document; "" where Telnyx doesn't list it.

        Telnyx may begin it a moment later, and have ended it by then: what isn't among those that go on is looked for once
        more among all, after a pause. What begins later still is a job that no one started, as far as anyone can tell.
        """
        for which, pause in ((None, 0.0), (get_args(Status), LATER_SECONDS)):
            await self._pause(pause)
            tasks: Sequence[EmbeddingTask] = ()
            with suppress(TelnyxError):  # it is kept all the same
                tasks = await self._telnyx.embeddings.tasks(which)
            made = [
                (task.created_at.timestamp() if task.created_at else since, task.task_id)
                for task in tasks
                if task.bucket == bucket and (task.task_name or "").endswith(f" {bucket}/{name}")
                if which is None or task.created_at
            ]
            if new := [one for one in made if one[0] >= since]:
                return max(new)[1]
        return ""

    async def _open(self, bucket: str, place: Place, audience: Audience) -> bool:
        """Return whether a bucket is embedded; raise unless what is said in a conversation may be kept there."""
        embedded = bucket in await self._telnyx.embeddings.buckets()
        known = await self._writable(audience)
        if bucket not in known and (embedded or not audience.has(Right.ADMIN)):
            raise unknown(bucket, known)
        if why := (await self._wider.why((bucket,), place))[bucket]:
            raise RefusedError(
                f"{why}, so I can't keep it there. {AGAIN if why == UNKNOWN else OTHER_BUCKET}"
            )
        return embedded

    async def _writable(self, audience: Audience) -> tuple[str, ...]:
        """Return the embedded buckets that they may see: an admin those that they manage."""
        seen = audience.named if audience.has(Right.ADMIN) else audience.buckets
        return seen.among(await self._telnyx.embeddings.buckets())

    async def _name(self, bucket: str, document: Document) -> str:
        """Return the name under which it was kept before, whatever its words were; else its own."""
        files = await self._telnyx.embeddings.files(bucket)
        before = [file.filename for file in files if f"-{file.filename}".endswith(f"-{document.tail}")]
        return document.name if document.name in before or not before else min(before)

    async def _require(self, place: Place, asker: Asker, audience: Audience) -> None:
        """Raise unless someone is an admin, or an expert of the channel."""
        if audience.has(Right.ADMIN):
            return
        experts = (await self._rights.set_for(place, asker, private=True)).experts
        if not experts or not await self._directory(place.team).groups(asker.user, (experts,)):
            raise RefusedError(NOT_AN_EXPERT)
