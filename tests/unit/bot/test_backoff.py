from itertools import islice

from bot.backoff import Backoff


def test_pauses_double_up_to_a_bound() -> None:
    assert [*islice(Backoff(0.5, 3.0).pauses(), 5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_pauses_spread_so_that_many_do_not_come_back_together_and_stay_within_the_bound() -> None:
    pauses = [next(Backoff(10.0, 12.0, spread=0.5).pauses()) for _ in range(200)]

    assert len(set(pauses)) > 100
    assert all(5.0 <= pause <= 12.0 for pause in pauses)
