"""The durable turn: whatever a person asked is answered once, in two checkpoints.

*write* gathers rights and material and lets the answer grow on the screen; *finish* shows its end. The checkpoints are the states
of the turn's own row (running → written → done): the engine's row says what was accepted and not yet ended, the turn's row what
of it is done (docs/decisions/0002). A crash repeats at most the half it hit, and the reply that was already there is found again.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.observability.logs import new_error_id
from bot.render.ask import sentence_alone
from bot.slack.codes import code_of
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.growing import Growing
from bot.store.response_urls import ResponseUrls
from bot.store.turns import ENDED, Turn, Turns
from bot.workflows.announcing import Announcing
from bot.workflows.asked import Asked
from bot.workflows.checkpoints import Checkpoints, unwritten, with_columns
from bot.workflows.ends import NOTHING_KEPT, ended_by, failed
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.interrupts import Interrupts, Watch
from bot.workflows.order import Order, after_others
from bot.workflows.producing import PAUSES, Producing
from bot.workflows.replies import Replies

log = structlog.get_logger(__name__)

SILENCE = Backoff(first=10.0, most=60.0)
"""Between two tries to show an end to a Slack that has not answered for ten minutes."""
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
    ) -> None:
        super().__init__("turns")
        self._engine = engine
        self._turns = turns
        self._urls = urls
        self._workspaces = workspaces
        self._replies = replies
        self._order = order
        self._interrupts = interrupts
        self._producing = producing
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
        """Return the two checkpoints. Returns the turn's last state."""
        asked = Asked.from_json(data)
        with structlog.contextvars.bound_contextvars(turn=asked.id):
            async with self._engine.running(asked.id), self._order.turn(asked.line, asked.id, asked.ts):
                replies: list[Growing] = []
                try:
                    return await self._in_words(asked, replies)
                except asyncio.CancelledError:
                    await self._break_off(asked, replies)
                    raise

    async def _in_words(self, asked: Asked, replies: list[Growing]) -> str:
        """From the row to the end; nothing that was accepted ends in silence. ``replies`` is given the reply once there is one."""
        try:
            return await self._go_on(asked, replies)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person reads a sentence and the log has its id
            return await self._end_in_words(asked, replies, error)

    async def _go_on(self, asked: Asked, replies: list[Growing]) -> str:
        turn = await self._begin(asked)
        if turn.state not in ENDED:
            if self._engine.shared and asked.follows:
                await after_others(turn, self._turns, self._engine)
            replies.append(await self._reply(asked, turn))
        again = turn.attempts > 1
        elsewhere = again or self._engine.shared or not self._engine.knows(asked.id)
        async with self._at(asked).stop_button.stoppable(asked.destination, left=again):
            if not replies:  # it had ended; only its button may be left, and its words in the engine's row
                await self._forget(asked, turn.outcome)
                return turn.state
            (reply,) = replies
            async with self._interrupts.watching(asked.id, ask=elsewhere) as watch:
                turn, announcing = await self._write(asked, turn, reply, watch)
                state = await self._finish(asked, turn, reply, watch)
                await announcing.settle()
                return state

    # ------------------------------------------------------------- checkpoint 1
    async def _begin(self, asked: Asked) -> Turn:
        """Return the turn's row."""
        try:
            turn = await self._checkpoints.begin(asked, boot=self._engine.boot)
        except Exception as error:  # noqa: BLE001 - a full disk: what was accepted ends visibly all the same
            # No button to try again: it finds the question by its row.
            wrong = failed(error, "") | {"retryable": 0}
            turn = unwritten(asked, **wrong)
            await self._checkpoints.note(asked.id, wrong)
        if turn.attempts > 1:
            log.info("turn_taken_up", state=turn.state, attempt=turn.attempts)
        return turn

    async def _reply(self, asked: Asked, turn: Turn) -> Growing:
        """Return the reply it grows in. One that was left is looked for until Slack takes calls again."""
        for pause in PAUSES.pauses():
            try:
                return await self._replies.reply(turn, asked.destination, asked.bot_user)
            except OutcomeUnknownError as error:
                log.warning("turn_waits_for_slack", error=str(error), again_in=pause)
                await self._pause(asked, pause)
        raise AssertionError("pauses do not end")

    async def _write(self, asked: Asked, turn: Turn, reply: Growing, watch: Watch) -> tuple[Turn, Announcing]:
        """Return the written turn. The one who edits the question while it is answered is answered anew, in the same reply."""
        announcing = Announcing(self._at(asked).status_line, reply, asked.destination)
        if turn.state != "running":
            return turn, announcing
        edit = 0.0
        async with announcing.during(partial(self._producing[asked.kind].status, asked)):
            while True:
                values = await watch.over(self._made(asked, turn, reply, announcing, edit))
                change = watch.take() if watch.pending else None
                if change is None or change.ends:
                    break
                log.info("question_edited")
                asked, edit = replace(asked, text=change.text or ""), change.at
                await reply.again()
        if values is None or (change is not None and change.kind == "deleted"):
            values = ended_by(change, reply.text)
        values = {"question": asked.text, **values, "state": "written"}
        await self._checkpoints.note(asked.id, values)
        return with_columns(turn, values), announcing

    async def _made(
        self, asked: Asked, turn: Turn, reply: Growing, announcing: Announcing, edit: float
    ) -> dict[str, Any]:
        if edit:
            await self._producing.admitted(asked, edit, announcing.say)
        return await self._producing.columns(asked, turn, reply)

    # ------------------------------------------------------------- checkpoint 2
    async def _finish(self, asked: Asked, turn: Turn, reply: Growing, watch: Watch) -> str:
        """Show the end. While Slack does not answer it is tried again; only Slack's own no ends the turn unseen."""
        state, known, wrong = "done", dict[str, Any](), dict[str, Any]()
        silence, bare = SILENCE.pauses(), False
        while True:
            try:
                known = await self._show_end(asked, turn, reply, watch, bare=bare)
            except OutcomeUnknownError:
                pause = next(silence)
                log.warning("slack_does_not_answer", again_in=pause)
                await self._pause(asked, pause)
                reply = await self._opened_meanwhile(asked, turn)
                continue
            except SlackApiError as error:
                log.warning(
                    "answer_not_shown", error_id=turn.error_id or new_error_id(), error=code_of(error)
                )
                state = "failed"
            except Exception as error:
                if bare:
                    log.exception("failure_not_shown", error_id=turn.error_id)
                    state = "failed"
                    break
                bare = turn.outcome == "failed"
                if not bare:
                    wrong = failed(error, turn.answer or reply.text)
                    turn = with_columns(turn, wrong)
                continue
            break
        if turn.attempts > 1 or turn.outcome == "deleted" or state == "failed":
            await self._at(asked).status_line.show(asked.destination, "")
        await self._checkpoints.note(asked.id, {"state": state, "finished_at": time.time(), **wrong, **known})
        outcome = known.get("outcome", turn.outcome)
        await self._forget(asked, outcome)
        log.info("turn_ended", outcome=outcome, state=state)
        return state

    async def _opened_meanwhile(self, asked: Asked, turn: Turn) -> Growing:
        """Return the reply to show an end in, which may have been opened by a call that no one heard an answer to."""
        try:
            turn = await self._turns.get(asked.id) or turn
        except Exception:
            log.exception("turn_not_read")  # what is known of it is enough
        return await self._reply(asked, replace(turn, attempts=2))

    async def _end_in_words(self, asked: Asked, replies: list[Growing], error: Exception) -> str:
        """Return the end of a turn of which something failed that never should: a sentence with an id, and a row that has ended."""
        shown = replies[0].text if replies else ""
        wrong = failed(error, shown)
        try:
            known = await self._turns.get(asked.id)
            if known is not None and known.answer:
                wrong.pop("answer")  # it stays to be looked at
            turn = (
                with_columns(known, wrong)
                if known is not None
                else unwritten(asked, **wrong | {"retryable": 0})
            )
        except Exception:
            log.exception("turn_not_read")
            turn = unwritten(asked, **wrong | {"retryable": 0})
        await self._checkpoints.note(asked.id, wrong)
        try:
            reply = replies[0] if replies else await self._reply(asked, replace(turn, attempts=2))
            return await self._finish(asked, turn, reply, Watch())
        except Exception:
            log.exception("failure_not_shown", error_id=turn.error_id)
            await self._checkpoints.note(asked.id, {"state": "failed", "finished_at": time.time()})
            return "failed"

    async def _forget(self, asked: Asked, outcome: str | None) -> None:
        """Take the words of a deleted question out of the engine's row too."""
        if outcome == "deleted":
            await self._interrupts.forget([asked.id])

    def _at(self, asked: Asked) -> Workspace:
        return self._workspaces.of(asked.destination.team)

    async def _pause(self, asked: Asked, seconds: float) -> None:
        """Wait for a Slack that is away; a process that ends need not wait as long."""
        with self._engine.breakable(asked.id):
            await asyncio.sleep(seconds)

    async def _show_end(
        self, asked: Asked, turn: Turn, reply: Growing, watch: Watch, *, bare: bool
    ) -> dict[str, Any]:
        """Return the last write in Slack; what is known by it. An answer whose question was deleted meanwhile is not shown."""
        if turn.outcome != "deleted" and not watch.deleted:
            final = sentence_alone(turn) if bare else self._producing[asked.kind].final(turn)
            await self._replies.finish(asked.id, reply, final, asked.destination, since=turn.created_at)
        if turn.outcome == "deleted" or watch.deleted:
            await self._replies.withdraw(turn, reply)
            return dict(NOTHING_KEPT)
        return {}

    async def _break_off(self, asked: Asked, replies: list[Growing]) -> None:
        """The process ends by its own will: do not pass for a crash, and leave nothing open on the screen."""
        try:
            async with asyncio.timeout(BREAK_OFF_SECONDS):
                await self._checkpoints.note(asked.id, {"boot": ""})
                for reply in replies:
                    await reply.abandon()
                    await self._at(asked).status_line.show(asked.destination, "")
        except (SlackApiError, OutcomeUnknownError, TimeoutError) as error:
            log.info("not_broken_off_cleanly", error=type(error).__name__)
