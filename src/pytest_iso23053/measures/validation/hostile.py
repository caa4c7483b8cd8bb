"""What a model makes of input that nobody should send: a refusal is an answer, a silently wrong one is not."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.columns import is_numeric
from pytest_iso23053.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.assurance.measurement import Measurement

ROWS = 20
TOLERANCE = 1e-6
HUGE = 1e12  # in units of the column's largest value
UNSEEN = "a value that was never seen"


@measure(
    clause="7.2",
    aspect="preprocessing",
    unit="kinds of input",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="MacIver et al. 2019 (Hypothesis); Breck et al. 2019; Xie et al. 2011 (metamorphic testing)",
    needs=("model", "test"),
    task="refuse hostile input, or answer it row by row",
)
def silent_failure_count(model: Any, data: Any, *, seed: int | None = None) -> Measurement:
    """Number of kinds of hostile input that a model neither refuses nor answers properly.

    Twenty rows are asked about, the last of which is hostile: without any value, infinite, twelve orders of magnitude
    too large, of unseen categories, with blanks around its texts; and all rows with numbers written as text. A failure
    is an answer that is missing, not finite or of another length, and one that changes for the other rows: then one row
    of a batch spoils the rest. An exception is none: it is a refusal, which ``params`` list.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or frame
        Rows to ask about; labels are not needed.
    seed : int, optional
        Seed of the choice of rows; by default that of the running test.

    Returns
    -------
    Measurement
        An exact count, whose n is the number of kinds tried. ``params`` say which were refused, and what went wrong in
        silence. Whether the answer for the hostile row itself makes sense is not judged: nobody can say what is right.

    Raises
    ------
    NotMeasurableError
        A ValueError: no column holds numbers or texts.
    SubjectError
        The model cannot predict the rows as they are.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> def filled(frame):
    ...     return (frame.replace([float("inf")], 0).fillna(frame.mean()) - frame.mean())["x0"] > 0
    >>> measures.silent_failure_count(filled, [[0.0], [1.0], [2.0], [4.0]], seed=0).params["silent"]
    {'infinite numbers': 'other rows are answered otherwise', 'huge numbers': 'other rows are answered otherwise'}
    """
    case, seed = Case(model, data), settled_seed(seed)
    chosen = np.random.default_rng(seed).permutation(case.data.n)[:ROWS]
    X, expected = case.data.X.iloc[chosen].reset_index(drop=True), case.predicted[chosen]
    silent: dict[str, str] = {}
    refused, tried = [], 0
    for kind, change in _CHANGES.items():
        hostile = change(X) if len(X) else None
        if hostile is None:
            continue
        tried += 1
        try:
            answer = _asked(case, hostile)
        except SubjectError as error:
            if error.__cause__ is None:  # the model answered, and what it answered cannot be used
                silent[kind] = "the answer is missing, not finite or of another length"
            else:
                refused.append(kind)
            continue
        if kind not in _WHOLE and not _alike(answer[:-1], expected[:-1]):
            silent[kind] = "other rows are answered otherwise"
    what = "; ".join(f"{kind}: {wrong}" for kind, wrong in silent.items())
    params = {"silent": silent, "refused": refused, "what": what}
    if not tried:
        raise NotMeasurableError(f"{case.data.where} has no column of numbers or texts that could be hostile")
    value = float(len(silent))
    return case.measurement(value, value, value, tried, confidence=None, params=params, seed=seed)


def _asked(case: Case, hostile: pd.DataFrame) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return case.model.predict_frame(hostile, like=case.data)


def _alike(first: Any, second: Any) -> bool:
    if np.asarray(first).dtype.kind == "f" and np.asarray(second).dtype.kind == "f":
        return bool(np.allclose(first, second, rtol=TOLERANCE, atol=0.0))
    return bool(np.all(first == second))


def _numbers(X: pd.DataFrame) -> list[Any]:
    types = pd.api.types
    kinds = X.dtypes.items()
    return [name for name, kind in kinds if types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind)]


def _texts(X: pd.DataFrame) -> list[Any]:
    return [name for name in X if not is_numeric(X[name]) and X[name].map(lambda cell: isinstance(cell, str)).any()]


def _in_last(X: pd.DataFrame, columns: list[Any], value: Callable[[pd.Series[Any]], Any]) -> pd.DataFrame | None:
    """The rows with another last one, each column of the type that a reader would give it."""
    if not columns:
        return None
    changed, numbers = X.copy(), set(_numbers(X))
    for name in columns:
        cells = X[name].to_numpy(dtype=float, na_value=np.nan).tolist() if name in numbers else X[name].tolist()
        cells[-1] = value(X[name])
        changed[name] = pd.Series(cells, index=X.index, dtype=float if name in numbers else object)
    return changed


def _huge(column: pd.Series[Any]) -> float:
    known = np.abs(column.to_numpy(dtype=float, na_value=np.nan))
    known = known[np.isfinite(known)]
    return HUGE * max(1.0, float(known.max(initial=0.0)))


def _blanked(column: pd.Series[Any]) -> Any:
    last = column.iloc[-1]
    return f" {last} " if isinstance(last, str) else last


def _as_text(X: pd.DataFrame) -> pd.DataFrame | None:
    numbers = _numbers(X)
    return X.assign(**{name: X[name].astype(str) for name in numbers}) if numbers and _named(numbers) else None


def _named(columns: list[Any]) -> bool:
    return all(isinstance(name, str) for name in columns)


_CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame | None]] = {
    "missing values": lambda X: _in_last(X, [*_numbers(X), *_texts(X)], lambda _: None),
    "infinite numbers": lambda X: _in_last(X, _numbers(X), lambda _: np.inf),
    "huge numbers": lambda X: _in_last(X, _numbers(X), _huge),
    "unseen categories": lambda X: _in_last(X, _texts(X), lambda _: UNSEEN),
    "blanks around texts": lambda X: _in_last(X, _texts(X), _blanked),
    "numbers as text": _as_text,
}
_WHOLE = {"numbers as text"}  # all rows change, and an answer that differs may be the right one
