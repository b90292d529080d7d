"""The turn of a question: rights, memory of the thread, search, and an answer that grows on the screen."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.errors import RefusedError, UsageError
from bot.render import ask as render
from bot.render import notes as notes_of
from bot.render.final import Final
from bot.render.markdown import SafeText, escape_mrkdwn
from bot.render.refusal import BUCKETS, CALLS, EXPERTS
from bot.services.access import Audience, Public, Right, Rights
from bot.services.ask import Again, Answer, Ask, Delta
from bot.services.beside import left_out
from bot.services.passages import Passage, links
from bot.services.query import Query
from bot.services.retrieval import EXAMPLE, WRITE_A_QUESTION, Found
from bot.services.small_talk import Talk, small_talk
from bot.services.unclear import asked_back
from bot.slack.writing.growing import Growing
from bot.store.turns import Turn
from bot.workflows.asked import Asked, Written
from bot.workflows.made import Laps, made
from bot.workflows.material import Material

NOT_THESE = "Not everyone in that channel has access to these documents"
STATUS_SECONDS = 0.5
"""What a status line is given to find out which names it may say."""


class AnswerProducer:
    """Writes answers to questions."""

    def __init__(self, ask: Ask, material: Material, rights: Rights) -> None:
        self._ask = ask
        self._material = material
        self._rights = rights

    def right(self, asked: Asked) -> Right:
        """Return what an answer takes; thanks are taken from anyone, wherever they are said."""
        if small_talk(asked.text) is Talk.THANKS:
            return Right.EVERYONE
        return Right.CALLS if self._of_calls(asked) else Right.DOCUMENTS

    def _of_calls(self, asked: Asked) -> bool:
        """Return whether a question is asked of calls; a wrong option is said when it's answered."""
        try:
            return bool(self._material.options(asked).get(CALLS))
        except UsageError:
            return False

    async def status(self, asked: Asked) -> str:
        """Return the status line. It names buckets only where it is known at once that every reader may see them."""
        with suppress(Exception):
            async with asyncio.timeout(STATUS_SECONDS):
                options = self._material.options(asked)
                if options.get(CALLS):
                    return render.SEARCHING_CALLS
                if not options.get("documents", True):
                    return "Thinking…"
                audience = await self._rights.of(asked.place, asked.asker, private=asked.private)
                here = await self._rights.set_for(asked.place, asked.asker, private=asked.private)
                named = tuple(options.get("buckets", ()))
                query = Query("", audience, buckets=named, here=here.buckets or ())
                return render.searching(await self._ask.searched(query))
        return render.searching()

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Search and answer, from what everyone who will read it may see.

        Raises:
            RefusedError, UsageError, TelnyxError, EmptyAnswerError, SlackApiError: for the table of words.
        """
        written = await self._answer(asked, audience, reply)
        return replace(written, question=await self._material.named(asked))

    def final(self, turn: Turn) -> Final:
        """Return sources and buttons under the text, or the sentence of a refusal."""
        return render.final(turn)

    async def _answer(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        laps = Laps()
        query, note = await self._material.query(asked, audience)
        talk = query.talk if query.documents and not query.calls else None
        if talk is not Talk.THANKS:
            audience.require(Right.CALLS if query.calls else Right.DOCUMENTS)
        if talk is not None:
            return await self._told(talk, query, note)
        if note and not query.words:  # nothing but files that could not be read
            raise UsageError(f"{note} {WRITE_A_QUESTION}", example=EXAMPLE)
        try:
            answer = await self._grown(query, reply, laps)
        except UsageError:
            await self._only_alone(query)
            raise
        found = answer.found
        notes = (
            note,
            render.left_out(left_out(query.beside, found.passages)),
            notes_of.PARTLY if answer.partly else None,
            render.unsearched(found.unsearched),
            render.lacking(found.lacking),
            notes_of.cut(answer.cut),
        )
        written = _written(answer, reply.text, query, " ".join(filter(None, notes)) or None)
        written = replace(written, trace=made(answer, laps))
        return replace(written, offers=await self._offers(asked, query, found)) if answer.refused else written

    async def _offers(self, asked: Asked, query: Query, found: Found) -> tuple[str, ...]:
        """Return what else can be done about a refused question."""
        others = await self._ask.others(query, found)
        here = await self._rights.set_for(asked.place, asked.asker, private=asked.private)
        known = {BUCKETS: bool(others), EXPERTS: bool(here.experts)}
        return tuple(offer for offer, helps in known.items() if helps)

    async def _only_alone(self, query: Query) -> None:
        """Raise ``NotHereError`` where the asker alone may search what was asked for, or what was set for the channel."""
        together = query.audience
        if not isinstance(together, Public) or await self._can_search(query):
            return
        if await self._can_search(replace(query, audience=together.asker)):
            raise together.not_here(NOT_THESE)

    async def _can_search(self, query: Query) -> bool:
        try:
            await self._ask.searched(query)
        except (UsageError, RefusedError):
            return False
        return True

    async def _told(self, talk: Talk, query: Query, note: str | None) -> Written:
        """Return the reply to small talk, with the buckets that everyone who reads it may know of."""
        said = render.told(talk, () if talk is Talk.THANKS else await self._ask.searched(query))
        return Written("told", "", note=f"{said}\n{escape_mrkdwn(note)}" if note else said)

    async def _grown(self, query: Query, reply: Growing, laps: Laps) -> Answer:
        """The answer, grown in the reply."""
        safe, found = SafeText(), Found((), ())
        answer: Answer | None = None
        async for part in self._ask.answer(query):
            if isinstance(part, Delta):
                if shown := safe.feed(part.text):
                    laps.first("first")
                    reply.write(shown)
            elif isinstance(part, Again):
                await reply.again()
                safe = _safe(query, found)
            elif isinstance(part, Found):
                laps.first("search")
                found, safe = part, _safe(query, part)
            else:
                answer = part
        if rest := safe.close():
            reply.write(rest)
        if answer is None:
            raise AssertionError("Ask.answer ends with an Answer")
        return answer


def _safe(query: Query, found: Found) -> SafeText:
    count = len(found.passages) if query.cites else None
    return SafeText(allowed_urls=links(found.passages), citations=count)


def _written(answer: Answer, text: str, query: Query, note: str | None) -> Written:
    passages: list[dict[str, Any]] = [
        {
            "n": number,
            **{name: getattr(passage, name) for name in Passage.__slots__},
            "cited": number in answer.cited,
        }
        for number, passage in enumerate(answer.found.passages, 1)
    ]
    took = answer.usage or answer.estimate
    outcome = "refused" if answer.refused else "unclear" if answer.meanings else "answered"
    return Written(
        outcome=outcome,
        answer=asked_back(answer.meanings) if answer.meanings else text,
        passages=passages,
        buckets=list(answer.found.buckets),
        note=note
        if query.documents or answer.cited
        else " ".join(filter(None, (note, notes_of.WITHOUT_DOCUMENTS))),
        model=answer.model,
        prompt_tokens=took.prompt_tokens if took else None,
        completion_tokens=took.completion_tokens if took else None,
        estimated=int(answer.usage is None and took is not None),
        calls=query.calls,
    )
