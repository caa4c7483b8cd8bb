"""A second opinion: what a quick learner makes of the test rows, told the model's own answer.

It is the control of measures that ask «could this have been known?» (Kim, Ghorbani & Zou 2019, auditing for
multiaccuracy): rows that are hard are hard for it too; where the model is at fault, it sees by how much. It learns
across folds of the test rows, and never answers for a row that it was fitted on.
"""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.threads import single_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case

FOLDS = 3
LEAST_ROWS = 60
_held: weakref.WeakKeyDictionary[Any, weakref.WeakKeyDictionary[Any, Any]] = weakref.WeakKeyDictionary()


def audited(case: Case) -> NDArray[Any]:
    """The auditor's labels (or values) for the rows of the case, of shape (n,), made once."""
    held = _held.setdefault(case.data, weakref.WeakKeyDictionary())
    if case.model not in held:
        held[case.model] = _audited(case)
    answers: NDArray[Any] = held[case.model]
    return answers


def _audited(case: Case) -> NDArray[Any]:
    if case.data.n < LEAST_ROWS:
        raise NotMeasurableError(
            f"{case.data.where} has {case.data.n} rows, too few to learn from: {LEAST_ROWS} at least"
        )
    regression = case.model.task_for(case.data) == "regression"
    (X,), nominal = encoded(case.data)
    shown = np.column_stack([X, _answers(case, regression=regression)])
    categorical = np.concatenate([nominal, np.zeros(shown.shape[1] - X.shape[1], dtype=bool)])
    y = case.y.astype(float) if regression else np.unique(case.y, return_inverse=True)[1]
    fold = _folds(y if not regression else np.zeros(len(y), dtype=np.int64))
    guessed = np.empty(case.data.n)
    with single_thread():
        for held_out in range(FOLDS):
            inside = fold == held_out
            learner = _fitted(shown[~inside], y[~inside], categorical, regression=regression)
            guessed[inside] = learner.predict(shown[inside])
    return guessed if regression else np.unique(case.y)[guessed.astype(np.int64)]


def _answers(case: Case, *, regression: bool) -> NDArray[np.float64]:
    """What the model says, as numbers: its values or probabilities, else its labels' codes."""
    given = None if regression else case.model.predict_proba(case.data)
    if given is not None:
        return np.asarray(given[:, 1:] if given.shape[1] == 2 else given)
    if regression:
        return np.asarray(case.predicted, dtype=float)[:, None]
    return np.unique(case.predicted, return_inverse=True)[1].astype(float)[:, None]


def _folds(strata: NDArray[Any]) -> NDArray[np.int64]:
    """A fold for each row, every stratum dealt out evenly, whatever the order of the rows."""
    order = np.lexsort((np.random.default_rng(0).permutation(len(strata)), strata))
    fold = np.empty(len(strata), dtype=np.int64)
    fold[order] = np.arange(len(strata)) % FOLDS
    return fold


class _Constant:
    """What is learned from rows of one class."""

    def __init__(self, value: float) -> None:
        self.value = value

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.value)


def _fitted(X: Any, y: Any, categorical: Any, *, regression: bool) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    if len(np.unique(y)) < 2:
        return _Constant(float(y[0]))
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    rounds = 30 if regression or y.max() < 2 else 15
    learner = kind(
        max_iter=rounds,
        max_leaf_nodes=15,
        learning_rate=0.15,
        min_samples_leaf=max(5, min(20, len(y) // 50)),
        categorical_features=categorical if categorical.any() else None,
        early_stopping=False,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of many classes in few rows, scikit-learn asks whether they are quantities
        return learner.fit(X, y)
