"""From a model and a data set to the rows that a measure speaks about, and back to a Measurement."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, overload

import numpy as np

from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.estimators import Confusion
from pytest_iso23053.measures.groups import GroupMeasurements, grouping
from pytest_iso23053.settings.model import DEFAULT_SEED
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import Dataset, as_dataset
from pytest_iso23053.subjects.model import Model, as_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from pytest_iso23053.measures.estimators import Estimator
    from pytest_iso23053.measures.series import Series

By = str | Sequence[str] | None
FEW = 8
Function = TypeVar("Function", bound="Callable[..., Any]")


class ByGroup(Protocol):
    """A measure that gives one measurement, or with ``by`` one for each group."""

    __name__: str
    __doc__: str | None

    @overload
    def __call__(
        self, model: Any, data: Any, *, by: None = None, confidence: float = ..., **parameters: Any
    ) -> Measurement: ...

    @overload
    def __call__(
        self, model: Any, data: Any, *, by: str | Sequence[str], confidence: float = ..., **parameters: Any
    ) -> GroupMeasurements: ...


def by_group(function: Callable[..., Measurement | GroupMeasurements]) -> ByGroup:
    """Tell a type checker that ``by`` decides what is returned."""
    return cast("ByGroup", function)


_marks: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Model, dict[str, NDArray[np.bool_]]]] = (
    weakref.WeakKeyDictionary()
)

_confusions: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Model, Confusion]] = (
    weakref.WeakKeyDictionary()
)


class Case:
    """A model's answers on a data set beside the truth."""

    def __init__(self, model: Any, data: Any) -> None:
        self.model: Model = as_model(model)
        self.data: Dataset = as_dataset(data)

    @property
    def y(self) -> NDArray[Any]:
        """The labels or values to compare with, of shape (n,)."""
        return np.asarray(labels_of(self.data))

    @property
    def predicted(self) -> NDArray[Any]:
        """The model's labels or values."""
        return self.model.predict(self.data)

    def classification(self) -> Case:
        """Itself, if the model is a classifier on these data."""
        return self._of("classification", "a regressor: use root_mean_squared_error, mean_absolute_error or r2")

    def regression(self) -> Case:
        """Itself, if the model is a regressor on these data."""
        return self._of("regression", "a classifier: use accuracy, roc_auc or another measure of classification")

    def _of(self, task: str, otherwise: str) -> Case:
        if self.model.task_for(self.data) != task:
            raise NotMeasurableError(f"model {self.model.name!r} on {self.data.where} is {otherwise}")
        return self

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which rows the model labels correctly."""
        return self._marked("right", self._agreement)

    @property
    def positive(self) -> NDArray[np.bool_]:
        """Which rows truly are positive."""
        return self._marked("positive", lambda: truth_of(self.data) == self.model.positive_class(self.data))

    @property
    def selected(self) -> NDArray[np.bool_]:
        """Which rows the model takes for positive."""
        return self._marked("selected", lambda: self.predicted == self.model.positive_class(self.data))

    def _agreement(self) -> NDArray[np.bool_]:
        """Compare answers and truth; a few texts one by one, as a column of text is slow to unpack."""
        truth, answers = truth_of(self.data), self.predicted
        labels = self.model.classes_for(self.data)
        if answers.dtype.kind == "U" and len(labels) <= FEW:
            said, agrees = np.zeros((2, len(answers)), dtype=bool)
            for label in labels:
                here = answers == label
                said |= here
                agrees |= here & np.asarray(truth == label, dtype=bool)
            if said.all():
                return agrees
        return np.asarray(answers == truth.to_numpy(), dtype=bool)

    def _marked(self, name: str, compare: Callable[[], Any]) -> NDArray[np.bool_]:
        """A comparison of all rows, made once for all measures of this model on these data; read-only."""
        held = _marks.setdefault(self.data, weakref.WeakKeyDictionary()).setdefault(self.model, {})
        if name not in held:
            held[name] = np.asarray(compare(), dtype=bool)
            held[name].setflags(write=False)
        return held[name]

    @property
    def confusion(self) -> Confusion:
        """Each row's cell of the confusion matrix, which all rates of this model on these data share."""
        held = _confusions.setdefault(self.data, weakref.WeakKeyDictionary())
        if self.model not in held:
            held[self.model] = Confusion(self.positive.view(np.int8) * np.int8(2) + self.selected.view(np.int8))
        return held[self.model]

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """Probabilities of shape (n, classes), columns as ``model.classes_for(data)`` says."""
        given = self.model.predict_proba(self.data)
        if given is None:
            raise NotMeasurableError(
                f"model {self.model.name!r} gives labels and no probabilities; give an estimator with predict_proba, "
                "or a callable that returns the probability of the positive class"
            )
        return given

    @property
    def claims(self) -> tuple[Any, Any, str]:
        """What probabilities claim, whether it is so, and what it is: the positive class, of many the predicted one."""
        given = self.probabilities
        if given.shape[1] != 2:
            return given.max(axis=1), self.predicted == self.y, "probability of the predicted class"
        return self._positive_claims

    @property
    def _positive_claims(self) -> tuple[Any, Any, str]:
        return self.model.scores(self.data), self.positive, f"probability of {self.model.positive_class(self.data)}"

    def reliability(self, confidence: float, *, of_positive: bool = False) -> Series | None:
        """Observed rates over probabilities, for the report to draw."""
        from pytest_iso23053.measures.series import reliability

        return reliability(*(self._positive_claims if of_positive else self.claims), confidence)

    def measured(
        self, estimator: Estimator, by: By, confidence: float, params: Mapping[str, Any] | None = None, **more: Any
    ) -> Measurement | GroupMeasurements:
        """The measurement on all rows, or with ``by`` those of the groups."""
        level = checked_confidence(confidence)
        overall = self.measurement(*estimator.overall(level), confidence=level, params=dict(params or {}), **more)
        return overall if by is None else GroupMeasurements(estimator, grouping(self.data, by), overall)

    def measurement(self, value: float, low: float, high: float, n: int, **more: Any) -> Measurement:
        """A Measurement of this model on these data; its declaration names it."""
        return Measurement(
            "",
            value,
            low=low,
            high=high,
            n=n,
            subjects=(self.model.name, self.data.name),
            roles=("model", role_of(self.data)),
            **more,
        )


def of_data(value: float, n: int, *datasets: Dataset, **more: Any) -> Measurement:
    """A Measurement of data sets alone: exact unless bounds are given."""
    subjects = tuple(dataset.name for dataset in datasets)
    return Measurement("", value, n=n, subjects=subjects, roles=tuple(map(role_of, datasets)), **more)


def role_of(dataset: Dataset) -> str:
    """The role of a data set; one that a test has made itself has its name for it."""
    return dataset.role or dataset.name


def labels_of(dataset: Dataset) -> Any:
    """The target as an array.

    Raises
    ------
    NotMeasurableError
        There is none.
    """
    return truth_of(dataset).to_numpy()


def truth_of(dataset: Dataset) -> Any:
    """The target as the column that it is.

    Raises
    ------
    NotMeasurableError
        There is none.
    """
    if dataset.y is None:
        raise NotMeasurableError(
            f"{dataset.where} has no labels to compare with; name the target: Dataset(frame, target=…), Dataset(X, y), "
            "or in the configuration target = …"
        )
    return dataset.y


def settled_seed(seed: int | None) -> int:
    """The seed given, else that of the running test, else the default."""
    if seed is not None:
        return int(seed)
    surroundings = context.current()
    return surroundings.seed if surroundings is not None else DEFAULT_SEED


def shared_seed(seed: int | None) -> int:
    """The seed given, else that of the whole run: a fit that measures share must be drawn alike for all of them."""
    if seed is not None:
        return int(seed)
    surroundings = context.current()
    return surroundings.run_seed if surroundings is not None else DEFAULT_SEED
