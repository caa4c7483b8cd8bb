"""Sets that hold the truth as often as they say, as long as what is met is what was validated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_CALIBRATION = 30


@measure(
    clause="7.4",
    aspect="calibration",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 0.85",
    range=(0.0, 1.0),
    source="Vovk, Gammerman & Shafer 2005; Angelopoulos & Bates 2023 (split conformal prediction)",
    needs=("model", "test", "production", "labels", "probabilities"),
    task="detect that its certainty does not carry over to the rows it now meets",
)
def conformal_coverage(
    model: Any,
    calibration: Any,
    data: Any,
    *,
    alpha: float = 0.1,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """How often prediction sets that hold the truth for 90 % of the calibration rows hold it on other rows.

    Split conformal prediction: whatever the model is worth, the share is 90 % if both sets are drawn alike, and less
    where the model is surer than right on the new rows. It follows from exchangeability alone, so that a coverage
    below it shows that what was validated is not what is met: another time, place or population. Of a regressor the
    sets are intervals around the prediction. The null is a share of 1 - alpha, the limit of 0.85 for alpha = 0.1 the
    margin of equivalence below it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier that gives probabilities, or a regressor.
    calibration, data : Dataset or (X, y)
        Labelled rows to calibrate the sets on, none of which the model was trained on, and those to cover.
    alpha : float, default 0.1
        Share of truths that may be missed.
    confidence : float, default 0.95
        Level of the exact interval, whose sample size allows for that of the calibration rows.
    seed : int, optional
        Seed that breaks ties between equal scores; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of rows to cover; ``params["set_size"]`` is the mean number of labels in a set (of a
        regressor the width of the interval).

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, or fewer than 30 rows to calibrate on.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> x = np.random.default_rng(0).random((4_000, 2))
    >>> rows, truth = x[:, :1], x[:, 1] < x[:, 0]
    >>> before, after = (rows[:2_000], truth[:2_000]), (rows[2_000:], ~truth[2_000:])
    >>> (measures.conformal_coverage(lambda frame: frame["x0"], before, before) >= 0.85).verdict
    'met'
    >>> (measures.conformal_coverage(lambda frame: frame["x0"], before, after) >= 0.85).verdict
    'not met'
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha} is no share of misses between 0 and 1; write 0.1 for one in ten")
    held, asked = Case(model, calibration), Case(model, data)
    level, seed = checked_confidence(confidence), settled_seed(seed)
    random = np.random.default_rng(seed)
    known, new = (_strangeness(case) for case in (held, asked))
    n = known.size
    if n < LEAST_CALIBRATION:
        raise NotMeasurableError(
            f"{held.data.where} has {n} rows, too few to calibrate on: {LEAST_CALIBRATION} at least"
        )
    tied = [random.random(scores.size) for scores in (known, new)]
    place = min(int(np.ceil((n + 1) * (1 - alpha))), n) - 1
    order = np.lexsort((tied[0], known))
    edge, tie = known[order[place]], tied[0][order[place]]
    covered = (new < edge) | ((new == edge) & (tied[1] <= tie))
    share = float(covered.mean()) if covered.size else np.nan
    effective = 1 / (1 / n + 1 / max(covered.size, 1))
    low, high = clopper_pearson(share * effective, effective, level) if covered.size else (np.nan, np.nan)
    return Measurement(
        "",
        share,
        low=float(low),
        high=float(high),
        confidence=level,
        n=int(covered.size),
        params={"alpha": alpha, "set_size": _set_size(asked, float(edge))},
        subjects=(asked.model.name, held.data.name, asked.data.name),
        roles=("model", role_of(held.data), role_of(asked.data)),
        seed=seed,
    )


def _strangeness(case: Case) -> NDArray[np.float64]:
    """How strange each row's truth is to the model: one minus its probability, or the absolute error."""
    if case.model.task_for(case.data) == "regression":
        return np.asarray(np.abs(case.y.astype(float) - case.predicted))
    classes = np.asarray(case.model.classes_for(case.data))
    return np.asarray(1 - np.sum(case.probabilities * (case.y[:, None] == classes[None, :]), axis=1))


def _set_size(case: Case, edge: float) -> float:
    if case.model.task_for(case.data) == "regression":
        return float(f"{2 * edge:.4g}")
    return round(float(np.sum(1 - case.probabilities <= edge) / max(case.data.n, 1)), 3)
