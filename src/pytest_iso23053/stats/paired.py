"""How much better one model is than another on the very same rows: each row is its own control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.stats.intervals import normal_quantile
from pytest_iso23053.stats.ranking import midranks

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Influence(NamedTuple):
    """A statistic, and how far each row moves it: the rows' mean is zero, their variance over n the statistic's."""

    value: float
    rows: NDArray[np.float64]


def auc_influence(positive: Any, scores: Any) -> Influence:
    """ROC AUC and the share that each row has in it.

    The placements of DeLong, DeLong & Clarke-Pearson (1988), from midranks (Sun & Xu 2014), each weighted by how often
    its class occurs. The variance of the mean is DeLong's up to a factor of (n - 1)/n.
    """
    positive, scores = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=float)
    above, below = scores[positive], scores[~positive]
    m, n = above.size, below.size
    rows = np.zeros(positive.size)
    if m == 0 or n == 0:
        return Influence(np.nan, rows)
    ranks = midranks(np.concatenate([above, below]))
    placed = (ranks[:m] - midranks(above)) / n
    held = 1 - (ranks[m:] - midranks(below)) / m
    value = float(placed.mean())
    rows[positive] = (placed - value) * positive.size / m
    rows[~positive] = (held - value) * positive.size / n
    return Influence(value, rows)


def mean_influence(parts: list[Influence]) -> Influence:
    """The mean of several statistics of the same rows: the one-against-rest areas of several classes, say."""
    return Influence(float(np.mean([part.value for part in parts])), np.mean([part.rows for part in parts], axis=0))


def concordance_influence(truth: Any, predicted: Any) -> Influence:
    """Probability that of two rows of different truth the greater is predicted greater, ties counting half.

    Harrell et al. 1982 (the C index), which for two classes is the ROC AUC; the rows' shares as for a ratio of two
    U-statistics (Hoeffding 1948). It compares all pairs: O(n²), so that the caller caps n.
    """
    truth, predicted = np.asarray(truth, dtype=float), np.asarray(predicted, dtype=float)
    held, possible = np.zeros(truth.size), np.zeros(truth.size)
    for start in range(0, truth.size, 500):
        part = slice(start, start + 500)
        greater = truth[part, None] - truth
        agreeing = np.sign(predicted[part, None] - predicted) * np.sign(greater)
        differs = greater != 0
        held[part] = np.mean(differs * (1 + agreeing) / 2, axis=1)
        possible[part] = np.mean(differs, axis=1)
    if not possible.any():
        return Influence(np.nan, held)
    value = float(held.mean() / possible.mean())
    return Influence(value, 2 * (held - value * possible) / possible.mean())


def difference(
    first: Influence, second: Influence, confidence: float = 0.95, *, fewest: int
) -> tuple[float, float, float]:
    """First minus second, with the interval of a paired difference: what both find hard or easy cancels.

    Two models that err on the same rows show no variance at all. Half a row of the smallest class is therefore added
    to the standard error: with 20 rows of it the bounds are at least 0.05 away, with 1,000 it does not count.

    Parameters
    ----------
    first, second : Influence
        Of the same rows.
    confidence : float, default 0.95
        Level of the normal interval.
    fewest : int
        Rows of the smallest class (of a regression: all rows).
    """
    value = first.value - second.value
    if np.isnan(value) or fewest < 2:
        return value, np.nan, np.nan
    rows = first.rows - second.rows
    error = np.sqrt(rows.var(ddof=1) / rows.size + (0.5 / fewest) ** 2)
    reach = normal_quantile(confidence) * float(error)
    return value, value - reach, value + reach
