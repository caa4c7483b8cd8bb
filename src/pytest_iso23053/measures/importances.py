"""How much each feature matters to the model's answers: those to rows in which another row's value stands in it.

No labels are needed: it is what the model does that is explained, not whether it is right (Fisher, Rudin & Dominici
2019, Breiman 2001; the change of the answer takes the place of the loss). Values are exchanged within random pairs of
rows, the same pairs for all features, so that pairs are independent and halves of them share nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.subjects.answers import REGRESSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

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
    return np.asarray(random.permutation(data.n)[: min(data.n, MOST_ROWS) // 2 * 2])


def importances(case: Case, rows: NDArray[np.int64]) -> Importances:
    """The importances on these rows of the case."""
    part = case.data.subset(rows)
    step = max(1, _AT_ONCE // rows.size)
    features = case.data.features
    found = [_changes(case, part, rows, features[start : start + step]) for start in range(0, len(features), step)]
    half = rows.size // 2
    changes = np.concatenate(found)  # of shape (features, rows)
    return Importances(tuple(features), ((changes[:, :half] + changes[:, half:]) / 2).T)


def _changes(case: Case, part: Dataset, rows: NDArray[np.int64], features: tuple[Any, ...]) -> NDArray[np.float64]:
    """Change of the answer to each row, as each of these features is exchanged; all in one call of the model."""
    n = rows.size
    own, partner = np.arange(n), np.roll(np.arange(n), n // 2)
    repeated = np.tile(own, len(features))
    frame = part.X.take(repeated).reset_index(drop=True)
    for place, name in enumerate(features):
        taken = repeated.copy()
        taken[place * n : (place + 1) * n] = partner
        frame[name] = part.X[name].take(taken).array
    asked = Case(case.model, part.subset(repeated).with_features(frame))  # the target says what the task is
    return _distance(case, np.tile(rows, len(features)), asked).reshape(len(features), n)


def _distance(case: Case, rows: NDArray[np.int64], asked: Case) -> NDArray[np.float64]:
    """Total variation of the probabilities; of labels whether they differ; of quantities the distance in spreads."""
    if case.model.task_for(case.data) == REGRESSION:
        before = np.asarray(case.predicted, dtype=float)
        spread = float(before.std())
        moved = np.asarray(asked.predicted, dtype=float)
        return np.asarray(np.abs(moved - before[rows]) / (spread if spread > 0 else 1.0))
    given = case.model.predict_proba(case.data)
    after = asked.model.predict_proba(asked.data)
    if given is None or after is None:
        return np.asarray(asked.predicted != case.predicted[rows], dtype=float)
    return np.asarray(np.abs(after - given[rows]).sum(axis=1) / 2)
