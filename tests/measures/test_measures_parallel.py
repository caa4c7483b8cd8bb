"""What trains a model again hands the trainings to joblib, whose backend the caller chooses; the result is the same."""

from __future__ import annotations

import threading

import joblib
import numpy as np
import pytest
from joblib._parallel_backends import ThreadingBackend
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.subjects.model import Model

handed = []


class Counting(ThreadingBackend):
    """Threads, and a note of each job that was handed over."""

    def submit(self, func, callback=None):
        handed.append(len(func.items))
        return super().submit(func, callback)


joblib.register_parallel_backend("counting", Counting)


def subject():
    """A tree: a forest would hand its own trees to the backend as well."""
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 4))
    y = (X[:, 0] + random.normal(size=300) > 0).astype(int)
    model = Model(DecisionTreeClassifier(min_samples_leaf=3, random_state=0).fit(X[:150], y[:150]))
    return model, Dataset(X[:150], y[:150]), Dataset(X[150:], y[150:])


CASES = [
    (measures.membership_inference_auc, {"attack": "lira", "shadows": 6}, 6),
    (measures.membership_inference_tpr, {"attack": "lira", "shadows": 4, "fpr": 0.1}, 4),
    (measures.label_flip_sensitivity, {"rates": (0.05, 0.2), "rounds": 2}, 5),
    (measures.permuted_label_skill, {"rounds": 3}, 6),
]


@pytest.mark.parametrize(("measure", "settings", "trainings"), CASES)
def test_the_backend_gets_the_trainings_and_the_result_is_the_same(measure, settings, trainings):
    serial = measure(*subject(), seed=3, **settings)
    handed.clear()
    with joblib.parallel_config("counting", n_jobs=2):
        spread = measure(*subject(), seed=3, **settings)
    assert sum(handed) == trainings
    for found in ("value", "low", "high", "n", "params", "seed"):
        assert getattr(serial, found) == getattr(spread, found)


class InPairs(DecisionTreeClassifier):
    """Waits for another training: alone it would wait in vain."""

    meeting = None

    def fit(self, X, y):
        if self.meeting is not None:
            self.meeting.wait()
        return super().fit(X, y)


@pytest.mark.parametrize(("measure", "settings", "trainings"), [case for case in CASES if case[2] % 2 == 0])
def test_trainings_take_place_at_the_same_time(measure, settings, trainings, monkeypatch):
    _, train, test = subject()
    model = Model(InPairs(min_samples_leaf=3, random_state=0).fit(train.X, train.y))
    alone = measure(model, train, test, seed=3, **settings)
    meeting = threading.Barrier(2, timeout=60)
    monkeypatch.setattr(InPairs, "meeting", meeting)
    with joblib.parallel_config("threading", n_jobs=2):
        assert measure(model, train, test, seed=3, **settings).value == alone.value
    assert not meeting.broken


def test_processes_give_the_same_too():
    serial = measures.membership_inference_auc(*subject(), attack="lira", shadows=4, seed=5)
    with joblib.parallel_config("loky", n_jobs=2):
        spread = measures.membership_inference_auc(*subject(), attack="lira", shadows=4, seed=5)
    assert (serial.value, serial.low, serial.high, serial.params) == (
        spread.value,
        spread.low,
        spread.high,
        spread.params,
    )
