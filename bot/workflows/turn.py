"""The durable turn: whatever a person asked is answered once, in two checkpoints.

*write* gathers rights and material and lets the answer grow on the screen; *finish* shows its end. The checkpoints are the states
of the turn's own row (running → written → done): the engine's row says what was accepted and not yet ended, the turn's row what
of it is done (docs/decisions/0002). A crash repeats at most the half it hit, and the reply that was already there is found again.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, Self

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.errors import RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.errors import words
from bot.render.final import Final
from bot.services.access import Destination
from bot.slack.api import OutcomeUnknownError
from bot.slack.poster import Growing, Poster
from bot.store.response_urls import ResponseUrls
from bot.store.turns import Turn, Turns
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.order import Order

log = structlog.get_logger(__name__)

ENDED = ("done", "failed")
OTHERS_SECONDS = 0.2
SILENT_SECONDS = 30.0
"""Between two tries to show an end to a Slack that has not answered for ten minutes."""
MAX_ATTEMPTS = 3
"""A question that ended the process this often is given up with a notice."""
GIVEN_UP = "This has stopped the bot three times, so I have given it up. Please ask it in other words."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked: the input of a turn. Plain JSON once ``asdict``-ed."""

    id: str
    kind: str
    text: str
    ts: str
    """The question's own message; empty for a command."""
    destination: Destination
    bot_user: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Work of one thread stands in one line; a command stands alone."""
        return f"{self.destination.channel}:{self.destination.thread}" if self.destination.thread else self.id

    @property
    def follows(self) -> bool:
        """Does it stand inside a thread, where other questions may come before it?"""
        return bool(self.destination.thread) and self.ts != self.destination.thread

    def to_json(self) -> dict[str, Any]:
        """The workflow's input."""
        shallow = {name: getattr(self, name) for name in self.__slots__}
        return {**shallow, "destination": self.destination.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of ``to_json``."""
        return cls(**{**data, "destination": Destination.from_json(data["destination"])})

    @classmethod
    def again(cls, turn: Turn, user_team: str) -> Self:
        """The question of a failed turn as work of its own, under an id that every press of the same button shares."""
        destination = Destination(
            team=turn.team,
            channel=turn.channel,
            thread=turn.root,
            user=turn.user,
            user_team=user_team,
            private=turn.reply_kind == "private",
            shared=bool(turn.shared),
        )
        return cls(
            id=f"again:{turn.id}",
            kind=turn.kind,
            text=turn.question,
            ts=turn.ts,
            destination=destination,
            bot_user=turn.bot_user or "",
            options=turn.options or {},
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a producer made: columns of the turn's row."""

    outcome: str
    """answered | refused (nothing was found)"""
    answer: str
    """Safe Markdown, exactly as it grew on the screen."""
    passages: list[dict[str, Any]] | None = None
    buckets: list[str] | None = None
    note: str | None = None
    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Producer(Protocol):
    """One capability that answers with a turn."""

    status: str
    """The status line while it works, such as "is reading"."""

    async def write(self, asked: Asked, reply: Growing) -> Written:
        """Produce the answer; what it passes to ``reply.write`` must be the answer's text."""

    def final(self, turn: Turn) -> Final:
        """The finished reply, from the row alone."""


@DBOS.dbos_class("TurnWorkflow")
class TurnWorkflow(DBOSConfiguredInstance):
    """Runs turns of every kind."""

    def __init__(
        self,
        *,
        engine: Engine,
        turns: Turns,
        urls: ResponseUrls,
        poster: Poster,
        order: Order,
        producers: Mapping[str, Producer],
    ) -> None:
        super().__init__("turns")
        self._engine = engine
        self._turns = turns
        self._urls = urls
        self._poster = poster
        self._order = order
        self._producers = producers

    async def start(self, asked: Asked, response_url: str | None = None) -> None:
        """Make a turn durable, and for a command the way back to the person.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """

        async def first() -> None:
            if response_url:
                await self._urls.keep(asked.id, response_url)
            if self._engine.shared and asked.follows:
                await self._turns.accept(
                    **_row(asked)
                )  # other processes must see which question of a thread was first

        if self._engine.knows(asked.id):
            otherwise = None
        else:
            self._order.expect(asked.line, asked.id, asked.ts)
            otherwise = partial(self._order.forget, asked.line, asked.id)
        await self._engine.start(asked.id, self.run, asked.to_json(), before=first, otherwise=otherwise)

    def expect(self, data: Mapping[str, Any]) -> None:
        """An unfinished turn of an earlier process will come back; it keeps its place in the thread."""
        asked = Asked.from_json(data)
        self._order.expect(asked.line, asked.id, asked.ts)

    @DBOS.workflow(name="turn", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """The two checkpoints. Returns the turn's last state."""
        asked = Asked.from_json(data)
        with structlog.contextvars.bound_contextvars(turn=asked.id):
            async with self._engine.running(asked.id), self._order.turn(asked.line, asked.id, asked.ts):
                turn, reply = await self._write(asked)
                return turn.state if reply is None else await self._finish(asked, turn, reply)

    # ------------------------------------------------------------- checkpoint 1
    async def _write(self, asked: Asked) -> tuple[Turn, Growing | None]:
        """The written turn and the reply it grew in; no reply when an earlier attempt had ended the turn."""
        to = asked.destination
        opening = self._poster.opening(to)
        turn = await self._turns.begin(boot=self._engine.boot, reply_kind=opening, **_row(asked))
        if turn.attempts > 1:
            self._poster.give_back(opening)
            log.info("turn_taken_up", state=turn.state, attempt=turn.attempts)
        if turn.state in ENDED:
            return turn, None
        if self._engine.shared and asked.follows:
            await self._after_others(turn)
        reply = await self._poster.reply(turn, to, asked.bot_user)
        if turn.state == "running":
            values = await self._produce(asked, turn, reply) | {"state": "written"}
            await self._turns.update(asked.id, **values)
            turn = _with(turn, values)
        return turn, reply

    async def _after_others(self, turn: Turn) -> None:
        """Wait while an earlier question of this thread is being answered, maybe by another process.

        The other process may have been handed the earlier question a moment later than this one the later question.
        """
        await asyncio.sleep(OTHERS_SECONDS)
        while await self._turns.ahead(turn):  # noqa: ASYNC110 - another process cannot set an event here
            await asyncio.sleep(OTHERS_SECONDS)

    async def _produce(self, asked: Asked, turn: Turn, reply: Growing) -> dict[str, Any]:
        """The columns that the producer fills; a failure is one too."""
        producer = self._producers[asked.kind]
        status = asyncio.create_task(self._announce(reply, asked.destination, producer.status))
        try:
            if turn.attempts > MAX_ATTEMPTS:
                return self._failed(UsageError(GIVEN_UP), reply.text)
            written = await producer.write(asked, reply)
            return {name: getattr(written, name) for name in Written.__slots__}
        except asyncio.CancelledError:
            await reply.abandon()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            return self._failed(error, reply.text)
        finally:
            await status

    async def _announce(self, reply: Growing, to: Destination, text: str) -> None:
        """Show that the question was heard. Beside the work, never before it."""
        try:
            if not await self._poster.status(to, text):
                await reply.placeholder(f"_{text[:1].upper()}{text[1:]}_")
        except (SlackApiError, OutcomeUnknownError) as error:
            log.info("not_announced", error=type(error).__name__)  # the answer itself will tell

    def _failed(self, error: Exception, shown: str) -> dict[str, Any]:
        error_id = new_error_id()
        notice = words(error, error_id)
        known: dict[str, Any] = {"answer": shown, "note": notice.text, "error_id": error_id}
        if isinstance(
            error, UsageError | RefusedError
        ):  # no fault of anything: said, and noted in case somebody asks
            log.info("turn_told", error_id=error_id, reason=type(error).__name__)
            return {"outcome": "told", **known}
        log.warning("turn_failed", error_id=error_id, error=type(error).__name__, detail=str(error)[:300])
        return {"outcome": "failed", "retryable": int(notice.retryable), **known}

    # ------------------------------------------------------------- checkpoint 2
    async def _finish(self, asked: Asked, turn: Turn, reply: Growing) -> str:
        """Show the end. While Slack does not answer it is tried again; only Slack's own no ends the turn unseen."""
        final = self._producers[asked.kind].final(turn)
        state, known = "done", {}
        while True:
            try:
                ts = await self._poster.finish(asked.id, reply, final, asked.destination)
                known = {"reply_ts": ts} if ts else {}
            except OutcomeUnknownError:
                log.warning("slack_does_not_answer", again_in=SILENT_SECONDS)
                await asyncio.sleep(SILENT_SECONDS)
                found = await self._turns.get(asked.id)  # the reply may have been opened meanwhile
                reply = await self._poster.reply(
                    replace(found or turn, attempts=2), asked.destination, asked.bot_user
                )
                continue
            except SlackApiError as error:
                log.warning(
                    "answer_not_shown", error_id=turn.error_id or new_error_id(), error=str(error)[:300]
                )
                state = "failed"
            break
        if turn.attempts > 1:
            await self._poster.status(asked.destination, "")
        await self._turns.update(asked.id, state=state, finished_at=time.time(), **known)
        log.info("turn_ended", outcome=turn.outcome, state=state)
        return state


def _row(asked: Asked) -> dict[str, Any]:
    """What is known of a turn when it is accepted."""
    to = asked.destination
    return {
        "id": asked.id,
        "kind": asked.kind,
        "team": to.team,
        "channel": to.channel,
        "root": to.thread,
        "ts": asked.ts,
        "user": to.user,
        "question": asked.text,
        "options": asked.options,
        "shared": int(to.shared),
        "bot_user": asked.bot_user,
    }


def _with(turn: Turn, values: Mapping[str, Any]) -> Turn:
    return replace(turn, **{key: value for key, value in values.items() if key in Turn.__slots__})
