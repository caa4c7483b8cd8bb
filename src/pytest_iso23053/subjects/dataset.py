"""The data set as measures and models see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.answers import task_of_target
from pytest_iso23053.subjects.digests import digest_of_frame
from pytest_iso23053.subjects.frames import as_frame, as_series, is_array_like, plain, with_column, with_target
from pytest_iso23053.subjects.labels import LabelMap, find_label, sorted_labels
from pytest_iso23053.subjects.wording import did_you_mean, listing, plural, unknown

_KEEP: Any = object()


class Dataset:
    """A table, with what its columns mean.

    A data set is never changed after it is made: predictions are cached for it, and its digest stands in the report.
    :meth:`with_features` and :meth:`subset` make new ones.

    Parameters
    ----------
    data : pandas.DataFrame, array of shape (n, columns), or another library's table
        All columns, or the features alone where ``y`` is given. The columns of an array are named x0, x1, … The index
        is dropped, unless ``id`` names it.
    y : array-like of shape (n,), optional
        The target, where it does not stand in ``data``.
    target : str, optional
        The target's column; where ``y`` is given, its name.
    sensitive : sequence of str, or mapping of str to array-like
        Columns by which groups are compared. They stay in the features unless dropped. A mapping brings columns that
        the features lack (``sensitive={"sex": series}``).
    name, role : str
        The name in the report; the role is train, test, reference or production, or empty.
    positive : label, optional
        The label that counts as positive. Of two labels it is by default the second in sorted order.
    labels : mapping, optional
        Raw label → label, applied to the target; see :class:`~pytest_iso23053.subjects.labels.LabelMap` for when a
        model's answers are translated too.
    features : sequence of str, optional
        The features, in this order; by default all columns but target, ``drop``, ``id`` and ``time``.
    drop : sequence of str
        Columns the model does not see. They can still be read with :meth:`column`.
    id, time : str, optional
        Columns that identify a row and say when it arose; features only where ``features`` lists them.
    sha256 : str, optional
        The digest of the file the data came from; by default that of the content.
    notes : tuple of str
        What the report should say of this data set.
    where : str
        What error messages call it; by default «data set 'name'».

    Raises
    ------
    SubjectError
        A column is missing or there twice, the target has another length than the features, ``positive`` or a raw
        label does not occur.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset
    >>> frame = pd.DataFrame({"age": [25, 61, 40], "sex": ["f", "m", "f"], "default": [0, 1, 0]})
    >>> data = Dataset(frame, target="default", sensitive=["sex"])
    >>> data.n, list(data.X), data.y.tolist(), data.positive
    (3, ['age', 'sex'], [0, 1, 0], 1)
    """

    def __init__(
        self,
        data: Any,
        y: Any = None,
        *,
        target: str | None = None,
        sensitive: Sequence[str] | Mapping[str, Any] = (),
        name: str = "data",
        role: str = "",
        positive: Any = None,
        labels: Mapping[str, Any] | None = None,
        features: Sequence[str] | None = None,
        drop: Sequence[str] = (),
        id: str | None = None,  # noqa: A002 (the configuration's name)
        time: str | None = None,
        sha256: str | None = None,
        notes: tuple[str, ...] = (),
        where: str = "",
    ) -> None:
        self.name = name
        self.role = role
        self.notes = notes
        self.from_array = is_array_like(data)
        self.where = where or f"data set {name!r}"
        self._file_sha256 = sha256
        self.label_map = LabelMap(labels) if labels else None
        frame, self.target = self._joined(data, y, target, id)
        frame = self._with_groups(frame, sensitive)
        self._frame = frame
        self.sensitive = tuple(self._present(column, "sensitive") for column in sensitive)
        self.id = self._present(id, "id")
        self.time = self._present(time, "time")
        self.features = self._chosen(features, drop)
        if self.target is not None and self.label_map is not None:
            mapped = self.label_map.apply(plain(frame[self.target]), self.where)
            self._frame = with_column(frame, self.target, mapped)
        self._labels: np.ndarray[Any, Any] | None = None
        self._positive = self._positive_label(positive)

    # How the parts are put together

    def _joined(self, data: Any, y: Any, target: str | None, id_column: str | None) -> tuple[pd.DataFrame, Any]:
        """All columns in one frame, and the target's name in it."""
        frame = as_frame(data, self.where)
        keep_index = id_column is not None and frame.index.name == id_column
        if y is None:
            return frame.reset_index(drop=not keep_index), self._name_in(frame, target, "target")
        return with_target(frame.reset_index(drop=not keep_index), y, target, self.where)

    def _with_groups(self, frame: pd.DataFrame, sensitive: Sequence[str] | Mapping[str, Any]) -> pd.DataFrame:
        """Sensitive columns that came beside the features are readable, and not features."""
        self._beside: tuple[str, ...] = ()
        if isinstance(sensitive, str):
            raise SubjectError(f'{self.where}: `sensitive` is a list of columns: ["{sensitive}"]')
        if isinstance(sensitive, Mapping):
            self._beside = tuple(sensitive)
            for name, values in sensitive.items():
                column = as_series(values, self.where)
                if len(column) != len(frame) or name in frame.columns:
                    raise SubjectError(
                        f"{self.where}: the sensitive column {name!r} has another length, or is there already"
                    )
                frame = with_column(frame, name, column.array)
        return frame

    def _name_in(self, frame: pd.DataFrame, name: Any, key: str) -> Any:
        """The column that ``name`` means; a frame without header has numbers for names, and TOML has only text."""
        if name is None or name in frame.columns:
            return name
        numbered = [column for column in frame.columns if not isinstance(column, str) and str(column) == str(name)]
        if numbered:
            return numbered[0]
        raise SubjectError(f"{self.where}: {key} names column {name!r}, which is missing{unknown(name, list(frame))}")

    def _present(self, name: Any, key: str) -> Any:
        return self._name_in(self._frame, name, key)

    def _chosen(self, features: Sequence[str] | None, drop: Sequence[str]) -> tuple[Any, ...]:
        dropped = {self._present(column, "drop") for column in drop}
        if features is not None:
            chosen = tuple(self._present(column, "features") for column in features)
            wrong = [column for column in chosen if column in dropped or column == self.target]
            if wrong:
                raise SubjectError(f"{self.where}: features names {listing(wrong)}, which is dropped or the target")
        else:
            aside = {self.target, self.id, self.time, *self._beside, *dropped}
            chosen = tuple(column for column in self._frame.columns if column not in aside)
        if not chosen:
            raise SubjectError(f"{self.where}: no feature is left; the columns are {listing(self._frame.columns)}")
        return chosen

    def _positive_label(self, positive: Any) -> Any:
        if positive is None or self.target is None:
            return positive
        labels = self.classes.tolist()
        wanted = self.label_map.translate(positive) if self.label_map else positive
        for spelled in (positive, wanted):
            found = find_label(spelled, labels)
            if found is not None:
                return found
        if not labels:
            return wanted
        raise SubjectError(
            f"{self.where}: positive = {positive!r} does not occur in column {self.target!r}, "
            f"which holds {listing(labels)}{did_you_mean(positive, labels)}"
        )

    # What measures read

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self._frame)

    def __len__(self) -> int:
        return self.n

    @cached_property
    def _features_frame(self) -> pd.DataFrame:
        names = list(self.features)
        first = list(self._frame.columns[: len(names)])  # mostly they are, and a slice costs a tenth
        return self._frame.iloc[:, : len(names)] if names == first else self._frame[names]

    @property
    def X(self) -> pd.DataFrame:  # noqa: N802 (scikit-learn's name)
        """The features as the model sees them, of shape (n, features); a view that can be extended without harm."""
        return self._features_frame.copy(deep=False)

    @property
    def frame(self) -> pd.DataFrame:
        """All columns: features, target, sensitive and dropped ones."""
        return self._frame.copy(deep=False)

    @property
    def y(self) -> pd.Series[Any] | None:
        """The target of shape (n,), labels mapped; None where there is none.

        Raises
        ------
        SubjectError
            Some rows have no label: a measure over the others would speak of fewer rows than the report says.
        """
        labelled = self.labelled
        if labelled is not None and len(labelled) < self.n:
            raise SubjectError(
                f"{self.where}: {self.n - len(labelled)} of {plural(self.n, 'row')} have no value in the target column "
                f"{self.target!r}; leave them out in `preprocess`, or give their labels"
            )
        return labelled

    @cached_property
    def labelled(self) -> pd.Series[Any] | None:
        """The target of those rows that have a value there, whose positions the index keeps; None where none has."""
        if self.target is None:
            return None
        column = plain(self._frame[self.target].dropna())
        return column if len(column) else None

    @cached_property
    def task_of_target(self) -> str | None:
        """What the target shows the task to be; None where it shows neither. Looked at once: every measure asks."""
        return task_of_target(self.labelled)

    def column(self, name: str) -> pd.Series[Any]:
        """Any column, also the target, a sensitive or a dropped one.

        Raises
        ------
        SubjectError
            There is no such column.
        """
        column: pd.Series[Any] = self._frame[self._present(name, "a measure")]
        return column

    @property
    def classes(self) -> np.ndarray[Any, Any]:
        """The labels that occur in the target, sorted; of a subset, those of the whole. Empty without a target."""
        if self._labels is None:
            self._labels = sorted_labels([] if self.labelled is None else self.labelled.unique())
        return self._labels

    @property
    def positive(self) -> Any:
        """The label that counts as positive: as configured, else the second of two; None where that says nothing."""
        if self._positive is not None:
            return self._positive
        return self.classes.tolist()[1] if len(self.classes) == 2 else None

    @property
    def positive_is_configured(self) -> bool:
        """Whether somebody said which label is positive."""
        return self._positive is not None

    # Digests

    @property
    def sha256(self) -> str:
        """The digest of the file the data came from, as ``sha256sum`` prints it; else that of the content."""
        return self._file_sha256 or self.content_sha256

    @property
    def from_file(self) -> bool:
        """Whether :attr:`sha256` is that of a file."""
        return self._file_sha256 is not None

    @cached_property
    def content_sha256(self) -> str:
        """The digest of the features, the target and the columns beside them: of what was measured, in memory."""
        aside = [column for column in self._frame.columns if column not in set(self.features)]
        return digest_of_frame(self._frame[[*self.features, *aside]])

    # Data sets made from this one

    def with_features(self, X: Any) -> Dataset:
        """The same data set with other features, perturbed ones for instance.

        The target is kept where the number of rows is the same. Classes and the positive label always are, so that a
        model answers in the same labels.
        """
        frame = as_frame(X, self.where, [str(name) for name in self.features])
        frame = frame.reset_index(drop=True)
        rest = [column for column in self._frame.columns if column not in set(self.features)]
        same_rows = len(frame) == self.n
        whole = pd.concat([frame, self._frame[rest]], axis=1) if same_rows and rest else frame
        return self._derived(whole, tuple(frame.columns), self.target if same_rows else None)

    def subset(self, rows: Any) -> Dataset:
        """The rows that a mask or an array of positions selects, as a data set of their own."""
        chosen = np.asarray(rows)
        frame = self._frame.loc[chosen] if chosen.dtype == bool else self._frame.iloc[chosen]
        return self._derived(frame.reset_index(drop=True), self.features, self.target)

    def renamed(self, name: str, role: str) -> Dataset:
        """The same data under a configured name and role."""
        made = self._derived(self._frame, self.features, self.target)
        made.name, made.role, made._file_sha256 = name, role, self._file_sha256
        return made

    def _derived(self, frame: pd.DataFrame, features: tuple[Any, ...], target: Any) -> Dataset:
        made = object.__new__(Dataset)
        made.name, made.role, made.notes, made.where = self.name, self.role, self.notes, self.where
        made.from_array, made.label_map, made._beside = self.from_array, self.label_map, self._beside
        made._frame, made.features, made.target = frame, features, target
        held = set(frame.columns)
        made.sensitive = tuple(column for column in self.sensitive if column in held)
        made.id = self.id if self.id in held else None
        made.time = self.time if self.time in held else None
        made._labels, made._positive, made._file_sha256 = self.classes, self._positive, None
        return made

    def __repr__(self) -> str:
        target = f", target {self.target!r}" if self.target is not None else ""
        return f"<Dataset {self.name!r}: {plural(self.n, 'row')}, {plural(len(self.features), 'feature')}{target}>"


def as_dataset(data: Any) -> Dataset:
    """A Dataset of whatever is accepted in its place.

    Parameters
    ----------
    data : Dataset, frame, array, ``(X, y)``, or a mapping with ``data`` and ``target``
        Of a frame alone all columns are features; with a target it must be a :class:`Dataset` or ``(X, y)``.

    Raises
    ------
    SubjectError
        It is none of these.
    """
    if isinstance(data, Dataset):
        return data
    if isinstance(data, tuple):
        if len(data) != 2:
            raise SubjectError(f"a tuple of {len(data)} is not a data set; give (X, y) or Dataset(frame, target=…)")
        return Dataset(data[0], data[1])
    if isinstance(data, Mapping) and {"data", "target"} <= set(data):  # scikit-learn's Bunch
        return Dataset(data["data"], data["target"])
    return Dataset(data)
