"""What one look means: each state that is believed is one transition, whatever order answers come in."""

import asyncio
import itertools
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.access import Right
from bot.services.jobs import STALLED, VANISHED, JobKind, Look, Rank, State
from bot.services.jobs.states import step
from bot.store.database import Database
from bot.store.jobs import UNREAD, Job, Sighting, Step
from tests.unit.bot.sightings import BEGAN, ENDED, STATES, Account, sighting


async def no_read(_look: Look) -> Sequence[Sighting]:
    return ()


KIND = JobKind("embedding", "Embedding", "embeddings", STATES, Right.BUCKETS, no_read, "")
ENDS = replace(KIND, ends_only=True)
STALLS = replace(KIND, stalls_seconds=100.0)
NOW = BEGAN + 50
EARLY, MIDDLE, GOOD, BAD, ODD = "queued", "processing", "success", "failure", "indexing"
FINISHED = ENDED | {VANISHED.name}
RANKS = {EARLY: 0, MIDDLE: 1, ODD: 1, GOOD: 2, BAD: 2, VANISHED.name: 2}


def seen(status: str, **more: Any) -> Sighting:
    return sighting("a", status, **({"finished": status in FINISHED} | more))


def known(*statuses: str, kind: JobKind = KIND) -> Job:
    """A job that went through these states."""
    job = None
    for status in statuses:
        change = step(kind, job, seen(status), now=NOW)
        job = change.job if change else job
    assert job is not None
    return job


def told(change: Step | None) -> tuple[str, int] | None:
    return None if change is None or change.told is None else (change.told, change.job.number)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("kind", [KIND, ENDS], ids=["all", "ends"])
@pytest.mark.parametrize("status", [*RANKS, UNREAD])
def test_a_new_job_is_news_unless_it_had_ended_before_or_only_its_end_is(
    kind: JobKind, status: str, *, first: bool
) -> None:
    change = step(kind, None, seen(status), now=NOW, first=first)

    ended = status in FINISHED
    news = not first if ended else kind is KIND
    assert change is not None
    assert change.new
    assert told(change) == ((status, 1) if news else None)
    assert change.job.number == int(news)
    assert (change.job.status, change.job.finished, change.job.first_seen) == (status, ended, NOW)


@pytest.mark.parametrize(("was", "now"), [*itertools.product(RANKS, [*RANKS, UNREAD])])
def test_each_state_follows_each_other_by_its_rank(was: str, now: str) -> None:
    before = known(was)
    change = step(KIND, before, seen(now), now=NOW + 1)

    if now in (was, UNREAD):
        assert change is None
    elif RANKS[now] >= RANKS[was]:
        assert told(change) == (now, 2)
    else:
        assert change is not None
        assert (change.told, change.redraw) == (None, False)
        assert change.job == replace(before, back=now)
        assert told(step(KIND, change.job, seen(now), now=NOW + 2)) == (now, 2)
        again = step(KIND, change.job, seen(was), now=NOW + 2)
        assert again is not None
        assert (again.told, again.job) == (None, before)


@pytest.mark.parametrize(
    ("changed_in", "status", "shown"), [(0, GOOD, False), (3, GOOD, True), (0, MIDDLE, True)]
)
def test_what_an_older_release_noted_otherwise_of_a_job_that_has_ended_draws_no_card_again(
    changed_in: int, status: str, *, shown: bool
) -> None:
    before = replace(known(status), changed_in=changed_in)
    changes = [
        step(KIND, before, seen(status, **more), now=NOW + 9) for more in ({"title": "new"}, {"done": 9})
    ]

    assert [(change.told, change.redraw) for change in changes if change] == [(None, shown)] * 2


@pytest.mark.parametrize(("changed_in", "days", "news"), [(0, 2.0, False), (0, 0.5, True), (3, 2.0, True)])
def test_a_job_that_an_older_release_left_is_silently_gone(
    changed_in: int, days: float, *, news: bool
) -> None:
    before = replace(known(MIDDLE), changed_in=changed_in)
    change = step(KIND, before, seen(VANISHED.name), now=NOW + days * 86_400)

    assert change is not None
    assert (change.job.status, change.job.finished, change.redraw) == (VANISHED.name, True, False)
    assert told(change) == ((VANISHED.name, 2) if news else None)


@pytest.mark.parametrize(
    ("more", "news"),
    [({"ended": 49.0}, False), ({"began": 49.0}, False), ({"began": 1.0, "ended": 51.0}, True)],
)
def test_a_new_job_that_ended_so_long_ago_that_it_may_have_been_dropped_is_no_news(
    more: dict[str, float], *, news: bool
) -> None:
    assert told(step(KIND, None, seen(GOOD, **more), now=NOW, since=50.0)) == ((GOOD, 1) if news else None)
    assert told(step(KIND, None, seen(MIDDLE, **more), now=NOW, since=50.0)) == (MIDDLE, 1)


@pytest.mark.parametrize(("was", "now"), [*itertools.product(RANKS, RANKS)])
def test_of_a_kind_whose_ends_are_news_only_ends_are(was: str, now: str) -> None:
    before = known(was, kind=ENDS)
    change = step(ENDS, before, seen(now), now=NOW + 1)
    if change is not None and change.job.back:
        change = step(ENDS, change.job, seen(now), now=NOW + 2)

    news = now != was and now in FINISHED
    assert told(change) == ((now, before.number + 1) if news else None)
    shown = change is not None and change.redraw
    assert shown == (now != was and not news and before.number > 0), (
        "a card that stands shows it all the same"
    )


def test_of_two_states_before_the_end_a_job_goes_back_to_the_earlier_one_only_if_two_looks_say_so() -> None:
    starting = State("starting", Rank.WAITING, ":gear:", "starting")
    kind = replace(KIND, states=(STATES[0], starting, *STATES[1:]))

    assert known(starting.name, EARLY, starting.name, kind=kind).number == 1
    assert known(starting.name, EARLY, EARLY, kind=kind).number == 2
    assert known(EARLY, starting.name, kind=kind).number == 2


def test_a_state_that_comes_back_is_another_transition() -> None:
    assert known(MIDDLE, EARLY, EARLY, MIDDLE).number == 3
    assert known(GOOD, MIDDLE, GOOD, MIDDLE, GOOD).number == 1, (
        "no two looks in a row said that it runs again"
    )
    assert known(GOOD, MIDDLE, MIDDLE, GOOD).number == 3


def test_an_odd_row_between_two_looks_says_nothing() -> None:
    assert known(GOOD, MIDDLE, UNREAD, MIDDLE).status == MIDDLE
    assert known(UNREAD, GOOD).number == 2


@pytest.mark.parametrize(
    "more",
    [
        {"done": 3},
        {"total": 9},
        {"title": "new"},
        {"bucket": "b"},
        {"ended": 5.0},
        {"detail": {"reason": "?"}},
    ],
)
def test_what_is_new_of_a_job_in_its_state_has_its_card_drawn_again(more: dict[str, object]) -> None:
    before = known(MIDDLE)
    change = step(KIND, before, seen(MIDDLE, **more), now=NOW + 9)

    assert change is not None
    assert (change.told, change.redraw, change.job.number) == (None, True, 1)
    assert change.job.moved_at == (NOW + 9 if "done" in more else NOW)
    assert step(KIND, change.job, seen(MIDDLE, **more), now=NOW + 10) is None


def test_news_of_a_kind_whose_ends_count_is_also_that_it_stalls() -> None:
    job = known(MIDDLE, kind=ENDS)
    change = step(replace(ENDS, stalls_seconds=100.0), job, seen(MIDDLE), now=NOW + 101)

    assert (job.number, told(change)) == (0, (STALLED.name, 1))


def test_a_job_without_a_card_has_none_drawn_again() -> None:
    change = step(ENDS, known(MIDDLE, kind=ENDS), seen(MIDDLE, done=3), now=NOW)

    assert change is not None
    assert not change.redraw


def test_what_stands_still_is_told_once_and_again_after_it_moved() -> None:
    job = known(MIDDLE)
    early = step(STALLS, job, seen(MIDDLE), now=NOW + 100)
    first = step(STALLS, job, seen(MIDDLE), now=NOW + 101)
    assert first is not None
    longer = step(STALLS, first.job, seen(MIDDLE), now=NOW + 999)
    moves = step(STALLS, first.job, seen(MIDDLE, done=1), now=NOW + 1_000)
    assert moves is not None
    second = step(STALLS, moves.job, seen(MIDDLE, done=1), now=NOW + 1_101)
    ends = step(STALLS, first.job, seen(GOOD), now=NOW + 1_000)

    assert (early, longer) == (None, None)
    assert (told(first), first.job.status, first.job.stalled) == ((STALLED.name, 2), MIDDLE, True)
    assert (told(moves), moves.job.stalled, moves.redraw) == (None, False, True)
    assert told(second) == (STALLED.name, 3)
    assert (told(ends), ends and ends.job.stalled) == ((GOOD, 3), False)


@pytest.mark.parametrize("status", [GOOD, BAD, VANISHED.name])
def test_what_has_ended_never_stalls(status: str) -> None:
    assert step(STALLS, known(status), seen(status), now=NOW + 9_999) is None


def test_what_stands_still_counts_from_when_the_clock_was_last_right() -> None:
    job = known(MIDDLE)

    assert step(STALLS, job, seen(MIDDLE), now=NOW + 3_700, still=NOW + 3_650) is None
    assert told(step(STALLS, job, seen(MIDDLE), now=NOW + 3_751, still=NOW + 3_650)) == (STALLED.name, 2)
    assert step(STALLS, job, seen(MIDDLE), now=NOW - 3_600) is None


@pytest.mark.parametrize(
    ("status", "ended", "took"),
    [
        (GOOD, BEGAN + 30, 30.0),
        (GOOD, BEGAN - 5, 0.0),
        (GOOD, None, None),
        (BAD, BEGAN + 30, None),
        (VANISHED.name, BEGAN + 30, None),
        (MIDDLE, None, None),
    ],
)
def test_how_long_a_job_took_is_kept_of_those_that_succeeded(
    status: str, ended: float | None, took: float | None
) -> None:
    for before in (None, known(EARLY)):
        change = step(KIND, before, seen(status, ended=ended), now=NOW)
        assert change is not None
        assert change.job.took == took


def test_what_telnyx_says_is_kept_as_it_comes_back_from_the_database() -> None:
    odd = seen(
        "s" * 300,
        title="t\0" * 300,
        bucket="b" * 300,
        detail={"many": ("a", 1, float("nan")), "deep": {1: 2}},
    )
    first = step(KIND, None, odd, now=NOW)

    assert first is not None
    assert step(KIND, first.job, odd, now=NOW) is None
    assert (len(first.job.status), len(first.job.title), len(first.job.bucket or "")) == (64, 150, 200)
    assert first.job.detail["many"] == ["a", 1, None]


@given(st.lists(st.sampled_from([*RANKS, UNREAD]), min_size=1, max_size=30))
def test_whatever_is_seen_each_state_that_is_believed_is_one_transition(statuses: list[str]) -> None:
    job, changes = None, list[tuple[str, int]]()
    for status in statuses:
        before = job
        change = step(KIND, job, seen(status), now=NOW)
        job = change.job if change else job
        changes += filter(None, [told(change)])
        if before is not None and job is not None and job.status != before.status:
            back = RANKS.get(job.status, 1) < RANKS.get(before.status, 1)
            assert not back or before.back == job.status, "moved back by a single answer"

    assert job is not None
    assert [number for _, number in changes] == [*range(1, job.number + 1)]
    assert all(one != after for (one, _), (after, _) in itertools.pairwise(changes))
    assert changes[-1][0] == job.status


# ------------------------------------------------------------------------------------ on a real database
COURSES = ([EARLY, MIDDLE, GOOD], [EARLY, BAD], [MIDDLE, ODD, GOOD], [EARLY, MIDDLE, VANISHED.name])


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """A job's true states, one at each look, and the order in which the looks' answers come."""
    course = draw(st.sampled_from(COURSES))
    lasting = [draw(st.integers(1, 3)) for _ in course]
    states = [status for status, count in zip(course, lasting, strict=True) for _ in range(count)]
    order = draw(st.permutations(range(len(states))))
    return states, list(order)


@pytest.mark.slow  # twenty made-up stories, each on the rows of a database
@settings(max_examples=20, deadline=None)
@given(stories())
def test_a_card_never_moves_back_by_an_older_answer(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, story: tuple[list[str], list[int]]
) -> None:
    states, order = story

    async def history() -> tuple[list[tuple[int, str]], str]:
        database = Database.sqlite(Path(shutil.copy(prepared, tmp_path_factory.mktemp("jobs"))))
        account = Account(database)
        await account.see()
        looks = []
        for number, status in enumerate(states):
            slot = await account.polls.claim("embedding", 1, account.now + 1_000 * (number + 1), 300)
            looks.append((account.process(), slot, status))
        for number in order:
            watch, slot, status = looks[number]
            poll = await watch._known["embedding"].refresh()
            await watch._note(KIND, [seen(status)], poll, slot, account.short_look())
        changes = [(one.number, one.status) for one in await account.jobs.history("embedding", "a")]
        job = await account.jobs.job("embedding", "a")
        database.close()
        return changes, job.status if job else ""

    changes, now = asyncio.run(history())
    assert [number for number, _ in changes] == [*range(1, len(changes) + 1)]
    told_states = [status for _, status in changes]
    course = [status for status, _ in itertools.groupby(states)]
    assert told_states == [status for status in course if status in told_states], (
        "in their true order, each once"
    )
    assert now == states[-1], "the latest answer wins, whenever it came"
