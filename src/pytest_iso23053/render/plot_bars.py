"""Bars: a value with its interval for each group, and the rows of each category in one data set or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.render.measurement_text import finite
from pytest_iso23053.render.plot_frame import (
    LABEL,
    WIDTH,
    Scale,
    block,
    figure,
    fit,
    legend,
    level,
    path,
    percent,
    rounded,
    svg,
    text,
    ticks,
    upright,
    x_axis,
)
from pytest_iso23053.render.text import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.render.measurement_text import Record
    from pytest_iso23053.render.series import Series

MOST_BARS = 24
_HUGE = 1e300
_RIGHT, _PITCH, _THICK = 250.0, 18.0, 10.0
_LETTER = 6.0  # the width of one, about


class Line(NamedTuple):
    """A limit that can be drawn among the groups: where, what it is called, and whether it is kept below."""

    at: float
    said: str
    below: bool


def bars_of_groups(series: Series, record: Record) -> str:
    """One bar a group from 0 to its value, and over it the interval; the limit, where it can be drawn."""
    rows, left_out = both_ends(series.rows)
    known = [row[2] for row in rows if row[2] is not None]
    if not known:
        return ""
    line = _line(record, known)
    reach = [0.0, *known, *(bound for row in rows for bound in row[3:] if bound is not None)]
    low, high = rounded(*_range([*reach, line.at] if line else reach))
    place, top = Scale(low, high, _beside([row[0] for row in rows]), _RIGHT), 18.0 if line else 4.0
    bottom = top + _PITCH * len(rows) + (_PITCH if left_out else 0)
    middles = _middles(len(rows), top, left_out)
    parts = [_kept(line, place, top, bottom)] if line else []
    parts += _bars(rows, middles, place, line)
    if left_out:
        parts.append(text(place.start, top + _PITCH * (len(rows) // 2) + 12, f"… {left_out} between", kind="soft"))
    parts.append(x_axis(place, bottom, ticks(low, high, 4)))
    if line:
        parts.append(path("limit", [upright(place(line.at), top - 2, bottom)]))
        half = 2.9 * len(line.said)
        label = text(min(max(place(line.at), half), WIDTH - half), top - 6, line.said)
        parts.append(f'<g text-anchor="middle">{label}</g>')
    return svg("bars", bottom + 18, parts)


def _beside(names: Sequence[str]) -> float:
    """Where the bars begin: beside the longest of the names, as far as names are written out."""
    return 10 + _LETTER * max(min(columns(name), LABEL) for name in names)


def both_ends(rows: Sequence[Any]) -> tuple[list[Any], int]:
    """All rows in their order; of too many those with the smallest and with the largest values."""
    if len(rows) <= MOST_BARS:
        return list(rows), 0
    known = sorted((row for row in rows if row[2] is not None), key=lambda row: row[2])
    if len(known) <= MOST_BARS:
        return known, len(rows) - len(known)
    half = MOST_BARS // 2
    return [*known[:half], *known[-half:]], len(rows) - 2 * half


def _range(numbers: Sequence[float]) -> tuple[float, float]:
    return min(numbers), max(numbers)


def _middles(count: int, top: float, left_out: int) -> list[float]:
    """The middle of each bar; a gap in the midst of them where some are left out."""
    gap = [_PITCH if left_out and number >= count // 2 else 0.0 for number in range(count)]
    return [top + _PITCH * (number + 0.5) + gap[number] for number in range(count)]


def _bars(rows: Sequence[Any], middles: Sequence[float], place: Scale, line: Line | None) -> list[str]:
    kept: list[str] = []
    beyond: list[str] = []
    names, values, intervals = [], [], []
    for (name, n, value, low, high), y in zip(rows, middles, strict=True):
        names.append(text(place.start - 6, y + 4, fit(name)))
        values.append(text(WIDTH, y + 4, f"n = {figure(n)}" if value is None else figure(value)))
        if value is None:
            continue
        start, end = sorted((place(0.0), place(value)))
        is_beyond = line is not None and (value > line.at if line.below else value < line.at)
        (beyond if is_beyond else kept).append(block(start, y - _THICK / 2, end - start, _THICK))
        intervals.append(_interval(y, low, high, place))
    return [
        path("one", kept) + path("beyond", beyond) + path("range", intervals),
        f'<g text-anchor="end">{"".join(names)}{"".join(values)}</g>',
    ]


def _interval(y: float, low: float | None, high: float | None, place: Scale) -> str:
    """A bound that is not known is drawn as an interval running off the plot, without its end."""
    if low is None and high is None:
        return ""
    start, end = place.start if low is None else place(low), place.end if high is None else place(high)
    ends = [upright(place(bound), y - 3, y + 3) for bound in (low, high) if bound is not None]
    return "".join([level(y, start, end), *ends])


def _line(record: Record, values: Sequence[float]) -> Line | None:
    """Where the limit on a summary lies among the groups: at itself, or measured from the largest of them."""
    limit, operator = finite(record.get("limit")), str(record.get("operator"))[:1]
    summary = str(record.get("measure")).rpartition(".")[2]
    most = max(values)
    if limit is None:
        return None
    if summary == "worst" and operator in ("<", ">"):
        return _named(limit, f"limit {figure(limit)}", below=operator == "<")
    if summary == "ratio" and operator == ">":
        return _named(most * limit, f"{figure(limit)} of the largest", below=False)
    if summary == "difference" and operator == "<":
        return _named(most - limit, f"{figure(limit)} below the largest", below=False)
    return None


def _named(where: float, said: str, *, below: bool) -> Line | None:
    return Line(where, said, below) if finite(where) is not None else None


def _kept(line: Line, place: Scale, top: float, bottom: float) -> str:
    start, end = (place.start, place(line.at)) if line.below else (place(line.at), place.end)
    return path("kept", [block(start, top, end - start, bottom - top)])


def bars_of_categories(series: Series) -> str:
    """The share of each category; of two data sets, one bar above the other."""
    rows, shares = _shares(series)
    if not rows:
        return ""
    two = len(series.samples) > 1
    high = rounded(0.0, max(map(max, shares)))[1]
    place = Scale(0.0, high, _beside([row[0] for row in rows]), 226.0 if two else _RIGHT)
    top, pitch, thick = (18.0, 19.0, 7.0) if two else (4.0, _PITCH, _THICK)
    middles = [top + pitch * (number + 0.5) for number in range(len(rows))]
    bottom = top + pitch * len(rows)
    texts = [text(place.start - 6, y + 4, fit(row[0])) for row, y in zip(rows, middles, strict=True)]
    texts += [
        text(WIDTH, y + 4, " → ".join(map(_escaped_percent, each)) + " %")
        for each, y in zip(shares, middles, strict=True)
    ]
    marks = ticks(0.0, high, 4)
    spelled = [*map(_escaped_percent, marks[:-1]), f"{_escaped_percent(marks[-1])} %"]
    above = [-thick - 0.5, 0.5] if two else [-thick / 2]
    drawn = [
        path(kind, (_share(place, y + up, each[at], thick) for each, y in zip(shares, middles, strict=True)))
        for at, (kind, up) in enumerate(zip(("one", "two"), above, strict=False))
    ]
    named = legend(series.samples, 10, "two") if two else ""
    ends = f'<g text-anchor="end">{"".join(texts)}</g>'
    return svg("bars", bottom + 18, [named, *drawn, ends, x_axis(place, bottom, marks, spelled)])


def _share(place: Scale, y: float, share: float, thick: float) -> str:
    return block(place.start, y, place(share) - place.start, thick)


def _shares(series: Series) -> tuple[list[tuple[Any, ...]], list[list[float]]]:
    """The rows to draw, and of each its share of each sample; nothing where a sample has no rows."""
    every = [*series.rows, *series.besides]
    counts = [[max(count or 0.0, 0.0) for count in row[1:]] for row in every]
    totals = [sum(column) for column in zip(*counts, strict=True)]
    if not totals or not all(0 < total < _HUGE for total in totals):
        return [], []
    kept = [*range(len(series.rows))][: MOST_BARS - len(series.besides)]
    kept += range(len(series.rows), len(every))
    return [every[at] for at in kept], [
        [count / total for count, total in zip(counts[at], totals, strict=True)] for at in kept
    ]


def _escaped_percent(share: float) -> str:
    return percent(share).replace("<", "&lt;")
