"""Are a regressor's predictions too high or too low, throughout or in some part of the data?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.validation.weak_slices import SEARCH, found_slice
from pytest_iso23053.stats.intervals import mean_interval

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.4",
    aspect="performance",
    unit="standard deviations of the target",
    direction="lower",
    basis="P",
    limit="<= 0.1",
    range=(0.0, None),
    source="Bland & Altman 1986 (bias); Student 1908 (interval)",
    needs=("model", "test", "labels", "regressor"),
    task="detect predictions that are too high or too low throughout",
)
def systematic_error(model: Any, data: Any, *, confidence: float = 0.95) -> Measurement:
    """Distance of the mean prediction from the mean truth, in standard deviations of the target.

    The null is 0, the limit of 0.1 the margin of equivalence over it.

    Parameters
    ----------
    model : Model, estimator or callable
        A regressor.
    data : Dataset or (X, y)
        Rows with a numeric target.
    confidence : float, default 0.95
        Level of Student's interval of the mean residual, folded at 0.

    Returns
    -------
    Measurement
        ``params["mean_residual"]`` has the sign and the target's unit. Too high here and too low there cancels: see
        `slice_bias`.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no target, it is constant, or the model is a classifier.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, values = [[float(x)] for x in range(100)], [x + 0.5 for x in range(100)]
    >>> twice_converted = measures.systematic_error(lambda frame: frame["x0"] * 1.25, (rows, values))
    >>> twice_converted.params["mean_residual"], (twice_converted <= 0.1).verdict
    (11.875, 'not met')
    """
    case, truth, predicted, scale = _regressed(model, data)
    residuals = predicted - truth
    mean, low, high = mean_interval(residuals / scale, confidence)
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    params = {"mean_residual": float(f"{residuals.mean():.6g}")}
    return case.measurement(
        abs(mean), least, max(abs(low), abs(high)), case.data.n, confidence=confidence, params=params
    )


@measure(
    clause="7.4",
    aspect="performance",
    unit="standard deviations of the target",
    direction="lower",
    basis="P",
    limit="<= 0.1",
    source=f"Kim, Ghorbani & Zou 2019 (multiaccuracy); {SEARCH}",
    needs=("model", "test", "labels", "regressor"),
    task="detect a part of the population that is systematically overrated or underrated",
)
def slice_bias(model: Any, data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """How far predictions lie from what happened, on average, in the slice where it is worst, too high or too low.

    The mean residual in standard deviations of the target. Being out by the same everywhere is not blamed here but by
    `systematic_error`. The null is 0 in every slice, the limit of 0.1 the margin of equivalence over it. Of a
    classifier `slice_overconfidence` and `calibration_in_the_large` tell the like: forests draw probabilities towards
    the mean, so that every sharp slice would be blamed.

    Parameters
    ----------
    model, data, confidence, seed
        As for `worst_slice_gap`; a regressor.

    Returns
    -------
    Measurement
        Its n is the number of rows in the slice that ``params["slice"]`` names; ``params["predicted"]`` and
        ``params["observed"]`` are its means.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, a classifier, a constant target, or too few rows.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> x = np.random.default_rng(0).random((2_000, 2)).round(2)
    >>> too_high_for_some = lambda frame: frame["x0"] + 0.5 * (frame["x1"] < 0.1)
    >>> found = measures.slice_bias(too_high_for_some, (x, x[:, 0]), seed=0)
    >>> (found <= 0.1).verdict, found.params["slice"]
    ('not met', 'x1 < 0.11')
    """
    case, truth, predicted, scale = _regressed(model, data)
    excess = (predicted - truth) / scale
    parts = {"predicted": predicted, "observed": truth}
    overall = float(excess.mean()) if excess.size else np.nan
    found = [found_slice(case, sign * (excess - overall), confidence, seed, parts) for sign in (1.0, -1.0)]
    return max(found, key=lambda each: each.low)


def _regressed(model: Any, data: Any) -> tuple[Case, Any, Any, float]:
    """The case, its truths and predictions as floats, and the truths' standard deviation."""
    case = Case(model, data).regression()
    truth, predicted = case.y.astype(float), np.asarray(case.predicted, dtype=float)
    scale = float(truth.std()) if truth.size else np.nan
    if not scale > 0:
        raise NotMeasurableError(f"the target of {case.data.where} is constant, so that residuals have no scale")
    return case, truth, predicted, scale
