"""Do the importances of features hold on other rows?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, shared_seed
from pytest_iso23053.measures.importances import importances, pairs_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.ranking import rank_correlation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement

RESAMPLES = 200


@measure(
    clause="7.4",
    aspect="explanation",
    unit="correlation",
    direction="higher",
    starting_point=">= 0.8",
    range=(-1.0, 1.0),
    source="Breiman 2001; Fisher, Rudin & Dominici 2019 (importance); Alvarez-Melis & Jaakkola 2018 (stability)",
    needs=("model", "test"),
    task="demonstrate that the ranking of features holds on other rows",
)
def explanation_stability(model: Any, data: Any, *, seed: int | None = None, confidence: float = 0.95) -> Measurement:
    """Spearman's correlation of the features' importances on two disjoint halves of the rows.

    The importance of a feature is how much the model's answer changes as another row's value takes its place. A ranking
    that another sample turns round explains the sample. Features that matter alike change places without harm, so that
    there is no accepted limit.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or frame
        Rows that the model has not seen; up to 800 of them are used, in random pairs that exchange values.
    seed : int, optional
        Seed of the rows, their pairs and resamples; by default that of the run, so that measures share the answers.
    confidence : float, default 0.95
        Level of the bootstrap's interval: quantiles of 200 resamples of the pairs, within each half. Resampling adds
        noise to noise, which lowers the correlation, so that the lower bound is cautious.

    Returns
    -------
    Measurement
        The correlation between two samples of half as many rows. ``params["importances"]`` are the five greatest on
        all rows used, and ``same_first`` is the share of resamples in which both halves name the same feature first.
        Features that say the same share their importance.

    Raises
    ------
    NotMeasurableError
        A ValueError: fewer than 40 rows or 3 features, or no feature matters more than another.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> model = lambda frame: 4 * frame["x0"] + 2 * frame["x1"] + frame["x2"] > 0
    >>> measures.explanation_stability(model, X, seed=0).value
    1.0
    """
    case, level, settled = Case(model, data), checked_confidence(confidence), shared_seed(seed)
    random = np.random.default_rng(settled)
    found = importances(case, pairs_of(case.data, random))
    value, drawn, same = _of_halves(found.changes, random)
    if np.isnan(value):
        raise NotMeasurableError(f"no feature matters more than another to model {case.model.name!r}: nothing to rank")
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    params = {"importances": found.greatest(), "features": len(found.features), "same_first": round(same, 3)}
    return case.measurement(
        value,
        min(float(low), value),
        max(float(high), value),
        found.rows,
        confidence=level,
        params=params | ({"rows": found.rows, "of": case.data.n} if found.rows < case.data.n else {}),
        seed=settled,
    )


def _of_halves(changes: NDArray[np.float64], random: np.random.Generator) -> tuple[float, NDArray[np.float64], float]:
    """Rank correlation of the two halves, those of its resamples, and how often both have the same feature first.

    Other halves of the same pairs are no substitute for resamples: what one half has more the other has less, so that
    noise correlates negatively there.
    """
    middle = len(changes) // 2
    halves = changes[:middle], changes[middle : 2 * middle]  # pairs are in random order
    value = rank_correlation(*(half.mean(axis=0) for half in halves))
    one, other = (random.multinomial(middle, np.full(middle, 1 / middle), RESAMPLES) @ half for half in halves)
    drawn = np.array([value, *map(rank_correlation, one, other)])
    return value, drawn, float(np.mean(one.argmax(axis=1) == other.argmax(axis=1)))
