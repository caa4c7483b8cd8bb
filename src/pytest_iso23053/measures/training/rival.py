"""A simple learner trained on the same rows: what a model has to show that it is worth its trouble."""

from __future__ import annotations

import warnings
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import labels_of
from pytest_iso23053.measures.design import design
from pytest_iso23053.stats import regression as errors
from pytest_iso23053.stats.paired import auc_influence
from pytest_iso23053.subjects.wording import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

MOST_ROWS = 20_000
FEWEST_ROWS = 30
LINEAR, TREE = "linear model", "tree of depth 4"


@dataclass(frozen=True, eq=False)
class Rival:
    """What the better of two simple learners answers for the test rows.

    ``scores`` has shape (n, classes), columns as ``classes`` says; of a regression (n, 1), and no classes.
    """

    kind: str
    scores: NDArray[np.float64]
    classes: NDArray[Any] | None
    rows: int

    def of(self, label: Any) -> NDArray[np.float64]:
        """How strongly each row is taken for this class; without classes, the values themselves."""
        place = 0 if self.classes is None else self.classes.tolist().index(label)
        return np.asarray(self.scores[:, place])


_rivals: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, dict[Any, Rival]]] = (
    weakref.WeakKeyDictionary()
)


def rival_of(train: Dataset, test: Dataset, *, regression: bool, seed: int) -> Rival:
    """The simple learner's answers, learned once for each pair of data sets.

    A linear model (logistic or ridge regression on standardised numbers and the frequent categories) and a tree of
    depth 4 are fitted to three quarters of the training rows, the better on the last quarter then to all of them. The
    test rows have no part in the choice.

    Raises
    ------
    NotMeasurableError
        The training rows are too few, unlabelled, or all of one class.
    """
    held = _rivals.setdefault(train, weakref.WeakKeyDictionary()).setdefault(test, {})
    if (regression, seed) not in held:
        held[regression, seed] = _made(train, test, regression, seed)
    return held[regression, seed]


def _made(train: Dataset, test: Dataset, regression: bool, seed: int) -> Rival:
    labels = np.asarray(labels_of(train))
    if train.n < FEWEST_ROWS:
        raise NotMeasurableError(f"{train.where} has {plural(train.n, 'row')}: too few to train a rival on")
    random = np.random.default_rng(seed)
    rows = random.permutation(train.n)[:MOST_ROWS]
    truth = labels[rows].astype(float) if regression else labels[rows]
    if not regression and len(set(truth.tolist())) < 2:
        raise NotMeasurableError(f"{train.where} holds one class only: there is nothing to learn")
    known, asked = design(train, test)
    known = known[rows]
    cut = max(rows.size * 3 // 4, 1)
    kinds = {kind: _skill(kind, known, truth, cut, regression) for kind in (LINEAR, TREE)}
    kind = max(kinds, key=lambda name: kinds[name])
    fitted = _fitted(kind, known, truth, regression)
    classes = None if regression else np.asarray(fitted.classes_)
    return Rival(kind, _scores(fitted, asked, regression), classes, int(rows.size))


def _skill(kind: str, known: Any, truth: Any, cut: int, regression: bool) -> float:
    """R² or mean one-against-rest AUC on the rows from ``cut`` on, of a learner fitted to those before."""
    if not regression and len(set(truth[:cut].tolist())) < 2:
        return 0.0
    fitted = _fitted(kind, known[:cut], truth[:cut], regression)
    answers = _scores(fitted, known[cut:], regression)
    if regression:
        return float(np.nan_to_num(errors.r2(truth[cut:], answers[:, 0])[0], nan=0.0))
    each = [auc_influence(truth[cut:] == label, answers[:, place]).value for place, label in enumerate(fitted.classes_)]
    return float(np.mean(np.nan_to_num(each, nan=0.5)))


def _fitted(kind: str, known: Any, truth: Any, regression: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    learner: Any
    if kind == LINEAR:
        learner = Ridge() if regression else LogisticRegression(max_iter=60)
    else:
        made = DecisionTreeRegressor if regression else DecisionTreeClassifier
        learner = made(max_depth=4, min_samples_leaf=max(5, min(20, len(truth) // 20)), random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a rival that has not converged is a weaker rival, and none of the user's
        return learner.fit(known, truth)


def _scores(fitted: Any, asked: Any, regression: bool) -> NDArray[np.float64]:
    given = fitted.predict(asked).reshape(-1, 1) if regression else fitted.predict_proba(asked)
    return np.asarray(given, dtype=np.float64)
