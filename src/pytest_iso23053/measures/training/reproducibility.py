"""Is the artefact what training on these rows gives, and does training give the same twice?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.refit import ANY, NEEDS, refitted, refuse_slow, seeds_of
from pytest_iso23053.measures.training.skill import is_regression
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval, wilson
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

TOLERANCE = 1e-6


@measure(
    clause="7.3",
    aspect="training-process",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=(0.0, 1.0),
    source="Pineau et al. 2021 (reproducibility); Bouthillier et al. 2021",
    needs=NEEDS,
    cost="minutes",
)
def refit_repeatability(model: Any, train: Any, test: Any, *, effort: str = ANY) -> Measurement:
    """Share of rows that two trainings, alike in every seed and row, answer alike.

    Training that gives another model each time cannot be reproduced from its record. The usual cause is a
    ``random_state`` left at None; ``params["unseeded"]`` names them.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator: it is cloned and fitted, the artefact itself is left alone.
    train : Dataset or (X, y)
        The labelled rows it is trained on.
    test : Dataset or frame
        Rows to compare the answers for.
    effort : {"any", "quick"}
        ``quick`` refuses what would take longer than about half a second a time.

    Returns
    -------
    Measurement
        An exact quantity: labels must be equal, probabilities and values up to a millionth. Not seen: differences
        between machines, and seeds outside the estimator.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is no estimator that can be trained again, or training takes too long.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(40)], [0] * 20 + [1] * 20
    >>> tree = DecisionTreeClassifier(random_state=0).fit(rows, labels)
    >>> measures.refit_repeatability(tree, (rows, labels), rows)
    refit_repeatability = 1 (exact), n = 40
    """
    case, known = Case(model, test), as_dataset(train)
    refuse_slow(case.model, known, effort)
    twice = [refitted(case.model, known, again=time) for time in (0, 1)]
    same = _alike(twice[0], twice[1], case.data)
    unseeded = [name for name, value in seeds_of(case.model).items() if not isinstance(value, int)]
    params = {"unseeded": unseeded[:10]} if unseeded and not same.all() else {}
    return _of(case, known, (float(same.mean()) if same.size else np.nan,), confidence=None, params=params)


@measure(
    clause="7.3",
    aspect="training-process",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.01",
    range=(-1.0, None),
    source="Marx et al. 2020 (predictive multiplicity, as the control); Pineau et al. 2021",
    needs=NEEDS,
    cost="minutes",
    threats=("AML.T0020", "ML06", "ML10"),
)
def retraining_disagreement(
    model: Any, train: Any, test: Any, *, effort: str = ANY, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """How much further the artefact is from a model trained again than two such models are from each other.

    An artefact that came from these training rows is one more of the models that training on them gives. One that was
    trained on other rows, on other labels, on the test rows too, or was altered after training, is not; nor is one
    whose preparation lies outside the estimator.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator: clones are fitted, the artefact itself is left alone.
    train : Dataset or (X, y)
        The labelled rows it is said to come from.
    test : Dataset or frame
        Rows to compare the answers for.
    effort : {"any", "quick"}
        ``quick`` refuses what would take longer than about half a second a time.
    seed : int, optional
        Seed of the two further trainings, where one with the artefact's own seed does not give its very answers.
    confidence : float, default 0.95
        Level of Student's interval of the mean over rows.

    Returns
    -------
    Measurement
        The mean over rows of the distance beyond the control: of probabilities half the sum of their differences (of
        two classes, the difference), of labels alone 0 or 1, of values the difference over their standard deviation.
        Exact where a training with the artefact's own seeds gives its very answers. Rows must be independent. Not seen:
        changes that leave the answers on these rows as they are, such as a backdoor whose trigger does not occur.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is no estimator that can be trained again, or training takes too long.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(200)], [0] * 100 + [1] * 100
    >>> other = DecisionTreeClassifier(random_state=0).fit(rows, [0] * 50 + [1] * 150)
    >>> measures.retraining_disagreement(other, (rows, labels), rows)
    retraining_disagreement = 0.250, 95 % interval 0.193 to 0.315, n = 200
    """
    case, known = Case(model, test), as_dataset(train)
    level = checked_confidence(confidence)
    refuse_slow(case.model, known, effort)
    settled = settled_seed(seed)
    if _alike(case.model, refitted(case.model, known), case.data).all():
        return _of(case, known, (0.0,), confidence=None, params={"trained again": "the same answers"})
    first, second = (refitted(case.model, known, seed=settled % 2**31 + place) for place in (0, 1))
    control = _apart(first, second, case)
    excess = (_apart(case.model, first, case) + _apart(case.model, second, case)) / 2 - control
    bounds = mean_interval(excess, level)
    if np.isnan(bounds[1]) and excess.size:  # the same distance in every row: the rule of three
        reach = float(wilson(0, excess.size, level)[1])
        bounds = (bounds[0], bounds[0] - reach, bounds[0] + reach)
    params = {"control": round(float(control.mean()), 4) if control.size else None}
    return _of(case, known, bounds, confidence=level, params=params, seed=settled)


def _of(case: Case, train: Dataset, bounds: tuple[float, ...], **more: Any) -> Measurement:
    value, low, high = bounds if len(bounds) == 3 else (bounds[0], None, None)
    return Measurement(
        "",
        value,
        low=low,  # type: ignore[arg-type]  # None: an exact quantity
        high=high,  # type: ignore[arg-type]
        n=case.data.n,
        subjects=(case.model.name, train.name, case.data.name),
        roles=("model", role_of(train), role_of(case.data)),
        **more,
    )


def _alike(first: Model, second: Model, data: Dataset) -> NDArray[np.bool_]:
    """Which rows both answer alike, probabilities included where both give them."""
    one, other = (np.asarray(model.predict(data)) for model in (first, second))
    if one.dtype.kind == other.dtype.kind == "f":
        return np.asarray(np.isclose(one, other, rtol=TOLERANCE, atol=TOLERANCE))
    distances = _between_probabilities(first, second, data)
    same = np.asarray(one == other, dtype=bool)
    return same if distances is None else np.asarray(same & (distances <= TOLERANCE))


def _apart(first: Model, second: Model, case: Case) -> NDArray[np.float64]:
    """How far apart the answers for each row are."""
    one, other = (np.asarray(model.predict(case.data)) for model in (first, second))
    if not is_regression(case):
        distances = _between_probabilities(first, second, case.data)
        return np.asarray(one != other, dtype=np.float64) if distances is None else distances
    values = one.astype(float), other.astype(float)
    return np.asarray(np.abs(values[0] - values[1]) / (float(np.std(np.concatenate(values))) or 1.0))


def _between_probabilities(first: Model, second: Model, data: Dataset) -> NDArray[np.float64] | None:
    given = [model.predict_proba(data) for model in (first, second)]
    if given[0] is None or given[1] is None or given[0].shape != given[1].shape:
        return None
    return np.asarray(np.abs(given[0] - given[1]).sum(axis=1) / 2)
