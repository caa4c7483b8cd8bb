"""Resampling for statistics without a closed form: BCa over rows or over counts, and the Bayesian bootstrap.

A statistic is a function of *counts*: how often each row, or each cell of a table, occurs in the resample. Rows are
cells of one each. So a contingency table costs its cells and not its rows, and the jackknife, the bootstrap and the
Bayesian bootstrap are one matrix of counts each. Seeded; memory is bounded by chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Statistic = Callable[[Vector], Any]  # counts (k, cells), not necessarily whole -> values (k,)
Estimated = tuple[float, float, float]
CELLS = 2**22  # of one chunk: 32 MB of floats
RESAMPLES = 2_000
MOST_LEFT_OUT = 1_000  # jackknife groups: beyond, rows are left out in groups, which estimates the same skewness


def bca(
    statistic: Statistic, counts: Any, confidence: float = 0.95, *, seed: int, resamples: int = RESAMPLES
) -> Estimated:
    """Value with its bias-corrected and accelerated interval (Efron 1987).

    Second-order accurate, and no better than the sample: from about 200 rows on; below, its coverage falls short for
    skewed statistics (as the statistics page shows). Bounds are unknown (NaN) where resamples show no spread.

    Parameters
    ----------
    statistic : callable
        From counts of shape (k, cells) to k values. It must take weights that are not whole.
    counts : array of shape (cells,)
        Rows of each cell of a contingency table; ``np.ones(n)`` to resample n rows.
    confidence : float
        Level of the interval.
    seed : int
        Of numpy's generator.
    resamples : int
        How many; 2,000 leave a standard error of about 0.3 points in the 2.5 % tails.
    """
    table = np.asarray(counts, dtype=float)
    value = float(np.asarray(statistic(table[None, :]), dtype=float)[0])
    if np.isnan(value) or table.sum() < 2:
        return value, np.nan, np.nan
    random = np.random.default_rng(seed)
    drawn = np.concatenate(
        [np.asarray(statistic(rows), dtype=float) for rows in _multinomial(table, resamples, random)]
    )
    drawn = np.sort(drawn[~np.isnan(drawn)])
    if drawn.size < resamples / 2 or not drawn[-1] > drawn[0]:
        return value, np.nan, np.nan
    low, high = _at(drawn, value, _acceleration(statistic, table, random), confidence)
    return value, min(low, value), max(high, value)


def bayesian_bootstrap(
    statistic: Statistic, weights: Any, confidence: float = 0.95, *, seed: int, resamples: int = RESAMPLES
) -> Estimated:
    """Value with the percentile interval of the Bayesian bootstrap (Rubin 1981), for rows of unequal weight.

    Each weight is multiplied by a standard exponential variable, which for equal weights makes the rows' shares
    Dirichlet. No row ever vanishes, so that a rare class never does.
    """
    given = np.asarray(weights, dtype=float)
    value = float(np.asarray(statistic(given[None, :]), dtype=float)[0]) if given.sum() > 0 else np.nan
    if np.isnan(value) or np.count_nonzero(given) < 2:
        return value, np.nan, np.nan
    random = np.random.default_rng(seed)
    drawn = [
        np.asarray(statistic(given * random.standard_exponential((rows, given.size))), dtype=float)
        for rows in _chunks(given.size, resamples)
    ]
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(np.concatenate(drawn), [tail, 1 - tail])
    return value, min(float(low), value), max(float(high), value)


def _chunks(cells: int, resamples: int) -> Iterator[int]:
    step = max(1, CELLS // max(cells, 1))
    for start in range(0, resamples, step):
        yield min(step, resamples - start)


def _multinomial(table: Vector, resamples: int, random: np.random.Generator) -> Iterator[Vector]:
    """Counts of resamples with replacement; of rows by counting draws, which is faster than as many binomials."""
    rows, cells = round(table.sum()), table.size
    for step in _chunks(cells, resamples):
        if rows == cells and (table == 1).all():
            drawn = random.integers(0, cells, (step, rows)) + cells * np.arange(step)[:, None]
            yield np.bincount(drawn.ravel(), minlength=step * cells).reshape(step, cells).astype(float)
        else:
            yield random.multinomial(rows, table / table.sum(), step).astype(float)


def _acceleration(statistic: Statistic, table: Vector, random: np.random.Generator) -> float:
    """A sixth of the skewness of the jackknife's influence values; leaving out a cell's rows gives equal ones."""
    held = np.flatnonzero(table)
    if held.size > MOST_LEFT_OUT and (table[held] == 1).all():
        groups, times = np.array_split(random.permutation(held), MOST_LEFT_OUT), np.ones(MOST_LEFT_OUT)
    else:
        groups, times = [np.array([cell]) for cell in held], table[held]
    left: list[Vector] = []
    start = 0
    for step in _chunks(table.size, len(groups)):
        rows = np.repeat(table[None, :], step, axis=0)
        for place, group in enumerate(groups[start : start + step]):
            rows[place, group] -= 1
        left.append(np.asarray(statistic(rows), dtype=float))
        start += step
    values = np.concatenate(left)
    known = ~np.isnan(values)
    influence, weight = values[known], times[known]
    influence = np.average(influence, weights=weight) - influence
    second = float(np.sum(weight * influence**2))
    return float(np.sum(weight * influence**3)) / (6 * second**1.5) if second > 0 else 0.0


def _at(drawn: Vector, value: float, acceleration: float, confidence: float) -> tuple[float, float]:
    """The bounds: quantiles of the resamples, at levels moved by the bias and the acceleration."""
    from scipy.special import ndtr, ndtri

    below = (np.searchsorted(drawn, value, "left") + np.searchsorted(drawn, value, "right")) / 2
    bias = float(ndtri(np.clip(below / drawn.size, 0.5 / drawn.size, 1 - 0.5 / drawn.size)))
    levels = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        moved = bias + float(ndtri(tail))
        stretched = 1 - acceleration * moved
        levels.append(float(ndtr(bias + moved / stretched)) if stretched > 0 else float(moved > 0))
    low, high = np.quantile(drawn, levels)
    return float(low), float(high)
