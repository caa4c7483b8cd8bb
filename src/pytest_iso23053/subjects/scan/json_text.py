"""JSON of bounded size, as several formats hold it."""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan.job import Unreadable

if TYPE_CHECKING:
    from pytest_iso23053.subjects.scan.job import Job


def parsed(job: Job, handle: IO[bytes]) -> Any:
    """Return a JSON document.

    Raises
    ------
    Unreadable
        It is longer than the limit, or no JSON.
    """
    size = handle.seek(0, io.SEEK_END)
    if size > job.limits.json:
        raise Unreadable(f"JSON of {size:,} bytes")
    handle.seek(0)
    try:
        return json.loads(handle.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"damaged JSON: {type(error).__name__}") from error
