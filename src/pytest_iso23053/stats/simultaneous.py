"""Differences, ratios and extremes over several groups.

The largest difference among k groups is a selected number: it is biased upwards, and its percentile bootstrap misses
the truth most where there is none. Here intervals of *all* pairs hold at once (Bonferroni over the pairs; for as many
groups as data sets have, its quantile lies within 3 % of Tukey's), and the bounds of the extreme follow from them:
whichever pair is truly the extreme one, its interval is among them. For two groups this is the pair's own interval.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_iso23053.stats.intervals import mover_difference, ratio_of_proportions

Vector = NDArray[np.float64]
Extreme = tuple[float, float, float]
Estimator = Callable[[float], tuple[Vector, Vector, Vector]]  # confidence -> values, lows, highs of the groups


def per_comparison(confidence: float, comparisons: int) -> float:
    """The level at which each of several intervals holds, so that all of them hold at the level asked for."""
    return 1 - (1 - confidence) / max(comparisons, 1)


def pairs(groups: int) -> int:
    """Number of unordered pairs."""
    return groups * (groups - 1) // 2


def largest_difference(estimate: Estimator, groups: int, confidence: float, reach: tuple[float, float]) -> Extreme:
    """Max - min over groups with its interval, from intervals of all pairwise differences.

    ``reach`` is the range of the quantity itself: a group without rows may have any value within it.
    """
    if groups < 2:
        return 0.0, np.nan, np.nan
    values, lows, highs = _completed(estimate(per_comparison(confidence, pairs(groups))), reach)
    low, high = _all_pairs(values, lows, highs)
    known = values[~np.isnan(values)]
    value = float(known.max() - known.min()) if known.size > 1 else np.nan
    return value, max(0.0, float(low.max())), float(high.max())


def _completed(estimated: tuple[Vector, Vector, Vector], reach: tuple[float, float]) -> tuple[Vector, Vector, Vector]:
    """A bound that is not known is the end of what the quantity can reach; it must not pass for a narrow one."""
    values, lows, highs = estimated
    return values, np.where(np.isnan(lows), reach[0], lows), np.where(np.isnan(highs), reach[1], highs)


def _all_pairs(values: Vector, lows: Vector, highs: Vector) -> tuple[Vector, Vector]:
    """Bounds of every value_i - value_j, i ≠ j; where one of the two is undefined, those of the bounds themselves."""
    first, second = (np.s_[:, None], np.s_[None, :])
    low, high = mover_difference(
        values[first], (lows[first], highs[first]), values[second], (lows[second], highs[second])
    )
    undefined = np.isnan(values)
    either = undefined[first] | undefined[second]
    low = np.where(either, lows[first] - highs[second], low)
    high = np.where(either, highs[first] - lows[second], high)
    same = np.eye(len(values), dtype=bool)
    return np.where(same, -np.inf, low), np.where(same, -np.inf, high)


def smallest_ratio_of_rates(successes: Any, n: Any, confidence: float) -> Extreme:
    """Min / max over groups of a proportion with its interval, from the intervals of all pairwise ratios."""
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if k.size < 2:
        return 1.0, np.nan, np.nan
    level = per_comparison(confidence, pairs(k.size))
    low, high = ratio_of_proportions(k[:, None], n[:, None], k[None, :], n[None, :], level)
    other = ~np.eye(k.size, dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = k / n
        known = rates[~np.isnan(rates)]
        value = float(known.min() / known.max()) if known.size > 1 and known.max() > 0 else np.nan
    if np.isnan(low[other]).any():  # a group without rows may have any rate, 0 included
        return value, 0.0, min(1.0, float(np.nanmin(np.append(high[other], 1.0))))
    return value, min(float(low[other].min()), 1.0), min(1.0, float(high[other].min()))


def smallest_ratio(estimate: Estimator, groups: int, confidence: float) -> Extreme:
    """Min / max over groups of a positive quantity, from MOVER intervals of all pairwise log ratios."""
    if groups < 2:
        return 1.0, np.nan, np.nan
    values, lows, highs = estimate(per_comparison(confidence, pairs(groups)))
    if np.isnan(values).any() or (values < 0).any() or not values.max() > 0:
        return np.nan, np.nan, np.nan
    value = float(values.min() / values.max())
    if not (lows > 0).all() or not np.isfinite(highs).all():
        return value, 0.0 if (lows <= 0).any() else np.nan, 1.0
    low, high = _all_pairs(np.log(values), np.log(lows), np.log(highs))
    other = ~np.eye(groups, dtype=bool)
    return value, min(float(np.exp(low[other].min())), 1.0), min(float(np.exp(high[other].min())), 1.0)


def extreme(estimate: Estimator, groups: int, confidence: float, *, largest: bool) -> tuple[float, float, float, int]:
    """The largest (or smallest) of the groups' values, its simultaneous bounds, and which group it is.

    A group whose value is undefined may be the extreme one: then the bound on that side is unknown.
    """
    values, lows, highs = estimate(per_comparison(confidence, groups))
    if np.isnan(values).all():
        return np.nan, np.nan, np.nan, 0
    sign = 1.0 if largest else -1.0
    place = int(np.nanargmax(sign * values))
    inner, outer = (lows, highs) if largest else (highs, lows)
    # nanmax tells what is certain of the defined groups; max is NaN, and decides nothing, as soon as one is not
    certain = sign * float(np.nanmax(sign * inner)) if not np.isnan(inner).all() else np.nan
    possible = sign * float(np.max(sign * outer))
    low, high = (certain, possible) if largest else (possible, certain)
    return float(values[place]), low, high, place
