"""One column, summarised in one pass: what kind of values it holds, how many are missing, and how they are spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.stats.summaries.categories import Categories
from pytest_iso23053.stats.summaries.distribution import Distribution
from pytest_iso23053.stats.summaries.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER, TRUTH, MOMENT, DURATION, TEXT, OTHER = "number", "truth value", "moment", "duration", "text", "object"
# What pandas infers of a column of Python objects that are all of one kind, and can be read as such.
_INFERRED = {
    "integer": NUMBER,
    "floating": NUMBER,
    "mixed-integer-float": NUMBER,
    "decimal": NUMBER,
    "boolean": TRUTH,
    "string": TEXT,
    "datetime": MOMENT,
    "datetime64": MOMENT,
    "date": MOMENT,
    "timedelta": DURATION,
    "timedelta64": DURATION,
}


@dataclass(frozen=True)
class ColumnProfile:
    """The summary of one column; those of two parts are added.

    Parameters
    ----------
    rows, missing : int
        All rows, and those without a value (NaN, None, NaT, NA).
    kinds : Mapping
        Kind → rows: ``number``, ``truth value``, ``moment``, ``duration``, ``text``, ``object``.
    moments, distribution
        Of numbers; moments in seconds since 1970, durations in seconds.
    categories
        Of everything else.
    """

    rows: int = 0
    missing: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    moments: Moments = field(default_factory=Moments)
    distribution: Distribution | None = None
    categories: Categories | None = None

    def __add__(self, other: Any) -> ColumnProfile:
        if not isinstance(other, ColumnProfile):
            return NotImplemented
        return ColumnProfile(
            self.rows + other.rows,
            self.missing + other.missing,
            dict(Counter(self.kinds) + Counter(other.kinds)),
            self.moments + other.moments,
            _sum(self.distribution, other.distribution),
            _sum(self.categories, other.categories),
        )

    @property
    def known(self) -> int:
        """Rows with a value."""
        return self.rows - self.missing

    @property
    def kind(self) -> str:
        """The kind of most values; empty where there is none."""
        return max(self.kinds, key=lambda kind: self.kinds[kind]) if self.kinds else ""

    @property
    def quantity(self) -> Distribution | None:
        """The distribution, where every value is a number; else None."""
        return self.distribution if self.categories is None else None

    @property
    def distinct(self) -> int:
        """How many different values there are; an estimate where there are many."""
        numbers = 0 if self.distribution is None else len(self.distribution.keys)
        return numbers + (0 if self.categories is None else self.categories.distinct)


def _sum(first: Any, second: Any) -> Any:
    return second if first is None else first if second is None else first + second


def profile_column(column: pd.Series[Any]) -> ColumnProfile:
    """Summarise a column of any type; nothing of it is kept but the summary."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _of_category(column)
    if pd.api.types.is_bool_dtype(column.dtype):
        return _of_texts(TRUTH, column, len(column))
    if is_numeric(column):
        return _of_numbers(_kind_of_type(column), column)
    if column.dtype == object:
        return _of_objects(column)
    return _of_texts(TEXT if pd.api.types.is_string_dtype(column.dtype) else OTHER, column, len(column))


def _kind_of_type(column: pd.Series[Any]) -> str:
    if pd.api.types.is_datetime64_any_dtype(column):
        return MOMENT
    return DURATION if pd.api.types.is_timedelta64_dtype(column) else NUMBER


def _of_numbers(kind: str, column: pd.Series[Any]) -> ColumnProfile:
    values = quantities(column)
    ordered = np.sort(values)  # missing ones last
    missing = int(np.isnan(ordered[np.searchsorted(ordered, np.inf, side="right") :]).sum()) if ordered.size else 0
    ordered = ordered[: ordered.size - missing]
    return ColumnProfile(
        len(column), missing, _kinds(kind, ordered.size), Moments.of(ordered), Distribution.of_sorted(ordered)
    )


def _of_category(column: pd.Series[Any]) -> ColumnProfile:
    values = column.cat.categories
    codes = column.cat.codes.to_numpy()
    missing = int((codes < 0).sum())
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return profile_column(column.astype(values.dtype) if not missing else column.astype(object))
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    known = counts > 0
    texts = [str(value) for value, held in zip(values, known, strict=True) if held]
    categories = Categories.of(texts, counts[known])
    return ColumnProfile(len(column), missing, _kinds(TEXT, categories.rows), categories=categories)


def _of_texts(kind: str, column: pd.Series[Any], rows: int) -> ColumnProfile:
    """Values of one kind that are counted by their text."""
    try:
        codes, values = pd.factorize(column)
    # Lists and dictionaries cannot be hashed, and numbers beyond any float not be held by pandas 2; all can be written.
    except (TypeError, OverflowError):
        codes, values = pd.factorize(column.map(repr, na_action="ignore"))
    missing = int((codes < 0).sum())
    counts = np.bincount(codes[codes >= 0] if missing else codes, minlength=len(values))
    categories = Categories.of([str(value) for value in values], counts)
    return ColumnProfile(rows, missing + rows - len(column), _kinds(kind, categories.rows), categories=categories)


def _of_objects(column: pd.Series[Any]) -> ColumnProfile:
    """Python objects: as the kind that they all are, else each kind by itself."""
    kind = _INFERRED.get(pd.api.types.infer_dtype(column, skipna=True))
    if kind == TEXT:
        return _of_texts(TEXT, column, len(column))
    known = column.dropna()
    whole = ColumnProfile(len(column) - len(known), len(column) - len(known))
    if not len(known):
        return whole
    if kind is not None:
        return whole + _of_one_kind(kind, known)
    kinds = known.map(_kind_of_cell)
    for found in pd.unique(kinds):
        whole += _of_one_kind(str(found), known[kinds == found])
    return whole


def _of_one_kind(kind: str, cells: pd.Series[Any]) -> ColumnProfile:
    """Cells of one kind, none of them missing."""
    try:
        if kind == NUMBER:
            return _of_numbers(NUMBER, cells.astype(np.float64))
        if kind == MOMENT:
            return _of_numbers(MOMENT, pd.to_datetime(cells, utc=True))
        if kind == DURATION:
            return _of_numbers(DURATION, pd.to_timedelta(cells))
    except (TypeError, ValueError, OverflowError):  # a number too long for a float, a year pandas does not know
        return _of_texts(OTHER, cells, len(cells))
    return _of_texts(kind, cells, len(cells))


def _kind_of_cell(cell: object) -> str:
    inferred = pd.api.types.infer_dtype([cell], skipna=False)
    return _INFERRED.get(inferred, OTHER)


def _kinds(kind: str, rows: int) -> dict[str, int]:
    return {kind: int(rows)} if rows else {}
