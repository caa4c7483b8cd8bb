"""How often so many rows will demonstrate a limit, and how many rows it takes.

«Demonstrated» is what a judgement calls met: the bound of the two-sided interval keeps the limit, so that at 95 % the
question is one-sided at 2.5 %. A truth that lies on the limit is demonstrated no more often than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_iso23053.stats.intervals import clopper_pearson, normal_quantile, student_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ROWS = 10**9


def power_of_proportion(n: int, truth: float, limit: float, confidence: float = 0.95) -> float:
    """Probability that the exact interval of a proportion keeps the limit, on the side on which the truth is.

    The binomial probability of all counts whose Clopper-Pearson interval does: exact, and not quite monotone in n.
    """
    from scipy.special import bdtr

    if truth < limit:  # the same question about what is not counted
        truth, limit = 1 - truth, 1 - limit
    low, _ = clopper_pearson(np.arange(n + 1), n, confidence)
    fewest = int(np.searchsorted(low, limit, side="left"))
    if fewest > n:
        return 0.0
    return 1.0 if fewest == 0 else float(1 - bdtr(fewest - 1, n, truth))


def power_of_difference(
    rows: tuple[int, int], truths: tuple[float, float], limit: float = 0.0, confidence: float = 0.95
) -> float:
    """Probability that the interval of p1 - p2 of independent samples keeps the limit, in normal approximation.

    Chow, Shao & Wang (2003), unpooled; ``limit`` is the margin of non-inferiority or superiority.
    """
    from scipy.special import ndtr

    error = np.sqrt(sum(p * (1 - p) / n for p, n in zip(truths, rows, strict=True)))
    distance = abs(truths[0] - truths[1] - limit)
    return float(ndtr(distance / error - normal_quantile(confidence))) if error > 0 else float(distance > 0)


def power_of_mean(n: int, distance: float, confidence: float = 0.95) -> float:
    """Probability that Student's interval of a mean keeps a limit that many standard deviations away from the truth.

    Exact for normal values: the noncentral t distribution.
    """
    from scipy.special import nctdtr

    if n < 2:
        return 0.0
    beyond = nctdtr(n - 1, abs(distance) * np.sqrt(n), student_quantile(confidence, n - 1))
    return float(1 - beyond) if np.isfinite(beyond) else 1.0


def rows_for(power: Callable[[int], float], least: float = 0.9) -> int | None:
    """The number of rows from which on, but for the saw teeth of counts, a power is reached; None beyond a milliard.

    Examples
    --------
    >>> rows_for(lambda n: power_of_mean(n, 0.5))
    44
    """
    high = 2
    while power(high) < least:
        high *= 2
        if high > MOST_ROWS:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle) >= least else (middle, high)
    return high
