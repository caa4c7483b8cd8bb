"""UBJSON, as XGBoost writes its models: numbers, texts and containers of them, and nothing that could be run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan.job import Unreadable
from pytest_iso23053.subjects.scan.reader import Reader

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_OBJECT, _ARRAY, _TYPED, _COUNTED, _NOTHING = b"{", b"[", b"$", b"#", b"N"
_END = {_OBJECT: b"}", _ARRAY: b"]"}
_INTEGERS = {b"i": 1, b"U": 1, b"I": 2, b"l": 4, b"L": 8}
_FIXED = {b"Z": 0, b"N": 0, b"T": 0, b"F": 0, b"d": 4, b"D": 8, b"C": 1, **_INTEGERS}
_TEXTS = (b"S", b"H")
_MOST_DEPTH = 200
_LONGEST_KEY = 1 << 12


@dataclass
class _Open:
    """A container that is being read: how many values are left, where it says so, and of which type they are."""

    kind: bytes
    left: int | None
    typed: bytes | None


def looks_like(head: bytes) -> bool:
    """Whether it begins with an object whose first key follows, or that says its size."""
    return head[:1] == _OBJECT and (head[1:2] in _INTEGERS or head[1:2] in {_TYPED, _COUNTED}) and b"\0" in head


def scan(job: Job, handle: IO[bytes]) -> None:
    """Read to the last byte; it must be a model of XGBoost's."""
    reader = Reader(handle)
    known: set[bytes] = set()
    waiting: list[_Open] = []
    _value(reader, reader.take(1), waiting)
    while waiting:
        job.spent.opcodes += 1
        if job.spent.opcodes > job.limits.opcodes or len(waiting) > _MOST_DEPTH:
            raise Unreadable("UBJSON: longer or deeper than any genuine model", reader.offset)
        inner = waiting[-1]
        if _ends(reader, inner):
            waiting.pop()
            continue
        if inner.kind == _OBJECT:
            key = _key(reader)
            if len(waiting) == 1:
                known.add(key)
        _value(reader, inner.typed or reader.take(1), waiting)
    if reader.left:
        raise Unreadable(f"UBJSON: {reader.left:,} bytes behind its end", reader.offset)
    if not {b"learner", b"version"} <= known:
        raise Unreadable("UBJSON, and no model that is known")


def _ends(reader: Reader, inner: _Open) -> bool:
    if inner.left is not None:
        inner.left -= 1
        return inner.left < 0
    while (mark := reader.peek(1)) == _NOTHING:
        reader.skip(1)
    if mark != _END[inner.kind]:
        return False
    reader.skip(1)
    return True


def _key(reader: Reader) -> bytes:
    length = _number(reader, reader.take(1))
    if length > _LONGEST_KEY:
        raise Unreadable(f"UBJSON: a key of {length:,} bytes", reader.offset)
    return reader.take(length)


def _number(reader: Reader, kind: bytes) -> int:
    if kind not in _INTEGERS:
        raise Unreadable("no UBJSON: a size that is no number", reader.offset)
    number = int.from_bytes(reader.take(_INTEGERS[kind]), "big", signed=kind != b"U")
    if number < 0:
        raise Unreadable("no UBJSON: a negative size", reader.offset)
    return number


def _value(reader: Reader, kind: bytes, waiting: list[_Open]) -> None:
    """Pass over a plain value, or open a container."""
    if kind in _FIXED:
        reader.skip(_FIXED[kind])
    elif kind in _TEXTS:
        reader.skip(_number(reader, reader.take(1)))
    elif kind in _END:
        _open(reader, kind, waiting)
    else:
        raise Unreadable(f"no UBJSON: byte 0x{kind.hex()} is no type", reader.offset)


def _open(reader: Reader, kind: bytes, waiting: list[_Open]) -> None:
    typed = count = None
    if reader.peek(1) == _TYPED:
        reader.skip(1)
        typed = reader.take(1)
    if reader.peek(1) == _COUNTED:
        reader.skip(1)
        count = _number(reader, reader.take(1))
    if typed is not None and count is None:
        raise Unreadable("no UBJSON: a type without a count", reader.offset)
    if kind == _ARRAY and typed in _FIXED and count is not None:
        reader.skip(count * _FIXED[typed])
    else:
        waiting.append(_Open(kind, count, typed))
