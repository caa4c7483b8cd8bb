"""Which classes the one data set has, and the other lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.probes import labelled_codes
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import categories
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.shares import smallest_share_ratio
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="ratio",
    direction="higher",
    basis="P",
    limit=">= 0.8",
    range=(0.0, 1.0),
    source="Moreno-Torres et al. 2012 (prior shift); Zou & Donner 2008 (MOVER interval); Bonferroni over the classes",
    needs=("train", "test", "labels"),
    task="test each class as often as it was trained",
)
def class_share_ratio(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """The smallest ratio between a class's share in two data sets, the larger share below: which class is missing?

    Two parts of the same rows have a ratio of 1 for each class, up to chance; the limit is the margin below it. Of many
    classes a single one can all but vanish while `label_drift`, the share of rows over all classes, hardly moves.

    Parameters
    ----------
    reference, current : Dataset or (X, y)
        The training rows and the test rows, say, labelled.
    confidence : float, default 0.95
        Level at which the intervals of all classes hold together.

    Returns
    -------
    Measurement
        ``params`` name the class and have both shares. A class of a tenth of 1,000 training rows that lost half of its
        rows among 450 has an interval of 0.26 to 0.89; one that lost four of five is found.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, or they are quantities, or several rows belong to one ``id``, so that they
        do not count as so many independent ones.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> train, test = ([[0]] * 900, ["a", "b", "c"] * 300), ([[0]] * 400, ["a", "b", "a", "b", "c"] * 80)
    >>> measured = measures.class_share_ratio(train, test)
    >>> round(measured.value, 2), measured.params["class"]
    (0.6, 'c')
    """
    before, after, level = as_dataset(reference), as_dataset(current), checked_confidence(confidence)
    _refuse_entities(before, after)
    (known, _, first), (asked, _, second) = (labelled_codes(dataset, dataset.target) for dataset in (before, after))
    if not len(first) or not len(second):
        raise NotMeasurableError(f"{(after if len(first) else before).where} has no labelled rows")
    classes = list(dict.fromkeys([*known.tolist(), *asked.tolist()]))
    counts = [
        np.array([dict(zip(names.tolist(), np.bincount(codes).tolist(), strict=True)).get(one, 0) for one in classes])
        for names, codes in ((known, first), (asked, second))
    ]
    found = smallest_share_ratio(counts[0], len(first), counts[1], len(second), level)
    return of_data(
        found.value,
        len(first) + len(second),
        before,
        after,
        low=found.low,
        high=found.high,
        confidence=level,
        params={
            "class": str(classes[found.place]),
            "share": round(float(counts[1][found.place] / len(second)), 4),
            "reference_share": round(float(counts[0][found.place] / len(first)), 4),
            "classes": len(classes),
        },
        series=categories(
            "class",
            (before.name, after.name),
            [(str(name), rows) for name, *rows in zip(classes, *counts, strict=True)],
        ),
    )


def _refuse_entities(*datasets: Dataset) -> None:
    for dataset in datasets:
        if dataset.id is not None and not dataset.column(dataset.id).is_unique:
            raise NotMeasurableError(
                f"{dataset.where}: several rows have the same {dataset.id}; the share of a class among rows that "
                "belong together says little of its share among others"
            )
