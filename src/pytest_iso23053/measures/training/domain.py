"""Can a learner tell the test rows from the training rows?"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, settled_seed
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.encoding import encoded, free_text
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.stats.ranking import delong
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.wording import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

MOST_ROWS = 5_000  # of each side
FEWEST_ROWS = 20
FOLDS = 3
RARE = 254  # the code that the encoding leaves for what the reference lacks
FEWEST_OF_A_CATEGORY = 10
NAMED = 3


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="ROC AUC",
    direction="lower",
    basis="P",
    limit="<= 0.6",
    range=(0.0, 1.0),
    source="Lopez-Paz & Oquab 2017 (classifier two-sample test); DeLong et al. 1988; Nadeau & Bengio 2003 (interval)",
    needs=("train", "test"),
)
def domain_classifier_auc(
    reference: Any, current: Any, *, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """ROC AUC of a learner that tells current rows from reference rows by their features; 0.5 where none can.

    Two parts of one population cannot be told apart. Where they can, the test set is no sample of what was trained on:
    another source, another period, a column in another unit, a preprocessing that ran on one part only.

    Parameters
    ----------
    reference, current : Dataset or frame
        Training and test rows; labels, ``id`` and ``time`` are left aside.
    seed : int, optional
        Seed of the rows and folds; by default that of the running test.
    confidence : float, default 0.95
        Level of the interval on the logit scale.

    Returns
    -------
    Measurement
        Histogram trees, each third of the rows judged by those of the other two; ``params["columns"]`` names the three
        features in which the two differ most, with the largest distance of their distribution functions (of categories,
        half the sum of the differences). At most 5,000 rows of each side are used, and n is the number used of the
        current ones. Rows must be independent. Not seen: what changed in the labels alone; see `shortcut_shift`.

    Raises
    ------
    NotMeasurableError
        A ValueError: one side has fewer than 20 rows.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> before, after = [[x % 10, x % 7] for x in range(300)], [[x % 10, x % 7 + 3] for x in range(300)]
    >>> told = measures.domain_classifier_auc(before, after, seed=0)
    >>> told.value > 0.7, next(iter(told.params["columns"]))
    (True, 'x1')
    """
    before, after = as_dataset(reference), as_dataset(current)
    level = checked_confidence(confidence)
    columns = _columns(before, after)
    if min(before.n, after.n) < FEWEST_ROWS or not columns:
        raise NotMeasurableError(
            f"{before.where} and {after.where} have {plural(min(before.n, after.n), 'row')} at least: too few to learn "
            "the difference from"
        )
    settled = settled_seed(seed)
    random = np.random.default_rng(settled)
    (known, asked), nominal = encoded(before, after, features=columns)
    sides = _with_rare_ones_together([_chosen(matrix, random) for matrix in (known, asked)], nominal)
    value, variance = _told_apart(sides, nominal, random)
    low, high = _bounds(value, variance, level)
    farthest = _farthest(columns, sides, nominal)
    used = {"reference rows": len(sides[0]), "of": before.n, "rows": len(sides[1]), "rows_of": after.n}
    return of_data(
        value,
        len(sides[1]),
        before,
        after,
        low=low,
        high=high,
        confidence=level,
        seed=settled,
        params={"column": next(iter(farthest)), "columns": farthest} | (used if _is_part(sides, before, after) else {}),
    )


def _columns(before: Dataset, after: Dataset) -> list[Any]:
    """The features that can be told apart by: no identifier or time, and no text whose every value is new."""
    named = comparable(before, after)
    unread = free_text(before, named)
    aside = {before.id, before.time} - {None}
    return [name for name, skipped in zip(named, unread, strict=True) if not skipped and name not in aside]


def _with_rare_ones_together(sides: list[NDArray[np.float64]], nominal: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Categories of fewer than ten rows as one: a value that occurs once is new in whichever part it occurs."""
    for place in np.flatnonzero(nominal):
        codes = [np.nan_to_num(side[:, place], nan=-1).astype(np.int64) + 1 for side in sides]
        counts = np.bincount(codes[0], minlength=RARE + 2)
        known = counts > 0
        counts += np.bincount(codes[1], minlength=RARE + 2)
        rare = ~known | (counts < FEWEST_OF_A_CATEGORY)
        rare[0] = False  # missing
        for side, coded in zip(sides, codes, strict=True):
            side[rare[coded], place] = RARE
    return sides


def _is_part(sides: list[Any], before: Dataset, after: Dataset) -> bool:
    return len(sides[0]) < before.n or len(sides[1]) < after.n


def _chosen(matrix: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    rows = matrix[random.permutation(len(matrix))[:MOST_ROWS]]
    return np.where(np.isfinite(rows), rows, np.nan)


def _told_apart(
    sides: list[NDArray[np.float64]], nominal: NDArray[np.bool_], random: np.random.Generator
) -> tuple[float, float]:
    """The mean over the folds of the area, and its variance; each fold has a learner of its own, and its own scale.

    The learners share rows, so that the areas hang together: to 1/folds Nadeau & Bengio (2003) add the ratio of rows
    judged to rows learned from. Without it the spread of 150 rows a side is a third larger than the interval says.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows = np.vstack(sides)
    is_current = np.repeat([False, True], [len(side) for side in sides])
    fold = np.concatenate([random.permutation(len(side)) % FOLDS for side in sides])
    held = ~np.all(np.isnan(rows), axis=0)
    areas = []
    for part in range(FOLDS):
        learner = HistGradientBoostingClassifier(
            max_iter=30,
            max_leaf_nodes=15,
            min_samples_leaf=10,
            early_stopping=False,
            categorical_features=nominal[held],
            random_state=0,
        )
        with warnings.catch_warnings(), single_thread():
            warnings.simplefilter("ignore")
            learner.fit(rows[fold != part][:, held], is_current[fold != part])
            given = learner.predict_proba(rows[fold == part][:, held])[:, 1]
        areas.append(delong(is_current[fold == part], given))
    value, variance = np.array(areas).mean(axis=0)
    return float(value), float(variance) * (1 / FOLDS + 1 / (FOLDS - 1))


def _bounds(value: float, variance: float, level: float) -> tuple[float, float]:
    from scipy.special import expit, logit

    inner = min(max(value, 1e-6), 1 - 1e-6)
    reach = normal_quantile(level) * np.sqrt(variance) / (inner * (1 - inner))
    centre = logit(inner)
    return min(float(expit(centre - reach)), value), max(float(expit(centre + reach)), value)


def _farthest(columns: list[Any], sides: list[NDArray[np.float64]], nominal: NDArray[np.bool_]) -> dict[str, float]:
    """The features that differ most, and by how much."""
    distances = {
        str(name): round(_distance(sides[0][:, place], sides[1][:, place], bool(nominal[place])), 3)
        for place, name in enumerate(columns)
    }
    return dict(sorted(distances.items(), key=lambda each: -each[1])[:NAMED])


def _distance(before: NDArray[np.float64], after: NDArray[np.float64], nominal: bool) -> float:
    counts = [np.unique(np.nan_to_num(column, nan=np.inf), return_counts=True) for column in (before, after)]
    values, place = np.unique(np.concatenate([counts[0][0], counts[1][0]]), return_inverse=True)
    shares = np.zeros((2, values.size))
    cut = counts[0][0].size
    shares[0, place[:cut]] = counts[0][1] / before.size
    shares[1, place[cut:]] = counts[1][1] / after.size
    differences = shares[0] - shares[1]
    return float(np.abs(differences).sum() / 2 if nominal else np.abs(np.cumsum(differences)).max())
