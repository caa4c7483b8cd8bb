"""A judgement in words, and the number of rows that would decide an undecided one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.requirements import spelling

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Judgement, Measurement

POWER = 0.9
MAX_DECIMALS = 12


def rows_to_decide(measurement: Measurement, limit: float) -> int | None:
    """Rows with which the interval would clear the limit nine times in ten, if the observed value is the true one.

    The half width shrinks with the square root of the rows, so that its present size gives the spread of one row:
    ``n (z_bound + z_power)² (half width / z_bound)² / distance²``, the textbook sample size of a one-sample test.
    None where no number of rows decides (the value lies on the limit) or nothing is known of the spread.
    """
    from statistics import NormalDist  # noqa: PLC0415 - brings random and hashlib; only an open question needs it

    distance = abs(measurement.value - limit)
    half = _half_width(measurement)
    if measurement.confidence is None or measurement.n < 1 or not math.isfinite(half) or not distance > 0 or half <= 0:
        return None
    normal = NormalDist()
    z_bound = normal.inv_cdf((1 + measurement.confidence) / 2)
    rows = measurement.n * ((z_bound + normal.inv_cdf(POWER)) / z_bound * half / distance) ** 2
    return max(math.ceil(rows), measurement.n + 1) if math.isfinite(rows) else None


def _half_width(measurement: Measurement) -> float:
    """Half of the interval; where it is cut off at the end of the quantity's range, the whole of its longer side."""
    sides = sorted((measurement.value - measurement.low, measurement.high - measurement.value))
    return sides[1] if sides[0] < sides[1] / 2 else sum(sides) / 2


def described(measurement: Measurement, *, apart_from: float | None = None) -> str:
    """Value, interval and n: ``0.783, 95 % interval 0.741 to 0.821, n = 400``."""
    decimals = _decimals(measurement, apart_from)
    count = f"n = {grouped(measurement.n)}"
    value = _shown(measurement.value, decimals)
    if measurement.exact:
        value = value.rstrip("0").rstrip(".") if "." in value else value
        return f"{value} (exact), {count}{_where(measurement)}"
    level = f"{100 * measurement.confidence:.10g} % " if measurement.confidence is not None else ""
    low, high = (_shown(bound, decimals) for bound in (measurement.low, measurement.high))
    return f"{value}, {level}interval {low} to {high}, {count}{_where(measurement)}"


def _where(measurement: Measurement) -> str:
    """The column or group that a worst-of-all measurement speaks about, and what it found, in words."""
    params = measurement.params
    named = [f"{key} {params[key]}" for key in ("column", "group") if params.get(key)]
    return "".join(f", {part}" for part in (*named, params.get("what")) if part)


def _decimals(measurement: Measurement, apart_from: float | None) -> int:
    """Two digits of the interval's half width, and enough to tell each number from the limit it is judged by."""
    half = (measurement.high - measurement.low) / 2
    scale = half if math.isfinite(half) and half > 0 else abs(measurement.value) / 100
    decimals = max(0, 1 - math.floor(math.log10(scale))) if math.isfinite(scale) and scale > 0 else 0
    decimals = min(decimals, MAX_DECIMALS)
    if apart_from is not None:
        numbers = [
            x for x in (measurement.value, measurement.low, measurement.high) if math.isfinite(x) and x != apart_from
        ]
        while decimals < MAX_DECIMALS and any(round(x, decimals) == round(apart_from, decimals) for x in numbers):
            decimals += 1
    return decimals


def _shown(number: float, decimals: int) -> str:
    if math.isnan(number):
        return "unknown"
    if math.isinf(number):
        return "−∞" if number < 0 else "∞"
    if abs(number) >= 1e9 or 0 < abs(number) < 1e-9:
        return f"{number:.4g}"
    text = f"{number:,.{decimals}f}".replace(",", " ")
    return text if float(text.replace(" ", "")) != 0 else text.removeprefix("-")


def grouped(count: int) -> str:
    """A count with its thousands set apart: ``1 740``."""
    return f"{count:,}".replace(",", " ")


def rounded_up(count: int, digits: int = 3) -> int:
    """An estimate need not look exact: ``1 737`` is told as ``1 740``."""
    unit: int = 10 ** max(0, len(str(count)) - digits)
    return -(-count // unit) * unit


def claim(judgement: Judgement) -> str:
    """What was to be shown: ``accuracy >= 0.75``."""
    key = spelling(judgement.measurement.measure, judgement.measurement.params)
    return f"{key} {judgement.operator} {judgement.limit:.10g}"


_STATE = {"met": "is demonstrated", "not met": "is not met", "inconclusive": "is not demonstrated"}


def explain(judgement: Judgement) -> list[str]:
    """The judgement in one line, and in a second one why it is not met, or what would decide it."""
    numbers = described(judgement.measurement, apart_from=judgement.limit)
    lines = [f"{claim(judgement)} {_STATE[judgement.verdict]}: {numbers}"]
    if judgement.verdict == "inconclusive":
        lines.append(_undecided(judgement))
    elif judgement.decided_by_point:
        lines.append('decided by the value alone (decide = "point"); the interval was not asked')
    elif judgement.verdict == "not met" and not judgement.measurement.exact:
        side = "below" if judgement.operator.startswith(">") else "above"
        at_edge = judgement.limit in (judgement.measurement.low, judgement.measurement.high)
        lines.append(f"the whole interval lies {side} the limit" + (" or on it" if at_edge else ""))
    return lines


def _undecided(judgement: Judgement) -> str:
    measurement = judgement.measurement
    if math.isnan(measurement.value):
        return "the value is not defined on these rows: inconclusive"
    half = measurement.high - measurement.low
    if not math.isfinite(half):
        return "no bounded interval could be computed from these rows: inconclusive"
    if judgement.required_n is None:
        return "the interval holds both sides of the limit: inconclusive; no number of rows would decide at this value"
    rows = grouped(rounded_up(judgement.required_n))
    enough = f"about {rows} rows would decide ({100 * POWER:g} % power)"
    return f"the interval holds both sides of the limit: inconclusive; {enough}"
