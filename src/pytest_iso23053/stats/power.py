"""How many rows a demonstration needs, before it is tried."""

from __future__ import annotations

import math

from pytest_iso23053.stats.intervals import normal_quantile, wilson


def rows_to_show(share: float, limit: float, *, confidence: float = 0.95, power: float = 0.9) -> int:
    """Rows with which the interval of a true ``share`` clears ``limit`` with the given power.

    The one-sample formula n = p (1 - p) ((z₁₋α/₂ + z₁₋β) / (p - limit))², refined upwards to the Wilson interval's
    own power, which the formula misses for shares near 0 and 1.

    Raises
    ------
    ValueError
        The share lies on the limit: no number of rows shows it.
    """
    if share == limit:
        raise ValueError(f"a share of {share} lies on the limit: no number of rows would show on which side it is")
    z = normal_quantile(confidence) + normal_quantile(2 * power - 1)
    n = max(math.ceil(share * (1 - share) * (z / (share - limit)) ** 2), 2)
    while power_to_show(share, limit, n, confidence=confidence) < power:
        n = math.ceil(n * 1.01) + 1
    return n


def power_to_show(share: float, limit: float, n: int, *, confidence: float = 0.95) -> float:
    """Probability that the Wilson interval of n rows clears ``limit``, on the side where the true share lies."""
    from scipy.special import bdtr

    inside, outside = (n, 0) if share > limit else (0, n)  # a count that clears the limit, if any does

    def clears(successes: int) -> bool:
        low, high = wilson(successes, n, confidence)
        return bool(low >= limit) if share > limit else bool(high <= limit)

    if not clears(inside):
        return 0.0
    while abs(inside - outside) > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if clears(middle) else (inside, middle)
    return float(1 - bdtr(inside - 1, n, share)) if share > limit else float(bdtr(inside, n, share))
