"""Does the result hang on the last digit of a setting?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.refit import NEEDS, clone_of, of_trainings, refitted
from pytest_iso23053.measures.training.skill import is_regression, skill
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.paired import difference
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.measurement import Measurement

MOST_REFITS = 30
NOT_TUNED = {"random_state", "n_jobs", "verbose", "max_iter", "tol", "copy", "cv", "missing_values", "pos_label"}


@measure(
    clause="7.3",
    aspect="hyperparameters",
    unit="score",
    direction="lower",
    starting_point="<= 0.02",
    range=(None, None),
    source="Probst, Boulesteix & Bischl 2019 (tunability); DeLong et al. 1988 (paired areas); Bonferroni",
    needs=NEEDS,
    cost="expensive",
)
def hyperparameter_fragility(
    model: Any, train: Any, test: Any, *, change: float = 0.2, seed: int | None = None, confidence: float = 0.95
) -> Measurement:
    """The most that ROC AUC (or concordance) falls when one numeric hyperparameter is changed by a fifth.

    A result that hangs on the last digit of a setting was searched for on these very rows, or will not hold on others.

    Parameters
    ----------
    model : Model or estimator
        A scikit-learn estimator. Its numeric hyperparameters are changed one at a time, up and down; 30 trainings at
        most, and ``params`` say how many of how many.
    train, test : Dataset or (X, y)
        Labelled rows to train on, and to judge by.
    change : float, default 0.2
        The relative change; whole numbers change by one at least.
    seed : int, optional
        Put in the place of every ``random_state``, so that chance is the same in all trainings.
    confidence : float, default 0.95
        Level of the interval of the paired difference, for all changes at once.

    Returns
    -------
    Measurement
        ``params["setting"]`` names the change. Not seen: what two changes do together.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be trained again, or has no numeric hyperparameter.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 5] for x in range(40)], [0] * 20 + [1] * 20
    >>> tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(rows, labels)
    >>> measures.hyperparameter_fragility(tree, (rows, labels), (rows, labels), seed=0).value
    0.0
    """
    case, known, level = Case(model, test), as_dataset(train), checked_confidence(confidence)
    settled = settled_seed(seed) % 2**31
    settings = list(_settings(clone_of(case.model).get_params(deep=True), change))
    if not settings:
        raise NotMeasurableError(f"model {case.model.name!r} has no numeric hyperparameter to change")
    before = skill(Case(refitted(case.model, known, seed=settled), case.data))
    each = []
    for name, value in settings[:MOST_REFITS]:
        try:
            other = refitted(case.model, known, seed=settled, hyperparameters={name: value})
        except NotMeasurableError:  # a fifth more than all there is
            continue
        each.append((name, value, skill(Case(other, case.data))))
    if not each:
        raise NotMeasurableError(f"model {case.model.name!r} accepts no other numeric hyperparameter than its own")
    fewest = int(np.min(np.unique(case.y, return_counts=True)[1])) if not is_regression(case) else case.data.n
    shared = 1 - (1 - level) / len(each)
    losses = [difference(before, after, shared, fewest=fewest) for _, _, after in each]
    place = int(np.argmax([loss[0] for loss in losses]))
    params = {"setting": f"{each[place][0]} = {each[place][1]!r}", "change": change, "tried": len(each)}
    bounds = (losses[place][0], max(loss[1] for loss in losses), max(loss[2] for loss in losses))
    return of_trainings(case, known, bounds, case.data.n, level, params=params | {"of": len(settings)}, seed=settled)


def _settings(given: dict[str, Any], change: float) -> Iterator[tuple[str, float]]:
    """Every numeric hyperparameter a step down and a step up."""
    for name, value in sorted(given.items()):
        usual = isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value) and value != 0
        if not usual or name.rpartition("__")[2] in NOT_TUNED:
            continue
        if isinstance(value, int):
            step = max(round(abs(value) * change), 1)
            yield from ((name, other) for other in (value - step, value + step) if other != 0)
        else:
            yield from ((name, value * factor) for factor in (1 - change, 1 + change))
