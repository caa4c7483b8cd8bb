"""P-values that allow for how many questions were asked at once.

Both functions return *adjusted* p-values, to be held against the level itself: ``holm(p) <= 0.05``. A p-value that is
not known (NaN) stays so, and does not count as a question.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def holm(p_values: Any) -> Vector:
    """Adjusted for the chance of a single false alarm among all, under any dependence (Holm 1979)."""

    def adjust(ordered: Vector) -> Vector:
        return np.maximum.accumulate(ordered * np.arange(ordered.size, 0, -1))

    return _in_order(p_values, adjust)


def benjamini_hochberg(p_values: Any) -> Vector:
    """Adjusted for the expected share of false alarms among all alarms (Benjamini & Hochberg 1995).

    It holds for independent p-values and for positively dependent ones (Benjamini & Yekutieli 2001), as of columns that
    are correlated.
    """

    def adjust(ordered: Vector) -> Vector:
        scaled = ordered * ordered.size / np.arange(1, ordered.size + 1)
        return np.minimum.accumulate(scaled[::-1])[::-1]

    return _in_order(p_values, adjust)


def _in_order(p_values: Any, adjust: Any) -> Vector:
    p = np.asarray(p_values, dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise ValueError(f"p-values lie between 0 and 1; the smallest is {np.nanmin(p)}, the largest {np.nanmax(p)}")
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    adjusted[order] = np.minimum(adjust(p[order]), 1.0)
    return adjusted
