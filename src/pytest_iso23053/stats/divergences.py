"""How far two samples of one column lie apart: PSI, Jensen-Shannon, Kolmogorov-Smirnov and Wasserstein distance.

Each comes with an interval that holds where nothing moved as well as where much did; the ordinary bootstrap fails at
the first, because a distance cannot be negative. Sorted once a column; closed forms, so no seed and no resampling.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Estimated = tuple[float, float, float]
Vector = NDArray[np.float64]


def population_stability_index(reference: Any, current: Any, confidence: float = 0.95) -> Estimated:
    """PSI of two rows of bin counts: Σ (q - p) ln(q / p) (Siddiqi 2006), half a row added to empty bins.

    On equal distributions PSI / (1/n + 1/m) is χ² with bins - 1 degrees of freedom (Yurdakul & Naranjo 2020), so that
    the value itself is biased upwards by (bins - 1)(1/n + 1/m); off them it is noncentral χ² to first order, whose
    inversion gives bounds of the *true* index. Beyond that order the delta method's spread widens them.
    """
    p, q, n, m = _shares(reference, current)
    if not min(n, m) > 0:
        return np.nan, np.nan, np.nan
    if p.size == 1:
        return 0.0, 0.0, max(population_stability_index(*counts)[0] for counts in _unseen(n, m, confidence))
    log_ratio = np.log(q / p)
    value = float(np.sum((q - p) * log_ratio))
    slopes = (-log_ratio + 1 - q / p, log_ratio + 1 - p / q)
    spread = np.sqrt(_variance(slopes[0], p) / n + _variance(slopes[1], q) / m)
    return value, *_noncentral(value, p.size - 1, 1 / n + 1 / m, float(spread), confidence)


def jensen_shannon_distance(reference: Any, current: Any, confidence: float = 0.95) -> Estimated:
    """Jensen-Shannon distance, base 2, of two rows of bin counts (Lin 1991; Endres & Schindelin 2003): 0 to 1.

    Eight times the divergence agrees with PSI to first order, and so does its interval.
    """
    p, q, n, m = _shares(reference, current)
    if not min(n, m) > 0:
        return np.nan, np.nan, np.nan
    if p.size == 1:
        return 0.0, 0.0, max(jensen_shannon_distance(*counts)[0] for counts in _unseen(n, m, confidence))
    middle = (p + q) / 2
    slopes = (np.log(p / middle) / 2, np.log(q / middle) / 2)
    divergence = max(float(np.sum(p * slopes[0] + q * slopes[1])), 0.0)
    spread = 8 * np.sqrt(_variance(slopes[0], p) / n + _variance(slopes[1], q) / m)
    bounds = _noncentral(8 * divergence, p.size - 1, 1 / n + 1 / m, float(spread), confidence)
    value, low, high = (float(np.sqrt(min(x / np.log(2), 1.0))) for x in (divergence, bounds[0] / 8, bounds[1] / 8))
    return value, low, high


def _shares(reference: Any, current: Any) -> tuple[Vector, Vector, float, float]:
    counts = np.vstack([np.asarray(reference, dtype=float), np.asarray(current, dtype=float)])
    counts = counts[:, counts.sum(axis=0) > 0]
    n, m = counts.sum(axis=1)
    counts = np.where(counts == 0, 0.5, counts)
    with np.errstate(invalid="ignore"):
        p, q = counts / counts.sum(axis=1, keepdims=True)
    return p, q, float(n), float(m)


def _unseen(n: float, m: float, confidence: float) -> Iterator[tuple[Vector, Vector]]:
    """Of rows that are all equal: the most that one side may hold of another value without having shown it.

    That is the rule of three, -ln(0.05) = 3 rows of 95 % confidence.
    """
    hidden = -np.log(1 - confidence)
    for first, second in ((0.0, min(hidden, m)), (min(hidden, n), 0.0)):
        yield np.array([n - first, first]), np.array([m - second, second])


def _variance(slope: Vector, shares: Vector) -> float:
    mean = np.sum(shares * slope)
    return float(np.sum(shares * (slope - mean) ** 2))


def _noncentral(value: float, degrees: int, scale: float, spread: float, confidence: float) -> tuple[float, float]:
    """Bounds of the noncentrality behind a χ²-like value, no narrower than the delta method's where that applies."""
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    low, high = (scale * _noncentrality(value / scale, degrees, (1 + side * confidence) / 2) for side in (1, -1))
    centre = value - degrees * scale
    low = min(low, max(centre - z * spread, 0.0)) if centre > z * spread else low
    return max(min(low, value), 0.0), max(high, value, centre + z * spread)


def _noncentrality(statistic: float, degrees: int, probability: float) -> float:
    """The λ under which a noncentral χ² stays below ``statistic`` with the given probability; 0 if none does."""
    from scipy.special import chdtr, chndtr, ndtri

    if statistic <= 0 or chdtr(degrees, statistic) <= probability:
        return 0.0
    if statistic > 1e4:  # its root is normal by then, and the series slow
        return float(max(np.sqrt(max(statistic - degrees, 0.0)) - ndtri(probability), 0.0) ** 2)
    low, high = 0.0, statistic + 1.0
    while chndtr(statistic, degrees, high) > probability:
        low, high = high, 2 * high + 10
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chndtr(statistic, degrees, middle) > probability else (low, middle)
    return float((low + high) / 2)


class SortedPair:
    """Two samples of a column sorted together once, for all distances between their distribution functions.

    Parameters
    ----------
    reference, current : array-like of finite numbers
        Missing values taken out.
    """

    def __init__(self, reference: Any, current: Any) -> None:
        x, y = np.sort(np.asarray(reference, dtype=float)), np.sort(np.asarray(current, dtype=float))
        self.n, self.m = x.size, y.size
        self.points = np.unique(np.concatenate([x, y]))
        self.below_x = np.searchsorted(x, self.points, side="right") / max(self.n, 1)
        self.below_y = np.searchsorted(y, self.points, side="right") / max(self.m, 1)
        self._samples = (x, y)

    def kolmogorov_smirnov(self, confidence: float = 0.95) -> Estimated:
        """Largest distance of the distribution functions, with a distribution-free interval of finite-sample coverage.

        By the triangle inequality the true distance is no further away than the two empirical functions from their own
        truths together. Each of these is bounded by Dvoretzky, Kiefer & Wolfowitz with Massart's (1990) constant, and
        the quantile of the *sum* of two such independent variables is found by convolution.
        """
        if not min(self.n, self.m):
            return np.nan, np.nan, np.nan
        value = float(np.max(np.abs(self.below_x - self.below_y)))
        reach = _sum_of_deviations(1 / np.sqrt(self.n), 1 / np.sqrt(self.m), 1 - confidence)
        return value, max(value - reach, 0.0), min(value + reach, 1.0)

    def wasserstein(self, confidence: float = 0.95) -> Estimated:
        """Area between the distribution functions (Wasserstein-1), in the column's own units.

        The estimate is off by at most the area under the two samples' sampling noise. Its mean is √(2/π) ∫ sd, and its
        tail no heavier than that of a normal whose standard deviation is that of the difference of the two means
        (Gaussian isoperimetry, Borell 1975; the noise is positively correlated, so that no sign pattern varies more).
        """
        if not min(self.n, self.m):
            return np.nan, np.nan, np.nan
        from scipy.special import ndtri

        widths = np.diff(self.points)
        fx, fy = self.below_x[:-1], self.below_y[:-1]
        value = float(np.sum(np.abs(fx - fy) * widths))
        if min(self.n, self.m) < 2 or not widths.size:
            return value, np.nan, np.nan
        noise = np.sqrt(fx * (1 - fx) / (self.n - 1) + fy * (1 - fy) / (self.m - 1))
        of_means = np.sqrt(sum(sample.var() / (sample.size - 1) for sample in self._samples))
        reach = float(np.sqrt(2 / np.pi) * np.sum(noise * widths) + ndtri(confidence) * of_means)
        return value, max(value - reach, 0.0), value + reach


@lru_cache(maxsize=64)
def _sum_of_deviations(first: float, second: float, tail: float) -> float:
    """Quantile of a X + b Y for independent X, Y with P(X > x) = min(1, 2 exp(-2 x²)): Massart's bound."""
    start = np.sqrt(np.log(2) / 2)
    edges = np.linspace(start, start + 6, 2001)
    survival = 2 * np.exp(-2 * edges**2)
    mass = np.append(-np.diff(survival), survival[-1])
    upper = np.append(edges[1:], edges[-1])  # each piece at its upper end: the quantile errs to the wide side

    def exceeded(reach: float) -> float:
        rest = np.maximum((reach - first * upper) / second, start)
        return float(np.sum(mass * np.minimum(1.0, 2 * np.exp(-2 * rest**2))))

    low, high = 0.0, 7 * (first + second)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if exceeded(middle) > tail else (low, middle)
    return high
