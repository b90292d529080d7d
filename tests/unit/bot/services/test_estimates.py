"""What is left of a job is a range from earlier ones, or nothing."""

import pytest

from bot.services.jobs.estimates import Longer, Rest, rest

TWENTY = [60.0 * minutes for minutes in range(1, 21)]


def test_from_fewer_than_five_jobs_nothing_is_said() -> None:
    assert rest([60.0, 70.0, 80.0, 90.0], 10) is None
    assert rest([60.0, 70.0, 80.0, 90.0, 95.0], 10) is not None


def test_half_of_the_earlier_jobs_ended_within_the_range() -> None:
    found = rest(TWENTY, 0)

    assert isinstance(found, Rest)
    inside = [one for one in TWENTY if found.soonest <= one <= found.latest]
    assert len(inside) == len(TWENTY) / 2
    assert found.of == len(TWENTY)


def test_only_jobs_that_took_longer_than_it_has_by_now_say_something() -> None:
    found = rest(TWENTY, 10 * 60)

    assert isinstance(found, Rest)
    assert found.soonest > 10 * 60
    assert found.of == 10


@pytest.mark.parametrize(("minutes", "than"), [(16, 16), (19, 19), (30, 20)])
def test_a_job_that_takes_longer_than_most_has_no_range(minutes: int, than: int) -> None:
    assert rest(TWENTY, minutes * 60) == Longer(than, 20)


def test_the_last_of_several_ends_later_than_one() -> None:
    one, last = rest(TWENTY, 0), rest(TWENTY, 0, together=14)

    assert isinstance(one, Rest)
    assert isinstance(last, Rest)
    assert one.soonest < last.soonest < last.latest <= max(TWENTY)
    assert last.latest > one.latest


@pytest.mark.parametrize("together", [1, 2, 20])
def test_a_range_stays_within_what_was_seen(together: int) -> None:
    found = rest(TWENTY, 0, together)

    assert isinstance(found, Rest)
    assert min(TWENTY) <= found.soonest <= found.latest <= max(TWENTY)


def test_of_more_jobs_side_by_side_than_have_ended_nothing_is_said() -> None:
    assert rest(TWENTY, 0, together=21) is None
