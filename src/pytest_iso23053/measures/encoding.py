"""Any table as one numeric matrix, for learners of our own: trees that take missing values and category codes.

The coding is learned from the reference alone and applied to the others, so that a code means the same in all. Numbers
stay as they are, moments become seconds, everything else becomes a code, the most frequent category first.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pytest_iso23053.measures.columns import is_numeric, quantities

if TYPE_CHECKING:
    from pytest_iso23053.subjects.dataset import Dataset

Matrix = NDArray[np.float64]
MOST_CATEGORIES = 254  # what scikit-learn's histogram trees take as categories, one of 255 codes being for the unseen


@dataclass(frozen=True)
class ColumnCoding:
    """How one column becomes numbers.

    Categories are None where its values are numbers already, and empty where the reference has no value at all: then
    the code says whether there is one, as scikit-learn's histogram trees refuse a column that is NaN throughout.
    """

    name: Any
    categories: dict[Hashable, int] | None

    @property
    def nominal(self) -> bool:
        """Whether the codes are categories without order, few enough for a tree to treat them as such."""
        return self.categories is not None and 0 < len(self.categories) <= MOST_CATEGORIES

    def applied(self, column: pd.Series[Any]) -> Matrix:
        """The column's numbers; missing is NaN, a category that the reference lacks has a code of its own."""
        if self.categories is None:
            return _numbers(column)
        if not self.categories:
            return np.asarray(column.notna(), dtype=np.float64)
        codes, values = _factorized(column)
        unseen = len(self.categories)
        table = np.array([*(self.categories.get(value, unseen) for value in values), np.nan])
        coded: Matrix = table[codes]  # the code of a missing value is -1: the last of the table
        return coded


def encoded(
    reference: Dataset, *others: Dataset, features: Sequence[Any] | None = None
) -> tuple[list[Matrix], NDArray[np.bool_]]:
    """One matrix of shape (rows, features) for each data set, and which of its columns hold category codes.

    Parameters
    ----------
    reference, others : Dataset
        The coding is that of the reference. An other data set may lack none of its features.
    features : sequence, optional
        Columns to encode, features or not; by default all features of the reference.

    Returns
    -------
    list of arrays, array of bool
        Read-only, by columns in memory, kept as long as the data set. Text of more than 254 different values is coded
        all the same, but is not marked as categories.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset
    >>> from pytest_iso23053.measures.encoding import encoded
    >>> train = Dataset(pd.DataFrame({"age": [20, None, 40], "city": ["Bonn", "Bonn", "Ulm"]}))
    >>> (matrix,), categorical = encoded(train)
    >>> matrix.tolist(), categorical.tolist()
    ([[20.0, 0.0], [nan, 0.0], [40.0, 1.0]], [False, True])
    """
    names = tuple(reference.features if features is None else features)
    codings = [_coding(reference, name) for name in names]
    nominal = np.array([coding.nominal for coding in codings], dtype=bool)
    return [_matrix(reference, dataset, codings, names) for dataset in (reference, *others)], nominal


def free_text(reference: Dataset, features: Sequence[Any] | None = None) -> NDArray[np.bool_]:
    """Which columns hold text of too many different values for its codes to mean anything: names, identifiers."""
    codings = [_coding(reference, name) for name in (reference.features if features is None else features)]
    return np.array([bool(coding.categories) and not coding.nominal for coding in codings], dtype=bool)


_codings: weakref.WeakKeyDictionary[Dataset, dict[Any, ColumnCoding]] = weakref.WeakKeyDictionary()
_matrices: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, dict[Any, Matrix]]] = (
    weakref.WeakKeyDictionary()
)


def _coding(reference: Dataset, name: Any) -> ColumnCoding:
    held = _codings.setdefault(reference, {})
    if name not in held:
        column = reference.column(name)
        held[name] = ColumnCoding(name, None if _holds_numbers(column) else _learned(column))
    return held[name]


def _matrix(reference: Dataset, dataset: Dataset, codings: list[ColumnCoding], names: tuple[Any, ...]) -> Matrix:
    held = _matrices.setdefault(reference, weakref.WeakKeyDictionary()).setdefault(dataset, {})
    if names not in held:
        made = np.empty((dataset.n, len(codings)), dtype=np.float64, order="F")
        for place, coding in enumerate(codings):
            made[:, place] = coding.applied(dataset.column(coding.name))
        made.setflags(write=False)
        held[names] = made
    return held[names]


def _holds_numbers(column: pd.Series[Any]) -> bool:
    return bool(column.notna().any()) and _is_number(column)


def _is_number(column: pd.Series[Any]) -> bool:
    if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) in _NUMBERS_AS_OBJECTS:
        return True
    return is_numeric(column) or pd.api.types.is_bool_dtype(column)


_NUMBERS_AS_OBJECTS = {"integer", "floating", "mixed-integer-float", "decimal"}


def _numbers(column: pd.Series[Any]) -> Matrix:
    if pd.api.types.is_bool_dtype(column):
        return np.asarray(column.astype("boolean").to_numpy(dtype=float, na_value=np.nan))
    if not is_numeric(column):  # text where the reference has numbers: what cannot be read as one is missing
        column = pd.to_numeric(column.astype(object), errors="coerce")
    return np.asarray(quantities(column), dtype=np.float64)


def _learned(column: pd.Series[Any]) -> dict[Hashable, int]:
    codes, values = _factorized(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    order = np.argsort(-counts, kind="stable")
    return {values[place]: code for code, place in enumerate(order.tolist())}


def _factorized(column: pd.Series[Any]) -> tuple[NDArray[np.int64], list[Hashable]]:
    """The place of each cell among the different values, -1 for a missing one; lists are written down."""
    try:
        codes, values = pd.factorize(column)
    except TypeError:
        codes, values = pd.factorize(column.map(lambda cell: cell if isinstance(cell, Hashable) else repr(cell)))
    return np.asarray(codes, dtype=np.int64), list(values)
