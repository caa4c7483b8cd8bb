"""Evasion held against another learner of the same rows, and handed to the toolbox."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError


def task(rows=800, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 5))
    y = (X[:, 0] + X[:, 1] * X[:, 2] + random.normal(scale=0.5, size=rows) > 0).astype(int)
    half = rows // 2
    return Dataset(X[:half], y[:half], name="train"), Dataset(X[half:], y[half:], name="test")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "learner", [LogisticRegression(), RandomForestClassifier(30, random_state=0), KNeighborsClassifier()]
)
def test_an_ordinary_learner_is_no_easier_to_evade_than_the_control(learner, seed):
    train, test = task(seed=seed)
    model = learner.fit(train.X.to_numpy(), train.y)
    found = measures.excess_evasion_rate(model, train, test, seed=seed)
    assert (found <= 0.1).verdict != "not met"
    assert found.value == pytest.approx(found.params["evasion_rate"] - found.params["control_evasion_rate"], abs=1e-4)


def test_a_model_that_hangs_on_digits_gives_way_far_more_easily():
    train, test = task()
    fitted = LogisticRegression().fit(train.X.to_numpy(), train.y)

    def brittle(frame):
        answers = fitted.predict(frame.to_numpy())
        return np.where((np.abs(frame["x0"]) * 1_000).astype(int) % 4 == 0, 1 - answers, answers)

    found = measures.excess_evasion_rate(Model(brittle), train, test, seed=1)
    assert (found <= 0.1).verdict == "not met"
    assert found.subjects == ("model", "train", "test")


def test_text_labels_and_maps_of_labels_reach_the_control_as_they_are():
    train, test = task()
    names = np.array(["no", "yes"])
    named = [Dataset(each.X, names[each.y], name=each.name) for each in (train, test)]
    model = LogisticRegression().fit(train.X.to_numpy(), names[train.y])
    plain = LogisticRegression().fit(train.X.to_numpy(), train.y)
    assert measures.excess_evasion_rate(model, *named, seed=1).value == pytest.approx(
        measures.excess_evasion_rate(plain, train, test, seed=1).value
    )
    mapped = [Dataset(each.X, names[each.y], name=each.name, labels={"no": 0, "yes": 1}) for each in (train, test)]
    assert measures.excess_evasion_rate(plain, *mapped, seed=1).value == pytest.approx(
        measures.excess_evasion_rate(plain, train, test, seed=1).value
    )


def test_what_cannot_be_compared_is_said():
    train, test = task()
    wrong = Model(lambda frame: 1 - test.y.to_numpy()[: len(frame)])
    with pytest.raises(NotMeasurableError, match="no row is answered correctly both"):
        measures.excess_evasion_rate(wrong, train, test)
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.excess_evasion_rate(LogisticRegression().fit(train.X.to_numpy(), train.y), train, test.X)


# The toolbox


def linear():
    random = np.random.default_rng(0)
    X, w = random.normal(size=(100, 4)), random.normal(size=4)
    return LogisticRegression().fit(X, (X @ w > 0).astype(int)), Dataset(X, (X @ w > 0).astype(int))


@pytest.fixture
def toolbox(monkeypatch):
    """What the bridge uses of the toolbox: a descent along the gradients of a linear model."""

    class Wrapped:
        def __init__(self, model):
            if not hasattr(model, "coef_"):
                return
            self.model = model
            self.loss_gradient = lambda rows: rows

    class Descent:
        def __init__(self, estimator, *, norm, eps, eps_step, max_iter, verbose):
            self.model, self.norm, self.reach = estimator.model, norm, eps

        def generate(self, rows):
            w = self.model.coef_[0]
            way = w / np.linalg.norm(w) if self.norm == 2 else np.sign(w)
            side = np.sign(self.model.decision_function(rows))[:, None]
            return (rows - side * way * self.reach).astype(np.float32)

    modules = {
        "art": types.ModuleType("art"),
        "art.attacks": types.ModuleType("art.attacks"),
        "art.attacks.evasion": types.SimpleNamespace(ProjectedGradientDescent=Descent),
        "art.estimators": types.ModuleType("art.estimators"),
        "art.estimators.classification": types.SimpleNamespace(SklearnClassifier=Wrapped),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_a_white_box_attack_goes_through_the_same_measures(toolbox, norm):
    model, data = linear()
    w = model.coef_[0]
    size = np.linalg.norm(w) if norm == "l2" else np.abs(w).sum()
    exact = np.abs(model.decision_function(data.X.to_numpy())) / size
    found = measures.minimal_perturbation(model, data, norm=norm, knowledge="white-box", seed=1)
    assert found.params["attack"] == "art"
    reached = np.isfinite(found.details.distances)
    assert found.details.distances[reached] == pytest.approx(exact[reached], rel=0.02)
    assert (found.details.distances[reached] >= exact[reached] * (1 - 1e-9)).all()
    rate = measures.evasion_rate(model, data, epsilon=0.3, norm=norm, knowledge="white-box", seed=1)
    attacked = rate.details.attacked
    assert rate.value == pytest.approx((exact[attacked] <= 0.3).mean())
    assert not rate.details.without_start.any()  # what was not turned within the distance withstood


def test_what_the_toolbox_cannot_do_is_said(toolbox):
    model, data = linear()
    forest = RandomForestClassifier(5).fit(data.X.to_numpy(), data.y)
    for keywords, said in (
        ({"immutable": ["x0"]}, "moves every feature freely"),
        ({"costs": {"x0": 2.0}}, "moves every feature freely"),
        ({"scale": "deviations"}, "in the data's own units"),
        ({"start": data.X}, "begins at the row itself"),
    ):
        with pytest.raises(NotMeasurableError, match=said):
            measures.minimal_perturbation(model, data, knowledge="white-box", **keywords)
    with pytest.raises(NotMeasurableError, match="no gradients of RandomForestClassifier"):
        measures.minimal_perturbation(forest, data, knowledge="white-box")
    with pytest.raises(ValueError, match="norm = 'l1'"):
        measures.minimal_perturbation(model, data, norm="l1", knowledge="white-box")


def test_without_the_toolbox_the_error_names_the_line_that_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "art", None)
    monkeypatch.setitem(sys.modules, "art.attacks.evasion", None)
    model, data = linear()
    with pytest.raises(SubjectError, match=r'pip install "pytest-iso23053\[adversarial\]"'):
        measures.minimal_perturbation(model, data, knowledge="white-box")
