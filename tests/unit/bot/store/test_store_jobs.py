import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.store.polls import Polls
from tests.unit.bot.sightings import BEGAN, Account, sighting

LONGEST = 300.0


@pytest.fixture
def polls(database: Database) -> Polls:
    return Polls(database)


@pytest.fixture
async def account(database: Database) -> Account:
    """Telnyx was looked at before, so all that comes is news."""
    made = Account(database)
    await made.see()
    return made


async def test_a_slot_is_claimed_once(polls: Polls) -> None:
    claims = [await polls.claim("embedding", 15, now, LONGEST) for now in (100.0, 100.0, 114.9, 115.0)]

    assert claims == [1, 0, 0, 2]


@pytest.mark.parametrize("step", [3_600, 430, 86_400 * 365])
async def test_a_clock_that_is_set_back_delays_no_look_for_long(polls: Polls, step: float) -> None:
    begun = 1e9
    await polls.claim("embedding", 15, begun, LONGEST)

    claims = [await polls.claim("embedding", 15, begun - step + after, LONGEST) for after in (0.0, 1.0, 15.0)]

    assert claims == [2, 0, 3]


async def test_two_processes_never_claim_the_same_slot(empty: Path) -> None:
    both = [Database.sqlite(empty) for _ in range(2)]

    claims = [
        await asyncio.gather(
            *(Polls(one).claim("embedding", 15, now, LONGEST) for one in both for _ in range(5))
        )
        for now in (100.0, 115.0, 130.0)
    ]
    for one in both:
        one.close()

    assert [sorted(filter(None, slots)) for slots in claims] == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("began", "cards"),
    [
        ([0, 10, 60], ["a", "a", "a"]),
        ([0, 61, 100], ["a", "b", "b"]),
        ([30, 0, 89], ["b", "b", "c"]),  # the list of Telnyx has no order
        ([None, 0, 1], ["a", "b", "b"]),
    ],
)
@pytest.mark.parametrize("bucket", ["mydocs", None])
async def test_jobs_of_a_bucket_that_begin_within_a_minute_share_a_card(
    account: Account, began: list[int | None], cards: list[str], bucket: str | None
) -> None:
    await account.see(
        *(
            sighting(name, "queued", bucket=bucket, began=None if at is None else BEGAN + at)
            for name, at in zip("abc", began, strict=True)
        ),
        sighting("z", "queued", bucket="other"),
    )

    changes = {change.job: change.burst for change in await account.jobs.untold()}
    found = {job.id: job for job in await account.jobs.unfinished("embedding")}

    assert changes == {**dict(zip("abc", cards, strict=True)), "z": "z"}
    assert {name: job.card for name, job in found.items()} == changes
    assert [job.id for job in await account.jobs.card("embedding", found["b"].card)] == sorted(
        (name for name in "abc" if changes[name] == changes["b"]), key=lambda name: found[name].began or 0
    )


async def test_jobs_share_no_card_with_one_that_was_no_news_nor_where_their_kind_has_none(
    database: Database,
) -> None:
    account = Account(database, embedding={}, call={"shares_card": False, "ends_only": True})
    await account.see(sighting("old", "success"), sighting("gone", "success", kind="call"))
    await account.see(
        sighting("new", "queued"),
        *(sighting(name, "success", kind="call") for name in "ab"),
        sighting("live", "processing", kind="call"),
    )

    assert {one.job: one.burst for one in await account.jobs.untold()} == {"new": "new", "a": "a", "b": "b"}


async def test_what_runs_and_what_ended_lately_is_found_in_order(account: Account) -> None:
    await account.see(
        sighting("c", "processing", began=BEGAN + 9),
        sighting("a", "queued", began=BEGAN),
        sighting("x", "success", ended=account.now - 90),
        sighting("y", "failure", ended=account.now - 10),
        sighting("z", "success", ended=account.now - 5_000),
    )

    assert [job.id for job in await account.jobs.lately(account.now - 170)] == ["a", "c", "y", "x"]
    assert [job.id for job in await account.jobs.lately(account.now + 1_000)] == ["a", "c"]


async def test_a_job_is_found_by_its_id_what_it_begins_with_and_its_title(account: Account) -> None:
    await account.see(
        sighting("abc-1", "success", title="Handbook"),
        sighting("abc-2", "queued", title="handbook"),
        sighting("a%c-3", "queued", title="abc-1"),
        sighting("d", "queued", title="Übergänge_50%"),
    )

    found = {
        given: [job.id for job in await account.jobs.find(given)]
        for given in ("abc-1", "abc", "a%c", "HANDBOOK", "übergÄnge_50%", "übergänge_50", "nothing", "")
    }

    assert found == {
        "abc-1": ["a%c-3", "abc-1"],
        "abc": ["abc-2", "abc-1"],
        "a%c": ["a%c-3"],
        "HANDBOOK": ["abc-2", "abc-1"],
        "übergÄnge_50%": ["d"],
        "übergänge_50": [],
        "nothing": [],
        "": [],
    }


async def test_estimates_know_how_long_the_latest_successful_jobs_took(account: Account) -> None:
    jobs = [sighting(f"s{n}", "success", ended=BEGAN + 100 + n) for n in range(4)]
    await account.see(*jobs, sighting("f", "failure", ended=BEGAN + 900), sighting("r", "processing"))

    assert await account.jobs.past("embedding", 3) == [103, 102, 101]
    assert await account.jobs.past("fine-tuning") == []


async def test_a_card_that_cannot_be_drawn_comes_after_all_others_also_by_a_clock_that_was_set_back(
    account: Account,
) -> None:
    names = ["a", "b", "c"]
    await account.see(*(sighting(name, "processing", bucket=name, total=9) for name in names))
    await account.see(*(sighting(name, "processing", bucket=name, total=9, done=3) for name in names))
    order = []
    for _ in range(4):
        (first,) = await account.jobs.to_redraw(1)
        order.append(first.card)
        await account.jobs.redraw_later(first, account.now - 3_600)

    assert order == ["a", "b", "c", "a"]


async def test_a_card_is_drawn_again_when_a_count_moves_until_it_shows_that(account: Account) -> None:
    await account.see(sighting("a", "processing", total=9), sighting("b", "processing", began=BEGAN + 900))
    at_once = await account.jobs.to_redraw(3)
    await account.see(sighting("a", "processing", done=3, total=9))
    (first,) = await account.jobs.to_redraw(3)
    await account.see(sighting("a", "processing", done=4, total=9))
    await account.jobs.redrawn(first, account.now)
    (second,) = await account.jobs.to_redraw(3)
    await account.jobs.redrawn(second, account.now)

    assert at_once == []
    assert (first.kind, first.card) == (second.kind, second.card) == ("embedding", "a")
    assert await account.jobs.to_redraw(3) == []


async def test_cards_that_are_old_for_longest_are_drawn_first(account: Account) -> None:
    names = "abcd"
    jobs = {n: sighting(n, "processing", began=BEGAN + 900 * i, total=9) for i, n in enumerate(names)}
    await account.see(*jobs.values())
    for done, name in enumerate("cadbc", 1):
        jobs[name] = sighting(name, "processing", began=jobs[name].began, total=9, done=done)
        await account.see(*jobs.values())
    first = await account.jobs.to_redraw(3)
    jobs["a"] = sighting("a", "processing", began=BEGAN, total=9, done=8)
    await account.see(*jobs.values())
    for card in first:
        await account.jobs.redrawn(card, account.now)

    assert [one.card for one in first] == ["c", "a", "d"]
    assert [one.card for one in await account.jobs.to_redraw(3)] == ["b", "a"], "it moved while it was drawn"


async def start(jobs: Jobs, job: str, at: float, user: str = "U1") -> None:
    await jobs.started("embedding", job, team="T", user=user, channel="C", at=at)


async def test_who_starts_a_job_stands_on_its_card_and_has_it_looked_at_at_once(account: Account) -> None:
    await account.see(sighting("a", "queued", began=BEGAN))
    looks = len(account.looks)
    await start(account.jobs, "a", account.now + 1)
    await start(account.jobs, "a", account.now + 2, "U2")
    await start(account.jobs, "b", account.now + 2)
    await account.look(1)

    assert len(account.looks) == looks + 1
    assert [job.starter for job in await account.jobs.card("embedding", "a")] == ["U1"]
    assert [one.card for one in await account.jobs.to_redraw(3)] == ["a"]
    assert [(one.id, one.user) for one in await account.jobs.starts("embedding", ["b", "a", "c"])] == [
        ("a", "U1"),
        ("b", "U1"),
    ]


async def test_three_processes_on_postgres_number_each_change_once(postgres_url: str) -> None:
    databases = [Database.postgres(postgres_url, connections=2) for _ in range(3)]
    await databases[0].prepare()
    accounts = [Account(one) for one in databases]
    first = accounts[0]
    await first.see()
    for done, status in enumerate(("queued", "processing", "processing", "failure"), 1):
        now = first.now + 1_000
        for account in accounts:
            account.now = now
            account.shown["embedding"] = [
                sighting(f"j{n}", status, bucket="b", done=done, total=9, ended=BEGAN + 9) for n in range(20)
            ]
        await asyncio.gather(*(account.look(0) for account in accounts))
        for card in await first.jobs.to_redraw(3):
            await first.jobs.redrawn(card, first.now)
    await start(first.jobs, "j1", first.now)

    assert sorted(await first.news()) == sorted(
        (f"j{n}", number, status)
        for n in range(20)
        for number, status in enumerate(("queued", "processing", "failure"), 1)
    )
    assert sum(len(account.looks) for account in accounts) == 5, "each look by one of them"
    assert [job.starter for job in await first.jobs.card("embedding", "j0") if job.id == "j1"] == ["U1"]
    assert len(await first.jobs.lately(BEGAN)) == len(await first.jobs.card("embedding", "j0")) == 20
    assert (await first.jobs.past("embedding"), await first.jobs.unfinished()) == ([], [])
    for one in databases:
        one.close()


async def test_changes_of_a_job_are_told_by_their_numbers_although_a_clock_was_set_back(
    account: Account,
) -> None:
    await account.see(sighting("a", "queued"))
    await account.see(sighting("a", "processing"), after=-5_000)
    await account.see(sighting("a", "success"), after=15)

    assert [number for _, number, _ in await account.news()] == [1, 2, 3]


@pytest.mark.parametrize("odd", ["[1]", "null", '"a"'])
async def test_an_odd_row_of_an_older_release_is_a_change_like_others(
    account: Account, database: Database, odd: str
) -> None:
    row = f"INSERT INTO transitions VALUES ('embedding', 'odd', 1, 'success', '{odd}', 1, 0)"  # noqa: S608 - words of this file
    await database.run(lambda c: c.execute(sa.text(row)))
    await account.see(sighting("a", "queued"))

    assert [(one.job, one.burst) for one in await account.jobs.untold()] == [("odd", "odd"), ("a", "a")]
