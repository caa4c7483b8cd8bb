"""Counts of two samples of a column in common bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.measures.spread import bounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_COUNT = 10  # five on each side, the usual least for a chi-square
Counts = tuple["NDArray[np.int64]", "NDArray[np.int64]"]


def binned(reference: pd.Series[Any], current: pd.Series[Any], bins: int = 10) -> Counts:
    """Counts in bins at quantiles of the reference, or in one bin a value; missing values make a bin of their own.

    A column of numbers with no more different values than bins is taken value by value: quantiles of a 0/1 column
    coincide, and a bin between two of them would hide that 0 became 1. Of other columns, values with fewer than ten
    rows in both samples share a bin: their counts are too small to compare. Where that leaves no other bin, as of free
    text and identifiers, there is nothing to count, and both counts are empty.
    """
    if bins < 2:
        raise ValueError(f"bins = {bins}: at least two are needed to see anything move")
    if not (is_numeric(reference) and is_numeric(current)):
        return _by_value(_comparable(reference), _comparable(current))
    x, y = quantities(reference), quantities(current)
    known = x[~np.isnan(x)]
    if len(np.unique(known[: 50 * bins])) <= bins and len(np.unique(known)) <= bins:
        return _by_known_value(x, y)
    edges = np.unique(np.quantile(bounded(known), np.arange(1, bins) / bins))
    return _counted(_placed(x, edges), len(edges) + 2), _counted(_placed(y, edges), len(edges) + 2)


def _placed(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))


def _by_known_value(x: NDArray[np.float64], y: NDArray[np.float64]) -> Counts:
    """A bin for each value of the reference, one for the values it does not have, one for missing ones."""
    values = np.unique(x[~np.isnan(x)])

    def places(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
        at = np.searchsorted(values, numbers)
        found = (at < len(values)) & (values[np.minimum(at, len(values) - 1)] == numbers) if len(values) else at < 0
        return np.where(np.isnan(numbers), len(values) + 1, np.where(found, at, len(values)))

    return _counted(places(x), len(values) + 2), _counted(places(y), len(values) + 2)


def _by_value(reference: pd.Series[Any], current: pd.Series[Any]) -> Counts:
    codes, values = pd.factorize(pd.concat([reference, current], ignore_index=True))
    codes = np.where(codes < 0, len(values), codes)
    counts = np.vstack([_counted(part, len(values) + 1) for part in np.split(codes, [len(reference)])])
    rare = counts.sum(axis=0) < LEAST_COUNT
    if rare.all():
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    before, after = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    return before, after


def _comparable(column: pd.Series[Any]) -> pd.Series[Any]:
    """Cells as objects, so that a category equals its text, and whatever cannot be hashed as its text."""
    cells = column.astype(object)
    try:
        pd.factorize(cells)
    except TypeError:
        return cells.map(repr)
    return cells


def _counted(places: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.bincount(places, minlength=size)
