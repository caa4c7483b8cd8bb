"""Do those who labelled the same rows agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.agreement import Coded
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.measurement import Measurement

DRAWS = 1_000


@measure(
    clause="7.2",
    aspect="labelling",
    unit="score",
    direction="higher",
    basis="C",
    limit=">= 0.8",
    range=(-1.0, 1.0),
    source="Krippendorff 2004 (alpha; 0.80 to rely on, 0.667 for tentative conclusions); bootstrap over rows",
    needs=("train",),
    task="label so that others would label alike",
)
def annotator_agreement(
    data: Any,
    *,
    annotators: Sequence[str],
    level: str = "nominal",
    confidence: float = 0.95,
    seed: int | None = None,
) -> Measurement:
    """Krippendorff's alpha among several label columns: 1 is full agreement, 0 what chance would give.

    Parameters
    ----------
    data : Dataset or frame
        One row a unit, one column an annotator; not everybody need have labelled every row.
    annotators : sequence of str
        The columns.
    level : {"nominal", "interval"}
        Whether labels are either equal or not, or are numbers whose squared distance counts.
    confidence : float, default 0.95
        Level of the percentile bootstrap over rows (1,000 draws).
    seed : int, optional
        Seed of the draws; by default that of the running test.

    Returns
    -------
    Measurement
        Its n is the number of rows that at least two have labelled.

    Raises
    ------
    NotMeasurableError
        A ValueError: no row has two labels, or all labels are the same, so that chance would agree as much.
    ValueError
        Fewer than two annotators, or an unknown level.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> labels = pd.DataFrame({"ann": [0, 1, 1, 0, 1, 0], "ben": [0, 1, 1, 0, 0, None]})
    >>> round(measures.annotator_agreement(labels, annotators=["ann", "ben"], seed=1).value, 3)
    0.64
    """
    dataset, seed, confidence = as_dataset(data), settled_seed(seed), checked_confidence(confidence)
    if isinstance(annotators, str) or len(annotators) < 2:
        raise ValueError('annotators are at least two columns: annotators = ["ann", "ben"]')
    codes, values = _labels([dataset.column(name) for name in annotators], level)
    paired = codes[(codes >= 0).sum(axis=1) >= 2]
    coded = Coded(paired, values)
    alpha = coded.alpha()
    if np.isnan(alpha):
        raise NotMeasurableError(
            f"{dataset.where}: no row has two labels, or all labels of {', '.join(annotators)} are the same"
        )
    random = np.random.default_rng(seed)
    n = len(paired)
    draws = [coded.alpha(np.bincount(random.integers(0, n, n), minlength=n)) for _ in range(DRAWS)]
    low, high = np.nanquantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    params = {"annotators": list(annotators), "level": level}
    bounds = {"low": min(float(low), alpha), "high": max(float(high), alpha), "confidence": confidence}
    return of_data(alpha, len(paired), dataset, params=params, seed=seed, **bounds)


def _labels(columns: list[pd.Series[Any]], level: str) -> tuple[Any, Any]:
    """Labels as places among the different ones, -1 where there is none, and their values where distances count."""
    together = pd.concat([column.astype(object) for column in columns], ignore_index=True)
    codes, different = pd.factorize(together)
    shape = (len(columns), len(columns[0]))
    if level == "nominal":
        return codes.reshape(shape).T, None
    if level != "interval":
        raise ValueError(f'level = {level!r} is not known; it is "nominal" or "interval"')
    return codes.reshape(shape).T, np.asarray(different, dtype=float)
