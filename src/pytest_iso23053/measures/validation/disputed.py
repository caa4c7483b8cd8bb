"""Where the model departs from another learner of the same rows: who is right there?"""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.control import control_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.slices import LEAST_ROWS, slices_of
from pytest_iso23053.measures.validation.weak_slices import TASK
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.stats.search import worst_mean


@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(-1.0, 1.0),
    source="Kim, Ghorbani & Zou 2019 (auditing); Chung et al. 2019 (slices); Romano & Wolf 2005 (bounds over a search)",
    needs=("model", "train", "test", "labels"),
    task=TASK,
)
def disputed_slice_weakness(
    model: Any, train: Any, test: Any, *, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """In the slice where the model departs most from another learner of the same rows: its error minus the other's.

    The slice is found without the test labels, by how far the two learners' probabilities lie apart; the labels then
    say only who is right, so that nothing has to be paid for the search. That finds smaller slices, in fewer rows, than
    `slice_weakness`; but only what the training rows do not show: a model fitted on other labels than those given, on
    other rows, or by a broken preparation. What counts is the error beyond the same difference over all rows. The null
    is 0, the limit of 0.05 the margin of equivalence over it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier; its labels are compared where it gives no probabilities.
    train : Dataset or (X, y)
        Labelled rows that it was trained on; the other learner, boosted trees, sees 20,000 of them at most.
    test : Dataset or (X, y)
        Labelled rows that neither has seen.
    confidence : float, default 0.95
        Level of the interval of the mean difference by row, corrected for skewness.
    seed : int, optional
        Seed of the search's null; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of rows in the slice that ``params["slice"]`` names.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, one class, a regressor, or too few rows to make a slice.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(2_000, 2)).round(2)
    >>> train, test = (X[:1_000], X[:1_000, 0] > 0), (X[1_000:], X[1_000:, 0] > 0)
    >>> found = measures.disputed_slice_weakness(lambda frame: (frame["x0"] > 0) ^ (frame["x1"] > 1.4), train, test)
    >>> (found <= 0.05).verdict, found.params["slice"].startswith("x1 >= ")
    ('not met', True)
    """
    held, case = Case(model, train).classification(), Case(model, test).classification()
    level, seed = checked_confidence(confidence), settled_seed(seed)
    errors = np.asarray(~case.right, dtype=float)
    control = control_of(held)
    given = control.probabilities(case.data)
    apart = np.abs(_answers(case, control.classes) - given).sum(axis=1) / 2
    slices = slices_of(case.data)
    worst = worst_mean(slices, apart - apart.mean(), level, seed) if case.data.n else None
    if worst is None:
        raise NotMeasurableError(f"{case.data.where} has no slice of at least {LEAST_ROWS} rows to search")
    inside = slices.mask(worst.cell)
    other = np.asarray(control.classes[np.argmax(given, axis=1)] != case.y, dtype=float)
    above = max(float(np.mean(errors - other)), 0.0)
    value, low, high = mean_interval((errors - other)[inside], level, lowest=-1.0, highest=1.0)
    if np.isnan(low):  # the two are right on the very same rows: of n differences, none was seen (rule of three)
        low, high = value - 3 / inside.sum(), value + 3 / inside.sum()
    params = {
        "slice": slices.described(worst.cell),
        "slices": len(slices.searched),
        "share": round(float(inside.mean()), 4),
        "error": round(float(errors[inside].mean()), 4),
        "other learner's error": round(float(other[inside].mean()), 4),
        "apart": round(float(apart[inside].mean()), 4),
        "apart elsewhere": round(float(apart[~inside].mean()), 4),
        **worst.sampled,
        **control.sampled,
    }
    return Measurement(
        "",
        value - above,
        low=low - above,
        high=high - above,
        confidence=level,
        n=int(inside.sum()),
        params=params,
        subjects=(case.model.name, held.data.name, case.data.name),
        roles=("model", role_of(held.data), role_of(case.data)),
        seed=seed,
    )


def _answers(case: Case, classes: Any) -> Any:
    """The model's probabilities, in the control's order of the classes; certainty where it gives labels alone."""
    given = case.model.predict_proba(case.data)
    if given is None:
        return (case.predicted[:, None] == classes[None, :]).astype(float)
    known = np.asarray(case.model.classes_for(case.data))
    return given @ (known[:, None] == classes[None, :]).astype(float)
