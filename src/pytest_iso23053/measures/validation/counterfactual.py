"""Would the answer be another if the person belonged to another group, all else equal?"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.groups import grouping
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson, mean_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement

MOST_GROUPS = 12
MOST_ANSWERS = 10_000  # rows times groups that the model is asked about


@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="lower",
    range=(0.0, 1.0),
    starting_point="<= 0.01",
    source="Galhotra, Brun & Meliou 2017 (Themis); Kusner et al. 2017; Clopper & Pearson 1934 (interval)",
    needs=("model", "test"),
)
def counterfactual_flip_rate(model: Any, data: Any, *, column: str, confidence: float = 0.95) -> Measurement:
    """Share of rows whose predicted label changes when one column is set to another value that occurs in it.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or frame
        Rows; labels are not needed.
    column : str
        A feature of at most twelve different values, ``"sex"``. Whatever else goes with it stays as it is, so that a
        proxy for it is not seen here: see `selection_rate`.
    confidence : float, default 0.95
        Level of the exact interval.

    Returns
    -------
    Measurement
        Its n is the number of rows asked about, evenly spaced ones where rows times values exceed 10 000.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is a regressor, does not see the column, or it has one value, or too many.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> people = pd.DataFrame({"income": range(100), "sex": ["f", "m"] * 50})
    >>> biased = lambda frame: frame["income"] + 10 * (frame["sex"] == "m") > 50
    >>> measures.counterfactual_flip_rate(biased, people, column="sex").value
    0.1
    """
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    found = _answered(case, column)
    flips = int(np.any(found.labels != found.actual[:, None], axis=1).sum())
    n = len(found.actual)
    low, high = clopper_pearson(flips, n, level)
    params = {"column": column, "rows": case.data.n}
    return case.measurement(flips / n if n else np.nan, float(low), float(high), n, confidence=level, params=params)


@measure(
    clause="7.4",
    aspect="fairness",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source="Galhotra, Brun & Meliou 2017 (causal discrimination); Kusner et al. 2017; Student's t interval, paired",
    needs=("model", "test"),
    task="detect decisions that depend on membership of a group",
)
def counterfactual_selection_gap(model: Any, data: Any, *, column: str, confidence: float = 0.95) -> Measurement:
    """Selection rate if all rows had one value of a column, minus that if all had another: the widest such gap.

    The same rows, all else equal: what differs is the model's use of the column itself. A model that is merely unsteady
    flips as many up as down, and has no gap. The null is 0, the limit of 0.05 the margin of equivalence over it; where
    the column has its place in the decision, state a requirement.

    Parameters
    ----------
    model, data, column
        As for `counterfactual_flip_rate`; the data set says which class is ``positive``.
    confidence : float, default 0.95
        Level of the interval of the mean paired difference, over all pairs of values at once.

    Returns
    -------
    Measurement
        ``params`` name the values that are selected most and least often, and the share of rows that flip.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is a regressor, does not see the column, or it has one value, or too many.
    SubjectError
        It is not known which class is positive.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> people = pd.DataFrame({"income": range(100), "sex": ["f", "m"] * 50})
    >>> biased = lambda frame: frame["income"] + 10 * (frame["sex"] == "m") > 50
    >>> gap = measures.counterfactual_selection_gap(biased, people, column="sex")
    >>> gap.value, gap.params["favoured"]
    (0.1, 'm')
    """
    case, level = Case(model, data).classification(), checked_confidence(confidence)
    found = _answered(case, column)
    selected = (found.labels == case.model.positive_class(case.data)).astype(float)
    rates = selected.mean(axis=0)
    most, least = int(np.argmax(rates)), int(np.argmin(rates))
    pairs = len(rates) * (len(rates) - 1) // 2
    gap, low, high = mean_interval(selected[:, most] - selected[:, least], 1 - (1 - level) / pairs, highest=1.0)
    if np.isnan(low):  # all pairs agree: a share of differing ones of 0 out of n, or of n
        low, high = clopper_pearson(gap * len(selected), len(selected), level)
    params = {
        "column": column,
        "favoured": str(found.values[most]),
        "disfavoured": str(found.values[least]),
        "flips": round(float(np.mean(np.any(found.labels != found.actual[:, None], axis=1))), 4),
        "rows": case.data.n,
    }
    bounds = (gap, max(float(low), 0.0), float(high))
    return case.measurement(*bounds, len(selected), confidence=level, params=params)


@dataclass(frozen=True, eq=False)
class _Answers:
    values: tuple[Any, ...]
    labels: NDArray[Any]  # of shape (n, values): the label if the row had that value
    actual: NDArray[Any]


_held: weakref.WeakKeyDictionary[Any, weakref.WeakKeyDictionary[Any, dict[str, _Answers]]] = weakref.WeakKeyDictionary()


def _answered(case: Case, column: str) -> _Answers:
    held = _held.setdefault(case.data, weakref.WeakKeyDictionary()).setdefault(case.model, {})
    if column not in held:
        held[column] = _asked(case, column)
    return held[column]


def _asked(case: Case, column: str) -> _Answers:
    import pandas as pd

    X = case.data.X
    if column not in X.columns:
        raise NotMeasurableError(f"model {case.model.name!r} does not see {column!r}, so that it cannot use it itself")
    groups = grouping(case.data, column) if X[column].nunique() <= MOST_GROUPS else None
    if groups is None or len(groups.labels) < 2:
        raise NotMeasurableError(
            f"{case.data.where} has {X[column].nunique()} different values of {column!r}: to exchange them, there must "
            f"be 2 to {MOST_GROUPS}; a requirement on selection_rate compares bands of it"
        )
    codes, cells = groups.codes, len(groups.labels)
    rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_ANSWERS // cells)).astype(np.int64)
    examples = [int(np.argmax(codes == code)) for code in range(cells)]
    some = X.iloc[rows]
    labels = np.repeat(case.predicted[rows][:, None], cells, axis=1)
    places = [np.flatnonzero(codes[rows] != code) for code in range(cells)]
    changed = [
        some.iloc[place].assign(**{column: X[column].iloc[[example] * len(place)].array})
        for place, example in zip(places, examples, strict=True)
    ]
    answers = case.model.predict_frame(pd.concat(changed, ignore_index=True), like=case.data)
    for code, part in enumerate(np.split(answers, np.cumsum([len(place) for place in places])[:-1])):
        labels[places[code], code] = part
    return _Answers(groups.labels, labels, case.predicted[rows])
