"""Right and wrong labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.cases import By, Case, by_group
from pytest_iso23053.measures.estimators import OfRows, Rate
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import mean_of_proportions

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

LABELLED = ("model", "test", "labels")
SHARE = (0.0, 1.0)


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=SHARE,
    source="Clopper & Pearson 1934 (interval)",
    needs=LABELLED,
)
def accuracy(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Share of rows whose label the model predicts correctly.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or (X, y)
        Labelled rows.
    by : str or sequence of str, optional
        Columns that make groups; then a mapping from group to Measurement is returned.
    confidence : float, default 0.95
        Level of the exact (Clopper-Pearson) interval.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.accuracy(lambda frame: frame["x0"] > 1, ([[0], [1], [2], [3]], [0, 0, 1, 1]))
    accuracy = 1.00, 95 % interval 0.40 to 1.00, n = 4
    """
    case = Case(model, data).classification()
    return case.measured(Rate(case.right), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=SHARE,
    source="Brodersen et al. 2010; interval: MOVER, Zou & Donner 2008",
    needs=LABELLED,
)
def balanced_accuracy(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Mean of the recalls of all classes, so that a rare class counts as much as a frequent one.

    Parameters
    ----------
    model, data, by
        As for `accuracy`.
    confidence : float, default 0.95
        Level of the interval, which MOVER puts together from the exact intervals of the recalls.

    Returns
    -------
    Measurement
        Not defined (NaN) where a class that the data set has does not occur, in a group for instance.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.balanced_accuracy(lambda frame: frame["x0"] > 1, ([[0], [1], [2], [3]], [0, 0, 0, 1])).value
    0.8333333333333333
    """
    case = Case(model, data).classification()
    of = pd.Index(case.data.classes).get_indexer(case.y) if len(case.data.classes) > 1 else None
    hits, classes = case.predicted == case.y, len(case.data.classes)

    def estimate(rows: Any, level: float) -> tuple[float, float, float]:
        if of is None:
            return np.nan, np.nan, np.nan
        right = np.bincount(of[rows], hits[rows], minlength=classes)
        return mean_of_proportions(right, np.bincount(of[rows], minlength=classes), level)

    return case.measured(OfRows(estimate, case.data.n), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=SHARE,
    source="van Rijsbergen 1979; Clopper & Pearson 1934 (interval)",
    needs=LABELLED,
)
def precision(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Share of the rows taken for positive that are positive.

    Parameters
    ----------
    model, data, by, confidence
        As for `accuracy`; of more than two classes the data set says which is ``positive``.

    Returns
    -------
    Measurement
        Its n is the number of rows taken for positive; not defined (NaN) where there is none.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.precision(lambda frame: frame["x0"] > 0, ([[0], [1], [2], [3]], [0, 0, 1, 1])).n
    3
    """
    case = Case(model, data).classification()
    return case.measured(Rate(case.positive, of=case.selected), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=SHARE,
    source="van Rijsbergen 1979; Clopper & Pearson 1934 (interval)",
    needs=LABELLED,
)
def recall(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Share of the positive rows that are taken for positive.

    Parameters
    ----------
    model, data, by, confidence
        As for `accuracy`; of more than two classes the data set says which is ``positive``.

    Returns
    -------
    Measurement
        Its n is the number of positive rows; not defined (NaN) where there is none.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.recall(lambda frame: frame["x0"] > 2, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.5
    """
    case = Case(model, data).classification()
    return case.measured(Rate(case.selected, of=case.positive), by, confidence)


@by_group
@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    range=SHARE,
    source="van Rijsbergen 1979; interval: Clopper & Pearson 1934, of the Jaccard index that F1 is a function of",
    needs=LABELLED,
)
def f1(model: Any, data: Any, *, by: By = None, confidence: float = 0.95) -> Measurement | GroupMeasurements:
    """Harmonic mean of precision and recall.

    With J the share of true positives among the rows that are positive or taken for it, F1 = 2 J / (1 + J). J is a
    proportion, and its exact interval becomes that of F1.

    Parameters
    ----------
    model, data, by, confidence
        As for `accuracy`; of more than two classes the data set says which is ``positive``.

    Returns
    -------
    Measurement
        Its n is the number of rows that are positive or taken for it; not defined (NaN) where there is none.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or the model is a regressor.
    SubjectError
        It is not known which class is positive.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.f1(lambda frame: frame["x0"] > 0, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    0.8
    """
    case = Case(model, data).classification()
    positive, selected = case.positive, case.selected
    jaccard = Rate(positive & selected, of=positive | selected, link=lambda share: 2 * share / (1 + share))
    return case.measured(jaccard, by, confidence)
