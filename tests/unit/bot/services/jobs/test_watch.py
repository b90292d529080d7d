"""Kinds are looked at each in its own rhythm, by one process at a time, and each change is news once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from bot.errors import OutcomeUnknownError
from bot.services.jobs import JobKind, Look
from bot.services.jobs.watch import FULL_SECONDS, IDLE, LONGEST_SECONDS, READABLE, REQUESTS, UNREADABLE
from bot.store.database import Database
from bot.store.jobs import Sighting
from bot.telnyx import TelnyxUnreachableError
from tests.unit.bot.sightings import PERIOD, Account, sighting

AWAY = TelnyxUnreachableError("embeddings.list_tasks", "no answer")


@pytest.fixture
def account(database: Database) -> Account:
    return Account(database, embedding={}, clusters={})


async def test_only_unfinished_jobs_are_news_at_the_first_look(account: Account) -> None:
    await account.see(sighting("old", "success"), sighting("now", "processing"))
    first = await account.news()
    await account.see(sighting("old", "success"), sighting("now", "processing"), sighting("new", "failure"))

    assert first == [("now", 1, "processing")]
    assert await account.news() == [*first, ("new", 1, "failure")]


async def test_each_change_is_news_until_it_is_told(account: Account) -> None:
    await account.see(sighting("a", "queued"))
    await account.see(sighting("a", "processing"))
    first, second = await account.watch.changes()
    await account.watch.told(first)

    assert await account.watch.changes() == [second]
    assert (second.number, second.status, second.at) == (2, "processing", account.now)


async def test_two_older_answers_with_a_look_between_them_that_shows_nothing_of_it_move_no_job_back(
    account: Account,
) -> None:
    await account.see(sighting("a", "processing"))
    await account.see(sighting("a", "success"))
    for _ in range(3):
        await account.see(sighting("a", "processing"))  # the list of a while ago
        await account.see()  # what ended isn't listed

    assert await account.news() == [("a", 1, "processing"), ("a", 2, "success")]


async def test_what_runs_is_looked_at_often_and_the_rest_seldom(account: Account) -> None:
    await account.see(sighting("a", "processing"))
    before = len(account.looks)
    for _ in range(IDLE):
        await account.look(PERIOD)
    looked = len(account.looks) - before

    assert looked == IDLE + 1, "the kind of which something runs each time, the other once"


async def test_a_kind_that_cannot_be_read_is_asked_ever_less_and_hides_no_other(account: Account) -> None:
    account.shown = {"embedding": AWAY, "clusters": [sighting("c", "processing", kind="clusters")]}
    readable = [await account.look(0)]
    pauses = []
    for _ in range(8):
        next_at = (await account.polls.all())["embedding"].next_at
        pauses.append(next_at - account.now)
        readable.append(await account.look(next_at - account.now))
    account.shown["embedding"] = [sighting("e", "processing")]
    again = await account.look(LONGEST_SECONDS)

    assert pauses == [PERIOD * 2, PERIOD * 4, PERIOD * 8, PERIOD * 16, *[LONGEST_SECONDS] * 4]
    assert (set(readable), again) == ({False}, True)
    assert await account.news() == [("c", 1, "processing"), ("e", 1, "processing")]


async def test_other_processes_know_that_a_kind_cannot_be_read_and_that_it_can_again(
    account: Account,
) -> None:
    other = account.process()
    account.shown = {"embedding": AWAY}
    await account.look(0)
    there = await account.look(1, other)
    account.shown = {}
    await account.look(LONGEST_SECONDS, other)

    assert (there, await account.look(1)) == (False, True)


async def test_an_answer_that_makes_no_sense_hides_no_other_kind(account: Account) -> None:
    async def broken(_look: Look) -> list[object]:
        raise KeyError("status")

    account.kinds["embedding"] = replace(account.kinds["embedding"], read=broken)  # type: ignore[arg-type]  # as a mistake of ours would
    watch = account.process()
    account.shown = {"clusters": [sighting("c", "processing", kind="clusters")]}

    assert not await account.look(0, watch)
    assert await account.news() == [("c", 1, "processing")]


async def test_all_is_read_by_each_process_once_and_every_ten_minutes(account: Account) -> None:
    running = sighting("a", "processing")
    await account.see(running)
    await account.see(running)
    await account.look(5 * PERIOD, account.process())
    mine = account.looks[::2]
    account.looks.clear()
    for _ in range(int(FULL_SECONDS / (IDLE * PERIOD)) + 2):
        await account.look(IDLE * PERIOD)

    assert [look.full for look in mine] == [True, False, True]
    assert sum(look.full for look in account.looks if look.unfinished) == 1


async def test_a_look_is_told_what_runs_and_how_much_it_may_ask_for(account: Account) -> None:
    await account.see(sighting("a", "processing"), sighting("b", "success"))
    account.looks.clear()
    await account.look(PERIOD)
    await account.look(PERIOD * IDLE)

    assert [[*look.unfinished] for look in account.looks] == [["a"], ["a"], []]
    assert [look.extra.left for look in account.looks] == [REQUESTS - 1, REQUESTS // 2 - 1, REQUESTS - 2]


async def test_what_a_kind_does_not_need_is_for_those_that_need_more(database: Database) -> None:
    greedy = ("embedding", "call")
    account = Account(database, **{name: {} for name in (*greedy, "clusters", "fine-tuning", "insights")})
    took: dict[str, int] = {}

    def taking(name: str, wanted: int) -> JobKind:
        async def read(look: Look) -> Sequence[Sighting]:
            took[name] = look.extra.take(wanted)
            return ()

        return replace(account.kinds[name], read=read)

    account.kinds |= {name: taking(name, 50 if name in greedy else 0) for name in account.kinds}
    watch = account.process()
    await account.look(0, watch)
    first = dict(took)
    await account.look(PERIOD * IDLE, watch)

    assert first == {"embedding": 3, "call": 3, "clusters": 0, "fine-tuning": 0, "insights": 0}
    assert took == {"embedding": 7, "call": 8, "clusters": 0, "fine-tuning": 0, "insights": 0}
    assert sum(took.values()) + len(took) == REQUESTS


async def test_what_a_look_remembers_is_forgotten_when_no_one_could_note_what_it_saw(
    account: Account,
) -> None:
    kept = list[dict[str, Any]]()

    async def read(look: Look) -> Sequence[Sighting]:
        kept.append(dict(look.memory))
        look.memory["asked"] = True
        if len(kept) == 2:  # a later look of another process is noted meanwhile
            await account.look(IDLE * PERIOD * 10, other)
        return ()

    other = account.process()
    account.kinds["embedding"] = replace(account.kinds["embedding"], read=read)
    watch = account.process()
    for _ in range(3):
        await account.look(LONGEST_SECONDS, watch)

    assert kept == [{}, {"asked": True}, {}, {}]  # the third look is the other process's


@pytest.mark.parametrize("known", [True, False])
async def test_a_kind_that_no_one_would_hear_of_is_not_looked_at(account: Account, *, known: bool) -> None:
    async def nobody(kind: object) -> bool:
        if kind is not account.kinds["embedding"]:
            return True
        if not known:
            raise OutcomeUnknownError("users.info: no answer")
        return False

    account.watch._heard = nobody
    await account.see(sighting("a", "processing"))

    assert set(await account.polls.all()) == {"clusters"}


@pytest.mark.parametrize("jump", [-3_600.0, -250.0, 3_600.0])
async def test_a_clock_that_jumps_neither_stops_looks_nor_makes_news(database: Database, jump: float) -> None:
    account = Account(database, embedding={"stalls_seconds": 1_800.0})
    await account.see(sighting("a", "processing"))
    before = await account.news()
    await account.look(jump)
    for _ in range(20):
        await account.look(PERIOD)
    await account.see(sighting("a", "success"))
    await account.look(-jump)
    for _ in range(20):
        await account.look(PERIOD)
    await account.see(sighting("b", "processing"))

    assert sorted(await account.news()) == [*before, ("a", 2, "success"), ("b", 1, "processing")]
    assert [one for one in await account.news() if one[0] == "a"] == [*before, ("a", 2, "success")]


async def test_what_does_not_move_is_said_to_be_stalled_once_until_it_moves(database: Database) -> None:
    account = Account(database, embedding={"stalls_seconds": 100.0})
    for done in (1, 1, 1, 1, 2, 2, 2, 2):
        await account.see(sighting("a", "processing", done=done, total=9))

    assert await account.news() == [("a", 1, "processing"), ("a", 2, "stalled"), ("a", 3, "stalled")]
    (job,) = await account.jobs.unfinished("embedding")
    assert (job.status, job.stalled, job.done) == ("processing", True, 2)


async def test_an_answer_that_a_later_look_overtook_is_not_noted(account: Account) -> None:
    await account.see(sighting("a", "queued"))
    slow, kind = account.watch, account.kinds["embedding"]
    slot = await account.polls.claim("embedding", 1, account.now + 1_000, LONGEST_SECONDS)
    poll = await slow._known["embedding"].refresh()
    await account.look(2_000, account.process())
    account.shown["embedding"] = [sighting("a", "success")]
    await account.look(2_000, account.process())
    noted = await slow._note(kind, [sighting("a", "processing")], poll, slot, account.short_look())

    assert not noted
    assert await account.news() == [("a", 1, "queued"), ("a", 2, "success")]


async def test_two_processes_that_note_at_once_number_each_change_once(account: Account) -> None:
    await account.see(sighting("a", "queued"))
    slow, kind = account.watch, account.kinds["embedding"]
    poll = await slow._known["embedding"].refresh()
    account.shown["embedding"] = [sighting("a", "processing"), sighting("b", "queued")]
    await account.look(1_000, account.process())
    slot = await account.polls.claim("embedding", 1, account.now + 1_000, LONGEST_SECONDS)
    seen = [sighting("a", "success"), sighting("b", "processing")]
    noted = await slow._note(kind, seen, poll, slot, account.short_look())

    assert noted
    assert [one for one in await account.news() if one[0] == "a"] == [
        ("a", 1, "queued"),
        ("a", 2, "processing"),
        ("a", 3, "success"),
    ]
    assert [one for one in await account.news() if one[0] == "b"] == [
        ("b", 1, "queued"),
        ("b", 2, "processing"),
    ]


async def test_jobs_that_a_process_of_the_release_before_noted_are_read_anew(
    account: Account, database: Database
) -> None:
    await account.see(sighting("a", "queued"))
    row = "INSERT INTO jobs (kind, id, title, status, transitions, first_seen, changed_at) VALUES ('embedding', 'b', 'b', 'queued', 1, 1, 1)"
    await database.run(lambda c: c.execute(sa.text(row)))
    await account.see(sighting("a", "processing"), sighting("b", "processing"))

    assert await account.news() == [("a", 1, "queued"), ("a", 2, "processing"), ("b", 2, "processing")]


async def test_after_an_upgrade_old_cards_stay_as_they_are_and_old_jobs_that_are_gone_are_no_news(
    account: Account, database: Database
) -> None:
    await account.see()
    for name, status in (("over", "success"), ("left", "processing")):
        row = f"""INSERT INTO jobs (kind, id, title, status, transitions, first_seen, changed_at, card)
            VALUES ('embedding', '{name}', 'old', '{status}', 1, 1, 1, '{name}')"""  # noqa: S608 - words of this file
        await database.run(partial(sa.Connection.execute, statement=sa.text(row)))
    watch = account.process()
    account.shown["embedding"] = [
        sighting("over", "success"),
        sighting("left", "vanished", finished=True),
    ]
    await account.look(60, watch)
    upgraded = await account.jobs.to_redraw(3), await account.news()
    account.shown["embedding"] = [sighting("over", "success", title="new")]
    await account.look(60, watch)

    assert upgraded == ([], [])
    assert await account.jobs.unfinished() == []
    assert [one.card for one in await account.jobs.to_redraw(3)] == ["over"]


async def test_a_look_that_finds_no_change_costs_the_same_however_many_jobs_are_known(
    account: Account, database: Database
) -> None:
    many = [sighting(f"j{number}", "success") for number in range(1_000)]
    await account.see(*many)
    await account.see(*many)
    sent: list[str] = []
    listen = lambda *given: sent.append(given[2])  # noqa: E731 - five arguments, of which one counts
    sa.event.listen(database._engine, "before_cursor_execute", listen)
    await account.look()
    unchanged = len(sent)
    sent.clear()
    await account.see(*many[:-1], sighting("j999", "failure"))
    sa.event.remove(database._engine, "before_cursor_execute", listen)

    assert unchanged <= 2 + 2 * 4, (
        "two looks at the rhythms, and for each kind what changed, the claim, and the end"
    )
    assert len(sent) <= unchanged + 2, "the job, and its change"


async def test_each_kind_that_cannot_be_read_is_logged_once_and_once_when_it_can_again(
    account: Account,
) -> None:
    account.shown = {"embedding": AWAY}
    with structlog.testing.capture_logs() as logs:
        for after in (0, 400, 400):
            await account.look(after)
        account.shown = {}
        for after in (400, 400):
            await account.look(after)

    told = [(entry["event"], entry["kind"]) for entry in logs if entry["log_level"] != "debug"]
    assert told == [(UNREADABLE, "embedding"), (READABLE, "embedding")]
