"""The model as an attacker meets it: answers to queries, every one of them counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.subjects.asking import Asking

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.space import Points, Space
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model


class BudgetError(RuntimeError):
    """An attack asked more often than its attacker may."""


class Oracle:
    """Answers for points around the rows of a data set, one call of the model for all rows of a step.

    Parameters
    ----------
    model, data
        The classifier and the rows under attack.
    space : Space
        How points become rows.
    budget : int
        How often it may be asked about each row; asking more raises BudgetError.
    """

    def __init__(self, model: Model, data: Dataset, space: Space, budget: int) -> None:
        self._asking, self._space, self.budget = Asking(model, data), space, budget
        self.queries: NDArray[np.int64] = np.zeros(data.n, dtype=np.int64)
        self.shared = 0  # rows asked about once for all rows under attack
        self.calls = 0
        everything = np.arange(data.n)
        self._own = self._asked(everything, space.origin[:, None])[:, 0]

    def left(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many queries are left for each of the rows."""
        return np.asarray(self.budget - self.queries[rows])

    def flips(self, rows: NDArray[np.int64], points: Points) -> NDArray[np.bool_]:
        """Whether the model answers otherwise than for the row itself; points of shape (rows, candidates, …)."""
        return np.asarray(self._asked(rows, points) != self._own[rows][:, None], dtype=bool)

    def margins(self, rows: NDArray[np.int64], points: Points) -> NDArray[np.float64] | None:
        """How much surer the model is of the row's own answer than of any other; below 0 where it answers otherwise.

        None, and nothing counted, where the model gives no probabilities.
        """
        table = self._table(rows, points)
        given = self._asking.probabilities(table)
        if given is None:
            return None
        self._count(rows, points.shape[1])
        places = np.repeat(self._places(rows), points.shape[1])
        every = np.arange(len(given))
        own = given[every, places]
        given = given.copy()
        given[every, places] = -np.inf
        return np.asarray(own - given.max(axis=1)).reshape(points.shape[:2])

    def labels(self, X: pd.DataFrame) -> NDArray[Any]:
        """The model's answers to rows that serve all: counted once, and not with each row."""
        self.shared += len(X)
        self.calls += 1
        return self._asking.labels(X)

    def differs(self, rows: NDArray[np.int64], answers: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of these answers are others than those to the rows, of shape (rows, answers)."""
        return np.asarray(answers[None, :] != self._own[rows][:, None], dtype=bool)

    def _asked(self, rows: NDArray[np.int64], points: Points) -> NDArray[Any]:
        self._count(rows, points.shape[1])
        answers = self._asking.labels(self._table(rows, points))
        return answers.reshape(points.shape[:2])

    def _table(self, rows: NDArray[np.int64], points: Points) -> Any:
        candidates = points.shape[1]
        return self._space.table(np.repeat(rows, candidates), points.reshape(len(rows) * candidates, -1))

    def _count(self, rows: NDArray[np.int64], candidates: int) -> None:
        self.queries[rows] += candidates
        self.calls += 1
        if (self.queries[rows] > self.budget).any():
            raise BudgetError(f"{int(self.queries[rows].max())} queries for a row, of {self.budget} allowed")

    def _places(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The column of the probabilities that is the model's for the row itself: the largest, asked about once."""
        if not hasattr(self, "_columns"):
            everything = np.arange(len(self.queries))
            given = self._asking.probabilities(self._table(everything, self._space.origin[:, None]))
            self._columns = np.argmax(given, axis=1) if given is not None else np.zeros(len(everything), dtype=int)
        return np.asarray(self._columns[rows])
