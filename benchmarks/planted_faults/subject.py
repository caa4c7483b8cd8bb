"""Predictors that go wrong after training. A copy of this file stands beside each model that needs one."""

from __future__ import annotations

from typing import Any

import numpy as np


class Wrapper:
    """A fitted model, and something done to its answers."""

    def __init__(self, model: Any, **settings: Any) -> None:
        self.model = model
        self.settings = settings

    def __getattr__(self, name: str) -> Any:
        if name == "classes_" and "model" in self.__dict__:  # not while it is being unpickled
            return self.model.classes_
        raise AttributeError(name)

    def fit(self, X: Any, y: Any) -> Wrapper:
        self.model.fit(X, y)
        return self

    def values(self, X: Any) -> np.ndarray:
        """Probabilities, or the values of a regression."""
        return self.model.predict_proba(X) if hasattr(self.model, "predict_proba") else self.model.predict(X)

    def predict(self, X: Any) -> np.ndarray:
        values = self.values(X)
        return self.classes_[values.argmax(axis=1)] if values.ndim == 2 else values


class Classifier(Wrapper):
    def predict_proba(self, X: Any) -> np.ndarray:
        return self.values(X)


class Sharpened(Classifier):
    """Probabilities raised to ``power`` and normalised again: a temperature of 1/power."""

    def values(self, X: Any) -> np.ndarray:
        raised = super().values(X) ** self.settings["power"]
        return raised / raised.sum(axis=1, keepdims=True)


class Squared(Classifier):
    """The positive class's probability squared, and the rest given to the other: risks are stated too low."""

    def values(self, X: Any) -> np.ndarray:
        positive = super().values(X)[:, 1] ** 2
        return np.column_stack([1 - positive, positive])


class LowInGroup(Classifier):
    """The positive class's probability times ``factor`` wherever ``column`` is at least ``least``."""

    def values(self, X: Any) -> np.ndarray:
        positive = super().values(X)[:, 1]
        group = (X[self.settings["column"]] >= self.settings["least"]).to_numpy()
        positive = np.where(group, positive * self.settings["factor"], positive)
        return np.column_stack([1 - positive, positive])


class Jittered(Classifier):
    """Every call adds its own noise: the same row gets another answer each time."""

    def values(self, X: Any) -> np.ndarray:
        given = super().values(X)
        noisy = np.clip(given + np.random.default_rng().normal(0, self.settings["scale"], given.shape), 1e-6, None)
        return noisy / noisy.sum(axis=1, keepdims=True)


class BatchScaled(Wrapper):
    """Numbers are standardised by the batch at hand, in training and after."""

    def fit(self, X: Any, y: Any) -> BatchScaled:
        self.model.fit(self._scaled(X), y)
        return self

    def values(self, X: Any) -> np.ndarray:
        return super().values(self._scaled(X))

    def _scaled(self, X: Any) -> Any:
        numbers = X.select_dtypes("number").columns
        spread = X[numbers].std(ddof=0).replace(0, 1).fillna(1)
        return X.assign(**((X[numbers] - X[numbers].mean()) / spread))


class BatchScaledClassifier(BatchScaled, Classifier):
    pass


class Reversed(Classifier):
    """The columns of the probabilities in the wrong order, and labels that follow them."""

    def values(self, X: Any) -> np.ndarray:
        return super().values(X)[:, ::-1]


class ReversedProbabilities(Classifier):
    """Right labels, and probabilities whose columns are in the wrong order."""

    def predict(self, X: Any) -> np.ndarray:
        return self.model.predict(X)

    def values(self, X: Any) -> np.ndarray:
        return super().values(X)[:, ::-1]


class Shifted(Classifier):
    """Each label is one too high, the last is the first: encoded by another table than it is read by."""

    def values(self, X: Any) -> np.ndarray:
        return np.roll(super().values(X), 1, axis=1)


class ByPosition(Classifier):
    """Asks its model with a bare array: columns count by position, whatever they are called."""

    def fit(self, X: Any, y: Any) -> ByPosition:
        self.model.fit(np.asarray(X), y)
        return self

    def values(self, X: Any) -> np.ndarray:
        return self.model.predict_proba(np.asarray(X))


class GroupThreshold(Classifier):
    """Rows of the group are positive only above ``threshold``; the others above one half."""

    def values(self, X: Any) -> np.ndarray:
        positive = super().values(X)[:, 1]
        threshold = self.settings["threshold"]
        group = np.isin(X[self.settings["column"]].to_numpy(), self.settings["members"])
        moved = np.where(
            positive < threshold, positive / threshold / 2, 0.5 + (positive - threshold) / (1 - threshold) / 2
        )
        positive = np.where(group, moved, positive)
        return np.column_stack([1 - positive, positive])


class Offset(Wrapper):
    """Values times ``factor``, plus ``add`` where ``column`` equals ``value``."""

    def values(self, X: Any) -> np.ndarray:
        values = super().values(X) * self.settings.get("factor", 1.0)
        if "column" in self.settings:
            values = values + self.settings["add"] * (X[self.settings["column"]] == self.settings["value"]).to_numpy()
        return values
