from bot.services.rate import PEOPLE, Rate
from tests.unit.bot.conftest import Clock


def test_who_asks_too_fast_is_told_how_long_to_wait() -> None:
    clock = Clock()
    rate = Rate(2, clock)
    asked = [rate.wait("U1", "a"), rate.wait("U1", "b")]
    clock.now += 20

    assert asked == [0, 0]
    assert rate.wait("U1", "c") == 40
    assert rate.wait("U2", "d") == 0


def test_after_the_wait_the_next_question_is_taken() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    rate.wait("U1", "a")
    clock.now += 60

    assert rate.wait("U1", "b") == 0


def test_the_same_question_again_costs_nothing() -> None:
    rate = Rate(1, Clock())

    assert [rate.wait("U1", "a"), rate.wait("U1", "a")] == [0, 0]


def test_no_more_people_are_remembered_than_fit() -> None:
    rate = Rate(1, Clock())
    for number in range(PEOPLE + 5):
        rate.wait(f"U{number}", "a")

    assert len(rate._asked) == PEOPLE
