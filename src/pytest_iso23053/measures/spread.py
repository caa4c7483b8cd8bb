"""The spread of numbers that may be infinite, or so large that their squares are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SQUARES_FIT = 1e150
LARGEST = 8e307  # the difference of two such numbers still is a number


def mean_and_spread(values: Any) -> tuple[float, float]:
    """Mean and standard deviation of the finite ones among the values; 0 and 0 where there is none.

    Examples
    --------
    >>> from pytest_iso23053.measures.spread import mean_and_spread
    >>> mean_and_spread([1.0, 3.0, float("inf"), float("nan")])
    (2.0, 1.0)
    """
    given = np.asarray(values, dtype=np.float64)
    finite = given[np.isfinite(given)]
    if not finite.size:
        return 0.0, 0.0
    most = max(float(finite.max()), -float(finite.min()))
    unit = most if most > SQUARES_FIT else 1.0
    if unit > 1.0:
        finite = finite / unit
    return float(finite.mean()) * unit, float(finite.std()) * unit


def spread_of(values: Any) -> float:
    """The standard deviation of the finite ones among the values; 0 where there is none."""
    return mean_and_spread(values)[1]


def bounded(values: Any) -> NDArray[np.float64]:
    """Infinite numbers as the largest, so that quantiles can lie between two of them; missing ones stay so."""
    return np.clip(np.asarray(values, dtype=np.float64), -LARGEST, LARGEST)
