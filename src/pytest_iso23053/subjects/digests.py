"""Digests: of files as ``sha256sum`` prints them, and of tables by what they hold.

The digest of a table must not change with the process, the operating system or the version of pandas, because it
stands in a report that somebody checks years later. pandas' own row hash is 64 bits wide and keyed with a constant,
so two tables with the same digest can be constructed; here the values themselves go through SHA-256.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash
    from io import BufferedReader
    from pathlib import Path


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes, read once as long as its size and time of change stay the same."""
    status = path.stat()
    return _digest_of_file(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _digest_of_file(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as handle:
        return digest_of_handle(handle)


def digest_of_handle(handle: IO[bytes]) -> str:
    """SHA-256 of an open file, which is left at its beginning: what is hashed is what is then read."""
    handle.seek(0)
    digest = hashlib.file_digest(cast("BufferedReader", handle), "sha256").hexdigest()
    handle.seek(0)
    return digest


def digest_of_files(paths: list[Path]) -> str:
    """One file: its digest. Several: the digest of what ``sha256sum`` prints of them, by bare name, in their order."""
    if len(paths) == 1:
        return digest_of_file(paths[0])
    lines = "".join(f"{digest_of_file(path)}  {path.name}\n" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest()


def digest_of_frame(frame: pd.DataFrame) -> str:
    """SHA-256 over the column names in order, what kind of values they hold, and the values; the index aside.

    A category counts as the values it stands for, a nullable integer without missing values as an integer, and text
    as text whichever string type holds it.
    """
    whole = hashlib.sha256(f"table of {len(frame)} rows\n".encode())
    for position, name in enumerate(frame.columns):
        _add_text(whole, f"{'str' if isinstance(name, str) else type(name).__name__}:{name}")
        _add_column(whole, frame.iloc[:, position])
    return whole.hexdigest()


def _add_text(whole: _Hash, text: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass")
    whole.update(struct.pack("<q", len(encoded)))
    whole.update(encoded)


def _add_column(whole: _Hash, column: pd.Series[Any]) -> None:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    missing = column.isna().to_numpy(dtype=bool)
    whole.update(b"missing" if missing.any() else b"whole")
    if missing.any():
        whole.update(np.packbits(missing).tobytes())
    kind, values = _plain_values(column, missing)
    whole.update(kind)
    if values is None:
        _add_objects(whole, column, missing)
    else:
        whole.update(np.ascontiguousarray(values).tobytes())


# Each kind of number with its width in the digest: little-endian, whatever machine and dtype the values came from.
_NUMBERS: tuple[tuple[Callable[[Any], bool], bytes, str, Any], ...] = (
    (pd.api.types.is_bool_dtype, b"bool", "u1", False),
    (pd.api.types.is_unsigned_integer_dtype, b"unsigned", "<u8", 0),
    (pd.api.types.is_integer_dtype, b"integer", "<i8", 0),
    (pd.api.types.is_float_dtype, b"float", "<f8", 0.0),
    (pd.api.types.is_complex_dtype, b"complex", "<c16", 0.0),
)


def _plain_values(column: pd.Series[Any], missing: np.ndarray[Any, Any]) -> tuple[bytes, np.ndarray[Any, Any] | None]:
    """What kind of values a column holds, and the values as little-endian bytes will show them; None for objects."""
    dtype = column.dtype
    for is_kind, kind, width, filler in _NUMBERS:
        if is_kind(dtype):
            return kind, _filled(column, missing, filler).astype(width)
    if isinstance(dtype, pd.DatetimeTZDtype):
        kind, values = _instants(column.dt.tz_convert("UTC").dt.tz_localize(None), missing)
        return kind + str(dtype.tz).encode(), values
    if pd.api.types.is_datetime64_dtype(dtype):
        return _instants(column, missing)
    if pd.api.types.is_timedelta64_dtype(dtype):
        return b"duration", np.where(missing, 0, column.to_numpy().astype("timedelta64[ns]").astype("<i8"))
    return b"", None


def _filled(column: pd.Series[Any], missing: np.ndarray[Any, Any], filler: Any) -> np.ndarray[Any, Any]:
    """The values with one filler where they are missing: NaN has many bit patterns, and the mask is already in."""
    if not missing.any():
        return column.to_numpy()
    if isinstance(column.dtype, np.dtype):
        return np.where(missing, filler, column.to_numpy())
    return column.fillna(filler).to_numpy()


def _instants(column: pd.Series[Any], missing: np.ndarray[Any, Any]) -> tuple[bytes, np.ndarray[Any, Any]]:
    """Instants in nanoseconds whatever resolution pandas chose, in microseconds where these overflow (before 1677)."""
    try:
        return b"instant", np.where(missing, 0, column.astype("datetime64[ns]").to_numpy().astype("<i8"))
    except (pd.errors.OutOfBoundsDatetime, OverflowError):
        return b"instant in us", np.where(missing, 0, column.to_numpy().astype("datetime64[us]").astype("<i8"))


def _add_objects(whole: _Hash, column: pd.Series[Any], missing: np.ndarray[Any, Any]) -> None:
    present = column[~missing]
    if pd.api.types.infer_dtype(present, skipna=False) in {"string", "empty"}:
        # Each distinct text once, and which of them stands in each row: most text columns hold few distinct values.
        codes, texts = pd.factorize(present.astype(object))
        whole.update(b"text")
        whole.update(codes.astype("<i8").tobytes())
        for text in texts:
            _add_text(whole, text)
        return
    # factorize would take 1, 1.0 and True for the same value, so mixed columns go one by one.
    whole.update(b"objects")
    for value in present.tolist():
        _add_text(whole, f"{type(value).__name__}:{value!r}")
