"""A forest is asked once for labels and probabilities; whatever may decide otherwise is asked for both."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from pytest_iso23053 import Dataset, Model
from pytest_iso23053.subjects import model as module
from pytest_iso23053.subjects.forests import says_both_at_once


class Cautious(RandomForestClassifier):
    """It decides at another threshold than 1/2."""

    def predict(self, X):
        return self.classes_[(self.predict_proba(X)[:, 1] > 0.9).astype(int)]


def numbers(n=300):
    random = np.random.default_rng(0)
    X = random.integers(0, 4, (n, 3)).astype(float)  # coarse, so that trees tie
    return X, np.array(["no", "yes", "perhaps"])[(X.sum(axis=1) + random.integers(0, 3, n)).astype(int) % 3]


@pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
@pytest.mark.parametrize("piped", [False, True])
def test_the_labels_are_those_of_predict(kind, piped):
    X, y = numbers()
    forest = kind(4, max_depth=2, random_state=0)
    fitted = (make_pipeline(StandardScaler(), forest) if piped else forest).fit(X, y)
    assert says_both_at_once(fitted)
    assert Model(fitted).predict(Dataset(X, y)).tolist() == fitted.predict(X).tolist()


def test_it_is_asked_once(monkeypatch):
    X, y = numbers()
    model, data = Model(RandomForestClassifier(4, random_state=0).fit(X, y)), Dataset(X, y)
    asked = []
    ask = module.ask
    monkeypatch.setattr(module, "ask", lambda function, *rest: asked.append(function.__name__) or ask(function, *rest))
    assert len(model.predict(data)) == len(model.predict_proba(data)) == 300
    assert asked == ["predict_proba"]


def test_its_labels_are_translated():
    X, y = numbers()
    fitted = RandomForestClassifier(4, random_state=0).fit(X, y)
    spelled = {"no": "A", "perhaps": "B", "yes": "C"}
    answers = Model(fitted).predict(Dataset(X, y, labels=spelled))
    assert answers.tolist() == [spelled[label] for label in fitted.predict(X).tolist()]


def test_who_may_decide_otherwise_is_asked():
    X, y = numbers()
    y = y == "yes"
    cautious = Cautious(4, random_state=0).fit(X, y)
    assert not says_both_at_once(cautious)
    assert Model(cautious).predict(Dataset(X, y)).tolist() == cautious.predict(X).tolist()
    changed = RandomForestClassifier(4, random_state=0).fit(X, y)
    changed.predict = lambda given: np.zeros(len(given), dtype=bool)
    assert not says_both_at_once(changed)
    assert not Model(changed).predict(Dataset(X, y)).any()
    assert not says_both_at_once(HistGradientBoostingClassifier())
    assert not says_both_at_once(make_pipeline(FunctionTransformer(), Cautious()))
