"""A turn on a real engine, a real database, and the stand-in Slack: whatever goes wrong, it ends, visibly, and nothing is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from dbos import DBOS
from dbos._dbos import _get_or_create_dbos_registry

from bot.render import ask as render
from bot.render.final import Final
from bot.services.access import EVERYTHING, Asker, Audience, Place, Right
from bot.services.rate import Rate
from bot.slack.writing.growing import Growing
from bot.store.database import Database, postgres_engine, sqlite_engine
from bot.store.inputs import Inputs
from bot.store.interruptions import Interruption, Interruptions
from bot.store.messages import Messages
from bot.store.response_urls import ResponseUrls, keys
from bot.store.turns import Turn, Turns
from bot.workflows.asked import PRESSED, Asked, Written
from bot.workflows.attempt import Attempt
from bot.workflows.engine import Engine
from bot.workflows.interrupts import Interrupts
from bot.workflows.order import Order
from bot.workflows.producing import Producing
from bot.workflows.replies import Replies
from bot.workflows.turn import TurnWorkflow
from tests.unit.bot.slack.conftest import SlackHouse, slack

pytestmark = pytest.mark.slow  # each starts an engine of its own

__all__ = ["slack"]  # a fixture

ANSWER = "Full-timers have 27 days."
SECRET = "how much does the boss earn"


class Producer:
    """Answers as a test wants it to."""

    needs = Right.EVERYONE

    def right(self, _asked: Asked) -> Right:
        return self.needs

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.written: dict[str, Any] = {}
        self.pieces: list[str] = [ANSWER]
        self.broken_ends = 0
        """How many of the next ends can't be drawn."""

    async def status(self, asked: Asked) -> str:
        del asked
        return "Searching the documents…"

    async def write(self, asked: Asked, audience: Audience, reply: Growing) -> Written:
        del audience
        self.asked.append(asked.text)
        self.began.set()
        for piece in self.pieces:
            reply.write(piece)
        await self.go_on.wait()
        return Written(**{"outcome": "answered", "answer": reply.text} | self.written)

    def final(self, turn: Turn) -> Final:
        if self.broken_ends:
            self.broken_ends -= 1
            raise LookupError("this can't be drawn")
        return render.final(turn)


class Breakable(Turns):
    """Fails where a test wants it to."""

    failing: str = ""
    never_written: Collection[str] = ()

    async def get(self, turn_id: str) -> Turn | None:
        if self.failing == "get":
            raise sa.exc.OperationalError("SELECT", (), OSError("disk I/O error"))
        return await super().get(turn_id)

    async def update(self, turn_id: str, **values: Any) -> None:
        if refused := values.keys() & set(self.never_written):
            raise sa.exc.StatementError(f"no {refused}", "UPDATE", (), ValueError("no"))
        await super().update(turn_id, **values)


class House:
    """One process on its database."""

    def __init__(self, slack: SlackHouse, database: Database, engine: sa.Engine, folder: Path) -> None:
        self.slack = slack
        self.turns = Breakable(database)
        self.producer = Producer()
        self.audience: Exception | None = None
        self.allowed: Audience = EVERYTHING
        self.pauses: list[float] = []
        self.now = 1_000.0
        self.engine = Engine(engine, executor_id="one")
        urls = ResponseUrls(database, keys(None, folder))
        self.replies = Replies(slack.workspaces, self.turns, urls, Messages(database))
        self.interruptions = Interruptions(database)
        self.interrupts = Interrupts(self.interruptions, self.turns, Inputs(engine).erase)
        self.rate = Rate(3, clock=lambda: self.now)
        order = Order()
        order.begin()
        self.workflow = TurnWorkflow(
            engine=self.engine,
            turns=self.turns,
            urls=urls,
            replies=self.replies,
            workspaces=slack.workspaces,
            order=order,
            interrupts=self.interrupts,
            producing=Producing({"ask": self.producer}, self._audience, self.rate, 3_600.0, self._pause),
        )

    def limited(self, seconds: float) -> None:
        self.workflow._producing._seconds = seconds

    async def _audience(self, _place: Place, asker: Asker, *, private: bool) -> Audience:
        assert not private
        # no test waits for it to run out
        await self.slack.api.call("users.info", patience=60, user=asker.user)
        if self.audience is not None:
            raise self.audience
        return self.allowed

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    async def press(self, text: str = "And then?") -> Asked:
        """A question that Mia asks by a button, in a thread."""
        root = await self.slack.mia.say("#support", "Days?")
        place, mia = Place("T0ACME", "C0SUPPORT", root), Asker("U0MIA", "T0ACME")
        options = {PRESSED: ""}
        asked = Asked(
            "act:1", "ask", text, root, place, mia, private=False, bot_user="U0BOT", options=options
        )
        await self.workflow.start(asked)
        return asked

    async def ask(self, text: str = "How many days?") -> Asked:
        ts = await self.slack.mia.say("#support", f"@bot {text}")
        place, mia = Place("T0ACME", "C0SUPPORT", ts), Asker("U0MIA", "T0ACME")
        asked = Asked(
            f"turn:T0ACME:C0SUPPORT:{ts}", "ask", text, ts, place, mia, private=False, bot_user="U0BOT"
        )
        await self.workflow.start(asked)
        return asked

    async def ended(self, asked: Asked) -> Turn:
        async with asyncio.timeout(30):
            while await self.engine.alive([asked.id]):  # noqa: ASYNC110 - DBOS offers nothing to wait on
                await asyncio.sleep(0.01)
        self.turns.failing = ""
        turn = await self.turns.get(asked.id)
        assert turn is not None
        return turn

    async def shown(self, asked: Asked) -> list[str]:
        """The words of each message below the question."""
        return [words(message) for message in await self.slack.replies(asked.ts)]


def words(message: dict[str, Any]) -> str:
    return f"{message['text']} {message['markdown']} {message['blocks']}"


H = TypeVar("H", bound=House)
Opened = Callable[[], Awaitable[House]]


@contextlib.asynccontextmanager
async def processes(made: Callable[[], H]) -> AsyncIterator[Callable[[], Awaitable[H]]]:
    """Opens one process after another; the one before was killed or ended."""
    houses: list[H] = []

    async def open_one() -> H:
        for house in houses:
            await house.engine.close(deadline=0)
        _get_or_create_dbos_registry().instance_info_map.clear()
        houses[:] = [made()]
        await houses[0].engine.launch()
        return houses[0]

    yield open_one
    for house in houses:
        await house.engine.close(deadline=0)
    _get_or_create_dbos_registry().instance_info_map.clear()


@pytest.fixture
async def opened(slack: SlackHouse, database: Database, tmp_path: Path) -> AsyncIterator[Opened]:
    def made() -> House:
        return House(slack, database, sqlite_engine(tmp_path / "engine.sqlite3"), tmp_path)

    async with processes(made) as open_one:
        yield open_one


@pytest.fixture
async def house(opened: Opened) -> House:
    return await opened()


# ------------------------------------------------------------------------------------------- ends in words
async def fail(*_: Any, **__: Any) -> Any:
    raise sa.exc.OperationalError("SELECT", (), OSError("disk I/O error"))


@contextlib.asynccontextmanager
async def fail_inside(*_: Any, **__: Any) -> AsyncIterator[None]:
    await fail()
    yield


@pytest.mark.parametrize(
    ("part", "method", "broken"),
    [
        ("replies", "reply", fail),
        ("slack.workspaces.only.stop_button", "stoppable", fail_inside),
        ("interrupts", "watching", fail_inside),
        ("interruptions", "of", fail),
        ("workflow._checkpoints", "begin", fail),
    ],
)
async def test_what_fails_around_an_answer_ends_in_a_sentence_and_a_row_that_has_ended(
    house: House, monkeypatch: pytest.MonkeyPatch, part: str, method: str, broken: Any
) -> None:
    target: Any = house
    for name in part.split("."):
        target = getattr(target, name)
    whole, calls = getattr(target, method), []

    def once(*given: Any, **named: Any) -> Any:
        calls.append(method)
        return (broken if len(calls) == 1 else whole)(*given, **named)

    monkeypatch.setattr(target, method, once)
    monkeypatch.setattr(house.engine, "knows", lambda _: False)  # so that other processes are asked about
    ts = await house.slack.mia.say("#support", "@bot How many?")
    place, mia = Place("T0ACME", "C0SUPPORT", ts), Asker("U0MIA", "T0ACME")
    asked = Asked(
        f"turn:T0ACME:C0SUPPORT:{ts}", "ask", "How many?", ts, place, mia, private=False, bot_user="U0BOT"
    )
    await house.turns.accept(**asked.row())

    await house.workflow.start(asked)
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert "Something went wrong on my side." in shown
    assert "E\u2011" in shown
    assert calls
    assert turn.state in ("done", "failed")
    assert turn.outcome == "failed"
    assert turn.error_id
    assert turn.error_id.replace("-", "\u2011") in shown


@pytest.mark.parametrize("column", ["answer", "passages", "note", "model", "question"])
async def test_a_checkpoint_that_can_never_be_written_ends_the_turn_and_the_answer_is_shown(
    house: House, column: str
) -> None:
    house.turns.never_written = {column}
    house.producer.written = {"passages": [], "note": "a note", "model": "m"}

    asked = await house.ask()
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert ANSWER in shown
    assert turn.state == "done"


async def test_an_answer_that_cannot_be_drawn_is_a_failure_and_stays_in_its_row(house: House) -> None:
    house.producer.broken_ends = 1

    asked = await house.ask()
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert ANSWER in shown
    assert turn.error_id
    assert turn.error_id.replace("-", "\u2011") in shown
    assert (turn.outcome, turn.answer, turn.state) == ("failed", ANSWER, "done")


async def test_a_failure_that_cannot_be_drawn_either_is_its_sentence_alone(house: House) -> None:
    house.producer.broken_ends = 2

    asked = await house.ask()
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert turn.error_id
    assert turn.error_id.replace("-", "\u2011") in shown
    assert (turn.answer, turn.state) == (ANSWER, "done")


async def test_a_written_answer_that_fails_to_show_after_a_restart_is_kept(opened: Opened) -> None:
    first = await opened()
    asked = await first.ask()
    await first.ended(asked)
    await first.turns.update(asked.id, state="written", finished_at=None)
    second = await opened()
    second.producer.broken_ends = 1

    again = Attempt.of(asked, second.slack.workspaces.of("T0ACME"))
    state = await second.workflow._answer(again)

    turn = await second.turns.get(asked.id)
    assert turn is not None
    assert (state, turn.outcome, turn.answer) == ("done", "failed", ANSWER)
    assert second.producer.asked == []


async def test_an_answer_that_does_not_end_is_ended_with_what_there_is(house: House) -> None:
    house.limited(0.2)
    house.producer.go_on.clear()

    asked = await house.ask()
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert ANSWER in shown
    assert "wasn't finished after" in shown
    assert (turn.outcome, turn.retryable) == ("failed", 1)


async def test_a_status_that_hangs_holds_up_no_answer(house: House) -> None:
    await house.slack.fault("assistant.threads.setStatus", "slow", seconds=600, count=100)

    asked = await house.ask()
    turn = await house.ended(asked)

    assert ANSWER in (await house.shown(asked))[0]
    assert turn.state == "done"


# --------------------------------------------------------------------------------------- the token is refused
@pytest.mark.parametrize("word", ["token_revoked", "invalid_auth", "account_inactive", "not_authed"])
async def test_a_question_is_kept_while_the_token_is_refused_and_answered_once_it_is_right(
    house: House, word: str
) -> None:
    await house.slack.fault("users.info", "error", error=word, count=3)

    asked = await house.ask()
    turn = await house.ended(asked)

    (shown,) = await house.shown(asked)
    assert ANSWER in shown
    assert (turn.outcome, turn.state) == ("answered", "done")
    assert house.producer.asked == ["How many days?"]


async def test_a_question_that_an_earlier_process_left_waits_for_the_token_too(opened: Opened) -> None:
    first = await opened()
    first.producer.go_on.clear()
    asked = await first.ask()
    await first.producer.began.wait()
    second = await opened()
    await second.slack.fault("users.info", "error", error="token_revoked", count=2)

    turn = await second.ended(asked)

    assert (turn.outcome, turn.state) == ("answered", "done")
    assert len(await second.shown(asked)) == 1


# ---------------------------------------------------------------------------------------------- admission
async def test_a_question_that_is_edited_on_and_on_costs_no_more_than_its_person_may_ask(
    house: House,
) -> None:
    house.rate.admit("U0MIA", "turn")  # as the door did
    house.producer.go_on.clear()
    held = asyncio.Event()

    async def hold(seconds: float) -> None:
        house.pauses.append(seconds)
        await held.wait()
        house.now += seconds

    house.workflow._producing._pause = hold
    asked = await house.ask()
    await house.producer.began.wait()
    for number in range(30):
        before = len(house.producer.asked) + len(house.pauses)
        await house.interrupts.change(asked, f"edit {number}", 100.0 + number)
        async with asyncio.timeout(20):
            while len(house.producer.asked) + len(house.pauses) == before:  # noqa: ASYNC110 - the workflow sets no event
                await asyncio.sleep(0.005)
    meanwhile = list(house.producer.asked)
    held.set()
    house.producer.go_on.set()
    turn = await house.ended(asked)

    assert meanwhile == ["How many days?", "edit 0", "edit 1"]
    assert house.producer.asked == [*meanwhile, "edit 29"]
    assert turn.question == "edit 29"
    assert (turn.outcome, turn.state) == ("answered", "done")


# ------------------------------------------------------------------------------------------------- deletion
async def rows(engine: sa.Engine, database: Database) -> str:
    """All that stands in both databases."""
    found: list[Any] = []
    schema = "dbos" if engine.dialect.name == "postgresql" else None
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names(schema=schema):
            where = f"{schema}.{table}" if schema else table
            found += connection.execute(sa.text(f"SELECT * FROM {where}")).all()  # noqa: S608 - names of tables

    def work(connection: sa.Connection) -> list[Any]:
        names = sa.inspect(connection).get_table_names()
        return [connection.execute(sa.text(f"SELECT * FROM {name}")).all() for name in names]  # noqa: S608 - as above

    return str(found) + str(await database.run(work))


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        ("sqlite", "while it is answered"),
        ("sqlite", "after an edit"),
        ("sqlite", "after it was answered"),
        ("sqlite", "asked again"),
        ("postgresql", "after an edit"),
    ],
)
async def test_a_deleted_question_leaves_no_word_in_either_database(
    slack: SlackHouse, tmp_path: Path, request: pytest.FixtureRequest, kind: str, moment: str
) -> None:
    _get_or_create_dbos_registry().instance_info_map.clear()
    if kind == "sqlite":
        database, engine = (
            Database.sqlite(tmp_path / "bot.sqlite3"),
            sqlite_engine(tmp_path / "engine.sqlite3"),
        )
    else:
        url = request.getfixturevalue("postgres_url")
        database, engine = Database.postgres(url), postgres_engine(url, pool=4)
    await database.prepare()
    house = House(slack, database, engine, tmp_path)
    await house.engine.launch()
    house.producer.go_on.clear()
    house.producer.written = {"passages": [{"text": SECRET}], "note": SECRET, "answer": ANSWER}

    asked = await house.ask(SECRET)
    await house.producer.began.wait()
    if moment == "after an edit":
        await house.interrupts.change(asked, f"{SECRET}, please", 1.0)
    elif moment != "while it is answered":
        house.producer.written = {}
        house.producer.go_on.set()
        await house.ended(asked)
    again = asked
    if moment == "asked again":
        turn = await house.turns.get(asked.id)
        assert turn is not None
        house.producer.go_on.clear()
        house.producer.began.clear()
        again = Asked.again(turn, "T0ACME")
        await house.workflow.start(again, "https://hooks.slack.test/1")
        await house.producer.began.wait()
    before = await rows(engine, database)
    await house.interrupts.change(asked, None, 2.0)
    house.producer.go_on.set()
    await house.ended(again)
    after = await rows(engine, database)
    await house.engine.close(deadline=5)
    engine.dispose()
    database.close()
    _get_or_create_dbos_registry().instance_info_map.clear()

    assert SECRET in before
    assert SECRET not in after
    files = b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite3*"))  # noqa: ASYNC240 - small files
    assert SECRET.encode() not in files


async def test_a_deleted_question_that_slack_brings_again_after_a_restart_leaves_none_either(
    opened: Opened,
) -> None:
    first = await opened()
    first.producer.go_on.clear()
    asked = await first.ask(SECRET)
    await first.producer.began.wait()
    await first.interrupts.change(asked, None, 2.0)
    await first.ended(asked)
    await DBOS.delete_workflows_async([asked.id])
    second = await opened()
    await second.workflow.start(asked)
    await second.ended(asked)

    assert second.producer.asked == []
    database = second.turns._database
    assert SECRET not in await rows(second.workflow._interrupts._erase.__self__._engine, database)  # type: ignore[union-attr]


async def test_the_words_of_an_edit_that_counts_stay_until_the_question_is_deleted(house: House) -> None:
    asked = await house.ask()
    await house.ended(asked)
    await house.interruptions.note(Interruption(asked.id, "edited", "U0MIA", SECRET, 1.0))
    await house.interrupts.change(asked, None, 2.0)

    noted = (await house.interruptions.of([asked.id]))[asked.id]
    assert noted.text is None


async def test_a_thread_is_told_once_what_was_asked_by_a_button_whatever_is_killed(
    opened: Opened, slack: SlackHouse
) -> None:
    first = await opened()
    first.producer.go_on.clear()
    asked = await first.press()
    await first.producer.began.wait()
    second = await opened()

    turn = await second.ended(asked)

    line, answer = [words(m) for m in await slack.replies(asked.place.thread) if m["user"] == "U0BOT"]
    assert "<@U0MIA> asked: And then?" in line
    assert ANSWER in answer
    assert (turn.outcome, turn.state, turn.attempts) == ("answered", "done", 2)
