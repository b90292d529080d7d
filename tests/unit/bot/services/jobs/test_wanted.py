import pytest

from bot.services.jobs import STALLED, VANISHED
from bot.services.jobs.wanted import wanted
from bot.store.jobs import Transition
from bot.store.subscriptions import Only

EACH = ["processing", STALLED.name, "success", "partial_success", "failure", VANISHED.name]


@pytest.mark.parametrize(
    ("only", "statuses"),
    [(Only.ALL, EACH), (Only.FINISHED, EACH[2:]), (Only.FAILURES, [STALLED.name, *EACH[3:]])],
)
def test_an_end_or_what_goes_wrong_is_wanted_or_all(only: Only, statuses: list[str]) -> None:
    assert [one for one in EACH if wanted([only], Transition("embedding", "a", 1, one, {}))] == statuses


def test_of_a_kind_of_another_release_all_is_wanted() -> None:
    assert wanted([Only.FAILURES], Transition("robots", "a", 1, "running", {}))


def test_of_several_each_counts() -> None:
    only = [Only.FAILURES, Only.FINISHED]

    assert [one for one in EACH if wanted(only, Transition("embedding", "a", 1, one, {}))] == EACH[1:]


def test_a_word_of_a_later_release_is_read_as_all() -> None:
    assert Only("starts") is Only.ALL
