"""Everything that belongs to a question: its options, names, files, forwarded words, and what was said before it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render import ask as render
from bot.render.refusal import CALLS
from bot.services.access import Audience, Rights
from bot.services.beside import asks, of_pages, of_picture, of_text
from bot.services.models import Models
from bot.services.passages import Passage
from bot.services.query import Exchange, Query
from bot.services.unclear import MEANT, as_meant
from bot.slack.reading.attached import BLIND, MANY, MOST, Attached
from bot.slack.reading.threads import Others
from bot.slack.workspace import Workspace, Workspaces
from bot.store.turns import Turns
from bot.workflows.asked import FILES, FORWARDED, WITHIN, Asked

log = structlog.get_logger(__name__)

REMEMBERED = 6
"""Earlier questions of the thread that the model is shown."""

NOTHING_SAID = Others("")
ReadOptions = Callable[[str], tuple[str, Mapping[str, Any]]]
"""Reads the words and the options out of what was said in a message."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What was said in a thread before a question."""

    history: tuple[Exchange, ...] = ()
    others: Others = NOTHING_SAID
    unread: str | None = None
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Files:
    """What files say: ``asking`` are part of the question, ``beside`` of what it is answered from."""

    asking: tuple[str, ...] = ()
    beside: tuple[Passage, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None


def _files_of(options: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((key, name) for key, name in (options or {}).get(FILES, ()))


@dataclass(frozen=True, slots=True)
class Material:
    """Gathers it."""

    turns: Turns
    workspaces: Workspaces
    rights: Rights
    read_options: ReadOptions
    models: Models

    async def query(self, asked: Asked, audience: Audience) -> tuple[Query, str | None]:
        """Return what is asked, and a note about what could not be read.

        Raises:
            UsageError: an option in it is wrong.
        """
        said, *passed_on = asked.text.split(FORWARDED)
        text, options = self._read(asked, said)
        options = {**options, **asked.options}
        here = await self.rights.set_for(asked.place, asked.asker, private=asked.private)
        model = options.get("model") or here.model
        named, (before, files) = await asyncio.gather(
            self._at(asked).people.named(text), self._given(asked, options.get(FILES, ()), model)
        )
        shared = [await self._at(asked).people.named(words) for words in passed_on]
        query = Query(
            as_meant(named, options),
            audience,
            buckets=tuple(options.get("buckets", ())),
            here=here.buckets or (),
            tone=here.tone or "",
            top=options.get("top"),
            model=model,
            documents=bool(options.get("documents", True)),
            calls=bool(options.get(CALLS)),
            history=before.history,
            thread=before.others.text,
            about=before.others.lead,
            attached=(*shared, *files.asking),
            beside=files.beside,
            pictures=files.pictures,
            asks_back=MEANT not in options,
        )
        unread = (
            render.FORWARD_UNREAD if passed_on and not (any(shared) or files.asking or files.beside) else None
        )
        return query, " ".join(filter(None, (before.unread, files.note, unread))) or None

    def _at(self, asked: Asked) -> Workspace:
        return self.workspaces.of(asked.place.team)

    async def named(self, asked: Asked) -> str:
        """Return a question as people read it, with names instead of ids."""
        return await self._at(asked).people.named(asked.text)

    def options(self, asked: Asked) -> Mapping[str, Any]:
        """Return the options of a question, whichever way they came.

        Raises:
            UsageError: one is wrong.
        """
        return {**self._read(asked, asked.text.split(FORWARDED)[0])[1], **asked.options}

    def _read(self, asked: Asked, text: str) -> tuple[str, Mapping[str, Any]]:
        """Return the words and the options of a message. A command's options were read when it was typed."""
        said = bool(asked.ts or asked.options.get(WITHIN))
        return self.read_options(text) if said and text.strip() else (text, {})

    async def _given(self, asked: Asked, own: Any, model: str | None) -> tuple[_Before, _Files]:
        """Return what was said before it, and the files that came with it, or were shared in the thread that it stands in."""
        before, files = await asyncio.gather(self._before(asked), self._files(asked, own, model))
        if own or not before.files:
            return before, files
        files = await self._files(asked, before.files, model)
        return before, replace(files, note=None) if before.history else files  # it was said then

    async def _before(self, asked: Asked) -> _Before:
        """Return what was said before it. A thread is read only where others may have written in it."""
        channel = asked.place.channel
        thread, ts = asked.options.get(WITHIN) or (asked.place.thread, asked.ts)
        if not thread or ts == thread:
            return _Before()
        direct = asked.place.direct
        if asked.private and not direct and not await self.rights.present(asked.place, asked.asker):
            return _Before()  # what stands in a thread is for those who are in the channel, now
        at = self._at(asked)
        # An answer that went aside can't be shared, so what went aside before it may be in it.
        alone = asked.asker.user if asked.private and WITHIN not in asked.options else ""
        earlier = await self.turns.earlier(channel, thread, ts, REMEMBERED, alone=alone)
        history = tuple(
            [
                Exchange(
                    as_meant(await at.people.named(self._read(asked, turn.question)[0]), turn.options),
                    turn.answer or "",
                )
                for turn in earlier
            ]
        )
        shared = next(filter(None, (_files_of(turn.options) for turn in reversed(earlier))), ())
        if direct:
            return _Before(history, files=shared)
        known = {turn.ts for turn in earlier}
        try:
            others = await at.threads.others(channel, thread, before=ts, known=known, bot=asked.bot_user)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("thread_not_read", error=type(error).__name__)
            return _Before(history, unread=render.THREAD_UNREAD, files=shared)
        return _Before(history, others, files=others.files or shared)

    async def _files(self, asked: Asked, files: Any, model: str | None) -> _Files:
        """Return what is in the files that came with it, with a note about what was not read."""
        if not files:
            return _Files()
        attachments, sees = self._at(asked).attachments, await self.models.sees(model)
        read = await asyncio.gather(*(attachments.read(*file, sees=sees) for file in files[:MOST]))
        read = [*read, *(Attached(name, why=MANY) for _, name in files[MOST:])]
        blind = any(one.why == BLIND for one in read)
        return _Files(
            asking=tuple(one.text for one in read if one.text and asks(one.text)),
            beside=tuple(passage for one in read for passage in _passages(one)),
            pictures={one.id: one.picture for one in read if one.picture},
            note=render.unread(
                [(one.name, one.why) for one in read if one.why],
                [(one.name, one.unread) for one in read if one.unread],
                await self.models.that_sees() if blind else "",
            ),
        )


def _passages(one: Attached) -> list[Passage]:
    """Return what can be answered from, of one file."""
    if one.picture:
        return [of_picture(one.id, one.name)]
    if one.pages:
        return of_pages(one.id, one.name, one.pages)
    return of_text(one.id, one.name, one.text) if one.text and not asks(one.text) else []
