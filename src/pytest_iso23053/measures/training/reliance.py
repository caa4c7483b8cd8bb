"""Does the model hang on a single feature?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, shared_seed
from pytest_iso23053.measures.importances import exchanged, rows_in_pairs
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.skill import is_regression, skill, skills_when_exchanged
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.paired import difference

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

LEAST_SKILL = 0.02
NAMED = 5


@measure(
    clause="7.3",
    aspect="model-selection",
    unit="share",
    direction="lower",
    starting_point="<= 0.5",
    range=(None, None),
    source="Breiman 2001; Fisher, Rudin & Dominici 2019 (model reliance); Geirhos et al. 2020 (shortcuts)",
    needs=("model", "test", "labels"),
)
def dominant_feature_share(model: Any, data: Any, *, seed: int | None = None, confidence: float = 0.95) -> Measurement:
    """Share of the model's skill over chance that is lost when its most important feature is another row's.

    A model that hangs on one feature fails with it: where that feature is missing, forged, or was a shortcut. Whether
    an honest feature is simply that good, no permutation can tell: there is no accepted limit.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or (X, y)
        Labelled rows that the model has not seen; up to 800 of them are used, in random pairs that exchange values.
    seed : int, optional
        Seed of the rows and their pairs; by default that of the run, so that measures share the model's answers.
    confidence : float, default 0.95
        Level of the interval of the paired difference, for all features at once; the skill is taken as given.

    Returns
    -------
    Measurement
        The loss of ROC AUC (of a regressor, of concordance) over its distance from 0.5: 1 where nothing is left, and
        more where the model then ranks the wrong way round. ``params["column"]`` names the feature,
        ``params["columns"]`` the five largest losses. Features that say the same share their importance, and each seems
        to matter little.

    Raises
    ------
    NotMeasurableError
        A ValueError: labels are missing or of one class, or the model has no skill to lose.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x, x % 7] for x in range(200)], [0] * 100 + [1] * 100
    >>> measures.dominant_feature_share(lambda frame: frame["x0"] / 200, (rows, labels), seed=0).params["column"]
    'x0'
    """
    case, level = Case(model, data), checked_confidence(confidence)
    settled, whole = shared_seed(seed), case
    rows = rows_in_pairs(case.data, np.random.default_rng(settled))
    case = Case(case.model, case.data.subset(rows))
    before = skill(case)
    left = before.value - 0.5
    if not left > LEAST_SKILL:
        raise NotMeasurableError(f"model {case.model.name!r} ranks {case.data.where} no better than chance")
    features = case.data.features
    after = skills_when_exchanged(case, exchanged(whole, rows))
    fewest = case.data.n if is_regression(case) else int(np.min(np.unique(case.y, return_counts=True)[1]))
    shared = 1 - (1 - level) / len(features)
    losses = [difference(before, each, shared, fewest=fewest) for each in after]
    order = sorted(range(len(features)), key=lambda place: -losses[place][0])
    value = losses[order[0]][0] / left
    low, high = (max(loss[bound] for loss in losses) / left for bound in (1, 2))
    columns = {str(features[place]): round(losses[place][0] / left, 3) for place in order[:NAMED]}
    params: dict[str, Any] = {"column": str(features[order[0]]), "columns": columns}
    params |= {"rows": case.data.n, "of": whole.data.n} if case.data.n < whole.data.n else {}
    return case.measurement(
        value, min(low, value), max(high, value), case.data.n, confidence=level, params=params, seed=settled
    )
