"""The drawing behind a measurement, with the same in words and numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.series import AREA, CATEGORIES, CURVE, GROUPS, HISTOGRAM, RELIABILITY
from pytest_iso23053.render.measurement_text import finite, number
from pytest_iso23053.render.plot_bars import bars_of_categories, bars_of_groups
from pytest_iso23053.render.plot_bins import histogram
from pytest_iso23053.render.plot_lines import area, curve, reliability_curve
from pytest_iso23053.render.series import series_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.render.measurement_text import Record
    from pytest_iso23053.render.series import Series

NOT_SHOWN = "too few rows to show"
_KNOWN = {
    ("true positive rate", "false positive rate"): "ROC curve",
    ("error rate", "share of rows answered"): "Risk-coverage curve",
}
BEYOND = " Red: the value itself lies beyond the dashed line."


@dataclass(frozen=True)
class Drawing:
    """An SVG, what it is, how it is read, and the numbers in it, a line each."""

    title: str
    caption: str
    svg: str
    numbers: tuple[str, ...]


def drawing_of(record: Record) -> Drawing | None:
    """Draw what lies behind a measurement; None where its record has nothing that can be drawn."""
    series = series_of(record)
    if series is None:
        return None
    drawn = _svg(series, record)
    if not drawn:
        return None
    caption = _caption(series, record) + (BEYOND if '<path class="beyond"' in drawn else "")
    return Drawing(_title(series), caption, drawn, _numbers(series))


def _svg(series: Series, record: Record) -> str:
    if series.kind == RELIABILITY:
        return reliability_curve(series)
    if series.kind == GROUPS:
        return bars_of_groups(series, record)
    if series.kind == CATEGORIES:
        return bars_of_categories(series)
    if series.kind == AREA:
        return area(series)
    return histogram(series, record) if series.kind == HISTOGRAM else curve(series, record)


def _title(series: Series) -> str:
    if series.kind == AREA and (series.of, series.over) in _KNOWN:
        return _KNOWN[series.of, series.over]
    if series.kind in (CURVE, AREA):
        named = f"{series.of or 'Curve'}{f' over {series.over}' if series.over else ''}"
        return named[:1].upper() + named[1:]
    about = f" of {series.of}" if series.of else ""
    return {
        RELIABILITY: "Reliability curve",
        GROUPS: f"By group{f': {series.over}' if series.over else ''}",
    }.get(series.kind, f"Distribution{about}")


def _caption(series: Series, record: Record) -> str:
    level = finite(record.get("confidence"))
    intervals = f"{level * 100:g}\u00a0% intervals" if level is not None else "intervals"
    if series.kind == RELIABILITY:
        return f"On the dashed line it happens as often as was said. Lines: {intervals} of each point."
    if series.kind == GROUPS:
        bars = f"Bars: {series.of or 'the measure'} of each group."
        bounded = any(bound is not None for row in series.rows for bound in row[3:])
        return f"{bars} Lines: {intervals} that hold for all of them at once." if bounded else bars
    if series.kind == CURVE:
        return f"Shaded: {intervals} of each point."
    if series.kind == AREA:
        return "Dashed: what chance alone would give."
    shares = f"Shares of the rows of {' and of '.join(series.samples)}"
    if series.kind == CATEGORIES or not series.besides:
        return f"{shares}."
    beside = "; ".join(f"{row[0]}: {_rows(row[1:], series.samples)}" for row in series.besides)
    return f"{shares} that lie on the axis; beside it {beside}."


def _numbers(series: Series) -> tuple[str, ...]:
    lines = [_line(series, row) for row in series.rows]
    lines += [f"{row[0]}: {_rows(row[1:], series.samples)}" for row in series.besides]
    return (*lines, f"and {number(series.more)} more") if series.more else tuple(lines)


def _line(series: Series, row: tuple[object, ...]) -> str:
    if series.kind == RELIABILITY:
        n, mean, *rate = row
        return f"{_short(mean)}: {_measured(rate)}, n\u00a0=\u00a0{number(n)}"
    if series.kind == GROUPS:
        name, n, *value = row
        return f"{name}: {_measured(value)}, n\u00a0=\u00a0{number(n)}"
    if series.kind == CURVE:
        return f"{_short(row[0])}: {_measured(row[1:])}"
    if series.kind == AREA:
        return f"{_short(row[0])}: {_short(row[1])}, {_short(row[2])} at chance"
    if series.kind == CATEGORIES:
        return f"{row[0]}: {_rows(row[1:], series.samples)}"
    start, end = (None if edge is None else number(edge) for edge in row[:2])
    where = f"{start} to {end}" if start and end else f"from {start}" if start else f"below {end}"
    return f"{where}: {_rows(row[2:], series.samples)}"


def _measured(numbers: Sequence[object]) -> str:
    value, low, high = numbers
    if value is None:
        return NOT_SHOWN
    if low is None and high is None:
        return _short(value)
    return f"{_short(value)} ({_short(low)} to {_short(high)})"


def _short(value: object) -> str:
    known = finite(value)
    return number(None if known is None else float(f"{known:.3g}"))


def _rows(counts: tuple[object, ...], samples: tuple[str, ...]) -> str:
    if len(samples) == 1:
        return number(counts[0])
    return ", ".join(f"{number(count)} in {name}" for count, name in zip(counts, samples, strict=True))
