"""Data files: what they are by content, and their tables."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.csv_files import read_separated
from pytest_iso23053.subjects.wording import brief, did_you_mean, listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
    (b"\x93NUMPY", "npy"),
    (b"SQLite format 3", "SQLite"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
    (b"\x89HDF", "HDF5"),
    (b"\xd0\xcf\x11\xe0", "Excel"),
)
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")
# Keys under which the two arrays of an npz file usually stand.
_PAIRS = (("X", "y"), ("x", "y"), ("data", "target"))


@dataclass(frozen=True, eq=False)
class Material:
    """What a source held: a table, and the target where it came apart from it."""

    data: Any
    y: Any = None


def read_file(path: Path, options: Mapping[str, Any], role: str, where: str) -> Material:
    """The table in a file of any kind that is supported.

    Raises
    ------
    SubjectError
        It is of another kind, or cannot be read.
    """
    kind = _kind(path)
    reader = _READERS.get(kind)
    if reader is None:
        raise SubjectError(
            f"{where}: {path.name} is a {kind} file, which is not supported as a data set; give csv, tsv, parquet, "
            "feather, jsonl, npz or npy, or `package.module:function()` that returns the frame"
        )
    return reader(path, options, role, where)


def _kind(path: Path) -> str:
    with path.open("rb") as handle:
        head = handle.read(16)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    name = path.name.lower()
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    suffix = name.rsplit(".", 1)[-1]
    if head.startswith(b"PK\x03\x04"):
        return {"npz": "npz", "xlsx": "Excel"}.get(suffix, "csv" if suffix in {"csv", "tsv", "txt"} else "zip")
    if suffix in {"jsonl", "ndjson"} or (suffix not in {"csv", "tsv", "txt"} and head.lstrip().startswith(b"{")):
        return "jsonl"
    if suffix == "json":
        return "json"
    return "csv"


def _csv(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    return Material(read_separated(path, options, where))


def _with_pandas(
    function: Callable[..., Any], options: Mapping[str, Any], known: set[str], path: Path, where: str, **fixed: Any
) -> Material:
    strange = [name for name in options if name not in known]
    if strange:
        raise SubjectError(
            f"{where}: read = {{ {strange[0]} = … }} is no option for {path.name}{did_you_mean(strange[0], known)}; "
            f"there are {listing(sorted(known), quote=False)}"
        )
    try:
        return Material(function(path, **fixed, **options))
    except Exception as error:  # pyarrow raises errors of its own
        raise SubjectError(f"{where}: {path.name} cannot be read: {brief(error)}") from error


def _parquet(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    _require_pyarrow(path, where)
    return _with_pandas(pd.read_parquet, options, {"columns"}, path, where)


def _feather(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    _require_pyarrow(path, where)
    return _with_pandas(pd.read_feather, options, {"columns"}, path, where)


def _json_lines(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    known = {"encoding", "compression", "nrows", "convert_dates", "dtype"}
    return _with_pandas(pd.read_json, options, known, path, where, lines=True)


def _json(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    return _with_pandas(pd.read_json, options, {"encoding", "compression", "orient", "convert_dates"}, path, where)


def _require_pyarrow(path: Path, where: str) -> None:
    try:
        importlib.import_module("pyarrow")
    except ImportError:
        raise SubjectError(
            f'{where}: reading {path.name} needs pyarrow: pip install "pytest-iso23053[columnar]"'
        ) from None


def _npy(path: Path, options: Mapping[str, Any], _role: str, where: str) -> Material:
    return Material(_named(_array(path, where), options, where))


def _npz(path: Path, options: Mapping[str, Any], role: str, where: str) -> Material:
    """Two arrays of an npz file: those that ``read = {x, y}`` names, the role's own, or the usual ones."""
    with _array(path, where) as archive:
        keys = list(archive)
        wanted = [(f"X_{role}", f"y_{role}"), (f"x_{role}", f"y_{role}"), *_PAIRS]
        if {"x", "y"} & options.keys():
            wanted = [(str(options.get("x", "X")), str(options.get("y", "y")))]
        pair = next((pair for pair in wanted if set(pair) <= set(keys)), None)
        only = keys[0] if len(keys) == 1 and "x" not in options else None
        if pair is None and only is None:
            raise SubjectError(
                f"{where}: {path.name} holds {listing(keys)}; say which are the features and the target: "
                'read = { x = "…", y = "…" }'
            )
        names = (pair[0], pair[1]) if pair else (only, None)
        x, y = (None if name is None else _member(archive, name, path, where) for name in names)
    return Material(_named(x, {k: v for k, v in options.items() if k not in {"x", "y"}}, where), y)


def _member(archive: Any, name: str, path: Path, where: str) -> Any:
    try:
        return archive[name]
    except ValueError as error:
        raise SubjectError(f"{where}: {_python_objects(f'{path.name}[{name!r}]')}") from error
    except Exception as error:  # a damaged member raises zipfile's or zlib's own
        raise SubjectError(f"{where}: {path.name}[{name!r}] cannot be read: {brief(error)}") from error


def _array(path: Path, where: str) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise SubjectError(f"{where}: {_python_objects(path.name)}") from error
        raise SubjectError(f"{where}: {path.name} cannot be read: {brief(error)}") from error
    except Exception as error:  # zipfile's own, for a damaged archive
        raise SubjectError(f"{where}: {path.name} cannot be read: {brief(error)}") from error


def _python_objects(name: str) -> str:
    return (
        f"{name} holds Python objects, which only unpickling could read, and arrays are never unpickled; save numbers, "
        "text of a fixed width (.astype(str)), or parquet"
    )


def _named(array: Any, options: Mapping[str, Any], where: str) -> Any:
    """The array, or a frame of it where ``read = {names = […]}`` gives its columns names."""
    strange = [name for name in options if name != "names"]
    if strange:
        raise SubjectError(
            f"{where}: read = {{ {strange[0]} = … }} is no option for an array; there are names, x and y"
        )
    names = options.get("names")
    if names is None or array.ndim != 2:
        return array
    if len(names) != array.shape[1]:
        raise SubjectError(f"{where}: {len(names)} names for {array.shape[1]} columns")
    return pd.DataFrame(array, columns=list(names))


_READERS: dict[str, Callable[[Path, Mapping[str, Any], str, str], Material]] = {
    "csv": _csv,
    "parquet": _parquet,
    "feather": _feather,
    "jsonl": _json_lines,
    "json": _json,
    "npy": _npy,
    "npz": _npz,
}
