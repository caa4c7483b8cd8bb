"""What a model makes of rows before it answers: hidden layer, leaves, or the inputs of its last step."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.subjects.inputs import features_for
from pytest_iso23053.subjects.wording import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

    Matrix = NDArray[np.float64]

DIMENSIONS = 30
WIDEST = 300


class Embedding(NamedTuple):
    """A matrix of shape (rows, dimensions), and what it is."""

    matrix: Matrix
    kind: str


def last_step(predictor: Any) -> tuple[Any, list[Any]]:
    """The estimator that answers, and the fitted steps before it; of a search, of its best estimator."""
    predictor = getattr(predictor, "best_estimator_", predictor)
    steps = getattr(predictor, "steps", None)
    if steps is None:
        return predictor, []
    inner, before = last_step(steps[-1][1])
    return inner, [*(step for _, step in steps[:-1] if step not in (None, "passthrough")), *before]


def inputs(model: Model, data: Dataset) -> Any:
    """What the last step is given."""
    _, before = last_step(model.predictor)
    given = features_for(getattr(model.predictor, "best_estimator_", model.predictor), data)
    for step in before:
        given = step.transform(given)
    return given


def embedding(model: Model, data: Dataset) -> Embedding:
    """The last hidden layer of a multilayer perceptron, the leaves of trees, else the inputs of the last step.

    Leaves are taken as columns of their own (of scikit-learn's boosted trees with what each adds to the answer), of
    which the 30 directions of most variance are kept, those of XGBoost and LightGBM included; inputs are standardised.

    Raises
    ------
    NotMeasurableError
        A step fails on these rows.
    """
    predictor, _ = last_step(model.predictor)
    try:
        with single_thread():
            given = inputs(model, data)
            if hasattr(predictor, "coefs_") and hasattr(predictor, "hidden_layer_sizes"):
                return Embedding(_hidden(predictor, given), "hidden layer")
            if hasattr(predictor, "staged_decision_function"):
                return Embedding(_reduced(_increments(predictor, given)), "leaves")
            leaves = _leaves(predictor, given)
            if leaves is not None:
                return Embedding(_reduced(_columns_of(leaves)), "leaves")
            return Embedding(_standardised(given), "inputs")
    except Exception as error:
        raise NotMeasurableError(f"model {model.name!r} gives no embedding of {data.where}: {brief(error)}") from error


def embedded_by(function: Callable[[Any], Any], data: Dataset) -> Embedding:
    """What the user's own function makes of the features.

    Raises
    ------
    NotMeasurableError
        It is no matrix of one row for each.
    """
    given = np.asarray(function(data.X), dtype=np.float64)
    if given.ndim != 2 or len(given) != data.n or not np.isfinite(given).all():
        raise NotMeasurableError(
            f"the embedding of {data.where} has shape {given.shape}; it takes {data.n} rows of numbers"
        )
    return Embedding(given, "given")


def _hidden(predictor: Any, given: Any) -> Matrix:
    layer = np.asarray(given.toarray() if hasattr(given, "toarray") else given, dtype=np.float64)
    for weights, bias in zip(predictor.coefs_[:-1], predictor.intercepts_[:-1], strict=True):
        layer = _ACTIVATIONS[predictor.activation](layer @ weights + bias)
    return layer


_ACTIVATIONS: dict[str, Callable[[Matrix], Matrix]] = {
    "relu": lambda given: np.maximum(given, 0.0),
    "tanh": np.tanh,
    "logistic": lambda given: 1 / (1 + np.exp(-np.clip(given, -500, 500))),
    "identity": lambda given: given,
}


def _increments(predictor: Any, given: Any) -> Matrix:
    """What each stage of boosting adds: the value of the leaf that a row falls into."""
    stages = np.stack([np.asarray(each, dtype=np.float64) for each in predictor.staged_decision_function(given)])
    steps = np.diff(stages.reshape(len(stages), stages.shape[1], -1), axis=0, prepend=0.0)
    return np.asarray(np.moveaxis(steps, 0, 1).reshape(stages.shape[1], -1))


def _leaves(predictor: Any, given: Any) -> Any:
    """The leaf that each row falls into, by tree: scikit-learn and XGBoost say it by a method, LightGBM if asked."""
    if getattr(predictor, "booster", None) == "gblinear":  # XGBoost's linear models have the method, and no trees
        return None
    if hasattr(predictor, "apply"):
        return predictor.apply(given)
    if hasattr(predictor, "predict") and "pred_leaf" in signature(predictor.predict).parameters:
        return predictor.predict(given, pred_leaf=True)
    return None


def _columns_of(leaves: Any) -> Any:
    from sklearn.preprocessing import OneHotEncoder

    places = np.asarray(leaves)
    return OneHotEncoder().fit_transform(places.reshape(len(places), -1))


def _standardised(given: Any) -> Matrix:
    if hasattr(given, "toarray"):
        return _reduced(given)
    matrix = np.nan_to_num(np.asarray(given, dtype=np.float64))
    spread = matrix.std(axis=0)
    scaled = np.asarray((matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
    return scaled if scaled.shape[1] <= WIDEST else _reduced(scaled)


def _reduced(matrix: Any) -> Matrix:
    from sklearn.decomposition import TruncatedSVD

    most = min(DIMENSIONS, matrix.shape[1] - 1, matrix.shape[0] - 1)
    if most < 1:
        return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, dtype=np.float64)
    return np.asarray(TruncatedSVD(most, random_state=0).fit_transform(matrix))
