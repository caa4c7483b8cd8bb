"""How a column lies in one data set or two, for the report to draw: bins of round numbers, or its frequent values.

Made of the columns' summaries, so that profiles of streams are drawn like frames. The least and the largest value of a
column are somebody's: the bins end at round numbers near the first and the last hundredth, and are open beyond. A value
is named where ten rows have it, and there are no more bins than rows to fill them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.series import CATEGORIES, HISTOGRAM
from pytest_iso23053.measures.column_profile import MOMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.measures.column_profile import ColumnProfile
    from pytest_iso23053.measures.series import Series
    from pytest_iso23053.stats.summaries.categories import Categories
    from pytest_iso23053.stats.summaries.distribution import Distribution

MOST_NAMED, LEAST_COUNT = 20, 10
MOST_BINS, FEWEST_BINS, FEW = 20, 3, 12
_ENDS = (0.01, 0.99)
_DAY = 86_400.0
OTHERS, MISSING = "other values", "missing"


def of_columns(of: str, samples: Sequence[str], columns: Sequence[ColumnProfile]) -> Series | None:
    """Count a column in bins that its data sets share; None where there is nothing that can be counted so."""
    numbers = [column.quantity for column in columns]
    if all(each is not None for each in numbers):
        found = _of_numbers([each for each in numbers if each is not None], moments=columns[0].kind == MOMENT)
    elif all(column.distribution is None and column.categories is not None for column in columns):
        found = _of_names([column.categories for column in columns if column.categories is not None])
    else:
        return None
    if found is None:
        return None
    missing = [column.missing for column in columns]
    besides = [*found.get("besides", ()), *([[MISSING, *missing]] if any(missing) else [])]
    return {**found, "of": of, "samples": list(samples), "besides": besides}


def of_quantity(of: str, sample: str, values: Any, besides: Sequence[Sequence[Any]]) -> Series | None:
    """Count finite numbers of one sample, on whose axis the measured value lies."""
    from pytest_iso23053.stats.summaries.distribution import Distribution

    edges = _edges([distribution := Distribution.of(values)])
    if edges is None:
        return None
    rows = _counted(edges, [distribution])
    return {"kind": HISTOGRAM, "of": of, "samples": [sample], "rows": rows, "besides": list(besides)}


def _of_numbers(numbers: Sequence[Distribution], *, moments: bool) -> Series | None:
    values = np.unique(np.concatenate([each.values for each in numbers]))
    if len(values) <= FEW and not moments:
        counts = [dict(zip(each.values.tolist(), each.counts.tolist(), strict=True)) for each in numbers]
        rows = [[f"{value:.6g}", *(each.get(value, 0) for each in counts)] for value in values.tolist()]
        if rows and all(sum(row[1:]) >= LEAST_COUNT for row in rows):
            return {"kind": CATEGORIES, "rows": rows}
    edges = _edges(numbers, _DAY if moments else 1.0)
    if edges is None:
        return None
    rows = _counted(edges, numbers)
    if not moments:
        return {"kind": HISTOGRAM, "rows": rows}
    days = float(edges[1] - edges[0]) >= _DAY
    return {"kind": CATEGORIES, "rows": [[_since(start, days=days), *counts] for start, _, *counts in rows]}


def _edges(numbers: Sequence[Distribution], unit: float = 1.0) -> Any:
    """Round numbers, twenty steps or fewer; None where all values are the same, or too large to be told apart."""
    ends = np.concatenate([each.quantiles(_ENDS) for each in numbers])
    known = ends[np.isfinite(ends)]
    if not known.size:
        return None
    low, high = float(known.min()) / unit, float(known.max()) / unit
    bins = min(max(min(each.n for each in numbers) // LEAST_COUNT, FEWEST_BINS), MOST_BINS)
    raw = high / bins - low / bins
    if not np.isfinite(raw) or raw <= max(abs(low), abs(high)) * 1e-9:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        whole = unit == 1 and all((each.values % 1 == 0).all() for each in numbers)
        step = _step(raw, whole=whole)
        edges = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * (step * unit)
    return edges if np.isfinite(edges).all() else None


def _step(raw: float, *, whole: bool) -> float:
    steps = 10.0 ** np.floor(np.log10(raw)) * np.array([1.0, 2.0, 2.5, 5.0, 10.0])
    if whole:  # between two whole numbers there is nothing
        steps = np.array([1.0]) if raw < 1 else steps[steps % 1 == 0]
    return float(steps[np.searchsorted(steps, raw * (1 - 1e-9))])


def _counted(edges: Any, numbers: Sequence[Distribution]) -> list[list[Any]]:
    """From, to, and the rows of each; the open bins at the ends where something lies in them."""
    counts = np.array(
        [
            np.bincount(np.searchsorted(edges, each.values, side="right"), each.counts, len(edges) + 1)
            for each in numbers
        ]
    ).astype(np.int64)
    bounds = [None, *edges.tolist(), None]
    rows = [[bounds[at], bounds[at + 1], *counts[:, at].tolist()] for at in range(len(edges) + 1)]
    if not counts[:, -1].any():
        rows = rows[:-1]
    return rows if counts[:, 0].any() else rows[1:]


def _since(start: float | None, *, days: bool) -> str:
    """The day, or the minute, at which a bin of moments begins."""
    if start is None:
        return "before"
    try:
        begins = datetime.fromtimestamp(start, UTC)
        return f"from {begins.date().isoformat()}" if days else f"{begins:%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):  # a year that the calendar does not have
        return f"from {start:.6g} s"


def _of_names(given: Sequence[Categories]) -> Series | None:
    level = max(each.level for each in given)
    counts = [each.at(level).counts for each in given]
    every = [max(each.rows, 1) for each in given]
    names = dict.fromkeys(name for each in counts for name in each)
    frequent = [name for name in names if sum(each.get(name, 0) for each in counts) >= LEAST_COUNT]
    kept = sorted(
        frequent,
        key=lambda name: -max(each.get(name, 0) / rows for each, rows in zip(counts, every, strict=True)),
    )[:MOST_NAMED]
    if not kept:
        return None
    rows = [[name, *(int(each.get(name, 0)) for each in counts)] for name in kept]
    rest = [each.rows - sum(int(held.get(name, 0)) for name in kept) for each, held in zip(given, counts, strict=True)]
    besides = [[OTHERS, *rest]] if any(rest) else []
    return {"kind": CATEGORIES, "rows": rows, "besides": besides}
