import math
from statistics import fmean, stdev

import pytest

from bot.evaluation.intervals import bootstrap, wilson


# The score intervals of Newcombe, https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I.
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_a_share_has_the_published_interval(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert bootstrap([]) == (0.0, 0.0)


def test_a_mean_has_about_the_interval_of_the_normal_distribution() -> None:
    values = [math.sin(number) + number % 7 for number in range(200)]
    half = 1.96 * stdev(values) / math.sqrt(len(values))

    low, high = bootstrap(values)

    assert low == pytest.approx(fmean(values) - half, abs=0.06)
    assert high == pytest.approx(fmean(values) + half, abs=0.06)


def test_the_same_values_have_the_same_interval() -> None:
    assert bootstrap([1.0, 5.0, 2.0, 9.0]) == bootstrap([1.0, 5.0, 2.0, 9.0])
    assert bootstrap([3.0, 3.0]) == (3.0, 3.0)
