"""The subjects of the comparison: two data sets, four models, rows that each answers correctly, and their starts.

    python subjects.py FOLDER

Run by the interpreter of each tool, as a pickled model only loads where it was written; versions and seeds are the
same. A row starts from the nearest training row that the model answers otherwise: the same for all tools.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import MinMaxScaler

ROWS = 100
DATA = {"breast cancer": load_breast_cancer, "digits": load_digits}


class Subject(NamedTuple):
    """A fitted model, the rows to attack, the model's answers to them, and where attacks start."""

    name: str
    model: Any
    rows: np.ndarray
    answers: np.ndarray
    starts: np.ndarray


def learners() -> dict[str, Any]:
    return {
        "logistic regression": LogisticRegression(max_iter=2_000),
        "MLP": MLPClassifier((64,), max_iter=600, random_state=0),
        "gradient boosting": GradientBoostingClassifier(random_state=0),
        "random forest": RandomForestClassifier(100, random_state=0),
    }


def subjects(folder: Path) -> list[Subject]:
    """Read the subjects from a folder, where they are made on first use."""
    file = folder / "subjects.joblib"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        joblib.dump([tuple(made) for made in _made()], file)
    return [Subject(*found) for found in joblib.load(file)]


def _made() -> list[Subject]:
    warnings.simplefilter("ignore")
    found = []
    for data, load in DATA.items():
        X, y = load(return_X_y=True)
        X = MinMaxScaler().fit_transform(X)
        train, test, truth, wanted = train_test_split(X, y, random_state=0, test_size=0.3, stratify=y)
        for name, learner in learners().items():
            model = learner.fit(train, truth)
            answers = model.predict(test)
            chosen = np.flatnonzero(answers == wanted)[:ROWS]
            rows, own = test[chosen], answers[chosen]
            apart = np.linalg.norm(rows[:, None] - train[None], axis=-1)
            apart[model.predict(train)[None] == own[:, None]] = np.inf
            found.append(Subject(f"{data}, {name}", model, rows, own, train[apart.argmin(axis=1)]))
    return found


if __name__ == "__main__":
    subjects(Path(sys.argv[1]))
