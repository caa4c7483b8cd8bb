"""Do the importances of features speak of what was learned? The model's training again, on labels that mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, labels_of, settled_seed
from pytest_iso23053.measures.importances import importances, pairs_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.refit import NEEDS, of_trainings, refitted
from pytest_iso23053.stats.intervals import checked_confidence, mean_interval, normal_quantile
from pytest_iso23053.stats.ranking import rank_correlation
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.4",
    aspect="explanation",
    unit="correlation",
    direction="lower",
    range=(-1.0, 1.0),
    source="Adebayo et al. 2018 (data randomisation test); Strobl et al. 2007 (importance without a relation)",
    needs=NEEDS,
    cost="expensive",
    task="demonstrate that the ranking of features depends on what was learned",
)
def randomised_model_rank_correlation(
    model: Any, train: Any, test: Any, *, rounds: int = 5, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """Spearman's correlation of the features' importances with those after training on permuted labels.

    A model of labels in random order has learned nothing. If it ranks the features as the model does, the ranking
    speaks of the learner and of the columns' shapes, and not of what was learned. Near 0 is expected; but learners do
    prefer columns of many values or great spread, relation or not, and few features correlate by chance: it is observed
    unless a requirement judges it.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator.
    train : Dataset or (X, y)
        Labelled rows it was trained on.
    test : Dataset or frame
        Rows to compute the importances on, as in `explanation_stability`; up to 800 of them are used.
    rounds : int, default 5
        How many permutations are learned.
    seed : int, optional
        Seed of the permutations and rows; by default that of the running test.
    confidence : float, default 0.95
        Level of Student's interval of the mean over the permutations: it knows their chance, and not that of which
        features there are.

    Returns
    -------
    Measurement
        Its n is the number of permutations. ``params["by_chance"]`` is what two unrelated rankings of so many features
        keep below at this confidence, either way; ``importances`` and ``randomised`` are the greatest of both models.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be trained again, fewer than 40 rows or 3 features, or nothing to rank.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(400, 4))
    >>> train, test = (X[:200], X[:200, 0] > 0), X[200:]
    >>> model = LogisticRegression().fit(*train)
    >>> measures.randomised_model_rank_correlation(model, train, test, seed=0).params["by_chance"]
    1.0
    """
    if rounds < 2:
        raise ValueError(f"rounds = {rounds} are too few for an interval; write 2 or more")
    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed)
    random = np.random.default_rng(settled)
    rows = pairs_of(case.data, random)
    found = importances(case, rows)
    labels = np.asarray(labels_of(known))
    others = []
    for _ in range(rounds):
        clone = refitted(case.model, known, labels=random.permutation(labels))
        others.append(importances(Case(clone, case.data), rows))
    given = np.array([rank_correlation(found.values, other.values) for other in others])
    kept = given[~np.isnan(given)]
    if kept.size < 2:
        raise NotMeasurableError(
            f"no feature matters more than another to model {case.model.name!r}, or to its clones: nothing to rank"
        )
    bounds = mean_interval(kept, level, lowest=-1.0, highest=1.0)
    bounds = (float(kept[0]),) * 3 if np.isnan(bounds[1]) else bounds  # labels make no difference at all
    features = len(found.features)
    params = {
        "rounds": rounds,
        "features": features,
        "by_chance": round(min(1.0, normal_quantile(level) / float(np.sqrt(features - 1))), 3),
        "importances": found.greatest(),
        "randomised": others[0].greatest(),
    } | ({"rows": found.rows, "of": case.data.n} if found.rows < case.data.n else {})
    return of_trainings(case, known, bounds, kept.size, level, params=params, seed=settled)
