"""A histogram of one sample with the value on its axis, or of two that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.render.measurement_text import finite
from pytest_iso23053.render.plot_frame import (
    Scale,
    at,
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
    y_axis,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.render.measurement_text import Record
    from pytest_iso23053.render.series import Series

    Bin = tuple[float, float]

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 292.0, 20.0, 150.0
_HUGE = 1e300


def histogram(series: Series, record: Record) -> str:
    """The share of each sample in each bin; the first sample as bars, the second as an outline over them."""
    bins = _bins(series)
    counts = [[max(count or 0.0, 0.0) for count in row[2:]] for row in series.rows]
    totals = [sum(each) for each in zip(*counts, strict=True)]
    if not bins or not totals or not all(0 < total < _HUGE for total in totals):
        return ""
    shares = [[count / total for count, total in zip(each, totals, strict=True)] for each in counts]
    high = rounded(0.0, max(map(max, shares)), 3)[1]
    across, up = Scale(bins[0][0], bins[-1][1], _LEFT, _RIGHT), Scale(0.0, high, _BOTTOM, _TOP)
    marks = ticks(0.0, high, 3)
    parts = [y_axis(up, _LEFT, _RIGHT, marks, [f"{percent(mark)} %".replace("<", "&lt;") for mark in marks])]
    two = len(totals) > 1
    parts.append(path("one", (_block(place, each[0], across, up) for place, each in zip(bins, shares, strict=True))))
    if two:
        parts.append(path("outline", [_outline(bins, [each[1] for each in shares], across, up)]))
    else:
        parts += _value(record, across)
    parts.append(legend(series.samples, 10, "outline") if two else text(0, 10, "share of rows"))
    parts.append(x_axis(across, _BOTTOM, _inside(series, across)))
    named = text((_LEFT + _RIGHT) / 2, _BOTTOM + 28, fit(series.of, 40))
    return svg("bins", _BOTTOM + 32, [*parts, f'<g text-anchor="middle">{named}</g>'])


def _bins(series: Series) -> list[Bin]:
    """Where each bin begins and ends; one that is open has the width of the others. Nothing where they are no bins."""
    closed = sorted(end - start for start, end, *_ in series.rows if start is not None and end is not None)
    wide = closed[len(closed) // 2] if closed else 1.0
    found = []
    for start, end, *_ in series.rows:
        if start is None and end is None:
            return []
        found.append((end - wide if start is None else start, start + wide if end is None else end))
    starts = [start for start, _ in found]
    if not all(-_HUGE < start < end < _HUGE for start, end in found) or starts != sorted(starts):
        return []
    return found


def _inside(series: Series, across: Scale) -> list[float]:
    """Round numbers within the bounds that are known: beyond them there is no scale."""
    known = [edge for row in series.rows for edge in row[:2] if edge is not None]
    return [mark for mark in ticks(min(known), max(known)) if across.low <= mark <= across.high]


def _block(place: Bin, share: float, across: Scale, up: Scale) -> str:
    start, end = across(place[0]), across(place[1])
    return block(start + 0.4, up(share), max(end - start - 0.8, 0.3), _BOTTOM - up(share))


def _outline(bins: Sequence[Bin], shares: Sequence[float], across: Scale, up: Scale) -> str:
    pieces = [f"M{at(across(bins[0][0]))} {at(_BOTTOM)}"]
    for (start, end), share in zip(bins, shares, strict=True):
        pieces.append(f"L{at(across(start))} {at(up(share))}H{at(across(end))}")
    return "".join([*pieces, f"V{at(_BOTTOM)}"])


def _value(record: Record, across: Scale) -> list[str]:
    """The value with its interval, and the limit, on the axis of what is counted."""
    value, low, high, limit = (finite(record.get(key)) for key in ("value", "low", "high", "limit"))
    parts = []
    if value is not None and across.low <= value <= across.high:
        ends = (across(value if low is None else low), across(value if high is None else high))
        label = text(min(max(across(value), 60), 240), _TOP - 4, f"value {figure(value)}")
        parts += [
            path("range", [upright(across(value), _TOP, _BOTTOM), level(_TOP + 5, *ends)]),
            f'<g text-anchor="middle">{label}</g>',
        ]
    if limit is not None and across.low <= limit <= across.high:
        parts.append(path("limit", [upright(across(limit), _TOP, _BOTTOM)]))
        parts.append(text(min(across(limit) + 4, 230), _BOTTOM - 120, f"limit {figure(limit)}"))
    return parts
