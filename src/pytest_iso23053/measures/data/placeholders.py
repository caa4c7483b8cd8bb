"""Missing values in disguise: a question mark, a −999, a day in 1900."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.column_profile import MOMENT, TEXT
from pytest_iso23053.measures.pairs import MOST_NAMED, first_names, worst_first
from pytest_iso23053.measures.profile import profile
from pytest_iso23053.measures.profile_measurement import of_profile
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.column_profile import ColumnProfile

# Never a value of its own in any column
TOKENS = frozenset(
    [
        *("", "?", "??", "???", "tbd", "missing", "undefined", "no data", "no value"),
        *(
            "na",
            "n/a",
            "n.a.",
            "#n/a",
            "#na",
            "<na>",
            "nan",
            "null",
            "<null>",
            "nil",
            "not available",
            "not applicable",
        ),
        *("#null!", "#value!", "#ref!", "#div/0!", "#name?"),
        *("0000-00-00", "9999-12-31", "1900-01-01", "1899-12-30", "00/00/0000", "01/01/1900"),
        *("-999", "-9999", "-99999", "999999"),
    ]
)
# A proper code for «missing», as long as there is no other beside it
EXPLICIT = frozenset({"unknown", "unspecified", "not known", "not specified", "not given", "not stated", "no answer"})
NUMBERS = tuple(
    float(sign * value) for value in (9, 99, 999, 9999, 99999, 999999, 9999999, 99999999) for sign in (1, -1)
)
NUMBERS += (-1.0, -1e20, 1e20, -32768.0, 2147483647.0, -2147483648.0, float(np.float32(-3.4e38)), 1e30)
_DAY = 86_400.0
DAYS = tuple(
    float(np.datetime64(day, "s").astype(np.int64))
    for day in (
        "1899-12-30",
        "1900-01-01",
        "1970-01-01",
        "2099-12-31",
        "2100-01-01",
        "2199-12-31",
        "2222-02-22",
        "2262-04-11",
    )
)
LEAST_REPEATED = 3
PILE = 10  # times the rows of any other value
LONE_NEGATIVE = -99.0  # of a quantity that is never negative


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Pearson 2006 (the problem of disguised missing data)",
    needs=("train",),
    task="tell missing values from values",
)
def disguised_missing_rate(data: Any) -> Measurement:
    """Share of rows with a stand-in for a missing value that a model takes for a value, in the worst feature.

    Texts: ``?``, ``N/A``, ``#REF!``, blank cells and their like; ``unknown`` and its like only where the same feature
    has missing values of another form too, or otherwise holds numbers, as by itself it is a proper code. Numbers: −999,
    9999, −1 and their like, where the very value occurs three times or more, and either lies further from all others
    than these are spread (from their first to their last percentile, and half of their range), or occurs ten times as
    often as any of them, or is the only negative one and −99 or less. Moments likewise: 1900-01-01, 1970-01-01,
    2099-12-31. Not seen: a zero that stands for a missing blood pressure.

    Parameters
    ----------
    data : Dataset, frame or Profile
        The rows to look at.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name the features and what stands for a missing value there.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> frame = pd.DataFrame({"age": [*range(20, 60), -999, -999, -999, -999], "job": ["a", "?"] * 22})
    >>> found = measures.disguised_missing_rate(frame)
    >>> found, found.params["stand_ins"]
    (disguised_missing_rate = 0.5 (exact), n = 44, column job, {'job': ['?'], 'age': ['-999']})
    """
    scanned = profile(data)
    found = {name: told for name, column in scanned.columns.items() if (told := stand_ins(column))}
    rows = {name: sum(told.values()) for name, told in found.items()}
    order = sorted(rows, key=lambda name: -rows[name])
    worst = order[0] if order else None
    explicit = [name for name, column in scanned.columns.items() if name not in found and _texts(column, EXPLICIT)]
    params = {
        "column": None if worst is None else str(worst),
        "rows": worst_first(rows),
        "stand_ins": {str(name): first_names(found[name]) for name in order[:MOST_NAMED]},
        "explicit": first_names(explicit),
        "columns": len(scanned.columns),
    }
    return of_profile(scanned, rows[worst] / scanned.rows if worst is not None else 0.0, params)


def stand_ins(column: ColumnProfile) -> dict[str, int]:
    """What stands for a missing value in a column, and in how many rows."""
    found = {**_texts(column, TOKENS)}
    if found or column.missing or reads_as_numbers(column):
        found |= _texts(column, EXPLICIT)
    if column.quantity is not None:
        found |= _isolated(column, DAYS if column.kind == MOMENT else NUMBERS)
    return found


def _texts(column: ColumnProfile, known: frozenset[str]) -> dict[str, int]:
    if column.categories is None or column.kind != TEXT:
        return {}
    counts = column.categories.counts
    found = {text: rows for text, rows in counts.items() if len(text) < 20 and text.strip().casefold() in known}
    return found if len(found) < len(counts) else {}


def reads_as_numbers(column: ColumnProfile) -> bool:
    """Whether nine in ten of a column's texts read as numbers."""
    if column.categories is None or column.kind != TEXT:
        return False
    counts = column.categories.counts
    readable = sum(rows for text, rows in counts.items() if is_number(text))
    return readable >= 0.9 * sum(counts.values()) > 0


def is_number(text: str) -> bool:
    """Whether a text reads as a number."""
    try:
        return np.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _isolated(column: ColumnProfile, candidates: tuple[float, ...]) -> Mapping[str, int]:
    """The candidates that are repeated, and lie apart from all that are none."""
    quantity = column.quantity
    assert quantity is not None  # noqa: S101 - asked of quantities alone
    repeated = {value: rows for value in candidates if (rows := quantity.count_of(value)) >= LEAST_REPEATED}
    if not repeated:
        return {}
    others = ~np.isin(quantity.keys, [quantity.key(value) for value in repeated])
    values, counts = quantity.values[others], quantity.counts[others]
    if len(values) < 3 or not np.isfinite(values).all():
        return {}
    reached = np.cumsum(counts) / counts.sum()
    # a pile of zeros has no spread, so that the whole range has a say too
    spread = max(np.ptp(values[np.searchsorted(reached, [0.01, 0.99])]), np.ptp(values) / 2)
    often, positive = PILE * max(int(counts.max()), 1), values.min() >= 0
    apart = {
        value: rows
        for value, rows in repeated.items()
        if np.abs(values - value).min() > spread or rows >= often or (positive and value <= LONE_NEGATIVE)
    }
    if column.kind == MOMENT:
        return {str(np.datetime64(int(value), "s").astype("datetime64[D]")): rows for value, rows in apart.items()}
    return {f"{value:.15g}": rows for value, rows in apart.items()}
