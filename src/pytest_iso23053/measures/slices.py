"""Slices of a data set, to be searched for rows that are worse off: bands of every column, and of every pair of them.

A slice is one cell of a table: a band of one column (a quantile band, a category, «missing»), or the intersection of
two. All cells of a table are counted in one pass, so that thousands of slices cost no more than some hundred passes.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.columns import is_numeric, quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

FINE, COARSE = 10, 5  # bands of a column by itself, and within a pair
MOST_PAIRED = 40  # columns whose pairs are searched
LEAST_ROWS, LEAST_SHARE = 30, 0.02


@dataclass(frozen=True, eq=False)
class Banded:
    """One column cut into bands: ``codes`` of shape (n,) into ``labels``, which say what a band holds."""

    name: str
    codes: NDArray[np.int16]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """The cells of one column or of a pair, each with its code."""

    columns: tuple[Banded, ...]

    @property
    def size(self) -> int:
        """How many cells there are, empty ones included."""
        return int(np.prod([len(column.labels) for column in self.columns]))

    def codes(self, rows: Any = slice(None)) -> NDArray[np.int64]:
        """The cell of each row."""
        coded: NDArray[np.int64] = self.columns[0].codes[rows].astype(np.int64)
        for column in self.columns[1:]:
            coded = coded * len(column.labels) + column.codes[rows]
        return coded

    def described(self, cell: int) -> str:
        """What a cell holds: «25 <= age < 31 and job = 'cook'»."""
        labels = []
        for column in reversed(self.columns):
            cell, band = divmod(cell, len(column.labels))
            labels.append(column.labels[band])
        return " and ".join(reversed(labels))


@dataclass(frozen=True, eq=False)
class Slices:
    """All slices of a data set that hold enough rows; ``starts`` is where each table's cells begin."""

    n: int
    tables: tuple[Table, ...]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The number of each table's first cell."""
        return np.concatenate([[0], np.cumsum([table.size for table in self.tables])]).astype(np.int64)

    @cached_property
    def rows(self) -> NDArray[np.float64]:
        """How many rows each cell holds."""
        return self.sums(np.ones(self.n))

    @cached_property
    def searched(self) -> NDArray[np.int64]:
        """The cells that hold enough rows to say something about, and not all of them."""
        least = max(LEAST_ROWS, int(np.ceil(LEAST_SHARE * self.n)))
        return np.flatnonzero((self.rows >= least) & (self.rows < self.n))

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of ``values``, of shape (n,), over the rows of each cell."""
        active = np.flatnonzero(values)
        sparse = active.size < self.n // 2
        rows: Any = active if sparse else slice(None)
        weights = values[rows]
        if not self.tables:
            return np.zeros(0)
        return np.concatenate([np.bincount(table.codes(rows), weights, table.size) for table in self.tables])

    def memberships(self, rows: NDArray[np.int64]) -> Any:
        """A sparse matrix of shape (cells, rows): which of these rows lie in which cell."""
        from scipy.sparse import csr_matrix

        cells = np.concatenate(
            [table.codes(rows) + start for table, start in zip(self.tables, self.starts[:-1], strict=True)]
        )
        columns = np.tile(np.arange(rows.size), len(self.tables))
        shape = (int(self.starts[-1]), rows.size)
        return csr_matrix((np.ones(cells.size, dtype=np.float32), (cells, columns)), shape=shape)

    def mask(self, cell: int) -> NDArray[np.bool_]:
        """Which rows lie in a cell."""
        table, inside = self._located(cell)
        return np.asarray(table.codes() == inside, dtype=bool)

    def described(self, cell: int) -> str:
        """What a cell holds, in words."""
        table, inside = self._located(cell)
        return table.described(inside)

    def _located(self, cell: int) -> tuple[Table, int]:
        place = int(np.searchsorted(self.starts, cell, side="right")) - 1
        return self.tables[place], int(cell - self.starts[place])


_held: weakref.WeakKeyDictionary[Dataset, Slices] = weakref.WeakKeyDictionary()


def slices_of(dataset: Dataset) -> Slices:
    """The slices of a data set by its features and sensitive columns, made once.

    Of more than forty columns those beyond are searched by themselves, and not in pairs.
    """
    if dataset not in _held:
        columns = [*dataset.features, *(name for name in dataset.sensitive if name not in set(dataset.features))]
        fine = _useful(_banded(dataset, name, FINE) for name in columns)
        coarse = list(_useful(_banded(dataset, name, COARSE) for name in columns[:MOST_PAIRED]))
        tables = [*(Table((column,)) for column in fine), *(Table(pair) for pair in combinations(coarse, 2))]
        _held[dataset] = Slices(dataset.n, tuple(tables))
    return _held[dataset]


def _useful(columns: Iterator[Banded | None]) -> Iterator[Banded]:
    return (column for column in columns if column is not None and len(column.labels) > 1)


def _banded(dataset: Dataset, name: Any, most: int) -> Banded | None:
    column = dataset.column(name)
    if is_numeric(column):
        return _by_quantiles(str(name), column, most)
    return _by_category(str(name), column)


def _by_quantiles(name: str, column: pd.Series[Any], most: int) -> Banded | None:
    values = quantities(column)
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    edges = np.unique(np.quantile(known, np.arange(1, most) / most, method="higher"))
    edges = edges[edges > known.min()]
    codes = np.searchsorted(edges, values, side="right").astype(np.int16)
    written = [_written(edge, column) for edge in edges.tolist()]
    labels = [f"{low} <= {name} < {high}" for low, high in pairwise(written)]
    labels = [f"{name} < {written[0]}", *labels, f"{name} >= {written[-1]}"] if written else [f"{name} is known"]
    missing = ~np.isfinite(values)
    if missing.any():
        codes[missing] = len(labels)
        labels.append(f"{name} is missing")
    return Banded(name, codes, tuple(labels))


def _written(edge: float, column: pd.Series[Any]) -> str:
    if pd.api.types.is_datetime64_any_dtype(column):
        return str(pd.Timestamp(edge, unit="s").isoformat())
    if pd.api.types.is_timedelta64_dtype(column):
        return str(pd.Timedelta(edge, unit="s"))
    return f"{edge:.6g}"


def _by_category(name: str, column: pd.Series[Any]) -> Banded | None:
    try:
        codes, values = pd.factorize(column)
    except TypeError:  # cells that are lists or the like make no bands
        return None
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    if len(values) > 2 * FINE and counts.max(initial=0) < LEAST_ROWS:
        return None  # free text, identifiers
    kept = np.argsort(-counts, kind="stable")[: FINE - 1 if len(values) > FINE else FINE]
    labels = [f"{name} = {_plain(values[place])!r}" for place in kept.tolist()]
    band = np.full(len(values) + 1, len(labels), dtype=np.int16)  # the last is for missing cells, whose code is -1
    band[kept] = np.arange(len(kept), dtype=np.int16)
    if len(values) > len(kept):
        labels.append(f"{name} is one of {len(values) - len(kept)} rarer values")
    if (codes < 0).any():
        band[-1] = len(labels)
        labels.append(f"{name} is missing")
    return Banded(name, band[codes], tuple(labels))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
