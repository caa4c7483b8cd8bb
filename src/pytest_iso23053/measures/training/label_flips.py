"""What do wrong labels in training cost on rows whose labels are right?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, labels_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.refit import NEEDS, clone_of, of_trainings, refitted
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="ratio",
    direction="lower",
    starting_point="<= 1",
    source="Biggio, Nelson & Laskov 2012 (label flips); Frenay & Verleysen 2014; Hall 1992 (interval)",
    needs=NEEDS,
    threats=("AML.T0020", "ML02", "NISTAML.013"),
    task="withstand mislabelled training data",
    cost="expensive",
)
def label_flip_sensitivity(
    model: Any,
    train: Any,
    test: Any,
    *,
    rates: Sequence[float] = (0.01, 0.05, 0.1),
    rounds: int = 3,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Accuracy lost on test rows for each share of training labels flipped: 1 loses a point for a point.

    The model is trained again as it is, and with labels exchanged by lot for others, each time with the same seed. Such
    flips are what carelessness does; an attacker who chooses which to flip does more.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn classifier.
    train, test : Dataset or (X, y)
        Labelled rows to train on, and to judge by.
    rates : sequence of float, default (0.01, 0.05, 0.1)
        Shares of the training labels to flip; the value is that of the greatest, the others are in ``params``.
    rounds : int, default 3
        Draws of each rate, whose losses are averaged. `joblib.parallel_config` spreads the trainings.
    confidence : float, default 0.95
        Level of the interval of the mean loss by test row, for these draws.
    seed : int, optional
        Seed of the draws and of the trainings; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of test rows. ``params["curve"]`` has rates and losses.

    Raises
    ------
    NotMeasurableError
        A ValueError: no classifier that can be trained again, or training rows of one class only.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(600, 2))
    >>> y = X[:, 0] > 0
    >>> model = LogisticRegression().fit(X[:400], y[:400])
    >>> measures.label_flip_sensitivity(model, (X[:400], y[:400]), (X[400:], y[400:]), seed=0).high < 1
    True
    """
    case, known, level = Case(model, test).classification(), as_dataset(train), checked_confidence(confidence)
    if not rates or not all(0 < rate < 1 for rate in rates) or rounds < 1:
        raise ValueError(f"rates = {list(rates)}, rounds = {rounds}: write shares between 0 and 1, and 1 round or more")
    clone_of(case.model)
    settled = settled_seed(seed)
    random = np.random.default_rng(settled)
    ordered = sorted(rates)
    truth = np.asarray(labels_of(known))
    drawn = [_flipped(truth, rate, random, known) for rate in ordered for _ in range(rounds)]
    clean, *others = _trained(case, known, [truth, *drawn], settled % 2**31)
    losses = [clean - np.mean(others[place * rounds : (place + 1) * rounds], axis=0) for place in range(len(ordered))]
    bounds = mean_interval(losses[-1], level, lowest=-1.0, highest=1.0)
    if np.isnan(bounds[1]):  # no answer changed
        reach = 3 / max(case.data.n, 1)
        bounds = (bounds[0], bounds[0] - reach, bounds[0] + reach)
    params = {
        "rates": ordered,
        "rounds": rounds,
        "curve": {f"{rate:g}": round(float(loss.mean()), 4) for rate, loss in zip(ordered, losses, strict=True)},
        "accuracy": round(float(clean.mean()), 4),
    }
    value, low, high = (bound / ordered[-1] for bound in bounds)
    return of_trainings(case, known, (value, low, high), case.data.n, level, params=params, seed=settled)


def _flipped(truth: NDArray[Any], rate: float, random: np.random.Generator, train: Dataset) -> NDArray[Any]:
    classes, codes = np.unique(truth, return_inverse=True)
    if classes.size < 2:
        raise NotMeasurableError(f"{train.where} has rows of one class only: there is no other label")
    rows = random.choice(truth.size, max(round(rate * truth.size), 1), replace=False)
    codes[rows] = (codes[rows] + random.integers(1, classes.size, rows.size)) % classes.size
    flipped: NDArray[Any] = classes[codes]
    return flipped


def _trained(case: Case, train: Dataset, labels: list[NDArray[Any]], seed: int) -> list[NDArray[np.float64]]:
    from joblib import Parallel, delayed

    found: list[NDArray[np.float64]] = Parallel()(delayed(_right)(case, train, each, seed) for each in labels)
    return found


def _right(case: Case, train: Dataset, labels: NDArray[Any], seed: int) -> NDArray[np.float64]:
    with single_thread():
        again = refitted(case.model, train, labels=labels, seed=seed)
        return np.asarray(again.predict(case.data) == case.y, dtype=np.float64)
