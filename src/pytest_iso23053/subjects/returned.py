"""The shapes in which people's functions return data: frames, pairs, splits, and tuples of any of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.tables import Material


def material_of(found: Any, take: int | None, where: str) -> Any:
    """A Dataset as it is, or the table (and target) that ``take`` picks from what a callable or fixture gave.

    ``(X, y)`` is one data set. ``(train, test)``, ``((X, y), (X, y))``, ``(X_train, X_test, y_train, y_test)`` as
    ``train_test_split`` returns it, and ``(X_train, y_train, X_test, y_test)`` are several.
    """
    if isinstance(found, tuple | list) and _is_sequence_of_tables(found):
        return _from_sequence(tuple(found), take, where)
    if take is not None:
        raise SubjectError(f"{where}: take = {take}, but there is one {type(found).__name__} to take; leave `take` out")
    return _single(found)


def _is_sequence_of_tables(found: Any) -> bool:
    """A tuple is one; a list only where it holds tables, as a list of rows is a table itself."""
    return isinstance(found, tuple) or (len(found) > 0 and all(_width(item) is not None for item in found))


def _from_sequence(found: tuple[Any, ...], take: int | None, where: str) -> Any:
    choices = _choices(found)
    if choices is None:
        raise SubjectError(f"{where}: a tuple of {len(found)} in which no table stands is not a data set")
    if len(choices) == 1:
        if take is not None:
            raise SubjectError(f"{where}: take = {take}, but there is one data set, (X, y), to take; leave `take` out")
        return choices[0]
    if take is None:
        raise SubjectError(f"{where}: {len(choices)} data sets to choose from: say take = 0 … {len(choices) - 1}")
    if not 0 <= take < len(choices):
        raise SubjectError(f"{where}: take = {take}, but there are {len(choices)}: 0 … {len(choices) - 1}")
    return choices[take]


def _choices(found: tuple[Any, ...]) -> list[Any] | None:
    count = len(found)
    if count >= 2 and count % 2 == 0:
        half = count // 2
        for pairs in (
            list(zip(found[:half], found[half:], strict=True)),
            list(zip(found[::2], found[1::2], strict=True)),
        ):
            if all(_is_pair(x, y) for x, y in pairs):
                return [Material(x, y) for x, y in pairs]
    return [_single(item) for item in found] if found and any(_is_data(item) for item in found) else None


def _single(found: Any) -> Any:
    if isinstance(found, Dataset):
        return found
    if isinstance(found, Mapping) and {"data", "target"} <= set(found):  # scikit-learn's Bunch
        return Material(found["data"], found["target"])
    if isinstance(found, tuple | list) and len(found) == 2 and _is_pair(*found):
        return Material(found[0], found[1])
    return Material(found)


def _is_data(item: Any) -> bool:
    pair = isinstance(item, tuple | list) and len(item) == 2 and _is_pair(*item)
    return pair or isinstance(item, Dataset | Mapping) or _width(item) is not None


def _is_pair(x: Any, y: Any) -> bool:
    """A table and one value for each of its rows."""
    return _width(x) is not None and (_width(x) or 0) >= 1 and _is_target(y) and len(x) == len(y)


def _is_target(y: Any) -> bool:
    if isinstance(y, list):
        return not y or not isinstance(y[0], list | tuple)
    shape = getattr(y, "shape", None)
    return shape is not None and (len(shape) == 1 or (len(shape) == 2 and shape[1] == 1))


def _width(item: Any) -> int | None:
    """The number of columns of a table; None for what is none."""
    shape = getattr(item, "shape", None)
    if isinstance(item, pd.Series) or shape is None or len(shape) != 2:
        return None
    return int(shape[1])
