"""The durable turn: whatever a person asked is answered once, in two checkpoints.

*write* gathers rights and material and lets the answer grow on the screen; *finish* shows its end. The checkpoints are the states
of the turn's own row (running → written → done): the engine's row says what was accepted and not yet ended, the turn's row what
of it is done (docs/decisions/0002). A crash repeats at most the half it hit, and the reply that was already there is found again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.errors import NotHereError, OutcomeUnknownError
from bot.render.aside import Aside
from bot.services.access import Place
from bot.slack.workspace import Workspaces
from bot.store.response_urls import ResponseUrls
from bot.store.turn_columns import Columns
from bot.store.turns import Turns
from bot.workflows.announcing import Announcing
from bot.workflows.asked import Asked
from bot.workflows.attempt import Attempt
from bot.workflows.checkpoints import Checkpoints, unwritten
from bot.workflows.ends import NOTHING_SAID, SWITCHED_OFF, WORDLESS, ended_by, failed
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.heeding import Heeding, ModeOf, Verdict, when_mentioned
from bot.workflows.interrupts import Interrupts, Watch
from bot.workflows.order import Order, after_others
from bot.workflows.producing import Producing
from bot.workflows.replies import Replies
from bot.workflows.screen import Screen

log = structlog.get_logger(__name__)

BREAK_OFF_SECONDS = 3.0
"""What a turn gets to close its stream when the process ends."""


@DBOS.dbos_class("TurnWorkflow")
class TurnWorkflow(DBOSConfiguredInstance):
    """Runs turns of every kind."""

    def __init__(
        self,
        *,
        engine: Engine,
        turns: Turns,
        urls: ResponseUrls,
        workspaces: Workspaces,
        replies: Replies,
        order: Order,
        interrupts: Interrupts,
        producing: Producing,
        mode: ModeOf = when_mentioned,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__("turns")
        self._engine = engine
        self._turns = turns
        self._urls = urls
        self._workspaces = workspaces
        self._order = order
        self._interrupts = interrupts
        self._producing = producing
        self._checkpoints = Checkpoints(turns)
        self._screen = Screen(engine, replies, producing, self._checkpoints, clock=clock, pause=pause)
        self._heeding = Heeding(engine, turns, workspaces, producing, mode, steady=steady, pause=pause)
        self._clock = clock
        self._steady = steady
        self._pause = pause

    async def start(self, asked: Asked, response_url: str | None = None) -> None:
        """Make a turn durable, and for a command the way back to the person.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """

        async def first() -> None:
            if response_url:
                await self._urls.keep(asked.id, response_url)
            if self._engine.has_peers and asked.follows:
                await self._turns.accept(**asked.row())  # peers must see which question of a thread was first

        otherwise = None
        if not self._engine.knows(asked.id) and self._order.expect(asked.line, asked.id, asked.ts):
            otherwise = partial(self._order.forget, asked.line, asked.id)
        await self._engine.start(asked.id, self.run, asked.to_json(), before=first, otherwise=otherwise)

    async def stands_in(self, place: Place) -> bool:
        """Return whether someone asked us something in a thread."""
        return await self._turns.asked_in(place.channel, place.thread)

    def expect(self, data: Mapping[str, Any]) -> None:
        """Keep the place in the thread of an unfinished turn of an earlier process, which will come back."""
        asked = Asked.from_json(data)
        self._order.expect(asked.line, asked.id, asked.ts)

    @DBOS.workflow(name="turn", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> str:
        """Make an attempt, alone and in its place. Returns the turn's last state."""
        asked = Asked.from_json(data)
        with structlog.contextvars.bound_contextvars(turn=asked.id):
            async with self._engine.running(asked.id), self._order.place(asked.line, asked.id, asked.ts):
                attempt = Attempt.of(asked, self._workspaces.of(asked.place.team))
                try:
                    return await self._answer(attempt)
                except asyncio.CancelledError:
                    await self._break_off(attempt)
                    raise

    async def _answer(self, attempt: Attempt) -> str:
        """Take the whole trip, from the row to the end. Nothing that was accepted ends in silence."""
        try:
            await self._begin(attempt)
            await self._wait_for_others(attempt)
            async with self._watched(attempt):
                if await self._heeds(attempt):
                    await self._reply(attempt)
            await self._forget(attempt)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            await self._end_in_words(attempt, error)
        return attempt.turn.state

    async def _reply(self, attempt: Attempt) -> None:
        """Write, and show the end. Checkpoint 1: written. Checkpoint 2: done, or failed."""
        async with self._open(attempt):
            if attempt.again and attempt.turn.state == "written":
                await self._look_again(attempt)
            if attempt.turn.state == "running":
                written = await self._write(attempt)
                attempt.trace = written.pop("trace", None)
                await self._note(attempt, written)
            if attempt.turn.state == "written":
                # How it was made is for later: no one waits for that to be written down.
                made: Columns = {"trace": attempt.trace} if attempt.trace else {}
                await self._note(attempt, made | await self._screen.finish(attempt))

    async def _begin(self, attempt: Attempt) -> None:
        """Read the turn's row, or write it."""
        asked = attempt.asked
        try:
            attempt.turn = await self._checkpoints.begin(asked, boot=self._engine.boot)
            attempt.heeded = attempt.turn.state != "running"
        except Exception as error:  # noqa: BLE001 - a full disk: what was accepted ends visibly all the same
            # No button to try again: it finds the question by its row.
            wrong = failed(error, "") | {"retryable": 0}
            attempt.turn = unwritten(asked, **wrong)
            await self._checkpoints.note(asked.id, wrong)
        attempt.asked = replace(attempt.asked, private=attempt.asked.private or bool(attempt.turn.private))
        if attempt.again:
            log.info("turn_taken_up", state=attempt.turn.state, attempt=attempt.turn.attempts)

    async def _wait_for_others(self, attempt: Attempt) -> None:
        """Wait for earlier questions of the thread that peers answer; those of this process wait in their line."""
        if self._engine.has_peers and attempt.asked.follows and not attempt.ended:
            await after_others(
                attempt.turn, self._turns, self._engine, steady=self._steady, pause=self._pause
            )

    async def _look_again(self, attempt: Attempt) -> None:
        """Have an answer made anew that those who would read it now may not see."""
        if not await self._producing.stands(attempt.asked, attempt.turn):
            await self._note(attempt, {"state": "running"})

    async def _note(self, attempt: Attempt, values: Columns) -> None:
        """Write columns of the row. One that cannot be written is known to this attempt all the same."""
        await self._checkpoints.note(attempt.id, values)
        attempt.learn(values)
        if attempt.ended:
            log.info("turn_ended", outcome=attempt.turn.outcome, state=attempt.turn.state)

    async def _forget(self, attempt: Attempt) -> None:
        """Take the words of a deleted question out of the engine's row too."""
        if attempt.turn.outcome in WORDLESS:
            await self._interrupts.forget([attempt.id])

    @asynccontextmanager
    async def _watched(self, attempt: Attempt) -> AsyncIterator[None]:
        """Yield with an ear for what people do to the question."""
        if attempt.ended:
            yield
            return
        elsewhere = attempt.again or self._engine.has_peers or not self._engine.knows(attempt.id)
        async with self._interrupts.watching(attempt.id, ask=elsewhere) as attempt.watch:
            yield

    async def _heeds(self, attempt: Attempt) -> bool:
        """Decide whether there is a reply, before anything is shown. Otherwise end the turn; what an earlier attempt showed goes."""
        verdict = await self._heeding.decide(attempt)
        if verdict is Verdict.OURS:
            attempt.heeded = True
            return True
        await self._let_be(attempt, verdict)
        return False

    async def _let_be(self, attempt: Attempt, verdict: Verdict) -> None:
        """End a turn without a reply."""
        if attempt.again:
            await self._screen.take_back(attempt)
        if verdict is Verdict.OFF:
            await self._heeding.say_off(attempt)
        kept = SWITCHED_OFF if verdict is Verdict.OFF else NOTHING_SAID
        await self._note(attempt, kept | {"state": "done", "finished_at": self._clock()})

    @asynccontextmanager
    async def _open(self, attempt: Attempt) -> AsyncIterator[None]:
        """Yield with a reply to write in, and a stop button.

        Of a turn that had ended only a button may be left.
        """
        place, private = attempt.asked.place, attempt.asked.private
        if not attempt.ended:
            await self._screen.open(attempt)
        async with attempt.at.stop_button.stoppable(place, private=private, left=attempt.again):
            if attempt.ended:
                yield
                return
            steady, pause, line = self._steady, self._pause, attempt.at.status_line
            attempt.announced = Announcing(
                line, attempt.reply, place, private=private, steady=steady, pause=pause
            )
            yield
            await attempt.announcing.settle()

    async def _write(self, attempt: Attempt) -> Columns:
        """Return the columns of a written turn. A question edited meanwhile is answered anew, in the same reply."""
        watch, status = attempt.watch, partial(self._producing[attempt.asked.kind].status, attempt.asked)
        edited_at: float | None = None
        async with attempt.announcing.during(status):
            while True:
                values = await watch.over(self._made(attempt, edited_at))
                change = watch.take() if watch.pending else None
                if change is None or change.ends:
                    break
                log.info("question_edited")
                attempt.asked, edited_at = replace(attempt.asked, text=change.text or ""), change.at
                await attempt.reply.again()
        if values is None or (change is not None and change.kind == "deleted"):
            values = ended_by(change, attempt.shown)
        return {"question": attempt.asked.text, **values, "state": "written"}

    async def _made(self, attempt: Attempt, edited_at: float | None) -> Columns:
        """Return the columns of an answer. An edited question is admitted first; the first one was when it was taken in."""
        if edited_at is not None:
            await self._producing.admitted(attempt.asked, edited_at, attempt.announcing.say)
        told = partial(self._screen.told, attempt)
        try:
            return await self._producing.columns(attempt.asked, attempt.turn, attempt.reply, told)
        except NotHereError as error:
            if not error.silent and not await self._screen.reaches(attempt):
                return failed(error, attempt.shown)
            await self._go_aside(attempt, error)
            return await self._producing.columns(attempt.asked, attempt.turn, attempt.reply, told)

    async def _go_aside(self, attempt: Attempt, error: NotHereError) -> None:
        """Turn to the asker alone. That the rest is private is written down before any of it is shown."""
        log.info("turn_goes_aside", silent=error.silent)
        aside = Aside(error.why, silent=error.silent, could_allow=error.could_allow, calls=error.calls)
        await self._note(attempt, {"private": 1, "options": aside.within(attempt.turn.options)})
        await attempt.announcing.leave()
        await self._screen.go_aside(attempt, aside)

    async def _end_in_words(self, attempt: Attempt, error: Exception) -> None:
        """End a turn of which something failed that never should: with a sentence with an id, and a row that has ended."""
        if attempt.asked.followed and not attempt.heeded:
            log.error("not_followed", exc_info=error)
            return await self._note(attempt, NOTHING_SAID | {"state": "done", "finished_at": self._clock()})
        attempt.turn = await self._checkpoints.fail(attempt.asked, failed(error, attempt.shown))
        attempt.watch = Watch()
        try:
            if attempt.opened is None:
                await self._screen.find(attempt)
            await self._note(attempt, await self._screen.finish(attempt))
            await self._forget(attempt)
        except Exception:
            log.exception("failure_not_shown", error_id=attempt.turn.error_id)
            await self._note(attempt, {"state": "failed", "finished_at": self._clock()})

    async def _break_off(self, attempt: Attempt) -> None:
        """Leave the turn to a successor: nothing open on the screen, and a row that tells of no crash."""
        try:
            async with asyncio.timeout(BREAK_OFF_SECONDS):
                await self._checkpoints.note(attempt.id, {"boot": ""})
                if attempt.opened is not None:
                    await attempt.opened.abandon()
                    await self._screen.clear(attempt)
        except (SlackApiError, OutcomeUnknownError, TimeoutError) as error:
            log.info("not_broken_off_cleanly", error=type(error).__name__)
