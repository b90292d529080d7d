import pytest

from bot.services.rate import PEOPLE, Rate, TooFastError
from tests.unit.bot.conftest import Clock


def test_who_asks_too_fast_is_told_how_long_to_wait() -> None:
    clock = Clock()
    rate = Rate(2, clock)
    rate.admit("U1", "a")
    rate.admit("U1", "b")
    clock.now += 20

    with pytest.raises(TooFastError) as caught:
        rate.admit("U1", "c")
    rate.admit("U2", "d")

    assert caught.value.seconds == 40
    assert caught.value.text.endswith("Try again in 40 seconds.")


def test_after_the_wait_the_next_question_is_taken() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    rate.admit("U1", "a")
    clock.now += 59.9
    with pytest.raises(TooFastError, match=r"in 1 second\."):
        rate.admit("U1", "b")
    clock.now += 0.1

    rate.admit("U1", "b")


def test_what_is_refused_is_not_counted() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    rate.admit("U1", "a")
    clock.now += 30
    with pytest.raises(TooFastError):
        rate.admit("U1", "b")
    clock.now += 30

    rate.admit("U1", "c")


def test_the_same_question_again_costs_nothing() -> None:
    rate = Rate(1, Clock())
    rate.admit("U1", "a")

    rate.admit("U1", "a")


def test_no_more_people_are_remembered_than_fit() -> None:
    rate = Rate(1, Clock())
    for number in range(PEOPLE + 5):
        rate.admit(f"U{number}", "a")

    assert len(rate._asked) == PEOPLE
