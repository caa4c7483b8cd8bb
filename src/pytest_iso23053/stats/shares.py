"""The shares that values have in two samples: which one has become much rarer, or much more frequent?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pytest_iso23053.stats.intervals import ratio_of_proportions
from pytest_iso23053.stats.simultaneous import per_comparison


class SmallestRatio(NamedTuple):
    """The value whose shares are farthest apart, their ratio (the larger one below), and simultaneous bounds of it."""

    place: int
    value: float
    low: float
    high: float


def smallest_share_ratio(before: Any, n: Any, after: Any, m: Any, confidence: float) -> SmallestRatio:
    """The smallest ratio of a value's shares, from its rows among ``n`` and among ``m``.

    The value is the one that is surest to have a ratio below 1: that with the smallest upper bound. The bounds hold
    for all values at once (Bonferroni), and so for the smallest ratio.
    """
    k1, k2 = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    fewer = k1 / n < k2 / m
    lesser = np.where(fewer, k1, k2), np.where(fewer, n, m)
    larger = np.where(fewer, k2, k1), np.where(fewer, m, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = ratio_of_proportions(*lesser, *larger, per_comparison(confidence, max(len(k1), 1)))
        ratios = (lesser[0] / lesser[1]) / (larger[0] / larger[1])
    low, high = np.minimum(low, 1.0), np.minimum(high, 1.0)
    place = int(high.argmin())
    return SmallestRatio(place, float(ratios[place]), min(float(low.min()), float(ratios[place])), float(high[place]))
