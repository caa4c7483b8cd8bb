"""What a file is, by its content: a suffix promises, and a loader does not ask."""

from __future__ import annotations

import io
from functools import partial
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan import archives, documents, hdf5, npy, onnx, pickles, safetensors, streams, ubjson
from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.subjects.scan.job import Job

_HEAD = 1 << 12
_POINTERS = {b"version https://git-lfs": "git lfs pull", b"outs:\n": "dvc pull"}


def scan(job: Job, handle: IO[bytes], name: str) -> str:
    """Look at one content, on the way to a verdict, and return what it is.

    Whatever it is to its own reader, it is also held against what an unpickler would make of it, because nothing keeps
    anybody from handing it to one.
    """
    handle.seek(0)
    head = handle.read(_HEAD)
    try:
        kind, read = _reader(job, handle, head, name)
        # A zip archive and zlib cannot be pickles: their first bytes ask for a persistent id, or are no opcode.
        if kind != "pickle" and head[:1] not in (b"P", b"x"):
            pickles.executes(job, handle)
        if kind not in {"zip", "pickle"} and _zip_behind(handle):
            job.unreadable("a zip archive behind other content, so that each reader finds something else")
        read()
    except Unreadable as refusal:
        job.unreadable(str(refusal), refusal.offset)
        return "unknown"
    return kind


def _reader(job: Job, handle: IO[bytes], head: bytes, name: str) -> tuple[str, Callable[[], None]]:
    if not head:
        raise Unreadable("empty")
    if (how := streams.compression(head)) is not None:
        return how, lambda: _inside(job, handle, how, name)
    for kind, is_so, read in _BY_BEGINNING:
        if is_so(head):
            return kind, partial(read, job, handle)
    if (text := documents.kind_of(head)) is not None:
        return text, lambda: documents.scan(job, handle, text)
    if onnx.looks_like(handle, head):
        return "onnx", lambda: onnx.scan(job, handle)
    return "pickle", lambda: _unknown(job, handle, head)


def _inside(job: Job, handle: IO[bytes], how: str, name: str) -> None:
    with job.inside(how), streams.inflated(job, handle, how) as content:
        scan(job, content, name)


def _pickles(job: Job, handle: IO[bytes]) -> None:
    pickles.scan(job, handle)
    if _zip_behind(handle):
        job.unreadable("a zip archive behind a pickle, so that each reader finds something else")


def _unknown(job: Job, handle: IO[bytes], head: bytes) -> None:
    """Pickles of protocol 0 and 1 have no magic number: what reads like one is one, and the rest is not known."""
    for start, command in _POINTERS.items():
        if head.startswith(start):
            raise Unreadable(f"a pointer to content that is not here; fetch it: {command}")
    trial = job.trial()
    trial.limits = job.limits
    pickles.scan(trial, handle)
    if trial.findings and not trial.found_unsafe and next(iter(trial.findings)).offset in (None, 0):
        raise Unreadable("a file of a kind that is not known")
    _pickles(job, handle)


def _zip_behind(handle: IO[bytes]) -> bool:
    """Whether zipfile would find an archive, which it looks for from the end."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(max(0, size - (1 << 16) - 22))
    tail = handle.read()
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        if (
            len(tail) - place - 22 == int.from_bytes(tail[place + 20 : place + 22], "little")
            and len(tail) - place >= 22
        ):
            return True
        place = tail.rfind(b"PK\x05\x06", 0, place)
    return False


_BY_BEGINNING: tuple[tuple[str, Callable[[bytes], bool], Callable[[Job, IO[bytes]], None]], ...] = (
    ("zip", lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06")), archives.scan_zip),
    ("npy", lambda head: head.startswith(npy.MAGIC), npy.scan),
    ("pickle", lambda head: head[:1] == b"\x80" and head[1:2] <= b"\x05", _pickles),
    ("hdf5", lambda head: head.startswith(b"\x89HDF\r\n\x1a\n"), hdf5.scan),
    ("tar", lambda head: head[257:262] == b"ustar", archives.scan_tar),
    ("safetensors", safetensors.looks_like, safetensors.scan),
    ("ubjson", ubjson.looks_like, ubjson.scan),
)
