"""The columns in which two data sets can be compared, and what kind they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.subjects.wording import listing

if TYPE_CHECKING:
    from pytest_iso23053.subjects.dataset import Dataset


def comparable(reference: Dataset, current: Dataset) -> list[Any]:
    """The features of the reference, all of which the current data must have.

    Raises
    ------
    ValueError
        Some are missing.
    """
    lacking = [column for column in reference.features if column not in set(current.features)]
    if lacking:
        raise ValueError(
            f"{current.where} lacks {listing(lacking)}, which {reference.where} has: the two are compared column by "
            "column; give both the same features, or name the column to compare"
        )
    return list(reference.features)


def columns_to_compare(reference: Dataset, current: Dataset, column: Any, *, numeric: bool) -> list[Any]:
    """The column asked for, or all features (of numbers only, where the distance is one of numbers).

    Raises
    ------
    ValueError
        The column is not numeric, or none is.
    SubjectError
        There is no such column.
    """
    if column is not None:
        both = [dataset.column(column) for dataset in (reference, current)]
        if numeric and not all(map(is_numeric, both)):
            raise ValueError(
                f"column {column!r} holds no numbers, which this distance is between; use psi or jensen_shannon"
            )
        return [column]
    chosen = comparable(reference, current)
    if not numeric:
        return chosen
    numbers = [name for name in chosen if is_numeric(reference.X[name]) and is_numeric(current.X[name])]
    if not numbers:
        raise ValueError(f"{reference.where} has no numeric feature; use psi or jensen_shannon, which take any column")
    return numbers


def is_numeric(column: pd.Series[Any]) -> bool:
    """Whether a column holds quantities: numbers that are no truth values, or moments."""
    types = pd.api.types
    number = types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column)
    return number or types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column)


# Arrow's moments and durations, which pandas does not convert to float by itself, as numpy's
_ARROW: dict[str, tuple[Any, str]] = {
    "M": (np.datetime64("NaT"), "datetime64[ns]"),
    "m": (np.timedelta64("NaT"), "timedelta64[ns]"),
}


def quantities(column: pd.Series[Any]) -> Any:
    """A numeric column as floats; moments in seconds since 1970, durations in seconds."""
    types = pd.api.types
    if isinstance(column.dtype, pd.ArrowDtype) and column.dtype.kind in _ARROW:
        missing, kind = _ARROW[column.dtype.kind]
        column = pd.Series(column.to_numpy(dtype=kind, na_value=missing))
    if types.is_datetime64_any_dtype(column):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column
        return (naive - pd.Timestamp(0)).dt.total_seconds().to_numpy(dtype=float)
    if types.is_timedelta64_dtype(column):
        return column.dt.total_seconds().to_numpy(dtype=float)
    return column.to_numpy(dtype=float, na_value=float("nan"))
