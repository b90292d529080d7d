from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.limits import (
    APPEND,
    KEPT,
    PER_MINUTE,
    POST,
    SESSION,
    STOP,
    UPDATE,
    LastWrites,
    Limits,
    Opening,
)
from tests.unit.bot.conftest import Clock

CHANNEL = "C0SUPPORT"


def strict(clock: Clock, sharers: int = 1) -> Limits:
    """A budget that has heard a 429 for every method, two minutes ago."""
    budget = Limits(clock, sharers=lambda: sharers)
    for method in PER_MINUTE:
        budget.allowance(method, CHANNEL).refused(1)
    clock.now += 120
    return budget


def opened(budget: Limits, count: int, channel: str = CHANNEL) -> list[tuple[Opening, LastWrites]]:
    """So many replies, one after the other."""
    replies = [(LastWrites(budget), channel) for _ in range(count)]
    return [(budget.open(last, where), last) for last, where in replies]


def test_before_slack_has_refused_anything_nothing_is_counted() -> None:
    replies = opened(Limits(Clock()), 500)

    assert {opening for opening, _ in replies} == {"stream"}


def test_after_a_429_the_method_is_closed_at_once_and_no_other() -> None:
    budget = Limits(Clock())
    budget.allowance(APPEND).refused(3)

    assert not budget.allowance(APPEND).may()
    assert budget.allowance(UPDATE).may()


def test_after_a_429_in_one_channel_posts_in_others_go_on() -> None:
    budget = Limits(Clock())
    budget.streams_work = False
    budget.allowance(POST, CHANNEL).refused(1)

    openings = [budget.open(LastWrites(budget), channel) for channel in (CHANNEL, "C0GENERAL")]

    assert openings == ["whole", "post"]


def test_channels_of_which_nothing_is_to_be_known_are_forgotten_and_the_others_are_not() -> None:
    budget = Limits(Clock())
    budget.allowance(POST, CHANNEL).refused(1)
    last = LastWrites(budget)
    last.need(UPDATE)
    for number in range(3 * KEPT):
        budget.allowance(POST, f"C{number}")

    assert len(budget._allowances) <= KEPT
    assert budget.allowance(POST, CHANNEL).counted
    assert budget.allowance(UPDATE).reserved == 1


def test_after_a_429_no_more_streams_open_than_can_be_stopped_and_no_more_posts_than_can_be_edited() -> None:
    budget = strict(Clock())
    openings = [opening for opening, _ in opened(budget, 200)]

    assert openings.count("stream") == PER_MINUTE[STOP]
    assert openings.count("post") == PER_MINUTE[UPDATE]
    assert openings[-1] == "whole"


def test_several_processes_open_only_their_share() -> None:
    openings = [opening for opening, _ in opened(strict(Clock(), sharers=4), 50)]

    assert openings.count("stream") == PER_MINUTE[STOP] / 4


def test_growing_never_takes_the_last_write_of_an_open_reply() -> None:
    budget = strict(Clock())
    budget.streams_work = False
    posts = opened(budget, 10)

    grown = sum(budget.allowance(UPDATE).may() for _ in range(200))

    assert [opening for opening, _ in posts] == ["post"] * 10
    assert grown == PER_MINUTE[UPDATE] - 10


def test_what_is_already_open_is_counted_even_when_nothing_is_left() -> None:
    budget = strict(Clock())
    found = [LastWrites(budget) for _ in range(int(PER_MINUTE[STOP]))]
    for last in found:
        last.need(STOP)
        last.need(UPDATE)

    assert budget.open(LastWrites(budget), CHANNEL) == "post"
    assert budget.allowance(UPDATE).reserved == PER_MINUTE[STOP] + 1


@pytest.mark.parametrize(("stream", "method"), [(True, APPEND), (False, UPDATE)])
def test_open_replies_share_the_rate_by_which_they_grow(stream: bool, method: str) -> None:
    budget = strict(Clock())
    budget.streams_work = stream
    replies = opened(budget, 10)
    crowded = budget.seconds_apart(stream=stream)
    for _, last in replies[5:]:
        last.end()

    assert crowded == pytest.approx(10 * 60 / PER_MINUTE[method])
    assert budget.seconds_apart(stream=stream) == pytest.approx(5 * 60 / PER_MINUTE[method])


def test_while_nothing_is_counted_replies_grow_as_fast_as_they_like() -> None:
    budget = Limits(Clock())
    opened(budget, 100)

    assert budget.seconds_apart(stream=True) == 0


def test_a_session_opens_only_if_it_can_be_closed() -> None:
    budget = strict(Clock())
    sessions = 0
    while budget.open_session(LastWrites(budget)):
        sessions += 1
        assert budget.allowance(SESSION).may(), "the call that opens it"

    assert sessions == PER_MINUTE[SESSION] / 2
    assert budget.allowance(SESSION).free == 0


def test_a_session_that_ended_leaves_nothing_reserved() -> None:
    budget = strict(Clock())
    last = LastWrites(budget)
    budget.open_session(last)
    last.end()
    last.end()

    assert budget.allowance(SESSION).reserved == 0


def roll_over(last: LastWrites) -> None:
    """What a stream does that has become too old."""
    if STOP in last._held:
        last.need(UPDATE)
        last.give_back(STOP)


def found(last: LastWrites, *methods: str) -> None:
    for method in methods:
        last.need(method)


STEPS: dict[str, Callable[[Limits, LastWrites], object]] = {
    "open": lambda budget, last: budget.open(last, CHANNEL),
    "open no stream": lambda budget, last: budget.open(last, CHANNEL, stream=False),
    "session": lambda budget, last: budget.open_session(last),
    "found stream": lambda _, last: found(last, STOP, UPDATE),
    "found post": lambda _, last: found(last, UPDATE),
    "roll over": lambda _, last: roll_over(last),
    "end": lambda _, last: last.end(),
    "grow": lambda budget, _: budget.allowance(UPDATE).may(),
    "429": lambda budget, _: budget.allowance(UPDATE).refused(1),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9)), max_size=80))
def test_whatever_becomes_of_replies_what_is_reserved_is_what_is_open_and_in_the_end_nothing(
    steps: list[tuple[str, int]],
) -> None:
    clock = Clock()
    budget = strict(clock)
    replies = [LastWrites(budget) for _ in range(10)]
    for step, which in steps:
        STEPS[step](budget, replies[which])
        clock.now += 0.5

        for method in (STOP, UPDATE, SESSION):
            assert budget.allowance(method).reserved == sum(method in one._held for one in replies)

    for last in replies:
        last.end()
    assert {method: budget.allowance(method).reserved for method in PER_MINUTE} == dict.fromkeys(
        PER_MINUTE, 0
    )
