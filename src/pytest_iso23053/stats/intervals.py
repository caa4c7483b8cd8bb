"""Closed-form intervals of proportions, of their differences and ratios, and of means.

All functions take scalars or arrays of equal shape and return two bounds of that shape. An interval of no rows is not
known: NaN, which decides nothing. scipy.special only: scipy.stats costs two seconds to import.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Bounds = tuple[Any, Any]


def normal_quantile(confidence: float) -> float:
    """The two-sided standard normal quantile: 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def student_quantile(confidence: float, degrees: float) -> float:
    """The two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2))


def checked_confidence(confidence: float) -> float:
    """Return the level, or raise the error that says how to write one."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence = {confidence!r} is no level between 0 and 1; write 0.95 for 95 %")
    return float(confidence)


def wilson(successes: Any, n: Any, confidence: float = 0.95) -> Bounds:
    """Score interval of a proportion (Wilson 1927; recommended by Brown, Cai & DasGupta 2001)."""
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = k / n
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        # exactly 0 and 1 at the ends, where rounding would leave 1e-17
        low = np.where(k == 0, np.where(n > 0, 0.0, np.nan), centre - half)
        high = np.where(k == n, np.where(n > 0, 1.0, np.nan), centre + half)
    return low[()], high[()]


def clopper_pearson(successes: Any, n: Any, confidence: float = 0.95) -> Bounds:
    """Exact interval of a proportion, whose coverage is never below its level (Clopper & Pearson 1934)."""
    from scipy.special import betaincinv

    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k > 0, betaincinv(np.maximum(k, 1e-300), n - k + 1, tail), 0.0)
        high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1e-300), 1 - tail), 1.0)
    unknown = n < 1
    return np.where(unknown, np.nan, low)[()], np.where(unknown, np.nan, high)[()]


def mover_difference(first: Any, first_bounds: Bounds, second: Any, second_bounds: Bounds) -> Bounds:
    """Interval of first - second from the intervals of two independent estimates (MOVER: Zou & Donner 2008)."""
    (low1, high1), (low2, high2) = first_bounds, second_bounds
    difference = first - second
    low = difference - np.sqrt((first - low1) ** 2 + (high2 - second) ** 2)
    high = difference + np.sqrt((high1 - first) ** 2 + (second - low2) ** 2)
    return low, high


def mean_of_proportions(successes: Any, n: Any, confidence: float = 0.95) -> tuple[float, float, float]:
    """Unweighted mean of independent proportions with its MOVER interval, from exact ones; NaN if one has no rows."""
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if not n.size or not (n > 0).all():
        return np.nan, np.nan, np.nan
    shares = k / n
    value = float(shares.mean())
    below, above = (np.sqrt(np.sum(np.square(shares - x))) / n.size for x in clopper_pearson(k, n, confidence))
    return value, value - float(below), value + float(above)


def newcombe(successes1: Any, n1: Any, successes2: Any, n2: Any, confidence: float = 0.95) -> Bounds:
    """Hybrid score interval of the difference p1 - p2 of independent proportions (Newcombe 1998, method 10)."""
    k1, n1, k2, n2 = (np.asarray(x, dtype=float) for x in (successes1, n1, successes2, n2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return mover_difference(k1 / n1, wilson(k1, n1, confidence), k2 / n2, wilson(k2, n2, confidence))


def katz(successes1: Any, n1: Any, successes2: Any, n2: Any, confidence: float = 0.95) -> Bounds:
    """Interval of the ratio p1 / p2 of independent proportions, on the logarithm (Katz et al. 1978).

    Where a count is 0, or both proportions are 1, the logarithm's variance is infinite or zero: then one half is added
    to every cell of the table, as usual. Without a success above, the lower bound is 0; without one below, the upper is
    infinite.
    """
    k1, n1, k2, n2 = (np.asarray(x, dtype=float) for x in (successes1, n1, successes2, n2))
    half = np.where((k1 == 0) | (k2 == 0) | ((k1 == n1) & (k2 == n2)), 0.5, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rows1, rows2 = n1 + 2 * half, n2 + 2 * half
        log_ratio = np.log((k1 + half) / rows1) - np.log((k2 + half) / rows2)
        variance = 1 / (k1 + half) - 1 / rows1 + 1 / (k2 + half) - 1 / rows2
        reach = normal_quantile(confidence) * np.sqrt(np.maximum(variance, 0.0))
        low = np.where(k1 == 0, 0.0, np.exp(log_ratio - reach))
        high = np.where(k2 == 0, np.inf, np.exp(log_ratio + reach))
    unknown = (n1 < 1) | (n2 < 1)
    return np.where(unknown, np.nan, low)[()], np.where(unknown, np.nan, high)[()]


def mean_interval(
    values: Any, confidence: float = 0.95, *, lowest: float = -np.inf, highest: float = np.inf
) -> tuple[float, float, float]:
    """Mean of independent values with Student's t interval, within the bounds that the values themselves have.

    Values that are all equal show no spread, and their t interval would be a point however few they are. Of values
    within [0, 1] the binomial bound holds even then; otherwise the bounds stay unknown.
    """
    x = np.asarray(values, dtype=float)
    if x.size == 0:
        return np.nan, np.nan, np.nan
    mean = float(x.mean())
    spread = float(x.std(ddof=1)) if x.size > 1 else 0.0
    if not spread > 1e-12 * max(abs(mean), 1e-300):
        if (lowest, highest) == (0.0, 1.0):
            low, high = wilson(mean * x.size, x.size, confidence)
            return mean, min(float(low), mean), max(float(high), mean)
        return mean, np.nan, np.nan
    reach = student_quantile(confidence, x.size - 1) * spread / np.sqrt(x.size)
    return mean, max(mean - reach, lowest), min(mean + reach, highest)
