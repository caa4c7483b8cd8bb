"""How much each feature matters to the model's answers: those to rows in which another row's value stands in it.

No labels are needed: it is what the model does that is explained, not whether it is right (Fisher, Rudin & Dominici
2019, Breiman 2001; the change of the answer takes the place of the loss). Values are exchanged within random pairs of
rows, the same pairs for all features, so that pairs are independent and halves of them share nothing.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.subjects.answers import REGRESSION

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

MOST_ROWS = 800
LEAST_ROWS = 40
LEAST_FEATURES = 3
_AT_ONCE = 20_000  # rows of one call of the model: one call a feature costs more than its rows
NAMED = 5


@dataclass(frozen=True, eq=False)
class Importances:
    """Mean change of the answer in each pair of rows, of shape (pairs, features)."""

    features: tuple[Any, ...]
    changes: NDArray[np.float64]

    @property
    def rows(self) -> int:
        """How many rows they are of."""
        return 2 * len(self.changes)

    @property
    def values(self) -> NDArray[np.float64]:
        """One for each feature: the mean over all pairs."""
        return np.asarray(self.changes.mean(axis=0))

    def greatest(self) -> dict[str, float]:
        """The most important features, for ``params``."""
        order = np.argsort(-self.values, kind="stable")[:NAMED]
        return {str(self.features[place]): round(float(self.values[place]), 4) for place in order}


def pairs_of(data: Dataset, random: np.random.Generator) -> NDArray[np.int64]:
    """Positions of up to 800 rows, an even number: the first of the first half is the partner of the second's first.

    Raises
    ------
    NotMeasurableError
        There are too few rows, or too few features to rank.
    """
    if data.n < LEAST_ROWS or len(data.features) < LEAST_FEATURES:
        raise NotMeasurableError(
            f"{data.where} has {data.n} rows and {len(data.features)} features; to compare ranks of features, "
            f"{LEAST_ROWS} rows and {LEAST_FEATURES} features are needed"
        )
    return rows_in_pairs(data, random)


def rows_in_pairs(data: Dataset, random: np.random.Generator) -> NDArray[np.int64]:
    """The same of any data set, however few its rows and features."""
    return np.asarray(random.permutation(data.n)[: min(data.n, MOST_ROWS) // 2 * 2])


@dataclass(frozen=True, eq=False)
class Exchanged:
    """The answers to rows in which one feature has another row's value, a row of answers for each feature.

    ``probabilities`` of shape (features, rows, classes), where the model gives them; else ``labels`` of shape
    (features, rows), or values, and the ``scores`` of the positive class, if there are any.
    """

    probabilities: NDArray[np.float64] | None
    labels: NDArray[Any] | None = None
    scores: NDArray[np.float64] | None = None


_exchanged: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Model, dict[bytes, Exchanged]]]
_exchanged = weakref.WeakKeyDictionary()


def exchanged(case: Case, rows: NDArray[np.int64]) -> Exchanged:
    """The model's answers as each feature is exchanged within pairs of these rows; asked once for all measures."""
    held = _exchanged.setdefault(case.data, weakref.WeakKeyDictionary()).setdefault(case.model, {})
    key = rows.tobytes()
    if key not in held:
        part, features = case.data.subset(rows), case.data.features
        step = max(1, _AT_ONCE // max(rows.size, 1))
        chunks = [features[start : start + step] for start in range(0, len(features), step)]
        answers = [_answered(case, part, chunk) for chunk in chunks]
        kinds = zip(*answers, strict=True)
        held[key] = Exchanged(*(None if any(each is None for each in kind) else np.concatenate(kind) for kind in kinds))
    return held[key]


def _answered(case: Case, part: Dataset, features: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Probabilities, labels and scores for the rows, once for each of these features; one call of the model."""
    frame, like = _with_exchanged(part, features)
    classifies = case.model.task_for(case.data) != REGRESSION
    given = case.model.predict_proba_frame(frame, like) if classifies else None
    if given is not None:
        return given.reshape(len(features), part.n, -1), None, None
    asked = Case(case.model, like.with_features(frame))
    try:
        scores = case.model.scores(asked.data).reshape(-1, part.n) if classifies else None
    except SubjectError:  # labels alone
        scores = None
    return None, asked.predicted.reshape(-1, part.n), scores


def importances(case: Case, rows: NDArray[np.int64]) -> Importances:
    """The importances on these rows of the case."""
    half = rows.size // 2
    changes = _distance(case, rows, exchanged(case, rows))  # of shape (features, rows)
    return Importances(tuple(case.data.features), ((changes[:, :half] + changes[:, half:]) / 2).T)


def _with_exchanged(part: Dataset, features: tuple[Any, ...]) -> tuple[pd.DataFrame, Dataset]:
    """The rows once for each of these features, exchanged, and the same unchanged: the target says what the task is."""
    n = part.n
    own, partner = np.arange(n), np.roll(np.arange(n), n // 2)
    repeated = np.tile(own, len(features))
    frame = part.X.take(repeated).reset_index(drop=True)
    for place, name in enumerate(features):
        taken = repeated.copy()
        taken[place * n : (place + 1) * n] = partner
        frame[name] = part.X[name].take(taken).array
    return frame, part.subset(repeated)


def _distance(case: Case, rows: NDArray[np.int64], asked: Exchanged) -> NDArray[np.float64]:
    """Total variation of the probabilities; of labels whether they differ; of quantities the distance in spreads."""
    given = case.model.predict_proba(case.data) if asked.probabilities is not None else None
    if given is not None and asked.probabilities is not None:
        return np.asarray(np.abs(asked.probabilities - given[rows]).sum(axis=2) / 2)
    if case.model.task_for(case.data) != REGRESSION:
        return np.asarray(asked.labels != case.predicted[rows], dtype=float)
    before = np.asarray(case.predicted, dtype=float)
    spread = float(before.std())
    return np.asarray(np.abs(np.asarray(asked.labels) - before[rows]) / (spread if spread > 0 else 1.0))
