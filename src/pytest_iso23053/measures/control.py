"""A learner of our own on the model's training rows: what does another make of the same experience?"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.threads import single_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case
    from pytest_iso23053.subjects.dataset import Dataset

MOST_TRAINING = 20_000


@dataclass(frozen=True, eq=False)
class Control:
    """Gradient-boosted trees fitted on labelled training rows, and the labels in the order of their probabilities."""

    train: Dataset
    classes: NDArray[Any]
    learner: Any

    def probabilities(self, dataset: Dataset) -> NDArray[np.float64]:
        """Of shape (n, classes), read-only; asked once, and kept as long as the data set."""
        held = _said.setdefault(dataset, weakref.WeakKeyDictionary())
        if self.train not in held:
            (_, X), _ = encoded(self.train, dataset, features=comparable(self.train, dataset))
            with single_thread():
                held[self.train] = np.asarray(self.learner.predict_proba(X))
            held[self.train].setflags(write=False)
        return held[self.train]

    @property
    def sampled(self) -> dict[str, str]:
        """For ``params``: from how many of the training rows it learned, where not from all of them."""
        rows = self.train.n
        return {"control_trained_on": f"{MOST_TRAINING} of {rows} rows"} if rows > MOST_TRAINING else {}

    def labels(self, dataset: Dataset) -> NDArray[Any]:
        """One label a row."""
        return np.asarray(self.classes[np.argmax(self.probabilities(dataset), axis=1)])


_said: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, NDArray[np.float64]]]
_said = weakref.WeakKeyDictionary()
_held: weakref.WeakKeyDictionary[Dataset, tuple[NDArray[Any], Any]] = weakref.WeakKeyDictionary()


def control_of(train: Case) -> Control:
    """The control of a classifier's training rows, 20,000 of them at most; fitted once.

    Raises
    ------
    NotMeasurableError
        The rows have no labels, or one class only.
    """
    if train.data not in _held:
        _held[train.data] = _fitted(train)
    return Control(train.data, *_held[train.data])


def _fitted(train: Case) -> tuple[NDArray[Any], Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    y = train.y
    (X,), nominal = encoded(train.data, features=comparable(train.data, train.data))
    if len(y) > MOST_TRAINING:
        rows = np.random.default_rng(0).choice(len(y), MOST_TRAINING, replace=False)
        X, y = X[rows], y[rows]
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise NotMeasurableError("the training rows have one class only, so that no control can be learned from them")
    learner = HistGradientBoostingClassifier(
        max_iter=40 if len(classes) == 2 else 15,
        max_leaf_nodes=15,
        categorical_features=nominal if nominal.any() else None,
        early_stopping=False,
        random_state=0,
    )
    with single_thread():
        return classes, learner.fit(X, codes)
