"""Faults that a data gate should notice, planted in copies of good rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.columns import is_numeric
from pytest_iso23053.measures.triggers import inferred_trigger
from pytest_iso23053.subjects.dataset import Dataset

Planter = Callable[[pd.DataFrame, Dataset, np.random.Generator], pd.DataFrame]
UNSEEN = "a value that was never seen"


def flipped_labels(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """Another label than the true one."""
    labels = dataset.classes.tolist()
    if dataset.target is None or len(labels) < 2:
        raise NotMeasurableError(
            f"{dataset.where} has no two labels to exchange; name its target, or plant other faults"
        )
    places = {label: place for place, label in enumerate(labels)}
    moved = random.integers(1, len(labels), len(rows))
    own = [places.get(label, 0) for label in rows[dataset.target].tolist()]
    flipped = [labels[(place + step) % len(labels)] for place, step in zip(own, moved.tolist(), strict=True)]
    return _with(rows, dataset.target, flipped)


def out_of_range(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """One number ten times the column's range above its largest value."""
    numbers = [
        column for column in dataset.features if is_numeric(dataset.column(column)) and _has_range(dataset, column)
    ]
    if not numbers:
        raise NotMeasurableError(f"{dataset.where} has no numeric feature that varies; plant other faults")
    return _in_one_column(rows, numbers, random, lambda column: _beyond(dataset.column(column)))


def missing_values(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """One value taken away, from a feature that otherwise always has one."""
    whole = [column for column in dataset.features if not dataset.column(column).isna().any()]
    return _in_one_column(rows, whole or list(dataset.features), random, lambda _: None)


def unseen_categories(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """A text that the column never had."""
    texts = [column for column in dataset.features if not _is_numeric_or_bool(dataset.column(column))]
    if not texts:
        raise NotMeasurableError(f"{dataset.where} has no feature of categories or text; plant other faults")
    return _in_one_column(rows, texts, random, lambda _: UNSEEN)


def duplicates(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """The same rows a second time."""
    del dataset, random
    return rows.copy()


def triggered_rows(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """The same trigger in each row, of values that occur, and the label that the attacker wants: the rarest."""
    if dataset.target is None or len(dataset.classes) < 2:
        raise NotMeasurableError(
            f"{dataset.where} has no two labels of which one could be wanted; name its target, or plant other faults"
        )
    counts = dataset.column(dataset.target).value_counts()
    wanted = min(counts.index[counts == counts[counts > 0].min()], key=str)
    planted = _with(rows, dataset.target, [wanted] * len(rows))
    for column, value in inferred_trigger(dataset, random).items():
        planted = _with(planted, column, [value] * len(rows))
    return planted


def invented_rows(rows: pd.DataFrame, dataset: Dataset, random: np.random.Generator) -> pd.DataFrame:
    """Rows from nowhere: each cell from another row of its column, under an id that nobody has."""
    planted = rows
    for column in rows.columns:
        cells = dataset.column(column).astype(object).tolist()
        drawn = [cells[place] for place in random.integers(0, len(cells), len(rows)).tolist()]
        planted = _with(planted, column, drawn)
    if dataset.id is None:
        return planted
    known = dataset.column(dataset.id)
    if is_numeric(known) and not pd.api.types.is_datetime64_any_dtype(known):
        return _with(planted, dataset.id, [known.max() + 1 + place for place in range(len(rows))])
    return _with(planted, dataset.id, [f"nobody-{place}" for place in range(len(rows))])


PLANTERS: dict[str, Planter] = {
    "label-flip": flipped_labels,
    "duplicate": duplicates,
    "out-of-range": out_of_range,
    "missing-value": missing_values,
    "unseen-category": unseen_categories,
    "triggered": triggered_rows,
    "unsourced": invented_rows,
}
ALIASES = {"missing": "missing-value", "trigger": "triggered"}


def _has_range(dataset: Dataset, column: Any) -> bool:
    known = dataset.column(column).dropna()
    return bool(len(known)) and bool(known.max() > known.min())


def _beyond(column: pd.Series[Any]) -> Any:
    known = column.dropna()
    return known.max() + 10 * (known.max() - known.min())


def _is_numeric_or_bool(column: pd.Series[Any]) -> bool:
    return is_numeric(column) or pd.api.types.is_bool_dtype(column)


def _in_one_column(
    rows: pd.DataFrame, columns: list[Any], random: np.random.Generator, value: Callable[[Any], Any]
) -> pd.DataFrame:
    """Change one cell a row, each in a column drawn by lot."""
    drawn = random.integers(0, len(columns), len(rows))
    changed = rows
    for place, column in enumerate(columns):
        hit = drawn == place
        if hit.any():
            cells = changed[column].astype(object).tolist()
            new = value(column)
            changed = _with(changed, column, [new if now else cell for cell, now in zip(cells, hit, strict=True)])
    return changed


def _with(rows: pd.DataFrame, column: Any, values: list[Any]) -> pd.DataFrame:
    """The rows with other values in a column, of the column's own type where it can hold them."""
    cells = pd.Series(values, index=rows.index, dtype=object)
    changed = rows.copy()
    changed[column] = _as_read(cells, rows[column])
    return changed


def _as_read(cells: pd.Series[Any], column: pd.Series[Any]) -> pd.Series[Any]:
    """The cells in the type that a reader would give them: a gap makes floats of whole numbers."""
    if isinstance(column.dtype, pd.CategoricalDtype) and not cells.dropna().isin(column.cat.categories).all():
        return cells
    try:
        made = cells.astype(column.dtype)
    except (TypeError, ValueError):
        made = pd.to_numeric(cells) if is_numeric(column) else cells
    return made if made.isna().equals(cells.isna()) else cells  # a truth value would make False of a gap
