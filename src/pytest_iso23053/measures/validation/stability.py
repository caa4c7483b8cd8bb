"""What noise does to a model, beside what it does to another learner, and to the share of right answers."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.control import control_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.validation.robustness import answers_to, disturbance
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval

NOISE = "Hendrycks & Dietterich 2019; ISO/IEC TR 24029-1:2021; Student's t interval, paired by row"


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.1",
    range=(-1.0, 1.0),
    source=NOISE,
    needs=("model", "train", "test", "labels"),
    task="detect decisions that a slight disturbance of the input flips",
)
def excess_flip_rate(
    model: Any,
    train: Any,
    test: Any,
    *,
    noise: str = "gaussian",
    scale: float = 0.1,
    share: float = 0.1,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Share of rows that noise flips, minus the share that the same noise flips for a quick learner on the same rows.

    Some decisions are close, and flip for any model. The control, gradient-boosted trees trained on the same rows,
    tells how many; a model that flips far more hangs on digits that nobody measures, on single training rows or on
    exact values. The null is an excess of 0, the limit of 0.1 the margin of equivalence over it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    train : Dataset or (X, y)
        Labelled rows; the control learns from 20,000 of them at most.
    test : Dataset or frame
        The rows to disturb, which the model has not seen.
    noise, scale, share
        As for `flip_rate`.
    confidence : float, default 0.95
        Level of Student's interval of the mean difference by row.
    seed : int, optional
        Seed of the noise; by default that of the running test.

    Returns
    -------
    Measurement
        ``params`` hold both flip rates.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no labels to train the control with, or no feature can be disturbed so.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(1_000, 2))
    >>> train, test = (X[:500], X[:500, 0] > 0), (X[500:], X[500:, 0] > 0)
    >>> on_a_digit = lambda frame: (frame["x0"] * 1_000).astype(int) % 2 == 0
    >>> (measures.excess_flip_rate(on_a_digit, train, test) <= 0.1).verdict
    'not met'
    """
    case, held = Case(model, test).classification(), Case(model, train).classification()
    level, seed = checked_confidence(confidence), settled_seed(seed)
    disturbed, params = disturbance(case.data.X, noise, seed, scale=scale, share=share)
    flips = np.asarray(answers_to(case, disturbed, noise) != case.predicted, dtype=float)
    other = control_of(held)
    control = np.asarray(other.labels(case.data) != other.labels(case.data.with_features(disturbed)), dtype=float)
    bounds = mean_interval(flips - control, level, lowest=-1.0, highest=1.0)
    if np.isnan(bounds[1]) and flips.size:  # no row differs: the share that does is 0 of n
        bounds = (bounds[0], bounds[0] - 3 / flips.size, bounds[0] + 3 / flips.size)
    params |= {"flip_rate": round(float(flips.mean()), 4), "control_flip_rate": round(float(control.mean()), 4)}
    params |= other.sampled
    return Measurement(
        "",
        bounds[0],
        low=bounds[1],
        high=bounds[2],
        confidence=level,
        n=case.data.n,
        params=params,
        subjects=(case.model.name, held.data.name, case.data.name),
        roles=("model", role_of(held.data), role_of(case.data)),
        seed=seed,
    )


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    range=(-1.0, 1.0),
    source=NOISE,
    needs=("model", "test", "labels"),
    task="detect a loss of performance under noise that occurs",
)
def corruption_accuracy_drop(
    model: Any,
    data: Any,
    *,
    noise: str = "gaussian",
    scale: float = 0.1,
    share: float = 0.1,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Accuracy on the rows as they are minus that on the same rows with noise.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or (X, y)
        Labelled rows.
    noise, scale, share
        As for `flip_rate`.
    confidence : float, default 0.95
        Level of Student's interval of the mean difference by row.
    seed : int, optional
        Seed of the noise; by default that of the running test.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, a regressor, or no feature can be disturbed so.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(1_000, 1))
    >>> drop = measures.corruption_accuracy_drop(lambda frame: frame["x0"] > 0, (X, X[:, 0] > 0), scale=1.0, seed=1)
    >>> round(drop.value, 2)
    0.22
    """
    case = Case(model, data).classification()
    level, seed = checked_confidence(confidence), settled_seed(seed)
    right = case.right
    disturbed, params = disturbance(case.data.X, noise, seed, scale=scale, share=share)
    still = np.asarray(answers_to(case, disturbed, noise) == case.y, dtype=float)
    bounds = mean_interval(right - still, level, lowest=-1.0, highest=1.0)
    return case.measurement(*bounds, case.data.n, confidence=level, params=params, seed=seed)
