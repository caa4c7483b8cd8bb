"""Does each feature say the same about the label in two data sets? A shortcut does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import labels_of, of_data
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.encoding import encoded, free_text
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.stats.tables import auc_of_counts
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.wording import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

MOST_CLASSES = 10
MOST_GROUPS = 20
QUANTILES = 10
FEWEST_OF_A_CLASS = 10
NAMED = 5


@dataclass(frozen=True)
class Shift:
    """How much less (or more) one feature tells of the label in the current rows."""

    column: Any
    before: float
    after: float
    error: float

    @property
    def size(self) -> float:
        """How far apart the two areas are."""
        return abs(self.before - self.after)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="ROC AUC",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source="Geirhos et al. 2020 (shortcut learning); DeLong, DeLong & Clarke-Pearson 1988; Bonferroni over features",
    needs=("train", "test", "labels"),
    threats=("AML.T0020", "ML02"),
)
def shortcut_shift(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """Largest difference, over the features, in how well one feature alone tells the label here and there.

    A shortcut is a feature that gives the label away in training and not where the model is used: a scanner's mark, a
    code filled in after the fact, a copied label. Its area under the curve falls from one data set to the other, while
    that of an honest feature is the same in both up to chance, however strong it is. A column that changed its unit, or
    its place, loses its association as well.

    Parameters
    ----------
    reference : Dataset or (X, y)
        The training rows, say.
    current : Dataset or (X, y)
        Test or labelled production rows.
    confidence : float, default 0.95
        Level of the interval for all features at once.

    Returns
    -------
    Measurement
        The value is that of the feature whose difference is the surest, and ``params["columns"]`` names up to five with
        both areas. A feature is cut into ten quantiles or its twenty most frequent categories, each scored by the share
        of the class among the other half of the reference. Of more than two classes the areas of the ten most frequent
        are averaged; a target of quantities is cut at the reference's median. Rows must be independent. Not seen: a
        shortcut that holds in both data sets alike, which no data like these can tell from an honest feature, one made
        of several features, and free text.

    Raises
    ------
    NotMeasurableError
        A ValueError: labels are missing, of one class, or too few.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x % 2, x % 3] for x in range(600)], [x % 2 for x in range(600)]
    >>> later = [[x % 3, x % 2] for x in range(600)]
    >>> shift = measures.shortcut_shift((rows, labels), (later, labels))
    >>> shift.value, list(shift.params["columns"])
    (0.5, ['x0'])
    """
    before, after = as_dataset(reference), as_dataset(current)
    level = checked_confidence(confidence)
    comparable(before, after)
    targets = _targets(before, after)
    shifts = _shifts(before, after, targets)
    if not shifts:
        raise NotMeasurableError(f"{before.where} has free text alone; its association with a label is not measured")
    reach = normal_quantile(1 - (1 - level) / len(shifts))
    lows = [shift.size - reach * shift.error for shift in shifts]
    order = sorted(range(len(shifts)), key=lambda place: -lows[place])
    first = shifts[order[0]]
    named = [shifts[place] for place in order[:NAMED] if lows[place] > 0] or [first]
    return of_data(
        first.size,
        after.n,
        before,
        after,
        low=max(*lows, 0.0),
        high=min(max(shift.size + reach * shift.error for shift in shifts), 1.0),
        confidence=level,
        params={
            "column": str(first.column),
            "columns": {str(shift.column): [round(shift.before, 3), round(shift.after, 3)] for shift in named},
            "features": len(shifts),
        },
    )


def _targets(before: Dataset, after: Dataset) -> list[tuple[Any, Any]]:
    """The label as yes and no, for each class that is to be told from the rest: in both data sets."""
    labels = [np.asarray(labels_of(dataset)) for dataset in (before, after)]
    if len(before.classes) > MOST_CLASSES and labels[0].dtype.kind in "iuf":
        middle = float(np.median(labels[0].astype(float)))
        pairs = [(labels[0].astype(float) > middle, labels[1].astype(float) > middle)]
    else:
        known = before.classes.tolist()
        chosen = known[-1:] if len(known) == 2 else sorted(known, key=lambda label: -np.sum(labels[0] == label))
        pairs = [(labels[0] == label, labels[1] == label) for label in chosen[:MOST_CLASSES]]
    enough = [pair for pair in pairs if all(_is_enough(part) for part in pair)]
    if not enough:
        raise NotMeasurableError(
            f"{before.where} and {after.where} have no two classes with {plural(FEWEST_OF_A_CLASS, 'row')} each"
        )
    return enough


def _is_enough(chosen: Any) -> bool:
    return bool(min(np.count_nonzero(chosen), np.count_nonzero(~chosen)) >= FEWEST_OF_A_CLASS)


def _shifts(before: Dataset, after: Dataset, targets: list[tuple[Any, Any]]) -> list[Shift]:
    (known, asked), nominal = encoded(before, after)
    unread = free_text(before)
    half = np.random.default_rng(before.n).permutation(before.n) % 2
    found = []
    for place, column in enumerate(before.features):
        if unread[place]:
            continue
        codes = _groups(known[:, place], asked[:, place], nominal[place])
        each = [_areas(codes, half, target) for target in targets]
        values = np.array([part[:2] for part in each]).mean(axis=0)
        # The areas of several classes hang together: their mean is at most as uncertain as they are on average.
        error = float(np.sqrt(np.mean([part[2] for part in each])))
        found.append(Shift(column, float(values[0]), float(values[1]), error))
    return found


def _groups(known: Any, asked: Any, nominal: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both columns as the number of a group; missing values are the last one."""
    if nominal:
        made = [np.minimum(np.nan_to_num(column, nan=MOST_GROUPS), MOST_GROUPS - 1) for column in (known, asked)]
    else:
        present = known[np.isfinite(known)]
        values = np.unique(present)
        if values.size > MOST_GROUPS:
            values = np.unique(np.quantile(present, np.linspace(0, 1, QUANTILES + 1)[1:-1]))
        made = [np.searchsorted(values, column) for column in (known, asked)]
    first, second = (
        np.where(np.isnan(column), MOST_GROUPS + 1, codes).astype(np.int64)
        for column, codes in zip((known, asked), made, strict=True)
    )
    return first, second


def _areas(codes: tuple[Any, Any], half: Any, target: tuple[Any, Any]) -> tuple[float, float, float]:
    """The area in the reference, that in the current rows, and the variance of their difference.

    Each half of the reference is scored by the shares of the other, and the current rows by those of both: a code with
    few rows must not look telling in the rows that its own share comes from.
    """
    counts = [_counted(codes[0][half == part], target[0][half == part]) for part in (0, 1)]
    current = _counted(codes[1], target[1])
    prior = float(np.mean(target[0]))
    before, after = [], []
    for mine, other in (counts, counts[::-1]):
        shares = (other[0] + prior) / (other[0] + other[1] + 1)
        before.append(auc_of_counts(shares, *mine))
        after.append(auc_of_counts(shares, *current))
    (value0, variance0), (value1, variance1) = (np.array(each).mean(axis=0) for each in (before, after))
    return float(value0), float(value1), float(variance0 / 2 + variance1)


def _counted(codes: Any, chosen: Any) -> tuple[Any, Any]:
    size = MOST_GROUPS + 2
    return np.bincount(codes[chosen], minlength=size), np.bincount(codes[~chosen], minlength=size)
