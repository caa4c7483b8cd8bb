"""Whatever holds a table, as a pandas frame; whatever holds one value a row, as a series."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import listing, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET = "target"  # the name of a target that has none of its own


def is_array_like(data: Any) -> bool:
    """Whether a table came without column names, as an array or lists do."""
    tables = (pd.DataFrame, pd.Series)
    return not (isinstance(data, tables) or hasattr(data, "to_pandas") or hasattr(data, "__dataframe__"))


def as_frame(data: Any, where: str, names: Sequence[str] | None = None) -> pd.DataFrame:
    """A frame of ``data``; the columns of an array are named x0, x1, … unless ``names`` are given."""
    if isinstance(data, pd.DataFrame):
        frame = data
    elif isinstance(data, pd.Series):
        frame = data.to_frame()
    elif hasattr(data, "to_pandas") or hasattr(data, "__dataframe__"):
        frame = _from_other_library(data, where)
    else:
        frame = _from_array(data, where, names)
    return _checked(frame, where)


def _checked(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    if isinstance(frame.columns, pd.MultiIndex):
        raise SubjectError(f"{where}: the columns have {frame.columns.nlevels} levels; give each column one name")
    twice = [name for name, count in Counter(frame.columns).items() if count > 1]
    if twice:
        raise SubjectError(f"{where}: columns of the same name: {listing(twice)}; rename or drop one of each")
    return frame


def _from_other_library(data: Any, where: str) -> pd.DataFrame:
    """A polars, pyarrow or similar table."""
    try:
        if hasattr(data, "to_pandas"):
            frame = data.to_pandas()
            return frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame)
    except ImportError:
        pass  # polars converts through pyarrow; without it, column by column below
    try:
        return pd.DataFrame({name: data[name].to_numpy() for name in data.columns})
    except Exception as error:
        raise SubjectError(
            f"{where}: a {type(data).__module__}.{type(data).__name__} cannot be made a pandas frame ({error}); "
            "convert it yourself"
        ) from error


def _from_array(data: Any, where: str, names: Sequence[str] | None) -> pd.DataFrame:
    if hasattr(data, "toarray") and hasattr(data, "nnz"):
        raise SubjectError(
            f"{where}: sparse matrices are not supported. Put the vectoriser into the model's pipeline and give the "
            "columns it starts from, or convert with .toarray() where that fits into memory"
        )
    if isinstance(data, str | bytes) or not hasattr(data, "__len__"):
        raise SubjectError(f"{where}: a {type(data).__name__} is not a table; give a frame or a two-dimensional array")
    try:
        array = np.asarray(data)
    except ValueError as error:
        raise SubjectError(f"{where}: the rows differ in length; give a frame or a two-dimensional array") from error
    if array.dtype.names:
        return pd.DataFrame.from_records(array)
    if array.ndim == 1 and array.dtype != object:
        array = array.reshape(-1, 1)
    if array.ndim != 2:
        raise SubjectError(
            f"{where}: an array of shape {array.shape} is not a table; reshape it to two dimensions, a row an example"
        )
    if names is not None and len(names) != array.shape[1]:
        raise SubjectError(f"{where}: {len(names)} column names for {array.shape[1]} columns")
    return pd.DataFrame(array, columns=list(names) if names else [f"x{place}" for place in range(array.shape[1])])


def as_series(values: Any, where: str, name: str | None = None) -> pd.Series[Any]:
    """One value a row, from a series, an array, a list or a table of a single column."""
    if isinstance(values, pd.Series):
        series = values
    elif isinstance(values, pd.DataFrame) or hasattr(values, "columns"):
        frame = as_frame(values, where)
        if frame.shape[1] != 1:
            raise SubjectError(
                f"{where}: the target must be one column, not {frame.shape[1]}: {listing(frame.columns)}"
            )
        series = frame.iloc[:, 0]
    elif hasattr(values, "to_pandas"):
        series = pd.Series(values.to_numpy(), name=getattr(values, "name", None))
    else:
        series = _series_of_array(values, where)
    own = series.name if series.name not in (None, "") else None
    chosen: Any = name if name is not None else (own if own is not None else TARGET)
    return series.rename(chosen)


def _series_of_array(values: Any, where: str) -> pd.Series[Any]:
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise SubjectError(f"{where}: a {type(values).__name__} is not a target; give one value a row")
    if isinstance(values, list | tuple):
        return pd.Series(list(values))
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise SubjectError(
            f"{where}: a target of shape {array.shape} is not one value a row; "
            "turn one-hot columns into labels with .argmax(axis=1)"
        )
    return pd.Series(array)


def plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as numpy compares it: categories as their values, nullable numbers without missing values as numbers."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, pd.api.extensions.ExtensionDtype) and not column.isna().any():
        if pd.api.types.is_bool_dtype(column.dtype):
            return column.astype(bool)
        if pd.api.types.is_integer_dtype(column.dtype):
            return column.astype("int64")
        if pd.api.types.is_float_dtype(column.dtype):
            return column.astype("float64")
    return column


def with_column(frame: pd.DataFrame, name: Any, values: Any) -> pd.DataFrame:
    """The frame with one column more, or another one of that name; the given frame stays as it is."""
    frame = frame.copy(deep=False)
    frame[name] = values
    return frame


def with_target(frame: pd.DataFrame, y: Any, name: str | None, where: str) -> tuple[pd.DataFrame, str]:
    """Features and target in one frame, and the name of the target there: ``name``, else its own.

    Raises
    ------
    SubjectError
        Their lengths differ, or the target stands among the features: a model that sees it shows nothing.
    """
    series = as_series(y, where, name)
    if len(series) != len(frame):
        raise SubjectError(f"{where}: {plural(len(frame), 'row')} of features and {len(series)} of the target")
    column, own = plain(series).array, str(series.name)
    if own in frame.columns:
        if name is not None or pd.Series(column).equals(plain(frame[own]).reset_index(drop=True)):
            raise SubjectError(f"{where}: the features hold the target, column {own!r}; drop it from them")
        # A target computed from a column bears that column's name.
        own = next(free for free in (TARGET, f"{own}_{TARGET}", f"{TARGET}_of_rows") if free not in frame.columns)
    return with_column(frame, own, column), own
