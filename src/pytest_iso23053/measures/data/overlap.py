"""Rows that the test set shares with the training set, beyond what chance makes of the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import settled_seed
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.data.cells import free_text
from pytest_iso23053.measures.data.coincidence import among, coincidences, hashed, hashes_of, row_sums, sizes
from pytest_iso23053.measures.data.duplicates import MARGIN as DUPLICATES
from pytest_iso23053.measures.data.duplicates import MOVED, ONE_COLUMN, REWORDED, SAFETY, Excess, exact_excess, measured
from pytest_iso23053.measures.data.nearness import neighbours, points
from pytest_iso23053.measures.data.sentences import alike
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.counts import recurrence_bounds
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.simultaneous import per_comparison
from pytest_iso23053.subjects.dataset import Dataset, as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

MARGIN = 0.001  # share of the test rows beyond chance that is of no consequence
SLIPS = 2
SOURCE = "Barz & Denzler 2020; Kapoor & Narayanan 2023 (leakage); Krishnamoorthy & Peng 2011 (prediction interval)"


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {MARGIN}",
    range=(-1.0, 1.0),
    source=SOURCE,
    needs=("train", "test"),
)
def unexplained_overlap_rate(train: Any, test: Any, *, confidence: float = 0.95) -> Measurement:
    """Share of test rows that are training rows, features alone, beyond the share that chance explains.

    The control is the training set itself: by chance a test row occurs among the training rows about as often as a
    training row occurs among the others. Where the training set holds copies of its own (`unexplained_duplicate_rate`),
    only those repeats count that chance makes.

    Parameters
    ----------
    train, test : Dataset or frame
        With the same features; targets are left aside.
    confidence : float, default 0.95
        Level of the interval: of the count that the training set's own repeats predict.

    Returns
    -------
    Measurement
        From -1 to 1, near 0 where only chance is at work; its n is the number of test rows. ``params`` hold how many
        of them occur in the training set, and how many chance explains. A split by time or person, after which fewer
        rows coincide than by chance, hides as many copies.

    Raises
    ------
    ValueError
        The test rows lack a feature.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(400, 3))
    >>> measures.unexplained_overlap_rate(rows[:300], rows[280:]).params["rows"]
    20
    """
    before, after, level = as_dataset(train), as_dataset(test), checked_confidence(confidence)
    known, asked = _cells(before, after)
    whole, keys = map(row_sums, (known, asked))
    found = int(among(keys, whole).sum())
    control = _Control(int(np.sum(sizes(whole) > 1)), before.n, after.n, level)
    if found:
        control = control.with_chance(known)
    return measured(control.excess(found, {}), after.n, level, before, after)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {MARGIN}",
    range=(-1.0, 1.0),
    source=f"{SOURCE}; Datar et al. 2004 (locality-sensitive hashing); Broder 1997 (MinHash)",
    needs=("train", "test"),
)
def near_overlap_rate(train: Any, test: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Share of test rows that nearly are training rows, beyond chance: one column changed, or all numbers moved.

    Each feature is ignored in turn, as a number given to each row hides copies from a plain comparison; and rows within
    a twentieth of the columns' spread (root mean square) count that are otherwise equal, and texts with four words of
    five in common. The control is the training set itself, as in `unexplained_overlap_rate`: how often its rows nearly
    are other training rows.

    Parameters
    ----------
    train, test : Dataset or frame
        With the same features; targets are left aside.
    confidence : float, default 0.95
        Level of the interval, which allows for the number of columns tried.
    seed : int, optional
        Seed of the random projections that find neighbours; by default that of the running test.

    Returns
    -------
    Measurement
        Of the kind that exceeds chance most; ``params`` name it, and the column. Rows that are equal are not counted.

    Raises
    ------
    ValueError
        The test rows lack a feature.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(300, 4))
    >>> leaked = rows[:30].copy()
    >>> leaked[:, 2] = range(30)
    >>> measures.near_overlap_rate(rows, leaked, seed=1).params["column"]
    'x2'
    """
    before, after = as_dataset(train), as_dataset(test)
    level, seed = checked_confidence(confidence), settled_seed(seed)
    tried = per_comparison(level, len(before.features) + 1)
    found = [
        *_one_column_changed(before, after, tried),
        *_moved(before, after, seed, tried),
        *_reworded(before, after, seed, tried),
    ]
    worst = max(found, key=lambda each: each.low, default=Excess(0, 0.0, 0, 0, {}))
    return measured(worst, after.n, level, before, after, seed=seed)


def _cells(before: Dataset, after: Dataset) -> tuple[Any, Any]:
    features = comparable(before, after)
    same = tuple(features) == tuple(after.features)
    return hashes_of(before), hashes_of(after) if same else hashed(after.X[features])


@dataclass(frozen=True)
class _Control:
    """How many training rows recur among the others (at most, where chance makes more), and so may test rows."""

    recurring: float
    rows: int
    others: int
    level: float
    most: float = 0.0
    sparse: bool = False  # no two training rows come so near one another that one could meet another by chance

    def with_chance(self, known: Any) -> _Control:
        """The same beside what chance makes of the table: alone, where the training set holds copies of its own."""
        if len(known) < 2:
            return self
        own = coincidences(known)
        expected, most = own.recurring(), own.recurring(SAFETY)
        copies = exact_excess(own, self.level).low > DUPLICATES * self.rows
        recurring = expected if copies else max(self.recurring, expected)
        return replace(self, recurring=recurring, most=most, sparse=recurring < 0.01)

    def excess(self, count: int, params: dict[str, Any]) -> Excess:
        """What the test rows show beyond it; their low bound allows for a few, which may be somebody's slip."""
        least = recurrence_bounds(self.recurring, self.rows, self.others, self.level)[0]
        most = recurrence_bounds(max(self.recurring, self.most), self.rows, self.others, self.level)[1]
        most = min(most, SLIPS) if self.sparse else most
        return Excess(count, self.recurring * self.others / max(self.rows, 1), least, most, params)


def _one_column_changed(before: Dataset, after: Dataset, level: float) -> list[Excess]:
    known, asked = _cells(before, after)
    if len(known) < 3:
        return []
    whole, keys = map(row_sums, (known, asked))
    fresh, own, found = ~among(keys, whole), sizes(whole), []
    for place, name in enumerate(before.features):
        rest = whole - known[place]
        count = int(np.sum(among(keys - asked[place], rest) & fresh))
        if count > MARGIN * after.n:
            control = _Control(int(np.sum(sizes(rest) > own)), before.n, after.n, level)
            params = {"kind": ONE_COLUMN, "column": str(name)}
            if control.excess(count, params).low > 0:
                control = control.with_chance(np.delete(known, place, axis=0))
            found.append(control.excess(count, params))
    return found


def _moved(before: Dataset, after: Dataset, seed: int, level: float) -> list[Excess]:
    features = comparable(before, after)
    given = points(before.X[features], after.X[features])
    if given is None:
        return []
    count, further = neighbours(given[1], given[0], np.random.default_rng(seed))
    if not count:
        return [Excess(0, 0.0, 0, 0, {"kind": MOVED})]
    own, own_further = neighbours(given[0], None, np.random.default_rng(seed))
    # Of copies that were moved, the training set's own must not excuse those in the test set.
    recurring = max(min(own, own_further), further * before.n / max(after.n, 1))
    control = _Control(recurring, before.n, after.n, level, sparse=recurring == 0)
    return [control.excess(count, {"kind": MOVED})]


def _reworded(before: Dataset, after: Dataset, seed: int, level: float) -> list[Excess]:
    found = []
    for name in free_text(before):
        count, further = alike(after.X[name], before.X[name], np.random.default_rng(seed))
        own, own_further = alike(before.X[name], None, np.random.default_rng(seed)) if count else (0, 0)
        recurring = max(min(own, own_further), further * before.n / max(after.n, 1))
        control = _Control(recurring, before.n, after.n, level, sparse=recurring == 0)
        found.append(control.excess(count, {"kind": REWORDED, "column": str(name)}))
    return found
