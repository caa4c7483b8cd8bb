"""HDF5, as Keras wrote it before version 3: its configuration is JSON in an attribute."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_CHUNK = 1 << 20
_OVERLAP = 256
_CODE = (b'"class_name": "Lambda"', b'"class_name":"Lambda"', b"__lambda__", b"TFOpLambda")


def scan(job: Job, handle: IO[bytes]) -> None:
    """Read the configuration with h5py; without it only code that stands there in plain text is found."""
    try:
        import h5py
    except ImportError:
        _search(job, handle)
        raise Unreadable("HDF5, which is read where the package h5py is installed") from None
    handle.seek(0)
    try:
        with h5py.File(handle, "r") as file:
            _walk(job, h5py, file)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise Unreadable(f"damaged HDF5: {type(error).__name__}") from error


def _search(job: Job, handle: IO[bytes]) -> None:
    handle.seek(0)
    tail = b""
    while piece := handle.read(_CHUNK):
        window = tail + piece
        if any(each in window for each in _CODE):
            job.unsafe("a Lambda layer, which runs code that it carries", name="keras.Lambda")
            return
        tail = window[-_OVERLAP:]


def _walk(job: Job, h5py: Any, group: Any, depth: int = 0) -> None:
    from pytest_iso23053.subjects.scan import keras

    if depth > 50:
        raise Unreadable("HDF5: groups within groups without an end")
    for key in ("model_config", "training_config"):
        if key in group.attrs:
            keras.scan_configuration(job, json.loads(_text(group.attrs[key])))
    for name in group:
        job.spent.members += 1
        if job.spent.members > job.limits.members:
            raise Unreadable(f"more than {job.limits.members:,} members")
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            job.unsafe(f"HDF5: reads another file, {link.filename}")
        elif isinstance(link, h5py.HardLink):
            item = group[name]
            if isinstance(item, h5py.Group):
                _walk(job, h5py, item, depth + 1)
            elif isinstance(item, h5py.Dataset) and item.external:
                job.unsafe(f"HDF5: reads another file, {item.external[0][0]}")


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
