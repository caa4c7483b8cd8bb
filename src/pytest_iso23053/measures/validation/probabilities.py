"""Scores and probabilities: how well they rank, and how true they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import By, Case, by_group
from pytest_iso23053.measures.estimators import OfRows
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import roc
from pytest_iso23053.stats import calibration, ranking
from pytest_iso23053.stats.intervals import mean_interval

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

SCORED = ("model", "test", "labels", "probabilities")


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="score",
    direction="higher",
    range=(0.0, 1.0),
    source="DeLong, DeLong & Clarke-Pearson 1988; Sun & Xu 2014 (algorithm); Newcombe 2006 (areas near 1)",
    needs=("model", "test", "labels"),
)
def roc_auc(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Probability that a positive row is scored above a negative one; ties count half.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier with probabilities or a decision function, or a callable that returns scores.
    data : Dataset or (X, y)
        Labelled rows; of more than two classes the data set says which is ``positive``.
    by : str or sequence of str, optional
        Columns that make groups; then a mapping from group to Measurement is returned.
    confidence : float, default 0.95
        Level of DeLong's interval on the logit scale, no narrower than Newcombe's.

    Returns
    -------
    Measurement
        Between 0 and 1, 0.5 at chance; not defined (NaN) where only one class occurs.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        The model gives labels alone, or it is not known which class is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.roc_auc(lambda frame: frame["x0"] / 4, ([[0], [1], [2], [3]], [0, 1, 0, 1])).value
    0.75
    """
    case = Case(model, data).classification()
    positive, scores = case.positive, case.model.scores(case.data)
    return case.measured(
        OfRows(lambda rows, level: ranking.roc_auc(positive[rows], scores[rows], level), case.data.n),
        by,
        confidence,
        series=roc(positive, scores) if by is None else None,
    )


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="score",
    direction="higher",
    range=(0.0, 1.0),
    source="Boyd, Eng & Page 2013 (logit interval, least variance)",
    needs=("model", "test", "labels"),
)
def average_precision(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Mean of the precision at the rank of each positive row, the area under the precision-recall steps.

    Parameters
    ----------
    model, data, by
        As for `roc_auc`.
    confidence : float, default 0.95
        Level of the logit interval, with the variance of each row's influence.

    Returns
    -------
    Measurement
        Between 0 and 1, the share of positive rows at chance; not defined (NaN) where no row is positive.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        The model gives labels alone, or it is not known which class is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.average_precision(lambda frame: frame["x0"] / 4, ([[0], [1], [2], [3]], [0, 1, 0, 1])).value
    0.8333333333333333
    """
    case = Case(model, data).classification()
    positive, scores = case.positive, case.model.scores(case.data)
    return case.measured(
        OfRows(lambda rows, level: ranking.average_precision(positive[rows], scores[rows], level), case.data.n),
        by,
        confidence,
    )


@by_group
@measure(
    clause="7.4",
    aspect="calibration",
    unit="score",
    direction="lower",
    range=(0.0, 1.0),
    source="Brier 1950; Hall 1992 (interval of a skewed mean)",
    needs=SCORED,
)
def brier_score(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Mean squared distance between the predicted probabilities and what happened, 0 to 1.

    Of two classes (p - y)²; of more, half the sum over the classes, which is the same for two.

    Parameters
    ----------
    model, data, by
        As for `accuracy`; the model gives probabilities.
    confidence : float, default 0.95
        Level of the interval of a skewed mean.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.brier_score(lambda frame: frame["x0"] / 4, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.09375
    """
    case = Case(model, data).classification()
    losses = np.sum(np.square(case.probabilities - _indicators(case)), axis=1) / 2
    return case.measured(
        OfRows(lambda rows, level: mean_interval(losses[rows], level, lowest=0.0, highest=1.0), case.data.n),
        by,
        confidence,
        series=case.reliability(confidence) if by is None else None,
    )


@by_group
@measure(
    clause="7.4",
    aspect="calibration",
    unit="nats",
    direction="lower",
    range=(0.0, None),
    source="Good 1952; Hall 1992 (interval of a skewed mean)",
    needs=SCORED,
)
def log_loss(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Mean of -log of the probability that the model gave to the true label.

    Probabilities are clipped as in scikit-learn, at the machine's precision: a certain prediction that is wrong costs
    36.

    Parameters
    ----------
    model, data, by
        As for `accuracy`; the model gives probabilities.
    confidence : float, default 0.95
        Level of the interval of a skewed mean. Not known (NaN) where all rows have the same loss.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> round(measures.log_loss(lambda frame: frame["x0"] / 4, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value, 4)
    0.3171
    """
    case = Case(model, data).classification()
    least = np.finfo(np.float64).eps
    given = np.sum(case.probabilities * _indicators(case), axis=1)
    losses = -np.log(np.clip(given, least, 1 - least))
    return case.measured(
        OfRows(lambda rows, level: mean_interval(losses[rows], level, lowest=0.0), case.data.n), by, confidence
    )


@by_group
@measure(
    clause="7.4",
    aspect="calibration",
    unit="score",
    direction="lower",
    range=(0.0, 1.0),
    starting_point="<= 0.05",
    source="Guo et al. 2017; interval: triangle inequality and Gaussian isoperimetry (Borell 1975)",
    needs=SCORED,
)
def expected_calibration_error(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95, bins: int = 15
) -> Measurement | GroupMeasurements:
    """Mean distance between predicted probability and observed frequency, over bins of equal width.

    Of two classes the probability of the positive one is held against its frequency; of more, the probability of the
    predicted class against how often it is right. What is bounded is the error *of these bins*: within a bin, too high
    and too low cancel. The interval is conservative, and holds at perfect calibration too, where the plug-in value
    itself is biased upwards.

    Parameters
    ----------
    model, data, by
        As for `accuracy`; the model gives probabilities.
    confidence : float, default 0.95
        Least level of the interval.
    bins : int, default 15
        Bins of equal width.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.
    SubjectError
        It is not known which of two classes is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[0], [1], [2], [3]], [0, 0, 1, 1]
    >>> measures.expected_calibration_error(lambda frame: frame["x0"] / 4, (rows, labels)).value
    0.25
    """
    if bins < 1:
        raise ValueError(f"bins = {bins}: the probabilities need at least one bin")
    case = Case(model, data).classification()
    p, hit, _ = case.claims
    return case.measured(
        OfRows(
            lambda rows, level: calibration.expected_calibration_error(p[rows], hit[rows], level, bins=bins),
            case.data.n,
        ),
        by,
        confidence,
        {"bins": bins},
        series=case.reliability(confidence) if by is None else None,
    )


def _indicators(case: Case) -> Any:
    """One column a class, in the order of the probabilities: 1 where it is the true one.

    A label that the model does not know has no 1 in its row: the model gave it no probability at all.
    """
    classes = case.model.classes_for(case.data)
    return (case.y[:, None] == np.asarray(classes)[None, :]).astype(float)
