"""Interval plots as inline SVG: the value, its interval and the limit, on a scale of their own.

A plot repeats what words and numbers beside it say, so it is hidden from screen readers. It holds nothing but
coordinates: no foreign text, no identifiers, no styles. Colours come from the page through classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.render.measurement_text import finite

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.render.measurement_text import Record

_WIDTH, _HEIGHT, _MIDDLE, _EDGE = 200.0, 26.0, 13.0, 24.0


def interval_plot(record: Record) -> str:
    """Draw a measurement record; an empty text where there is no value to draw.

    The side of the limit on which it is kept is shaded. A bound that is missing is drawn as an interval running off
    the plot, without its end bar.
    """
    value, low, high, limit = (finite(record.get(key)) for key in ("value", "low", "high", "limit"))
    if value is None:
        return ""
    place = _scale([number for number in (value, low, high, limit) if number is not None])
    parts = [f'<path class="axis" d="M0 {_MIDDLE:g}H{_WIDTH:g}"/>']
    if limit is not None:
        parts.append(_kept_side(place(limit), str(record.get("operator"))))
    if low is not None or high is not None:
        parts.append(_interval(None if low is None else place(low), None if high is None else place(high)))
    if limit is not None:
        parts.append(f'<path class="limit" d="M{place(limit):.1f} 1V{_HEIGHT - 1:g}"/>')
    parts.append(f'<circle class="value" cx="{place(value):.1f}" cy="{_MIDDLE:g}" r="4"/>')
    return f'<svg class="interval" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" aria-hidden="true">{"".join(parts)}</svg>'


def _scale(numbers: list[float]) -> Callable[[float], float]:
    """Fit a scale to what is drawn, with some room on each side."""
    # Halves: the span of two floats can be larger than any float.
    start = min(numbers) / 2
    span = max(numbers) / 2 - start

    def place(number: float) -> float:
        share = (number / 2 - start) / span if span else 0.5
        return _EDGE + (_WIDTH - 2 * _EDGE) * min(max(share, 0.0), 1.0)

    return place


def _kept_side(limit: float, operator: str) -> str:
    if operator.startswith(">"):
        start, end = limit, _WIDTH
    elif operator.startswith("<"):
        start, end = 0.0, limit
    else:
        return ""
    return f'<rect class="kept" x="{start:.1f}" y="1" width="{end - start:.1f}" height="{_HEIGHT - 2:g}"/>'


def _interval(low: float | None, high: float | None) -> str:
    start, end = 0.0 if low is None else low, _WIDTH if high is None else high
    ends = [f"M{bound:.1f} {_MIDDLE - 5:g}v10" for bound in (low, high) if bound is not None]
    return f'<path class="range" d="M{start:.1f} {_MIDDLE:g}H{end:.1f}{"".join(ends)}"/>'
