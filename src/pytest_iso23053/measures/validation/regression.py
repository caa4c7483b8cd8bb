"""Errors of predicted quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.measures.cases import By, Case, by_group
from pytest_iso23053.measures.estimators import OfRows
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats import regression

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

LABELLED = ("model", "test", "labels", "regressor")


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="target unit",
    direction="lower",
    range=(0.0, None),
    source="Student 1908; Hall 1992 (interval of a skewed mean)",
    needs=LABELLED,
)
def mean_absolute_error(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Mean distance between prediction and truth, in the target's unit.

    Parameters
    ----------
    model : Model, estimator or callable
        A regressor.
    data : Dataset or (X, y)
        Rows with a numeric target.
    by : str or sequence of str, optional
        Columns that make groups; then a mapping from group to Measurement is returned.
    confidence : float, default 0.95
        Level of the interval of a skewed mean. Not known (NaN) where all errors are the same.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no target, or the model is a classifier.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.mean_absolute_error(lambda frame: frame["x0"], ([[0.0], [1.0], [2.0]], [0.5, 1.0, 4.0])).value
    0.8333333333333334
    """
    errors = _errors(case := Case(model, data).regression())
    return case.measured(
        OfRows(lambda rows, level: regression.mean_absolute_error(errors[rows], level), case.data.n), by, confidence
    )


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="target unit",
    direction="lower",
    range=(0.0, None),
    source="Hall 1992 (interval of a skewed mean), without assuming normal errors",
    needs=LABELLED,
)
def root_mean_squared_error(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Root of the mean squared distance between prediction and truth, in the target's unit.

    Parameters
    ----------
    model, data, by
        As for `mean_absolute_error`.
    confidence : float, default 0.95
        Level of the interval, with the observed spread, skewness and tails of the squared errors.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no target, or the model is a classifier.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.root_mean_squared_error(lambda frame: frame["x0"], ([[0.0], [1.0]], [1.5, 2.5])).value
    1.5
    """
    errors = _errors(case := Case(model, data).regression())
    return case.measured(
        OfRows(lambda rows, level: regression.root_mean_squared_error(errors[rows], level), case.data.n),
        by,
        confidence,
    )


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=(None, 1.0),
    source="Wright 1921; Hall 1992 (interval of a skewed mean, of 1 - R²)",
    needs=LABELLED,
)
def r2(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Share of the target's variance that the predictions explain; negative where the mean would predict better.

    Parameters
    ----------
    model, data, by
        As for `mean_absolute_error`.
    confidence : float, default 0.95
        Level of the interval, with the model taken as given.

    Returns
    -------
    Measurement
        At most 1; not defined (NaN) where the target is constant or there is one row.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no target, or the model is a classifier.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.r2(lambda frame: frame["x0"], ([[0.0], [1.0], [2.0]], [0.5, 1.0, 4.0])).value
    0.40697674418604657
    """
    case = Case(model, data).regression()
    y, predicted = case.y.astype(float), case.predicted
    return case.measured(
        OfRows(lambda rows, level: regression.r2(y[rows], predicted[rows], level), case.data.n), by, confidence
    )


def _errors(case: Case) -> Any:
    return case.predicted - case.y.astype(float)
