"""The schema and the ranges that the training data imply, held against other data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.column_profile import NUMBER, TRUTH
from pytest_iso23053.measures.pairs import Pair, between, first_names, pairs, worst_first
from pytest_iso23053.measures.profile import profile
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.exchangeable import probability_of_extremes, unseen_by_chance
from pytest_iso23053.stats.multiplicity import benjamini_hochberg
from pytest_iso23053.stats.shifts import paired_counts
from pytest_iso23053.stats.summaries.distribution import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.profile import Profile

FALSE_DISCOVERIES = 0.01
VALIDATION = "Breck, Polyzotis, Roy, Whang & Zinkevich 2019 (Data Validation for Machine Learning)"
TWO_SETS = ("train", "test")


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
    task="notice that the data no longer have the columns that the model was made for",
)
def schema_changes(reference: Any, current: Any) -> Measurement:
    """Features that are missing, new, of another kind, or without any variation where the reference has some.

    Kinds are numbers, truth values, moments, durations and text; a column of numbers read as text, because of one cell
    that is none, is of another kind. Truth values count as the numbers 0 and 1, whole numbers as numbers, a category as
    its value, and a column without any value as of any kind. The order of columns is not compared, nor is the target.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data that the model was made for, and other data.

    Returns
    -------
    Measurement
        An exact count; ``params`` name the columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> train = pd.DataFrame({"age": [25, 61, 40] * 20, "job": ["a", "b", "a"] * 20})
    >>> measures.schema_changes(train, train.assign(age=["25", "61", "?"] * 20, id=range(60))).params
    {'extra': ['id'], 'kind': {'age': 'number, now text'}}
    """
    before, after = profile(reference), profile(current)
    shared = [
        Pair(name, column, after.columns[name]) for name, column in before.columns.items() if name in after.columns
    ]
    lacking = [name for name in before.columns if name not in after.columns]
    extra = [name for name in after.columns if name not in before.columns]
    kinds = {pair.name: told for pair in shared if (told := _kind_change(pair, len(shared)))}
    constant = [pair.name for pair in shared if pair.name not in kinds and _lost_variation(pair, len(shared))]
    params = {
        "missing": first_names(lacking),
        "extra": first_names(extra),
        "kind": {str(name): kinds[name] for name in list(kinds)[:10]},
        "constant": first_names(constant),
    }
    return between(before, after, len(lacking) + len(extra) + len(kinds) + len(constant), params)


def _kind_change(pair: Pair, columns: int) -> str:
    """What changed, in words; nothing, where the reference has the kind too, or where only a few rows bring it."""
    known = {_plain_kind(kind) for kind in pair.before.kinds}
    new = {kind: rows for kind, rows in pair.after.kinds.items() if _plain_kind(kind) not in known}
    by_chance = probability_of_extremes(sum(new.values()), pair.before.known, pair.after.known)
    if not known or by_chance > FALSE_DISCOVERIES / columns:
        return ""
    return f"{pair.before.kind}, now {' and '.join(sorted(new))}"


def _plain_kind(kind: str) -> str:
    return NUMBER if kind == TRUTH else kind


def _lost_variation(pair: Pair, columns: int) -> bool:
    """Whether all values are one, which the reference's variation makes no chance."""
    before, after = pair.before, pair.after
    if before.distinct < 2 or after.distinct != 1:
        return False
    if after.quantity is not None and before.quantity is not None:
        same = before.quantity.count_of(float(after.quantity.values[0]))
    elif after.categories is not None and before.categories is not None:
        same = before.categories.counts.get(next(iter(after.categories.counts), ""), 0)
    else:
        return False
    share = (same + after.known) / (before.known + after.known)
    return bool(after.known * np.log(share) < np.log(FALSE_DISCOVERIES / columns))


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.001",
    range=(0.0, 1.0),
    source=f"{VALIDATION}; null: drawing without replacement; Benjamini & Hochberg 1995",
    needs=TWO_SETS,
    task="notice values outside of the range that the model was made for",
)
def out_of_range_rate(reference: Any, current: Any, *, false_discovery_rate: float = FALSE_DISCOVERIES) -> Measurement:
    """Share of rows with a number above the largest or below the smallest of the reference, in the worst column.

    A new maximum is no fault: of rows that are all drawn alike, some exceed what the others reached. How many, follows
    from drawing without replacement, whatever the distribution; a column counts only where there are more than that
    explains, with the false-discovery rate controlled over all columns and both ends. Moments are left aside. Rows that
    are dependent (several of one person, kept together) exceed more often by chance than the null says.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data whose ranges hold, and other data.
    false_discovery_rate : float, default 0.01
        Expected share of false alarms among the columns that count.

    Returns
    -------
    Measurement
        An exact count over the current rows: 0 where no column exceeds what chance explains. ``params`` name the
        columns and their rows.

    Raises
    ------
    NotMeasurableError
        The two have no feature in common, or no rows.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> train, test = [[age] for age in range(18, 80)] * 5, [[age] for age in range(18, 81)] + [[-999]] * 7
    >>> measures.out_of_range_rate(train, test)
    out_of_range_rate = 0.1 (exact), n = 70, column x0
    """
    before, after, shared = pairs(reference, current)
    found: dict[Any, int] = {}
    ends: list[tuple[Any, int, float]] = []
    for pair in shared:
        if pair.is_time or pair.before.quantity is None or pair.after.quantity is None or not pair.before.known:
            continue
        known = pair.before.known, pair.after.known
        ends += [(pair.name, beyond, probability_of_extremes(beyond, *known)) for beyond in _beyond(pair)]
    for (name, beyond, _), adjusted in zip(ends, benjamini_hochberg([end[2] for end in ends]), strict=True):
        if adjusted <= false_discovery_rate:
            found[name] = found.get(name, 0) + beyond
    return _rows_of(before, after, found, compared=len(shared))


def _beyond(pair: Pair) -> tuple[int, int]:
    before, after = pair.before, pair.after
    if after.quantity is None or not before.moments.count:
        return 0, 0
    return after.quantity.below(before.moments.minimum), after.quantity.above(before.moments.maximum)


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.001",
    range=(0.0, 1.0),
    source=f"{VALIDATION}; null: drawing without replacement, bound of Chernoff 1952; Benjamini & Hochberg 1995",
    needs=TWO_SETS,
    task="notice values that the model has never seen",
)
def unseen_value_rate(reference: Any, current: Any, *, false_discovery_rate: float = FALSE_DISCOVERIES) -> Measurement:
    """Share of rows with a value that the reference lacks, in the worst column, where chance does not explain it.

    Rare values are easily missing from a sample: of values that occur once, every other one is unseen where both
    samples are of equal size. A column counts only where more rows are unseen than drawing without replacement
    explains, with the false-discovery rate controlled over columns. Numbers take part up to 8 192 different values:
    codes, counts and rounded amounts do, measurements with many digits never alarm. Moments are left aside.

    Parameters
    ----------
    reference, current, false_discovery_rate
        As for `out_of_range_rate`.

    Returns
    -------
    Measurement
        An exact count over the current rows: 0 where no column exceeds what chance explains. Of a column with more
        than 10 000 different texts a fair sample of them is counted, which makes it a lower bound.

    Raises
    ------
    NotMeasurableError
        The two have no feature in common, or no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> train, test = pd.DataFrame({"plan": ["a", "b"] * 50}), pd.DataFrame({"plan": ["a", "b"] * 20 + ["c"] * 10})
    >>> measures.unseen_value_rate(train, test)
    unseen_value_rate = 0.2 (exact), n = 50, column plan
    """
    before, after, shared = pairs(reference, current)
    unseen: dict[Any, int] = {}
    probabilities = []
    for pair in shared:
        counts = None if pair.is_time else _counts(pair)
        if counts is not None:
            unseen[pair.name] = int(counts[1][counts[0] == 0].sum())
            probabilities.append(unseen_by_chance(*counts)[1])
    adjusted = benjamini_hochberg(probabilities)
    found = {name: rows for (name, rows), p in zip(unseen.items(), adjusted, strict=True) if p <= false_discovery_rate}
    return _rows_of(before, after, found, compared=len(unseen))


def _counts(pair: Pair) -> tuple[Any, Any] | None:
    """Rows of each value; None where values are not known one by one."""
    before, after = pair.before, pair.after
    if before.quantity is not None and after.quantity is not None:
        if not (before.quantity.exact and after.quantity.exact):
            return None
        return aligned(before.quantity, after.quantity)[1:3]
    if before.distribution is None and after.distribution is None and before.categories and after.categories:
        return paired_counts(before.categories, after.categories)
    return None


def _rows_of(before: Profile, after: Profile, found: Mapping[Any, int], *, compared: int) -> Measurement:
    """The worst column's share; the rows of the others stand beside it."""
    worst = max(found, key=lambda name: found[name], default=None)
    value = found[worst] / after.rows if worst is not None else 0.0
    params = {"column": None if worst is None else str(worst), "rows": worst_first(found), "columns": compared}
    return between(before, after, value, params)
