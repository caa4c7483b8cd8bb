"""Features that know the answer: does one column say what all others together cannot?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.cases import of_data, shared_seed
from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.measures.probes import folded, out_of_fold
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.spread import bounded
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson, wilson
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.probes import Folded, Probe
    from pytest_iso23053.subjects.dataset import Dataset

MOST_BINS = 64
SUSPICIOUS = 0.5  # share of the trivial guess's errors that a column must remove to be looked at
SETTLED = 0.9  # as many levels as classes, and this share removed: the column is the target under another name
ENOUGH_TO_SETTLE = 50
LIMIT = 0.7


@dataclass(frozen=True)
class Column:
    """A column, or what can be read from one, as places among at most a few hundred values."""

    name: str
    origin: Any
    codes: NDArray[np.int64]


@measure(
    clause="7.2",
    aspect="representativeness",
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {LIMIT}",
    range=(-1.0, 1.0),
    source="Kaufman et al. 2012 (leakage in data mining); Kapoor & Narayanan 2023; Clopper & Pearson 1934 (interval)",
    needs=("train", "labels"),
    task="keep the target out of the features",
)
def target_leakage(data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """How far the strongest single column goes beyond all others in saying what the target is.

    It is the smaller of two shares: of the errors of a constant guess, and of the errors of a learner of all *other*
    features, how many does the column alone remove? Both near 1: the column determines the target, and nothing else
    does, as a copy of the target, an aftermath of it or an identifier made from it would. The null is an honest
    feature, which may be strong but has company: the others say nearly as much.

    Looked at are each feature with its gaps as a value of their own, and of identifiers and long texts the first and
    last characters, the last digit and the length. All answers are cross-fitted: they are for unseen rows.

    A column that is strong but not alone (a second copy beside it, or an easy problem) cannot be told from an honest
    one; where it has no more levels than the target has classes and still settles it, it is taken for the target.
    A leak that must be combined from several columns is not seen.

    Parameters
    ----------
    data : Dataset or (X, y)
        At least 30 labelled rows; of a regression, the target is taken as above or below its median.
    confidence : float, default 0.95
        Level of the interval: Wilson's of the first share, and of the second the exact one from the rows on which
        either errs alone.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the run, so that measures share a fit.

    Returns
    -------
    Measurement
        ``params["column"]`` names the column; with the accuracy of it, of the others and of a constant.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, or too few rows to learn from.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(1)
    >>> y = random.integers(0, 2, 300)
    >>> X = pd.DataFrame({"age": y + random.normal(size=300), "paid_back": 5.0 - y})
    >>> measured = measures.target_leakage((X, y), seed=1)
    >>> measured.params["column"], measured.low > 0.7
    ('paid_back', True)
    """
    dataset, seed, level = _classified(as_dataset(data)), shared_seed(seed), checked_confidence(confidence)
    probe = out_of_fold(dataset, seed=seed)
    constant = float(np.mean(probe.codes != np.bincount(probe.codes).argmax()))
    best, mistaken = min(_mistakes(dataset, probe), key=lambda each: int(each[1].sum()))
    error, n = float(mistaken.mean()), len(probe.rows)
    removed = max(1 - error / constant, -1.0)
    own = [max(1 - float(bound) / constant, -1.0) for bound in wilson(mistaken.sum(), n, level)][::-1]
    params: dict[str, Any] = {"column": best.name, "accuracy": round(1 - error, 4)}
    params |= {"constant": round(1 - constant, 4), "rows": f"{n} of {dataset.n}"}
    if removed >= SUSPICIOUS:
        others = _others(dataset, best, seed, probe)
        params["others"] = round(1 - float(others.mean()), 4)
        beyond = removed_beyond(mistaken, others, level)
        settles = own[0] >= SETTLED or (not mistaken.any() and n >= ENOUGH_TO_SETTLE)
        if not (settles and len(np.unique(best.codes)) <= len(probe.classes)):
            strong = own[1] if own[0] >= SETTLED else -1.0  # with company: neither shown to be a leak nor not to be
            removed, own = min(removed, beyond[0]), [min(own[0], beyond[1]), max(min(own[1], beyond[2]), strong)]
    return of_data(removed, n, dataset, low=own[0], high=own[1], confidence=level, params=params, seed=seed)


def single_columns(dataset: Dataset, target: Any, seed: int) -> tuple[Folded, list[tuple[Column, NDArray[np.bool_]]]]:
    """The rows in folds by a column, and where each of the other columns alone is mistaken about it."""
    split = folded(dataset, seed=seed, target=target)
    return split, [found for found in _mistakes(dataset, split) if found[0].origin != target]


def _mistakes(dataset: Dataset, probe: Folded) -> list[tuple[Column, NDArray[np.bool_]]]:
    return [(each, _cross_fitted(each.codes, probe) != probe.codes) for each in _columns(dataset, probe.rows)]


def removed_beyond(mistaken: NDArray[np.bool_], others: NDArray[np.bool_], level: float) -> tuple[float, float, float]:
    """The share of the others' errors that the column removes, given the rows on which just one of the two errs."""
    gained, lost = int(np.sum(others & ~mistaken)), int(np.sum(mistaken & ~others))
    both = int(np.sum(mistaken & others))
    if not gained + lost + both:
        return 0.0, 0.0, 0.0  # neither errs at all: the column has company
    low, high = clopper_pearson(gained, gained + lost, level) if gained + lost else (0.0, 0.0)

    def share(split: float) -> float:
        """The same when the rows on which they differ split otherwise."""
        differing = gained + lost
        errors = both + split * differing
        return max(1 - (both + (1 - split) * differing) / errors, -1.0) if errors else -1.0

    return share(gained / max(gained + lost, 1)), share(float(low)), share(float(high))


def _others(dataset: Dataset, best: Column, seed: int, probe: Probe) -> NDArray[np.bool_]:
    """Where a learner errs that has all features but the one."""
    if best.origin not in dataset.features:
        return np.asarray(~probe.agrees)
    if len(dataset.features) == 1:
        return np.asarray(probe.codes != np.bincount(probe.codes).argmax())
    return np.asarray(~out_of_fold(dataset, seed=seed, without=[best.origin]).agrees)


def _cross_fitted(codes: NDArray[np.int64], probe: Folded) -> NDArray[np.int64]:
    """The class that most of the *other* folds' rows with the same value have; of an unseen value, the largest class.

    A large enough share of the prior breaks ties and steadies values of few rows.
    """
    classes, folds, values = len(probe.classes), int(probe.folds.max()) + 1, int(codes.max()) + 1
    cells = (probe.folds * values + codes) * classes + probe.codes
    counts = np.bincount(cells, minlength=folds * values * classes).reshape(folds, values, classes)
    elsewhere = counts.sum(axis=0)[None] - counts
    prior = np.bincount(probe.codes, minlength=classes) / len(probe.codes)
    answers = (elsewhere + 0.5 * prior).argmax(axis=2)
    answered: NDArray[np.int64] = answers[probe.folds, codes]
    return answered


def _columns(dataset: Dataset, rows: NDArray[np.int64]) -> Iterator[Column]:
    """Each feature, and what identifiers and long texts have in them."""
    names = list(dataset.features)
    if dataset.id is not None and dataset.id not in names:
        names.append(dataset.id)
    for name in names:
        column = dataset.column(name).iloc[rows]
        yield Column(str(name), name, _binned(column))
        for part, values in _parts(column):
            yield Column(f"{part} of {name}", name, pd.factorize(values)[0].astype(np.int64) + 1)


def _binned(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Numbers by quantiles, all else by value; a gap is 0."""
    if is_numeric(column):
        values = quantities(column)
        known = np.unique(values[~np.isnan(values)])
        if len(known) > MOST_BINS:
            known = np.unique(np.nanquantile(bounded(values), np.linspace(0, 1, MOST_BINS + 1)[:-1]))
        codes = np.searchsorted(known, values, side="right")
        return np.where(np.isnan(values), 0, codes).astype(np.int64)
    try:
        codes = pd.factorize(column)[0]
    except TypeError:  # lists cannot be hashed, but they can be written down
        codes = pd.factorize(column.map(repr))[0]
    return codes.astype(np.int64) + 1


def _parts(column: pd.Series[Any]) -> Iterator[tuple[str, Any]]:
    """Of a column with a different value in most rows, what it may have been put together from."""
    if pd.api.types.is_integer_dtype(column):
        if column.nunique() > len(column) // 2:
            # Arrow's numbers have no remainder of their own
            yield "last digit", (column.astype("Int64") if isinstance(column.dtype, pd.ArrowDtype) else column) % 10
        return
    if not (column.dtype == object or pd.api.types.is_string_dtype(column)) or len(column) < 2:
        return
    texts = column.astype("string")
    if texts.nunique() <= len(texts) // 2:
        return
    for length in (1, 2):
        yield f"first {length}", texts.str[:length]
        yield f"last {length}", texts.str[-length:]
    yield "length", texts.str.len()


def _classified(dataset: Dataset) -> Dataset:
    """The data set itself; of a quantity to predict, whether it lies above its median."""
    from pytest_iso23053.subjects.answers import task_of_target
    from pytest_iso23053.subjects.dataset import Dataset as Made

    labelled = dataset.labelled
    if labelled is None or task_of_target(labelled) == "classification" or not is_numeric(labelled):
        return dataset
    known = dataset.subset(labelled.index.to_numpy())
    values = quantities(labelled)
    above = values > np.median(values)
    frame = known.frame.drop(columns=[known.target]).assign(**{str(known.target): above})
    return Made(
        frame, target=str(known.target), features=list(known.features), id=known.id, name=known.name, role=known.role
    )
