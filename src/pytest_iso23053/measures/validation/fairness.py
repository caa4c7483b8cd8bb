"""Rates that are compared between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.measures.cases import By, Case, by_group
from pytest_iso23053.measures.estimators import (
    FALSE_NEGATIVE,
    FALSE_POSITIVE,
    TRUE_NEGATIVE,
    TRUE_POSITIVE,
    CellRate,
    Rate,
)
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

SHARE = (0.0, 1.0)
POSITIVES, NEGATIVES = (TRUE_POSITIVE, FALSE_NEGATIVE), (TRUE_NEGATIVE, FALSE_POSITIVE)
ODDS = "Hardt, Price & Srebro 2016 (equalised odds); the limit of 0.1 is a weak convention"


@by_group
@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="higher",
    basis="C",
    limit=">= 0.8",
    summary="ratio",
    range=SHARE,
    source="29 CFR 1607.4(D) (four-fifths rule); Feldman et al. 2015; Zou & Donner 2008 (interval)",
    needs=("model", "test", "groups"),
)
def selection_rate(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Share of rows that the model takes for positive; its ratio between groups is what the four-fifths rule limits.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or frame
        Rows; labels are not needed. The data set says which class is ``positive``, the one that is wished for.
    by : str or sequence of str, optional
        Columns that make groups, ``"sex"``; then a mapping from group to Measurement is returned, with ``.ratio()``,
        ``.difference()``, ``.worst()`` and ``.overall``.
    confidence : float, default 0.95
        Level of the interval: the exact one of a rate, MOVER's of a ratio and a difference.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is a regressor.
    SubjectError
        It is not known which class is positive, or there is no such column to group by.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> people = pd.DataFrame({"income": range(200), "sex": ["f", "m"] * 100})
    >>> rates = measures.selection_rate(lambda frame: frame["income"] >= 100, Dataset(people), by="sex")
    >>> rates.ratio() >= 0.8
    selection_rate.ratio(sex) >= 0.8 is not demonstrated: 1.00, 95 % interval 0.75 to 1.00, n = 200; \
the interval holds both sides of the limit: inconclusive; about 884 rows would decide (90 % power)
    """
    case = Case(model, data).classification()
    return case.measured(_selection(case), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="higher",
    basis="C",
    limit="<= 0.1",
    summary="difference",
    range=SHARE,
    source=ODDS,
    needs=("model", "test", "labels", "groups"),
)
def true_positive_rate(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Share of the positive rows that are taken for positive; equal between groups is equality of opportunity.

    Parameters
    ----------
    model, data, by, confidence
        As for `selection_rate`; the rows have labels.

    Returns
    -------
    Measurement or mapping from group to Measurement
        The n is the number of positive rows. A group without one has no rate, and leaves the difference undecided.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive, or there is no such column to group by.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.true_positive_rate(lambda frame: frame["x0"] > 2, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.5
    """
    case = Case(model, data).classification()
    return case.measured(CellRate(case.confusion, (TRUE_POSITIVE,), of=POSITIVES), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="lower",
    basis="C",
    limit="<= 0.1",
    summary="difference",
    range=SHARE,
    source=ODDS,
    needs=("model", "test", "labels", "groups"),
)
def false_positive_rate(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Share of the negative rows that are taken for positive.

    Parameters
    ----------
    model, data, by, confidence
        As for `selection_rate`; the rows have labels.

    Returns
    -------
    Measurement or mapping from group to Measurement
        The n is the number of negative rows. A group without one has no rate, and leaves the difference undecided.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive, or there is no such column to group by.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.false_positive_rate(lambda frame: frame["x0"] > 0, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.5
    """
    case = Case(model, data).classification()
    return case.measured(CellRate(case.confusion, (FALSE_POSITIVE,), of=NEGATIVES), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="lower",
    basis="C",
    limit="<= 0.1",
    summary="difference",
    range=SHARE,
    source=ODDS,
    needs=("model", "test", "labels", "groups"),
)
def false_negative_rate(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Share of the positive rows that are missed: one minus the true positive rate.

    Parameters
    ----------
    model, data, by, confidence
        As for `selection_rate`; the rows have labels.

    Returns
    -------
    Measurement or mapping from group to Measurement
        The n is the number of positive rows. A group without one has no rate, and leaves the difference undecided.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive, or there is no such column to group by.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.false_negative_rate(lambda frame: frame["x0"] > 2, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.5
    """
    case = Case(model, data).classification()
    return case.measured(CellRate(case.confusion, (FALSE_NEGATIVE,), of=POSITIVES), by, confidence)


def _selection(case: Case) -> Rate | CellRate:
    """Without labels there is no confusion matrix to share."""
    if case.data.labelled is None or len(case.data.labelled) < case.data.n:
        return Rate(case.selected)
    return CellRate(case.confusion, (TRUE_POSITIVE, FALSE_POSITIVE))
