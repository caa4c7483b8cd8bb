"""Is the model less sure of inputs unlike anything it was trained on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import Case, role_of, settled_seed
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.spread import spread_of
from pytest_iso23053.stats import ranking
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset

KINDS = ("far", "shuffled", "unseen")
LEAST_ROWS = 20
MOST_MADE = 2_000
FLAGGED = 0.95


@measure(
    clause="7.4",
    aspect="robustness",
    unit="score",
    direction="higher",
    starting_point=">= 0.9",
    range=(0.0, 1.0),
    source="Hendrycks & Gimpel 2017 (maximum probability); DeLong et al. 1988 and Newcombe 2006 (interval)",
    needs=("model", "train", "test", "probabilities"),
    task="be less sure of inputs unlike anything in training",
)
def out_of_distribution_auroc(
    model: Any,
    train: Any,
    test: Any,
    *,
    kind: str = "far",
    reach: float = 3.0,
    seed: int | None = None,
    confidence: float = 0.95,
) -> Measurement:
    """Probability that a row unlike all training rows is answered with less confidence than a test row.

    Whoever lets a model refer doubtful cases to a person relies on it. Few usual models do well: the further out, the
    surer a linear model is, and trees answer as at the edge of their training data. There is no accepted limit; a
    detector before the model may do what its confidence cannot.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier that gives probabilities.
    train : Dataset or frame
        The rows it was trained on: what is far out is told by their ranges, spreads and categories.
    test : Dataset or frame
        Ordinary rows. Half of them, 2,000 at most, are made strange, and the others stay as they are.
    kind : {"far", "shuffled", "unseen"}
        Every number moved out of the training range by a multiple of its spread, up or down (a quantity that is never
        negative up alone); columns permuted independently, so that each value is ordinary and their combination is not;
        or a category in every column of categories that no training row has.
    reach : float, default 3.0
        Of ``"far"``: how many standard deviations beyond the range of training, at least.
    seed : int, optional
        Seed of the choice of rows, directions and permutations; by default that of the running test.
    confidence : float, default 0.95
        Level of the interval of the area under the ROC curve.

    Returns
    -------
    Measurement
        0.5 where the confidence tells nothing, below it where the model is surer of strange rows. ``params`` hold how
        many rows are strange, the mean confidence of both, and the share of ordinary rows that would be flagged with
        95 % of the strange ones. Rows must be independent. What is strange here is crude: a high value does not say
        that subtler novelty is noticed.

    Raises
    ------
    NotMeasurableError
        A ValueError: a regressor, no probabilities, no column to make strange, or the model refuses strange rows.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(0).normal(size=(400, 1))
    >>> linear = lambda frame: 1 / (1 + np.exp(-frame["x0"]))
    >>> measures.out_of_distribution_auroc(linear, X[:200], X[200:], seed=0).value
    0.0
    """
    case, known = Case(model, test).classification(), as_dataset(train)
    level, settled = checked_confidence(confidence), settled_seed(seed)
    if case.data.n < LEAST_ROWS:
        raise NotMeasurableError(f"{case.data.where} has {case.data.n} rows, and {LEAST_ROWS} are needed")
    random = np.random.default_rng(settled)
    order = random.permutation(case.data.n)
    made = min(case.data.n // 2, MOST_MADE)
    ordinary = _doubt(case)[order[made:]]
    part = case.data.subset(order[:made])
    frame, told = _strange(known, part, kind, reach, random)
    doubts = np.concatenate([_doubt_of_strange(case, part.with_features(frame)), ordinary])
    value, low, high = ranking.roc_auc(np.arange(doubts.size) < made, doubts, level)
    return Measurement(
        "",
        value,
        low=low,
        high=high,
        confidence=level,
        n=case.data.n,
        params=told | _in_words(doubts[:made], ordinary),
        seed=settled,
        subjects=(case.model.name, known.name, case.data.name),
        roles=("model", role_of(known), role_of(case.data)),
    )


def _doubt(case: Case) -> NDArray[np.float64]:
    return np.asarray(1 - case.probabilities.max(axis=1, initial=0.0))


def _doubt_of_strange(case: Case, strange: Dataset) -> NDArray[np.float64]:
    try:
        return _doubt(Case(case.model, strange))
    except SubjectError as error:
        raise NotMeasurableError(
            f"model {case.model.name!r} refuses such rows, so that there is no confidence to compare ({error})"
        ) from error


def _in_words(strange: NDArray[np.float64], ordinary: NDArray[np.float64]) -> dict[str, Any]:
    flagged = ordinary >= np.quantile(strange, 1 - FLAGGED, method="lower")
    return {
        "strange_rows": strange.size,
        "confidence_strange": round(float(1 - strange.mean()), 4),
        "confidence_ordinary": round(float(1 - ordinary.mean()), 4),
        "false_alarms_at_95": round(float(flagged.mean()), 4),
    }


def _strange(
    train: Dataset, part: Dataset, kind: str, reach: float, random: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Features unlike those of training, and how they were made."""
    if kind not in KINDS:
        raise ValueError(f"kind = {kind!r} is not known; it is one of {', '.join(KINDS)}")
    if not reach > 0:
        raise ValueError(f"reach = {reach} is no distance; write 3.0 for three standard deviations beyond the range")
    names = comparable(train, part)
    frame = part.X
    if kind == "shuffled":
        changed = {name: frame[name].take(random.permutation(part.n)).array for name in names if len(names) > 1}
    elif kind == "far":
        changed = {name: _moved(train.column(name), frame[name], reach, random) for name in names}
    else:
        changed = {name: _unseen(train.column(name), frame[name]) for name in names}
    changed = {name: values for name, values in changed.items() if values is not None}
    if not changed:
        lacking = {"far": "no feature is numeric and varies", "unseen": "no feature holds categories"}
        raise NotMeasurableError(
            f"{part.where}: {lacking.get(kind, 'there is one feature only')}, so that no row can be made strange so; "
            f"other kinds are {', '.join(each for each in KINDS if each != kind)}"
        )
    told = {"kind": kind, "columns": len(changed), "of_columns": len(names)}
    for name, values in changed.items():
        frame[name] = values
    return frame, told | ({"reach": reach} if kind == "far" else {})


def _moved(
    train: pd.Series[Any], column: pd.Series[Any], reach: float, random: np.random.Generator
) -> NDArray[np.float64] | None:
    if not (_is_quantity(train) and _is_quantity(column)):
        return None
    values = train.to_numpy(dtype=float, na_value=np.nan)
    known = values[np.isfinite(values)]
    spread = spread_of(known)
    if not 0 < spread < np.inf:
        return None
    lowest, highest = float(known.min()), float(known.max())
    up = (random.random(len(column)) < 0.5) | (lowest >= 0)
    now = column.to_numpy(dtype=float, na_value=np.nan)
    by = highest - lowest + reach * spread  # by the whole range: values stay as varied as they were
    return np.asarray(
        np.where(np.isnan(now), np.nan, np.where(up, np.fmax(now, lowest) + by, np.fmin(now, highest) - by))
    )


def _is_quantity(column: pd.Series[Any]) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column)


def _unseen(train: pd.Series[Any], column: pd.Series[Any]) -> Any:
    types = pd.api.types
    if not (isinstance(column.dtype, pd.CategoricalDtype) or types.is_string_dtype(column) or column.dtype == object):
        return None
    seen = {str(value) for value in (*train.dropna(), *column.dropna())}
    word = "never seen"
    while word in seen:
        word += " before"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical([word] * len(column), categories=[*column.cat.categories, word])
    return pd.Series([word] * len(column), index=column.index, dtype=column.dtype)  # an array's type would be guessed
