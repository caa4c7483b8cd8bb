"""Does the model know when it does not know? Confidence, and what abstention would spare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import risk_coverage
from pytest_iso23053.stats import ranking
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson, mean_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement

SCORED = ("model", "test", "labels", "probabilities")


@measure(
    clause="7.4",
    aspect="calibration",
    unit="score",
    direction="higher",
    basis="P",
    limit=">= 0.55",
    range=(0.0, 1.0),
    source="Hendrycks & Gimpel 2017 (maximum probability); DeLong, DeLong & Clarke-Pearson 1988 (interval)",
    needs=SCORED,
    task="tell sure answers from guesses",
)
def confidence_auroc(model: Any, data: Any, *, confidence: float = 0.95) -> Measurement:
    """Probability that a right answer has more confidence than a wrong one: 0.5 where the confidence says nothing.

    The confidence is the probability of the predicted class. Whoever refers doubtful cases to a person relies on it.
    The null is 0.5, the limit of 0.55 the margin of equivalence over it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier that gives probabilities.
    data : Dataset or (X, y)
        Labelled rows.
    confidence : float, default 0.95
        Level of DeLong's interval on the logit scale.

    Returns
    -------
    Measurement
        Not defined (NaN) where all answers are right, or all wrong.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[0.1], [0.4], [0.6], [0.9]], [False, True, True, True]
    >>> measures.confidence_auroc(lambda frame: frame["x0"], (rows, labels)).value
    0.8333333333333334
    """
    case = Case(model, data).classification()
    right, sure = _right_and_sure(case)
    value, low, high = ranking.roc_auc(right, sure, checked_confidence(confidence))
    return case.measurement(value, low, high, case.data.n, confidence=confidence)


@measure(
    clause="7.4",
    aspect="calibration",
    unit="share",
    direction="lower",
    range=(0.0, 1.0),
    starting_point="<= 0.10",
    source="Geifman & El-Yaniv 2017 (selective classification); Clopper & Pearson 1934 (interval)",
    needs=SCORED,
)
def selective_error(model: Any, data: Any, *, coverage: float = 0.8, confidence: float = 0.95) -> Measurement:
    """Error rate on the share of rows that the model is surest of: what is left to err on if it may abstain.

    Parameters
    ----------
    model, data
        As for `confidence_auroc`.
    coverage : float, default 0.8
        Share of the rows that are answered. Rows of the same confidence at its edge are all answered.
    confidence : float, default 0.95
        Level of the exact interval, which takes the threshold as given.

    Returns
    -------
    Measurement
        Its n is the number of rows answered.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[0.1], [0.4], [0.6], [0.9]], [False, True, True, True]
    >>> measures.selective_error(lambda frame: frame["x0"], (rows, labels), coverage=0.5).value
    0.0
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage = {coverage} is no share of the rows between 0 and 1; write 0.8 for four fifths")
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    right, sure = _right_and_sure(case)
    kept = max(int(np.ceil(coverage * right.size)), 1)
    answered = sure >= np.sort(sure)[::-1][kept - 1] if right.size else np.zeros(0, dtype=bool)
    errors, n = int(np.sum(~right & answered)), int(answered.sum())
    low, high = clopper_pearson(errors, n, level)
    value = errors / n if n else np.nan
    params, curve = {"coverage": coverage}, risk_coverage(right, sure)
    return case.measurement(value, float(low), float(high), n, confidence=level, params=params, series=curve)


@measure(
    clause="7.4",
    aspect="calibration",
    unit="share",
    direction="lower",
    range=(0.0, 1.0),
    source="Geifman, Uziel & El-Yaniv 2019 (area under the risk-coverage curve); Student's t interval",
    needs=SCORED,
)
def risk_coverage_area(model: Any, data: Any, *, confidence: float = 0.95) -> Measurement:
    """Mean error rate over all coverages, from the surest row alone to all of them (AURC); 0 is best.

    Parameters
    ----------
    model, data
        As for `confidence_auroc`.
    confidence : float, default 0.95
        Level of Student's interval of the mean of the rows' shares in the area, their order taken as given.

    Returns
    -------
    Measurement
        No better than the error rate itself where the confidence says nothing. Ties share the mean of their ranks.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[0.1], [0.4], [0.6], [0.9]], [False, True, True, True]
    >>> round(measures.risk_coverage_area(lambda frame: frame["x0"], (rows, labels)).value, 3)
    0.104
    """
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    right, sure = _right_and_sure(case)
    n = right.size
    tails = np.cumsum((1 / np.arange(1, n + 1))[::-1])[::-1]  # a row counts in every coverage from its rank on
    order = np.argsort(-sure, kind="stable")
    _, group = np.unique(-sure[order], return_inverse=True)
    shared = (np.bincount(group, tails) / np.bincount(group))[group] if n else tails
    bounds = mean_interval((~right[order]) * shared, level, lowest=0.0)
    return case.measurement(*bounds, n, confidence=level, series=risk_coverage(right, sure))


def _right_and_sure(case: Case) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    return np.asarray(case.predicted == case.y, dtype=bool), case.probabilities.max(axis=1, initial=0.0)
