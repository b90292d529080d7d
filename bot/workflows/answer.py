"""The turn of a question: rights, memory of the thread, search, and an answer that grows on the screen."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknownError
from bot.render import ask as render
from bot.render.final import Final
from bot.render.markdown import SafeText
from bot.services.access import Audience, Destination, Right
from bot.services.access import audience as audience_for
from bot.services.ask import Again, Answer, Ask, Delta, Exchange, Found, Query
from bot.services.passages import Passage
from bot.slack.people import People
from bot.slack.poster import Growing
from bot.slack.threads import Threads
from bot.store.turns import Turn, Turns
from bot.workflows.asked import Asked, Written
from config.settings import AccessSettings

log = structlog.get_logger(__name__)

REMEMBERED = 6
"""Earlier questions of the thread that the model is shown."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may see what, asked of Slack and of the settings."""

    people: People
    access: AccessSettings

    async def of(self, to: Destination) -> Audience:
        """The audience of a destination."""
        person = await self.people.person(to.user, team=to.team, user_team=to.user_team)
        return audience_for(to, person, documents=self.access.default, calls=self.access.calls)


class AnswerProducer:
    """Writes answers to questions."""

    status = "is looking through the documents…"
    right = Right.DOCUMENTS

    def __init__(self, ask: Ask, turns: Turns, threads: Threads) -> None:
        self._ask = ask
        self._turns = turns
        self._threads = threads

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        """Search and answer.

        Raises:
            RefusedError, UsageError, TelnyxError, EmptyAnswerError, SlackApiError: for the table of words.
        """
        audience.require_documents()
        query, note = await self._query(asked, audience)
        safe, urls, numbered = SafeText(), set[str](), None
        answer: Answer | None = None
        async for part in self._ask.answer(query):
            if isinstance(part, Delta):
                if shown := safe.feed(part.text):
                    reply.write(shown)
            elif isinstance(part, Again):
                await reply.again()
                safe = SafeText(allowed_urls=urls, citations=numbered)
            elif isinstance(part, Found):
                urls = {passage.url for passage in part.passages if passage.url}
                numbered = len(part.passages) if query.documents else None
                safe = SafeText(allowed_urls=urls, citations=numbered)
            else:
                answer = part
        if rest := safe.close():
            reply.write(rest)
        if answer is None:
            raise AssertionError("Ask.answer ends with an Answer")
        said = answer.found
        notes = (
            note,
            render.unsearched(said.unsearched),
            render.lacking(said.lacking),
            render.cut(answer.cut),
        )
        return _written(answer, reply.text, query, " ".join(filter(None, notes)) or None)

    def final(self, turn: Turn) -> Final:
        """Sources and buttons under the text, or the sentence of a refusal."""
        return render.final(turn)

    async def _query(self, asked: Asked, audience: Audience) -> tuple[Query, str | None]:
        """The question with what was said before it. A thread is read only where others may have written in it."""
        to, options = asked.destination, asked.options
        history: tuple[Exchange, ...] = ()
        others, note = "", None
        if to.thread and asked.ts != to.thread:
            earlier = await self._turns.earlier(to.channel, to.thread, asked.ts, REMEMBERED)
            history = tuple(Exchange(t.question, t.answer or "") for t in earlier)
            if not to.channel.startswith("D"):
                others, note = await self._others(asked, {t.ts for t in earlier})
        query = Query(
            text=asked.text,
            buckets=tuple(options.get("buckets", ())),
            top=options.get("top"),
            model=options.get("model"),
            documents=bool(options.get("documents", True)),
            history=history,
            thread=others,
            audience=audience,
        )
        return query, note

    async def _others(self, asked: Asked, known: set[str]) -> tuple[str, str | None]:
        to = asked.destination
        try:
            return await self._threads.others(
                to.channel, to.thread, before=asked.ts, known=known, bot=asked.bot_user
            ), None
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("thread_not_read", error=type(error).__name__)
            return "", render.THREAD_UNREAD


def _written(answer: Answer, text: str, query: Query, note: str | None) -> Written:
    passages: list[dict[str, Any]] = [
        {
            "n": number,
            **{name: getattr(passage, name) for name in Passage.__slots__},
            "cited": number in answer.cited,
        }
        for number, passage in enumerate(answer.found.passages, 1)
    ]
    return Written(
        outcome="refused" if answer.refused else "answered",
        answer=text,
        passages=passages,
        buckets=list(answer.found.buckets),
        note=note if query.documents else " ".join(filter(None, (note, render.WITHOUT_DOCUMENTS))),
        model=answer.model,
        prompt_tokens=answer.usage.prompt_tokens if answer.usage else None,
        completion_tokens=answer.usage.completion_tokens if answer.usage else None,
    )
