"""What the steps of a pipeline remember of the rows they were fitted on: were the test rows among them?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import role_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.inputs import features_for
from pytest_iso23053.subjects.model import as_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.subjects.dataset import Dataset

OURS_TO_REFIT = ("sklearn.preprocessing", "sklearn.impute", "sklearn.decomposition", "sklearn.feature_extraction")
WRAPPED = ("best_estimator_", "regressor_", "estimator_")  # what a search or a transformed target holds
NO_STATISTICS = {"n_features_in_", "feature_names_in_"}
CLOSE = 1e-6


@dataclass(frozen=True)
class Step:
    """A fitted transformer, and its input for the training rows and for training and test rows together."""

    name: str
    fitted: Any
    train: Any
    both: Any


@measure(
    clause="7.3",
    boundary=("7.2", "7.3"),
    unit="steps",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="Kapoor & Narayanan 2023 (leakage: pre-processing on training and test set); Kaufman et al. 2012",
    needs=("model", "train", "test"),
    task="fit what prepares the data on training rows alone",
)
def steps_fitted_on_test(model: Any, train: Any, test: Any) -> Measurement:
    """Number of pipeline steps whose fitted state is that of training and test rows together.

    Each transformer of a scikit-learn pipeline (also within a ColumnTransformer or FeatureUnion) is fitted anew, once
    on the training rows and once on both, and what it has learned (means, extremes, categories, vocabulary, …) is
    compared with what the model's own has, wherever the two differ. That of both and not that of the training rows: the
    test rows have shaped the model, and its evaluation is not independent.

    Parameters
    ----------
    model : Model or scikit-learn pipeline
        Its transformers of scikit-learn's preprocessing, impute, decomposition and feature_extraction.
    train, test : Dataset or frame
        All rows that it was trained on, as it was given them, and the rows that it is tested on.

    Returns
    -------
    Measurement
        Exact; its n is the number of steps that tell the two apart. ``params["steps"]`` names those fitted on both.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no such step, or none has the state of either (it was fitted on other rows, on a part of
        the training rows for instance), so that nothing is known of the test rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from pytest_iso23053 import measures
    >>> X, y = np.arange(40.0).reshape(-1, 1), np.arange(40) % 2
    >>> scaler = StandardScaler().fit(X)
    >>> pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[:30], y[:30])
    >>> measures.steps_fitted_on_test(pipeline, X[:30], X[30:]).value
    0.0
    >>> pipeline.steps[0] = ("standardscaler", scaler)
    >>> measures.steps_fitted_on_test(pipeline, X[:30], X[30:]).value
    1.0
    """
    subject, before, after = as_model(model), as_dataset(train), as_dataset(test)
    verdicts = {step.name: _verdict(step) for step in _steps_of(subject.predictor, before, after)}
    on_both = [name for name, verdict in verdicts.items() if verdict == "both"]
    telling = [name for name, verdict in verdicts.items() if verdict in {"train", "both"}]
    if not telling:
        raise NotMeasurableError(
            f"model {subject.name!r} has no transformer of scikit-learn's whose state is that of {before.where}, with "
            f"or without {after.where}: what its {len(verdicts)} known steps were fitted on cannot be told"
        )
    return Measurement(
        "",
        len(on_both),
        n=len(telling),
        params={"steps": on_both, "told_apart": telling},
        subjects=(subject.name, before.name, after.name),
        roles=("model", role_of(before), role_of(after)),
    )


def _steps_of(predictor: Any, train: Dataset, test: Dataset) -> Iterator[Step]:
    for name in WRAPPED:
        predictor = getattr(predictor, name, predictor)
    if not hasattr(predictor, "steps"):
        return
    first, second = (features_for(predictor, dataset) for dataset in (train, test))
    if np.shape(first)[1:] != np.shape(second)[1:]:
        raise NotMeasurableError(f"{train.where} and {test.where} have different features")
    yield from _walked(predictor, "", first, _stacked(first, second))


def _stacked(first: Any, second: Any) -> Any:
    if isinstance(first, pd.DataFrame):
        return pd.concat([first, second], ignore_index=True)
    if hasattr(first, "tocsr"):
        from scipy.sparse import vstack

        return vstack([first, second])
    return np.concatenate([first, second])


def _walked(transformer: Any, name: str, train: Any, both: Any) -> Iterator[Step]:
    """Every leaf with its input; what follows a leaf is fed by the model's own, which is what it was fitted on."""
    if hasattr(transformer, "steps"):
        for part, step in transformer.steps[:-1]:
            yield from _walked(step, _joined(name, part), train, both)
            if hasattr(step, "transform"):
                train, both = (_quietly(step.transform, rows) for rows in (train, both))
        last, step = transformer.steps[-1]
        yield from _walked(step, _joined(name, last), train, both)
    elif hasattr(transformer, "transformers_") or hasattr(transformer, "transformer_list"):
        for part, step, first, second in _side_by_side(transformer, train, both):
            if hasattr(step, "transform"):
                yield from _walked(step, _joined(name, part), first, second)
    elif type(transformer).__module__.startswith(OURS_TO_REFIT) and hasattr(transformer, "transform"):
        yield Step(name, transformer, train, both)


def _side_by_side(transformer: Any, train: Any, both: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    """The parts of a FeatureUnion, which all get everything, or of a ColumnTransformer, which get columns each."""
    if hasattr(transformer, "transformer_list"):
        for name, step in transformer.transformer_list:
            yield name, step, train, both
        return
    from sklearn.utils import _safe_indexing

    for name, step, columns in transformer.transformers_:
        if np.size(columns):
            yield name, step, _safe_indexing(train, columns, axis=1), _safe_indexing(both, columns, axis=1)


def _joined(name: str, part: str) -> str:
    return f"{name}/{part}" if name else part


def _verdict(step: Step) -> str:
    """``train`` or ``both``, if what the model's own step has learned is just that; else ``neither``."""
    from sklearn.base import clone

    try:
        on_train, on_both = (_quietly(clone(step.fitted).fit, rows) for rows in (step.train, step.both))
    except Exception:  # a step that needs the labels, or refuses these rows, tells nothing
        return "neither"
    own, alone, together = (_learned(fitted) for fitted in (step.fitted, on_train, on_both))
    telling = [name for name in own if name in alone and not _same(alone[name], together.get(name))]
    if not telling:
        return "neither"
    if all(_same(own[name], alone[name]) for name in telling):
        return "train"
    return "both" if all(_same(own[name], together.get(name)) for name in telling) else "neither"


def _learned(fitted: Any) -> dict[str, Any]:
    public = {name: value for name, value in vars(fitted).items() if not name.startswith("_")}
    return {name: value for name, value in public.items() if name.endswith("_") and name not in NO_STATISTICS}


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, dict) or isinstance(second, dict):
        return bool(first == second)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(map(_same, first, second))
    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape:
        return False
    if one.dtype.kind in "biuf" and other.dtype.kind in "biuf":
        return bool(np.allclose(one, other, rtol=CLOSE, atol=1e-12, equal_nan=True))
    return bool(pd.Series(one.ravel(), dtype=object).equals(pd.Series(other.ravel(), dtype=object)))


def _quietly(function: Any, rows: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user's own steps warn the user where the user runs them
        return function(rows)
