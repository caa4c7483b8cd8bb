"""Which rows are the same row: exactly, at the speed of hashing.

Each column becomes 64 bits a cell, each row a mix of them; rows of equal mix are then compared cell by cell with the
first of their kind, so that a collision cannot make two rows one. Missing equals missing; 1 equals 1.0, as a column of
whole numbers becomes one of floats by a single missing value.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
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
    # Numbered in the order of their first rows, by which folds are cut; a hash table would take more room.
    _, first, same = np.unique(_mixed(_columns(frames), sum(map(len, frames))), return_index=True, return_inverse=True)
    places = np.empty(len(first), dtype=np.int64)
    places[np.argsort(first)] = np.arange(len(first))
    keys = places[same]
    repeats = np.bincount(keys)[keys] > 1 if len(keys) else np.zeros(0, dtype=bool)
    if not _same_cells(frames, keys, repeats):
        keys = _numbered(_columns(frames), len(keys))
    return np.split(keys, _ends(frames))


def _ends(frames: Sequence[pd.DataFrame]) -> NDArray[np.int64]:
    return np.cumsum([len(frame) for frame in frames])[:-1]


def _columns(frames: Sequence[pd.DataFrame], rows: Sequence[Any] = ()) -> Iterator[NDArray[np.uint64]]:
    """Each column of all frames in turn: a table of a million rows is not held a second time."""
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        yield _bits([part[wanted] for part, wanted in zip(parts, rows, strict=True)] if rows else parts)


def _mixed(columns: Iterable[NDArray[np.uint64]], n: int) -> NDArray[np.uint64]:
    """A 64-bit mix of each row (splitmix64's finaliser, after each column)."""
    mixed = np.full(n, 0x9E3779B97F4A7C15, dtype=np.uint64)
    for bits in columns:
        mixed ^= bits
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def _same_cells(frames: Sequence[pd.DataFrame], keys: NDArray[np.int64], repeats: NDArray[np.bool_]) -> bool:
    """Whether rows of one number are cell by cell the first of their number; a row of its own needs no proof."""
    alike = keys[repeats]
    first = np.zeros(int(alike.max(initial=-1)) + 1, dtype=np.int64)
    first[alike[::-1]] = np.arange(len(alike) - 1, -1, -1)
    rows = np.split(repeats, _ends(frames))
    return not len(alike) or all(np.array_equal(bits, bits[first[alike]]) for bits in _columns(frames, rows))


def _numbered(columns: Iterable[NDArray[np.uint64]], n: int) -> NDArray[np.int64]:
    """The same numbers without any hash: column by column, a number for each pair of the last number and a cell."""
    keys = np.zeros(n, dtype=np.int64)
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
    texts = all(isinstance(part.dtype, pd.StringDtype) and part.dtype == parts[0].dtype for part in parts)
    # A column of texts made of Python's own strings takes many times its room.
    cells = pd.concat([part if texts else part.astype(object) for part in parts], ignore_index=True)
    try:
        codes, _ = pd.factorize(cells)
    except TypeError:  # lists and dictionaries cannot be hashed, but they can be written down
        codes, _ = pd.factorize(cells.map(lambda cell: cell if isinstance(cell, Hashable) else repr(cell)))
    return codes.astype(np.int64)
