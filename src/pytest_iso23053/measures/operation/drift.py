"""How far one data set has moved from another, column by column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.column_profile import profile_column
from pytest_iso23053.measures.columns import columns_to_compare, quantities
from pytest_iso23053.measures.operation.bins import binned
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series_columns import of_columns
from pytest_iso23053.measures.spread import spread_of
from pytest_iso23053.stats.divergences import SortedPair, jensen_shannon_distance, population_stability_index
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.simultaneous import per_comparison
from pytest_iso23053.subjects.dataset import Dataset, as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

Distance = Callable[[Any, Any, float], tuple[float, float, float]]
TWO_SETS = ("reference", "production")


@measure(
    clause="7.6",
    aspect="drift",
    unit="nats",
    direction="lower",
    basis="C",
    limit="<= 0.25",
    range=(0.0, None),
    source="Siddiqi 2006 (below 0.1 no change, above 0.25 act); Yurdakul & Naranjo 2020 (distribution)",
    needs=TWO_SETS,
)
def psi(
    reference: Any, current: Any, *, column: str | None = None, bins: int = 10, confidence: float = 0.95
) -> Measurement:
    """Population stability index of a column, by default of the one that moved most.

    Numbers are cut at quantiles of the reference, other columns have a bin for each value, with one for all that are
    rare; missing values have a bin of their own. The value is biased upwards by (bins - 1)(1/n + 1/m); the interval is
    one of the true index.

    Parameters
    ----------
    reference, current : Dataset or frame
        The data to compare with, and those that may have moved.
    column : str, optional
        Any column. Left out: the feature with the largest index, which ``params["column"]`` names, with an interval
        that allows for having been picked. Free text and identifiers, of which no value is frequent, take no part, and
        are not defined (NaN) when asked for.
    bins : int, default 10
        Quantile bins of a numeric column.
    confidence : float, default 0.95
        Level of the interval, by inversion of the noncentral chi-square distribution.

    Raises
    ------
    ValueError
        The current data lack a feature of the reference.
    SubjectError
        There is no such column.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> before, after = random.normal(size=(1000, 2)), random.normal(size=(1000, 2)) + [0, 0.3]
    >>> measures.psi(before, after)
    psi = 0.118, 95 % interval 0.031 to 0.179, n = 1 000, column x1
    """

    def distance(before: Any, after: Any, level: float) -> tuple[float, float, float]:
        return population_stability_index(*binned(before, after, bins), level)

    return _worst(reference, current, column, confidence, distance, numeric=False, bins=bins)


@measure(
    clause="7.6",
    aspect="drift",
    unit="score",
    direction="lower",
    starting_point="<= 0.1",
    range=(0.0, 1.0),
    source="Lin 1991; Endres & Schindelin 2003",
    needs=TWO_SETS,
)
def jensen_shannon(
    reference: Any, current: Any, *, column: str | None = None, bins: int = 10, confidence: float = 0.95
) -> Measurement:
    """Jensen-Shannon distance (base 2) of a column, by default of the one that moved most: 0 equal, 1 disjoint.

    Parameters
    ----------
    reference, current, column, bins, confidence
        As for `psi`.

    Raises
    ------
    ValueError
        The current data lack a feature of the reference.
    SubjectError
        There is no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> before, after = pd.DataFrame({"plan": ["a", "b"] * 50}), pd.DataFrame({"plan": ["a"] * 80 + ["c"] * 20})
    >>> measures.jensen_shannon(before, after, column="plan") <= 0.1
    jensen_shannon <= 0.1 is not met: 0.58, 95 % interval 0.46 to 0.70, n = 100, column plan; \
the whole interval lies above the limit
    """

    def distance(before: Any, after: Any, level: float) -> tuple[float, float, float]:
        return jensen_shannon_distance(*binned(before, after, bins), level)

    return _worst(reference, current, column, confidence, distance, numeric=False, bins=bins)


@measure(
    clause="7.6",
    aspect="drift",
    unit="score",
    direction="lower",
    starting_point="<= 0.1",
    range=(0.0, 1.0),
    source="Smirnov 1939; Massart 1990 (bound)",
    needs=TWO_SETS,
)
def ks(reference: Any, current: Any, *, column: str | None = None, confidence: float = 0.95) -> Measurement:
    """Kolmogorov-Smirnov distance of a numeric column, by default of the one that moved most.

    The largest difference of the two distribution functions; missing values are left aside.

    Parameters
    ----------
    reference, current : Dataset or frame
        The data to compare with, and those that may have moved.
    column : str, optional
        A column of numbers or moments. Left out: the feature with the largest distance, which ``params["column"]``
        names, with an interval that allows for having been picked.
    confidence : float, default 0.95
        Least level of the interval, which is free of assumptions and conservative.

    Raises
    ------
    ValueError
        The column is not numeric, no feature is, or the current data lack a feature of the reference.
    SubjectError
        There is no such column.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.ks([[1], [2], [3], [4]], [[3], [4], [5], [6]]).value
    0.5
    """

    def distance(before: Any, after: Any, level: float) -> tuple[float, float, float]:
        return SortedPair(_known(before), _known(after)).kolmogorov_smirnov(level)

    return _worst(reference, current, column, confidence, distance, numeric=True)


@measure(
    clause="7.6",
    aspect="drift",
    unit="standard deviations",
    direction="lower",
    starting_point="<= 0.1",
    range=(0.0, None),
    source="Vaserstein 1969; Ramdas, Garcia Trillos & Cuturi 2017; interval: Gaussian isoperimetry (Borell 1975)",
    needs=TWO_SETS,
)
def wasserstein(
    reference: Any, current: Any, *, column: str | None = None, standardised: bool = True, confidence: float = 0.95
) -> Measurement:
    """Wasserstein-1 distance of a numeric column, by default of the one that moved most; missing values left aside.

    How far the values were moved on average, in standard deviations of the reference.

    Parameters
    ----------
    reference, current, column
        As for `ks`; of finite numbers.
    standardised : bool, default True
        False: in the column's own units, which needs a ``column``.
    confidence : float, default 0.95
        Least level of the interval, which is conservative.

    Raises
    ------
    ValueError
        The column is not numeric or holds infinities, no feature is numeric, the current data lack a feature of the
        reference, or columns of different units would be compared.
    SubjectError
        There is no such column.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.wasserstein([[1], [2], [3], [4]], [[3], [4], [5], [6]], column="x0", standardised=False).value
    2.0
    """
    if column is None and not standardised:
        raise ValueError("distances in different units cannot be compared: name the column, or leave standardised=True")

    def distance(before: Any, after: Any, level: float) -> tuple[float, float, float]:
        x, y = _known(before), _known(after)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("a column holds infinite values, from which every distance is infinite; clean them first")
        unit = _spread(x, y) if standardised else 1.0
        return SortedPair(x / unit, y / unit).wasserstein(level)

    measured = _worst(reference, current, column, confidence, distance, numeric=True, standardised=standardised)
    return measured if standardised else _in_own_unit(measured)


def _in_own_unit(measured: Measurement) -> Measurement:
    from dataclasses import replace

    return replace(measured, unit="column unit")


def _spread(x: Any, y: Any) -> float:
    """Standard deviation of the reference; of both together where it is constant."""
    for values in (x, np.concatenate([x, y])):
        if (spread := spread_of(values)) > 0:
            return spread
    return 1.0


def _known(column: Any) -> Any:
    values = quantities(column)
    return values[~np.isnan(values)]


def _worst(
    reference: Any,
    current: Any,
    column: Any,
    confidence: float,
    distance: Distance,
    *,
    numeric: bool,
    **params: Any,
) -> Measurement:
    """The largest distance of the columns; bounds of all of them hold at once, so that they bound the largest too."""
    before, after = as_dataset(reference), as_dataset(current)
    columns = columns_to_compare(before, after, column, numeric=numeric)
    level = per_comparison(checked_confidence(confidence), len(columns))
    found = np.array([distance(before.column(name), after.column(name), level) for name in columns])
    if column is None:
        taking_part = _take_part(found, numeric=numeric)
        columns, found = [name for name, part in zip(columns, taking_part, strict=True) if part], found[taking_part]
        params["columns"] = len(columns)
    name = columns[0]
    value, low, high = found[0]
    if len(columns) > 1 and not np.isnan(found[:, 0]).all():
        place = int(np.nanargmax(found[:, 0]))
        name = columns[place]
        value = found[place, 0]
        low = np.nanmax(found[:, 1]) if not np.isnan(found[:, 1]).all() else np.nan
        high = found[:, 2].max()  # unknown as soon as one column's is: a column without values may have moved anywhere
    return _between(before, after, (float(value), float(low), float(high), confidence), params, name)


def _take_part(found: Any, *, numeric: bool) -> Any:
    """Which columns are in the search: not those that are constant in both, nor those that cannot be binned.

    A column that lost all its values stays: nobody knows how far it moved, so that the largest distance is open too.
    """
    constant = (found[:, 0] == 0) & np.isnan(found[:, 2])
    text = np.isnan(found[:, 0]) & (not numeric)
    part = ~constant & ~text
    return part if part.any() else np.ones(len(found), dtype=bool)


def _between(
    before: Dataset,
    after: Dataset,
    found: tuple[float, float, float, float],
    params: dict[str, Any],
    column: Any,
) -> Measurement:
    value, low, high, confidence = found
    lies = [profile_column(dataset.column(column)) for dataset in (before, after)]
    return of_data(
        value,
        after.n,
        before,
        after,
        low=low,
        high=high,
        confidence=confidence,
        params={**params, "column": str(column)},
        series=of_columns(str(column), (before.name, after.name), lies),
    )
