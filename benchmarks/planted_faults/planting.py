"""What a fault is: a pure function on the parts of a project, and what would count as having found it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from learners import learner
from real_data import Base

Change = Callable[[pd.DataFrame], pd.DataFrame]
ROLES = ("train", "test", "production")


@dataclass(frozen=True)
class Parts:
    """A project: three tables, a model that is fitted when nobody has fitted it yet, and what it is configured with."""

    base: Base
    family: str
    train: pd.DataFrame
    test: pd.DataFrame
    production: pd.DataFrame
    model: Any = None
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    configuration: Mapping[str, Any] = field(default_factory=dict)  # more of the training set's table
    settings: Mapping[str, Any] = field(default_factory=dict)  # more of [tool.iso23053]
    signed: bool = False  # whether the origin of every data file is stated, with its digest
    after_signing: Change | None = None  # what happens to the training file after that
    files: Mapping[str, str] = field(default_factory=dict)  # more files, or others, of the project
    written_by: str | None = None  # the scikit-learn that is said to have written the model

    def on(self, *roles: str, change: Change) -> Parts:
        """Change some of the tables."""
        return replace(self, **{role: change(getattr(self, role).copy()) for role in roles})

    def everywhere(self, change: Change) -> Parts:
        return self.on(*ROLES, change=change)

    def features(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.drop(columns=[column for column in self.base.aside() if column in frame])

    def unfitted(self, frame: pd.DataFrame | None = None) -> Any:
        features = self.features(self.train if frame is None else frame)
        return learner(self.family, self.base.task, features, **self.hyperparameters)

    def fitted_on(self, frame: pd.DataFrame) -> Parts:
        """Fit the model on this table, which need not be the one that is said to be the training set."""
        return replace(self, model=self.unfitted(frame).fit(self.features(frame), frame[self.base.target]))

    def fitted(self) -> Parts:
        return self if self.model is not None else self.fitted_on(self.train)

    def wrapped(self, wrapper: Callable[..., Any], **settings: Any) -> Parts:
        """Do something to the answers of the model, which is fitted first."""
        fitted = self.fitted()
        return replace(fitted, model=wrapper(fitted.model, **settings))


Plant = Callable[[Parts, np.random.Generator], Parts]


@dataclass(frozen=True)
class Fault:
    """A planted fault, and who would have said that it is there.

    ``ours`` holds aspects (7.2/quality), boundaries (7.2>7.3) and globs of measures; ``names`` what an alarm must
    mention, if anything. Of the peers it holds globs of checks.
    """

    name: str
    phase: str
    plant: Plant
    at: tuple[tuple[str, str], ...]  # data set and model family
    ours: tuple[str, ...]
    names: tuple[str, ...] = ()
    deepchecks: tuple[str, ...] = ()
    giskard: tuple[str, ...] = ()
    evidently: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return " ".join((self.plant.__doc__ or "").split())


FAULTS: dict[str, Fault] = {}


def fault(
    phase: str, *at: str, ours: str, names: str = "", deepchecks: str = "", giskard: str = "", evidently: str = ""
) -> Callable[[Plant], Plant]:
    """Register a function that plants a fault; ``at`` names «data set/family», the rest are lists in one text."""

    def register(plant: Plant) -> Plant:
        name = plant.__name__
        places = tuple((place.split("/")[0], place.split("/")[1]) for place in at)
        FAULTS[name] = Fault(
            name, phase, plant, places, *(tuple(text.split()) for text in (ours, names, deepchecks, giskard, evidently))
        )
        return plant

    return register


def some(frame: pd.DataFrame, share: float, rng: np.random.Generator, where: Any = None) -> np.ndarray:
    """Positions of a random share of the rows, of those that meet a condition if there is one."""
    candidates = np.arange(len(frame)) if where is None else np.flatnonzero(np.asarray(where))
    return rng.choice(candidates, max(1, round(share * len(candidates))), replace=False)


def put(frame: pd.DataFrame, column: str, rows: np.ndarray, values: Any) -> pd.DataFrame:
    """Set some values of a column, which may change what type it holds."""
    changed = frame[column].astype(object)
    changed.iloc[rows] = values
    return frame.assign(**{column: changed.infer_objects()})
