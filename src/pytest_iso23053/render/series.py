"""The series of a measurement record, read with care: a report may come from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.assurance.series import (
    CATEGORIES,
    COLUMNS,
    GROUPS,
    HISTOGRAM,
    MOST_BESIDES,
    MOST_ROWS,
    MOST_SAMPLES,
    VERSION,
)
from pytest_iso23053.render.measurement_text import finite
from pytest_iso23053.render.text import shorten, visible

if TYPE_CHECKING:
    from pytest_iso23053.render.measurement_text import Record

_TEXT = 60


class Series(NamedTuple):
    """A table of few rows: a number that is not known is None, a text is fit to be shown."""

    kind: str
    rows: tuple[tuple[Any, ...], ...]
    of: str
    over: str
    samples: tuple[str, ...]
    more: int
    besides: tuple[tuple[Any, ...], ...]


def series_of(record: Record) -> Series | None:
    """Read the series of a record; None where it has none, or one that is not of this version and shape."""
    given = record.get("series")
    if not isinstance(given, Mapping) or given.get("version") != VERSION:
        return None
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in COLUMNS:
        return None
    samples = _samples(given.get("samples")) if kind in (HISTOGRAM, CATEGORIES) else ()
    width, labelled = len(COLUMNS[kind]) + len(samples), kind in (GROUPS, CATEGORIES)
    if kind in (HISTOGRAM, CATEGORIES) and not samples:
        return None
    return Series(
        kind,
        _rows(given.get("rows"), width, MOST_ROWS, labelled=labelled),
        _said(given.get("of") or ""),
        _said(given.get("over") or ""),
        samples,
        int(finite(given.get("more")) or 0),
        _rows(given.get("besides"), 1 + len(samples), MOST_BESIDES, labelled=True) if samples else (),
    )


def _samples(given: Any) -> tuple[str, ...]:
    """The names of the samples; two of one name are told apart by their parts in the comparison."""
    named = tuple(map(_said, _listed(given)[:MOST_SAMPLES]))
    return ("reference", "current") if len(named) != len(set(named)) else named


def _rows(given: Any, width: int, most: int, *, labelled: bool) -> tuple[tuple[Any, ...], ...]:
    rows = [_listed(row) for row in _listed(given)]
    return tuple(
        (_said(row[0]), *map(finite, row[1:])) if labelled else tuple(map(finite, row))
        for row in rows[:most]
        if len(row) == width
    )


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, (list, tuple)) else []


def _said(given: Any) -> str:
    return shorten(visible(given), _TEXT)
