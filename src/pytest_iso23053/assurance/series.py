"""What lies behind a measured value, as few numbers: the points that a report draws.

A record carries aggregates alone, bounded in number, and never a row of data. Nothing here is judged or folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_iso23053.assurance.jsonable import jsonable

VERSION = 1
MOST_ROWS, MOST_TEXT, MOST_SAMPLES, MOST_BESIDES = 40, 80, 2, 4
RELIABILITY, GROUPS, HISTOGRAM, CATEGORIES, CURVE = "reliability", "groups", "histogram", "categories", "curve"
AREA = "area"
# The cells of a row; in a histogram and of categories the rows of each sample follow.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    RELIABILITY: ("n", "mean", "rate", "low", "high"),
    GROUPS: ("group", "n", "value", "low", "high"),
    HISTOGRAM: ("from", "to"),
    CATEGORIES: ("category",),
    CURVE: ("x", "y", "low", "high"),
    AREA: ("x", "y", "chance"),
}
_LABELLED = (GROUPS, CATEGORIES)
_COUNTED = (HISTOGRAM, CATEGORIES)


def plain(given: Any) -> dict[str, Any]:
    """Check a series, and return it as JSON values within the bounds; what is left out is counted in ``more``.

    Raises
    ------
    TypeError, ValueError
        It is none, or of a kind that is not known, or its rows have another number of cells than that kind has.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"series is a mapping with a kind and rows, not {type(given).__name__}")
    kind = str(given.get("kind"))
    if kind not in COLUMNS:
        raise ValueError(f"series: kind = {kind!r} is not known; it is one of {', '.join(COLUMNS)}")
    samples = [_text(name) for name in given.get("samples") or ()][:MOST_SAMPLES] if kind in _COUNTED else []
    if kind in _COUNTED and not samples:
        raise ValueError(f"series: a {kind} names its samples: one, or two that are compared")
    rows = list(given.get("rows") or ())
    width = len(COLUMNS[kind]) + len(samples)
    found: dict[str, Any] = {"version": VERSION, "kind": kind}
    found |= {key: _text(given[key]) for key in ("of", "over") if given.get(key)}
    found |= {"samples": samples} if samples else {}
    found["rows"] = [_cells(row, width, labelled=kind in _LABELLED) for row in rows[:MOST_ROWS]]
    if more := int(given.get("more") or 0) + max(len(rows) - MOST_ROWS, 0):
        found["more"] = more
    if besides := [_cells(row, 1 + len(samples), labelled=True) for row in given.get("besides") or ()]:
        found["besides"] = besides[:MOST_BESIDES]
    return found


def _cells(row: Any, width: int, *, labelled: bool) -> list[Any]:
    cells = list(row)
    if len(cells) != width:
        raise ValueError(f"series: a row has {len(cells)} cells, and {width} are needed: {cells!r}")
    numbers = [_number(cell) for cell in cells[labelled:]]
    return [_text(cells[0]), *numbers] if labelled else numbers


def _number(cell: Any) -> float | None:
    """A number that JSON has, with the digits that a sum of round steps has; whatever else is not known."""
    found = jsonable(cell)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return None
    return found if isinstance(found, int) else float(f"{found:.12g}")


def _text(said: Any) -> str:
    text = str(jsonable(said))
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"
