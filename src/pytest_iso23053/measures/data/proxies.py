"""What the features say of a protected attribute that is not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, settled_seed
from pytest_iso23053.measures.data.leakage import LIMIT, SUSPICIOUS, removed_beyond, single_columns
from pytest_iso23053.measures.probes import out_of_fold
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, wilson
from pytest_iso23053.stats.ranking import roc_auc
from pytest_iso23053.stats.simultaneous import per_comparison
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

NAMED = 5


@measure(
    clause="8.4",
    aspect="bias",
    unit="score",
    direction="lower",
    starting_point="<= 0.7",
    range=(0.0, 1.0),
    source="Feldman et al. 2015 (predictability of the protected attribute); DeLong et al. 1988 (interval)",
    needs=("train", "groups"),
)
def proxy_auc(
    data: Any, *, column: str | None = None, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """How well an unseeing learner tells a protected attribute from the other features: the area under its ROC curve.

    0.5 is what features that know nothing of it give. Most data know something; what is too much has no accepted limit.

    Parameters
    ----------
    data : Dataset
        At least 30 rows.
    column : str, optional
        The attribute; by default the first sensitive column. Of several groups, the one that is told best.
    confidence : float, default 0.95
        Level of the interval, over all groups together.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the running test.

    Raises
    ------
    NotMeasurableError
        A ValueError: no sensitive column, or too few rows to learn from.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> frame = pd.DataFrame({"height": np.arange(200), "sex": ["f"] * 100 + ["m"] * 100})
    >>> data = Dataset(frame, sensitive=["sex"], drop=["sex"])
    >>> measures.proxy_auc(data, seed=1).value > 0.98
    True
    """
    dataset, seed, level = as_dataset(data), settled_seed(seed), checked_confidence(confidence)
    name = _attribute(dataset, column)
    probe = out_of_fold(dataset, seed=seed, target=name)
    groups = range(1, 2) if len(probe.classes) == 2 else range(len(probe.classes))
    each = per_comparison(level, len(groups))
    areas = [(*roc_auc(probe.codes == group, probe.probabilities[:, group], each), group) for group in groups]
    value, low, high, group = max(areas, key=lambda area: np.nan_to_num(area[0]))
    params = {"column": str(name), "group": str(probe.classes[group]), "rows": f"{len(probe.rows)} of {dataset.n}"}
    return of_data(value, len(probe.rows), dataset, low=low, high=high, confidence=level, params=params, seed=seed)


@measure(
    clause="8.4",
    aspect="bias",
    unit="share",
    direction="lower",
    basis="P",
    limit=f"<= {LIMIT}",
    range=(-1.0, 1.0),
    source="Feldman et al. 2015 (disparate impact through proxies); Wilson 1927, Clopper & Pearson 1934 (intervals)",
    needs=("train", "groups"),
    task="leave out of the features what was meant to be left out",
)
def hidden_attribute(
    data: Any, *, column: str | None = None, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """How far one feature determines a protected attribute that the model is not meant to see.

    It is the smaller of two shares: of the errors of a constant guess, and of the errors of a learner of all *other*
    features, how many does the column alone remove? All answers are cross-fitted. 1 where it is the attribute under
    another name; where the other features together say as much, no single column hides it, and `proxy_auc` tells how
    much. The null is a column with company. An attribute that is among the features needs no proxy, and is not
    measured.

    Parameters
    ----------
    data : Dataset
        At least 30 rows, with a sensitive column that is no feature (``drop``).
    column : str, optional
        The attribute; by default each sensitive column that is no feature.
    confidence : float, default 0.95
        Level of the interval.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the running test.

    Returns
    -------
    Measurement
        ``params`` name the attribute, the column, and up to five columns that remove half of the errors or more, with
        the share of each. A column that agrees with the attribute in 95 of 100 rows is found in 600 rows.

    Raises
    ------
    NotMeasurableError
        A ValueError: no such column, or too few rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> frame = pd.DataFrame({"title": ["Ms", "Mr", "Mr"] * 40, "sex": ["f", "m", "m"] * 40})
    >>> measured = measures.hidden_attribute(Dataset(frame, sensitive=["sex"], drop=["sex"]), seed=1)
    >>> measured.value, measured.params["column"]
    (1.0, 'title')
    """
    dataset, seed, level = as_dataset(data), settled_seed(seed), checked_confidence(confidence)
    hidden = [name for name in dataset.sensitive if name not in dataset.features] if column is None else [column]
    if not hidden or any(name in dataset.features for name in hidden):
        raise NotMeasurableError(f"{dataset.where} has no sensitive column that is left out of the features")
    found = [(_strongest(dataset, name, seed, level), str(name)) for name in hidden]
    strongest, name = max(found, key=lambda each: each[0].share)
    params: dict[str, Any] = {"attribute": name, "column": strongest.column}
    params |= {"columns": strongest.columns} if strongest.columns else {}
    params["rows"] = f"{strongest.n} of {dataset.n}"
    bounds = {"low": strongest.low, "high": strongest.high, "confidence": level}
    return of_data(strongest.share, strongest.n, dataset, params=params, seed=seed, **bounds)


class _Strongest(NamedTuple):
    """The share that the best column removes, its bounds, and what each column removes that removes half or more."""

    share: float
    low: float
    high: float
    n: int
    column: str
    columns: dict[str, float]


def _strongest(dataset: Dataset, name: Any, seed: int, level: float) -> _Strongest:
    split, columns = single_columns(dataset, name, seed)
    constant = np.asarray(split.codes != np.bincount(split.codes).argmax())
    base, n = float(constant.mean()), len(constant)
    shares = {each.name: round(1 - float(wrong.mean()) / base, 3) for each, wrong in columns}
    strong = sorted((share, column) for column, share in shares.items() if share >= SUSPICIOUS)[::-1][:NAMED]
    best, wrong = min(columns, key=lambda each: int(each[1].sum()))
    removed = max(1 - float(wrong.mean()) / base, -1.0)
    high, low = (max(1 - float(bound) / base, -1.0) for bound in wilson(wrong.sum(), n, level))
    if removed >= SUSPICIOUS:
        alone = [column for column in dataset.features if column not in {best.origin, name}]
        others = ~out_of_fold(dataset, seed=seed, target=name, without=[best.origin]).agrees if alone else constant
        beyond = removed_beyond(wrong, np.asarray(others), level)
        removed, low, high = (min(pair) for pair in zip((removed, low, high), beyond, strict=True))
    return _Strongest(removed, low, high, n, best.name, {column: share for share, column in strong})


def _attribute(dataset: Dataset, column: Any) -> Any:
    if column is not None:
        return column
    if not dataset.sensitive:
        raise NotMeasurableError(f"{dataset.where} has no sensitive column; name one (sensitive = […])")
    return dataset.sensitive[0]
