"""How well a model's answers fit rows it has seen and rows it has not: what an attack on membership goes by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import labels_of
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.probes import finite, out_of_fold
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.stats.intervals import clopper_pearson, normal_quantile
from pytest_iso23053.stats.ranking import midranks
from pytest_iso23053.subjects.answers import REGRESSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

LEAST = 1e-12
DIGITS = 9  # what several threads sum up in any order differs in the last ones, and must not break ties
FOLDS = 3
MOST_ROWS = 50_000
FEWEST_ROWS = 30
SURELY = 0.99


def traces(model: Model, data: Dataset, labels: NDArray[Any] | None = None) -> NDArray[np.float64]:
    """How well each row's answer fits its label, of shape (n,): greater for rows that were learned by heart.

    The log odds of the row's own label (Carlini et al. 2022); of a model that gives labels alone 1 where it is right,
    else 0; of a regressor minus the logarithm of the error, in standard deviations of the target.
    """
    truth = np.asarray(labels_of(data)) if labels is None else labels
    if model.task_for(data) == REGRESSION:
        values = truth.astype(float)
        error = np.abs(np.asarray(model.predict(data), dtype=float) - values) / (float(values.std()) or 1.0)
        return np.asarray(np.round(-np.log(error + LEAST), DIGITS))
    given = model.predict_proba(data)
    if given is None:
        return np.asarray(np.asarray(model.predict(data)) == truth, dtype=np.float64)
    return log_odds(own_probability(given, model.classes_for(data).tolist(), truth))


def own_probability(given: NDArray[np.float64], classes: list[Any], truth: NDArray[Any]) -> NDArray[np.float64]:
    """The probability of each row's own label, 0 for a label that the model does not know."""
    places = {label: place for place, label in enumerate(classes)}
    codes = np.array([places.get(label, -1) for label in truth.tolist()], dtype=np.int64)
    own: NDArray[np.float64] = np.where(codes >= 0, given[np.arange(len(codes)), codes], 0.0)
    return own


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of probabilities kept away from 0 and 1, rounded so that sums in another order tie alike."""
    kept = np.clip(probability, LEAST, 1 - LEAST)
    return np.asarray(np.round(np.log(kept) - np.log1p(-kept), DIGITS))


@dataclass(frozen=True, eq=False)
class Placed:
    """The shares of an area under the ROC curve: of each member above the others, and of each other below the members.

    Both have the area as their mean; their variances add up to that of the area (DeLong et al. 1988).
    """

    members: NDArray[np.float64]
    others: NDArray[np.float64]

    @classmethod
    def of(cls, members: NDArray[np.float64], others: NDArray[np.float64]) -> Placed:
        """From scores, greater for members."""
        m, n = members.size, others.size
        ranks = midranks(np.concatenate([members, others]))
        placed = (ranks[:m] - midranks(members)) / n
        return cls(placed, 1 - (ranks[m:] - midranks(others)) / m)

    def __sub__(self, other: Placed) -> Placed:
        return Placed(self.members - other.members, self.others - other.others)

    def interval(self, confidence: float) -> tuple[float, float, float]:
        """Mean and normal interval."""
        value = float(self.members.mean())
        parts = [part.var(ddof=1) / part.size if part.size > 1 else np.nan for part in (self.members, self.others)]
        reach = normal_quantile(confidence) * float(np.sqrt(sum(parts)))
        return value, value - reach, value + reach


@dataclass(frozen=True, eq=False)
class Unseen:
    """What the same attack finds in learners that have seen none of the rows: ``rows`` of training it was made for."""

    rows: NDArray[np.int64]
    placed: Placed

    @property
    def differs(self) -> bool:
        """Whether the two data sets differ by themselves, nobody having been a member."""
        _, low, high = self.placed.interval(SURELY)
        return not low <= 0.5 <= high


def unseen(train: Dataset, test: Dataset, *, regression: bool, seed: int) -> Unseen:
    """The control: learners of two thirds of the training rows, asked about the last third and about the test rows.

    Raises
    ------
    NotMeasurableError
        There is too little to learn from.
    """
    comparable(train, test)
    return _of_values(train, test, seed) if regression else _of_classes(train, test, seed)


def _of_classes(train: Dataset, test: Dataset, seed: int) -> Unseen:
    probe = out_of_fold(train, seed=seed)
    own, truth, classes = log_odds(probe.given), np.asarray(labels_of(test)), probe.classes.tolist()
    others = [log_odds(own_probability(given, classes, truth)) for given in probe.on(train, test)]
    return Unseen(probe.rows, _placed_by_fold(own, probe.folds, others))


def _placed_by_fold(own: NDArray[np.float64], folds: NDArray[np.int64], others: list[NDArray[np.float64]]) -> Placed:
    """Each learner compares its own fold with the test rows; the shares of a test row are averaged over learners."""
    members, held = np.empty(own.size), np.zeros(others[0].size)
    for part, other in zip(np.unique(folds).tolist(), others, strict=True):
        inside = folds == part
        placed = Placed.of(own[inside], other)
        members[inside] = placed.members
        held += placed.others * np.count_nonzero(inside) / own.size
    return Placed(members, held)


def _of_values(train: Dataset, test: Dataset, seed: int) -> Unseen:
    from sklearn.ensemble import HistGradientBoostingRegressor

    if train.n < FEWEST_ROWS:
        raise NotMeasurableError(f"{train.where} has {train.n} rows: too few for a control")
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(train.n)[:MOST_ROWS])
    folds = random.permutation(rows.size) % FOLDS
    (known, asked), nominal = encoded(train, test)
    known, asked = finite(known[rows]), finite(asked)
    truth, other = (np.asarray(labels_of(data)).astype(float) for data in (train, test))
    truth, own, others = truth[rows], np.empty(rows.size), []
    for part in range(FOLDS):
        inside = folds == part
        learner = HistGradientBoostingRegressor(
            max_iter=60, early_stopping=False, categorical_features=nominal, random_state=seed % 2**31 + part
        )
        with single_thread():
            learner.fit(known[~inside], truth[~inside])
            own[inside] = -np.abs(learner.predict(known[inside]) - truth[inside])
            others.append(-np.abs(learner.predict(asked) - other))
    return Unseen(rows, _placed_by_fold(np.round(own, DIGITS), folds, [np.round(each, DIGITS) for each in others]))


def caught(
    members: NDArray[np.float64], others: NDArray[np.float64], fpr: float, confidence: float
) -> tuple[float, float, float] | None:
    """Share of members above all but a share ``fpr`` of the others, with its exact interval; None with too few others.

    The interval takes the threshold as it is.
    """
    if others.size < rows_to_resolve(fpr):
        return None
    allowed = math.floor(fpr * others.size + 1e-9)
    threshold = np.sort(others)[others.size - 1 - allowed]
    hits = int(np.count_nonzero(members > threshold))
    low, high = clopper_pearson(hits, members.size, confidence)
    return hits / members.size, float(low), float(high)


def rows_to_resolve(fpr: float) -> int:
    """How many others it takes until a single one of them is such a share."""
    return math.ceil(1 / fpr - 1e-9)
