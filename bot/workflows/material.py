"""Everything that belongs to a question: its options, names, files, forwarded words, and what was said before it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render import ask as render
from bot.services.access import Audience, Rights
from bot.services.query import Exchange, Query
from bot.services.unclear import MEANT, as_meant
from bot.slack.reading.attached import MOST, Attached
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


def _files_of(options: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((key, name) for key, name in (options or {}).get(FILES, ()))


@dataclass(frozen=True, slots=True)
class Material:
    """Gathers it."""

    turns: Turns
    workspaces: Workspaces
    rights: Rights
    read_options: ReadOptions

    async def query(self, asked: Asked, audience: Audience) -> tuple[Query, str | None]:
        """Return what is asked, and a note about what could not be read.

        Raises:
            UsageError: an option in it is wrong.
        """
        said, *passed_on = asked.text.split(FORWARDED)
        text, options = self._read(asked, said)
        options = {**options, **asked.options}
        own = options.get(FILES, ())
        named, before, (files, unread_files) = await asyncio.gather(
            self._at(asked).people.named(text), self._before(asked), self._files(asked, own)
        )
        if not own and before.files:  # what was shared in the thread that the question stands in
            files, unread_files = await self._files(asked, before.files)
            unread_files = None if before.history else unread_files  # it was said then
        shared = [await self._at(asked).people.named(words) for words in passed_on]
        here = await self.rights.set_for(asked.place, asked.asker, private=asked.private)
        query = Query(
            as_meant(named, options),
            audience,
            buckets=tuple(options.get("buckets", ())),
            here=here.buckets or (),
            tone=here.tone or "",
            top=options.get("top"),
            model=options.get("model") or here.model,
            documents=bool(options.get("documents", True)),
            history=before.history,
            thread=before.others.text,
            about=before.others.lead,
            attached=(*shared, *files),
            asks_back=MEANT not in options,
        )
        unread = render.FORWARD_UNREAD if passed_on and not (any(shared) or files) else None
        return query, " ".join(filter(None, (before.unread, unread_files, unread))) or None

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
        shared = _files_of(earlier[-1].options) if earlier else ()
        if direct:
            return _Before(history, files=shared)
        known = {turn.ts for turn in earlier}
        try:
            others = await at.threads.others(channel, thread, before=ts, known=known, bot=asked.bot_user)
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("thread_not_read", error=type(error).__name__)
            return _Before(history, unread=render.THREAD_UNREAD, files=shared)
        return _Before(history, others, files=others.files or shared)

    async def _files(self, asked: Asked, files: Any) -> tuple[list[str], str | None]:
        """Return the words of the files that came with it, and a note about those that were not read."""
        if not files:
            return [], None
        attachments = self._at(asked).attachments
        read = await asyncio.gather(*(attachments.read(*file) for file in files[:MOST]))
        read = [*read, *(Attached(name, "") for _, name in files[MOST:])]
        return [one.text for one in read if one.text], render.unread(
            [one.name for one in read if not one.text], [one.name for one in read if one.cut]
        )
