"""Relations that must hold between answers, whatever the right answer is (metamorphic testing)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.columns import is_numeric
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.spread import spread_of
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson
from pytest_iso23053.subjects.frames import with_column

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement

MOST_ROWS = 1_000
TOLERANCE = 1e-6
DIRECTIONS = {"increasing": 1.0, "decreasing": -1.0}


def _again(X: pd.DataFrame) -> pd.DataFrame:
    return X.copy()


def _shifted_index(X: pd.DataFrame) -> pd.DataFrame:
    return X.set_axis(range(1_000_000, 1_000_000 + len(X)), axis=0)


def _beside_copies(X: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([X, X], ignore_index=True)


def _other_column_order(X: pd.DataFrame) -> pd.DataFrame:
    return X[list(X.columns)[::-1]]


RELATIONS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "asked again": _again,
    "another index": _shifted_index,
    "rows doubled": _beside_copies,
    "another column order": _other_column_order,
}
AS_THEY_ARE = ("another index", "another column order")  # what a Dataset would put right before it asks
ALWAYS = ("asked again", "another index", "rows doubled")


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Chen et al. 1998, 2018 (metamorphic testing); Xie et al. 2011 (of classifiers)",
    needs=("model", "test"),
    task="detect answers that depend on what says nothing about the row",
)
def metamorphic_violation_rate(
    model: Any, data: Any, *, relations: tuple[str, ...] | list[str] = ALWAYS
) -> Measurement:
    """Share of rows whose answer changes when nothing about the row does.

    Asked again, with another index, or beside a copy of every row, a model that answers row by row answers alike. One
    that draws random numbers, keeps state, joins on the index, or scales within the batch does not. ``"another column
    order"`` can be asked for too: names should decide and not positions; refusing the order is no violation.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor, whose values may differ by a millionth.
    data : Dataset or frame
        Rows to ask about, 1,000 evenly spaced ones at most; labels are not needed.
    relations : sequence of str
        What is changed: ``"asked again"``, ``"another index"``, ``"rows doubled"``, ``"another column order"``.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` hold the share by relation. 0 says nothing about relations not asked for.

    Raises
    ------
    ValueError
        There is no such relation.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> undecided = lambda frame: np.random.default_rng().random(len(frame)) > 0.5
    >>> found = measures.metamorphic_violation_rate(undecided, [[x] for x in range(200)])
    >>> (found <= 0).verdict
    'not met'
    """
    unknown = [relation for relation in relations if relation not in RELATIONS]
    if unknown:
        raise ValueError(f"there is no relation {unknown[0]!r}; known: {', '.join(map(repr, RELATIONS))}")
    case = Case(model, data)
    rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_ROWS)).astype(np.int64)
    some, first = case.data.X.iloc[rows], case.predicted[rows]
    violated = {relation: _violations(case, relation, some, first) for relation in relations}
    anywhere = np.any(list(violated.values()), axis=0) if violated else np.zeros(len(rows), dtype=bool)
    value = float(np.mean(anywhere)) if len(rows) else np.nan
    params: dict[str, Any] = {"rows": case.data.n}
    params |= {relation: float(np.mean(each)) for relation, each in violated.items() if len(rows)}
    return case.measurement(value, value, value, len(rows), confidence=None, params=params)


def _violations(case: Case, relation: str, some: pd.DataFrame, first: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are answered otherwise; of doubled rows either copy."""
    changed = RELATIONS[relation](some)
    if relation in AS_THEY_ARE:
        given, first = _asked_directly(case, changed, some, first)
    else:
        given = case.model.predict_frame(changed, like=case.data)
    parts = np.asarray(given).reshape(-1, len(first)) if len(first) else np.empty((1, 0))
    differing: NDArray[np.bool_] = np.logical_or.reduce([_differs(part, first) for part in parts])
    return differing


def _asked_directly(case: Case, changed: pd.DataFrame, some: pd.DataFrame, first: NDArray[Any]) -> tuple[Any, Any]:
    """The predictor's own answers to both: a Dataset would put index and columns right before it asks.

    A predictor that was fitted on arrays sees neither, and one that refuses the change has not answered wrongly.
    """
    predictor = case.model.predictor
    nameless = hasattr(predictor, "n_features_in_") and not hasattr(predictor, "feature_names_in_")
    if case.data.from_array or nameless:
        return first, first
    predict = getattr(predictor, "predict", predictor)
    names = list(getattr(predictor, "feature_names_in_", some.columns))
    plain = np.asarray(predict(some[names]))
    try:
        return np.asarray(predict(changed if list(changed.columns) != list(some.columns) else changed[names])), plain
    except Exception:
        return plain, plain


def _differs(given: Any, first: Any) -> Any:
    if np.asarray(given).dtype.kind == "f" and np.asarray(first).dtype.kind == "f":
        return ~np.isclose(given, first, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    return np.asarray(given != first, dtype=bool)


@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    starting_point="<= 0.01",
    range=(0.0, 1.0),
    source="Xie et al. 2011 (metamorphic relations); Sill 1998 (monotonicity); Clopper & Pearson 1934 (interval)",
    needs=("model", "test"),
    task="keep an order that the subject demands",
)
def monotonicity_violation_rate(
    model: Any,
    data: Any,
    *,
    column: str,
    direction: str = "increasing",
    step: float | None = None,
    confidence: float = 0.95,
) -> Measurement:
    """Share of rows whose score moves the wrong way when one numeric feature is raised and all else stays.

    More income must not make a loan less likely, other things equal. State it as a requirement:
    ``"monotonicity_violation_rate" = {limit = "<= 0.01", params = {column = "income"}}``.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier whose score of the positive class, or without scores whose label, is compared; or a regressor.
    data : Dataset or frame
        Rows to ask about, 1,000 evenly spaced ones at most; labels are not needed.
    column : str
        A numeric feature.
    direction : {"increasing", "decreasing"}
        Which way the score may move as the feature grows.
    step : float, optional
        By how much it is raised, in its own units; by default by a half, one and two standard deviations in turn.
    confidence : float, default 0.95
        Level of the exact interval.

    Returns
    -------
    Measurement
        A row violates the order if any step does, by more than a millionth.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model does not see the column, or it holds no numbers.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> score = lambda frame: 1 - (frame["x0"] - 80) ** 2 / 10_000
    >>> measures.monotonicity_violation_rate(score, [[x] for x in range(100)], column="x0", step=1).value
    0.2
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"direction = {direction!r} is neither increasing nor decreasing")
    case, level = Case(model, data), checked_confidence(confidence)
    X = case.data.X
    if column not in X.columns or not is_numeric(X[column]) or pd.api.types.is_datetime64_any_dtype(X[column]):
        raise NotMeasurableError(f"model {case.model.name!r} sees no numeric feature {column!r} that could be raised")
    rows = np.linspace(0, case.data.n - 1, min(case.data.n, MOST_ROWS)).astype(np.int64)
    some = X.iloc[rows].reset_index(drop=True)
    values = some[column].to_numpy(dtype=float, na_value=np.nan)
    spread = spread_of(X[column].to_numpy(dtype=float, na_value=np.nan))
    before, wrong = _scored(case, some), np.zeros(len(rows), dtype=bool)
    for raised in [step] if step is not None else [part * spread for part in (0.5, 1.0, 2.0)]:
        after = _scored(case, with_column(some, column, values + raised))
        wrong |= (after - before) * DIRECTIONS[direction] < -TOLERANCE
    known = np.isfinite(values)
    count, n = int(np.sum(wrong & known)), int(known.sum())
    low, high = clopper_pearson(count, n, level)
    params = {"column": column, "direction": direction, "rows": case.data.n, **({"step": step} if step else {})}
    return case.measurement(count / n if n else np.nan, float(low), float(high), n, confidence=level, params=params)


def _scored(case: Case, X: pd.DataFrame) -> NDArray[np.float64]:
    """Scores where there are any, else labels in their order, else values."""
    from pytest_iso23053.assurance.errors import SubjectError

    dataset = case.data.with_features(X)
    if case.model.task_for(case.data) == "regression":
        return np.asarray(case.model.predict(dataset), dtype=float)
    try:
        return case.model.scores(dataset)
    except SubjectError:
        return np.asarray(case.model.predict(dataset) == case.model.positive_class(case.data), dtype=float)
