"""What is suggested to someone who opens the conversation: about documents and calls that are really there for them."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from bot.errors import RefusedError, UsageError
from bot.fresh import Fresh
from bot.services.access import Asker, Audience, Place, Right, Rights
from bot.services.buckets import Buckets
from bot.services.calls import Calls
from bot.services.documents import State, state_of
from bot.services.ids import short
from bot.telnyx import Telnyx, TelnyxError

T = TypeVar("T")
MOST = 3
"""Of documents and calls together; Slack takes four prompts, and one says what else can be asked."""
FRESH_SECONDS = 300.0
"""How long the names of a bucket's files are believed. Who may read it is asked anew each time."""
SECONDS = 3.0
"""What takes longer is not suggested."""
LONGEST = 60
_NAME = re.compile(r"[^\W_](?:[^\W_]|[ ,.'()&-])*")
"""Names that read as words; others would be odd in a sentence, or mean something to Slack."""
_BETWEEN = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is shown, and what is said for the person who chooses it."""

    title: str
    message: str


class Prompts:
    """Finds what can be asked.

    Args:
        telnyx: the files of buckets.
        buckets: which of them a question is looked for in.
        calls: the calls.
        rights: who may see what.
        seconds: for which each look-up is waited for.
    """

    def __init__(
        self, telnyx: Telnyx, buckets: Buckets, calls: Calls, rights: Rights, *, seconds: float = SECONDS
    ) -> None:
        self._telnyx = telnyx
        self._buckets = buckets
        self._calls = calls
        self._rights = rights
        self._seconds = seconds
        self._subjects: Fresh[str, tuple[str, ...]] = Fresh(self._read, FRESH_SECONDS, kept=500)

    async def of(self, team: str, asker: Asker) -> list[Prompt]:
        """Return what this person can ask now, at most three; what can't be looked up is not suggested.

        Raises:
            Exception: the workspace does not say who they are.
        """
        audience = await self._rights.alone(Place(team, "", ""), asker)
        call, documents = await asyncio.gather(
            self._in_time(self._latest(audience)), self._in_time(self._documents(audience))
        )
        found = [*(call or ()), *(documents or ())]
        return found[:MOST]

    async def _in_time(self, looking: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await looking
        except (RefusedError, UsageError, TelnyxError, TimeoutError):
            return None

    async def _latest(self, audience: Audience) -> list[Prompt]:
        if not audience.has(Right.CALLS):
            return []
        calls, _ = await self._calls.latest(audience, 1)
        return [
            Prompt("Summarize the latest call", f"Summarize the call {short(one.id)}") for one in calls[:1]
        ]

    async def _documents(self, audience: Audience) -> list[Prompt]:
        """Return a question about a document of each bucket in turn."""
        if not audience.has(Right.DOCUMENTS):
            return []
        names = (await self._buckets.chosen(audience))[:MOST]
        subjects = await asyncio.gather(*map(self._subjects.get, names), return_exceptions=True)
        known = [(name, one) for name, one in zip(names, subjects, strict=True) if isinstance(one, tuple)]
        rounds = range(max((len(one) for _, one in known), default=0))
        asked = (
            f"What does {name} say about {one[place]}?"
            for place in rounds
            for name, one in known
            if place < len(one) and _NAME.fullmatch(name)
        )
        return [Prompt(text, text) for text, _ in zip(asked, range(MOST), strict=False)]

    async def _read(self, bucket: str) -> tuple[str, ...]:
        """Return what the documents of a bucket are about by their names, those embedded last first."""
        files = [
            one for one in await self._telnyx.embeddings.files(bucket) if state_of(one) is State.EMBEDDED
        ]
        files.sort(
            key=lambda one: (-(one.last_embedded_at.timestamp() if one.last_embedded_at else 0), one.filename)
        )
        return tuple(filter(None, map(subject, (one.filename for one in files))))[:MOST]


def subject(filename: str) -> str:
    """Return a file's name as words: ``sick days`` of ``hr/sick-days.md``; nothing where it makes none."""
    words = _BETWEEN.sub(" ", PurePosixPath(filename).stem).strip()
    return words if len(words) <= LONGEST and _NAME.fullmatch(words) and any(map(str.isalpha, words)) else ""
