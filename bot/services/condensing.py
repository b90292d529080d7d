"""Long material through a model that reads less of it at a time: in parts, and then as a whole. Nothing is cut silently."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from bot.errors import UsageError
from bot.services.ask import EmptyAnswerError
from bot.services.at_once import all_of
from bot.services.models import Models
from bot.services.parted import Part, parted, runs
from bot.services.passages import fenced
from bot.services.room import HALF
from bot.services.tokens import beginning, tokens
from bot.telnyx import (
    ChatAnswer,
    ChatMessage,
    ChatRequest,
    Telnyx,
    TelnyxNotFoundError,
    TelnyxServerError,
    TelnyxStatusError,
    TelnyxUnreachableError,
    TelnyxUnreadableError,
    Usage,
    whole,
)

ANSWER_TOKENS = 1_500
"""Room for the text itself and the rules."""
LEAST_TOKENS = 500
"""Room for a part, however small the model."""
AT_ONCE = 3
"""Parts that are read at the same time."""
TRIES = 2
"""How often a part is read before the rest goes on without it."""
MOST_MISSING = 0.5
"""Of the lines: without so many of them there is nothing to rely on."""
PASSING = (EmptyAnswerError, TelnyxServerError, TelnyxUnreachableError, TelnyxUnreadableError)
"""What keeps a single part from being read, and may be over for the next one."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """What is made of the material."""

    whole: str
    """The rules for all of it, or for the notes of its parts."""
    part: str
    """The rules for the notes of one part."""
    material: str
    """The tag that stands around it, such as ``call``."""
    too_long: str
    """What the person reads when it can't be made short enough for the model."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the model wrote about one part, or the whole."""

    text: str
    cut: str | None
    """Why its end may be missing; see ``Answer.cut``."""
    read: int
    """Tokens of the prompt."""
    written: int
    estimated: bool
    """The tokens are our estimate, because Telnyx sent no count."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What outlives the process of a long reading: no part is paid for twice."""

    known: Mapping[str, Note]
    """Notes that were made before, by what was asked."""
    keep: Callable[[Mapping[str, Note]], Awaitable[None]]
    """Keeps all that were made so far."""


Progress = Callable[[int, int], None]
"""Is told that the n-th of so many parts is read; one more than there are: they are put together."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """What the model made of it."""

    text: str
    parts: int
    model: str
    cut: str | None = None
    """Why the text, or the notes of a part, may lack its end; see ``Answer.cut``."""
    missing: tuple[tuple[int, int], ...] = ()
    """Lines that could not be read: the places of the first and the last of each run, from 0."""
    usage: Usage | None = None
    """The tokens of all parts and of the whole."""
    estimated: bool = False
    """Some of the tokens are our estimate."""


@dataclass(slots=True)
class _Reading:
    """One reading: what is wanted, and what was made so far."""

    how: Instructions
    model: str
    progress: Progress | None
    memory: Memory | None
    partly: bool
    notes: dict[str, Note] = field(default_factory=dict)
    """By what was asked."""
    spent: list[Note] = field(default_factory=list)
    cut: str | None = None

    def told(self, number: int, count: int) -> None:
        if self.progress is not None:
            self.progress(number, count)


class Condenser:
    """Reads lines, in as many parts as the model needs.

    Args:
        telnyx: where the models are.
        models: the default one, and how much each can read.
        temperature: of the model.
    """

    def __init__(self, telnyx: Telnyx, models: Models, temperature: float) -> None:
        self._telnyx = telnyx
        self._models = models
        self._temperature = temperature

    async def condense(
        self,
        lines: Sequence[str],
        how: Instructions,
        model: str | None = None,
        *,
        progress: Progress | None = None,
        memory: Memory | None = None,
        partly: bool = False,
    ) -> Condensed:
        """Return what the model makes of all lines; ``missing`` names those it couldn't read, where ``partly`` allows that.

        Raises:
            UsageError: there is no such model, or it reads too little at a time.
            EmptyAnswerError: the model wrote nothing.
            TelnyxError: so much could not be read that the rest says little.
        """
        chosen = model or self._models.default
        room = max(await self._models.context_tokens(chosen) - ANSWER_TOKENS, LEAST_TOKENS)
        reading = _Reading(how, chosen, progress, memory, partly)
        if memory is not None:
            reading.notes |= memory.known
        try:
            return await self._within(reading, lines, room)
        except TelnyxStatusError as error:
            if not error.too_long:
                raise
        try:
            return await self._within(reading, lines, int(room * HALF))
        except TelnyxStatusError as error:
            if not error.too_long:
                raise
            raise UsageError(how.too_long) from error

    async def _within(self, reading: _Reading, lines: Sequence[str], room: int) -> Condensed:
        """Return it, read in parts of at most ``room`` tokens."""
        parts = parted(lines, room, tokens, beginning)
        if len(parts) == 1:
            note = await self._ask(reading, reading.how.whole, parts[0].text)
            return _condensed(reading, note, 1)
        noted = await self._noted(reading, parts, len(lines))
        missing = runs(part for part, note in zip(parts, noted, strict=True) if note is None)
        reading.told(len(parts) + 1, len(parts))
        note = await self._reduced(reading, [note for note in noted if note is not None], len(parts), room)
        return replace(_condensed(reading, note, len(parts)), missing=missing)

    async def _noted(self, reading: _Reading, parts: Sequence[Part], lines: int) -> list[Note | None]:
        """Return the notes of each part; None for one that can't be read.

        Raises:
            Exception: what kept the model from reading, where that was too much of it, or all the same.
        """
        gate, begun, lost, wrong = asyncio.Semaphore(AT_ONCE), 0, 0, list[Exception]()

        async def note(part: Part) -> Note | None:
            nonlocal begun, lost
            async with gate:
                begun += 1
                reading.told(begun, len(parts))
                for _ in range(TRIES):
                    try:
                        return await self._remembered(reading, part.text)
                    except PASSING as error:
                        if getattr(error, "too_long", False):
                            raise
                        wrong.append(error)
                lost += part.last - part.first + 1
                if not reading.partly or lost >= lines * MOST_MISSING:
                    raise wrong[0]
                return None

        return await all_of(note(part) for part in parts)

    async def _reduced(self, reading: _Reading, noted: Sequence[Note], count: int, room: int) -> Note:
        """Return the whole from the notes of ``count`` parts; notes that are still too long are noted again."""
        while True:
            reading.cut = reading.cut or next((note.cut for note in noted if note.cut), None)
            joined = "\n".join(note.text for note in noted)
            if tokens(joined) <= room:
                return await self._ask(reading, reading.how.whole, joined)
            lines = [line for line in joined.splitlines() if line.strip()]
            smaller = parted(lines, room, tokens, beginning)
            if len(smaller) >= count:
                raise UsageError(reading.how.too_long)
            gate, count = asyncio.Semaphore(AT_ONCE), len(smaller)

            async def note(part: Part, gate: asyncio.Semaphore = gate) -> Note:
                async with gate:
                    return await self._remembered(reading, part.text)

            noted = await all_of(note(part) for part in smaller)

    async def _remembered(self, reading: _Reading, text: str) -> Note:
        """Return the notes of a part; those that were made before are not paid for again."""
        key = sha256(f"{reading.model}\0{reading.how.part}\0{text}".encode()).hexdigest()[:32]
        if (known := reading.notes.get(key)) is not None:
            reading.spent.append(known)
            return known
        note = await self._ask(reading, reading.how.part, text)
        if reading.memory is not None and note.cut is None:
            reading.notes[key] = note
            await reading.memory.keep(reading.notes)
        return note

    async def _ask(self, reading: _Reading, rules: str, text: str) -> Note:
        material = reading.how.material
        request = ChatRequest(
            messages=[
                ChatMessage(role="system", content=rules),
                ChatMessage(role="user", content=f"<{material}>\n{fenced(text)}\n</{material}>"),
            ],
            model=reading.model,
            temperature=self._temperature,
        )
        try:
            answer = await self._telnyx.chat.complete(request)
        except TelnyxNotFoundError as error:
            raise await self._models.unknown(reading.model) from error
        note = _note(answer, rules, text)
        reading.spent.append(note)
        if not note.text:
            raise EmptyAnswerError(note.cut)  # else what it covers would stand under nothing
        return note


def _note(answer: ChatAnswer, rules: str, text: str) -> Note:
    written = answer.text.strip()
    cut = None if whole(answer.finish_reason) else answer.finish_reason or "unknown"
    if (took := answer.usage) is not None:
        return Note(written, cut, took.prompt_tokens, took.completion_tokens, estimated=False)
    return Note(written, cut, tokens(rules) + tokens(text), tokens(answer.text), estimated=True)


def _condensed(reading: _Reading, note: Note, parts: int) -> Condensed:
    read = sum(one.read for one in reading.spent)
    written = sum(one.written for one in reading.spent)
    return Condensed(
        note.text,
        parts,
        reading.model,
        note.cut or reading.cut,
        usage=Usage(read, written, read + written),
        estimated=any(one.estimated for one in reading.spent),
    )
