"""safetensors: a header in JSON, and numbers that fill the rest to the last byte."""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job

_LONGEST_HEADER = 100_000_000  # the format's own limit


def looks_like(head: bytes) -> bool:
    """Whether a file begins with the length of a header and the header."""
    return len(head) > 9 and head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= _LONGEST_HEADER


def scan(job: Job, handle: IO[bytes]) -> None:
    """Check that the header describes the file, and nothing is left over."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(0)
    length = int.from_bytes(handle.read(8), "little")
    if length > min(size - 8, job.limits.json):
        raise Unreadable(f"safetensors: a header of {length:,} bytes")
    try:
        header = json.loads(handle.read(length).decode("utf-8"))
        header.pop("__metadata__", None)
        ranges = sorted(tuple(each["data_offsets"]) for each in header.values())
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"safetensors: a damaged header ({type(error).__name__})") from error
    place = 0
    for each in ranges:
        if len(each) != 2 or each[0] != place or not isinstance(each[1], int) or each[1] < place:
            raise Unreadable("safetensors: tensors that overlap, or leave a gap")
        place = each[1]
    if place != size - 8 - length:
        raise Unreadable("safetensors: bytes that belong to no tensor")
