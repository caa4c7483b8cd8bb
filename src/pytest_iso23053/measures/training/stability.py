"""How much of the result is chance: would another seed have decided otherwise?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.refit import NEEDS, of_trainings, refitted, seeds_of
from pytest_iso23053.measures.training.skill import skill
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

ROUNDING = 1e-12


@measure(
    clause="7.3",
    aspect="training-process",
    unit="score",
    direction="lower",
    starting_point="<= 0.01",
    range=(0.0, None),
    source="Bouthillier et al. 2021 (accounting for variance); chi-squared interval of a variance",
    needs=NEEDS,
    cost="expensive",
)
def seed_spread(
    model: Any, train: Any, test: Any, *, seeds: int = 5, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """Standard deviation, over seeds, of how well models trained alike rank the test rows (ROC AUC or concordance).

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator with a ``random_state``; without one the spread is 0.
    train, test : Dataset or (X, y)
        Labelled rows to train on, and to judge by.
    seeds : int, default 5
        How many trainings.
    seed : int, optional
        The first seed; by default that of the running test.
    confidence : float, default 0.95
        Level of the interval, which takes the scores for normal: of five trainings it reaches from 0.6 to 2.9 times the
        value.

    Returns
    -------
    Measurement
        Its n is the number of trainings. The rows are the same in all of them, so that the chance of another sample is
        no part of it.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be trained again.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(40)], [0] * 20 + [1] * 20
    >>> tree = DecisionTreeClassifier(random_state=0).fit(rows, labels)
    >>> measures.seed_spread(tree, (rows, labels), (rows, labels), seed=0).value
    0.0
    """
    from scipy.special import chdtri

    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed)
    scores = np.array([skill(Case(each, case.data)).value for each in _of_seeds(case.model, known, seeds, settled)])
    value = float(scores.std(ddof=1)) if np.ptp(scores) > ROUNDING else 0.0
    tail = (1 - level) / 2
    reach = [float(np.sqrt((seeds - 1) / chdtri(seeds - 1, probability))) for probability in (tail, 1 - tail)]
    params = {"seeds": seeds, "scores": [round(float(score), 4) for score in scores[:10]]}
    return of_trainings(
        case, known, (value, value * reach[0], value * reach[1]), seeds, level, params=params, seed=settled
    )


@measure(
    clause="7.3",
    aspect="training-process",
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    range=(0.0, 1.0),
    source="Marx, Calmon & Ustun 2020 (predictive multiplicity); D'Amour et al. 2022 (underspecification)",
    needs=NEEDS,
    cost="expensive",
    task="classification",
)
def predictive_multiplicity(
    model: Any, train: Any, test: Any, *, seeds: int = 5, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """Probability that two models that differ in the seed alone decide a row differently.

    Whoever is decided about by such a row is decided about by chance.

    Parameters
    ----------
    model, train, seeds, seed
        As for `seed_spread`.
    test : Dataset or frame
        Rows to decide about.
    confidence : float, default 0.95
        Level of the interval of a mean over rows, for these trainings.

    Returns
    -------
    Measurement
        ``params["ambiguous"]`` is the share of rows on which not all trainings agree.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is a regressor, or cannot be trained again.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(40)], [0] * 20 + [1] * 20
    >>> tree = DecisionTreeClassifier(random_state=0).fit(rows, labels)
    >>> measures.predictive_multiplicity(tree, (rows, labels), rows, seed=0).value
    0.0
    """
    case, known, level = Case(model, test).classification(), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed)
    answers = [np.asarray(each.predict(case.data)) for each in _of_seeds(case.model, known, seeds, settled)]
    pairs = [one != other for place, one in enumerate(answers) for other in answers[place + 1 :]]
    differing = np.mean(pairs, axis=0)
    bounds = mean_interval(differing, level, lowest=0.0, highest=1.0)
    params = {"seeds": seeds, "ambiguous": round(float(np.mean(differing > 0)), 4) if differing.size else None}
    return of_trainings(case, known, bounds, case.data.n, level, params=params, seed=settled)


def _of_seeds(model: Model, train: Dataset, seeds: int, seed: int) -> list[Model]:
    if seeds < 2:
        raise ValueError(f"seeds = {seeds}: a spread needs two trainings at least")
    if not seeds_of(model):
        return [refitted(model, train, again=time) for time in (0, 1)] * (seeds // 2 + 1)
    return [refitted(model, train, seed=seed % 2**31 + place) for place in range(seeds)]
