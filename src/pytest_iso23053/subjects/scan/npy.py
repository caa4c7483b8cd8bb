"""numpy's own files. An array of objects is a pickle behind a header."""

from __future__ import annotations

import ast
import io
import math
import re
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import pickles
from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000  # numpy's own limit
_CODE = re.compile(r"[<>|=]?([?biufcSUVOMm])(\d*)(\[\w+\])?")
_MOST_FIELDS = 10_000


def scan(job: Job, handle: IO[bytes]) -> None:
    """Read the header, and the pickle behind it where there is one."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(0)
    head = handle.read(12)
    if len(head) < 10 or head[6] not in (1, 2, 3):
        raise Unreadable("npy: a damaged header")
    width = 2 if head[6] == 1 else 4
    length = int.from_bytes(head[8 : 8 + width], "little")
    if length > _LONGEST_HEADER:
        raise Unreadable(f"npy: a header of {length:,} bytes")
    handle.seek(8 + width)
    shape, descr = _header(handle.read(length))
    begin = 8 + width + length
    itemsize, has_objects = _layout(descr)
    if has_objects:
        pickles.scan(job, handle, begin)
        return
    claimed = itemsize * math.prod(shape)
    if claimed != size - begin:
        raise Unreadable(f"npy: a claim of {claimed:,} bytes, of which {size - begin:,} are there")


def _header(raw: bytes) -> tuple[tuple[int, ...], Any]:
    try:
        header = ast.literal_eval(raw.decode("utf-8").strip())
        shape, descr = header["shape"], header["descr"]
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError, KeyError, UnicodeError):
        raise Unreadable("npy: a damaged header") from None
    if not isinstance(shape, tuple) or not all(type(each) is int and 0 <= each < 1 << 48 for each in shape):
        raise Unreadable("npy: a shape that is none")
    return shape, descr


def _layout(descr: Any, depth: int = 0) -> tuple[int, bool]:
    if depth > 10:
        raise Unreadable("npy: a dtype within dtypes without an end")
    if isinstance(descr, str):
        code = _CODE.fullmatch(descr)
        if code is None:
            raise Unreadable("npy: a dtype that is not known")
        return int(code[2] or 1) * (4 if code[1] == "U" else 1), code[1] == "O"
    if isinstance(descr, tuple) and len(descr) == 2 and isinstance(descr[1], tuple):
        size, has_objects = _layout(descr[0], depth + 1)
        return size * math.prod(each for each in descr[1] if isinstance(each, int)), has_objects
    if isinstance(descr, list) and len(descr) <= _MOST_FIELDS:
        parts = [_field(each, depth) for each in descr]
        return sum(size for size, _ in parts), any(has for _, has in parts)
    raise Unreadable("npy: a dtype that is not known")


def _field(field: Any, depth: int) -> tuple[int, bool]:
    if not (isinstance(field, tuple) and len(field) in (2, 3)):
        raise Unreadable("npy: a dtype that is not known")
    return _layout(field[1] if len(field) == 2 else (field[1], field[2]), depth + 1)
