"""How large a count can be by chance: Poisson, and where the rate itself is only known from a count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def poisson_bounds(mean: float, confidence: float = 0.95) -> tuple[int, int]:
    """The counts between which a Poisson count of this mean lies with (at least) this probability."""
    from scipy.special import pdtr

    tail = (1 - confidence) / 2
    if mean <= 0:
        return 0, 0

    def distribution(count: int) -> float:
        return float(pdtr(count, mean))

    return _smallest(distribution, tail, mean), _smallest(distribution, 1 - tail, mean)


def recurrence_bounds(events: float, rows: int, others: int, confidence: float = 0.95) -> tuple[int, int]:
    """How many of ``others`` more rows may have the event, when it was seen in ``events`` of ``rows``.

    The predictive distribution of a count given another one of the same rate: gamma-Poisson, with Jeffreys' prior
    (Krishnamoorthy & Peng 2011 show its predictive coverage).
    """
    from scipy.special import betainc

    tail = (1 - confidence) / 2
    if rows <= 0:
        return 0, others
    shape, share = events + 0.5, rows / (rows + others) if others else 1.0
    if share >= 1:
        return 0, 0

    def distribution(count: int) -> float:
        return float(betainc(shape, count + 1, share))

    mean = shape * others / rows
    low, high = _smallest(distribution, tail, mean), _smallest(distribution, 1 - tail, mean)
    return min(low, others), min(high, others)


def _smallest(distribution: Callable[[int], float], level: float, mean: float) -> int:
    """The smallest count at which a distribution function reaches a level, by bisection."""
    low, high = -1, max(1, math.ceil(mean))
    while distribution(high) < level:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if distribution(middle) >= level else (middle, high)
    return high


def paired_difference(first_only: int, second_only: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the difference of two shares of the same rows, from the rows in which they differ.

    Bonett & Price 2012: Wald's after one row is added to each kind, whose coverage is near its level from n = 20.
    """
    from scipy.special import ndtri

    if n < 1:
        return math.nan, math.nan
    first, second = (first_only + 1) / (n + 2), (second_only + 1) / (n + 2)
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt((first + second - (first - second) ** 2) / (n + 2))
    return max(first - second - half, -1.0), min(first - second + half, 1.0)
