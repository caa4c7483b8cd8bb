"""Columns that hold values of two kinds, in two spellings, or in two units."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.column_profile import NUMBER, TEXT, TRUTH
from pytest_iso23053.measures.data.placeholders import is_number, reads_as_numbers
from pytest_iso23053.measures.pairs import first_names, worst_first
from pytest_iso23053.measures.profile import profile
from pytest_iso23053.measures.profile_measurement import of_profile
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.column_profile import ColumnProfile

Odd = dict[str, int]  # what is odd in a column, and in how many rows
FEW = 3
MOST_SPELLINGS = 1_000
_ORNAMENT = re.compile(r"[\s,'’€$£%]")
_JOINED = re.compile(r"[\s_\-./]+")


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Hynes, Sculley & Terry 2017 (The Data Linter)",
    needs=("train",),
    task="tell one kind of value from another",
)
def mixed_type_rate(data: Any) -> Measurement:
    """Share of rows that hold another kind of value than most of their column, in the worst feature.

    Python objects of several types in one column (numbers among texts, truth values among moments), and texts that are
    no numbers in a column of which nine in ten are: up to three different ones, or such as are numbers written in
    another way (``1,250``, ``12 €``).

    Parameters
    ----------
    data : Dataset, frame or Profile
        The rows to look at.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name the features and what is odd in them.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> measures.mixed_type_rate(pd.DataFrame({"charge": ["10.5", "11", "9.0", "8", "7"] * 4 + ["n.n."] * 2}))
    mixed_type_rate = 0.09091 (exact), n = 22, column charge
    """
    return _worst_of(data, _mixed)


def _mixed(column: ColumnProfile) -> Odd:
    kinds = dict(column.kinds)
    kinds[NUMBER] = kinds.get(NUMBER, 0) + kinds.pop(TRUTH, 0)
    main = max(kinds, key=lambda kind: kinds[kind])
    odd = {kind: rows for kind, rows in kinds.items() if kind != main and rows}
    if odd or column.kind != TEXT or column.categories is None or not reads_as_numbers(column):
        return odd
    others = {text: rows for text, rows in column.categories.counts.items() if not is_number(text)}
    rewritten = {text: rows for text, rows in others.items() if is_number(_ORNAMENT.sub("", text))}
    return others if len(others) <= FEW else rewritten


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Hynes, Sculley & Terry 2017 (The Data Linter: enums in several spellings)",
    needs=("train",),
    task="tell spellings of a value from values",
)
def spelling_variant_rate(data: Any) -> Measurement:
    """Share of rows that spell a frequent value another way: capitals, blanks around it, or what joins its words.

    Of each group of such spellings the most frequent one is right. The others count where all of them together have
    fewer rows than it has; where they do not, the difference may be meant. Features of more than 1 000 different
    values, identifiers perhaps, are not looked at.

    Parameters
    ----------
    data : Dataset, frame or Profile
        The rows to look at.

    Returns
    -------
    Measurement
        An exact quantity, of the worst feature; ``params`` name the features and the spellings.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> measures.spelling_variant_rate(pd.DataFrame({"sex": ["male"] * 6 + ["Male "] * 2 + ["female"] * 8}))
    spelling_variant_rate = 0.125 (exact), n = 16, column sex
    """
    return _worst_of(data, _variants)


def _variants(column: ColumnProfile) -> Odd:
    if column.categories is None or column.kind != TEXT or len(column.categories.counts) > MOST_SPELLINGS:
        return {}
    groups: dict[str, Odd] = defaultdict(dict)
    for text, rows in column.categories.counts.items():
        groups[_JOINED.sub(" ", text).strip().casefold()][text] = rows
    odd: Odd = {}
    for spellings in groups.values():
        main = max(spellings, key=lambda text: spellings[text])
        others = {text: rows for text, rows in spellings.items() if text != main}
        if sum(others.values()) < spellings[main]:
            odd |= others
    return odd


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Hynes, Sculley & Terry 2017 (The Data Linter); gaps of a heavy tail: Rényi 1953",
    needs=("train",),
    task="notice values in another unit",
)
def mixed_unit_rate(data: Any) -> Measurement:
    """Share of rows whose number stands in another unit than the others of its column, in the worst feature.

    They form a group of 0.2 % to 30 % of the numbers other than zero, and at least three, apart from the rest by an
    empty stretch of a factor of two or more, and more than the tail of the rest makes likely, that a power of ten or
    another usual factor lays onto the rest: the median amid it (of ten rows and more, within its middle half), and the
    whole within its range. A mixture without such a gap (pounds among kilograms) is not seen, nor is any among fewer
    than 100 such numbers.

    Parameters
    ----------
    data : Dataset, frame or Profile
        The rows to look at.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name the features and the factors.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> heights = [[1.50 + x / 250] for x in range(110)] + [[160 + x] for x in range(10)]
    >>> measures.mixed_unit_rate(heights)
    mixed_unit_rate = 0.08333 (exact), n = 120, column x0
    """
    return _worst_of(data, _other_unit)


FACTORS: tuple[float, ...] = (
    10.0,
    100.0,
    1e3,
    1e4,
    1e5,
    1e6,
    1e9,
    12.0,
    24.0,
    60.0,
    3600.0,
    86_400.0,
    7.0,
    3.785412,
    4.184,
    28.349523,
)
FACTORS += (7.50062, 14.5038, 18.0182, 38.67)
MOST_SHARE = 0.3
LEAST_GAP = np.log10(2.0)
LEAST_ROWS = 100
SURPRISE = 14.0  # the gap beyond the k outermost of an exponential tail exceeds x / k of its means with probability e⁻ˣ


def _other_unit(column: ColumnProfile) -> Odd:
    if column.quantity is None or column.kind != NUMBER:
        return {}
    values, counts = column.quantity.values, column.quantity.counts
    chosen = np.isfinite(values) & (values != 0)
    sizes, counts = np.log10(np.abs(values[chosen])), counts[chosen]
    order = np.argsort(sizes, kind="stable")
    sizes, counts = sizes[order], counts[order]
    below = np.cumsum(counts)
    if not below.size or below[-1] < LEAST_ROWS:
        return {}
    least, most = max(3.0, below[-1] / 500), below[-1] * MOST_SHARE
    for place in np.flatnonzero(np.diff(sizes) >= LEAST_GAP):
        low, high = (sizes[: place + 1], counts[: place + 1]), (sizes[place + 1 :], counts[place + 1 :])
        smaller, larger = (low, high) if below[place] * 2 <= below[-1] else (high, low)
        rows = int(smaller[1].sum())
        if not least <= rows <= most or len(smaller[0]) < 3 or len(larger[0]) < 10:
            continue
        if rows * (sizes[place + 1] - sizes[place]) < SURPRISE * _tail(larger, upper=smaller is high):
            continue
        factor = _factor(smaller, larger)
        if factor:
            return {factor: rows}
    return {}


def _tail(larger: tuple[Any, Any], *, upper: bool) -> float:
    """How slowly the larger group thins out towards the gap: the mean distance beyond its median (Hill 1975)."""
    sizes, counts = larger
    (middle,) = _quantiles(sizes, counts, (0.5,))
    beyond = sizes > middle if upper else sizes < middle
    return float(np.average(np.abs(sizes[beyond] - middle), weights=counts[beyond])) if beyond.any() else 0.0


def _factor(smaller: tuple[Any, Any], larger: tuple[Any, Any]) -> str:
    """The usual factor between the two groups, if one lays the smaller onto the larger."""
    inner = 0.25 if smaller[1].sum() >= 10 else 0.05  # where the median of few rows is to be expected
    first, *middle, last = _quantiles(*larger, (0.0, inner, 0.5, 1 - inner, 1.0))
    centre, least, most = _quantiles(*smaller, (0.5, 0.0, 1.0))
    slack = 0.1 * (last - first)
    sign = 1 if centre < first else -1
    fitting = {}
    for factor in FACTORS:
        by = sign * np.log10(factor)
        inside = least + by >= first - slack and most + by <= last + slack
        if inside and middle[0] <= centre + by <= middle[2]:
            fitting[abs(centre + by - middle[1])] = factor
    return f"{'/' if sign > 0 else '×'} {fitting[min(fitting)]:g}" if fitting else ""


def _quantiles(sizes: Any, counts: Any, shares: tuple[float, ...]) -> list[float]:
    reached = np.cumsum(counts)
    places = np.searchsorted(reached, np.ceil(np.asarray(shares) * reached[-1]).clip(1))
    return [float(size) for size in sizes[places]]


def _worst_of(data: Any, odd_in: Callable[[ColumnProfile], Odd]) -> Measurement:
    """The feature with most odd rows; the others stand beside it."""
    scanned = profile(data)
    found = {name: odd for name, column in scanned.columns.items() if column.known and (odd := odd_in(column))}
    rows = {name: sum(odd.values()) for name, odd in found.items()}
    worst = max(rows, key=lambda name: rows[name], default=None)
    params = {
        "column": None if worst is None else str(worst),
        "rows": worst_first(rows),
        "odd": {str(name): first_names(found[name]) for name in list(found)[:10]},
        "columns": len(scanned.columns),
    }
    return of_profile(scanned, rows[worst] / scanned.rows if worst is not None else 0.0, params)
