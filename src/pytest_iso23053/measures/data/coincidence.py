"""Which rows coincide, and how many of them would by chance.

Rows of a table with few, coarse columns are equal without anything being wrong. How often is read off the table itself,
from the rows that *nearly* coincide: two rows that are equal by chance have about as many neighbours that differ in one
column as that column's values allow, while a row that was copied has no more neighbours than any other. With the odds
o_k that column k agrees where the others do, a row of h neighbours that differ from it in one column alone is expected
to be met λ = h / Σ 1/o_k more times. The odds are those of pairs that differ in exactly two columns against pairs that
differ in one (the table's own dependence is in them), which is Lincoln and Petersen's estimate of a population by
recapture, column by column.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

    Hashes = NDArray[np.uint64]

ACTIVE = 10  # columns from which the odds are read: those in which most neighbours differ
_EXACT_FLOAT = 2.0**53
_held: weakref.WeakKeyDictionary[Dataset, Any] = weakref.WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Coincidences:
    """How many rows repeat an earlier one, and how many other rows chance lets each row meet, in the mean."""

    repeats: int
    rates: NDArray[np.float64]

    @property
    def expected(self) -> float:
        """Rows that would repeat an earlier one by chance: each meets a Poisson number of others."""
        safe = np.maximum(self.rates, 1e-12)
        return float(np.sum(1 + np.expm1(-safe) / safe))

    def recurring(self, safety: float = 1.0) -> float:
        """Rows that would meet at least one other by chance, at rates that much larger."""
        return float(np.sum(-np.expm1(-safety * self.rates)))


def hashed(frame: pd.DataFrame) -> Hashes:
    """64 bits for each cell, of shape (columns, rows): equal cells have equal bits in any frame."""
    if not frame.shape[1]:
        return np.zeros((0, len(frame)), dtype=np.uint64)
    names = [str(name) for name in frame.columns]
    salts = pd.util.hash_array(np.array(names, dtype=object), categorize=False)
    return np.stack([_mixed(_cells(frame.iloc[:, place]) ^ salts[place]) for place in range(len(names))])


def row_sums(cells: Hashes) -> Hashes:
    """One key for each row; taking a column's cells off it again gives the key of the others."""
    total: Hashes = np.asarray(cells.sum(axis=0, dtype=np.uint64))
    return total


def hashes_of(dataset: Dataset) -> Hashes:
    """The cells of the features, hashed once for each data set."""
    if dataset not in _held:
        _held[dataset] = hashed(dataset.X)
    found: Hashes = _held[dataset]
    return found


def sizes(keys: Hashes) -> NDArray[np.int64]:
    """How many rows have the same key as each row, itself included."""
    codes = pd.factorize(keys)[0]
    return np.bincount(codes)[codes] if len(codes) else np.zeros(0, dtype=np.int64)


def among(keys: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Which keys are among the known ones."""
    return pd.Series(keys).isin(known).to_numpy(dtype=bool)


def coincidences(cells: Hashes) -> Coincidences:
    """Count the rows that repeat one another, and estimate how many would by chance; cells as from `hashed`."""
    whole = row_sums(cells)
    n, own = cells.shape[1], sizes(whole)
    alone = [sizes(whole - column) for column in cells]
    odds = _odds(cells, whole, own, alone)
    neighbours: NDArray[np.float64] = np.zeros(n)
    for place in odds:
        neighbours += alone[place] - own
    scale = sum(1 / odd for odd in odds.values())
    return Coincidences(repeats(own), neighbours / scale if scale else neighbours)


def _odds(cells: Hashes, whole: Hashes, own: Any, alone: list[Any]) -> dict[int, float]:
    """Odds that a column agrees where all others do, of the columns in which most neighbours differ."""
    one = np.array([float(np.sum(size - own)) for size in alone])
    active = [int(place) for place in np.argsort(-one, kind="stable")[:ACTIVE] if one[place] > 0]
    agree, differ = dict.fromkeys(active, 0.5), dict.fromkeys(active, 0.5)
    for j, k in itertools.combinations(active, 2):
        both = float(np.sum(sizes(whole - cells[j] - cells[k]) - alone[j] - alone[k] + own))
        for place, other in ((j, k), (k, j)):
            agree[place] += one[other]
            differ[place] += both
    if len(active) == 1:  # nothing but the column itself tells how often its values meet
        agree[active[0]], differ[active[0]] = _meeting(cells[active[0]])
    return {place: agree[place] / differ[place] for place in active}


def _meeting(column: Hashes) -> tuple[float, float]:
    n = len(column)
    met = float(np.sum(sizes(column) - 1)) / max(n * (n - 1), 1)
    return max(met, 1e-12), max(1 - met, 1e-12)


def repeats(size: Any) -> int:
    """Rows that repeat an earlier one."""
    return round(float(np.sum(1 - 1 / size))) if len(size) else 0


def _mixed(bits: Hashes) -> Hashes:
    """Splitmix64's finaliser: the sum of a row's cells is then as good as random."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(31))


def _cells(column: pd.Series[Any]) -> Hashes:
    types = pd.api.types
    if types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.DatetimeTZDtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None) if column.dt.tz is not None else column
        return naive.to_numpy(dtype="datetime64[us]").view(np.uint64)
    if types.is_numeric_dtype(column) and not types.is_complex_dtype(column) and not _is_long(column):
        return _of_numbers(column.to_numpy(dtype=np.float64, na_value=np.nan))
    codes, values = pd.factorize(column.astype(object).map(_plain) if column.dtype == object else column.astype(object))
    missing = np.uint64(0x7FF8000000000000)  # as the missing number
    table = np.concatenate([_of_objects(np.asarray(values, dtype=object)), [missing]])
    return table[codes]


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, Hashable) else repr(cell)


def _is_long(column: pd.Series[Any]) -> bool:
    """Whether whole numbers would lose digits as floats."""
    if not pd.api.types.is_integer_dtype(column) or not column.notna().any():
        return False
    return max(int(column.max()), -int(column.min())) > _EXACT_FLOAT


def _of_numbers(values: NDArray[np.float64]) -> Hashes:
    values = values + 0.0  # -0.0 is 0.0
    values[np.isnan(values)] = np.nan  # one of the many bit patterns
    return values.view(np.uint64)


def _of_objects(values: NDArray[Any]) -> Hashes:
    if all(isinstance(value, str) for value in values):
        return pd.util.hash_array(values, categorize=False) if len(values) else np.zeros(0, dtype=np.uint64)
    return np.array([_of_object(value) for value in values.tolist()], dtype=np.uint64)


def _of_object(value: Any) -> np.uint64:
    """A number as in a column of numbers; text as in one of text; anything else as it is written."""
    if isinstance(value, int | float | np.integer | np.floating) and abs(float(value)) <= _EXACT_FLOAT:
        found: np.uint64 = _of_numbers(np.array([value], dtype=np.float64))[0]
        return found
    text = value if isinstance(value, str) else f"{type(value).__name__}:{value!r}"
    hashed_text: np.uint64 = pd.util.hash_array(np.array([text], dtype=object), categorize=False)[0]
    return hashed_text
