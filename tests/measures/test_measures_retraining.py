"""Training again: the artefact's own rows give it, others do not, and chance has its share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError


def split(loaded, seed):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    cut = len(order) * 2 // 3
    return (X[order[:cut]], y[order[:cut]]), (X[order[cut:]], y[order[cut:]])


def learners(loaded, seed=0):
    if loaded is load_diabetes:
        return [RandomForestRegressor(30, random_state=seed), Ridge()]
    return [RandomForestClassifier(30, random_state=seed), make_pipeline(StandardScaler(), LogisticRegression())]


@pytest.mark.parametrize("loaded", [load_breast_cancer, load_diabetes])
def test_training_again_gives_the_artefact(loaded):
    train, test = split(loaded, 0)
    for learner in learners(loaded):
        model = learner.fit(*train)
        assert measures.refit_repeatability(model, train, test).value == 1
        assert measures.retraining_disagreement(model, train, test).exact
        assert (measures.retraining_disagreement(model, train, test) <= 0.01).verdict == "met"


@pytest.mark.parametrize("loaded", [load_breast_cancer, load_diabetes])
def test_an_artefact_of_other_rows_is_found(loaded):
    train, test = split(loaded, 1)
    whole = tuple(np.concatenate(both) for both in zip(train, test, strict=True))
    for learner in learners(loaded)[:1]:  # it learns the test rows by heart
        assert (measures.retraining_disagreement(learner.fit(*whole), train, test, seed=1) <= 0.01).verdict == "not met"
    flipped = np.where(np.random.default_rng(0).random(len(train[1])) < 0.15, train[1].max() - train[1], train[1])
    for learner in learners(loaded):
        model = learner.fit(train[0], flipped)
        assert (measures.retraining_disagreement(model, train, test, seed=1) <= 0.01).verdict == "not met"


@pytest.mark.parametrize("seed", range(4))
def test_another_seed_is_no_fault(seed):
    train, test = split(load_breast_cancer, seed)
    order = np.random.default_rng(seed).permutation(len(train[1]))
    model = learners(load_breast_cancer, seed)[0].fit(train[0][order], train[1][order])
    again = measures.retraining_disagreement(model, train, test, seed=seed)
    assert (again <= 0.01).verdict != "not met"
    assert again.params["control"] > 0


def test_training_without_a_seed_cannot_be_repeated():
    train, test = split(load_breast_cancer, 2)
    model = make_pipeline(StandardScaler(), RandomForestClassifier(20)).fit(*train)
    twice = measures.refit_repeatability(model, train, test)
    assert (twice >= 1).verdict == "not met"
    assert twice.params["unseeded"] == ["randomforestclassifier__random_state"]
    assert (measures.retraining_disagreement(model, train, test, seed=0) <= 0.01).verdict != "not met"


def test_labels_are_spelled_as_the_estimator_learned_them():
    frame = pd.DataFrame({"x": range(60), "y": ["good", "bad"] * 30})
    raw = DecisionTreeClassifier(max_depth=2, random_state=0).fit(frame[["x"]], frame["y"])
    data = Dataset(frame, target="y", labels={"good": 1, "bad": 0})
    assert measures.retraining_disagreement(Model(raw), data, data).value == 0


def test_what_cannot_be_trained_again():
    train, test = split(load_breast_cancer, 0)
    with pytest.raises(NotMeasurableError, match="cannot be trained again; give the scikit-learn estimator"):
        measures.refit_repeatability(lambda frame: frame["x0"] > 1, train, test)
    fitted = DecisionTreeClassifier().fit(*train)
    with pytest.raises(NotMeasurableError, match="cannot be trained again on"):
        measures.refit_repeatability(fitted, (np.full_like(train[0], np.inf), train[1]), test)
    with pytest.raises(ValueError, match="effort"):
        measures.refit_repeatability(fitted, train, test, effort="some")


@pytest.mark.parametrize(
    ("learner", "rows", "quick"),
    [
        (DecisionTreeClassifier(), 4_000, True),
        (DecisionTreeClassifier(), 6_000, False),
        (RandomForestClassifier(10), 4_000, True),
        (RandomForestClassifier(5_000), 4_000, False),
        (SVC(), 900, True),
        (make_pipeline(StandardScaler(), SVC()), 1_100, False),
    ],
)
def test_a_quick_look_is_quick(learner, rows, quick):
    random = np.random.default_rng(0)
    train = Dataset(random.normal(size=(rows, 2)), random.integers(0, 2, rows))
    few = train.subset(range(50))
    small = clone_with(learner, 5).fit(few.X, few.y) if hasattr(learner, "n_estimators") else learner.fit(few.X, few.y)
    if hasattr(learner, "n_estimators"):
        small.set_params(n_estimators=learner.n_estimators)
    if quick:
        assert measures.refit_repeatability(small, train, few, effort="quick").n == 50
    else:
        with pytest.raises(NotMeasurableError, match="--iso23053-suite full"):
            measures.refit_repeatability(small, train, few, effort="quick")


def clone_with(learner, members):
    return type(learner)(members)


def test_spread_and_multiplicity_over_seeds():
    train, test = split(load_breast_cancer, 3)
    steady, shaky = learners(load_breast_cancer)[1].fit(*train), DecisionTreeClassifier(max_features=1).fit(*train)
    assert measures.seed_spread(steady, train, test, seed=0).value == 0
    assert measures.predictive_multiplicity(steady, train, test, seed=0).value == 0
    spread = measures.seed_spread(shaky, train, test, seed=0)
    assert 0 < spread.low < spread.value < spread.high
    assert spread.high / spread.value == pytest.approx(np.sqrt(4 / 0.4844186), rel=1e-4)  # χ² of 4 degrees, 2.5 %
    apart = measures.predictive_multiplicity(shaky, train, test, seed=0)
    assert 0.02 < apart.low <= apart.value <= apart.params["ambiguous"]
    with pytest.raises(ValueError, match="two trainings"):
        measures.seed_spread(shaky, train, test, seeds=1)


class Remembering(ClassifierMixin, BaseEstimator):
    """A pipeline that has the true answers from elsewhere, whatever it is trained on."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        known = (np.asarray(X)[:, 0] < 15).astype(float)
        return np.column_stack([1 - known, known])

    def predict(self, X):
        return self.classes_[self.predict_proba(X)[:, 1].astype(int)]


@pytest.mark.parametrize("loaded", [load_breast_cancer, load_diabetes])
def test_permuted_labels_teach_nothing(loaded):
    train, test = split(loaded, 4)
    for learner in learners(loaded):
        gain = measures.permuted_label_skill(learner.fit(*train), train, test, seed=0)
        assert (gain <= 0.05).verdict != "not met"
        assert abs(gain.value) < 0.06


def test_knowledge_from_elsewhere_is_found():
    train, test = split(load_breast_cancer, 5)
    gain = measures.permuted_label_skill(Remembering().fit(*train), train, test, seed=0)
    assert (gain <= 0.05).verdict == "not met"


def test_fragile_hyperparameters_are_named():
    random = np.random.default_rng(0)
    X = random.uniform(0, 8, size=(600, 1))
    y = (X[:, 0].astype(int) % 2).astype(int)
    train, test = (X[:400], y[:400]), (X[400:], y[400:])
    tree = DecisionTreeClassifier(max_leaf_nodes=8, random_state=0).fit(*train)
    fragile = measures.hyperparameter_fragility(tree, train, test, seed=0)
    assert fragile.params["setting"] == "max_leaf_nodes = 6"
    assert fragile.low > 0.02
    robust = measures.hyperparameter_fragility(LogisticRegression().fit(*train), train, test, seed=0)
    assert robust.value < 0.02
    with pytest.raises(NotMeasurableError, match="no numeric hyperparameter"):
        measures.hyperparameter_fragility(Remembering().fit(*train), train, test)
