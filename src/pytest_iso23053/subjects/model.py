"""The model as measures see it: one interface over estimators, functions and whatever predicts."""

from __future__ import annotations

import difflib
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.subjects import answers
from pytest_iso23053.subjects.answers import CLASSIFICATION, REGRESSION, TASKS, Answer, Known
from pytest_iso23053.subjects.dataset import Dataset, as_dataset
from pytest_iso23053.subjects.forests import says_both_at_once
from pytest_iso23053.subjects.inputs import ask, features_for
from pytest_iso23053.subjects.labels import find_label, sorted_labels
from pytest_iso23053.subjects.wording import listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_ESTIMATOR_TYPES = {"classifier": CLASSIFICATION, "regressor": REGRESSION}


class Model:
    """A predictor under test.

    It is a snapshot: its answers are cached, one pass for each data set however many measures ask, so wrap an
    estimator anew after fitting it again. The cache holds no data set alive.

    Parameters
    ----------
    predictor : object with ``predict``, or callable
        ``predict_proba`` and ``decision_function`` are used where there are any. A plain callable takes a frame and
        returns labels; or the score of the positive class, floats in [0, 1] with 0.5 as threshold; or probabilities
        of shape (n, classes), in the sorted order of the labels; for regression, values.
    task : {"classification", "regression"}, optional
        By default what the estimator says of itself, else what the target of the data shows.
    name : str
        The name in the report.
    classes : sequence of labels, optional
        The labels in the order of the probabilities' columns, for predictors that have no ``classes_``.
    sha256 : str, optional
        The digest of the file the model came from.
    kind : str
        What it was loaded from: skops, joblib, pickle, python, fixture.
    notes : tuple of str
        What the report should say of this model, for example which scikit-learn wrote it.

    Raises
    ------
    SubjectError
        The object cannot predict; and from every method, when the model cannot answer for the data.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, Model
    >>> data = Dataset(pd.DataFrame({"age": [25, 61, 40], "default": [0, 1, 0]}), target="default")
    >>> model = Model(lambda frame: frame["age"] / 80)
    >>> model.predict(data).tolist(), model.scores(data).round(2).tolist()
    ([0, 1, 1], [0.31, 0.76, 0.5])
    """

    def __init__(
        self,
        predictor: Any,
        *,
        task: str | None = None,
        name: str = "model",
        classes: Sequence[Any] | NDArray[Any] | None = None,
        sha256: str | None = None,
        kind: str = "python",
        notes: tuple[str, ...] = (),
    ) -> None:
        if task is not None and task not in TASKS:
            near = difflib.get_close_matches(task, TASKS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"task must be one of {listing(TASKS)}, not {task!r}{hint}")
        self.name = name
        self.sha256 = sha256
        self.kind = kind
        self.notes = notes
        self.predictor = checked_predictor(predictor, f"model {name!r}")
        self.task = self._agreed_task(task)
        self._given_classes = None if classes is None else np.asarray(classes)
        self._forget()

    def _agreed_task(self, task: str | None) -> str | None:
        own = _own_task(self.predictor)
        if task is not None and own is not None and task != own:
            raise SubjectError(f'model {self.name!r}: task = "{task}", but {self.estimator} is for {own}')
        return task or own

    @property
    def estimator(self) -> str:
        """The predictor's class, or the function's name."""
        predictor = self.predictor
        return str(getattr(predictor, "__name__", type(predictor).__name__))

    @property
    def classes(self) -> NDArray[Any] | None:
        """The labels that the model declares, as it spells them; None where it declares none."""
        if self._given_classes is not None:
            return self._given_classes
        declared = getattr(self.predictor, "classes_", None)
        if declared is None:
            return None
        if isinstance(declared, list) and declared and isinstance(declared[0], np.ndarray):
            raise SubjectError(f"model {self.name!r}: classifiers with several outputs are not supported")
        return np.asarray(declared)

    def classes_for(self, data: Any) -> NDArray[Any]:
        """The labels, in the data set's spelling and in the order of the columns of :meth:`predict_proba`."""
        dataset = as_dataset(data)
        found = self._answer(dataset, probabilities=True).classes
        if found is not None:
            return found
        declared = self._translated_classes(dataset)
        return dataset.classes if declared is None else declared

    def task_for(self, data: Any) -> str:
        """The task: as given, as the estimator says, or as the target shows."""
        dataset = as_dataset(data)
        task = self.task or dataset.task_of_target
        if task is None and dataset.labelled is not None:
            raise SubjectError(
                f"{self._where(dataset)}: the target could be classes or quantities; say which: "
                'task = "classification" or task = "regression"'
            )
        return task or CLASSIFICATION

    # Answers

    def predict(self, data: Any) -> NDArray[Any]:
        """One label (or value) a row, in the labels of the data set; shape (n,), read-only, cached."""
        return self._answer(as_dataset(data)).labels

    def predict_proba(self, data: Any) -> NDArray[np.float64] | None:
        """Probabilities of shape (n, classes), columns as :meth:`classes_for` says; None where there are none."""
        return self._answer(as_dataset(data), probabilities=True).probabilities

    def scores(self, data: Any) -> NDArray[np.float64]:
        """How strongly each row is taken for positive: its probability, or where there is none the decision value.

        Raises
        ------
        SubjectError
            The model gives labels alone, or it is not known which class is positive.
        """
        dataset = as_dataset(data)
        self._refuse_regression(dataset)
        positive = self.positive_class(dataset)
        answer = self._answer(dataset, probabilities=True)
        if answer.probabilities is not None and answer.classes is not None:
            return _read_only(answer.probabilities[:, _place(positive, answer.classes, self._where(dataset))])
        if hasattr(self.predictor, "decision_function"):
            return self._decision_values(dataset, positive)
        raise SubjectError(
            f"{self._where(dataset)}: {self.estimator} gives labels alone, neither predict_proba nor "
            "decision_function; let a `module:factory()` return a callable that gives scores in [0, 1]"
        )

    def positive_class(self, data: Any) -> Any:
        """The label that counts as positive: as configured, else the second of two.

        Raises
        ------
        NotMeasurableError
            There are more than two classes, and none is configured.
        """
        dataset = as_dataset(data)
        declared = self._translated_classes(dataset)
        labels = dataset.classes if declared is None else sorted_labels(declared)
        if dataset.positive is not None and (len(labels) <= 2 or dataset.positive_is_configured):
            return dataset.positive
        if len(labels) == 2:
            return labels.tolist()[1]
        if not len(labels):
            return 1
        raise NotMeasurableError(
            f"{self._where(dataset)}: which of the {len(labels)} classes {listing(labels.tolist())} is positive? "
            "Say positive = … for the data set"
        )

    def configured(self, name: str, task: str | None) -> Model:
        """The same predictor under a configured name and task."""
        return Model(
            self.predictor,
            task=task or self.task,
            name=name,
            classes=self._given_classes,
            sha256=self.sha256,
            kind=self.kind,
            notes=self.notes,
        )

    def predict_frame(self, X: Any, like: Any = None) -> NDArray[Any]:
        """Labels for other features, uncached: perturbed ones, for instance.

        ``like`` is the data set they were made from. A predictor that declares no classes needs it to answer in the
        same labels for both.
        """
        dataset = Dataset(X) if like is None else as_dataset(like).with_features(X)
        return self._computed(dataset, {}, probabilities=False).labels

    def predict_proba_frame(self, X: Any, like: Any) -> NDArray[np.float64] | None:
        """Probabilities for other features, uncached, as `predict_frame`; the model is not asked for labels besides."""
        dataset = as_dataset(like).with_features(X)
        if self._declares_probabilities(dataset):
            return self._with_probabilities(None, dataset).probabilities
        return self._computed(dataset, {}, probabilities=True).probabilities

    # How they come about

    def _forget(self) -> None:
        """Start with empty caches; a data set that nobody holds any more takes its answers with it."""
        self._cache: weakref.WeakKeyDictionary[Dataset, dict[str, Answer]] = weakref.WeakKeyDictionary()
        self._decisions: weakref.WeakKeyDictionary[Dataset, NDArray[np.float64]] = weakref.WeakKeyDictionary()

    def _answer(self, dataset: Dataset, *, probabilities: bool = False) -> Answer:
        return self._computed(dataset, self._cache.setdefault(dataset, {}), probabilities=probabilities)

    def _computed(self, dataset: Dataset, held: dict[str, Answer], *, probabilities: bool) -> Answer:
        """What is asked for, from ``held`` where it was computed before."""
        if "labels" not in held:
            answer = self._first_answer(dataset)
            if self.task_for(dataset) == CLASSIFICATION:
                answers.refuse_other_labels(answer, dataset.classes, self._where(dataset))
            held["labels"] = _frozen(answer)
        given = held["labels"]
        if not probabilities or given.probabilities is not None or not self._declares_probabilities(dataset):
            return given
        if "probabilities" not in held:
            held["probabilities"] = _frozen(self._with_probabilities(given, dataset))
        return held["probabilities"]

    def _first_answer(self, dataset: Dataset) -> Answer:
        where = self._where(dataset)
        method = getattr(self.predictor, "predict", None)
        if hasattr(self.predictor, "predict_proba") and (method is None or says_both_at_once(self.predictor)):
            return self._with_probabilities(None, dataset)
        raw = self._asked(method or self.predictor, dataset)
        if self.task_for(dataset) == REGRESSION:
            return Answer(answers.values(raw, dataset.n, where))
        if hasattr(self.predictor, "classes_") or hasattr(self.predictor, "predict_proba"):
            given = answers.labels(raw, dataset.n, where)
            return Answer(self._translated(given, dataset), None, self._translated_classes(dataset))
        return self._interpreted(answers.as_array(raw, dataset.n, where), dataset)

    def _interpreted(self, given: NDArray[Any], dataset: Dataset) -> Answer:
        """The answer of a predictor without classes: raw labels are translated, scores already speak the data's."""
        if given.ndim == 1 and given.dtype.kind != "f":
            given = self._translated(given, dataset)
        answer = answers.interpreted(given, self._known(dataset), self._where(dataset))
        return answer if answer.probabilities is not None else Answer(self._translated(answer.labels, dataset))

    def _with_probabilities(self, answer: Answer | None, dataset: Dataset) -> Answer:
        where = self._where(dataset)
        raw = self._asked(self.predictor.predict_proba, dataset)
        classes = self._translated_classes(dataset)
        if classes is None:
            found = answers.interpreted(answers.as_array(raw, dataset.n, where), self._known(dataset), where)
            return Answer(found.labels if answer is None else answer.labels, found.probabilities, found.classes)
        given = answers.probabilities(raw, dataset.n, classes, where)
        return Answer(classes[np.argmax(given, axis=1)] if answer is None else answer.labels, given, classes)

    def _decision_values(self, dataset: Dataset, positive: Any) -> NDArray[np.float64]:
        if dataset not in self._decisions:
            raw = self._asked(self.predictor.decision_function, dataset)
            self._decisions[dataset] = answers.as_array(raw, dataset.n, self._where(dataset)).astype(np.float64)
        decision = self._decisions[dataset]
        classes = self._translated_classes(dataset)
        if classes is None:
            return _read_only(decision)
        place = _place(positive, classes, self._where(dataset))
        if decision.ndim == 2:
            return _read_only(decision[:, place])
        return _read_only(decision if place == 1 else -decision)

    def _asked(self, function: Callable[[Any], Any], dataset: Dataset) -> Any:
        return ask(function, self.predictor, dataset, features_for(self.predictor, dataset), self._where(dataset))

    def _declares_probabilities(self, dataset: Dataset) -> bool:
        return hasattr(self.predictor, "predict_proba") and self.task_for(dataset) == CLASSIFICATION

    def _refuse_regression(self, dataset: Dataset) -> None:
        if self.task_for(dataset) == REGRESSION:
            raise SubjectError(f"{self._where(dataset)}: a regressor has no scores of a positive class")

    def _known(self, dataset: Dataset) -> Known:
        declared = self._translated_classes(dataset)
        return Known(dataset.classes if declared is None else declared, dataset.positive)

    def _translated(self, given: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
        if dataset.label_map is None:
            return given
        return dataset.label_map.translate_answers(given, self.classes, self._where(dataset))

    def _translated_classes(self, dataset: Dataset) -> NDArray[Any] | None:
        classes = self.classes
        return None if classes is None else self._translated(classes, dataset)

    def _where(self, dataset: Dataset) -> str:
        return f"model {self.name!r} on {dataset.where}"

    def __getstate__(self) -> dict[str, Any]:
        """Without the cache, which cannot be pickled: heavy measures send models to joblib's workers."""
        return {name: value for name, value in self.__dict__.items() if name not in {"_cache", "_decisions"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    def __repr__(self) -> str:
        return f"<Model {self.name!r}: {self.estimator}, {self.task or 'task as the data show'}>"


def as_model(predictor: Any) -> Model:
    """A Model of whatever is accepted in its place: an estimator, or a callable from frame to labels or scores.

    Raises
    ------
    SubjectError
        It can neither predict nor be called.
    """
    if isinstance(predictor, Model):
        return predictor
    checked_predictor(predictor, "model")
    return Model(predictor, name=str(getattr(predictor, "__name__", type(predictor).__name__)))


def checked_predictor(predictor: Any, where: str) -> Any:
    """The predictor itself, if it is one; SubjectError if it can neither predict nor be called."""
    if isinstance(predictor, type):
        raise SubjectError(
            f"{where}: {predictor.__name__} is a class; give an instance, fitted: {predictor.__name__}(…)"
        )
    if isinstance(predictor, Model):
        return predictor.predictor
    if hasattr(predictor, "predict") or hasattr(predictor, "predict_proba") or callable(predictor):
        return predictor
    raise SubjectError(
        f"{where}: a {type(predictor).__name__} cannot predict; give an object with predict(X), or a function from "
        "frame to labels or scores"
    )


def _own_task(predictor: Any) -> str | None:
    """What a scikit-learn estimator says of itself: an attribute before 1.6, a tag since."""
    declared = getattr(predictor, "_estimator_type", None)
    if declared is None and hasattr(predictor, "__sklearn_tags__"):
        try:
            declared = predictor.__sklearn_tags__().estimator_type
        except Exception:  # an estimator whose tags are broken can still predict
            declared = None
    if declared in _ESTIMATOR_TYPES:
        return _ESTIMATOR_TYPES[declared]
    return CLASSIFICATION if hasattr(predictor, "predict_proba") or hasattr(predictor, "classes_") else None


def _place(positive: Any, classes: NDArray[Any], where: str) -> int:
    found = find_label(positive, classes.tolist())
    if found is None:
        raise SubjectError(
            f"{where}: the positive label {positive!r} is none of the model's {listing(classes.tolist())}"
        )
    return int(classes.tolist().index(found))


def _frozen(answer: Answer) -> Answer:
    """All measures share what is cached: none may write into it, nor may a predictor that uses its array again."""
    given = answer.probabilities
    kept = None if given is None else _read_only(given)
    return Answer(_read_only(answer.labels.copy()), kept, answer.classes)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
