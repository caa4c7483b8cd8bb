"""The border to JSON: whatever a test recorded becomes exact built-in scalars, lists and dictionaries.

Exact built-ins and no subclasses, because pytest-xdist's execnet dispatches on the type itself: a ``numpy.float64``,
which *is* a float, ends the whole session (https://github.com/pytest-dev/pytest-xdist/issues/552).
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from enum import Enum
from typing import Any

MAX_REPR = 1_000
MAX_ARRAY = 1_000
MAX_DEPTH = 20
MAX_BITS = 10_000  # json and str refuse longer integers (sys.set_int_max_str_digits)
MIN_INTEGER = -(2**31)  # execnet (2.1) packs every integer that is not large and positive into four bytes


def jsonable(value: Any) -> Any:
    """Convert any object to JSON values; never raises.

    NaN and infinities become None, dates their ISO form, arrays lists (a long one is cut, with a remark), and what has
    no JSON form becomes a bounded ``repr``. Text, lists and dictionaries are kept whole: they may be somebody else's.
    """
    return _convert(value, MAX_DEPTH)


def _convert(value: Any, depth: int) -> Any:
    if value is None or value is True or value is False:
        return value
    if depth <= 0:
        return _described(value)
    try:
        return _converted(value, depth - 1)
    except Exception:  # foreign objects raise what they like, and a record must not end a session
        return _described(value)


def _converted(value: Any, depth: int) -> Any:  # noqa: PLR0911 - one line a type
    if isinstance(value, Enum):
        return _convert(value.value, depth)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, int):
        return _integer(int(value))
    if isinstance(value, float):
        return _number(float(value))
    if isinstance(value, datetime | date | time):
        return _known(value.isoformat())
    if isinstance(value, Mapping):
        return {_key(key): _convert(item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_convert(item, depth) for item in value]
    if isinstance(value, Set):
        return [_convert(item, depth) for item in sorted(value, key=repr)]  # a set has no order: two workers must agree
    if isinstance(value, os.PathLike):
        return _text(os.fsdecode(value))
    return _foreign(value, depth)


def _foreign(value: Any, depth: int) -> Any:
    """Numeric libraries' objects, known by what they can do: nothing here may import them."""
    kind = type(value).__name__
    if kind in {"NAType", "NaTType"}:
        return None
    if kind in {"datetime64", "timedelta64"}:
        return _known(str(value))
    if kind in {"Decimal", "Fraction", "longdouble"}:
        return _number(float(value))
    shape = getattr(value, "shape", None)
    if shape == () and hasattr(value, "item"):
        return _convert(value.item(), depth)
    if isinstance(shape, tuple) and hasattr(value, "tolist"):
        return _array(value, shape, depth)
    return _described(value)


def _array(value: Any, shape: tuple[int, ...], depth: int) -> Any:
    if math.prod(shape) <= MAX_ARRAY:
        return _convert(value.tolist(), depth)
    if len(shape) == 1:
        return [*_convert(value[:MAX_ARRAY].tolist(), depth), f"… {shape[0] - MAX_ARRAY} more"]
    return f"array of shape {tuple(shape)}, too long to record: attach a file instead"


def _integer(value: int) -> int | float | str:
    if value.bit_length() > MAX_BITS:
        return f"integer of {value.bit_length()} bits"
    if value >= MIN_INTEGER:
        return value
    return float(value) if value.bit_length() <= 53 else str(value)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _known(text: str) -> str | None:
    return None if text == "NaT" else text


def _key(key: Any) -> str:
    plain = _convert(key, 3)
    return plain if isinstance(plain, str) else str(plain)


def _described(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"
    return _text(text if len(text) <= MAX_REPR else f"{text[:MAX_REPR]}… {len(text) - MAX_REPR} more characters")


def _text(text: str) -> str:
    """Replace lone surrogates, as in a file name that is not UTF-8: they can be neither sent nor written."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
