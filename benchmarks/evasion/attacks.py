"""Attack every subject with one tool, and print what was found as JSON: run by the interpreter of that tool.

python attacks.py TOOL FOLDER REPETITIONS [PART OF A SUBJECT'S NAME]
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from subjects import Subject, subjects

ITERATIONS = 10
DIRECTIONS = 10  # of the first iteration; the tools' own default of 100 asks ten times as much
ART_ROWS = 20  # one at a time, so that its time for a row does not depend on how many there are

Attack = Callable[[Subject], np.ndarray]


def ours(subject: Subject) -> np.ndarray:
    from pytest_iso23053 import measures

    found = measures.minimal_perturbation(
        subject.model, (subject.rows, subject.answers), norm="l2", start=subject.starts, seed=0
    )
    return found.details.adversarial.to_numpy()


def foolbox(subject: Subject) -> np.ndarray:
    import foolbox as fb

    model = fb.NumPyModel(subject.model.predict_proba, bounds=(0, 1))
    attack = fb.attacks.HopSkipJumpAttack(steps=ITERATIONS, initial_gradient_eval_steps=DIRECTIONS)
    np.random.seed(0)
    criterion = fb.criteria.Misclassification(subject.answers)
    return np.asarray(attack.run(model, subject.rows, criterion, starting_points=subject.starts))


def art(subject: Subject) -> np.ndarray:
    from art.attacks.evasion import HopSkipJump
    from art.estimators.classification import BlackBoxClassifierNeuralNetwork

    rows = subject.rows[:ART_ROWS].astype(np.float32)
    classifier = BlackBoxClassifierNeuralNetwork(
        subject.model.predict_proba,
        rows.shape[1:],
        len(subject.model.classes_),
        clip_values=(0.0, 1.0),
    )
    attack = HopSkipJump(classifier, norm=2, max_iter=ITERATIONS, init_eval=DIRECTIONS, max_eval=10_000, verbose=False)
    np.random.seed(0)
    return np.asarray(attack.generate(rows, x_adv_init=subject.starts[:ART_ROWS].astype(np.float32)))


TOOLS: dict[str, Attack] = {"ours": ours, "foolbox": foolbox, "art": art}


class Counted:
    """A model that counts the rows it was asked about, and how often."""

    def __init__(self, model: Any) -> None:
        self._model, self.rows, self.calls = model, 0, 0
        self.classes_, self.n_features_in_ = model.classes_, model.n_features_in_

    def predict(self, X: Any) -> Any:
        return self._counted(self._model.predict, X)

    def predict_proba(self, X: Any) -> Any:
        return self._counted(self._model.predict_proba, X)

    def _counted(self, function: Callable[[Any], Any], X: Any) -> Any:
        self.rows, self.calls = self.rows + len(X), self.calls + 1
        return function(X)


def run(attack: Attack, subject: Subject, repetitions: int) -> dict[str, Any]:
    """The least seconds of processor time, the distances, and what was asked of the model."""
    counted = Counted(subject.model)
    made = attack(subject._replace(model=counted))  # counts, and warms up
    spent = []
    for _ in range(repetitions):
        start = time.process_time()
        attack(subject)
        spent.append(time.process_time() - start)
    rows, answers = subject.rows[: len(made)], subject.answers[: len(made)]
    turned = subject.model.predict(made) != answers
    distances = np.linalg.norm(made - rows, axis=1)
    return {
        "subject": subject.name,
        "seconds": min(spent) / len(made),
        "median": float(np.median(distances[turned])),
        "median_of_first": float(np.median(distances[:ART_ROWS])),
        "turned": float(turned.mean()),
        "queries": counted.rows / len(made),
        "calls": counted.calls,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    tool, folder, repetitions = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    only = sys.argv[4] if len(sys.argv) > 4 else ""
    print(json.dumps([run(TOOLS[tool], each, repetitions) for each in subjects(folder) if only in each.name]))
