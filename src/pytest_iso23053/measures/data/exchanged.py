"""Columns that hold what another one used to hold, or the same in another unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.data.schema import TWO_SETS, VALIDATION
from pytest_iso23053.measures.pairs import MOST_NAMED, Pair, between, numeric_pairs, pairs, shift_of, shifts
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.measurement import Measurement

APART = 0.3  # of the rows: a column that has moved less is still itself
ALIKE = 0.1
NEAR = 0.15  # of the spread between the outer deciles
SHARES = np.arange(1, 20) / 20
LEAST_ROWS = 20
_FACTORS: tuple[float, ...] = (
    7,
    12,
    24,
    60,
    3600,
    86_400,
    1.609344,
    2.54,
    3.28084,
    2.2046226,
    28.349523,
    3.785412,
    4.184,
    7.50062,
)
_FACTORS += (14.5038, 18.0182, 38.67)  # bar to psi, glucose and cholesterol from mmol/l to mg/dl
# new = factor * old + offset: powers of ten, units of time, length, mass, volume and energy, and of temperature
CONVERSIONS: tuple[tuple[str, float, float], ...] = (
    *((f"× 10^{power}", 10.0**power, 0.0) for power in (1, 2, 3, 4, 5, 6, 9, -1, -2, -3, -4, -5, -6, -9)),
    *((f"× {factor:g}", float(factor), 0.0) for factor in _FACTORS),
    *((f"/ {factor:g}", 1 / factor, 0.0) for factor in _FACTORS),
    ("× -1", -1.0, 0.0),
    ("°C to °F", 1.8, 32.0),
    ("°F to °C", 1 / 1.8, -32 / 1.8),
    ("+ 273.15", 1.0, 273.15),
    ("- 273.15", 1.0, -273.15),
)


@measure(
    clause="7.2",
    aspect="quality",
    unit="columns",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source=f"{VALIDATION}; NASA 1999 (Mars Climate Orbiter, a mishap by units)",
    needs=TWO_SETS,
    task="notice values in another unit",
)
def unit_changes(reference: Any, current: Any) -> Measurement:
    """Numeric features whose values have become those of the reference in another unit: × 1 000, / 2.54, °C to °F.

    A feature counts where its distribution has moved by 0.3 or more (Kolmogorov-Smirnov), and where a conversion from a
    list lays nineteen of its quantiles onto the reference's, to within 0.15 of the spread between the outer
    deciles. A change that moves less, as that from kilograms to pounds of a wide distribution may, is left to the
    measures of drift, and values of which only a part is in another unit to `out_of_range_rate` and `mixed_unit_rate`.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data whose units hold, and other data; at least twenty values of a feature in both.

    Returns
    -------
    Measurement
        An exact count; ``params`` name the features and the conversion found.

    Raises
    ------
    NotMeasurableError
        The two have no feature in common, or no rows.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> metres, centimetres = [[1.5 + x / 100] for x in range(40)], [[150 + x] for x in range(40)]
    >>> measures.unit_changes(metres, centimetres).params["units"]
    {'x0': '× 10^2'}
    """
    before, after, shared = pairs(reference, current)
    moved = shifts(before, after)
    apart = [pair for pair in numeric_pairs(shared) if pair.name in moved and moved[pair.name].value >= APART]
    units = {str(pair.name): found for pair in apart if (found := _conversion(pair))}
    return between(before, after, len(units), {"units": dict(list(units.items())[:MOST_NAMED]), "columns": len(shared)})


def _conversion(pair: Pair) -> str:
    """The conversion that fits best, if any fits."""
    if min(pair.before.known, pair.after.known) < LEAST_ROWS:
        return ""
    assert pair.before.quantity is not None  # noqa: S101 - what a pair of numbers is
    assert pair.after.quantity is not None  # noqa: S101
    old, new = (quantity.quantiles(SHARES) for quantity in (pair.before.quantity, pair.after.quantity))
    spread = new[-1] - new[0]
    if not np.isfinite([*old, *new]).all() or spread <= 0 or old[-1] <= old[0]:
        return ""
    distances = {
        name: float(np.max(np.abs((np.sort(factor * old + offset)) - new)) / spread)
        for name, factor, offset in CONVERSIONS
    }
    best = min(distances, key=lambda name: distances[name])
    return best if distances[best] <= NEAR else ""


@measure(
    clause="7.2",
    aspect="quality",
    unit="columns",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source=VALIDATION,
    needs=TWO_SETS,
    task="notice that columns have been exchanged",
)
def swapped_columns(reference: Any, current: Any) -> Measurement:
    """Features that have exchanged their contents with one another.

    Two features count where each has moved by 0.3 of the rows or more, and each lies within 0.1, beyond what sampling
    explains, of what the *other* one was. Features that are distributed alike can be exchanged without any of this to
    be seen; `correlation_drift` may see it.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data whose columns are right, and other data.

    Returns
    -------
    Measurement
        An exact count; ``params`` name the pairs.

    Raises
    ------
    NotMeasurableError
        The two have no feature in common, or no rows.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows = [[x, 1000 + x] for x in range(100)]
    >>> measures.swapped_columns(rows, [row[::-1] for row in rows]).params["swapped"]
    ['x0 and x1']
    """
    before, after, shared = pairs(reference, current)
    moved = shifts(before, after)
    apart = [
        pair
        for pair in shared
        if min(pair.before.known, pair.after.known) >= LEAST_ROWS
        and (pair.name not in moved or moved[pair.name].value >= APART)
    ]
    swapped = list(_swapped(apart))
    names = {name for pair in swapped for name in pair}
    told = [f"{first} and {second}" for first, second in swapped][:MOST_NAMED]
    return between(before, after, len(names), {"swapped": told, "columns": len(shared)})


def _swapped(apart: list[Pair]) -> Iterator[tuple[Any, Any]]:
    for place, first in enumerate(apart):
        for second in apart[place + 1 :]:
            crossed = (shift_of(first.before, second.after), shift_of(second.before, first.after))
            if all(shift is not None and shift.value <= ALIKE and shift.raw <= APART for shift in crossed):
                yield first.name, second.name
