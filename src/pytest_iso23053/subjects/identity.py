"""Which objects are the configured models and data sets, and whether they still are what was loaded.

A name alone can be anybody's, and a test can write into a table that all tests share.
"""

from __future__ import annotations

import os
import sys
import weakref
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_known: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
_OURS = "pytest_iso23053."
_MOST_CELLS = 300_000  # of a table whose content is looked at again when all tests have run


def configured(subject: Any) -> None:
    """Note what the configuration gives by a name."""
    _known[subject] = _state(subject)


def forget() -> None:
    """Forget all, for the next run in this interpreter."""
    _known.clear()


def changed() -> Iterator[str]:
    """Name the configured subjects that a test wrote into."""
    for subject, state in sorted(_known.items(), key=lambda item: str(item[0].name)):
        if _state(subject) != state:
            yield str(subject.name)


def tell_of_strangers(arguments: Iterable[Any]) -> None:
    """Have the report say where something else was measured under the name of a configured subject.

    Parts of a data set keep its name, and so does a model or a table that a test makes up. Measures and the ready-made
    suite take configured subjects apart themselves.
    """
    around = context.current()
    if around is None or str(sys._getframe(2).f_globals.get("__name__")).startswith(_OURS):
        return
    for each in arguments:
        name = getattr(each, "name", None)
        if isinstance(name, str) and name in around.subjects and _is_subject(each) and each not in _known:
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
            rows = getattr(each, "n", None)
            what = "a model" if rows is None else f"a table of {rows} rows"
            context.caution(f"{what} named {name} was measured that is not {name} as configured, in {test}")


def _is_subject(value: Any) -> bool:
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

    return isinstance(value, (Dataset, Model))


def _state(subject: Any) -> Any:
    """Return what must stay: a model's predictor and methods, and the content of a table that is not too large."""
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.digests import digest_of_frame

    if not isinstance(subject, Dataset):
        return id(subject.predictor), tuple(sorted(name for name, held in vars(subject).items() if callable(held)))
    frame, labels = subject.frame, subject.labelled
    if frame.size > _MOST_CELLS:
        return frame.shape
    return digest_of_frame(frame), None if labels is None else digest_of_frame(labels.to_frame())
