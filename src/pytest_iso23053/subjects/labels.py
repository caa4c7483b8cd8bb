"""Labels: their order, and the mapping from the labels in the data to those the team speaks."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike


def label_text(value: Any) -> str:
    """How a label is spelled in TOML, whose keys are always text: 1 and 1.0 are ``"1"``, True is ``"true"``."""
    if isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer():
        return str(int(float(value)))
    text = str(value)
    return text.lower() if text.lower() in {"true", "false"} else text


def find_label(spelled: Any, labels: Iterable[Any]) -> Any:
    """The label that a configuration means («1» where the data hold 1), or None."""
    return next((label for label in labels if label_text(label) == label_text(spelled)), None)


def sorted_labels(values: ArrayLike) -> np.ndarray[Any, Any]:
    """Distinct labels in scikit-learn's order; labels that cannot be compared, by type and then by text."""
    array = np.asarray(values)
    if array.dtype.kind in "biuf":
        return np.unique(array)
    distinct = list(dict.fromkeys(array.tolist()))
    try:
        ordered = sorted(distinct)
    except TypeError:
        ordered = sorted(distinct, key=lambda value: (type(value).__name__, str(value)))
    # numpy would make text of [1, "a"], and a comparison with the data would never match again
    kinds = {isinstance(value, str) for value in ordered}
    return np.asarray(ordered, dtype=None if len(kinds) == 1 else object)


def kind_of(values: Iterable[Any]) -> str:
    """``text``, ``number`` or ``mixed``: labels of different kinds can never agree."""
    kinds = {"text" if isinstance(value, str) else "number" for value in values}
    return kinds.pop() if len(kinds) == 1 else "mixed"


class LabelMap:
    """The ``labels`` table of a data set: raw label → label.

    It applies to the target. It applies to a model's answers too where the model speaks the raw labels, and that is
    decided once for all of them, from the classes the model declares: each a raw label and not each a mapped one.
    A model that declares no classes is translated answer by answer, but only where raw and mapped labels have none in
    common; elsewhere «1» could mean either, and the model must speak the mapped labels.
    """

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping: dict[str, Any] = {label_text(key): value for key, value in mapping.items()}
        self.values: tuple[Any, ...] = tuple(dict.fromkeys(mapping.values()))
        self._value_texts = {label_text(value) for value in self.values}

    def apply(self, column: pd.Series[Any], where: str) -> pd.Series[Any]:
        """The target in mapped labels; missing stays missing, a label that the table lacks is an error."""
        present = pd.unique(column.dropna()).tolist()
        strange = [raw for raw in present if label_text(raw) not in self.mapping]
        if not strange:
            return column.map({raw: self.translate(raw) for raw in present})
        if all(label_text(raw) in self._value_texts for raw in present):
            return column  # mapped already, by `preprocess` for instance
        raise SubjectError(
            f"{where}: column {column.name!r} holds {listing(strange)}, which `labels` does not map; "
            f"it maps {listing(self.mapping)}"
        )

    def translate(self, raw: Any) -> Any:
        """The label that a raw one stands for; others are returned as they are."""
        return self.mapping.get(label_text(raw), raw)

    def translate_answers(
        self, answers: np.ndarray[Any, Any], classes: Iterable[Any] | None, where: str
    ) -> np.ndarray[Any, Any]:
        """A model's labels, or its classes themselves, in mapped labels."""
        if not self._translates(classes, where):
            return answers
        table = {value: self.translate(value) for value in pd.unique(pd.Series(answers, dtype=object))}
        values = [table[value] for value in answers.tolist()]
        return np.asarray(values) if kind_of(table.values()) != "mixed" else np.asarray(values, dtype=object)

    def _translates(self, classes: Iterable[Any] | None, where: str) -> bool:
        if classes is None:
            return not self._value_texts & set(self.mapping)
        texts = {label_text(value) for value in classes}
        if texts <= self._value_texts:
            return False
        if texts <= set(self.mapping):
            return True
        raise SubjectError(
            f"{where}: the model's classes {listing(classes)} are neither the raw labels {listing(self.mapping)} "
            f"nor the mapped ones {listing(self.values)}; correct `labels`"
        )
