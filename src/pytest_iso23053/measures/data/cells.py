"""The texts of a table: each distinct one once, with the number of cells that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset


WORDS, DISTINCT = 4, 0.5  # words in the median text, and distinct texts among all, of what is free text


@dataclass(frozen=True, eq=False)
class Texts:
    """The distinct texts of one column, and how many cells hold each."""

    column: Any
    texts: NDArray[Any]
    cells: NDArray[np.int64]


def texts_of(dataset: Dataset) -> list[Texts]:
    """The texts of every column that holds any, features or not.

    Raises
    ------
    NotMeasurableError
        No column does.
    """
    found = list(_texts(dataset.frame))
    if not found:
        raise NotMeasurableError(f"{dataset.where} has no column of text")
    return found


def _texts(frame: pd.DataFrame) -> Iterator[Texts]:
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(column.cat.categories.dtype)
        if not (pd.api.types.is_string_dtype(column) or pd.api.types.is_object_dtype(column)):
            continue
        codes, values = pd.factorize(column.map(_text) if column.dtype == object else column)
        if not len(values):
            continue
        cells = np.bincount(codes[codes >= 0], minlength=len(values))
        yield Texts(name, np.asarray(values, dtype=object), cells)


def _text(cell: Any) -> Any:
    return cell if isinstance(cell, str) else None


def in_words(found: dict[str, dict[str, int]], most: int = 3) -> str:
    """What was found where: «note: 3 of IBAN; …»; names of columns and kinds, never the cells."""
    parts = [
        f"{column}: " + ", ".join(f"{n} of {kind}" for kind, n in kinds.items()) for column, kinds in found.items()
    ]
    return "; ".join(parts[:most]) + (f"; {len(parts) - most} more columns" if len(parts) > most else "")


def free_text(dataset: Dataset) -> list[Any]:
    """The features that hold sentences rather than codes: mostly distinct texts of several words."""
    found = []
    for column in _texts(dataset.X):
        words = np.array([len(text.split()) for text in column.texts[:1_000]])
        distinct = len(column.texts) / max(int(column.cells.sum()), 1)
        if distinct >= DISTINCT and np.median(words) >= WORDS:
            found.append(column.column)
    return found
