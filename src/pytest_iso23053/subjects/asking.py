"""A model asked over and over about variants of the same rows, without the checks that each new data set gets.

An attack asks a hundred times. What a data set is examined for was found right for the rows themselves; what remains is
that the model answers once a row. The answers are raw ones, to be compared with one another only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.inputs import ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model


class Asking:
    """The labels and probabilities of a classifier for variants of the rows of a data set.

    Parameters
    ----------
    model : Model
        A classifier.
    data : Dataset
        The rows of which variants are asked about.
    """

    def __init__(self, model: Model, data: Dataset) -> None:
        self._model, self._data = model, data
        predictor = model.predictor
        names = getattr(predictor, "feature_names_in_", None)
        self.takes_arrays = names is None and hasattr(predictor, "n_features_in_")
        # Estimators alone: what a function answers may be labels, scores or probabilities, which is seen each time.
        plain = hasattr(predictor, "predict") and getattr(predictor, "classes_", None) is not None
        self._quick = plain and data.label_map is None and (self.takes_arrays or not data.from_array)
        self._names = None if names is None else [str(name) for name in names]

    def labels(self, X: Any) -> NDArray[Any]:
        """One label a row of a frame, or of a matrix where all features are numbers."""
        if not self._quick:
            return self._model.predict_frame(X, like=self._data)
        answer = np.asarray(self._asked(self._model.predictor.predict, X))
        if answer.shape != (len(X),):
            raise SubjectError(f"{self._where}: the answer has the shape {answer.shape}, not ({len(X)},): one a row")
        return answer

    def probabilities(self, X: Any) -> NDArray[np.float64] | None:
        """Probabilities of shape (n, classes), always in the same order; None where the model gives none."""
        if self._quick and hasattr(self._model.predictor, "predict_proba"):
            return np.asarray(self._asked(self._model.predictor.predict_proba, X), dtype=np.float64)
        return self._model.predict_proba(self._data.with_features(self._framed(X)))

    def _asked(self, function: Any, X: Any) -> Any:
        given = X if isinstance(X, np.ndarray) and self.takes_arrays else self._arranged(X)
        return ask(function, self._model.predictor, self._data, given, self._where)

    def _arranged(self, X: Any) -> Any:
        frame = self._framed(X)
        if self.takes_arrays:
            return frame.to_numpy()
        if self._names is not None and self._names != list(frame.columns) and set(self._names) == set(frame.columns):
            return frame[self._names]
        return frame

    def _framed(self, X: Any) -> pd.DataFrame:
        return X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, columns=list(self._data.features), copy=False)

    @property
    def _where(self) -> str:
        return f"model {self._model.name!r} on {self._data.where}"
