"""A value that has become much more frequent, or much rarer, among the many that have not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.pairs import between, pairs
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series_columns import of_columns
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.shares import smallest_share_ratio
from pytest_iso23053.stats.summaries.distribution import Distribution, aligned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.pairs import Pair

FREQUENT = 0.05  # one row in twenty, the margin of every measure of drift


@measure(
    clause="7.6",
    aspect="drift",
    unit="ratio",
    direction="higher",
    basis="P",
    limit=">= 0.5",
    range=(0.0, 1.0),
    source="Breck et al. 2019 (Data Validation); Zou & Donner 2008 (MOVER interval); Bonferroni over all values",
    needs=("reference", "production"),
    task="notice that a value has become frequent, or has all but gone",
)
def value_share_ratio(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """The smallest ratio between the shares of one value in two data sets, the larger share below.

    Compared is every value (a category, a code, a number that recurs) that at least one row in twenty has in either
    data set. A code that grew from two rows in a hundred to ten moves the whole column by 0.08, which `feature_drift`
    tells from its margin in thousands of rows; that it is five times as frequent shows in hundreds. The null is a ratio
    of 1, up to chance; the limit is the margin below it: no value has doubled or halved.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data to compare with, and those that may have moved.
    confidence : float, default 0.95
        Level at which the intervals of all values of all columns hold together.

    Returns
    -------
    Measurement
        ``params`` name the column and the value, and have both shares. Moments are left aside, missing values are for
        `missing_rate_change`, and numbers take part up to 8 192 different ones. The rows must be independent.

    Raises
    ------
    NotMeasurableError
        A ValueError: no value is that frequent, the two have no feature in common, or no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> before = pd.DataFrame({"plan": ["a"] * 490 + ["b"] * 490 + ["c"] * 20})
    >>> after = pd.DataFrame({"plan": ["a"] * 225 + ["b"] * 225 + ["c"] * 50})
    >>> measured = measures.value_share_ratio(before, after)
    >>> round(measured.value, 2), measured.params["value"], (measured >= 0.5).verdict
    (0.2, 'c', 'not met')
    """
    before, after, shared = pairs(reference, current)
    level = checked_confidence(confidence)
    compared = [(pair.name, *each) for pair in shared if not pair.is_time for each in _frequent(pair)]
    if not compared:
        raise NotMeasurableError(f"{before.where} and {after.where} have no value that one row in twenty has")
    k1, n, k2, m = (np.array([each[place] for each in compared], dtype=float) for place in (2, 3, 4, 5))
    found = smallest_share_ratio(k1, n, k2, m, level)
    column, value = compared[found.place][:2]
    params = {
        "column": str(column),
        "value": value,
        "share": round(float(k2[found.place] / m[found.place]), 4),
        "reference_share": round(float(k1[found.place] / n[found.place]), 4),
        "values": len(compared),
    }
    lies = of_columns(str(column), (before.name, after.name), [each.columns[column] for each in (before, after)])
    return between(before, after, found.value, params, low=found.low, high=found.high, confidence=level, series=lies)


def _frequent(pair: Pair) -> Iterator[tuple[str, int, int, int, int]]:
    """Each value that is frequent on either side: what it is, its rows and all rows before, and the same after."""
    before, after = pair.before, pair.after
    if before.quantity is not None and after.quantity is not None:
        if not (before.quantity.exact and after.quantity.exact):
            return
        keys, first, second, _ = aligned(before.quantity, after.quantity)
        n, m = before.quantity.n, after.quantity.n
        places = _often(first, n, second, m)
        names = [f"{value:.15g}" for value in Distribution(0, keys[places], first[places]).values.tolist()]
        first, second = first[places], second[places]
    elif before.distribution is None and after.distribution is None and before.categories and after.categories:
        level = max(before.categories.level, after.categories.level)
        one, other = before.categories.at(level).counts, after.categories.at(level).counts
        n, m = before.categories.rows, after.categories.rows
        names = [name for name in {**one, **other} if _often(one.get(name, 0), n, other.get(name, 0), m).size]
        first, second = (np.array([each.get(name, 0) for name in names]) for each in (one, other))
    else:
        return
    if n and m:
        yield from ((name, int(k), n, int(j), m) for name, k, j in zip(names, first, second, strict=True))


def _often(first: Any, n: int, second: Any, m: int) -> NDArray[np.int64]:
    return np.flatnonzero((np.asarray(first) >= FREQUENT * n) | (np.asarray(second) >= FREQUENT * m))
