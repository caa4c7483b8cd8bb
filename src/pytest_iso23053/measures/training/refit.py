"""The model's own training, done again: on the same rows, with another seed, other labels or other hyperparameters."""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import labels_of, role_of
from pytest_iso23053.subjects.inputs import features_for
from pytest_iso23053.subjects.model import Model
from pytest_iso23053.subjects.wording import brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pytest_iso23053.measures.cases import Case
    from pytest_iso23053.subjects.dataset import Dataset

SEED = "random_state"
NEEDS = ("model", "train", "test", "labels", "refit")
QUICK, ANY = "quick", "any"
_QUICK_ROWS = 5_000
_QUICK_WORK = 10_000_000  # rows times features times members of an ensemble: some half a second
_SLOW = ("sklearn.svm", "sklearn.neural_network", "sklearn.gaussian_process", "sklearn.semi_supervised")
_SLOW_ROWS = 1_000  # of learners whose time grows faster than the rows, or that are not scikit-learn's

_held: weakref.WeakKeyDictionary[Model, weakref.WeakKeyDictionary[Dataset, dict[Any, Model]]] = (
    weakref.WeakKeyDictionary()
)


def refitted(
    model: Model,
    train: Dataset,
    *,
    seed: int | None = None,
    labels: NDArray[Any] | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
    again: int = 0,
) -> Model:
    """A clone of the model's estimator, fitted to the training rows; each kind once, as a refit may take minutes.

    Parameters
    ----------
    model : Model
        Its predictor is a scikit-learn estimator: one that can be cloned and has ``fit``.
    train : Dataset
        The rows it was trained on.
    seed : int, optional
        Put in the place of every ``random_state``; by default each stays as it is.
    labels : array, optional
        Other labels than those of ``train``; a refit on them is not kept.
    hyperparameters : mapping, optional
        Names as in ``get_params()``, and their values.
    again : int
        Which repetition of the same training this is.

    Raises
    ------
    NotMeasurableError
        It is no such estimator, or cannot be fitted to these rows.
    """
    if labels is not None:
        return _fitted(model, train, _changes(model, seed, hyperparameters), labels)
    held = _held.setdefault(model, weakref.WeakKeyDictionary()).setdefault(train, {})
    key = (seed, tuple(sorted((hyperparameters or {}).items())), again)
    if key not in held:
        held[key] = _fitted(model, train, _changes(model, seed, hyperparameters), np.asarray(labels_of(train)))
    return held[key]


def clone_of(model: Model) -> Any:
    """The untrained estimator.

    Raises
    ------
    NotMeasurableError
        There is none.
    """
    predictor = model.predictor
    if not (hasattr(predictor, "fit") and hasattr(predictor, "get_params")):
        raise NotMeasurableError(
            f"model {model.name!r} is a {model.estimator} and cannot be trained again; give the scikit-learn "
            "estimator itself (with fit and get_params)"
        )
    from sklearn.base import clone

    try:
        return clone(predictor)
    except Exception as error:
        raise NotMeasurableError(f"model {model.name!r} cannot be cloned: {brief(error)}") from error


def seeds_of(model: Model) -> dict[str, Any]:
    """Every ``random_state`` in the estimator, by its name in ``get_params()``."""
    given: Mapping[str, Any] = clone_of(model).get_params(deep=True)
    return {name: value for name, value in given.items() if name == SEED or name.endswith(f"__{SEED}")}


def refuse_slow(model: Model, train: Dataset, effort: str) -> None:
    """Stop before a refit that takes too long for a quick look; the rule is one of sizes, the same on any machine.

    Raises
    ------
    NotMeasurableError
        It would take longer than about half a second.
    """
    if effort not in {QUICK, ANY}:
        raise ValueError(f"effort is {QUICK!r} or {ANY!r}, not {effort!r}")
    parts = {SEED: None} | clone_of(model).get_params(deep=True)
    if effort == ANY:
        return
    members = np.prod([_members(name, value) for name, value in parts.items()])
    slow = any(_is_slow(part) for part in [model.predictor, *parts.values()])
    if train.n > (_SLOW_ROWS if slow else _QUICK_ROWS) or train.n * len(train.features) * members > _QUICK_WORK:
        raise NotMeasurableError(
            f"training model {model.name!r} again on {train.n} rows takes too long for the fast suite; "
            "run the full one: --iso23053-suite full"
        )


def _members(name: str, value: Any) -> float:
    last = name.rpartition("__")[2]
    if last == "n_estimators" and isinstance(value, int):
        return float(value)
    return 10.0 if last == "cv" else 1.0


def _is_slow(part: Any) -> bool:
    if not hasattr(part, "fit") or isinstance(part, type):
        return False
    module = type(part).__module__
    return module.startswith(_SLOW) or hasattr(part, "_run_search") or not module.startswith(("sklearn.", "builtins"))


def _changes(model: Model, seed: int | None, hyperparameters: Mapping[str, Any] | None) -> dict[str, Any]:
    seeds = {} if seed is None else dict.fromkeys(seeds_of(model), seed)
    return seeds | dict(hyperparameters or {})


def _fitted(model: Model, train: Dataset, changes: Mapping[str, Any], labels: NDArray[Any]) -> Model:
    estimator = clone_of(model)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what training warns of was said when the user trained
            estimator.set_params(**changes)
            estimator.fit(features_for(model.predictor, train), _spelled(model, train, labels))
    except Exception as error:
        changed = f" with {', '.join(f'{name} = {value!r}' for name, value in changes.items())}" if changes else ""
        raise NotMeasurableError(
            f"model {model.name!r} cannot be trained again on {train.where}{changed}: {brief(error)}"
        ) from error
    return Model(estimator, task=model.task, name=f"{model.name}, trained again")


def _spelled(model: Model, train: Dataset, labels: NDArray[Any]) -> NDArray[Any]:
    """The labels as the estimator was trained on them, where the data set's ``labels`` spells them anew."""
    own = model.classes
    if train.label_map is None or own is None:
        return labels
    spelled = dict(zip(model.classes_for(train).tolist(), own.tolist(), strict=True))
    return np.asarray([spelled.get(label, label) for label in labels.tolist()])


def of_trainings(
    case: Case, train: Dataset, bounds: tuple[float, float, float], n: int, level: float, **more: Any
) -> Measurement:
    """A Measurement of several trainings of one model."""
    value, low, high = bounds
    return Measurement(
        "",
        value,
        low=min(low, value),
        high=max(high, value),
        n=n,
        confidence=level,
        subjects=(case.model.name, train.name, case.data.name),
        roles=("model", role_of(train), role_of(case.data)),
        **more,
    )
