"""How well scores rank positives above negatives: ROC AUC and average precision, with intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.stats.intervals import normal_quantile, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

Estimated = tuple[float, float, float]


def midranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Ranks from 1, ties sharing the mean of theirs; one sort."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return ranks


def rank_correlation(one: Any, other: Any) -> float:
    """Spearman's correlation: Pearson's of the midranks, NaN where either is constant."""
    first, second = (midranks(np.asarray(values, dtype=float)) for values in (one, other))
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(np.clip(first @ second / scale, -1.0, 1.0)) if scale > 0 else float("nan")


def delong(positive: Any, scores: Any) -> tuple[float, float]:
    """AUC and its variance (DeLong, DeLong & Clarke-Pearson 1988) from midranks (Sun & Xu 2014): O(n log n)."""
    positive, scores = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=float)
    above, below = scores[positive], scores[~positive]
    m, n = above.size, below.size
    if m == 0 or n == 0:
        return np.nan, np.nan
    ranks = midranks(np.concatenate([above, below]))
    placed = (ranks[:m] - midranks(above)) / n  # share of negatives below each positive
    held = 1 - (ranks[m:] - midranks(below)) / m  # share of positives above each negative
    variance = np.nan if min(m, n) < 2 else placed.var(ddof=1) / m + held.var(ddof=1) / n
    return float(placed.mean()), float(variance)


def roc_auc(positive: Any, scores: Any, confidence: float = 0.95) -> Estimated:
    """AUC with DeLong's variance on the logit scale, and no narrower than Newcombe's (2006) method 5.

    DeLong's variance is itself estimated from the few rows that are ranked wrongly. Near 1 its lower bound misses a
    true area three times too often (9 % instead of 2.5 %, at 0.99 with 100 positives), and a perfect or constant
    ranking shows it no variance at all. Newcombe's interval takes the variance that the *unknown* area would have;
    elsewhere the two agree.
    """
    value, variance = delong(positive, scores)
    if np.isnan(value):
        return np.nan, np.nan, np.nan
    m = int(np.count_nonzero(positive))
    n = int(np.size(positive)) - m
    low, high = _newcombe_auc(value, m, n, confidence)
    if variance > 0 and 0 < value < 1:
        reach = normal_quantile(confidence) * np.sqrt(variance) / (value * (1 - value))
        bounds = _on_logit(value, reach)
        low, high = min(low, bounds[0]), max(high, bounds[1])
    return value, low, high


def _on_logit(value: float, reach: float) -> tuple[float, float]:
    from scipy.special import expit, logit

    centre = logit(value)
    return float(expit(centre - reach)), float(expit(centre + reach))


def _newcombe_auc(value: float, m: int, n: int, confidence: float) -> tuple[float, float]:
    z = normal_quantile(confidence)
    effective = max((m + n) / 2 - 1, 0.0)

    def beyond(area: float) -> float:
        if not 0 < area < 1:
            return abs(value - area)
        pairs = 1 + effective * (1 - area) / (2 - area) + effective * area / (1 + area)
        return abs(value - area) - z * math.sqrt(area * (1 - area) * pairs / (m * n))

    return _crossing(beyond, 0.0, value), _crossing(beyond, 1.0, value)


def _crossing(beyond: Any, outside: float, inside: float) -> float:
    """The area between a clearly rejected and an accepted one at which the score test changes its mind."""
    if outside == inside:
        return outside
    for _ in range(60):
        middle = (outside + inside) / 2
        outside, inside = (middle, inside) if beyond(middle) > 0 else (outside, middle)
    return float(inside)


def average_precision(positive: Any, scores: Any, confidence: float = 0.95) -> Estimated:
    """Mean precision at the ranks of the positives, with an interval on the logit scale.

    Its variance is that of each row's influence, and never less than the one of Boyd, Eng & Page (2013), who take the
    number of positives for the sample size. The value itself is biased upwards, as each positive counts in its own
    precision: by 0.14 with five positives among 50 rows. The lower bound therefore starts from the precisions that
    leave it out.
    """
    positive, scores = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=float)
    hits = int(positive.sum())
    if hits == 0:
        return np.nan, np.nan, np.nan
    value, others, error = _precision_at_positives(positive, scores)

    def reach(centre: float) -> float:
        boyd = normal_quantile(confidence) / np.sqrt(hits * centre * (1 - centre))
        return max(float(boyd), student_quantile(confidence, max(hits - 1, 1)) * error / (centre * (1 - centre)))

    # a perfect one has no logit
    lower, upper = (min(max(x, 0.5 / (hits + 1)), (hits + 0.5) / (hits + 1)) for x in (min(value, others), value))
    low, high = _on_logit(lower, reach(lower))[0], _on_logit(upper, reach(upper))[1]
    return value, min(low, value), max(high, value)


def _precision_at_positives(positive: NDArray[Any], scores: NDArray[Any]) -> tuple[float, float, float]:
    """Average precision, the same without each positive itself, and the standard error of the first.

    A row moves the precision at its own rank, if it is positive, and at the ranks of all positives below it.
    """
    n = positive.size
    order = np.argsort(-scores, kind="stable")
    y = positive[order].astype(float)
    last = np.append(np.flatnonzero(np.diff(scores[order])), n - 1)  # rows of equal score count together
    group = np.repeat(np.arange(last.size), np.diff(last, prepend=-1))
    found, taken = np.cumsum(y)[last], last + 1.0
    share, precision = np.diff(found, prepend=0) / found[-1], found / taken
    value = float(share @ precision)
    gained = np.cumsum((share / taken)[::-1])[::-1] * n
    lost = np.cumsum((share * precision / taken)[::-1])[::-1] * n
    influence = y * (precision[group] - value) * n / found[-1] + y * gained[group] - lost[group]
    error = float(influence.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0
    beside = np.where(taken > 1, share, 0.0)
    others = float(beside @ ((found - 1) / np.maximum(taken - 1, 1)) / beside.sum()) if beside.any() else 0.0
    return value, others, error
