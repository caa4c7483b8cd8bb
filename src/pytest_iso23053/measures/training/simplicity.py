"""Is the model better than something simple, learned from the same rows?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.rival import Rival, rival_of
from pytest_iso23053.measures.training.skill import MOST_PAIRED, is_regression, ranked_classes, ranking, skill
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.paired import Influence, auc_influence, concordance_influence, difference, mean_influence
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

Paired = tuple[Influence, Influence, int, str]


@measure(
    clause="7.3",
    aspect="model-selection",
    unit="score",
    direction="higher",
    basis="N",
    limit=">= -0.03",
    range=(None, None),
    source="DeLong et al. 1988 (paired areas); Harrell et al. 1982 (concordance); Breck et al. 2017 (simpler models)",
    needs=("model", "train", "test", "labels"),
)
def gain_over_simple_baseline(
    model: Any, train: Any, test: Any, *, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """ROC AUC minus that of a simple learner trained on the same rows; of a regressor, the same of the concordance.

    The rival is the better of a linear model and a tree of depth 4. A model that ranks the test rows clearly worse was
    trained on other columns or permuted labels, stopped too early, is fed by a broken preprocessing, or is simply the
    wrong choice. Ranks are compared and not decisions: a threshold tuned to unequal costs changes neither. Of a model
    that gives labels alone, the rival may select as many rows of each class as the model does.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor. Of more than two classes the areas of each against the rest are averaged; of a
        regressor the probability is taken that of two rows the greater is predicted greater (4,000 rows at most).
    train : Dataset or (X, y)
        Labelled rows; the rival learns from 20,000 of them at most.
    test : Dataset or (X, y)
        Labelled rows that the model has not seen, with the same features.
    seed : int, optional
        Seed of the rows that choose and train the rival; by default that of the running test.
    confidence : float, default 0.95
        Level of the interval of a paired difference: each row is its own control.

    Returns
    -------
    Measurement
        From -1 to 1, 0 where both are equally good; a model may be 0.03 behind before it is a fault. Rows must be
        independent. It cannot see a fault that the simple learner shares, such as a leaking column.

    Raises
    ------
    NotMeasurableError
        A ValueError: a data set has no labels, or training has fewer than 30 rows or one class.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 7] for x in range(60)], [0] * 30 + [1] * 30
    >>> measures.gain_over_simple_baseline(lambda frame: frame["x1"] / 7, (rows, labels), (rows, labels), seed=0)
    gain_over_simple_baseline = -0.48, 95 % interval -0.63 to -0.33, n = 60
    """
    case, known = Case(model, test), as_dataset(train)
    level = checked_confidence(confidence)
    settled = settled_seed(seed)
    regression = is_regression(case)
    rival = rival_of(known, case.data, regression=regression, seed=settled)
    first, second, fewest, score = _of_values(case, rival) if regression else _of_classes(case, rival)
    value, low, high = difference(first, second, level, fewest=fewest)
    used = first.rows.size
    return Measurement(
        "",
        value,
        low=low,
        high=high,
        confidence=level,
        n=used,
        seed=settled,
        params={"rival": rival.kind, "score": score, "model": _rounded(first), "simple": _rounded(second)}
        | ({"trained_on": rival.rows, "of": known.n} if rival.rows < known.n else {})
        | ({"rows": used, "rows_of": case.data.n} if used < case.data.n else {}),
        subjects=(case.model.name, known.name, case.data.name),
        roles=("model", role_of(known), role_of(case.data)),
    )


def _rounded(found: Influence) -> float:
    return round(found.value, 4)


def _of_values(case: Case, rival: Rival) -> Paired:
    rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_PAIRED)).astype(int)
    theirs = concordance_influence(case.y.astype(float)[rows], rival.scores[rows, 0])
    return skill(case), theirs, rows.size, "concordance"


def _of_classes(case: Case, rival: Rival) -> Paired:
    """Both models' areas, averaged over the classes that training and test have."""
    truth = case.y
    judged = ranked_classes(case, [] if rival.classes is None else rival.classes.tolist())
    ours, theirs = [], []
    for label in judged:
        own, chosen = ranking(case, label)
        simple = rival.of(label)
        ours.append(auc_influence(truth == label, own))
        theirs.append(auc_influence(truth == label, _selected(simple, chosen) if chosen is not None else simple))
    counts = [np.count_nonzero(truth == label) for label in judged]
    fewest = int(min(*counts, truth.size - max(counts)))
    return mean_influence(ours), mean_influence(theirs), fewest, "ROC AUC"


def _selected(scores: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The ``count`` rows of the highest scores as 1, the others as 0: the rival at the model's own selection rate."""
    selected = np.zeros(scores.size)
    selected[np.argsort(-scores, kind="stable")[:count]] = 1.0
    return selected
