"""Which rows are the same row: exactly, at the speed of hashing.

Each column becomes 64 bits a cell, each row a mix of them; rows of equal mix are then compared cell by cell with the
first of their kind, so that a collision cannot make two rows one. Missing equals missing; 1 equals 1.0, as a column of
whole numbers becomes one of floats by a single missing value.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXACT_FLOAT = 2**53  # beyond it, neighbouring whole numbers are one float


def row_keys(*frames: pd.DataFrame) -> list[NDArray[np.int64]]:
    """Number the rows of frames of equal columns, so that two have the same number just where they are the same row."""
    if not frames[0].shape[1]:
        return [np.zeros(len(frame), dtype=np.int64) for frame in frames]
    columns = [_bits([frame[name] for frame in frames]) for name in frames[0].columns]
    keys = pd.factorize(_mixed(columns))[0]
    first = np.full(int(keys.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)
    if not all(np.array_equal(bits, bits[first[keys]]) for bits in columns):
        keys = _numbered(columns)
    return np.split(keys, np.cumsum([len(frame) for frame in frames])[:-1])


def _mixed(columns: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """A 64-bit mix of each row (splitmix64's finaliser, after each column)."""
    mixed = np.full(len(columns[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for bits in columns:
        mixed ^= bits
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def _numbered(columns: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
    """The same numbers without any hash: column by column, a number for each pair of the last number and a cell."""
    keys = np.zeros(len(columns[0]), dtype=np.int64)
    for bits in columns:
        codes = pd.factorize(bits)[0].astype(np.int64)
        keys = pd.factorize(keys * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
    return keys


def _bits(parts: Sequence[pd.Series[Any]]) -> NDArray[np.uint64]:
    """One column of all frames, as 64 bits a cell that are equal just where the cells are."""
    types = pd.api.types
    if all(types.is_numeric_dtype(part) and not types.is_complex_dtype(part) for part in parts):
        return _number_bits(parts)
    if all(types.is_datetime64_any_dtype(part) for part in parts):
        aware = [isinstance(part.dtype, pd.DatetimeTZDtype) for part in parts]
        if all(aware) or not any(aware):
            return _moment_bits(parts)
    return _object_codes(parts).view(np.uint64)


def _number_bits(parts: Sequence[pd.Series[Any]]) -> NDArray[np.uint64]:
    if any(_too_long(part) for part in parts):
        return _object_codes(parts).view(np.uint64)
    values = np.concatenate([part.to_numpy(dtype=np.float64, na_value=np.nan) for part in parts])
    values += 0.0  # -0.0 is 0.0
    values[np.isnan(values)] = np.nan  # one of the many bit patterns
    return values.view(np.uint64)


def _too_long(part: pd.Series[Any]) -> bool:
    """Whether whole numbers would lose digits as floats."""
    if not pd.api.types.is_integer_dtype(part) or not part.notna().any():
        return False
    return max(int(part.max()), -int(part.min())) > _EXACT_FLOAT


def _moment_bits(parts: Sequence[pd.Series[Any]]) -> NDArray[np.uint64]:
    moments = pd.concat(list(parts), ignore_index=True)
    if isinstance(moments.dtype, pd.DatetimeTZDtype) or moments.dtype == object:
        moments = pd.to_datetime(moments, utc=True).dt.tz_localize(None)
    return moments.to_numpy(dtype="datetime64[us]").view(np.uint64)


def _object_codes(parts: Sequence[pd.Series[Any]]) -> NDArray[np.int64]:
    cells = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    try:
        codes, _ = pd.factorize(cells)
    except TypeError:  # lists and dictionaries cannot be hashed, but they can be written down
        codes, _ = pd.factorize(cells.map(lambda cell: cell if isinstance(cell, Hashable) else repr(cell)))
    return codes.astype(np.int64)
