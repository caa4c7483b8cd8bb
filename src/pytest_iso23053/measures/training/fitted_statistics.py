"""What the steps of a pipeline remember of the rows they were fitted on: were the test rows among them?"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import combinations
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
    """A fitted transformer, and its input for the training rows, and for training rows with others."""

    name: str
    fitted: Any
    train: Any
    more: tuple[Any, ...]


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
def steps_fitted_on_test(model: Any, train: Any, test: Any, *, further: Any = None) -> Measurement:
    """Number of pipeline steps whose fitted state is that of training and test rows together.

    Each transformer of a scikit-learn pipeline (also within a ColumnTransformer or FeatureUnion) is fitted anew, once
    on the training rows and once on both, and what it has learned (means, extremes, categories, vocabulary, …) is
    compared with what the model's own has, wherever the two differ. That of both and not that of the training rows: the
    test rows have shaped the model, and its evaluation is not independent. With ``further`` rows, of production say,
    the same is asked of the training rows with those, and with test rows and those.

    Parameters
    ----------
    model : Model or scikit-learn pipeline
        Its transformers of scikit-learn's preprocessing, impute, decomposition and feature_extraction.
    train, test : Dataset or frame
        All rows that it was trained on, as it was given them, and the rows that it is tested on.
    further : Dataset or frame, optional
        Other rows that must not have shaped it.

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
    others = (after,) if further is None else (after, as_dataset(further))
    verdicts = {step.name: _verdict(step) for step in _steps_of(subject.predictor, before, others)}
    on_more = [name for name, verdict in verdicts.items() if verdict == "more"]
    telling = [name for name, verdict in verdicts.items() if verdict in {"train", "more"}]
    if not telling:
        raise NotMeasurableError(
            f"model {subject.name!r} has no transformer of scikit-learn's whose state is that of {before.where}, with "
            f"or without {' or '.join(other.where for other in others)}: what its {len(verdicts)} known steps were "
            "fitted on cannot be told"
        )
    return Measurement(
        "",
        len(on_more),
        n=len(telling),
        params={"steps": on_more, "told_apart": telling},
        subjects=(subject.name, before.name, *(other.name for other in others)),
        roles=("model", role_of(before), *(role_of(other) for other in others)),
    )


def _steps_of(predictor: Any, train: Dataset, others: tuple[Dataset, ...]) -> Iterator[Step]:
    for name in WRAPPED:
        predictor = getattr(predictor, name, predictor)
    if not hasattr(predictor, "steps"):
        return
    first, *rest = (features_for(predictor, dataset) for dataset in (train, *others))
    if any(np.shape(first)[1:] != np.shape(each)[1:] for each in rest):
        raise NotMeasurableError(f"{' and '.join(each.where for each in (train, *others))} have different features")
    together = [chosen for size in range(1, len(rest) + 1) for chosen in combinations(rest, size)]
    yield from _walked(predictor, "", first, tuple(_stacked([first, *chosen]) for chosen in together))


def _stacked(parts: list[Any]) -> Any:
    if isinstance(parts[0], pd.DataFrame):
        return pd.concat(parts, ignore_index=True)
    if hasattr(parts[0], "tocsr"):
        from scipy.sparse import vstack

        return vstack(parts)
    return np.concatenate(parts)


def _walked(transformer: Any, name: str, train: Any, more: tuple[Any, ...]) -> Iterator[Step]:
    """Every leaf with its input; what follows a leaf is fed by the model's own, which is what it was fitted on."""
    if hasattr(transformer, "steps"):
        for part, step in transformer.steps[:-1]:
            yield from _walked(step, _joined(name, part), train, more)
            if hasattr(step, "transform"):
                train, more = _quietly(step.transform, train), tuple(_quietly(step.transform, rows) for rows in more)
        last, step = transformer.steps[-1]
        yield from _walked(step, _joined(name, last), train, more)
    elif hasattr(transformer, "transformers_") or hasattr(transformer, "transformer_list"):
        for part, step, first, rest in _side_by_side(transformer, train, more):
            if hasattr(step, "transform"):
                yield from _walked(step, _joined(name, part), first, rest)
    elif type(transformer).__module__.startswith(OURS_TO_REFIT) and hasattr(transformer, "transform"):
        yield Step(name, transformer, train, more)


def _side_by_side(
    transformer: Any, train: Any, more: tuple[Any, ...]
) -> Iterator[tuple[str, Any, Any, tuple[Any, ...]]]:
    """The parts of a FeatureUnion, which all get everything, or of a ColumnTransformer, which get columns each."""
    if hasattr(transformer, "transformer_list"):
        for name, step in transformer.transformer_list:
            yield name, step, train, more
        return
    from sklearn.utils import _safe_indexing

    for name, step, columns in transformer.transformers_:
        if np.size(columns):
            first, *rest = (_safe_indexing(rows, columns, axis=1) for rows in (train, *more))
            yield name, step, first, tuple(rest)


def _joined(name: str, part: str) -> str:
    return f"{name}/{part}" if name else part


def _verdict(step: Step) -> str:
    """``train`` or ``more``, if what the model's own step has learned is just that; else ``neither``."""
    from sklearn.base import clone

    try:
        on_train, *on_more = (_quietly(clone(step.fitted).fit, rows) for rows in (step.train, *step.more))
    except Exception:  # a step that needs the labels, or refuses these rows, tells nothing
        return "neither"
    own, alone = _learned(step.fitted), _learned(on_train)
    verdicts = {_of_two(own, alone, _learned(each)) for each in on_more}
    return "more" if "more" in verdicts else "train" if "train" in verdicts else "neither"


def _of_two(own: dict[str, Any], alone: dict[str, Any], together: dict[str, Any]) -> str:
    telling = [name for name in own if name in alone and not _same(alone[name], together.get(name))]
    if not telling:
        return "neither"
    if all(_same(own[name], alone[name]) for name in telling):
        return "train"
    return "more" if all(_same(own[name], together.get(name)) for name in telling) else "neither"


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
