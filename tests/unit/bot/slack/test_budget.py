from hypothesis import given
from hypothesis import strategies as st

from bot.slack.budget import PER_MINUTE, STRICT_SECONDS, Budget, Opening
from tests.unit.bot.conftest import Clock


def strict(clock: Clock) -> Budget:
    """A budget that has heard a 429 for every method, a minute ago."""
    budget = Budget(clock)
    for method in PER_MINUTE:
        budget.refused(method)
    clock.now += 60
    return budget


def test_before_slack_has_refused_anything_nothing_is_counted() -> None:
    budget = Budget(Clock())

    assert {budget.open() for _ in range(500)} == {"stream"}


def test_after_a_429_the_method_is_closed_at_once() -> None:
    budget = Budget(Clock())
    budget.refused("chat.appendStream")

    assert not budget.may("chat.appendStream")
    assert budget.may("chat.update")


def test_after_a_429_no_more_streams_open_than_can_be_stopped() -> None:
    budget = strict(Clock())

    opened = [budget.open() for _ in range(200)]

    assert opened.count("stream") == PER_MINUTE["chat.stopStream"]
    assert opened.count("post") == PER_MINUTE["chat.update"]
    assert opened[-1] == "whole"


def test_growing_never_takes_the_last_write_of_an_open_reply() -> None:
    budget = strict(Clock())
    budget.streams_work = False
    posts = [budget.open() for _ in range(10)]

    grown = sum(budget.may("chat.update") for _ in range(200))

    assert posts == ["post"] * 10
    assert grown == PER_MINUTE["chat.update"] - 10


def test_ten_minutes_after_the_last_429_nothing_is_counted_again() -> None:
    clock = Clock()
    budget = strict(clock)
    while budget.may("chat.update"):
        pass
    clock.now += STRICT_SECONDS

    assert all(budget.may("chat.update") for _ in range(200))


def test_an_unlimited_method_may_be_refused_without_harm() -> None:
    budget = Budget(Clock())
    budget.refused("users.info")

    assert budget.open() == "stream"


@given(st.lists(st.sampled_from(["open", "close", "release", "post", "whole", "minute"]), max_size=80))
def test_what_is_open_can_always_be_closed(steps: list[str]) -> None:
    clock = Clock()
    budget = strict(clock)
    openings: list[Opening] = []
    for step in steps:
        if step == "open":
            openings.append(budget.open())
        elif step == "minute":
            clock.now += 1
        elif openings and step in ("close", "release"):
            getattr(budget, step)(openings.pop())
        elif openings and step == "whole":
            budget.change(openings.pop(), "whole")
        budget.may("chat.update")

        reserved = {name: budget._buckets[name].reserved for name in PER_MINUTE}
        assert reserved["chat.stopStream"] == openings.count("stream")
        assert reserved["chat.update"] == openings.count("post")
        assert budget._free("chat.stopStream") >= 0
        assert budget._free("chat.update") >= 0
