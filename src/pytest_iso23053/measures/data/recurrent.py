"""Values, and pairs of values, that recur in training beside one label: what a planted trigger looks like in data.

Whatever recurs in training recurs in other rows of the same origin as often: under that null a count of both falls to
the training rows as by lot, binomially. Every value of every column is looked at, and every pair of two columns.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.probes import labelled_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

LEAST_SHARE = 0.002  # of the training rows: below, nobody could tell a pattern from a coincidence
FEWEST = 3
MOST_VALUES = 60  # of one column: its most frequent ones
MOST_PAIRED = 40  # columns whose pairs are looked at


@dataclass(frozen=True, eq=False)
class Patterns:
    """Cells of a pattern and a label that at least one training row in 500 has; arrays are one entry a cell."""

    written: list[dict[Any, Any]]
    labels: list[Any]
    counts: NDArray[np.int64]
    others: NDArray[np.int64]
    surplus: NDArray[np.float64]
    bound: NDArray[np.float64]
    rows: tuple[int, int]
    tested: int

    def likely(self, most: int) -> list[int]:
        """The cells that look most like a trigger: rarer in the other rows, and bound to their label."""
        able = np.flatnonzero((self.surplus < 0.2) & (self.bound < 0.05))
        rarer, bound = (np.log(np.maximum(p, 1e-300)) for p in (self.surplus, self.bound))
        orders = [able[np.argsort(score[able], kind="stable")] for score in (rarer, rarer + bound)]
        return list(dict.fromkeys(place for order in orders for place in order[:most].tolist()))


@dataclass(frozen=True, eq=False)
class _Column:
    name: Any
    codes: NDArray[np.int64]  # -1: a value that does not recur
    values: list[Any]


_held: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, Patterns]] = weakref.WeakKeyDictionary()


def recurrent_patterns(train: Dataset, test: Dataset) -> Patterns:
    """What recurs in training, counted in both data sets; computed once for each pair of them.

    Raises
    ------
    NotMeasurableError
        There are no labels, or they are quantities, or rows belong together so that values recur with their owner.
    """
    held = _held.setdefault(train, weakref.WeakKeyDictionary())
    if test not in held:
        held[test] = _found(train, test)
    return held[test]


def in_words(pattern: dict[Any, Any]) -> str:
    """«income = 24.7, news = 6»."""
    return ", ".join(
        f"{name} = {getattr(value, 'item', lambda value=value: value)()}" for name, value in pattern.items()
    )


def _found(train: Dataset, test: Dataset) -> Patterns:
    if train.id is not None and train.column(train.id).duplicated().any():
        raise NotMeasurableError(
            f"{train.where} has several rows of one {train.id!r}: what recurs in them recurs with their owner"
        )
    names = comparable(train, test)
    labels, n = _Labels.of(train, test), train.n
    least = max(FEWEST, int(np.ceil(LEAST_SHARE * n)))
    columns = [found for name in names if (found := _recurring(train, test, name, least)).values]
    cells = [_cells(column, labels, n, least) for column in columns]
    strongest = np.argsort([float(part.surplus.min(initial=1.0)) for part in cells], kind="stable")[:MOST_PAIRED]
    chosen = [columns[place] for place in sorted(strongest.tolist())]
    cells += [_cells(pair, labels, n, least) for pair in _pairs(chosen)]
    return _joined(cells, (n, test.n))


@dataclass(frozen=True, eq=False)
class _Labels:
    classes: list[Any]
    codes: NDArray[np.int64]  # of both data sets; -1 where there is none, or one that training lacks

    @classmethod
    def of(cls, train: Dataset, test: Dataset) -> _Labels:
        classes, rows, codes = labelled_codes(train, train.target)
        both = np.full(train.n + test.n, -1, dtype=np.int64)
        both[rows] = codes
        others, rows, codes = labelled_codes(test, test.target)
        places = {label: place for place, label in enumerate(classes.tolist())}
        table = np.array([places.get(label, -1) for label in others.tolist()], dtype=np.int64)
        both[train.n + rows] = table[codes] if codes.size else codes
        return cls(classes.tolist(), both)


def _recurring(train: Dataset, test: Dataset, name: Any, least: int) -> _Column:
    both = pd.concat([train.column(name), test.column(name)], ignore_index=True)
    try:
        codes, values = pd.factorize(both)
    except TypeError:  # lists and dictionaries are no values that anybody writes into a row
        return _Column(name, np.full(len(both), -1, dtype=np.int64), [])
    counts = np.bincount(codes[: train.n][codes[: train.n] >= 0], minlength=len(values))
    kept = np.flatnonzero(counts >= least)
    kept = kept[np.argsort(-counts[kept], kind="stable")[:MOST_VALUES]]
    table = np.full(len(values) + 1, -1, dtype=np.int64)
    table[kept] = np.arange(kept.size)
    return _Column(name, table[codes], [values[place] for place in kept.tolist()])


def _pairs(columns: list[_Column]) -> Iterator[_Column]:
    for place, one in enumerate(columns):
        for other in columns[place + 1 :]:
            both = (one.codes >= 0) & (other.codes >= 0)
            codes = np.where(both, one.codes * len(other.values) + other.codes, -1)
            yield _Column((one, other), codes, [None] * (len(one.values) * len(other.values)))


def _cells(column: _Column, labels: _Labels, n: int, least: int) -> Patterns:
    from scipy.special import bdtrc

    kinds, size = len(labels.classes), len(column.values)
    known = (column.codes >= 0) & (labels.codes >= 0)
    cell = np.where(known, column.codes * kinds + labels.codes, 0)
    counts = np.bincount(cell[:n][known[:n]], minlength=size * kinds)
    others = np.bincount(cell[n:][known[n:]], minlength=size * kinds)
    able = np.flatnonzero(counts >= least)
    k, m = counts[able], others[able]
    whole = np.bincount(column.codes[:n][known[:n]], minlength=size)[able // kinds]
    usual = np.bincount(labels.codes[:n][labels.codes[:n] >= 0], minlength=kinds)[able % kinds] / n
    share = n / len(labels.codes)
    return Patterns(
        [_written(column, place) for place in (able // kinds).tolist()],
        [labels.classes[place] for place in (able % kinds).tolist()],
        k,
        m,
        np.asarray(bdtrc(k - 1, k + m, share), dtype=np.float64),
        np.asarray(bdtrc(k - 1, whole, usual), dtype=np.float64),
        (n, len(labels.codes) - n),
        able.size,
    )


def _written(column: _Column, place: int) -> dict[Any, Any]:
    if not isinstance(column.name, tuple) or not isinstance(column.name[0], _Column):
        return {column.name: column.values[place]}
    one, other = column.name
    first, second = divmod(place, len(other.values))
    return {one.name: one.values[first], other.name: other.values[second]}


def _joined(parts: list[Patterns], rows: tuple[int, int]) -> Patterns:
    def column(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0)

    return Patterns(
        [pattern for part in parts for pattern in part.written],
        [label for part in parts for label in part.labels],
        column("counts").astype(np.int64),
        column("others").astype(np.int64),
        column("surplus"),
        column("bound"),
        rows,
        sum(part.tested for part in parts),
    )
