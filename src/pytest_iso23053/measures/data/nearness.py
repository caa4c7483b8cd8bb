"""Rows that are nearly another row: every number moved a little, everything else the same.

Numbers are held against one another in units of their own spread, and the distance of two rows is the root mean square
over the numeric columns. Candidates come from locality-sensitive hashing (Datar et al. 2004): rows that fall into the
same cell of a few random projections are compared, in several tables, so that nearly every pair within reach is seen
in time that grows like sorting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.measures.data.coincidence import hashed, row_sums
from pytest_iso23053.measures.spread import spread_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEAR = 0.05  # root mean square over the columns, in units of their spread
TABLES = 5
PROJECTIONS = 5
CELL = 16 * NEAR  # a pair within reach is parted by one projection in ten
LAGS = 6


@dataclass(frozen=True, eq=False)
class Points:
    """Rows as numbers in units of their spread, and a key of all that must be equal."""

    values: Floats
    keys: NDArray[np.uint64]


def points(reference: pd.DataFrame, *others: pd.DataFrame) -> list[Points] | None:
    """The frames as points; spread and columns are the reference's. None where no column is continuous enough."""
    frames = (reference, *others)
    numeric = [
        name
        for name in reference.columns
        if all(is_numeric(frame[name]) for frame in frames) and _spread(reference[name])
    ]
    if not numeric:
        return None
    found = []
    for frame in frames:
        raw = [quantities(frame[name]) for name in numeric]
        matrix = np.stack(
            [column / _spread(reference[name]) for column, name in zip(raw, numeric, strict=True)], axis=1
        )
        known = np.isfinite(matrix)
        rest = frame[[name for name in frame.columns if name not in numeric]].copy(deep=False)
        keys = row_sums(hashed(rest)) + row_sums(hashed(pd.DataFrame(~known).add_prefix("missing ")))
        found.append(Points(np.where(known, matrix, 0).astype(np.float32), keys))
    return found


def _spread(column: pd.Series[Any]) -> float:
    """A scale that one long tail does not stretch; 0 where the column does not vary."""
    values = quantities(column)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return 0.0
    low, high = np.percentile(values, [25, 75])
    deviation = spread_of(values)
    return min(deviation, float(high - low) / 1.349) if high > low else deviation


def neighbours(first: Points, second: Points | None, random: np.random.Generator) -> tuple[int, int]:
    """Rows with a near neighbour and none further off, and rows with one further off (up to twice) and none near.

    Neighbours are other rows of its own, or rows of ``second``; equal rows do not count. Where rows lie as chance
    scatters them, in one dimension or more, the second number is in the mean no smaller than the first.
    """
    values = np.concatenate([first.values, second.values]) if second is not None else first.values
    keys = np.concatenate([first.keys, second.keys]) if second is not None else first.keys
    side = np.arange(len(values)) >= len(first.values) if second is not None else None
    seen = np.zeros((2, len(values)), dtype=bool)
    for _ in range(TABLES):
        axes = random.normal(size=(values.shape[1], PROJECTIONS)).astype(np.float32)
        axes /= np.linalg.norm(axes, axis=0)
        along = values @ axes / np.float32(CELL) + random.random(PROJECTIONS, dtype=np.float32)
        cells = hashed(pd.DataFrame(np.floor(along)).add_prefix("axis "))
        cell = keys + row_sums(cells)
        _compare(values, cell, np.lexsort((along[:, 0], cell)), side, seen)
    near, further = seen[:, : len(first.values)]
    return int(np.sum(near & ~further)), int(np.sum(further & ~near))


def _compare(values: Floats, cell: Any, order: Any, side: Any, seen: Any) -> None:
    """Hold each row against the next few of its cell."""
    for lag in range(1, LAGS + 1):
        one, other = order[:-lag], order[lag:]
        together = cell[one] == cell[other]
        if not together.any():
            return
        if side is not None:
            together &= side[one] != side[other]
        one, other = one[together], other[together]
        distance = np.sqrt(np.mean((values[one] - values[other]) ** 2, axis=1))
        near, further = (distance > 0) & (distance <= NEAR), (distance > NEAR) & (distance <= 2 * NEAR)
        if lag == LAGS:
            further |= near  # so dense that the last one looked at is still near: there will be others further off
        for place, within in enumerate((near, further)):
            seen[place, one[within]] = True
            seen[place, other[within]] = True
