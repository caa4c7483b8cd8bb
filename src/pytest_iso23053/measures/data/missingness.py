"""Values that are missing more often, or less, than they used to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.data.schema import TWO_SETS, VALIDATION
from pytest_iso23053.measures.pairs import between, pairs, worst_first
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.discoveries import discoveries
from pytest_iso23053.stats.intervals import checked_confidence, newcombe
from pytest_iso23053.stats.simultaneous import per_comparison

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

MARGIN = 0.01


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.01",
    range=(0.0, 1.0),
    source=f"{VALIDATION}; Newcombe 1998 (interval, method 10); Benjamini & Yekutieli 2005 (selected intervals)",
    needs=TWO_SETS,
    task="notice that values have begun to be missing",
)
def missing_rate_change(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """Difference in the share of missing values between two data sets, in the feature where it is largest.

    Both directions count: values that are no longer missing have been filled in by somebody. The limit is a margin of
    one row in a hundred over no difference at all, at which rows drawn alike stand.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data to compare with, and other data.
    confidence : float, default 0.95
        One minus the expected share of false alarms among the columns that lie above the margin; the bounds allow for
        the choice among columns.

    Returns
    -------
    Measurement
        Exactly 0 where neither lacks a single value. ``params`` name the columns above the margin, with their
        differences.

    Raises
    ------
    NotMeasurableError
        The two have no feature in common, or no rows.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> train, test = [[1.0, x] for x in range(200)], [[1.0, None if x % 4 else x] for x in range(200)]
    >>> measures.missing_rate_change(train, test)
    missing_rate_change = 0.750, 95 % interval 0.672 to 0.812, n = 200, column x1
    """
    level = checked_confidence(confidence)
    before, after, shared = pairs(reference, current)
    if not any(pair.before.missing or pair.after.missing for pair in shared):
        return between(before, after, 0.0, {"columns": len(shared)})
    missing = np.array([(pair.before.missing, pair.after.missing) for pair in shared]).T
    differences = missing[1] / after.rows - missing[0] / before.rows

    def bounds(at: float) -> tuple[Any, Any]:
        low, high = newcombe(missing[1], after.rows, missing[0], before.rows, at)
        return np.maximum(np.maximum(low, -high), 0.0), np.maximum(np.abs(low), np.abs(high))

    found, at = discoveries(lambda chosen: bounds(chosen)[0], len(shared), MARGIN, level)
    place = int(np.argmax(np.abs(differences)))
    low = bounds(at)[0][place]
    high = max(bounds(per_comparison(level, len(shared)))[1].max(), low)
    params = {
        "column": str(shared[place].name) if differences[place] else None,
        "changes": worst_first({shared[column].name: float(differences[column]) for column in found}),
        "columns": len(shared),
    }
    value = float(abs(differences[place]))
    return between(
        before, after, value, params, low=min(float(low), value), high=max(float(high), value), confidence=level
    )
