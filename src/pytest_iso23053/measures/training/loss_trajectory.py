"""How the model came to its answers: rows that it learned last, and rows that it learned first."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.candidates import EVERY, TASK, THREATS, Pool, of_model, pooled, screened, tails
from pytest_iso23053.measures.cases import settled_seed
from pytest_iso23053.measures.embeddings import inputs, last_step
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.refit import NEEDS, clone_of, refitted
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.model import as_model
from pytest_iso23053.subjects.wording import brief

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.model import Model

    Matrix = NDArray[np.float64]

EPOCHS = 20
EARLY = 0.2  # of the stages


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.02",
    range=(-1.0, 1.0),
    source="Pleiss et al. 2020 (area under the margin); Li et al. 2021 (what is learned first); "
    "Westfall & Young 1993 (null)",
    needs=NEEDS,
    threats=THREATS,
    task=TASK,
    cost="minutes",
)
def loss_trajectory_excess(
    model: Any, train: Any, test: Any, *, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """Share of training rows learned last, or first, in the course of training, beyond what trusted rows account for.

    A wrong label is learned late and against the others' pull: the mean of the row's margin over all stages of the
    training is low. A trigger is easy, and is learned early. The model is trained again on both data sets together, and
    its margin for each row's own label is followed: through the stages of boosting, or twenty passes over the rows of
    what learns in steps. The rows of the lowest mean margin, in all and by class, and those of the greatest early
    margin, by class, are counted among training rows and among trusted rows. Null: who is a training row is dealt out
    anew within each class, 999 times, and the bounds hold for all counts at once.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn classifier that boosts (``staged_decision_function``) or learns in steps (``partial_fit``: a
        multilayer perceptron, stochastic gradient descent), also as the last step of a pipeline.
    train, test : Dataset or (X, y)
        Labelled rows to look at, and labelled rows of the same origin that are trusted; 60 of either.
    confidence : float, default 0.95
        Level at which the bounds of all counts hold together.
    seed : int, optional
        Seed of the training, the permutations, and the draw where both have more than 6,000 rows; by default that of
        the running test.

    Returns
    -------
    Measurement
        Its n is the number of training rows looked at; the candidates in ``params`` are rows to look at. Rows that are
        hard for anybody are among those learned last, in both data sets alike. A low value does not show that nothing
        was planted.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, too few rows, or a model that is not trained in stages.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import HistGradientBoostingClassifier
    >>> from pytest_iso23053 import measures
    >>> X, others = np.random.default_rng(0).normal(size=(2, 500, 4))
    >>> y, truth = X[:, 0] > 0, others[:, 0] > 0
    >>> y[:40] = ~y[:40]
    >>> model = HistGradientBoostingClassifier(max_iter=20).fit(X, y)
    >>> measures.loss_trajectory_excess(model, (X, y), (others, truth), seed=0).low > 0.03
    True
    """
    subject, sets = as_model(model), (as_dataset(train), as_dataset(test))
    level, settled = checked_confidence(confidence), settled_seed(seed)
    clone_of(subject)
    pool = pooled(*sets, settled)
    margins = _margins(subject, pool, settled % 2**31)
    late = np.round(-margins.mean(axis=0), 9)
    early = np.round(margins[: max(round(EARLY * len(margins)), 1)].mean(axis=0), 9)
    cells = tails(pool, late, "learned last", EVERY)
    for place in pool.able():
        cells += tails(pool, late, "learned last", place) + tails(pool, early, "learned first", place)
    return of_model(screened(pool, cells, sets, level, settled, stages=len(margins)), subject.name)


def _margins(model: Model, pool: Pool, seed: int) -> Matrix:
    """Of shape (stages, rows): the score of each row's own label beyond the greatest other one."""
    inner, _ = last_step(model.predictor)
    if hasattr(inner, "staged_decision_function"):
        with single_thread():
            again = refitted(model, pool.data, labels=pool.labels, seed=seed)
            last, _ = last_step(again.predictor)
            stages = [np.asarray(each, dtype=float) for each in last.staged_decision_function(inputs(again, pool.data))]
        return np.stack([_beyond(each, pool.codes) for each in stages])
    if not hasattr(inner, "partial_fit") or not hasattr(inner, "max_iter"):
        raise NotMeasurableError(
            f"model {model.name!r} ends in {type(inner).__name__}, which is not trained in stages: there is no "
            "trajectory to follow"
        )
    return _in_steps(refitted(model, pool.data, labels=pool.labels, seed=seed), pool)


def _in_steps(model: Model, pool: Pool) -> Matrix:
    """Trains a fresh clone of the last step, pass by pass, on what the fitted steps before it give."""
    from sklearn.base import clone

    last, _ = last_step(model.predictor)
    given = inputs(model, pool.data)
    learner, classes = clone(last), np.arange(len(pool.classes))
    stages = []
    try:
        with single_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(EPOCHS):
                learner.partial_fit(given, pool.codes, classes=classes)
                stages.append(_beyond(_scores(learner, given), pool.codes))
    except Exception as error:
        raise NotMeasurableError(f"model {model.name!r} cannot be trained in steps: {brief(error)}") from error
    return np.stack(stages)


def _scores(learner: Any, given: Any) -> Matrix:
    if hasattr(learner, "decision_function"):
        return np.asarray(learner.decision_function(given), dtype=float)
    return np.asarray(np.log(np.clip(learner.predict_proba(given), 1e-12, None)), dtype=float)


def _beyond(scores: Matrix, codes: NDArray[np.int64]) -> Matrix:
    if scores.ndim == 1 or scores.shape[1] == 1:
        return np.asarray(np.where(codes == 1, 1.0, -1.0) * scores.reshape(-1))
    rows = np.arange(codes.size)
    own, others = scores[rows, codes], scores.copy()
    others[rows, codes] = -np.inf
    return np.asarray(own - others.max(axis=1))
