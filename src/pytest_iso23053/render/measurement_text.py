"""How a measurement record is spelled: its name, its numbers, its limit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pytest_iso23053.render.text import visible

Record = Mapping[str, Any]

NO_LIMIT = "no limit"
_OPERATORS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


def finite(value: object) -> float | None:
    """Return a number that can be drawn and compared, or None: bounds and values may be null in a record."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:  # JSON knows integers that no float holds
        return None
    return found if math.isfinite(found) else None


def number(value: object, *, beside: object = None) -> str:
    """Spell a number with four digits, or as many more as keep it on its own side of the number ``beside`` it.

    0.79996 against a limit of 0.8 would otherwise read «0.8 is not met».
    """
    exact, other = finite(value), finite(beside)
    if exact is None:
        return "–"
    whole = len(f"{abs(exact):.0f}")
    digits = whole + 1 if 4 < whole <= 15 else 4
    while not _same_side(float(text := f"{exact:.{digits}g}"), exact, other):
        digits += 1  # ends at the latest where all digits are there, and the number is itself
    if exact.is_integer() and abs(exact) < 1e15:
        text = f"{exact:.0f}"
    if 1e-4 <= abs(exact) < 1e15 and "e" in text:
        text = f"{Decimal(text):f}"
    return _typeset(text)


def _same_side(rounded: float, exact: float, other: float | None) -> bool:
    return other is None or ((rounded > other) == (exact > other) and (rounded < other) == (exact < other))


def _typeset(text: str) -> str:
    """Group the digits of five-digit numbers and longer ones, and write a true minus."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    if whole.isdigit() and len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", "\u202f")
    sign = "−" if text.startswith("-") else ""
    return f"{sign}{whole}{point}{fraction}"


def measure_name(record: Record) -> str:
    """Spell a measure as in a requirement: ``selection_rate.ratio(sex)``."""
    params = record.get("params") or {}
    by = params.get("by") if isinstance(params, Mapping) else None
    names = by if isinstance(by, (list, tuple)) else [by] if by else []
    name = visible(record.get("measure") or "unnamed measure")
    return f"{name}({', '.join(visible(one) for one in names)})" if names else name


def parameters(record: Record) -> str:
    """Spell the parameters but the grouping, which is in the name."""
    params = record.get("params") or {}
    if not isinstance(params, Mapping):
        return visible(params)
    return ", ".join(visible(f"{key} = {value}") for key, value in params.items() if key != "by")


def value_text(record: Record) -> str:
    """Spell the value with its unit."""
    unit = visible(record.get("unit") or "")
    value = number(record.get("value"), beside=record.get("limit"))
    return f"{value}\u00a0{unit}" if unit and value != "–" else value


def interval_text(record: Record) -> str:
    """Spell the interval; of an exact quantity and of one without bounds, say so."""
    low, high = finite(record.get("low")), finite(record.get("high"))
    if low is None and high is None:
        return "no interval"
    if low == high:
        return "exact"
    limit = record.get("limit")
    start, end = ("unbounded" if bound is None else number(bound, beside=limit) for bound in (low, high))
    ends = f"{start} to {end}"
    level = finite(record.get("confidence"))
    return f"{level * 100:g}\u00a0% interval {ends}" if level is not None else f"interval {ends}"


def limit_text(record: Record) -> str:
    """Spell the limit as a condition."""
    if finite(record.get("limit")) is None:
        return NO_LIMIT
    operator = str(record.get("operator") or "")
    return f"{_OPERATORS.get(operator, visible(operator))}\u00a0{number(record['limit'])}".strip()


def sentence(record: Record) -> str:
    """Spell a whole judgement: ``accuracy 0.783 (95 % interval 0.741 to 0.821, n = 400), limit ≥ 0.75: met``."""
    size = finite(record.get("n"))
    inside = interval_text(record) if size is None else f"{interval_text(record)}, n\u00a0=\u00a0{number(size)}"
    verdict = visible(record.get("judgement") or "observed")
    limit = limit_text(record)
    held = limit if limit == NO_LIMIT else f"limit {limit}"
    return f"{measure_name(record)} {value_text(record)} ({inside}), {held}: {verdict}"
