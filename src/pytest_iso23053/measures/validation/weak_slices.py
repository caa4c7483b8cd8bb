"""The slice of the data where the model is worst: found, not only asked for, and held against a control."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.auditor import audited
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import groups
from pytest_iso23053.measures.slices import LEAST_ROWS, slices_of
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.search import worst_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.series import Series

SEARCH = "Chung et al. 2019 (slices); Kearns et al. 2018 (intersections); Romano & Wolf 2005 (bounds over a search)"
TASK = "detect a part of the population for which the model does not work"


@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="lower",
    starting_point="<= 0.10",
    source=SEARCH,
    needs=("model", "test", "labels"),
    task=TASK,
)
def worst_slice_gap(model: Any, data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Error rate in the worst slice minus that on all rows; every band of every column and every pair is searched.

    Slices hold at least 30 rows and 2 % of them: quantile bands of numbers, categories, missing values, by themselves
    and intersected two by two; sensitive columns are searched though the model may not see them. Some slices are
    harder than others without anybody's fault, so that there is no accepted limit: `slice_weakness` and
    `slice_overconfidence` hold the slice against a control. Of a regressor the error is the absolute one, in units of
    the target's mean absolute deviation from its median.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or (X, y)
        Labelled rows.
    confidence : float, default 0.95
        Level of the bounds, which hold for all slices searched at once.
    seed : int, optional
        Seed of the search's null; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of rows in the slice that ``params["slice"]`` names.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, or too few rows to make a slice.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[i % 10, i % 7] for i in range(700)], [i % 2 == 1 for i in range(700)]
    >>> wrong_for_some = lambda frame: (frame["x0"] % 2 == 1) ^ (frame["x0"] >= 8)
    >>> gap = measures.worst_slice_gap(wrong_for_some, (rows, labels), seed=0)
    >>> gap.params["slice"], round(gap.value, 2)
    ('8 <= x0 < 9', 0.8)
    """
    case = Case(model, data)
    errors = _errors(case, case.predicted)
    overall = float(errors.mean()) if errors.size else np.nan
    return found_slice(case, errors - overall, confidence, seed, {"error": errors})


@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    source=f"Kim, Ghorbani & Zou 2019 (auditing); {SEARCH}",
    needs=("model", "test", "labels"),
    task=TASK,
)
def slice_weakness(model: Any, data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """By how much the model errs more than it need in its worst slice: more than a quick learner that audits it.

    The auditor, gradient-boosted trees fitted across folds of these very rows, is told the model's own answer. Where
    rows are hard, they are hard for both; where the model has learned something wrong, or nothing, the auditor sees
    it. What counts is the share of rows that the model gets wrong and the auditor right, minus the reverse, beyond the
    same over all rows: a model that could be better everywhere is not blamed here. The null is an advantage of 0 in
    every slice, the limit of 0.05 the margin of equivalence over it.

    Parameters
    ----------
    model, data, confidence, seed
        As for `worst_slice_gap`; the rows are not those of training.

    Returns
    -------
    Measurement
        Its n is the number of rows in the slice that ``params["slice"]`` names. Below about 1 000 rows, the auditor
        learns too little to excuse or accuse, and most slices stay undecided.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, or too few rows to learn from.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(2_000, 2)).round(2)
    >>> wrong_for_some = lambda frame: (frame["x0"] > 0) ^ (frame["x1"] > 1.3)
    >>> found = measures.slice_weakness(wrong_for_some, (X, X[:, 0] > 0), seed=0)
    >>> (found <= 0.05).verdict, found.params["slice"]
    ('not met', 'x1 >= 1.35')
    """
    case = Case(model, data)
    errors, control = _errors(case, case.predicted), _errors(case, audited(case))
    advantage = errors - control
    above = max(float(advantage.mean()), 0.0) if advantage.size else 0.0
    return found_slice(case, advantage, confidence, seed, {"error": errors, "auditor's error": control}, above=above)


@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    source=f"Hébert-Johnson et al. 2018 (multicalibration); {SEARCH}",
    needs=("model", "test", "labels", "probabilities"),
    task=TASK,
)
def slice_overconfidence(model: Any, data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """By how much the model errs more than it says itself in its worst slice: its own confidence is the control.

    A hard slice is one where a sound model is unsure. One where it errs far more often than its probabilities say is a
    slice that it has got wrong. The probabilities are first recalibrated across folds on these rows, so that a model
    that is too sure (or not sure enough) everywhere is not blamed here but by `debiased_calibration_error`. The null is
    no excess in any slice, the limit of 0.05 the margin of equivalence over it.

    Parameters
    ----------
    model, data, confidence, seed
        As for `worst_slice_gap`; a classifier that gives probabilities.

    Returns
    -------
    Measurement
        Its n is the number of rows in the slice that ``params["slice"]`` names. Where a model has seen no such rows in
        training and says so by its confidence, nothing is found here.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no probabilities, a regressor, or too few rows.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(2_000, 2)).round(2)
    >>> sure = lambda frame: np.where((frame["x0"] > 0) ^ (frame["x1"] > 1.3), 0.9, 0.1)
    >>> found = measures.slice_overconfidence(sure, (X, X[:, 0] > 0), seed=0)
    >>> (found <= 0.05).verdict, found.params["slice"]
    ('not met', 'x1 >= 1.35')
    """
    case = Case(model, data).classification()
    errors = _errors(case, case.predicted)
    claimed = 1 - _confidence(case, errors == 0)
    return found_slice(case, errors - claimed, confidence, seed, {"error": errors, "claimed error": claimed})


def _errors(case: Case, answers: Any) -> NDArray[np.float64]:
    if case.model.task_for(case.data) != "regression":
        return np.asarray(answers != case.y, dtype=float)
    y = case.y.astype(float)
    scale = float(np.mean(np.abs(y - np.median(y)))) if y.size else np.nan
    if not scale > 0:
        raise NotMeasurableError(f"the target of {case.data.where} is constant, so that errors have no scale")
    return np.asarray(np.abs(y - np.asarray(answers, dtype=float)) / scale)


def _confidence(case: Case, right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How often answers of like confidence are right, from the other half of the rows; half a row's weight to 1/2."""
    given = case.probabilities.max(axis=1)
    half = np.random.default_rng(0).permutation(len(given)) % 2
    bands = int(np.clip(len(given) // 100, 2, 20))
    edges = np.unique(np.quantile(given, np.arange(1, bands) / bands)) if len(given) else np.empty(0)
    band = np.searchsorted(edges, given, side="right")
    shown = np.empty(len(given))
    for part in (0, 1):
        seen = half != part
        rows = np.bincount(band[seen], minlength=len(edges) + 1)
        hits = np.bincount(band[seen], right[seen], minlength=len(edges) + 1)
        shown[half == part] = ((hits + 0.5) / (rows + 1))[band[half == part]]
    return shown


def found_slice(
    case: Case,
    values: NDArray[np.float64],
    confidence: float,
    seed: int | None,
    parts: Mapping[str, NDArray[np.float64]],
    *,
    above: float = 0.0,
) -> Measurement:
    """The slice whose mean of ``values`` is surely highest, and the means of the ``parts`` in it and elsewhere."""
    level, seed = checked_confidence(confidence), settled_seed(seed)
    slices = slices_of(case.data)
    worst = worst_mean(slices, values, level, seed, above=above)
    if worst is None:
        raise NotMeasurableError(f"{case.data.where} has no slice of at least {LEAST_ROWS} rows to search")
    inside = slices.mask(worst.cell)
    params = {
        "slice": slices.described(worst.cell),
        "slices": len(slices.searched),
        "share": round(float(inside.mean()), 4),
        **{name: round(float(part[inside].mean()), 4) for name, part in parts.items()},
        **{f"{name} elsewhere": round(float(part[~inside].mean()), 4) for name, part in parts.items()},
        **worst.sampled,
    }
    bounds = (worst.value, min(worst.low, worst.value), max(worst.high, worst.value))
    bars = _inside_and_elsewhere(parts, inside)
    return case.measurement(*bounds, int(inside.sum()), confidence=level, params=params, seed=seed, series=bars)


def _inside_and_elsewhere(parts: Mapping[str, NDArray[np.float64]], inside: NDArray[np.bool_]) -> Series:
    """The means beside one another; without intervals, as those of a slice that was searched for would deceive."""
    means = {
        f"{name}{where}": (float(part[rows].mean()), int(rows.sum()))
        for name, part in parts.items()
        for rows, where in ((inside, ""), (~inside, " elsewhere"))
        if rows.any()
    }
    values, n = zip(*means.values(), strict=True)
    unknown = np.full(len(means), np.nan)
    return groups("mean", "in the slice and elsewhere", list(means), (values, unknown, unknown, n))
