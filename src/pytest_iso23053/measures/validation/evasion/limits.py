"""What of a row an attacker may change, column by column: as configured, and inferred where that is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.assurance.policy import Attacker
    from pytest_iso23053.subjects.dataset import Dataset

_LISTS = ("immutable", "increase_only", "decrease_only", "integer")
_NUMBERS_ONLY = ("increase_only", "decrease_only", "integer", "ranges")


def is_quantity(column: pd.Series[Any]) -> bool:
    """Whether a column holds numbers that can be moved a little: no truth values, no moments."""
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column)


def quantities(X: pd.DataFrame) -> set[Any]:
    """The columns that hold such numbers, by their types alone: a frame may have hundreds."""
    kinds = {dtype: is_quantity(pd.Series(dtype=dtype)) for dtype in set(X.dtypes)}
    return {name for name, dtype in zip(X.columns, X.dtypes, strict=True) if kinds[dtype]}


def checked(one: Attacker, data: Dataset) -> Attacker:
    """The attacker, if every column it names is there and can be limited so.

    Raises
    ------
    SubjectError
        A column is missing, or holds no numbers where numbers are limited.
    """
    features = list(data.features)
    for key in (*_LISTS, "ranges", "costs", "one_hot"):
        for name in _names(getattr(one, key)):
            if name not in features:
                raise SubjectError(
                    f"the attacker's {key} names column {name!r}, which the model does not see{unknown(name, features)}"
                )
            if key in _NUMBERS_ONLY and not is_quantity(data.X[name]):
                raise SubjectError(
                    f"the attacker's {key} names column {name!r}, which holds no numbers; it can be immutable, "
                    "or have a cost"
                )
    return one


def _names(said: Any) -> Iterable[Any]:
    for entry in said:
        if isinstance(entry, tuple):
            yield from entry
        else:
            yield entry


def inferred(one: Attacker, reference: Dataset) -> Attacker:
    """The attacker with the limits that the reference shows, where none is stated: ranges, whole numbers, one-hot."""
    X = reference.X
    numbers = {name: X[name].to_numpy(dtype=float, na_value=np.nan) for name in X.columns if is_quantity(X[name])}
    known = {name: values[np.isfinite(values)] for name, values in numbers.items()}
    known = {name: values for name, values in known.items() if values.size}
    grouped = set(_names(one.one_hot))
    groups = tuple(group for group in _one_hot_groups(known, len(X)) if not grouped & set(group))
    held = grouped | {name for group in groups for name in group} | set(one.immutable)
    whole = tuple(name for name, values in known.items() if name not in held and np.all(values == np.floor(values)))
    ranges = {name: (float(values.min()), float(values.max())) for name, values in known.items() if name not in held}
    return replace(
        one,
        one_hot=(*one.one_hot, *groups),
        integer=tuple(dict.fromkeys((*one.integer, *whole))),
        ranges={**ranges, **one.ranges},
    )


def _one_hot_groups(known: dict[Any, Any], rows: int) -> list[tuple[Any, ...]]:
    """Runs of neighbouring columns of 0 and 1 that add up to 1 in every row, and in which each is 1 somewhere."""
    names = list(known)
    binary = [known[name].size == rows and np.isin(known[name], (0.0, 1.0)).all() for name in names]
    groups, place = [], 0
    while place < len(names):
        total, end = np.zeros(rows), place
        while end < len(names) and binary[end] and (total + known[names[end]] <= 1).all():
            total = total + known[names[end]]
            end += 1
        if end - place >= 2 and (total == 1).all():
            groups.append(tuple(names[place:end]))
            place = end
        else:
            place += 1
    return groups
