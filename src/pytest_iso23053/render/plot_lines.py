"""Lines: observed rate against probability, and how a share grows with what is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.render.measurement_text import finite
from pytest_iso23053.render.plot_frame import (
    Scale,
    at,
    block,
    figure,
    fit,
    level,
    path,
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

    Point = tuple[float, float, float | None, float | None]  # x, y, low, high

_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 292.0, 18.0, 178.0
_NAMED = 40


def reliability_curve(series: Series) -> str:
    """Observed rates over mean probabilities on one scale, with the diagonal on which the two agree."""
    points: list[Point] = [row[1:] for row in series.rows if None not in row[1:3]]
    if not points:
        return ""
    low, high = rounded(*_ends([number for point in points for number in point if number is not None]))
    across, up = Scale(low, high, _LEFT, _RIGHT), Scale(low, high, _BOTTOM, _TOP)
    marks = ticks(low, high)
    return svg(
        "lines",
        _BOTTOM + 32,
        [
            y_axis(up, _LEFT, _RIGHT, marks),
            path("limit", [f"M{at(_LEFT)} {at(_BOTTOM)}L{at(_RIGHT)} {at(_TOP)}"]),
            path("range", (_whisker(point, across, up) for point in points)),
            path("curve", [_through([(across(x), up(y)) for x, y, *_ in points])]),
            *(f'<circle class="dot" cx="{at(across(x))}" cy="{at(up(y))}" r="3.5"/>' for x, y, *_ in points),
            x_axis(across, _BOTTOM, marks),
            _titles("observed rate", f"mean {fit(series.of or 'probability', _NAMED)}"),
        ],
    )


def curve(series: Series, record: Record) -> str:
    """A quantity over another, its interval as a band, and the limit on it."""
    points: list[Point] = [row for row in series.rows if None not in row[:2]]
    if not points:
        return ""
    points.sort(key=lambda point: point[0])
    limit, operator = finite(record.get("limit")), str(record.get("operator"))[:1]
    numbers = [number for point in points for number in point[1:] if number is not None]
    first, last = points[0][0], points[-1][0]
    low, high = rounded(*_ends([*numbers, 0.0, *([] if limit is None else [limit])]))
    across, up = Scale(first, last, _LEFT, _RIGHT), Scale(low, high, _BOTTOM, _TOP)
    parts = [y_axis(up, _LEFT, _RIGHT, ticks(low, high))]
    if limit is not None and operator in ("<", ">"):
        top, bottom = (up(limit), _BOTTOM) if operator == "<" else (_TOP, up(limit))
        parts.insert(0, path("kept", [block(_LEFT, top, _RIGHT - _LEFT, bottom - top)]))
    parts += [_band(points, across, up), path("curve", [_steps([(across(x), up(y)) for x, y, *_ in points])])]
    if limit is not None:
        parts.append(path("limit", [level(up(limit), _LEFT, _RIGHT)]))
        above = up(limit) - 4 if up(limit) > _TOP + 14 else up(limit) + 12
        parts.append(f'<g text-anchor="end">{text(_RIGHT, above, f"limit {figure(limit)}")}</g>')
    parts += [
        x_axis(across, _BOTTOM, ticks(first, last)),
        _titles(fit(series.of, _NAMED), fit(series.over, _NAMED)),
    ]
    return svg("lines", _BOTTOM + 32, parts)


def area(series: Series) -> str:
    """A line, what is below it shaded, and beside it the line of chance."""
    points: list[tuple[float, ...]] = sorted(row for row in series.rows if None not in row)
    if len(points) < 2:
        return ""
    low, high = rounded(*_ends([0.0, *(number for _, *both in points for number in both)]))
    first, last = points[0][0], points[-1][0]
    across, up = Scale(first, last, _LEFT, _RIGHT), Scale(low, high, _BOTTOM, _TOP)
    line, chance = ([(across(point[0]), up(point[place])) for point in points] for place in (1, 2))
    floor = f"V{at(up(0.0))}H{at(line[0][0])}z"
    parts = [
        y_axis(up, _LEFT, _RIGHT, ticks(low, high)),
        path("band", [_through(line), floor]),
        path("limit", [_through(chance)]),
        path("curve", [_through(line)]),
        x_axis(across, _BOTTOM, ticks(first, last)),
        _titles(fit(series.of, _NAMED), fit(series.over, _NAMED)),
    ]
    return svg("lines", _BOTTOM + 32, parts)


def _ends(numbers: Sequence[float]) -> tuple[float, float]:
    return min(numbers), max(numbers)


def _whisker(point: Point, across: Scale, up: Scale) -> str:
    x, _, low, high = point
    if low is None and high is None:
        return ""
    return upright(across(x), up.start if low is None else up(low), up.end if high is None else up(high))


def _through(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{at(x)} {at(y)}" for x, y in places)


def _band(points: Sequence[Point], across: Scale, up: Scale) -> str:
    known = [(across(x), up(low), up(high)) for x, _, low, high in points if low is not None and high is not None]
    if len(known) < 2:
        return ""
    back = [(x, high) for x, _, high in reversed(known)]
    return path("band", [_steps([(x, low) for x, low, _ in known]), _steps(back, back=True), "z"])


def _steps(places: Sequence[tuple[float, float]], *, back: bool = False) -> str:
    """What was reached at a point holds until the next one."""
    (x, y), *rest = places
    pieces = [f"L{at(x)} {at(y)}" if back else f"M{at(x)} {at(y)}"]
    pieces += [f"V{at(y)}H{at(x)}" if back else f"H{at(x)}V{at(y)}" for x, y in rest]
    return "".join(pieces)


def _titles(upright_one: str, level_one: str) -> str:
    """What the axes are: above the one and below the other, so that both are read without turning the head."""
    below = text((_LEFT + _RIGHT) / 2, _BOTTOM + 28, level_one)
    return text(0, 10, upright_one) + f'<g text-anchor="middle">{below}</g>'
