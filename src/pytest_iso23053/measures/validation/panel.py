"""A model beside learners of trusted rows: what do all of them answer once something was written into rows?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.design import design
from pytest_iso23053.measures.encoding import encoded
from pytest_iso23053.measures.probes import finite
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.triggers import triggered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case
    from pytest_iso23053.subjects.dataset import Dataset

MOST_LEARNED = 6_000
MOST_OF_FOREST = 3_000
TREES = 40


@dataclass(frozen=True, eq=False)
class Learners:
    """Boosted trees, a forest of random trees and a linear model, fitted to the same rows."""

    rows: Dataset
    classes: NDArray[Any]
    trees: Any
    forest: Any
    linear: Any

    def answers(self, data: Dataset) -> list[NDArray[Any]]:
        """The labels that each gives to other rows."""
        (_, X), _ = encoded(self.rows, data)
        _, Z = design(self.rows, data)
        with single_thread():
            given = (self.trees.predict(X), self.forest.predict(finite(X)), self.linear.predict(Z))
        return [np.asarray(self.classes[each]) for each in given]


def learners_of(data: Dataset, labels: NDArray[Any], random: np.random.Generator) -> Learners:
    """Fit them, to 6,000 rows at most.

    Raises
    ------
    NotMeasurableError
        The rows have one class only.
    """
    from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    drawn = random.permutation(data.n)[:MOST_LEARNED]
    rows = data.subset(drawn)
    (X,), nominal = encoded(rows)
    Z, _ = design(rows, rows)
    classes, codes = np.unique(labels[drawn], return_inverse=True)
    if classes.size < 2:
        raise NotMeasurableError(f"{data.where} has rows of one class only, so that no control can learn from them")
    trees = HistGradientBoostingClassifier(
        max_iter=40 if classes.size == 2 else 15,
        max_leaf_nodes=15,
        categorical_features=nominal if nominal.any() else None,
        early_stopping=False,
        random_state=0,
    )
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=0)
    part = slice(MOST_OF_FOREST)
    with single_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a control that has not converged is none of the user's
        linear = LogisticRegression(max_iter=60).fit(Z, codes)
        return Learners(rows, classes, trees.fit(X, codes), forest.fit(finite(X[part]), codes[part]), linear)


def learners_without(case: Case, train: Dataset, pattern: Mapping[Any, Any], random: np.random.Generator) -> Learners:
    """Learners of the test rows, and of the training rows that do not have the whole pattern.

    They know what each of its values means by itself, from many rows; of the pattern only what test rows tell.
    """
    frame = train.X[list(case.data.features)]
    has = np.ones(train.n, dtype=bool)
    for name, value in pattern.items():
        has &= np.asarray(frame[name] == value, dtype=bool)
    both = case.data.with_features(pd.concat([frame[~has], case.data.X], ignore_index=True))
    labels = np.concatenate([np.asarray(train.y)[~has], case.y])
    return learners_of(both, labels, random)


@dataclass(frozen=True, eq=False)
class Panel:
    """The model under test, and its controls."""

    case: Case
    learners: Sequence[Learners]

    def answers(self, rows: NDArray[np.int64], patches: Sequence[Mapping[Any, Any]]) -> list[NDArray[Any]]:
        """Labels of shape (patches, rows): the model's first, then the learners'."""
        part = self.case.data.subset(rows)
        every = np.arange(part.n)
        written = [triggered(part, every, patch).X if patch else part.X for patch in patches]
        stacked = self.case.data.with_features(pd.concat(written, ignore_index=True))
        given = [self.case.model.predict_frame(stacked.X, like=self.case.data)]
        for learners in self.learners:
            given += learners.answers(stacked)
        return [np.asarray(each).reshape(len(patches), part.n) for each in given]

    def excess(self, rows: NDArray[np.int64], patches: Sequence[Mapping[Any, Any]], wanted: Any) -> NDArray[np.float64]:
        """How many more rows each patch turns to a class for the model than for the control it turns most."""
        asked = rows[self.case.y[rows] != wanted]
        if not asked.size:
            return np.full(len(patches), -np.inf)
        gains = [turned.mean(axis=1) for turned in self.turned(asked, patches, wanted)]
        return np.asarray(gains[0] - np.max(gains[1:], axis=0))

    def turned(
        self, rows: NDArray[np.int64], patches: Sequence[Mapping[Any, Any]], wanted: Any
    ) -> list[NDArray[np.float64]]:
        """Of shape (patches, rows), for each answerer: 1 where a row is turned to the class, -1 where away from it."""
        given = self.answers(rows, [{}, *patches])
        return [np.asarray(each[1:] == wanted, dtype=float) - np.asarray(each[0] == wanted) for each in given]
