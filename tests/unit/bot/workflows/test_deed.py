"""A change: who may confirm it, done once, what came of it written down before it is told, told at the latest in a direct message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import structlog
from dbos._dbos import _get_or_create_dbos_registry
from slack_sdk.errors import SlackApiError

from bot.errors import NotNowError, OutcomeUnknownError, RefusedError, UsageError
from bot.render.blocks import Message, section
from bot.render.outcomes import File, Modal, Shown
from bot.services.access import Asker, Place
from bot.slack.codes import WORDS, Kind
from bot.slack.ways import Way
from bot.slack.workspace import Workspaces
from bot.store.database import Database
from bot.store.deeds import Deed, Deeds
from bot.workflows import removed
from bot.workflows.deed import (
    GIVEN_UP,
    INTERRUPTED,
    MOST_ATTEMPTS,
    QUESTION_SECONDS,
    TELL_LONGEST_SECONDS,
    TELL_SECONDS,
    TELL_SELDOM_SECONDS,
    DeedWorkflow,
    Done,
    Wish,
)
from bot.workflows.order import Order
from tests.unit.bot.conftest import Clock

HERE, ME = Place("T", "C", ""), Asker("U", "T")
GIVEN = {"bucket": "handbook"}
WISH = Wish("do:cmd:1", "docs disable", GIVEN, HERE, ME, Way("U", "Documents", replace=True))
DONE = Message("I no longer search it.", [section("I no longer search it.")])
URL = "https://hooks.slack.test/1"


def refused(code: str) -> SlackApiError:
    return SlackApiError("no", {"ok": False, "error": code})  # type: ignore[no-untyped-call] # slack_sdk has no type there


class House:
    """A ``DeedWorkflow`` on a real database among neighbours that note what they are given and do what a test wants."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self.deeds = Deeds(database, clock)
        self.done: Done | Exception = Done("done", DONE)
        self.attempts: list[bool] = []
        self.began: list[float] = []
        """When the change was first wanted, as each attempt is told."""
        """Of each attempt, whether it is one after another."""
        self.during: Callable[[], Awaitable[None]] | None = None
        """What happens in the middle of an attempt."""
        self.not_now = 0
        """How often Slack refuses the token before an attempt."""
        self.noes: list[Exception | None] = []
        """What Slack says to each try to tell; then it takes them."""
        self.told: list[tuple[Way, Shown, str | None]] = []
        self.pauses: list[float] = []
        self.broken_off = False
        """The process ends while it waits."""
        self.breakable_now = False
        self.breakable_while_waiting: list[bool] = []
        self.started: list[str] = []
        self.kept: dict[str, str] = {WISH.id: URL}
        self.file_trouble: Exception | None = None
        self.file_noted: list[dict[str, Any]] = []
        order = Order()
        order.begin()
        workspace: Any = SimpleNamespace(ways=self, files=self)
        neighbours: dict[str, Any] = {"engine": self, "urls": self, "workspaces": Workspaces(workspace)}
        self.workflow = DeedWorkflow(
            **neighbours, order=order, deeds=self.deeds, perform=self._perform, clock=clock, pause=self._pause
        )

    async def row(self, deed_id: str = WISH.id) -> Deed:
        found = await self.deeds.get(deed_id)
        assert found is not None
        return found

    @property
    def texts(self) -> list[str]:
        return [shown.text if isinstance(shown, Message) else shown.title for _, shown, _ in self.told]

    # ------------------------------------------------------------------------------------- the engine
    @asynccontextmanager
    async def running(self, _work_id: str) -> AsyncIterator[None]:
        yield

    @contextmanager
    def breakable(self, _work_id: str) -> Iterator[None]:
        self.breakable_now = True
        yield
        self.breakable_now = False

    async def start(
        self, work_id: str, work: Any, data: dict[str, Any], *, before: Callable[[], Awaitable[None]]
    ) -> None:
        del work
        await before()
        self.started.append(work_id)
        assert Wish.from_json(data).id == work_id

    # ---------------------------------------------------------------------------------------- the ways
    async def keep(self, work_id: str, url: str) -> None:
        self.kept[work_id] = url

    async def use(self, work_id: str) -> str | None:
        if "full" in self.kept:
            raise OSError("disk full")
        return self.kept.get(work_id)

    async def show(
        self,
        way: Way,
        shown: Shown,
        *,
        url: str | None,
        key: str,
        since: float | None,  # noqa: ARG002 - as the ways
    ) -> None:
        assert key
        self.told.append((way, shown, url))
        no = self.noes.pop(0) if self.noes else None
        if no is not None:
            raise no

    async def deliver(
        self,
        file: File,
        user: str,
        *,
        noted: dict[str, Any],
        note: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> Message:
        self.file_noted.append(noted)
        if not noted:
            await note({"file": "F1"})
        if self.file_trouble is not None:
            raise self.file_trouble
        return Message(f"{file.title} for {user}")

    # ---------------------------------------------------------------------------------------- the work
    async def _perform(self, _wish: Wish, again: bool, began: float) -> Done:
        if self.not_now:
            self.not_now -= 1
            raise NotNowError("users.info", "token_revoked")
        self.attempts.append(again)
        self.began.append(began)
        if self.during is not None:
            await self.during()
        if isinstance(self.done, Exception):
            raise self.done
        return self.done

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.breakable_while_waiting.append(self.breakable_now)
        self.clock.now += seconds
        if self.broken_off:
            raise asyncio.CancelledError


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
def house(database: Database, clock: Clock) -> Iterator[House]:
    yield House(database, clock)
    # DBOS knows each instance by its name as long as the process lives; a test wants one of its own.
    _get_or_create_dbos_registry().instance_info_map.clear()


async def test_a_change_is_kept_while_slack_refuses_the_token_and_made_once_it_is_right(house: House) -> None:
    house.not_now = 3

    result = await house.workflow.carry_out(WISH)

    assert result == "done"
    assert house.attempts == [False]
    assert house.breakable_while_waiting == [True] * 3
    assert house.texts == [DONE.text]


async def test_a_change_that_waited_when_its_process_ended_is_tried_for_the_first_time_by_the_next(
    house: House,
) -> None:
    house.not_now, house.broken_off = 1, True
    with pytest.raises(asyncio.CancelledError):
        await house.workflow.carry_out(WISH)
    house.broken_off = False

    result = await house.workflow.carry_out(WISH)

    assert result == "done"
    assert house.attempts == [False]
    assert (await house.row()).attempts == 2


@pytest.mark.slow  # a day of attempts
async def test_a_change_that_slack_keeps_from_being_tried_for_a_day_is_given_up_in_words(
    house: House,
) -> None:
    house.not_now = 10_000

    result = await house.workflow.carry_out(WISH)

    assert result == "failed"
    assert house.attempts == []
    assert "E\u2011" in house.texts[0]


# ------------------------------------------------------------------------------------------------ its input
def test_a_wish_that_the_release_before_wrote_down_is_read() -> None:
    by = {"team": "T", "channel": "C", "thread": "", "user": "U", "user_team": "T"}
    who = {**by, "private": True, "shared": False}
    way = {"user": "U", "title": "Documents", "view": "", "over": False, "replace": True}
    before = {"id": "do:cmd:1", "verb": "docs disable", "given": GIVEN, "by": who, "way": way}

    assert Wish.from_json(before) == WISH


# ------------------------------------------------------------------------------------------- the question
async def asked(house: House, place: Place = HERE) -> str:
    deed_id, until = await house.workflow.ask("cmd:1", "docs disable", GIVEN, place, ME)
    assert until == house.clock.now + QUESTION_SECONDS
    return deed_id


async def test_what_was_asked_is_done_with_what_was_written_down_and_nothing_of_the_press(
    house: House,
) -> None:
    deed_id = await asked(house)
    place, asker = Place("T", "C", "9.9"), Asker("U", "T2")

    wish = await house.workflow.confirmed(deed_id, place, asker, Way("U", replace=True))

    assert wish == Wish(deed_id, "docs disable", GIVEN, HERE, ME, Way("U", replace=True))
    assert deed_id == "do:confirm:cmd:1"


@pytest.mark.parametrize("channel", ["C", "", "D0U"])
async def test_the_person_who_was_asked_confirms_there_in_a_window_or_in_a_direct_message(
    channel: str, house: House
) -> None:
    wish = await house.workflow.confirmed(await asked(house), replace(HERE, channel=channel), ME, Way("U"))

    assert (wish.place, wish.asker) == (HERE, ME)


@pytest.mark.parametrize(
    ("place", "asker", "says"),
    [
        (HERE, replace(ME, user="U2"), "Only the person I asked"),
        (replace(HERE, team="T2"), ME, "Only the person I asked"),
        (replace(HERE, channel="C2"), ME, "where I asked you"),
        (replace(HERE, channel="G1"), ME, "where I asked you"),
    ],
)
async def test_nobody_else_and_no_other_channel_confirms(
    place: Place, asker: Asker, says: str, house: House
) -> None:
    deed_id = await asked(house)

    with pytest.raises(RefusedError, match=says):
        await house.workflow.confirmed(deed_id, place, asker, Way("U"))


async def test_what_was_asked_in_a_window_is_not_confirmed_in_a_channel(house: House) -> None:
    deed_id = await asked(house, replace(HERE, channel=""))

    with pytest.raises(RefusedError, match="where I asked you"):
        await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))


@pytest.mark.parametrize(("seconds", "late"), [(QUESTION_SECONDS, False), (QUESTION_SECONDS + 1, True)])
async def test_a_question_can_be_confirmed_for_ten_minutes(seconds: float, late: bool, house: House) -> None:
    deed_id = await asked(house)
    house.clock.now += seconds

    if late:
        with pytest.raises(UsageError, match="expired"):
            await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    else:
        assert (await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))).id == deed_id


@pytest.mark.parametrize("later", [0.0, QUESTION_SECONDS + 1])
async def test_a_question_whose_age_no_one_can_tell_has_expired(later: float, house: House) -> None:
    deed_id = await asked(house)
    house.clock.now -= 3_600
    expired = await house.deeds.expire_questions() if later else 0
    house.clock.now += later

    with pytest.raises(UsageError, match="expired"):
        await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    assert expired == bool(later)


async def test_a_yes_that_slack_delivers_again_after_ten_minutes_is_the_same_change(house: House) -> None:
    deed_id = await asked(house)
    wish = await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    await house.workflow.carry_out(wish)
    house.clock.now += QUESTION_SECONDS + 1

    again = await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    await house.workflow.carry_out(again)

    assert again.id == wish.id
    assert house.attempts == [False]


async def test_what_was_canceled_is_not_confirmed(house: House) -> None:
    deed_id = await asked(house)
    canceled = await house.workflow.dismiss(deed_id, HERE, ME)

    with pytest.raises(UsageError, match="You canceled this"):
        await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    assert canceled


async def test_a_yes_that_was_taken_in_before_the_no_is_not_carried_out(house: House) -> None:
    deed_id = await asked(house)
    wish = await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))
    await house.workflow.dismiss(deed_id, HERE, ME)

    result = await house.workflow.carry_out(wish)

    assert (result, house.attempts, house.told) == ("canceled", [], [])


@pytest.mark.parametrize(("place", "asker"), [(HERE, replace(ME, user="U2")), (replace(HERE, team="T2"), ME)])
async def test_nobody_else_cancels(place: Place, asker: Asker, house: House) -> None:
    deed_id = await asked(house)

    with pytest.raises(RefusedError, match="Only the person I asked"):
        await house.workflow.dismiss(deed_id, place, asker)
    assert (await house.row(deed_id)).result is None


async def test_what_has_begun_is_not_canceled(house: House) -> None:
    deed_id = await asked(house)
    canceled: list[bool] = []

    async def dismiss() -> None:
        canceled.append(await house.workflow.dismiss(deed_id, HERE, ME))

    house.during = dismiss
    await house.workflow.carry_out(await house.workflow.confirmed(deed_id, HERE, ME, Way("U")))

    assert canceled == [False]
    assert (await house.row(deed_id)).result == "done"


@pytest.mark.parametrize("deed_id", ["", "do:confirm:nothing", "do:cmd:1"])
async def test_what_nobody_was_asked_about_is_not_confirmed(deed_id: str, house: House) -> None:
    await house.workflow.carry_out(WISH)  # begun without a question

    with pytest.raises(UsageError, match="no longer have this question"):
        await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))


async def test_a_question_whose_words_are_gone_is_not_confirmed(house: House) -> None:
    deed_id = await asked(house)
    await house.deeds.drop_words(user="U")

    with pytest.raises(UsageError, match="no longer have this question"):
        await house.workflow.confirmed(deed_id, HERE, ME, Way("U"))


# --------------------------------------------------------------------------------------------- done, once
async def test_the_way_back_is_kept_before_the_change_is_durable(house: House) -> None:
    house.kept.clear()

    await house.workflow.start(WISH, URL)
    await house.workflow.start(replace(WISH, id="do:view:1"), None)

    assert house.started == ["do:cmd:1", "do:view:1"]
    assert house.kept == {WISH.id: URL}


async def test_a_wish_survives_the_journey_through_json() -> None:
    assert Wish.from_json(asdict(WISH)) == WISH


async def test_what_came_of_it_is_written_down_before_anybody_is_told(house: House) -> None:
    rows: list[Deed] = []

    async def note(*_: Any, **__: Any) -> None:
        rows.append(await house.row())

    cast("Any", house).show = note

    result = await house.workflow.carry_out(WISH)

    assert result == "done"
    assert [(row.result, row.shown, row.told) for row in rows] == [("done", asdict(DONE), 0)]
    assert (await house.row()).told == 1


async def test_the_outcome_goes_the_way_that_the_wish_came(house: House) -> None:
    await house.workflow.carry_out(WISH)

    assert house.told == [(WISH.way, DONE, URL)]


async def test_what_is_known_is_told_and_not_done_again(house: House) -> None:
    await house.workflow.carry_out(WISH)
    await house.deeds.note(WISH.id, told=0)  # as after a kill between doing and telling

    await house.workflow.carry_out(WISH)

    assert house.attempts == [False]
    assert [shown for _, shown, _ in house.told] == [DONE, DONE]


async def test_what_was_told_is_not_told_again(house: House) -> None:
    results = [await house.workflow.carry_out(WISH) for _ in range(2)]

    assert results == ["done", "done"]
    assert len(house.told) == 1


async def test_an_attempt_after_one_that_was_cut_off_knows_it(house: House) -> None:
    async def killed() -> None:
        raise asyncio.CancelledError

    house.during, first = killed, house.clock.now
    with pytest.raises(asyncio.CancelledError):
        await house.workflow.carry_out(WISH)
    house.during, house.clock.now = None, first + 60

    await house.workflow.carry_out(WISH)

    assert (house.attempts, house.began) == ([False, True], [first, first])
    assert ((await house.row()).attempts, len(house.told)) == (2, 1)


async def test_a_change_that_ends_the_process_again_and_again_is_given_up(house: House) -> None:
    async def killed() -> None:
        raise asyncio.CancelledError

    house.during = killed
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(asyncio.CancelledError):
            await house.workflow.carry_out(WISH)

    assert await house.workflow.carry_out(WISH) == "unknown"
    assert len(house.attempts) == MOST_ATTEMPTS
    assert (await house.row()).result == "unknown"
    assert house.texts == [GIVEN_UP.text]


async def test_an_outcome_whose_words_are_gone_is_told_all_the_same(house: House) -> None:
    await house.workflow.carry_out(WISH)
    await house.deeds.note(WISH.id, told=0)
    await house.deeds.drop_words(user="U")

    await house.workflow.carry_out(WISH)

    assert house.texts[-1] == "This is done."


async def test_a_window_is_kept_and_shown_as_a_window(house: House) -> None:
    house.done = Done("refused", Modal("New insight", [section("x")], submit="Create", callback="x"))
    await house.workflow.carry_out(WISH)
    await house.deeds.note(WISH.id, told=0)

    await house.workflow.carry_out(WISH)

    assert house.told[0][1] == house.told[1][1] == house.done.shown


async def test_nobody_overtakes_a_change_at_work_and_nobody_waits_for_one_that_is_only_still_to_be_told(
    house: House,
) -> None:
    begun, release, order = asyncio.Event(), asyncio.Event(), list[str]()

    async def slow() -> None:
        order.append("begun")
        begun.set()
        await release.wait()

    house.during = slow
    first = asyncio.create_task(house.workflow.carry_out(replace(WISH, id="do:cmd:T:99.1")))
    await begun.wait()
    # Its id sorts before the first one's.
    second = asyncio.create_task(house.workflow.carry_out(replace(WISH, id="do:cmd:T:100.1")))
    for _ in range(20):
        await asyncio.sleep(0)
    while_the_first_was_at_work = list(order)
    release.set()
    await asyncio.gather(first, second)

    assert while_the_first_was_at_work == ["begun"]
    assert order == ["begun", "begun"]


async def test_the_same_change_wanted_twice_is_made_one_after_the_other(house: House) -> None:
    at_work: list[int] = []
    most: list[int] = []

    async def busy() -> None:
        at_work.append(1)
        most.append(len(at_work))
        await asyncio.sleep(0)
        at_work.pop()

    house.during = busy

    await asyncio.gather(*(house.workflow.carry_out(replace(WISH, id=f"do:cmd:{n}")) for n in range(3)))

    assert most == [1, 1, 1]


# ------------------------------------------------------------------------------------------- a full disk
async def test_a_change_that_cannot_be_noted_is_not_begun_and_that_is_said(
    house: House, database: Database, logs: list[Any]
) -> None:
    class Full(Deeds):
        async def begin(self, deed_id: str, **columns: Any) -> Deed:
            raise OSError(f"no room for {deed_id} {columns}")

    house.workflow._deeds = Full(database)

    result = await house.workflow.carry_out(WISH)

    assert (result, house.attempts) == ("failed", [])
    assert logs[-1]["error_id"].replace("-", "\u2011") in house.texts[0]


async def test_a_change_that_was_cut_off_is_never_said_to_have_failed_because_the_disk_is_full(
    house: House, database: Database
) -> None:
    async def killed() -> None:
        raise asyncio.CancelledError

    class Full(Deeds):
        async def begin(self, deed_id: str, **columns: Any) -> Deed:
            raise OSError(f"no room for {deed_id} {columns}")

    house.during = killed
    with pytest.raises(asyncio.CancelledError):
        await house.workflow.carry_out(WISH)
    house.workflow._deeds = Full(database)

    result = await house.workflow.carry_out(WISH)

    assert (result, house.texts) == ("unknown", [INTERRUPTED.text])
    assert house.attempts == [False]


async def test_an_outcome_that_cannot_be_noted_is_told_all_the_same(house: House, database: Database) -> None:
    class Full(Deeds):
        async def note(self, deed_id: str, **values: Any) -> None:
            raise OSError(f"no room for {deed_id} {values}")

    house.workflow._deeds = Full(database)

    result = await house.workflow.carry_out(WISH)

    assert (result, house.texts) == ("done", [DONE.text])


async def test_an_address_that_cannot_be_counted_is_not_used(house: House) -> None:
    house.kept["full"] = ""

    await house.workflow.carry_out(WISH)

    assert house.told == [(WISH.way, DONE, None)]


# ------------------------------------------------------------------------------------------------ telling
@pytest.mark.parametrize("no", [refused("internal_error"), refused("ratelimited"), OutcomeUnknownError("x")])
async def test_what_slack_does_not_take_is_told_later_in_a_direct_message(
    no: Exception, house: House
) -> None:
    house.noes = [no]
    wish = replace(WISH, way=Way("U", "Documents", view="do:cmd:1"))

    await house.workflow.carry_out(wish)

    assert house.told == [(wish.way, DONE, URL), (Way("U", "Documents"), DONE, None)]
    assert house.pauses == [TELL_SECONDS]
    assert (await house.row()).told == 1


async def test_pauses_between_tries_grow_to_ten_minutes(house: House) -> None:
    house.noes = [OutcomeUnknownError("x") for _ in range(9)]

    await house.workflow.carry_out(WISH)

    assert house.pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert max(house.pauses) == TELL_SELDOM_SECONDS


@pytest.mark.parametrize("code", sorted(WORDS[Kind.NOBODY]))
async def test_somebody_who_cannot_be_written_to_is_not_tried_again(code: str, house: House) -> None:
    house.noes = [refused(code)]

    result = await house.workflow.carry_out(WISH)

    assert (result, house.pauses) == ("done", [])
    assert (await house.row()).told == 0


async def test_after_a_day_an_outcome_stays_untold(house: House) -> None:
    house.noes = [OutcomeUnknownError("x") for _ in range(1_000)]
    begun = house.clock.now

    result = await house.workflow.carry_out(WISH)

    assert result == "done"
    assert TELL_LONGEST_SECONDS < house.clock.now - begun <= TELL_LONGEST_SECONDS + TELL_SELDOM_SECONDS
    assert ((await house.row()).result, (await house.row()).told) == ("done", 0)


async def test_a_process_that_ends_need_not_wait_until_slack_is_back_and_its_successor_tells(
    house: House,
) -> None:
    house.noes = [OutcomeUnknownError("x")]
    house.broken_off = True
    with pytest.raises(asyncio.CancelledError):
        await house.workflow.carry_out(WISH)
    first = (house.breakable_while_waiting, (await house.row()).told)

    await house.workflow.carry_out(WISH)

    assert first == ([True], 0)
    assert (house.attempts, (await house.row()).told) == ([False], 1)


# -------------------------------------------------------------------------------------------------- files
FILE = File("call.txt", b"hello", "Transcript")


async def test_a_file_is_noted_before_it_is_shared_and_the_person_reads_where_it_is(house: House) -> None:
    house.done = Done("done", FILE)

    await house.workflow.carry_out(WISH)

    row = await house.row()
    assert (row.result, row.noted, house.texts) == ("done", {"file": "F1"}, ["Transcript for U"])
    assert row.shown == asdict(Message("Transcript for U"))


async def test_an_attempt_after_a_kill_is_given_the_file_that_was_noted(house: House) -> None:
    house.done = Done("done", FILE)
    house.file_trouble = cast("Exception", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await house.workflow.carry_out(WISH)
    house.file_trouble = None

    await house.workflow.carry_out(WISH)

    assert house.file_noted == [{}, {"file": "F1"}]
    assert house.texts == ["Transcript for U"]


@pytest.mark.parametrize(
    ("trouble", "result"),
    [
        (refused("not_in_channel"), "failed"),
        (OutcomeUnknownError("x"), "unknown"),
        (ValueError("x"), "failed"),
    ],
)
async def test_a_file_that_is_not_there_is_never_said_to_be(
    trouble: Exception, result: str, house: House
) -> None:
    house.done = Done("done", FILE)
    house.file_trouble = trouble

    assert await house.workflow.carry_out(WISH) == result
    assert (await house.row()).result == result
    assert "Transcript" not in house.texts[0]
    assert ("I don't know whether it was done" in house.texts[0]) == (result == "unknown")


# ------------------------------------------------------------------------------- what a release before left
@pytest.mark.parametrize(
    ("join", "verb", "given"),
    [(False, "share", {"turn": "t1"}), (True, "add_me", {"turn": "t1", "channel": "C"})],
)
async def test_a_share_that_an_older_release_began_is_finished_as_a_change(
    join: bool, verb: str, given: dict[str, str], house: House
) -> None:
    destination = HERE.to_json() | ME.to_json() | {"private": False}
    left = {"id": "share:1", "turn": "t1", "join": join, "destination": destination}

    result = await house.workflow.carry_out(removed._wish(left))

    row = await house.row("share:1")
    assert result == "done"
    assert (row.verb, row.given, row.channel, row.user) == (verb, given, "C", "U")
    assert house.told == [(Way("U"), DONE, None)]
