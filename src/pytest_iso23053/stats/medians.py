"""The interval of a median by order statistics: exact, whatever the values are distributed like."""

from __future__ import annotations

from typing import Any

import numpy as np


def median_interval(values: Any, confidence: float = 0.95, *, unknown: int = 0) -> tuple[float, float, float]:
    """The median, and bounds that hold it at this level at least (Thompson 1936; David & Nagaraja 2003).

    Parameters
    ----------
    values : array-like
        Independent values, the known ones.
    unknown : int
        Further values of which nothing is known but that they are not negative. They may lie anywhere: the lower bound
        takes them for 0, the upper one for greater than any.

    Returns
    -------
    tuple of float
        The median of the known values, and the bounds; NaN where too few values are known for a bound.

    Examples
    --------
    >>> from pytest_iso23053.stats.medians import median_interval
    >>> median_interval(range(1, 21))
    (10.5, 6.0, 15.0)
    """
    known = np.sort(np.asarray(values, dtype=float))
    n = known.size + unknown
    if not known.size:
        return np.nan, np.nan, np.nan
    place = _place(n, confidence)
    value = float(np.median(known))
    if place < 1:
        return value, np.nan, np.nan
    low = 0.0 if place <= unknown else float(known[place - 1 - unknown])
    last = n + 1 - place
    high = np.nan if last > known.size else max(float(known[last - 1]), value)
    return value, min(low, value), high


def _place(n: int, confidence: float) -> int:
    """The greatest k for which at most half of what lies outside falls below the k-th smallest of n values."""
    from scipy.special import bdtr

    places = np.arange(n // 2 + 1)
    return int(np.count_nonzero(bdtr(places, n, 0.5) <= (1 - confidence) / 2))
