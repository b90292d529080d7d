"""What a turn shows in Slack: the reply that its answer grows in, and its end. A Slack that is away is waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.observability.logs import new_error_id
from bot.render.aside import Aside
from bot.render.ask import sentence_alone
from bot.render.final import Final
from bot.slack.codes import Kind, code_of, kind_of
from bot.slack.writing.growing import Growing
from bot.store.turn_columns import Columns
from bot.store.turns import Turn
from bot.workflows.asked import FILED, PRESSED
from bot.workflows.attempt import Attempt
from bot.workflows.checkpoints import Checkpoints
from bot.workflows.ends import NOTHING_KEPT, failed
from bot.workflows.engine import Engine
from bot.workflows.producing import PAUSES, Producing
from bot.workflows.replies import Replies

log = structlog.get_logger(__name__)

SILENCE = Backoff(first=10.0, most=60.0)
"""Between two tries to show an end to a Slack that has not answered for ten minutes."""


class Screen:
    """Shows the turns of every kind.

    Args:
        engine: breaks off what waits when the process ends.
        replies: opens replies, and finds those that were left.
        producing: knows how each kind of answer looks at its end.
        checkpoints: read where a reply may have been opened unheard.
        clock: the time of day.
        pause: waits.
    """

    def __init__(
        self,
        engine: Engine,
        replies: Replies,
        producing: Producing,
        checkpoints: Checkpoints,
        *,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._replies = replies
        self._producing = producing
        self._checkpoints = checkpoints
        self._clock = clock
        self._pause = pause

    async def open(self, attempt: Attempt) -> None:
        """Give the attempt a reply to write in: the one that an earlier attempt left, or a new one."""
        aside = Aside.of(attempt.turn)
        if aside is not None and attempt.again:  # the process may have died on the way
            left = await self._reply(attempt, replace(attempt.turn, private=0))
            await self._leave(attempt, left, aside, again=True)
        attempt.opened = await self._reply(attempt, attempt.turn)

    async def find(self, attempt: Attempt, turn: Turn | None = None) -> None:
        """Give the attempt its reply where this attempt itself may have opened it, so it is looked for as after a crash."""
        attempt.opened = await self._reply(attempt, replace(turn or attempt.turn, attempts=2))

    async def told(self, attempt: Attempt) -> None:
        """Tell a thread what someone asked in it by a button, once."""
        if PRESSED in attempt.asked.options and not attempt.asked.private:
            await self._replies.pressed(attempt.asked)

    async def reaches(self, attempt: Attempt) -> bool:
        """Return whether the asker can be written to. Apps can't: what isn't for their place is refused there."""
        try:
            await attempt.at.api.call("conversations.open", users=attempt.asked.asker.user)
        except SlackApiError as error:
            return kind_of(error) is not Kind.NOBODY
        except OutcomeUnknownError:
            pass  # Slack is away, which is waited for
        return True

    async def take_back(self, attempt: Attempt) -> None:
        """Take away what an earlier attempt has shown."""
        await self.open(attempt)
        await self._replies.withdraw(attempt.turn, attempt.reply)
        await self.clear(attempt)

    async def go_aside(self, attempt: Attempt, aside: Aside) -> None:
        """Say in the place that the answer goes to the asker alone, and give the attempt a reply there."""
        await self._leave(attempt, attempt.reply, aside)
        attempt.asked = replace(attempt.asked, private=True)
        attempt.opened = await self._reply(attempt, attempt.turn)

    async def finish(self, attempt: Attempt) -> Columns:
        """Show the end; return its columns. While Slack is away it is tried again; only Slack's own no leaves it unseen.

        An answer that can't be shown gives way to what went wrong with it, and that to a sentence alone.
        """
        silence, wrong, bare = SILENCE.pauses(), Columns(), False
        while True:
            try:
                known = await self._show_end(attempt, bare=bare)
            except OutcomeUnknownError:
                await self._wait_for_slack(attempt, next(silence))
            except SlackApiError as error:
                log.warning(
                    "answer_not_shown", error_id=attempt.turn.error_id or new_error_id(), error=code_of(error)
                )
                return await self._ended(attempt, "failed", wrong)
            except Exception as error:
                if bare:
                    log.exception("failure_not_shown", error_id=attempt.turn.error_id)
                    return await self._ended(attempt, "failed", wrong)
                bare = attempt.turn.outcome == "failed"
                if not bare:
                    wrong = failed(error, attempt.turn.answer or attempt.shown)
                    attempt.learn(wrong)
            else:
                return await self._ended(attempt, "done", wrong | known)

    async def clear(self, attempt: Attempt) -> None:
        """Take away the status beside the reply."""
        await attempt.at.status_line.show(attempt.asked.place, "", private=attempt.asked.private)

    async def _ended(self, attempt: Attempt, state: str, columns: Columns) -> Columns:
        """Return the columns of an end, once no status is left beside it that Slack would not take away by itself."""
        if attempt.again or attempt.turn.outcome == "deleted" or state == "failed":
            await self.clear(attempt)
        return {"state": state, "finished_at": self._clock(), **columns}

    async def _show_end(self, attempt: Attempt, *, bare: bool) -> Columns:
        """Make the last write in Slack; return the columns that it settles. An answer whose question was deleted is not shown."""
        turn, asked = attempt.turn, attempt.asked
        if not attempt.deleted:
            final = sentence_alone(turn) if bare else self._producing[asked.kind].final(turn)
            final = await self._with_file(attempt, final)
            await self._replies.finish(asked, attempt.reply, final, since=turn.created_at)
        if attempt.deleted:  # before, or while it was shown
            await self._replies.withdraw(turn, attempt.reply)
            return NOTHING_KEPT.copy()
        return {}

    async def _with_file(self, attempt: Attempt, final: Final) -> Final:
        """Share the file of an end, once; what Slack doesn't take as a file is shown in messages."""
        if final.file is None:
            return final

        async def note(noted: dict[str, Any]) -> None:
            values: Columns = {"options": {**(attempt.turn.options or {}), FILED: noted}}
            attempt.learn(values)
            await self._checkpoints.note(attempt.id, values)

        noted = (attempt.turn.options or {}).get(FILED, {})
        try:
            await attempt.at.files.deliver(final.file, attempt.turn.user, noted=noted, note=note)
        except SlackApiError as error:
            log.warning("file_not_shared", error=code_of(error))
            return final.unfiled or final
        return final

    async def _leave(self, attempt: Attempt, left: Growing, aside: Aside, *, again: bool = False) -> None:
        """Take away what stands in the place, and say there where the answer goes; what they alone see, they see once."""
        await self._replies.withdraw(attempt.turn, left)
        if not (again and aside.silent):
            await self._replies.aside(attempt.asked, aside)

    async def _wait_for_slack(self, attempt: Attempt, seconds: float) -> None:
        """Wait; then find the reply, which may have been opened by a request that no one heard an answer to."""
        log.warning("slack_does_not_answer", again_in=seconds)
        await self._wait(attempt, seconds)
        await self.find(attempt, await self._checkpoints.read(attempt.id))

    async def _reply(self, attempt: Attempt, turn: Turn) -> Growing:
        """Return the reply of a turn. One that was left is looked for until Slack takes requests again."""
        pauses = PAUSES.pauses()
        while True:
            try:
                return await self._replies.reply(turn, attempt.asked)
            except OutcomeUnknownError as error:
                pause = next(pauses)
                log.warning("turn_waits_for_slack", error=str(error), again_in=pause)
                await self._wait(attempt, pause)

    async def _wait(self, attempt: Attempt, seconds: float) -> None:
        """Wait for a Slack that is away; a process that ends need not wait as long."""
        with self._engine.breakable(attempt.id):
            await self._pause(seconds)
