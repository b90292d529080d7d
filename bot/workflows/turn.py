"""The durable turn: whatever a person asked is answered once, in two checkpoints.

*write* gathers rights and material and lets the answer grow on the screen; *finish* shows its end. The checkpoints are the states
of the turn's own row (running → written → done): the engine's row says what was accepted and not yet ended, the turn's row what
of it is done (docs/decisions/0002). A crash repeats at most the half it hit, and the reply that was already there is found again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.errors import GivenUpError, NotHereError, OutcomeUnknownError, RefusedError, UsageError
from bot.observability.logs import new_error_id
from bot.render.ask import stopped
from bot.render.errors import words
from bot.services.access import Audience, Destination
from bot.services.rate import TooFastError
from bot.slack.poster import Growing, Poster
from bot.slack.sessions import Sessions
from bot.store.interruptions import Interruption
from bot.store.response_urls import ResponseUrls
from bot.store.turns import Turn, Turns
from bot.workflows.asked import Asked, Producer, Written
from bot.workflows.checkpoints import Checkpoints, unwritten, with_columns
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.interrupts import Interrupts, Watch
from bot.workflows.order import Order

log = structlog.get_logger(__name__)

ENDED = ("done", "failed")
NOTHING_KEPT: Mapping[str, Any] = {"outcome": "deleted", "question": "", "answer": None, "passages": None}
"""What the row of a deleted question says of it."""
OTHERS_SECONDS = 0.2
SILENT_SECONDS = 30.0
"""Between two tries to show an end to a Slack that has not answered for ten minutes."""
MAX_CRASHES = 3
"""A question that ended the process this often is given up with a notice."""
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
        poster: Poster,
        order: Order,
        interrupts: Interrupts,
        sessions: Sessions,
        producers: Mapping[str, Producer],
        audience_of: Callable[[Destination], Awaitable[Audience]],
    ) -> None:
        super().__init__("turns")
        self._engine = engine
        self._turns = turns
        self._urls = urls
        self._poster = poster
        self._order = order
        self._interrupts = interrupts
        self._sessions = sessions
        self._producers = producers
        self._audience_of = audience_of
        self._checkpoints = Checkpoints(turns)

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
                    **asked.row()
                )  # other processes must see which question of a thread was first

        otherwise = None
        if not self._engine.knows(asked.id) and self._order.expect(asked.line, asked.id, asked.ts):
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
                reply: Growing | None = None
                try:
                    turn, reply = await self._begin(asked)
                    return await self._go_on(asked, turn, reply)
                except asyncio.CancelledError:
                    await self._break_off(asked, reply)
                    raise

    async def _go_on(self, asked: Asked, turn: Turn, reply: Growing | None) -> str:
        """From the row to the end."""
        again = turn.attempts > 1
        elsewhere = again or self._engine.shared or not self._engine.knows(asked.id)
        async with self._sessions.stoppable(asked.destination, left=again):
            if reply is None:  # it had ended; only its button may be left
                return turn.state
            async with self._interrupts.watching(asked.id, ask=elsewhere) as watch:
                turn = await self._write(asked, turn, reply, watch)
                return await self._finish(asked, turn, reply, watch)

    # ------------------------------------------------------------- checkpoint 1
    async def _begin(self, asked: Asked) -> tuple[Turn, Growing | None]:
        """The turn's row and the reply it grows in; no reply when an earlier attempt had ended the turn."""
        to = asked.destination
        opening = self._poster.opening(to)
        try:
            turn = await self._checkpoints.begin(asked, boot=self._engine.boot, opening=opening)
        except Exception as error:  # noqa: BLE001 - a full disk: what was accepted ends visibly all the same
            # No button to try again: it finds the question by its row.
            turn = unwritten(asked, **self._failed(error, "") | {"retryable": 0})
        if turn.attempts > 1:
            log.info("turn_taken_up", state=turn.state, attempt=turn.attempts)
        if turn.state in ENDED:
            return turn, None
        if self._engine.shared and asked.follows:
            await self._after_others(turn)
        return turn, await self._poster.reply(turn, to, asked.bot_user)

    async def _write(self, asked: Asked, turn: Turn, reply: Growing, watch: Watch) -> Turn:
        """The written turn. Whoever edits the question while it is answered is answered anew, in the same reply."""
        if turn.state != "running":
            return turn
        status = self._producers[asked.kind].status
        announced = asyncio.create_task(self._announce(reply, asked.destination, status))
        try:
            while True:
                values = await self._uninterrupted(asked, turn, reply, watch)
                change = watch.take() if watch.pending else None
                if change is None or change.ends:
                    break
                log.info("question_edited")
                asked = replace(asked, text=change.text or "")
                await reply.again()
        finally:
            await announced
        if values is None or (change is not None and change.kind == "deleted"):
            values = _ended_by(change, reply.text)
        values = {"question": asked.text, **values, "state": "written"}
        await self._checkpoints.note(asked.id, values)
        return with_columns(turn, values)

    async def _uninterrupted(
        self, asked: Asked, turn: Turn, reply: Growing, watch: Watch
    ) -> dict[str, Any] | None:
        """The columns that the producer fills; None when somebody interrupted it."""
        work = asyncio.create_task(self._produce(asked, turn, reply))
        try:
            with watch.breaking(work):
                await asyncio.wait({work})
            return None if work.cancelled() else work.result()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _after_others(self, turn: Turn) -> None:
        """Wait while an earlier question of this thread is being answered, maybe by another process.

        The other process may have been handed the earlier question a moment later than this one the later question.
        """
        await asyncio.sleep(OTHERS_SECONDS)
        while await self._turns.ahead(turn):  # noqa: ASYNC110 - another process cannot set an event here
            await asyncio.sleep(OTHERS_SECONDS)

    async def _produce(self, asked: Asked, turn: Turn, reply: Growing) -> dict[str, Any]:
        """The columns that the producer fills; a failure is one too."""
        try:
            if (turn.crashes or 0) >= MAX_CRASHES:
                raise GivenUpError  # noqa: TRY301 - one way from an error to the row
            if seconds := asked.options.get("too_fast"):
                raise TooFastError(seconds)  # noqa: TRY301 - as above
            producer = self._producers[asked.kind]
            audience = await self._audience_of(asked.destination)
            audience.require(producer.right)
            written = await producer.write(asked, audience, reply)
            return {name: getattr(written, name) for name in Written.__slots__}
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            return self._failed(error, reply.text)

    async def _announce(self, reply: Growing, to: Destination, text: str) -> None:
        """Show that the question was heard. Beside the work, never before it."""
        try:
            if not await self._poster.status(to, text):
                await reply.placeholder(f"_{text[:1].upper()}{text[1:]}_")
            elif (
                reply.text
            ):  # the first words may have come before the status, and then nothing takes it away
                await self._poster.status(to, "")
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer itself will tell
            log.info("not_announced", error=type(error).__name__)

    def _failed(self, error: Exception, shown: str) -> dict[str, Any]:
        error_id = new_error_id()
        notice = words(error, error_id)
        known: dict[str, Any] = {"answer": shown, "note": notice.text, "error_id": error_id}
        if isinstance(
            error, UsageError | RefusedError
        ):  # no fault of anything: said, and noted in case somebody asks
            log.info("turn_told", error_id=error_id, reason=type(error).__name__)
            return {"outcome": "elsewhere" if isinstance(error, NotHereError) else "told", **known}
        log.warning("turn_failed", error_id=error_id, error=type(error).__name__, detail=str(error)[:300])
        return {"outcome": "failed", "retryable": int(notice.retryable), **known}

    # ------------------------------------------------------------- checkpoint 2
    async def _finish(self, asked: Asked, turn: Turn, reply: Growing, watch: Watch) -> str:
        """Show the end. While Slack does not answer it is tried again; only Slack's own no ends the turn unseen."""
        state, known, wrong = "done", dict[str, Any](), dict[str, Any]()
        while True:
            try:
                known = await self._show_end(asked, turn, reply, watch)
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
            except Exception as error:  # noqa: BLE001 - a mistake of ours: a sentence, or at least nobody waits for it
                if turn.outcome == "failed":
                    state = "failed"
                    break
                wrong = self._failed(error, reply.text)
                turn = with_columns(turn, wrong)
                continue
            break
        if turn.attempts > 1 or turn.outcome == "deleted" or state == "failed":
            await self._poster.status(asked.destination, "")
        await self._checkpoints.note(asked.id, {"state": state, "finished_at": time.time(), **wrong, **known})
        log.info("turn_ended", outcome=known.get("outcome", turn.outcome), state=state)
        return state

    async def _show_end(self, asked: Asked, turn: Turn, reply: Growing, watch: Watch) -> dict[str, Any]:
        """The last write in Slack; what is known by it. An answer whose question was deleted meanwhile is not shown."""
        ts = ""
        if turn.outcome != "deleted" and not watch.deleted:
            final = self._producers[asked.kind].final(turn)
            ts = await self._poster.finish(asked.id, reply, final, asked.destination)
        if turn.outcome == "deleted" or watch.deleted:
            await reply.withdraw()
            return {"reply_ts": None, **NOTHING_KEPT}
        return {"reply_ts": ts} if ts else {}

    async def _break_off(self, asked: Asked, reply: Growing | None) -> None:
        """The process ends by its own will: do not pass for a crash, and leave nothing open on the screen."""
        try:
            async with asyncio.timeout(BREAK_OFF_SECONDS):
                await self._checkpoints.note(asked.id, {"boot": ""})
                if reply is not None:
                    await reply.abandon()
                    await self._poster.status(asked.destination, "")
        except (SlackApiError, OutcomeUnknownError, TimeoutError) as error:
            log.info("not_broken_off_cleanly", error=type(error).__name__)


def _ended_by(change: Interruption | None, written: str) -> dict[str, Any]:
    """The columns of a turn that somebody ended."""
    if change is None:
        raise AssertionError("a turn is interrupted by something")
    log.info("turn_interrupted", kind=change.kind)
    if change.kind == "deleted":
        return dict(NOTHING_KEPT)
    return {
        "outcome": "stopped",
        "answer": written,
        "note": stopped(change.user, written=bool(written.strip())),
    }
