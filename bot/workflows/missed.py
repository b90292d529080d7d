"""What was asked while no one listened for longer than Slack tries: looked for in the history, answered late.

The search is durable: broken off, it begins again. Nothing is answered twice, because a question has the same id whether Slack
brings it or it is found here (docs/decisions/0007).
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import structlog
from dbos import DBOS, DBOSConfiguredInstance
from slack_sdk.errors import SlackApiError

from bot.backoff import Backoff
from bot.errors import OutcomeUnknownError
from bot.services.rate import Rate, TooFastError
from bot.slack.codes import code_of
from bot.slack.markup import mentions
from bot.slack.reading.history import Conversation, History
from bot.slack.workspace import Workspaces
from bot.store.turns import ENDED, Turns
from bot.workflows.acceptance import NotDurableInTimeError
from bot.workflows.asked import Asked
from bot.workflows.engine import PORTABLE, Engine
from bot.workflows.question import Where, asked_in
from bot.workflows.turn import TurnWorkflow

log = structlog.get_logger(__name__)

GAP_SECONDS = 300.0
"""Slack tries at once, after one minute and after five more: the one who is back within this time is told of everything."""
MARGIN_SECONDS = 300.0
"""What arrived shortly before may have been on its way when the process ended."""
LONGEST_SECONDS = 24 * 3600.0
"""No one waits for an answer from the day before yesterday."""
KNOWN_SECONDS = 7 * 24 * 3600.0
KNOWN_THREADS = 100
"""Threads of the last days in which someone may have asked on."""
MOST = 50
"""Questions of one conversation that are answered; the newest."""
AT_ONCE = 4
"""Late answers at a time, so questions of now find room."""
ROOM_SECONDS = 120.0
"""An answer that takes longer holds up no other."""
LOOK_SECONDS = 0.5
AGAIN_SECONDS, SELDOM_SECONDS = 30.0, 1800.0
"""Between two tries of what went wrong: at first, and at last."""


@dataclass(frozen=True, slots=True)
class Gap:
    """When no one listened to a workspace, in Unix seconds, and who the bot is there."""

    id: str
    team: str
    bot_user: str
    since: float
    until: float

    @classmethod
    def after(
        cls, listened_at: float, now: float, *, team: str, bot_user: str, silence: float | None = None
    ) -> Self | None:
        """Return the gap between the last time that someone listened and now; None if Slack brings all of it itself.

        Its id is the same for all processes that see it. ``silence`` is how long it lasted, where that is known better
        than by the two times.
        """
        silence = now - listened_at if silence is None else silence
        if silence <= GAP_SECONDS:
            return None
        since = max(min(listened_at, now - silence) - MARGIN_SECONDS, now - LONGEST_SECONDS)
        return cls(f"missed:{team}:{listened_at:.3f}", team, bot_user, since, now)

    def is_old(self) -> bool:
        """Is it too late for an answer?"""
        return time.time() > self.until + LONGEST_SECONDS


class CatchUp:
    """Goes through the conversations once, those at work first, and starts a turn for each question without one."""

    def __init__(
        self,
        gap: Gap,
        history: History,
        turns: Turns,
        start: Callable[[Asked], Awaitable[None]],
        *,
        again: float = AGAIN_SECONDS,
        per_minute: int = MOST,
    ) -> None:
        self._per_minute = per_minute
        self._gap = gap
        self._history = history
        self._turns = turns
        self._start = start
        self._again = again
        self._open: list[str] = []

    async def run(self) -> int:
        """Conversations that Slack refuses are logged; those it is silent about come again.

        Returns:
            The number of late questions.

        Raises:
            OutcomeUnknownError: Slack does not say where the bot is a member.
        """
        gap, threads = self._gap, defaultdict[str, list[str]](list)
        for channel, root in await self._turns.threads(gap.team, gap.since - KNOWN_SECONDS, KNOWN_THREADS):
            threads[channel].append(root)
        left = await self._history.conversations([*threads])
        log.info("looking_for_missed_questions", since=gap.since, until=gap.until, conversations=len(left))
        found = 0
        while True:
            silent = []
            for place in left:
                answered = await self._tried(place, threads[place.id])
                found += answered or 0
                if answered is None:
                    silent.append(place)
            if not silent or gap.is_old():
                break
            left = silent
            await asyncio.sleep(self._again)
        log.info("missed_questions_taken_in", count=found, conversations_not_read=len(silent))
        return found

    async def _tried(self, place: Conversation, threads: Sequence[str]) -> int | None:
        """Return the number of late questions in one conversation; None when Slack was silent."""
        try:
            return await self._answer(place, threads)
        except OutcomeUnknownError:
            return None
        except SlackApiError as error:
            log.warning("history_not_read", channel=place.id, error=code_of(error))
            return 0

    async def _answer(self, place: Conversation, threads: Sequence[str]) -> int:
        """Start the turns of one conversation, oldest first; how many."""
        until = self._gap.until + LONGEST_SECONDS  # by Slack's clock, which may be ahead of ours
        messages = await self._history.messages(place, self._gap.since, until, threads)
        asked = [found for message in messages if (found := self._question(place, message)) is not None]
        states = await self._turns.states([one.id for one in asked])
        # A turn that was only noted never became durable, and Slack has given it up since.
        missed = {one.id for one in asked if states.get(one.id, "accepted") == "accepted"}
        chosen = [one for one in asked[-MOST:] if one.id in missed]
        if len(chosen) < len(missed):
            log.warning("missed_questions_not_answered", channel=place.id, count=len(missed) - len(chosen))
        written_at = 0.0
        rate = Rate(self._per_minute, clock=lambda: written_at)
        for one in chosen:
            await self._room()
            written_at = float(one.ts)
            await self._make_durable(
                replace(one, options={**one.options, "late": True, **_too_fast(rate, one)})
            )
            self._open.append(one.id)
        return len(chosen)

    def _question(self, place: Conversation, message: Mapping[str, Any]) -> Asked | None:
        gap = self._gap
        if not place.direct and not mentions(message.get("text") or "", gap.bot_user):
            return None
        return asked_in(message, Where(gap.team, gap.bot_user, place.id))

    async def _make_durable(self, asked: Asked) -> None:
        while True:
            try:
                return await self._start(asked)
            except NotDurableInTimeError:  # the next try joins this one
                log.info("late_question_waits_for_the_database", turn=asked.id)

    async def _room(self) -> None:
        """Wait until few late questions are being answered."""
        end = time.monotonic() + ROOM_SECONDS
        while len(self._open) >= AT_ONCE:
            states = await self._turns.states(self._open)
            self._open = [one for one in self._open if states.get(one) not in ENDED]
            if len(self._open) < AT_ONCE:
                return
            if time.monotonic() > end:
                self._open = []
            await asyncio.sleep(LOOK_SECONDS)


def _too_fast(rate: Rate, asked: Asked) -> dict[str, Any]:
    """The option of a question that came too fast after others, when it was written: the turn says so."""
    try:
        rate.admit(asked.asker.user, asked.id)
    except TooFastError as error:
        return {"too_fast": error.seconds}
    return {}


@DBOS.dbos_class("MissedWorkflow")
class MissedWorkflow(DBOSConfiguredInstance):
    """Runs the search."""

    def __init__(
        self,
        engine: Engine,
        workspaces: Workspaces,
        turns: Turns,
        answers: TurnWorkflow,
        *,
        again: float = AGAIN_SECONDS,
        per_minute: int = MOST,
    ) -> None:
        super().__init__("missed")
        self._per_minute = per_minute
        self._again = again
        self._engine = engine
        self._workspaces = workspaces
        self._turns = turns
        self._answers = answers

    async def start(self, gap: Gap) -> None:
        """Make the search durable; several processes that see the same gap start it once.

        Raises:
            NotDurableInTimeError: see ``Engine.start``.
        """
        await self._engine.start(gap.id, self.run, asdict(gap))

    @DBOS.workflow(name="missed", serialization_type=PORTABLE)
    async def run(self, data: dict[str, Any]) -> int:
        """Search; what goes wrong is tried again for a day, since no one else would notice. The number of late questions."""
        gap, pauses = Gap(**data), Backoff(first=self._again, most=SELDOM_SECONDS).pauses()
        async with self._engine.running(gap.id, breakable=True):
            while True:
                # In a context of its own: what a workflow starts is its child to DBOS, and a workflow that begins again is
                # given the children of its first run in their order, whichever ids are asked for.
                search = asyncio.create_task(self._search(gap), context=Context())
                try:
                    return await search
                except (SlackApiError, OutcomeUnknownError) as error:
                    log.warning("missed_questions_wait_for_slack", error=str(error)[:200])
                except Exception:
                    log.exception("missed_questions_not_found")
                if gap.is_old():
                    return 0
                await asyncio.sleep(next(pauses))

    async def _search(self, gap: Gap) -> int:
        api = self._workspaces.of(gap.team).api
        me = await api.call("auth.test")
        if me["team_id"] != gap.team:
            log.warning("missed_questions_of_another_workspace", team=gap.team)
            return 0
        # Until now, not until it was first seen: the process may have died since, and no one listened again.
        return await CatchUp(
            replace(gap, until=time.time()),
            History(api),
            self._turns,
            self._answers.start,
            again=self._again,
            per_minute=self._per_minute,
        ).run()
