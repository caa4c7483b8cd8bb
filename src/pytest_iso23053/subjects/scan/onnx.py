"""ONNX: a protocol buffer, read field by field. Tensors may lie in other files, operators be somebody's own."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.subjects.scan.job import Job

_KNOWN = re.compile(r"|ai\.onnx(\..*)?|com\.microsoft(\..*)?|org\.pytorch\.aten")
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MODEL_FIELDS = {1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26}
_GRAPH, _OPSET, _TRAINING, _FUNCTION = 7, 8, 20, 25
_LONGEST_TEXT = 1 << 16
# Which fields of a message hold which messages: message → field → message.
_NESTED = {
    "model": {_GRAPH: "graph", _TRAINING: "training", _FUNCTION: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "tensor": {13: "entry"},
}
_MOST_DEPTH = 60


def looks_like(handle: IO[bytes], head: bytes) -> bool:
    """Whether the outermost fields are those of a model, and reach to the last byte."""
    if head[:1] != b"\x08":
        return False
    try:
        fields = [field for field, *_ in _fields(handle, 0, handle.seek(0, io.SEEK_END), 10_000)]
    except Unreadable:
        return False
    return _GRAPH in fields and set(fields) <= _MODEL_FIELDS


def scan(job: Job, handle: IO[bytes]) -> None:
    """Walk through all messages; numbers are passed over."""
    _message(job, handle, "model", (0, handle.seek(0, io.SEEK_END)), 0)


def _message(job: Job, handle: IO[bytes], kind: str, span: tuple[int, int], depth: int) -> None:
    if depth > _MOST_DEPTH:
        raise Unreadable("ONNX: graphs within graphs without an end")
    nested = _NESTED[kind]
    for field, start, end in _fields(handle, *span, job.limits.opcodes):
        job.spent.opcodes += 1
        if job.spent.opcodes > job.limits.opcodes:
            raise Unreadable("ONNX: beyond the limit of messages")
        if kind == "node" and field == 7:
            _operator(job, _text(handle, start, end))
        elif field in nested and nested[field] == "entry":
            _external(job, handle, start, end)
        elif field in nested:
            _message(job, handle, nested[field], (start, end), depth + 1)


def _fields(handle: IO[bytes], start: int, end: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, begin and end of each field; numbers have an end at their begin."""
    for _ in range(most):
        if start >= end:
            return
        key, start = _number(handle, start, end)
        wire, field = key & 7, key >> 3
        if wire == _VARINT:
            _, start = _number(handle, start, end)
            yield field, start, start
        elif wire == _BYTES:
            length, start = _number(handle, start, end)
            if length > end - start:
                raise Unreadable(f"ONNX: a claim of {length:,} bytes, of which {end - start:,} are there", start)
            yield field, start, start + length
            start += length
        elif wire in (_FIXED32, _FIXED64):
            start += 4 if wire == _FIXED32 else 8
            yield field, start, start
        else:
            raise Unreadable("ONNX: no protocol buffer", start)
    if start < end:
        raise Unreadable("ONNX: beyond the limit of fields", start)


def _number(handle: IO[bytes], start: int, end: int) -> tuple[int, int]:
    handle.seek(start)
    value = 0
    for place, byte in enumerate(handle.read(min(10, end - start))):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, start + place + 1
    raise Unreadable("ONNX: cut short", start)


def _text(handle: IO[bytes], start: int, end: int) -> str:
    if end - start > _LONGEST_TEXT:
        raise Unreadable("ONNX: a name longer than any", start)
    handle.seek(start)
    return handle.read(end - start).decode("utf-8", "replace")


def _operator(job: Job, domain: str) -> None:
    if not _KNOWN.fullmatch(domain):
        job.note(f"ONNX operators of the domain {domain}, which need a library of their own")


def _external(job: Job, handle: IO[bytes], start: int, end: int) -> None:
    """One entry of what says where a tensor lies."""
    parts = {field: _text(handle, *span) for field, *span in _fields(handle, start, end, 10)}
    if parts.get(1) != "location":
        return
    place = parts.get(2, "")
    if re.match(r"[/\\]|[A-Za-z]:", place) or ".." in re.split(r"[/\\]", place):
        job.unsafe(f"ONNX: reads a file outside its folder, {place}")
    else:
        job.note(f"ONNX: numbers lie in another file, {place}")
