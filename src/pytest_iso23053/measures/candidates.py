"""Sets of rows that look planted, and whether training rows fall into them oftener than trusted rows do.

A screen orders rows without knowing which of them are training rows and which are trusted: both are scored together,
by learners that have seen both alike. Where nothing was planted, who is a training row is then a matter of chance
within each class, and so is how many of them a screen picks: that is the null, and it is drawn by permutation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import labels_of, of_data
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.probes import labelled_codes
from pytest_iso23053.stats.intervals import clopper_pearson, mover_difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

    Mask = NDArray[np.bool_]

THREATS = ("AML.T0020", "ML02", "NISTAML.013")
TASK = "keep out records that a poison screen names as candidates"
EVERY = -1
MOST_ROWS = 6_000
FEWEST_ROWS = 60  # of either kind: below, a screen could not show what it is about
FEWEST_OF_CLASS = 10
PERMUTATIONS = 999
NAMED = 10
TAILS = (0.02, 0.05, 0.1, 0.2, 0.35)


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows of both data sets in an order by lot; ``places`` are their positions in their own data set."""

    data: Dataset
    labels: NDArray[Any]
    classes: list[Any]
    codes: NDArray[np.int64]
    trained: Mask
    places: NDArray[np.int64]

    def of_class(self, place: int) -> NDArray[np.int64]:
        """The rows with the label."""
        return np.flatnonzero(self.codes == place)

    def able(self) -> list[int]:
        """The classes that have enough rows of either kind."""
        kinds = [np.bincount(self.codes[part], minlength=len(self.classes)) for part in (self.trained, ~self.trained)]
        return np.flatnonzero(np.minimum(*kinds) >= FEWEST_OF_CLASS).tolist()


class Cell(NamedTuple):
    """A set of rows that a screen picks, and among which rows it picks: those of a class, or ``EVERY`` one."""

    words: str
    among: int
    rows: Mask


def pooled(train: Dataset, test: Dataset, seed: int, most: int = MOST_ROWS) -> Pool:
    """Both data sets as one, ``most`` rows of them by lot.

    Raises
    ------
    NotMeasurableError
        There are no labels, they are quantities, or there are too few rows.
    """
    names = comparable(train, test)
    labelled_codes(train, train.target)
    if train.id is not None and train.column(train.id).duplicated().any():
        raise NotMeasurableError(f"{train.where} has several rows of one {train.id!r}, which are not drawn by lot")
    if min(train.n, test.n) < FEWEST_ROWS:
        raise NotMeasurableError(
            f"{train.where} has {train.n} rows, {test.where} {test.n}: a screen takes {FEWEST_ROWS} of either"
        )
    order = np.random.default_rng(seed).permutation(train.n + test.n)[:most]
    labels = np.concatenate([np.asarray(labels_of(data)) for data in (train, test)])[order]
    frame = pd.concat([train.X[names], test.X[names]], ignore_index=True).iloc[order].reset_index(drop=True)
    codes, classes = pd.factorize(labels, sort=True)
    if len(classes) < 2:
        raise NotMeasurableError(f"{train.where} has rows of one class only")
    trained = order < train.n
    return Pool(
        train.with_features(frame), labels, list(classes), codes, trained, np.where(trained, order, order - train.n)
    )


def tails(pool: Pool, scores: NDArray[np.float64], words: str, among: int) -> list[Cell]:
    """The rows with the greatest scores: from a fiftieth of the class to a third of it."""
    rows = np.arange(pool.codes.size) if among == EVERY else pool.of_class(among)
    cells = []
    for share in TAILS:
        least = np.quantile(scores[rows], 1 - share)
        picked = np.zeros(pool.codes.size, dtype=bool)
        picked[rows[(scores[rows] >= least) & (scores[rows] > scores[rows].min())]] = True
        cells.append(Cell(f"{words}, the utmost {share:.0%}", among, picked))
    return cells


def screened(
    pool: Pool, cells: Sequence[Cell], sets: tuple[Dataset, Dataset], level: float, seed: int, **params: Any
) -> Measurement:
    """The cell that most surely has more training rows than trusted rows account for, as a share of training rows."""
    cells = [cell for cell in cells if cell.rows.any()]
    n = int(pool.trained.sum())
    params = {**params, "rows": f"{n} of {sets[0].n}", "looked_at": len(cells)}
    if not cells:
        reach = float(clopper_pearson(0, n, level)[1])
        return of_data(0.0, n, *sets, low=0.0, high=reach, confidence=level, params=params, seed=seed)
    members = np.stack([cell.rows for cell in cells])
    rate, p_value = _null(pool, cells, members, level, seed)
    counts = [_side(pool, cells, members, trained=side) for side in (True, False)]
    low, high = _bounds(counts, 1 - 2 * rate)
    if p_value > (1 - level) / 2:
        low = np.minimum(low, 0.0)
    weight = counts[0][1] / n
    worst = int(np.argmax(low * weight))
    of_train, of_trusted = (float(hits[worst] / sizes[worst]) for hits, sizes in counts)
    params |= _named(pool, cells[worst]) | {"of_trusted": round(of_trusted, 4), "p": round(p_value, 4)}
    bounds = {"low": float(low[worst] * weight[worst]), "high": float(high[worst] * weight[worst])}
    value = float((of_train - of_trusted) * weight[worst])
    return of_data(value, n, *sets, confidence=level, params=params, seed=seed, **bounds)


def of_model(found: Measurement, name: str) -> Measurement:
    """The same, said of a model too."""
    return replace(found, subjects=(name, *found.subjects), roles=("model", *found.roles))


def _named(pool: Pool, cell: Cell) -> dict[str, Any]:
    found = np.sort(pool.places[cell.rows & pool.trained])
    return {
        "candidates": int(found.size),
        "candidate_rows": found[:NAMED].tolist(),
        "picked_by": cell.words,
        "of_class": "all" if cell.among == EVERY else pool.classes[cell.among],
    }


def _side(pool: Pool, cells: Sequence[Cell], members: Mask, *, trained: bool) -> tuple[Any, Any]:
    """How many rows of one kind each cell has, and among how many."""
    kind = pool.trained == trained
    sizes = [kind.sum() if cell.among == EVERY else (kind & (pool.codes == cell.among)).sum() for cell in cells]
    return members[:, kind].sum(axis=1), np.asarray(sizes)


def _bounds(counts: Sequence[tuple[Any, Any]], level: float) -> tuple[Any, Any]:
    shares = [hits / sizes for hits, sizes in counts]
    exact = [clopper_pearson(hits, sizes, level) for hits, sizes in counts]
    low, high = mover_difference(shares[0], exact[0], shares[1], exact[1])
    return np.atleast_1d(low), np.atleast_1d(high)


def _null(pool: Pool, cells: Sequence[Cell], members: Mask, level: float, seed: int) -> tuple[float, float]:
    """The error rate of each bound that all keep together, and the p-value of the least likely cell.

    Who is a training row is dealt out anew within each class; the smallest of all cells' tail probabilities is the
    statistic, so that what is picked after having looked at all cells is allowed for.
    """
    hits = np.column_stack([(members & pool.trained).sum(axis=1), _dealt(pool, members, np.random.default_rng(seed))])
    tables = [_tail_probabilities(pool, cell) for cell in cells]
    least = np.min([table[each] for table, each in zip(tables, hits, strict=True)], axis=0)
    allowed = (1 - level) / 2
    rate = np.quantile(least[1:], allowed, method="lower")
    p_value = (1 + np.count_nonzero(least[1:] <= least[0] * (1 + 1e-9))) / (PERMUTATIONS + 1)
    return float(np.clip(rate, allowed / len(cells), allowed)), float(p_value)


def _dealt(pool: Pool, members: Mask, random: np.random.Generator) -> NDArray[np.int64]:
    """Training rows in each cell, of shape (cells, permutations): rows that are in the same cells are drawn as one."""
    kinds, group = np.unique(np.vstack([pool.codes, members]).T, axis=0, return_inverse=True)
    sizes, hits = np.bincount(group), np.zeros((len(members), PERMUTATIONS), dtype=np.int64)
    for place in range(len(pool.classes)):
        own = kinds[:, 0] == place
        drawn = random.multivariate_hypergeometric(
            sizes[own], int(pool.trained[pool.codes == place].sum()), PERMUTATIONS, method="marginals"
        )
        hits += kinds[own, 1:].T.astype(np.int64) @ drawn.T
    return hits


def _tail_probabilities(pool: Pool, cell: Cell) -> NDArray[np.float64]:
    """Of each number of training rows in the cell the probability of as many by lot (hypergeometric)."""
    from scipy.special import gammaln

    rows = pool.trained if cell.among == EVERY else pool.trained[pool.codes == cell.among]
    size, n, m = int(cell.rows.sum()), int(rows.sum()), int((~rows).sum())
    k = np.arange(size + 1)
    able = (k <= n) & (size - k <= m)

    def ways(of: int, chosen: Any) -> Any:
        return gammaln(of + 1) - gammaln(chosen + 1) - gammaln(np.maximum(of - chosen, 0) + 1)

    logarithm = np.where(able, ways(n, k) + ways(m, size - k) - ways(n + m, size), -np.inf)
    return np.asarray(np.minimum(np.cumsum(np.exp(logarithm)[::-1])[::-1], 1.0))
