"""What a predictor is given, and what it says when that does not suit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import brief, listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.subjects.dataset import Dataset


def features_for(predictor: Any, dataset: Dataset) -> Any:
    """The features in the form the predictor was fitted on.

    A frame, with the columns in the order of the fit; an array where the estimator was fitted without names, as
    scikit-learn would otherwise warn at every prediction, and under ``-W error`` fail.
    """
    frame = dataset.X
    names = _names_at_fit(predictor)
    if names is None:
        return frame.to_numpy() if hasattr(predictor, "n_features_in_") else frame
    if dataset.from_array and len(names) == frame.shape[1]:
        return frame.set_axis(names, axis=1)  # an array has no names: the position is all there is to go by
    if set(names) == set(frame.columns):
        return frame[names]
    return frame


def _names_at_fit(predictor: Any) -> list[str] | None:
    names = getattr(predictor, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def ask(function: Callable[[Any], Any], predictor: Any, dataset: Dataset, features: Any, where: str) -> Any:
    """The predictor's raw answer; whatever it raises becomes a SubjectError that says what to do.

    A data set given as an array is tried as an array too: a callable written for arrays cannot read a frame.
    """
    try:
        return function(features)
    except Exception as error:
        if dataset.from_array and hasattr(features, "columns"):
            try:
                return function(features.to_numpy())
            except Exception:  # noqa: S110 (the first error is the one that explains)
                pass
        raise SubjectError(f"{where}: {_explained(predictor, dataset, error)}") from error


def _explained(predictor: Any, dataset: Dataset, error: Exception) -> str:
    columns = list(dataset.features)
    names = _names_at_fit(predictor)
    if names is not None and not dataset.from_array and set(names) != set(columns):
        return _mismatch(names, columns, error)
    width = getattr(predictor, "n_features_in_", None)
    if isinstance(width, int) and width != len(columns):
        return (
            f"the model was fitted on {width} columns, the data set has {len(columns)}: {listing(columns)}. Choose "
            f"them with features = […] or drop = […], and name the `target` ({brief(error)})"
        )
    if type(error).__name__ == "NotFittedError":
        return f"the model is not fitted ({brief(error)})"
    return f"the model cannot predict these columns: {brief(error)}. The data set has {listing(columns)}"


def _mismatch(names: list[str], columns: list[Any], error: Exception) -> str:
    missing = [name for name in names if name not in columns]
    unexpected = [column for column in columns if column not in names]
    said = []
    if missing:
        said.append(f"missing {listing(missing)} (add them, in `preprocess` for instance)")
    if unexpected:
        said.append(f"unexpected {listing(unexpected)} (drop = {_toml(unexpected)})")
    return f"the columns are not those the model was fitted on: {'; '.join(said)} [{brief(error)}]"


def _toml(names: list[Any]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:10])
    return f"[{shown}]" if len(names) <= 10 else f"[{shown}, …]"
