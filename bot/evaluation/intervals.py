"""How sure a figure is: 95 % intervals of a share and of a mean."""

import math
from collections.abc import Sequence
from random import Random
from statistics import fmean

_Z = 1.959963984540054
"""The 0.975 quantile of the normal distribution."""
_DRAWS = 1_000
_OUTSIDE = 0.025
_SEED = 20_261_126


def wilson(hits: float, count: int) -> tuple[float, float]:
    """Return the bounds of a share of ``hits`` in ``count``, each from 0 to 1; 0 and 1 where nothing was counted.

    Wilson's score interval stays honest near 0 and 1: https://doi.org/10.1080/01621459.1927.10502953
    """
    if not count:
        return 0.0, 1.0
    share, square = hits / count, _Z * _Z
    middle = share + square / (2 * count)
    spread = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    whole = 1 + square / count
    low = 0.0 if hits == 0 else (middle - spread) / whole
    high = 1.0 if hits == count else (middle + spread) / whole
    return low, high


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """Return the bounds of the mean of ``values``, by drawing from them anew; the same for the same values."""
    if not values:
        return 0.0, 0.0
    random = Random(_SEED)  # noqa: S311 - a figure, no secret; the seed is fixed because a run has to be repeatable
    means = sorted(fmean(random.choices(values, k=len(values))) for _ in range(_DRAWS))
    return means[int(_DRAWS * _OUTSIDE)], means[math.ceil(_DRAWS * (1 - _OUTSIDE)) - 1]
