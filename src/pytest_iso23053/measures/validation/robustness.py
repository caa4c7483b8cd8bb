"""Answers under disturbed inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.cases import By, Case, by_group, settled_seed
from pytest_iso23053.measures.estimators import Rate
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.spread import spread_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.groups import GroupMeasurements

MOST_KINDS = 200  # different values of what is taken for a category, and not for free text
NOISES = ("gaussian", "missing", "category")


@by_group
@measure(
    clause="7.4",
    aspect="robustness",
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    range=(0.0, 1.0),
    source="Hendrycks & Dietterich 2019; ISO/IEC TR 24029-1:2021; Clopper & Pearson 1934 (interval)",
    needs=("model", "test"),
    task="detect decisions that a slight disturbance of the input flips",
)
def flip_rate(
    model: Any,
    data: Any,
    *,
    by: By = None,
    confidence: float = 0.95,
    noise: str = "gaussian",
    scale: float = 0.1,
    share: float = 0.1,
    columns: Sequence[str] | None = None,
    seed: int | None = None,
) -> Measurement | GroupMeasurements:
    """Share of rows whose predicted label changes when their features are disturbed; labels are not needed.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier.
    data : Dataset or frame
        The rows to disturb.
    by : str or sequence of str, optional
        Columns that make groups; then a mapping from group to Measurement is returned.
    confidence : float, default 0.95
        Level of the exact (Clopper-Pearson) interval.
    noise : {"gaussian", "missing", "category"}
        Normal noise on every numeric feature, values that go missing in features of any kind, or categories taken for
        another that occurs in the column.
    scale : float, default 0.1
        Of Gaussian noise: its standard deviation in those of each feature in ``data``. Whole numbers do not stay whole,
        and no feature is kept within its range.
    share : float, default 0.1
        Of missing values and categories: the share of cells that are disturbed.
    columns : sequence of str, optional
        Disturb these features only.
    seed : int, optional
        Seed of the noise; by default that of the running test.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model is a regressor, no feature can be disturbed so, or the model refuses missing values.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> rows = np.random.default_rng(0).normal(size=(1000, 1))
    >>> measures.flip_rate(lambda frame: frame["x0"] > 0, rows, noise="gaussian", scale=0.1, seed=1)
    flip_rate = 0.0210, 95 % interval 0.0130 to 0.0319, n = 1 000
    """
    case = Case(model, data).classification()
    seed = settled_seed(seed)
    disturbed, params = disturbance(case.data.X, noise, seed, scale=scale, share=share, columns=columns)
    flipped = answers_to(case, disturbed, noise) != case.predicted
    return case.measured(Rate(np.asarray(flipped, dtype=bool)), by, confidence, params, seed=seed)


def disturbance(
    X: pd.DataFrame,
    noise: str,
    seed: int,
    *,
    scale: float = 0.1,
    share: float = 0.1,
    columns: Sequence[str] | None = None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The features with noise, and the parameters that say what was done to them."""
    random = np.random.default_rng(seed)
    features = _chosen(X, columns, noise)
    aside = {} if columns is None else {"columns": list(columns)}
    if noise == "gaussian":
        return _with_noise(X, features, scale, random), {"noise": noise, "scale": scale, **aside}
    change = _with_gaps if noise == "missing" else _with_swaps
    return change(X, features, share, random), {"noise": noise, "share": share, **aside}


def _chosen(X: pd.DataFrame, columns: Sequence[str] | None, noise: str) -> list[Any]:
    if noise not in NOISES:
        raise ValueError(f"noise = {noise!r} is not known; it is one of {', '.join(NOISES)}")
    unknown = [column for column in columns or () if column not in X.columns]
    if unknown:
        raise ValueError(f"columns names {', '.join(map(repr, unknown))}, which the model does not see")
    chosen = list(X.columns if columns is None else columns)
    if noise == "missing":
        return chosen
    if noise == "category":
        named = [column for column in chosen if not _is_quantity(X[column]) and 1 < _kinds(X[column]) <= MOST_KINDS]
        if not named:
            raise NotMeasurableError("no feature holds categories, so that none can be taken for another")
        return named
    numeric = [column for column in chosen if _is_quantity(X[column])]
    if not numeric:
        raise NotMeasurableError('no feature is numeric, so that none can carry Gaussian noise; try noise="missing"')
    return numeric


def _is_quantity(column: pd.Series[Any]) -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column)


def _kinds(column: pd.Series[Any]) -> int:
    try:
        return int(column.nunique())
    except TypeError:  # cells that are lists or the like
        return 0


def _with_noise(X: pd.DataFrame, features: list[Any], scale: float, random: np.random.Generator) -> pd.DataFrame:
    if not scale >= 0:
        raise ValueError(f"scale = {scale} is no standard deviation; write 0.1 for a tenth of each feature's own")
    disturbed = X.copy()
    for column in features:
        values = X[column].to_numpy(dtype=float, na_value=np.nan)
        disturbed[column] = values + random.normal(0.0, 1.0, len(values)) * scale * spread_of(values)
    return disturbed


def _with_gaps(X: pd.DataFrame, features: list[Any], share: float, random: np.random.Generator) -> pd.DataFrame:
    if not 0 < share <= 1:
        raise ValueError(f"share = {share} is no share of the cells between 0 and 1; write 0.1 for a tenth")
    disturbed = X.copy()
    for column in features:
        gone = random.random(len(X)) < share
        whole = X[column].astype(object) if pd.api.types.is_bool_dtype(X[column]) else X[column]
        disturbed[column] = whole.mask(gone)
    return disturbed


def _with_swaps(X: pd.DataFrame, features: list[Any], share: float, random: np.random.Generator) -> pd.DataFrame:
    if not 0 < share <= 1:
        raise ValueError(f"share = {share} is no share of the cells between 0 and 1; write 0.1 for a tenth")
    disturbed = X.copy()
    for column in features:
        codes, values = pd.factorize(X[column])
        changed = (random.random(len(X)) < share) & (codes >= 0)
        other = (codes + random.integers(1, len(values), len(X))) % len(values)
        first = np.array([int(np.argmax(codes == code)) for code in range(len(values))])
        source = np.where(changed, first[other], np.arange(len(X)))  # rows that hold the value, whatever the dtype
        disturbed[column] = X[column].take(source).array
    return disturbed


def answers_to(case: Case, disturbed: pd.DataFrame, noise: str) -> Any:
    """The model's labels for disturbed rows; refusing missing values is no flip, and cannot be measured."""
    undisturbed = case.predicted  # asked first: a model that cannot answer at all is an error, whatever the noise
    del undisturbed
    try:
        return case.model.predict_frame(disturbed, like=case.data)
    except SubjectError as error:
        if noise != "missing":
            raise
        raise NotMeasurableError(
            f"model {case.model.name!r} refuses rows with missing values, so that it has no answer to compare; "
            f"put an imputer into its pipeline, or leave this measure out ({error})"
        ) from error
