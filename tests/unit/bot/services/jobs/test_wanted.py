import pytest

from bot.services.jobs import STALLED, VANISHED
from bot.services.jobs.wanted import wanted, wider
from bot.store.jobs import Transition
from bot.store.subscriptions import Only

EACH = ["processing", STALLED.name, "success", "partial_success", "failure", VANISHED.name]


@pytest.mark.parametrize(
    ("only", "statuses"),
    [(Only.ALL, EACH), (Only.FINISHED, EACH[2:]), (Only.FAILURES, [STALLED.name, *EACH[3:]])],
)
def test_an_end_or_what_goes_wrong_is_wanted_or_all(only: Only, statuses: list[str]) -> None:
    assert [one for one in EACH if wanted(only, Transition("embedding", "a", 1, one, {}))] == statuses


def test_of_a_kind_of_another_release_all_is_wanted() -> None:
    assert wanted(Only.FAILURES, Transition("robots", "a", 1, "running", {}))


def test_of_two_the_one_that_wants_more_counts() -> None:
    assert wider(Only.FAILURES, Only.FINISHED) is Only.FINISHED
    assert wider(Only.FINISHED, Only.ALL) is Only.ALL
