"""The control of a whole pipeline: labels that mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import Case, labels_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.refit import NEEDS, of_trainings, refitted
from pytest_iso23053.measures.training.skill import is_regression, skill
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset


@measure(
    clause="7.3",
    aspect="training-process",
    unit="score",
    direction="lower",
    basis="N",
    limit="<= 0.05",
    range=(-0.5, 0.5),
    source="Zhang et al. 2017 (random labels); Ojala & Garriga 2010 (permutation tests of classifiers)",
    needs=NEEDS,
    cost="expensive",
)
def permuted_label_skill(
    model: Any, train: Any, test: Any, *, rounds: int = 4, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """How far above chance the pipeline ranks the test rows after training on permuted labels: it should not at all.

    Labels in random order hold nothing that could be learned. A pipeline that still ranks the test rows rightly has its
    knowledge from elsewhere: a step fitted before, a table of answers, a feature made from the test labels.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator.
    train, test : Dataset or (X, y)
        Labelled rows to train on, permuted, and to judge by, as they are.
    rounds : int, default 4
        How many permutations; `joblib.parallel_config` spreads the trainings. Of two classes each is learned once more
        with the two exchanged, so that a direction which happens to fit the truth is followed by its opposite.
    seed : int, optional
        Seed of the permutations; by default that of the running test.
    confidence : float, default 0.95
        Level of Student's interval of the mean over the permutations.

    Returns
    -------
    Measurement
        ROC AUC (of a regressor the concordance) minus 0.5; its n is the number of permutations.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be trained again.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(60)], [0] * 30 + [1] * 30
    >>> model = LogisticRegression().fit(rows, labels)
    >>> abs(measures.permuted_label_skill(model, (rows, labels), (rows, labels), seed=0).value) < 0.02
    True
    """
    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed)
    random = np.random.default_rng(settled)
    labels = np.asarray(labels_of(known))
    dealt = [list(_permuted(labels, random, is_regression(case))) for _ in range(rounds)]
    gains = _gains(case, known, dealt)
    bounds = mean_interval(gains, level)
    if np.isnan(bounds[1]):  # every permutation gave the same: a pipeline that does not look at its labels
        bounds = (bounds[0],) * 3
    return of_trainings(case, known, bounds, rounds, level, params={"rounds": rounds}, seed=settled)


def _gains(case: Case, train: Dataset, dealt: list[list[Any]]) -> list[float]:
    """Of each round the mean skill beyond chance; joblib spreads the trainings."""
    from joblib import Parallel, delayed

    scores = iter(Parallel()(delayed(_skill)(case, train, labels) for each in dealt for labels in each))
    return [float(np.mean([next(scores) for _ in each])) - 0.5 for each in dealt]


def _skill(case: Case, train: Dataset, labels: Any) -> float:
    return skill(Case(refitted(case.model, train, labels=labels), case.data)).value


def _permuted(labels: Any, random: np.random.Generator, regression: bool) -> Iterator[Any]:
    permuted = random.permutation(labels)
    yield permuted
    classes = [] if regression else sorted(set(labels.tolist()), key=str)
    if regression:
        yield labels.astype(float).max() + labels.astype(float).min() - permuted.astype(float)
    elif len(classes) == 2:
        yield np.where(permuted == classes[0], classes[1], classes[0]).astype(labels.dtype)
