"""One threshold-free score for any model: how well it ranks, with the share that each row has in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.stats.paired import Influence, auc_influence, concordance_influence, mean_influence
from pytest_iso23053.subjects.answers import REGRESSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case
    from pytest_iso23053.measures.importances import Exchanged

MOST_PAIRED = 4_000  # rows of a regression: all their pairs are compared


def is_regression(case: Case) -> bool:
    """Whether the model gives quantities on these data."""
    return case.model.task_for(case.data) == REGRESSION


def skill(case: Case) -> Influence:
    """ROC AUC, of more than two classes the mean of each against the rest; of a regressor the concordance."""
    if is_regression(case):
        rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_PAIRED)).astype(int)
        return concordance_influence(case.y.astype(float)[rows], case.predicted[rows])
    truth = case.y
    judged = ranked_classes(case, case.data.classes.tolist())
    return mean_influence([auc_influence(truth == label, ranking(case, label)[0]) for label in judged])


def skills_when_exchanged(case: Case, asked: Exchanged) -> list[Influence]:
    """The same skill on the rows of a case, with each feature exchanged between them."""
    if is_regression(case):
        rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_PAIRED)).astype(int)
        return [concordance_influence(case.y.astype(float)[rows], values[rows]) for values in _labels(asked)]
    truth = case.y
    judged = ranked_classes(case, case.data.classes.tolist())
    known = None if asked.probabilities is None else case.model.classes_for(case.data).tolist()
    rankings = [_ranked(case, asked, label, known) for label in judged]
    features = len(rankings[0])
    return [
        mean_influence(
            [auc_influence(truth == label, ranks[place]) for label, ranks in zip(judged, rankings, strict=True)]
        )
        for place in range(features)
    ]


def _ranked(case: Case, asked: Exchanged, label: Any, known: list[Any] | None) -> NDArray[Any]:
    """How strongly the model takes each row for this class as each feature is exchanged: (features, rows)."""
    if asked.probabilities is not None and known is not None:
        if label in known:
            return np.asarray(asked.probabilities[:, :, known.index(label)])
        return np.zeros(asked.probabilities.shape[:2])
    if asked.scores is not None and label == case.model.positive_class(case.data):
        return asked.scores
    return np.asarray(_labels(asked) == label, dtype=np.float64)


def _labels(asked: Exchanged) -> NDArray[Any]:
    return np.empty((0, 0)) if asked.labels is None else asked.labels


def ranked_classes(case: Case, classes: Sequence[Any]) -> list[Any]:
    """The classes to be told from the rest: of two, the positive one.

    Raises
    ------
    NotMeasurableError
        The rows hold fewer than two classes, or none of these.
    """
    if len(case.data.classes) < 2:
        raise NotMeasurableError(f"{case.data.where} holds fewer than two classes: there is nothing to rank")
    truth = case.y
    if len(classes) == 2:
        positive = case.model.positive_class(case.data)
        classes = [label for label in classes if label == positive] or list(classes)[1:]
    judged = [label for label in classes if 0 < np.count_nonzero(truth == label) < truth.size]
    if not judged:
        raise NotMeasurableError(f"{case.data.where} holds none of the classes that training has")
    return judged


def ranking(case: Case, label: Any) -> tuple[NDArray[Any], int | None]:
    """How strongly the model takes each row for this class; of labels alone, also how many rows it does."""
    given = case.model.predict_proba(case.data)
    if given is not None:
        known = case.model.classes_for(case.data).tolist()
        return (given[:, known.index(label)] if label in known else np.zeros(case.data.n)), None
    try:
        if label == case.model.positive_class(case.data):
            return case.model.scores(case.data), None
    except SubjectError:  # neither probabilities nor decision values, or more than two classes
        pass
    chosen = np.asarray(case.predicted == label, dtype=np.float64)
    return chosen, int(chosen.sum())
