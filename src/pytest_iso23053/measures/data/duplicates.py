"""Rows that are there twice, or nearly so, beyond what chance makes of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, settled_seed
from pytest_iso23053.measures.data.cells import free_text
from pytest_iso23053.measures.data.coincidence import (
    Coincidences,
    coincidences,
    hashed,
    hashes_of,
    repeats,
    row_sums,
    sizes,
)
from pytest_iso23053.measures.data.nearness import neighbours, points
from pytest_iso23053.measures.data.sentences import alike
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.counts import poisson_bounds
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.simultaneous import per_comparison
from pytest_iso23053.subjects.dataset import Dataset, as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

MARGIN = 0.005  # share of rows beyond chance that is of no consequence
SAFETY = 1.5  # the estimate of what chance makes was within a third of the truth on every table it was tried on
SOURCE = "Lee et al. 2022 (deduplicating training data); Barz & Denzler 2020; recapture: Chapman 1951"
ONE_COLUMN, MOVED, REWORDED = "one column changed", "numbers moved a little", "a text reworded a little"


class Excess(NamedTuple):
    """Rows found, how many chance makes of them (and at least, at most), and what they are."""

    found: int
    by_chance: float
    least: float
    most: float
    params: dict[str, Any]

    @property
    def low(self) -> float:
        """The least number of rows beyond chance."""
        return self.found - self.most


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {MARGIN}",
    range=(-1.0, 1.0),
    source=SOURCE,
    needs=("train",),
)
def unexplained_duplicate_rate(data: Any, *, confidence: float = 0.95) -> Measurement:
    """Share of rows that repeat an earlier one, label included, beyond the share that repeats by chance.

    How many rows of this table repeat by chance is estimated from those that nearly do: rows equal by chance have
    neighbours that differ in a single column, copied rows have no more of them than others. A table with one continuous
    column has next to no repeats by chance, one of ten yes-or-no questions has mostly such.

    Parameters
    ----------
    data : Dataset or frame
        Its ``id`` and ``time`` columns are left aside, as they would make every row unique.
    confidence : float, default 0.95
        Level of the interval: of the Poisson count of chance repeats, whose mean may be off by half either way.

    Returns
    -------
    Measurement
        From -1 to 1; near 0 where only chance is at work. ``params`` hold the rows that repeat and how many of them
        chance makes. Copies that are fewer than the uncertainty about honest repeats, as in tables of a few coarse
        columns, stay unseen: the interval is then wide.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is one column alone, so that nothing tells chance from copies.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(95, 3))
    >>> measures.unexplained_duplicate_rate(np.vstack([rows, rows[:5]])).value
    0.05
    """
    dataset, level = as_dataset(data), checked_confidence(confidence)
    cells = cells_with_label(dataset)
    if len(cells) < 2:
        raise NotMeasurableError(f"{dataset.where} has one column alone, so that nothing tells copies from coincidence")
    return measured(exact_excess(coincidences(cells), level), dataset.n, level, dataset)


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {MARGIN}",
    range=(-1.0, 1.0),
    source=f"{SOURCE}; Datar et al. 2004 (locality-sensitive hashing); Broder 1997 (MinHash)",
    needs=("train",),
)
def near_duplicate_rate(data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Share of rows that nearly repeat another, beyond chance: one column changed, or all numbers moved a little.

    One column changed: each feature is ignored in turn, and what repeats then is held against chance as in
    `unexplained_duplicate_rate`; a number given to each row hides copies from a plain comparison. Numbers moved: rows
    within a twentieth of the columns' spread (root mean square) and otherwise equal, against the rows that lie up to
    twice as far apart, of which chance makes at least as many. Of free text, likewise: four words of five in common
    (Jaccard's similarity) against three.

    Parameters
    ----------
    data : Dataset or frame
        Its ``id`` and ``time`` columns are left aside.
    confidence : float, default 0.95
        Level of the interval, which allows for the number of columns tried.
    seed : int, optional
        Seed of the random projections that find neighbours; by default that of the running test.

    Returns
    -------
    Measurement
        Of the kind that exceeds chance most; ``params`` name it, and the column. Rows that repeat exactly are not
        counted.

    Raises
    ------
    NotMeasurableError
        A ValueError: fewer than three columns.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(95, 3))
    >>> found = measures.near_duplicate_rate(np.vstack([rows, rows[:5] + 0.001]), seed=1)
    >>> found.value, found.params["kind"]
    (0.05, 'numbers moved a little')
    """
    dataset, level, seed = as_dataset(data), checked_confidence(confidence), settled_seed(seed)
    cells = cells_with_label(dataset)
    if len(cells) < 3 and not free_text(dataset):
        raise NotMeasurableError(f"{dataset.where} has fewer than three columns: nearly equal rows are to be expected")
    tried = per_comparison(level, len(dataset.features) + 1)
    found = [
        *_one_column_changed(dataset, cells, tried),
        *_moved(dataset, seed, tried),
        *_reworded(dataset, seed, tried),
    ]
    worst = max(found, key=lambda each: each.low, default=Excess(0, 0.0, 0, 0, {}))
    return measured(worst, dataset.n, level, dataset, seed=seed)


def exact_excess(counted: Coincidences, level: float) -> Excess:
    """Rows that repeat an earlier one, beside what chance makes of them."""
    return Excess(counted.repeats, counted.expected, *_chance(counted.expected, level), {})


def _one_column_changed(dataset: Dataset, cells: Any, level: float) -> list[Excess]:
    if len(cells) < 3:
        return []
    whole = row_sums(cells)
    exact, found = repeats(sizes(whole)), []
    for place, name in enumerate(dataset.features):
        count = repeats(sizes(whole - cells[place])) - exact
        if count > MARGIN * dataset.n:  # fewer are not worth the estimate of what chance makes
            expected = coincidences(np.delete(cells, place, axis=0)).expected
            params = {"kind": ONE_COLUMN, "column": str(name)}
            found.append(Excess(count, expected, *_chance(expected, level), params))
    return found


def _moved(dataset: Dataset, seed: int, level: float) -> list[Excess]:
    frame = dataset.X
    if dataset.target is not None:
        frame[LABEL] = dataset.column(dataset.target).to_numpy()
    given = points(frame)
    if given is None:
        return []
    near, further = neighbours(given[0], None, np.random.default_rng(seed))
    count, shell = -(-near // 2), further / 2  # both of a pair are seen, and one of them repeats
    return [Excess(count, shell, 0, poisson_bounds(shell, level)[1], {"kind": MOVED})]


def _reworded(dataset: Dataset, seed: int, level: float) -> list[Excess]:
    found = []
    for name in free_text(dataset):
        near, further = alike(dataset.X[name], None, np.random.default_rng(seed))
        params = {"kind": REWORDED, "column": str(name)}
        found.append(Excess(-(-near // 2), further / 2, 0, poisson_bounds(further / 2, level)[1], params))
    return found


def _chance(expected: float, level: float) -> tuple[int, int]:
    return poisson_bounds(expected / SAFETY, level)[0], poisson_bounds(expected * SAFETY, level)[1]


LABEL = "label of the row"  # beside the features, whatever the target is called


def cells_with_label(dataset: Dataset) -> Any:
    """The features' cells, and after them those of the label, if there is one."""
    cells = hashes_of(dataset)
    if dataset.target is None:
        return cells
    label = dataset.column(dataset.target).rename(LABEL).to_frame()
    return np.concatenate([cells, hashed(label)])


def measured(excess: Excess, n: int, level: float, *datasets: Dataset, **more: Any) -> Measurement:
    """An excess as a share of the rows; without any chance in it, an exact quantity."""
    params = {**excess.params, "rows": excess.found, "by_chance": round(excess.by_chance, 1)}
    if excess.found:
        kind = f" with {params['kind']}" if params.get("kind") else ""
        params["what"] = f"{excess.found} rows{kind}, about {params['by_chance']:g} by chance"
    if not n:
        return of_data(float("nan"), 0, *datasets, params=params, **more)
    value = (excess.found - params["by_chance"]) / n
    low, high = min(excess.low / n, value), max((excess.found - excess.least) / n, value)
    bounds = {"low": low, "high": high, "confidence": level} if low < high else {}
    return of_data(value, n, *datasets, params=params, **bounds, **more)
