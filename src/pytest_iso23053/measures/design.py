"""Any table as a linear model takes it: standardised numbers, and indicators of frequent categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.encoding import encoded, free_text
from pytest_iso23053.measures.spread import mean_and_spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

MOST_INDICATORS = 20  # of one column: its most frequent categories
FARTHEST = 5.0  # standard deviations at which a value is cut off, so that a few wild ones do not bend a line


def design(train: Dataset, test: Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both tables as standardised numbers and indicators of frequent categories, as the training rows have them."""
    comparable(train, test)
    (known, asked), nominal = encoded(train, test)
    parts: list[list[NDArray[np.float64]]] = [[], []]
    for place in np.flatnonzero(~free_text(train)):
        columns = [_finite(matrix[:, place]) for matrix in (known, asked)]
        made = _indicators(columns) if nominal[place] else _standardised(columns)
        for part, column in zip(parts, made, strict=True):
            part.append(column)
    if not parts[0]:
        raise NotMeasurableError(f"{train.where} has free text alone, which a simple learner cannot read")
    return np.hstack(parts[0]), np.hstack(parts[1])


def _finite(column: Any) -> NDArray[np.float64]:
    return np.where(np.isfinite(column), column, np.nan)


def _indicators(columns: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    most = int(np.nanmax(columns[0], initial=0.0)) + 1
    levels = np.arange(min(most, MOST_INDICATORS))
    return [np.asarray(column[:, None] == levels, dtype=np.float64) for column in columns]


def _standardised(columns: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    present = columns[0][~np.isnan(columns[0])]
    centre, spread = mean_and_spread(present)
    made = []
    for column in columns:
        missing = np.isnan(column)
        scaled = np.where(missing, 0.0, (column - centre) / spread if spread > 0 else 0.0)
        made.append(np.column_stack([np.clip(scaled, -FARTHEST, FARTHEST), missing.astype(np.float64)]))
    if present.size == columns[0].size:  # nothing was missing in training, so nothing was learned about it
        return [both[:, :1] for both in made]
    return made
