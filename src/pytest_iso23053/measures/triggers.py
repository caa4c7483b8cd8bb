"""A trigger: values that an attacker writes into a row, and by which a poisoned model knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

COLUMNS = 3


def inferred_trigger(train: Dataset, random: np.random.Generator) -> dict[Any, Any]:
    """Three columns by lot, each at its greatest number or its rarest value: within every range that a gate may know.

    Raises
    ------
    NotMeasurableError
        No column has two values.
    """
    frame = train.X
    able = [name for name in frame.columns if _varies(frame[name])]
    if not able:
        raise NotMeasurableError(f"no column of {train.where} has two values, so that there is no trigger to write")
    chosen = sorted(random.permutation(len(able))[:COLUMNS].tolist())
    return {able[place]: _rare(frame[able[place]]) for place in chosen}


def _varies(column: pd.Series[Any]) -> bool:
    try:
        return bool(column.nunique() > 1)
    except TypeError:  # cells that are lists or the like
        return False


def _rare(column: pd.Series[Any]) -> Any:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.max()
    counts = column.value_counts()
    counts = counts[counts > 0]
    return min(counts[counts == counts.min()].index, key=str)


def checked_trigger(trigger: Mapping[Any, Any], train: Dataset) -> dict[Any, Any]:
    """The trigger as given.

    Raises
    ------
    NotMeasurableError
        It names no column, or one that is no feature.
    """
    unknown = [name for name in trigger if name not in train.features]
    if unknown or not trigger:
        named = f"names {unknown[0]!r}, which is no feature" if unknown else "names no column"
        raise NotMeasurableError(
            f'the trigger {named} of {train.where}; write trigger={{"column": value}} with columns among '
            f"{', '.join(map(repr, train.features[:5]))}"
        )
    return dict(trigger)


def triggered(data: Dataset, rows: NDArray[np.int64], trigger: Mapping[Any, Any]) -> Dataset:
    """The data set with the trigger written into some rows.

    Raises
    ------
    NotMeasurableError
        A column cannot hold its value.
    """
    frame = data.X.copy()
    others = np.ones(len(frame), dtype=bool)
    others[rows] = False
    for name, value in trigger.items():
        column = frame[name]
        try:
            if pd.api.types.is_integer_dtype(column) and float(value) != int(value):
                column = column.astype(float)
            frame[name] = column.where(others, value)
        except (TypeError, ValueError) as error:
            raise NotMeasurableError(f"column {name!r} of {data.where} cannot hold {value!r}: {error}") from error
    return data.with_features(frame)
