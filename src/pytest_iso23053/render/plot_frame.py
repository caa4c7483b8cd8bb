"""What the drawings of series are made of: scales, axes, and texts that are fit to stand in SVG.

Nothing here is styled and nothing foreign is left unescaped. Coordinates are finite and inside the box whatever the
numbers are: they come out of a file.
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from pytest_iso23053.render.measurement_text import number
from pytest_iso23053.render.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 300.0
LABEL, LABEL_BYTES = 17, 44
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_TICKS = 12


class Scale:
    """From numbers to coordinates; what lies outside of its range is drawn at its end."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        # Halves: the span of two floats can be larger than any float.
        self.low, self.high, self.start, self.end = low, high, start, end
        self._span = high / 2 - low / 2

    def __call__(self, value: float) -> float:
        """Where a number is drawn."""
        share = (value / 2 - self.low / 2) / self._span if self._span else 0.5
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two; the two themselves where there are none that can be told apart."""
    step = _step(low, high, most)
    if not step:
        return [low, high] if low < high else [low]
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    found = [place * step for place in range(first, min(last, first + _MOST_TICKS) + 1)]
    return found or [low, high]


def rounded(low: float, high: float, most: int = 5) -> tuple[float, float]:
    """A range that begins and ends at round numbers."""
    step = _step(low, high, most)
    if not step:
        return low, high
    start, end = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return (start, end) if math.isfinite(start) and math.isfinite(end) else (low, high)


def _step(low: float, high: float, most: int) -> float:
    """A round step; 0 where the numbers are too near to one another, or too large, to count in steps."""
    raw = (high / 2 - low / 2) / most * 2
    if not 1e-300 < raw < 1e300 or max(abs(low), abs(high)) / raw > 1e9:
        return 0.0
    power = 10.0 ** math.floor(math.log10(raw))
    return next((part * power for part in _STEPS if part * power >= raw * (1 - 1e-9)), 0.0)


def at(coordinate: float) -> str:
    """Spell a coordinate with what the eye can see of it."""
    return f"{coordinate:.1f}".removesuffix(".0")


def text(x: float, y: float, said: str, *, kind: str = "") -> str:
    """A text, which is escaped already."""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{at(x)}" y="{at(y)}">{said}</text>'


def fit(said: object, columns: int = LABEL) -> str:
    """A foreign text as a label: cut, and escaped; of whatever it is made, it takes few bytes."""
    plain, most = visible(said), LABEL_BYTES * columns // LABEL
    escaped = html.escape(shorten(plain, columns), quote=False)
    while len(escaped.encode()) > most and columns > 1:
        columns -= 1
        escaped = html.escape(shorten(plain, columns), quote=False)
    return escaped


def figure(value: float | None) -> str:
    """A number beside a bar or at an axis."""
    return html.escape(number(None if value is None else float(f"{value:.3g}")))


def percent(share: float) -> str:
    """A share of rows in percent, without the sign."""
    parts = 100 * share
    return "<0.1" if 0 < parts < 0.1 else f"{parts:.0f}" if parts >= 10 or parts == 0 else f"{parts:.1f}"


def path(kind: str, pieces: Iterable[str]) -> str:
    """One path of many pieces: shorter than an element for each."""
    drawn = "".join(pieces)
    return f'<path class="{kind}" d="{drawn}"/>' if drawn else ""


def upright(x: float, top: float, bottom: float) -> str:
    """A piece of a path: a line from top to bottom."""
    return f"M{at(x)} {at(top)}v{at(bottom - top)}"


def level(y: float, start: float, end: float) -> str:
    """A piece of a path: a line from left to right."""
    return f"M{at(start)} {at(y)}H{at(end)}"


def block(x: float, y: float, width: float, height: float) -> str:
    """A piece of a path: a rectangle; without extent, none."""
    return f"M{at(x)} {at(y)}h{at(width)}v{at(height)}h{at(-width)}z" if width > 0 and height > 0 else ""


def x_axis(place: Scale, y: float, marks: Sequence[float], spelled: Sequence[str] | None = None) -> str:
    """The line below a plot with its round numbers; those at the ends stay inside the box."""
    pieces = [level(y, place.start, place.end), *(upright(place(mark), y, y + 3) for mark in marks)]
    said = spelled or [figure(mark) for mark in marks]
    texts = [
        text(min(max(place(mark), 3.2 * len(label)), WIDTH - 3.2 * len(label)), y + 14, label)
        for mark, label in zip(marks, said, strict=True)
    ]
    return path("axis", pieces) + f'<g class="soft" text-anchor="middle">{"".join(texts)}</g>'


def y_axis(place: Scale, x: float, end: float, marks: Sequence[float], spelled: Sequence[str] | None = None) -> str:
    """Thin lines across a plot, with their numbers to its left."""
    said = spelled or [figure(mark) for mark in marks]
    texts = [text(x - 4, place(mark) + 3.5, label) for mark, label in zip(marks, said, strict=True)]
    lines = path("grid", (level(place(mark), x, end) for mark in marks))
    return f'{lines}<g class="soft" text-anchor="end">{"".join(texts)}</g>'


def legend(names: Sequence[str], y: float, second_as: str) -> str:
    """Which of two samples is drawn how, above the plot."""
    first, second = (fit(name, 18) for name in names)
    return (
        path("one", [block(0, y - 8, 9, 9)])
        + text(13, y, first)
        + path(second_as, [block(150.5, y - 7.5, 8, 8)])
        + text(163, y, second)
    )


def svg(kind: str, height: float, parts: Iterable[str]) -> str:
    """The drawing; what it shows stands beside it in words and numbers."""
    drawn = "".join(parts)
    return (
        f'<svg class="drawn {kind}" viewBox="0 0 {WIDTH:g} {at(height)}" aria-hidden="true" focusable="false">'
        f"{drawn}</svg>"
    )
