"""Who is in the data, how often, and with which labels: groups compared within and between data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import labels_of, of_data
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import categories, shares
from pytest_iso23053.stats.intervals import checked_confidence, newcombe, ratio_of_proportions
from pytest_iso23053.stats.simultaneous import per_comparison, smallest_ratio_of_rates
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

MOST_GROUPS = 30
MISSING = "(missing)"


@measure(
    clause="7.2",
    aspect="representativeness",
    unit="ratio",
    direction="higher",
    basis="P",
    limit=">= 0.8",
    range=(0.0, 1.0),
    source="Buolamwini & Gebru 2018 (representation); Zou & Donner 2008 (MOVER interval); Bonferroni over the groups",
    needs=("reference", "train"),
    task="represent each group as it is represented where the model is used",
)
def representation_ratio(
    reference: Any, current: Any, *, column: str | None = None, confidence: float = 0.95
) -> Measurement:
    """The smallest ratio between a group's share in two data sets, the larger share below: who is under-represented?

    Two samples of the same people have a ratio of 1 for each group, up to chance; the limit is the margin below it.

    Parameters
    ----------
    reference, current : Dataset
        Test or production rows, say, and the training rows.
    column : str, optional
        The groups; by default each of the reference's sensitive columns. Missing is a group.
    confidence : float, default 0.95
        Level at which the intervals of all groups hold together.

    Returns
    -------
    Measurement
        ``params`` name column and group, and have both shares. A group of 5 % among 1,000 rows, halved among as many,
        has an interval of 0.28 to 0.86: groups that small need more rows.

    Raises
    ------
    NotMeasurableError
        A ValueError: no sensitive column of 2 to 30 groups.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> users = Dataset(pd.DataFrame({"x": 0, "sex": ["f", "m"] * 500}), sensitive=["sex"])
    >>> train = Dataset(pd.DataFrame({"x": 0, "sex": ["f", "m", "m", "m", "m"] * 200}), sensitive=["sex"])
    >>> measures.representation_ratio(users, train).value
    0.4
    """
    before, after, level = as_dataset(reference), as_dataset(current), checked_confidence(confidence)
    groups = [
        (name, group, int((first == group).sum()), int((second == group).sum()))
        for name, first, second in _groups_of_both(before, after, column)
        for group in pd.unique(pd.concat([first, second])).tolist()
    ]
    if not groups or not before.n or not after.n:
        raise NotMeasurableError(f"{before.where} and {after.where} have no rows in groups to compare")
    k1, k2 = (np.array([group[place] for group in groups], dtype=float) for place in (2, 3))
    rates = np.stack([k1 / before.n, k2 / after.n])
    each = per_comparison(level, len(groups))
    fewer = rates[0] < rates[1]  # the group's larger share goes below
    lesser = np.where(fewer, k1, k2), np.where(fewer, before.n, after.n)
    larger = np.where(fewer, k2, k1), np.where(fewer, after.n, before.n)
    low, high = ratio_of_proportions(*lesser, *larger, each)
    ratios = rates.min(axis=0) / rates.max(axis=0)
    place = int(ratios.argmin())
    name, group = groups[place][:2]
    told = {"share": round(float(rates[1][place]), 4), "reference_share": round(float(rates[0][place]), 4)}
    return of_data(
        float(ratios[place]),
        before.n + after.n,
        before,
        after,
        low=float(np.minimum(low, 1).min()),
        high=float(np.minimum(high, 1).min()),
        confidence=level,
        params={"column": str(name), "group": str(group), **told, "groups": len(groups)},
        series=categories(
            str(name), (before.name, after.name), [(str(each), rows) for own, each, *rows in groups if own == name]
        ),
    )


@measure(
    clause="8.4",
    aspect="bias",
    unit="ratio",
    direction="higher",
    starting_point=">= 0.8",
    range=(0.0, 1.0),
    source="29 CFR 1607.4(D) (four-fifths rule, of selection rates); Feldman et al. 2015; Zou & Donner 2008 (MOVER)",
    needs=("train", "labels", "groups"),
)
def base_rate_ratio(data: Any, *, column: str | None = None, confidence: float = 0.95) -> Measurement:
    """The smallest ratio between two groups' shares of positive labels: what the labels themselves say of the groups.

    It has no limit of its own. The four-fifths rule is about selections, and labels are not decisions: groups may
    truly differ, and a ratio below 0.8 is a fact to be explained, not a fault of the data. State a requirement where
    labels are past decisions. What a limit can be held against is `base_rate_shift`.

    Parameters
    ----------
    data : Dataset
        Labelled rows of two classes.
    column : str, optional
        The groups; by default each of the sensitive columns, and the smallest ratio of them. Missing is a group.
    confidence : float, default 0.95
        Level at which the intervals of all pairs of groups hold together, within a column.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no positive label, or no sensitive column of 2 to 30 groups.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> frame = pd.DataFrame({"x": 0, "sex": ["f", "f", "m", "m"] * 50, "hired": [0, 1, 1, 1] * 50})
    >>> measures.base_rate_ratio(Dataset(frame, target="hired", sensitive=["sex"])).value
    0.5
    """
    dataset, level = as_dataset(data), checked_confidence(confidence)
    positive = _positive(dataset)
    found = []
    for name, groups in _groups(dataset, column):
        codes, names = pd.factorize(groups)
        if len(names) < 2:
            continue
        hits, rows = np.bincount(codes, weights=positive), np.bincount(codes)
        worst = str(names[int((hits / rows).argmin())])
        bars = shares("share of positive labels", str(name), list(zip(names, hits, rows, strict=True)), level)
        found.append((*smallest_ratio_of_rates(hits, rows, level), str(name), worst, bars))
    if not found:
        raise NotMeasurableError(f"{dataset.where} has no sensitive column with two groups")
    value, low, high, name, group, bars = min(found, key=lambda each: np.nan_to_num(each[0], nan=2.0))
    params = {"column": name, "group": group}
    return of_data(value, dataset.n, dataset, low=low, high=high, confidence=level, params=params, series=bars)


@measure(
    clause="8.4",
    aspect="bias",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source="Feldman et al. 2015; Newcombe 1998 (interval, method 10); Bonferroni over the groups",
    needs=("train", "test", "labels", "groups"),
    task="label each group alike in both data sets",
)
def base_rate_shift(
    reference: Any, current: Any, *, column: str | None = None, confidence: float = 0.95
) -> Measurement:
    """The largest change of a group's share of positive labels from one data set to the other.

    Two samples of the same people have the same share in each group, up to chance: a group whose labels have been
    tampered with, or collected otherwise, in one of them does not.

    Parameters
    ----------
    reference, current : Dataset
        The training rows and the test rows, say, labelled, of two classes.
    column : str, optional
        The groups; by default each of the reference's sensitive columns. Missing is a group.
    confidence : float, default 0.95
        Level at which the intervals of all groups hold together.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, no positive label, or no sensitive column of 2 to 30 groups.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> frame = pd.DataFrame({"x": 0, "sex": ["f", "f", "m", "m"] * 50, "hired": [0, 1, 0, 1] * 50})
    >>> fewer = frame.assign(hired=[0, 0, 0, 1] * 50)
    >>> data = [Dataset(each, target="hired", sensitive=["sex"]) for each in (frame, fewer)]
    >>> measured = measures.base_rate_shift(*data)
    >>> measured.value, measured.params["group"]
    (0.5, 'f')
    """
    before, after, level = as_dataset(reference), as_dataset(current), checked_confidence(confidence)
    hits = [_positive(dataset) for dataset in (before, after)]
    counts = [
        (
            name,
            group,
            *(int(part) for where, hit in zip(masks, hits, strict=True) for part in (hit[where].sum(), where.sum())),
        )
        for name, first, second in _groups_of_both(before, after, column)
        for group in pd.unique(first).tolist()
        for masks in [[(each == group).to_numpy(dtype=bool) for each in (first, second)]]
    ]
    counts = [each for each in counts if each[3] and each[5]]
    if not counts:
        raise NotMeasurableError(f"{before.where} and {after.where} have no group in common")
    k1, n1, k2, n2 = (np.array([each[place] for each in counts], dtype=float) for place in (2, 3, 4, 5))
    low, high = newcombe(k2, n2, k1, n1, per_comparison(level, len(counts)))
    change = k2 / n2 - k1 / n1
    apart, most = np.maximum(np.maximum(low, -high), 0.0), np.maximum(np.abs(low), np.abs(high))
    place = int(np.abs(change).argmax())
    name, group = counts[place][:2]
    rates = {"rate": round(float(k2[place] / n2[place]), 4), "reference_rate": round(float(k1[place] / n1[place]), 4)}
    return of_data(
        float(np.abs(change[place])),
        before.n + after.n,
        before,
        after,
        low=float(min(apart.max(), np.abs(change[place]))),
        high=float(most.max()),
        confidence=level,
        params={"column": str(name), "group": str(group), **rates, "groups": len(counts)},
    )


def _groups(dataset: Dataset, column: Any) -> Iterator[tuple[Any, pd.Series[Any]]]:
    names = dataset.sensitive if column is None else (column,)
    told = False
    for name in names:
        groups = dataset.column(name).astype(object)
        groups = groups.where(groups.notna(), MISSING).astype(str)
        if groups.nunique() <= MOST_GROUPS:
            told = True
            yield name, groups
    if not told:
        raise NotMeasurableError(
            f"{dataset.where} has no sensitive column of at most {MOST_GROUPS} groups; name one (sensitive = […]), or "
            "make groups of a quantity in `preprocess`"
        )


def _groups_of_both(before: Dataset, after: Dataset, column: Any) -> Iterator[tuple[Any, Any, Any]]:
    for name, first in _groups(before, column):
        yield name, first, next(_groups(after, name))[1]


def _positive(dataset: Dataset) -> Any:
    labels = labels_of(dataset)
    if dataset.positive is None:
        raise NotMeasurableError(f"{dataset.where}: which label is positive is not known; say positive = …")
    return np.asarray(labels == dataset.positive, dtype=bool)
