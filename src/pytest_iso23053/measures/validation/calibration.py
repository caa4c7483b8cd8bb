"""Do the probabilities mean what they say? Judged against perfect calibration, overall and for groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import By, Case, by_group
from pytest_iso23053.measures.estimators import OfRows
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats import calibration
from pytest_iso23053.stats.intervals import mean_interval

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

SCORED = ("model", "test", "labels", "probabilities")


@by_group
@measure(
    clause="7.4",
    aspect="calibration",
    unit="score",
    direction="lower",
    basis="P",
    limit="<= 0.075",
    range=(0.0, 1.0),
    source="Kumar, Liang & Ma 2019 (bias of the plug-in); Gupta, Podkopaev & Ramdas 2020; Student's t interval",
    needs=SCORED,
    task="detect probabilities that do not mean what they say",
)
def debiased_calibration_error(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Mean distance between predicted probability and observed frequency, without the bias of the usual estimate.

    `expected_calibration_error` is positive at perfect calibration too, the more so the fewer the rows. Here one half
    of the rows says for each of up to fifteen equally filled bins whether the probabilities are too high or too low,
    and the other half by how much, and the reverse; at perfect calibration that is 0 in the mean. Of two classes the
    probability of the positive one is held against its frequency; of more, that of every class, each of which counts
    as often as it is predicted. The null is 0, the limit of 0.075 the margin of equivalence over it: forests and
    boosted trees that nothing is wrong with are commonly out by a few hundredths.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier that gives probabilities.
    data : Dataset or (X, y)
        Labelled rows.
    by : str or sequence of str, optional
        Columns that make groups; then a mapping from group to Measurement is returned.
    confidence : float, default 0.95
        Level of the interval. The lower bound holds for the error itself, not only for that of the bins.

    Returns
    -------
    Measurement
        0 where the estimate is negative. An error whose sign changes within a bin cancels there.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.
    SubjectError
        It is not known which of two classes is positive.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> p = random.random(5_000)
    >>> y = random.random(5_000) < p
    >>> measures.debiased_calibration_error(lambda frame: frame["x0"], (p[:, None], y)).value < 0.01
    True
    >>> round(measures.debiased_calibration_error(lambda frame: frame["x0"] ** 2, (p[:, None], y)).value, 2)
    0.16
    """
    case = Case(model, data).classification()
    given, truth = _claims(case)
    return case.measured(
        OfRows(
            lambda rows, level: calibration.debiased_calibration_error(given[rows], truth[rows], level), case.data.n
        ),
        by,
        confidence,
        series=case.reliability(confidence) if by is None else None,
    )


@by_group
@measure(
    clause="7.4",
    aspect="fairness",
    unit="score",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    summary="difference",
    range=(-1.0, 1.0),
    source="Steyerberg 2010 (calibration in the large); Pleiss et al. 2017 (by group); Student's t interval",
    needs=("model", "test", "labels", "probabilities", "groups"),
)
def calibration_in_the_large(
    model: Any, data: Any, *, by: By = None, confidence: float = 0.95
) -> Measurement | GroupMeasurements:
    """Mean probability of the positive class minus how often it occurs: above 0 where a group is overrated.

    Its difference between groups is the one that matters when all are judged by the same threshold: an overrated group
    is given what its record does not bear out, an underrated one refused it. The null is 0 in every group, the limit
    of 0.05 on the difference the margin of equivalence over it. It can conflict with equal error rates where the
    groups' base rates differ (Kleinberg, Mullainathan & Raghavan 2017).

    Parameters
    ----------
    model, data, by, confidence
        As for `debiased_calibration_error`; the data set says which class is ``positive``.

    Returns
    -------
    Measurement or mapping from group to Measurement
        Too high for some and too low for others within a group cancels.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or the model is a regressor.
    SubjectError
        It is not known which class is positive, or there is no such column to group by.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.calibration_in_the_large(lambda frame: frame["x0"] / 4, ([[0], [1], [2], [3]], [0, 0, 1, 1])).value
    -0.125
    """
    case = Case(model, data).classification()
    _ = case.probabilities  # a decision value is no probability
    excess = case.model.scores(case.data) - case.positive
    return case.measured(
        OfRows(lambda rows, level: mean_interval(excess[rows], level, lowest=-1.0, highest=1.0), case.data.n),
        by,
        confidence,
        series=case.reliability(confidence, of_positive=True) if by is None else None,
    )


def _claims(case: Case) -> tuple[Any, Any]:
    """Probabilities of shape (n, claims) and whether what they claim is true."""
    given = case.probabilities
    if given.shape[1] == 2:
        return case.model.scores(case.data)[:, None], case.positive[:, None]
    classes = np.asarray(case.model.classes_for(case.data))
    return given, case.y[:, None] == classes[None, :]
