"""Was something learned, and does it hold beyond the training rows?"""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.validation.classification import balanced_accuracy
from pytest_iso23053.stats import regression
from pytest_iso23053.stats.intervals import checked_confidence, mover_difference, newcombe


@measure(
    clause="7.3",
    aspect="model-selection",
    unit="share",
    direction="higher",
    basis="N",
    limit="> 0",
    range=(None, 1.0),
    source="Breck et al. 2017 (ML Test Score); Brodersen et al. 2010 (balanced accuracy); MOVER interval",
    needs=("model", "test", "labels"),
)
def gain_over_baseline(model: Any, data: Any, *, confidence: float = 0.95) -> Measurement:
    """Gain in balanced accuracy over any constant prediction; of a regressor, R², the gain over the mean.

    A constant has a balanced accuracy of exactly one in the number of classes, whatever their shares and whichever
    label it gives. Plain accuracy would blame a model whose threshold follows unequal costs: one that refuses whoever
    may be dear makes more errors than one that grants all, and is still worth having.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or (X, y)
        Labelled rows that the model has not seen.
    confidence : float, default 0.95
        Level of the interval, that of the balanced accuracy: the constant's is known without error.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x] for x in range(40)], [0] * 25 + [1] * 15
    >>> measures.gain_over_baseline(lambda frame: frame["x0"] >= 24, (rows, labels))
    gain_over_baseline = 0.480, 95 % interval 0.344 to 0.499, n = 40
    """
    case = Case(model, data)
    level = checked_confidence(confidence)
    if case.model.task_for(case.data) == "regression":
        value, low, high = regression.r2(case.y.astype(float), case.predicted, level)
        return case.measurement(value, low, high, case.data.n, confidence=level)
    balanced = balanced_accuracy(case.model, case.data, confidence=level)
    chance = 1 / max(len(case.data.classes), 1)
    bounds = (balanced.value - chance, balanced.low - chance, balanced.high - chance)
    return case.measurement(*bounds, case.data.n, confidence=level)


@measure(
    clause="7.3",
    aspect="training-process",
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    source="Zhang et al. 2017; Newcombe 1998 (interval, method 10)",
    needs=("model", "train", "test", "labels"),
)
def generalisation_gap(model: Any, train: Any, test: Any, *, confidence: float = 0.95) -> Measurement:
    """Accuracy on the training rows minus accuracy on held-out ones; of a regressor, the same of R².

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    train, test : Dataset or (X, y)
        The rows it was trained on, and rows it has not seen.
    confidence : float, default 0.95
        Level of the interval, of two independent samples.

    Returns
    -------
    Measurement
        Its n is the number of held-out rows.

    Raises
    ------
    NotMeasurableError
        A ValueError: one of the data sets has no labels, or the model is a classifier on one and a regressor on the
        other.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> seen, unseen = ([[0], [1], [2], [3]], [0, 0, 1, 1]), ([[0], [1], [2], [3]], [0, 1, 1, 1])
    >>> measures.generalisation_gap(lambda frame: frame["x0"] > 1, seen, unseen).value
    0.25
    """
    before, after = Case(model, train), Case(model, test)
    level = checked_confidence(confidence)
    tasks = {case.model.task_for(case.data) for case in (before, after)}
    if len(tasks) > 1:
        raise NotMeasurableError(
            "the two data sets make the model a classifier here and a regressor there; give it a task: Model(…, task=…)"
        )
    if tasks == {"regression"}:
        parts = [regression.r2(case.y.astype(float), case.predicted, level) for case in (before, after)]
        bounds = mover_difference(parts[0][0], parts[0][1:], parts[1][0], parts[1][1:])
    else:
        hits = [np.asarray(case.predicted == case.y, dtype=bool) for case in (before, after)]
        parts = [(float(hit.mean()) if hit.size else np.nan, np.nan, np.nan) for hit in hits]
        bounds = newcombe(hits[0].sum(), hits[0].size, hits[1].sum(), hits[1].size, level)
    return Measurement(
        "",
        parts[0][0] - parts[1][0],
        low=float(bounds[0]),
        high=float(bounds[1]),
        confidence=level,
        n=after.data.n,
        subjects=(after.model.name, before.data.name, after.data.name),
        roles=("model", role_of(before.data), role_of(after.data)),
    )
