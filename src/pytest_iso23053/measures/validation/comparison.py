"""The model beside the one it is to replace, on the very same rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson


@measure(
    clause="7.4",
    aspect="performance",
    unit="share",
    direction="higher",
    starting_point=">= -0.02",
    range=(-1.0, 1.0),
    source="Dietterich 1998 (McNemar); Clopper & Pearson 1934 (of the discordant rows); Newcombe 1998 (paired)",
    needs=("model", "test", "labels"),
    task="keep the performance of the model in use",
)
def accuracy_gain(model: Any, data: Any, *, champion: Any, confidence: float = 0.95) -> Measurement:
    """Accuracy minus that of the champion, the model in use, on the same rows: above -margin it is not inferior.

    Only rows that one gets right and the other wrong count (McNemar): what both find easy or hard cancels, so that the
    interval is far narrower than that of two accuracies.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or (X, y)
        Labelled rows that neither has seen.
    champion : Model, estimator or callable
        What it is compared with.
    confidence : float, default 0.95
        Level of the interval: the share of discordant rows and the champion's part in them, each exact (Bonferroni).

    Returns
    -------
    Measurement
        ``params`` hold the rows that only the model, and only the champion, gets right: the negative flips.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels, or one is a regressor.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> data = [[x] for x in range(100)], [x >= 50 for x in range(100)]
    >>> champion = lambda frame: frame["x0"] >= 60
    >>> gain = measures.accuracy_gain(lambda frame: frame["x0"] >= 48, data, champion=champion)
    >>> gain.value, (gain >= -0.02).verdict
    (0.08, 'met')
    """
    case, other = Case(model, data).classification(), Case(champion, data).classification()
    level = checked_confidence(confidence)
    n = case.data.n
    if not n:
        raise NotMeasurableError(f"{case.data.where} has no rows to compare on")
    won, lost = int(np.sum(case.right & ~other.right)), int(np.sum(other.right & ~case.right))
    low, high = _bounds(won, lost, n, level)
    return Measurement(
        "",
        (won - lost) / n,
        low=low,
        high=high,
        confidence=level,
        n=n,
        params={"champion": other.model.name, "only_model_right": won, "only_champion_right": lost},
        subjects=(case.model.name, case.data.name),
        roles=("model", role_of(case.data)),
    )


def _bounds(won: int, lost: int, n: int, confidence: float) -> tuple[float, float]:
    """Of won/n - lost/n: both shares within their exact bounds at once, correlated as the parts of one total are.

    MOVER for paired proportions (Newcombe 1998, method 10; Tang et al. 2010) on the two discordant shares, whose
    correlation is -√(pq / ((1 - p)(1 - q))).
    """
    p, q = won / n, lost / n
    (low1, high1), (low2, high2) = (clopper_pearson(count, n, confidence) for count in (won, lost))
    correlation = -float(np.sqrt(p * q / ((1 - p) * (1 - q)))) if p < 1 and q < 1 else 0.0

    def reach(first: float, second: float) -> float:
        return float(np.sqrt(first**2 + second**2 - 2 * correlation * first * second))

    return max(p - q - reach(p - low1, high2 - q), -1.0), min(p - q + reach(high1 - p, q - low2), 1.0)
