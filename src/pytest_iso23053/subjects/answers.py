"""What a predictor's raw answer means: labels, values, scores or probabilities.

Everything here is a function of the answer and of the labels that are known, so the same answer always means the
same thing, for perturbed inputs as for the clean ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.labels import kind_of
from pytest_iso23053.subjects.wording import brief, listing, plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASSIFICATION = "classification"
REGRESSION = "regression"
TASKS = (CLASSIFICATION, REGRESSION)
THRESHOLD = 0.5
_FEW = 20  # more distinct whole numbers than this may be classes or counts: we ask


@dataclass(frozen=True, eq=False)
class Answer:
    """One label or value a row, and where the predictor gives them, the probabilities of ``classes``."""

    labels: NDArray[Any]
    probabilities: NDArray[np.float64] | None = None
    classes: NDArray[Any] | None = None


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of the labels before the model answers: all of them, and which one is positive."""

    classes: NDArray[Any]
    positive: Any = None

    @property
    def pair(self) -> tuple[Any, Any] | None:
        """(negative, positive) where there are two labels; 0 and 1 where nothing is known."""
        labels = self.classes.tolist()
        if not labels:
            return (0, 1)
        if len(labels) != 2:
            return None
        positive = labels[1] if self.positive is None else self.positive
        return (labels[0] if positive == labels[1] else labels[1], positive)


def task_of_target(y: pd.Series[Any] | None) -> str | None:
    """Classification or regression, as the target shows it; None where it could be either."""
    if y is None:
        return None
    if not pd.api.types.is_numeric_dtype(y.dtype) or pd.api.types.is_bool_dtype(y.dtype):
        return None if pd.api.types.is_datetime64_any_dtype(y.dtype) else CLASSIFICATION
    values = y.to_numpy(dtype=float)
    if not np.all(values == np.floor(values)):
        return REGRESSION
    return CLASSIFICATION if pd.Series(values).nunique() <= _FEW else None


def as_array(raw: Any, n: int, where: str) -> NDArray[Any]:
    """The answer as an array with one row for each row of the data, a single column squeezed."""
    array = _converted(raw, where)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 0 or array.ndim > 2:
        raise SubjectError(
            f"{where}: the model answered with {_what(raw, array)} instead of one label, value or row of probabilities "
            "for each row"
        )
    if len(array) != n:
        raise SubjectError(
            f"{where}: the model gave {plural(len(array), 'prediction')} for {plural(n, 'row')}: a model may neither "
            "drop nor add rows. (A text pipeline that is given a table reads its column names; let a "
            '`module:factory()` return `lambda X: pipeline.predict(X["text"])`.)'
        )
    if array.dtype == object:
        array = _without_object(array)
    _refuse_missing(array, where)
    return array


def _converted(raw: Any, where: str) -> NDArray[Any]:
    try:
        array: NDArray[Any] = raw.to_numpy() if hasattr(raw, "to_numpy") else np.asarray(raw)
    except Exception as error:  # a tensor that wants its gradient detached, lists of different length
        raise SubjectError(
            f"{where}: the model's answer, a {type(raw).__name__}, is no array: {brief(error)}"
        ) from error
    return array


def _what(raw: Any, array: NDArray[Any]) -> str:
    return f"a {type(raw).__name__}" if array.ndim == 0 else f"an array of shape {array.shape}"


def _without_object(array: NDArray[Any]) -> NDArray[Any]:
    """An object array that holds numbers alone, as numbers; text stays objects, which compare as fast."""
    inferred = pd.api.types.infer_dtype(array.ravel(), skipna=True)
    if inferred in {"boolean", "integer", "floating", "mixed-integer-float"} and not pd.isna(array).any():
        return np.asarray(array.tolist())
    return array


def _refuse_missing(array: NDArray[Any], where: str) -> None:
    missing = pd.isna(array)
    if array.dtype.kind == "f":
        missing |= np.isinf(array)
    if not missing.any():
        return
    rows = missing if missing.ndim == 1 else missing.any(axis=1)
    raise SubjectError(
        f"{where}: the model answered NaN, infinite or nothing for {int(rows.sum())} of {plural(len(array), 'row')}, "
        f"first for row {int(np.argmax(rows))}"
    )


def values(raw: Any, n: int, where: str) -> NDArray[np.float64]:
    """The answer of a regressor."""
    array = as_array(raw, n, where)
    if array.ndim != 1:
        raise SubjectError(f"{where}: the model gave {array.shape[1]} values a row; a regressor here gives one")
    try:
        return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise SubjectError(
            f"{where}: the task is regression, but the model answered {listing(pd.unique(array)[:3])}; "
            'for labels, task = "classification"'
        ) from None


def labels(raw: Any, n: int, where: str) -> NDArray[Any]:
    """The answer of a classifier that is known to give labels."""
    array = as_array(raw, n, where)
    if array.ndim != 1:
        raise SubjectError(
            f"{where}: predict gave {array.shape[1]} columns; several outputs are not supported, and one-hot columns "
            "must be made labels with .argmax(axis=1)"
        )
    return array


def interpreted(array: NDArray[Any], known: Known, where: str) -> Answer:
    """The answer of a predictor that declares no classes: labels, scores of the positive class, or probabilities.

    Two columns or more are probabilities, in the sorted order of the labels. One column of known labels is labels;
    of floats in [0, 1] (or booleans, where the labels are none) it is the score of the positive class.
    """
    if array.ndim == 2:
        return _from_columns(array, known, where)
    given = pd.unique(array).tolist()
    zero_or_one = array.dtype.kind == "f" and known.pair == (0, 1)  # both readings agree, and scores say more
    if array.dtype.kind not in "fb" or (set(given) <= set(known.classes.tolist()) and not zero_or_one):
        return Answer(array)
    if array.dtype.kind == "f" and (array.min() < 0 or array.max() > 1):
        if all(float(value).is_integer() for value in given):
            return Answer(array)
        raise SubjectError(
            f"{where}: the model answered floats from {array.min():g} to {array.max():g}, which for a classifier are "
            'neither labels nor scores in [0, 1]; for a regressor, task = "regression"'
        )
    if array.dtype.kind == "b" and not len(known.classes):
        return Answer(array)
    return _from_scores(array.astype(np.float64), known, where)


def _from_scores(scores: NDArray[np.float64], known: Known, where: str) -> Answer:
    pair = known.pair
    if pair is None:
        raise SubjectError(
            f"{where}: one score a row cannot tell the labels {listing(known.classes.tolist())} apart; let the model "
            "answer labels, or one column of probabilities for each label"
        )
    negative, positive = pair
    both = np.asarray([negative, positive]) if kind_of(pair) != "mixed" else np.asarray([negative, positive], object)
    probabilities = np.column_stack([1.0 - scores, scores])
    return Answer(both[(scores >= THRESHOLD).astype(int)], probabilities, both)


def _from_columns(array: NDArray[Any], known: Known, where: str) -> Answer:
    width = array.shape[1]
    classes = known.classes
    if len(classes) != width:
        numbers = np.arange(width)
        if not set(classes.tolist()) <= set(numbers.tolist()):
            raise SubjectError(
                f"{where}: the model gave {width} columns of probabilities for the labels "
                f"{listing(classes.tolist())}; say which columns these are with Model(…, classes=[…])"
            )
        classes = numbers
    checked = probabilities(array, len(array), classes, where)
    return Answer(classes[np.argmax(checked, axis=1)], checked, classes)


def probabilities(raw: Any, n: int, classes: NDArray[Any], where: str) -> NDArray[np.float64]:
    """Checked probabilities of shape (n, classes): each in [0, 1], each row adding up to one."""
    array = _converted(raw, where)
    if array.ndim == 1:
        array = np.column_stack([1.0 - array, array])
    if array.shape != (n, len(classes)):
        raise SubjectError(
            f"{where}: the probabilities have shape {array.shape}, not ({n}, {len(classes)}): a row for each row, a "
            f"column for each of the classes {listing(classes.tolist())}"
        )
    array = array.astype(np.float64)
    _refuse_missing(array, where)
    slack = 1e-6
    if array.min(initial=0.0) < -slack or array.max(initial=0.0) > 1 + slack:
        raise SubjectError(f"{where}: probabilities from {array.min():g} to {array.max():g}, not from 0 to 1")
    totals = array.sum(axis=1)
    if np.any(np.abs(totals - 1) > 1e-2):
        raise SubjectError(
            f"{where}: the probabilities of a row add up to {totals.min():g} … {totals.max():g}, not to 1"
        )
    clipped: NDArray[np.float64] = np.clip(array, 0.0, 1.0)
    return clipped


def refuse_other_labels(answer: Answer, target_labels: NDArray[Any], where: str) -> None:
    """Labels that can never agree with the target's (text beside numbers) would read as an accuracy of zero."""
    held = target_labels.tolist()
    given = pd.unique(answer.labels).tolist()
    declared = given if answer.classes is None else answer.classes.tolist()
    if not held or not given or set(held) & {*given, *declared}:
        return
    kinds = kind_of(held), kind_of(given)
    if answer.classes is None and (kinds[0] == kinds[1] or "mixed" in kinds):
        return  # a model that declares no classes may simply be wrong about every row
    raise SubjectError(
        f"{where}: the model answers {listing(declared, limit=4)}, and the target holds {listing(held, limit=4)}: they "
        "have no label in common. Map the target's labels to the model's: "
        f"labels = {{ {_proposal(held, declared)} }}"
    )


def _proposal(held: list[Any], given: list[Any]) -> str:
    def spelled(value: Any) -> str:
        return f'"{value}"' if isinstance(value, str) else str(value)

    try:
        pairs = list(zip(sorted(held), sorted(set(given)), strict=True))
    except (TypeError, ValueError):
        return "raw = label, …"
    return ", ".join(f'"{raw}" = {spelled(label)}' for raw, label in pairs[:4])
