"""A turn with the clock passed in: its two checkpoints, and what it waits for when Slack is away or a peer comes first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbos._dbos import _get_or_create_dbos_registry

from bot.errors import OutcomeUnknownError
from bot.render import ask as render
from bot.render.final import Final
from bot.services.access import Asker, Place
from bot.slack.codes import refusal
from bot.slack.workspace import Workspace, Workspaces
from bot.slack.writing.growing import Growing
from bot.store.database import Database
from bot.store.interruptions import Interruption, Interruptions
from bot.store.turns import Turn, Turns
from bot.workflows.asked import Asked
from bot.workflows.attempt import Attempt
from bot.workflows.interrupts import Interrupts
from bot.workflows.order import Order
from bot.workflows.screen import SILENCE
from bot.workflows.turn import TurnWorkflow
from tests.unit.bot.conftest import Clock

HERE, ME = Place("T", "C", "1.0"), Asker("U", "T")
ASKED = Asked("turn:1", "ask", "How many days?", "2.0", HERE, ME, private=False, bot_user="U0BOT")
ANSWER = "Full-timers have 27 days."
AWAY = OutcomeUnknownError("chat.update")


class Reply:
    """A reply of which only the words and the end count."""

    def __init__(self, happened: list[str]) -> None:
        self.text = ""
        self._happened = happened

    def write(self, text: str) -> None:
        self.text += text

    async def again(self) -> None:
        self.text = ""
        self._happened.append("again")

    async def withdraw(self) -> None:
        self._happened.append("withdrawn")

    async def abandon(self) -> None:
        self._happened.append("abandoned")

    async def placeholder(self, text: str) -> None:
        self._happened.append(text)

    async def finish(self, final: Final) -> str:
        raise NotImplementedError(final)


class Recorded(Turns):
    """Writes down when the row changes its state."""

    happened: list[str]

    async def update(self, turn_id: str, **values: Any) -> None:
        await super().update(turn_id, **values)
        if state := values.get("state"):
            self.happened.append(f"row: {state}")


class House:
    """All that a turn stands on, with troubles that a test lays out; time passes only in pauses."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self.happened: list[str] = []
        self.turns = Recorded(database)
        self.turns.happened = self.happened
        self.pauses: list[float] = []
        self.breakable_now = False
        self.broken_off = False
        """The process ends in the next pause."""
        self.finding: list[Exception] = []
        """What goes wrong at each look for the reply; then it is found."""
        self.ending: list[Exception] = []
        """What goes wrong at each try to show the end; then it is shown."""
        self.while_writing: list[Callable[[], Any]] = []
        """What happens during each try to write; then nothing does."""
        self.ahead_until = 0.0
        self.boot, self.has_peers = "this", False
        self.interrupts = Interrupts(Interruptions(database), self.turns)
        order = Order()
        order.begin()
        workspace = cast("Workspace", SimpleNamespace(status_line=self, stop_button=self))
        parts: dict[str, Any] = {"engine": self, "urls": None, "replies": self, "producing": self}
        self.workflow = TurnWorkflow(
            **parts,
            turns=self.turns,
            workspaces=Workspaces(workspace),
            order=order,
            interrupts=self.interrupts,
            clock=clock,
            steady=clock,
            pause=self._pause,
        )
        self.attempt = Attempt.of(ASKED, workspace)

    async def stands(self, *_: Any) -> bool:
        return True

    async def answered(self) -> Turn:
        """The row after one attempt."""
        await self.workflow._answer(self.attempt)
        found = await self.turns.get(ASKED.id)
        assert found is not None
        return found

    async def left(self, **columns: Any) -> None:
        """An earlier attempt left the turn like this."""
        await self.turns.begin(boot="before", **ASKED.row())
        await super(Recorded, self.turns).update(ASKED.id, **{"state": "running"} | columns)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.now += seconds
        if self.broken_off:
            assert self.breakable_now
            raise asyncio.CancelledError

    # ------------------------------------------------------------------------------------------ the engine
    def knows(self, _work_id: str) -> bool:
        return True

    @contextmanager
    def breakable(self, _work_id: str) -> Iterator[None]:
        self.breakable_now = True
        yield
        self.breakable_now = False

    async def alive(self, work_ids: Collection[str]) -> set[str]:
        return set(work_ids) if self.clock.now < self.ahead_until else set()

    # ------------------------------------------------------------------------------------------- its reply
    async def withdraw(self, _turn: Turn, reply: Growing) -> None:
        await reply.withdraw()

    async def reply(self, _turn: Turn, _asked: Asked) -> Growing:
        if self.finding:
            raise self.finding.pop(0)
        self.happened.append("reply")
        return Reply(self.happened)

    async def finish(self, _asked: Asked, _reply: Growing, final: Final, *, since: float) -> str:
        del since
        if self.ending:
            raise self.ending.pop(0)
        self.happened.append(f"shown: {final.body}")
        return "3.0"

    async def show(self, _place: Place, text: str, *, private: bool) -> bool:
        assert not private
        self.happened.append(f"status: {text}")
        return True

    @asynccontextmanager
    async def stoppable(self, _place: Place, *, private: bool, left: bool) -> AsyncIterator[None]:
        assert not private
        yield
        if left:
            self.happened.append("button taken away")

    # ------------------------------------------------------------------------------------------ its answer
    def __getitem__(self, _kind: str) -> Any:
        return SimpleNamespace(status=self.status, final=render.final)

    async def status(self, _asked: Asked) -> str:
        await asyncio.Event().wait()  # nothing is said before the answer
        return ""

    async def admitted(self, _asked: Asked, _edit: float, _say: Any) -> None:
        self.happened.append("admitted")

    async def columns(
        self, asked: Asked, _turn: Turn, reply: Growing, allowed: Callable[[], Awaitable[None]]
    ) -> dict[str, Any]:
        await allowed()
        self.happened.append(f"asked: {asked.text}")
        reply.write(ANSWER)
        if self.while_writing:
            await self.while_writing.pop(0)()
        return {"outcome": "answered", "answer": reply.text}


@pytest.fixture
def house(database: Database, clock: Clock) -> Iterator[House]:
    _get_or_create_dbos_registry().instance_info_map.clear()
    yield House(database, clock)
    _get_or_create_dbos_registry().instance_info_map.clear()


async def test_the_answer_is_in_its_row_before_its_end_is_shown_and_ends_after(house: House) -> None:
    turn = await house.answered()

    assert house.happened == [
        "reply",
        "asked: How many days?",
        "row: written",
        f"shown: {ANSWER}",
        "row: done",
    ]
    assert (turn.answer, turn.outcome) == (ANSWER, "answered")
    assert house.pauses == []


async def test_an_attempt_that_finds_the_answer_written_only_shows_it(house: House) -> None:
    await house.left(state="written", answer=ANSWER, outcome="answered")

    turn = await house.answered()

    assert house.happened == ["reply", f"shown: {ANSWER}", "status: ", "row: done", "button taken away"]
    assert (turn.state, turn.attempts) == ("done", 2)


@pytest.mark.parametrize("state", ["done", "failed"])
async def test_an_attempt_that_finds_the_turn_ended_only_takes_a_button_away(
    house: House, state: str
) -> None:
    await house.left(state=state, answer=ANSWER, outcome="answered")

    turn = await house.answered()

    assert house.happened == ["button taken away"]
    assert turn.state == state


async def test_while_slack_is_away_the_end_is_tried_ever_less_often_until_it_is_shown_once(
    house: House,
) -> None:
    begun, house.ending = house.clock.now, [AWAY] * 360

    turn = await house.answered()

    first = SILENCE.pauses()
    assert house.pauses[:5] == [next(first) for _ in range(5)]
    assert max(house.pauses) == SILENCE.most
    assert house.clock.now - begun > 5 * 3_600
    assert [one for one in house.happened if one.startswith("shown")] == [f"shown: {ANSWER}"]
    assert house.happened.count("reply") == 361  # a call that no one heard an answer to may have opened one
    assert turn.state == "done"


async def test_a_reply_that_was_left_is_looked_for_until_slack_takes_calls_again(house: House) -> None:
    await house.left()
    house.finding = [AWAY] * 20

    turn = await house.answered()

    assert len(house.pauses) == 20
    assert house.happened.count("reply") == 1
    assert turn.state == "done"


async def test_a_process_that_ends_while_slack_is_away_leaves_the_turn_to_the_next_one(house: House) -> None:
    house.ending, house.broken_off = [AWAY], True

    with pytest.raises(asyncio.CancelledError):
        await house.answered()
    await house.workflow._break_off(house.attempt)

    turn = await house.turns.get(ASKED.id)
    assert turn is not None
    assert (turn.state, turn.boot, turn.answer) == ("written", "", ANSWER)
    assert house.happened[-2:] == ["abandoned", "status: "]


async def test_a_no_of_slack_ends_the_turn_unseen_and_at_once(house: House) -> None:
    house.ending = [refusal("no", "account_inactive")]

    turn = await house.answered()

    assert (turn.state, turn.answer) == ("failed", ANSWER)
    assert house.happened[-2:] == ["status: ", "row: failed"]
    assert house.pauses == []


async def test_an_edit_is_answered_in_the_same_reply(house: House) -> None:
    async def edit() -> None:
        await house.interrupts.change(ASKED, "How many weeks?", 5.0)
        await asyncio.Event().wait()

    house.while_writing = [edit]

    turn = await house.answered()

    assert house.happened == [
        "reply",
        "asked: How many days?",
        "again",
        "admitted",
        "asked: How many weeks?",
        "row: written",
        f"shown: {ANSWER}",
        "row: done",
    ]
    assert turn.question == "How many weeks?"


@pytest.mark.parametrize("noted", [False, True])
async def test_an_answer_whose_question_is_deleted_is_taken_away(house: House, *, noted: bool) -> None:
    async def delete() -> None:
        await house.interrupts.change(ASKED, None, 5.0)
        await asyncio.Event().wait()

    if noted:  # before this process saw the question
        await house.left()
        await house.interrupts._store.note(Interruption(ASKED.id, "deleted", "U", at=5.0))
        await house.interrupts.change(ASKED, None, 5.0)
    else:
        house.while_writing = [delete]

    turn = await house.answered()

    assert "withdrawn" in house.happened
    assert not [one for one in house.happened if one.startswith("shown")]
    assert (turn.state, turn.outcome, turn.question, turn.answer) == ("done", "deleted", "", None)


async def test_an_earlier_question_that_a_peer_answers_is_waited_for_before_a_reply_is_opened(
    house: House,
) -> None:
    earlier = ASKED.row() | {"id": "turn:0", "ts": "1.5"}
    await house.turns.begin(boot="peer", **earlier)
    begun, house.has_peers, house.ahead_until = house.clock.now, True, house.clock.now + 60

    await house.answered()

    assert 60 <= house.clock.now - begun < 63
    assert house.happened[0] == "reply"
