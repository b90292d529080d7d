"""What is long over goes with all that hangs on it, and what Telnyx still lists stays."""

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.job_marks import Mark, Marks, What
from bot.store.job_retention import PAGE, OldJobs
from bot.store.job_tables import job_marks, job_starts, jobs, transitions
from bot.store.job_types import KEPT_SECONDS
from bot.store.messages import Messages
from bot.store.schema import messages
from tests.unit.bot.sightings import BEGAN, Account, sighting

DAY = 86_400.0
MONTH = 30 * DAY


@pytest.fixture
async def account(database: Database) -> Account:
    made = Account(database, embedding={}, call={"ends_only": True, "shares_card": False})
    await made.see()
    return made


async def drop(database: Database, now: float) -> int:
    return await OldJobs(database, {"call": MONTH}, surely=lambda: now).drop_old()


async def left(database: Database, column: sa.Column[str]) -> list[str]:
    return sorted(set(await database.run(lambda c: c.execute(sa.select(column)).scalars().all())))


async def test_jobs_that_ended_long_ago_go_with_what_hangs_on_them_once_telnyx_lists_them_no_longer(
    account: Account, database: Database
) -> None:
    at = account.now
    names = ["listed", "gone", "runs"]
    began = {name: at + 900 * n for n, name in enumerate(names)}
    marks = Marks(database)
    for name in names:
        await account.jobs.started("embedding", name, team="T", user="U", channel="", at=at)
        await marks.put(Mark("embedding", name, "", What.ON_IT, "U", at))
    await account.see(
        *(sighting(name, "success", began=began[name]) for name in names[:2]),
        sighting("runs", "processing", began=began["runs"]),
    )
    still = (
        sighting("listed", "success", began=began["listed"]),
        sighting("runs", "processing", began=began["runs"]),
    )
    await account.see(*still, after=2 * DAY)
    await account.look(60)
    before = await drop(database, at + KEPT_SECONDS)
    dropped = await drop(database, at + KEPT_SECONDS + 3 * DAY)
    await account.see(*still, sighting("gone", "success", began=began["gone"]), after=KEPT_SECONDS + 3 * DAY)

    assert (before, dropped) == (0, 1)
    assert await left(database, transitions.c.job) == ["listed", "runs"]
    assert await left(database, job_marks.c.card) == ["listed", "runs"]
    assert await left(database, job_starts.c.id) == [], "who started what goes by its age"
    assert await left(database, jobs.c.id) == ["gone", "listed", "runs"]
    assert {change.job for change in await account.jobs.untold()} == {"listed", "runs"}, (
        "what comes back is no news"
    )


async def test_calls_go_by_their_age_also_when_no_one_looks_at_them_anymore(
    account: Account, database: Database
) -> None:
    await account.see(
        *(
            sighting(name, status, kind="call")
            for name, status in (("over", "success"), ("live", "processing"))
        )
    )
    early = await drop(database, account.now + MONTH - 1)

    assert (early, await drop(database, account.now + MONTH + 1)) == (0, 2)
    assert await left(database, transitions.c.job) == []


async def test_the_marks_of_a_card_go_with_the_last_of_its_jobs(account: Account, database: Database) -> None:
    both = [sighting(name, "success", bucket="b") for name in "ab"]
    await account.see(*both)
    await Marks(database).put(Mark("embedding", "a", "", What.ON_IT, "U", account.now))
    await account.see(both[0], after=2 * DAY)
    await drop(database, account.now + KEPT_SECONDS)
    first = await left(database, jobs.c.id), await left(database, job_marks.c.card)
    await account.look(DAY)
    account.shown["embedding"] = []
    await account.look(DAY)
    await drop(database, account.now + KEPT_SECONDS)

    assert first == (["a"], ["a"])
    assert (await left(database, jobs.c.id), await left(database, job_marks.c.card)) == ([], [])


async def test_where_jobs_were_told_goes_by_its_age_and_answers_stay(database: Database) -> None:
    old, new = (Messages(database, surely=partial(float, at)) for at in (BEGAN, BEGAN + DAY))
    for number in range(PAGE + 1):
        await old.expect(f"job:embedding:{number}:1:C", "C", "1.0", kind="line")
    await old.expect("card:embedding:a:C", "C", kind="card")
    await old.expect("turn:T:C:1.0", "C", kind="stream")
    await new.expect("card:embedding:b:C", "C", kind="card")
    await drop(database, BEGAN + KEPT_SECONDS + 1)

    assert await left(database, messages.c.key) == ["card:embedding:b:C", "turn:T:C:1.0"]


async def test_postgres_drops_the_same(postgres_url: str) -> None:
    database = Database.postgres(postgres_url, connections=1)
    await database.prepare()
    account = Account(database, embedding={}, call={"ends_only": True})
    await account.see()
    many = [sighting(f"j{number}", "success", began=BEGAN, bucket="b") for number in range(PAGE + 1)]
    await account.see(*many, sighting("call", "success", kind="call"))
    await account.see(many[0], after=2 * DAY)
    await Messages(database, surely=lambda: BEGAN).expect("card:embedding:j1:C", "C", kind="card")
    early = await drop(database, float("-inf"))
    dropped = await drop(database, account.now + KEPT_SECONDS)
    rows = (
        await left(database, jobs.c.id),
        await left(database, transitions.c.job),
        await left(database, messages.c.key),
    )
    database.close()

    assert (early, dropped) == (0, PAGE + 1)
    assert rows == (["j0"], ["j0"], [])


async def test_nothing_goes_before_slack_has_said_what_time_it_is(
    account: Account, database: Database
) -> None:
    await account.see(sighting("over", "success", kind="call"))

    assert await drop(database, float("-inf")) == 0
    assert await left(database, jobs.c.id) == ["over"]


async def test_what_telnyx_lists_no_longer_is_forgotten_and_found_again_when_it_comes_back(
    account: Account,
) -> None:
    a, b = (sighting(name, "success", began=BEGAN + 900 * n) for n, name in enumerate("ab"))
    other = account.process()
    await account.see(a, b)
    told = await account.news()
    await account.see(a, after=2 * DAY)
    await account.look(60, other)
    await account.look(60)
    known = [[*watch._known["embedding"]._known] for watch in (account.watch, other)]
    await account.see(a, replace(b, title="again"), after=DAY)
    found = await account.jobs.job("embedding", "b")
    await account.see(a, replace(b, status="failure"))

    assert known == [["a"], ["a"]]
    assert found is not None
    assert (found.title, found.gone) == ("again", False)
    assert await account.news() == [*told, ("b", 2, "failure")]
