"""A feature that follows the target more closely than an honest one does, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, shared_seed
from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.probes import finite, labelled_codes
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.subjects.answers import task_of_target
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.frames import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

FEWEST_ROWS, FEWEST_OF_A_CLASS = 100, 10
MOST_ROWS = 20_000
SETTLED = 0.5  # of a column's spread that the target must leave at most, for it to be looked at
UNRELATED = 0.2  # share of the rest that other features may explain
FOLDS = 3
BAND, MOST_BANDS = 15, 20  # rows of a band of a quantity to predict, and how many bands


@dataclass(frozen=True)
class Spread:
    """How far each row's value lies from the median of its class, as a share of the mean distance from the overall."""

    column: Any
    place: int
    distances: NDArray[np.float64]
    is_number_of_a_row: bool

    @property
    def rest(self) -> float:
        """The share of the column's spread that the target leaves."""
        return float(self.distances.mean())


@measure(
    clause="7.2",
    aspect="quality",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.5",
    range=(-1.0, 1.0),
    source="Kaufman et al. 2012 (leakage in data mining); Kapoor & Narayanan 2023; Diebold & Mariano 1995 (no gain)",
    needs=("train", "labels"),
    task="keep what is made from the target out of the features",
)
def target_echo(data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """How much more closely one column follows the target than any other does, where nothing else says anything of it.

    What was recorded after the answer, with an error now and then, or numbered class by class, lies close to one value
    (or range) for each class, and everything else that is known of a row says nothing of where. An honest feature that
    tells the classes apart has company: others that tell them apart nearly as well, or that go along with it within a
    class, as a tumour's area goes along with its radius. That shows even where a problem is so easy that any learner
    solves it, and `target_leakage` cannot tell one good column from another.

    Compared is what the target leaves of a column's spread: the mean distance from the median of the class, over that
    from the median of all. The measure is one minus the ratio of this share to the smallest of any other column, if the
    target leaves no more than half, and if trees that know the label and all other features explain no more than a
    fifth of the rest; else 0. A whole number that no two rows share looks like an identifier, which should not follow
    the target at all, however well other columns do: its share is held against 1.

    Parameters
    ----------
    data : Dataset or (X, y)
        At least 100 labelled rows; classes of fewer than ten are left out, and a quantity to predict is cut into up to
        twenty bands. Columns of numbers, and of two values, take part.
    confidence : float, default 0.95
        Level of the interval of the ratio, on the logarithmic scale, and of the bound of what the others explain.
    seed : int, optional
        Seed of the folds and trees; by default that of the run.

    Returns
    -------
    Measurement
        ``params["column"]`` names the column that follows the target most closely, whether or not it is an echo.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, too few rows, or fewer than two columns that take part.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(1)
    >>> y = np.arange(400) % 2
    >>> honest = 3 * y[:, None] + random.normal(size=400)[:, None] + random.normal(size=(400, 3)) / 2
    >>> recorded_later = np.where(random.random(400) < 0.02, 1 - y, y) + random.normal(0, 0.05, 400)
    >>> echo = measures.target_echo((np.column_stack([honest, recorded_later]), y), seed=1)
    >>> echo.params["column"], (echo <= 0.5).verdict
    ('x3', 'not met')
    """
    dataset, seed, level = as_dataset(data), shared_seed(seed), checked_confidence(confidence)
    rows, codes = _grouped(dataset)
    random = np.random.default_rng(seed)
    if len(rows) > MOST_ROWS:
        drawn = np.sort(random.choice(len(rows), MOST_ROWS, replace=False))
        rows, codes = rows[drawn], codes[drawn]
    usual = np.bincount(codes) >= FEWEST_OF_A_CLASS
    rows, codes = rows[usual[codes]], np.cumsum(usual)[codes[usual[codes]]] - 1
    if len(rows) < FEWEST_ROWS or usual.sum() < 2:
        raise NotMeasurableError(
            f"{dataset.where} has {len(rows)} labelled rows of {int(usual.sum())} classes with {FEWEST_OF_A_CLASS} "
            f"rows or more; {FEWEST_ROWS} rows and two classes are needed"
        )
    X = encoded(dataset)[0][0][rows]
    numbers = [is_numeric(dataset.column(name)) for name in dataset.features]
    spreads = sorted(_spreads(dataset.features, X, numbers, codes), key=lambda each: each.rest)
    if len(spreads) < 2:
        raise NotMeasurableError(f"{dataset.where} has no two columns of numbers, or of two values, to compare")
    first, second = spreads[:2]
    rivals = [(first, 1.0 if first.is_number_of_a_row else second.distances)]
    rivals += [(each, 1.0) for each in spreads[1:] if each.is_number_of_a_row and each.rest <= SETTLED][:1]
    echoes = []
    for spread, rival in rivals:
        alone = spread.rest <= SETTLED and _explained_by_others(X, spread, codes, random, level) <= UNRELATED
        echoes.append((_lead(spread.distances, rival, level) if alone else (0.0, 0.0, 0.0), spread))
    (value, low, high), found = max(echoes, key=lambda each: each[0][1])
    params = {"column": str(found.column), "left": round(found.rest, 3), "rows": f"{len(rows)} of {dataset.n}"}
    if found is first:
        params |= {"next": str(second.column), "left_of_next": round(second.rest, 3)}
    return of_data(value, len(rows), dataset, low=low, high=high, confidence=level, params=params, seed=seed)


def _grouped(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The labelled rows, and the class of each; of a quantity to predict the band of equally many rows."""
    if dataset.target is None:
        raise NotMeasurableError(f"{dataset.where} has no labels; name its target")
    column = dataset.column(dataset.target)
    rows = np.flatnonzero(column.notna().to_numpy(dtype=bool))
    known = column.iloc[rows]
    if not len(known) or not is_numeric(known) or task_of_target(plain(known)) == "classification":
        _, rows, codes = labelled_codes(dataset, dataset.target)
        return rows, codes
    values, bands = quantities(known), int(np.clip(len(known) // BAND, 2, MOST_BANDS))
    edges = np.unique(np.quantile(values, np.arange(1, bands) / bands))
    return rows, np.searchsorted(edges, values, side="right").astype(np.int64)


def _spreads(features: Any, X: NDArray[Any], numbers: list[bool], codes: NDArray[np.int64]) -> list[Spread]:
    """Each column of numbers, or of two values; a missing value lies where the median of its class does."""
    found = []
    members = [codes == code for code in np.unique(codes)]
    for place, name in enumerate(features):
        values = X[:, place].astype(np.float64)
        known = np.isfinite(values)
        if known.sum() < len(values) / 2 or (not numbers[place] and len(np.unique(values[known])) > 2):
            continue
        whole = np.abs(values[known] - np.median(values[known])).mean()
        if not whole > 0:
            continue
        distances = np.zeros(len(values))
        for member in members:
            inside = member & known
            if inside.any():
                distances[inside] = np.abs(values[inside] - np.median(values[inside]))
        whole_numbers = bool((values == np.round(values)).all()) and len(np.unique(values)) == len(values)
        found.append(Spread(name, place, distances / whole, whole_numbers))
    return found


def _explained_by_others(
    X: NDArray[Any], spread: Spread, codes: NDArray[np.int64], random: np.random.Generator, level: float
) -> float:
    """Upper bound of the share of what the target leaves of a column that its class and all other features explain."""
    values = np.clip(np.nan_to_num(X[:, spread.place].astype(np.float64), nan=np.nan), -1e30, 1e30)
    kept = np.isfinite(values)
    values, labels = values[kept], np.eye(int(codes.max()) + 1)[codes[kept]]
    left = values - (labels.T @ values / np.maximum(labels.sum(axis=0), 1))[codes[kept]]
    if not np.square(left).sum() > 1e-18 * np.square(values).sum():
        return 0.0  # the target itself: nothing is left to explain
    known = np.column_stack([np.delete(finite(X[kept]), spread.place, axis=1), labels])
    fold = random.permutation(len(values)) % FOLDS
    told = np.empty(len(values))
    for part in range(FOLDS):
        with single_thread():
            trees = _trees().fit(known[fold != part], left[fold != part])
            told[fold == part] = trees.predict(known[fold == part])
    gained = np.square(left) - np.square(left - told)
    total = float(np.square(left).sum())
    reach = normal_quantile(level) * float(gained.std()) * np.sqrt(len(gained)) / total
    return float(gained.sum() / total + reach)


def _trees() -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=30, learning_rate=0.15, max_leaf_nodes=8, min_samples_leaf=10, early_stopping=False, random_state=0
    )


def _lead(first: NDArray[np.float64], second: Any, level: float) -> tuple[float, float, float]:
    """One minus the ratio of two means over the same rows, with the interval by the delta method on its logarithm."""
    one, other = float(first.mean()), float(np.mean(second))
    if not other > 0:
        return 0.0, 0.0, 0.0  # two columns that both are the target: neither is alone
    if not one > 0:
        one = 0.5 / len(first)
        first = np.full(len(first), one)
    error = float(np.std(first / one - second / other)) / np.sqrt(len(first))
    reach = normal_quantile(level) * error
    low, high = (max(1 - one / other * float(np.exp(side * reach)), -1.0) for side in (1, -1))
    return 1 - one / other, low, high
