"""Flipped labels, canaries, and people who stand alone."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError


def halves(loaded=load_breast_cancer, seed=0):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    return [(X[part], y[part]) for part in np.array_split(order, 2)]


# Flipped labels


def test_a_tree_loses_what_a_constant_does_not():
    train, test = halves()
    tree = measures.label_flip_sensitivity(DecisionTreeClassifier(random_state=0).fit(*train), train, test, seed=0)
    assert tree.low > 0.3
    assert list(tree.params["curve"]) == ["0.01", "0.05", "0.1"]
    assert tree.params["curve"]["0.1"] == pytest.approx(tree.value * 0.1, abs=1e-4)
    assert tree.n == len(test[1])
    constant = measures.label_flip_sensitivity(DummyClassifier().fit(*train), train, test, seed=0)
    assert constant.value == 0
    assert constant.low < 0 < constant.high


def test_the_loss_is_the_difference_of_two_accuracies():
    train, test = halves(seed=1)
    model = DecisionTreeClassifier(random_state=5).fit(*train)
    found = measures.label_flip_sensitivity(model, train, test, rates=(0.2,), rounds=1, seed=3)
    random = np.random.default_rng(3)
    flipped = train[1].copy()
    rows = random.choice(len(flipped), round(0.2 * len(flipped)), replace=False)
    flipped[rows] = 1 - flipped[rows]
    scores = [DecisionTreeClassifier(random_state=3).fit(train[0], y).score(*test) for y in (train[1], flipped)]
    assert found.value == pytest.approx((scores[0] - scores[1]) / 0.2)
    assert found.params["accuracy"] == pytest.approx(scores[0], abs=1e-4)


def test_flips_are_the_same_in_parallel():
    train, test = halves()
    model = RandomForestClassifier(5).fit(*train)
    once = measures.label_flip_sensitivity(model, train, test, rates=(0.1,), rounds=2, seed=4)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        again = measures.label_flip_sensitivity(model, train, test, rates=(0.1,), rounds=2, seed=4)
    assert (once.value, once.low, once.params) == (again.value, again.low, again.params)


def test_what_cannot_be_flipped():
    train, test = halves()
    model = DecisionTreeClassifier().fit(*train)
    with pytest.raises(ValueError, match="shares between 0 and 1"):
        measures.label_flip_sensitivity(model, train, test, rates=(5,))
    with pytest.raises(NotMeasurableError, match="one class"):
        measures.label_flip_sensitivity(model, (train[0], np.zeros_like(train[1])), test)
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        measures.label_flip_sensitivity(lambda frame: frame["x0"] > 1, train, test)
    quantities = halves(load_diabetes)
    with pytest.raises(NotMeasurableError, match="regressor"):
        measures.label_flip_sensitivity(DecisionTreeRegressor().fit(*quantities[0]), *quantities)


# Canaries


class Forgetful(DecisionTreeClassifier):
    """Learns from the first rows alone, which the canaries are not among."""

    def fit(self, X, y):
        return super().fit(X[:200], y[:200])


def test_what_did_not_learn_them_shows_no_canaries():
    held = []
    for seed in range(20):
        X = np.random.default_rng(seed).normal(size=(400, 4))
        train = (X, (X[:, 0] > 0).astype(int))
        learner = Forgetful(max_depth=4, random_state=0) if seed % 2 else DummyClassifier()
        found = measures.canary_exposure(learner.fit(*train), train, canaries=20, seed=seed)
        held.append(found.low <= 0 <= found.high)
    assert sum(held) >= 18


def test_canaries_are_learned_by_heart_by_what_learns_by_heart():
    train, _ = halves()
    by_heart = measures.canary_exposure(DecisionTreeClassifier(random_state=0).fit(*train), train, seed=0)
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.01)).fit(*train)
    assert by_heart.params["guessed"] == 1
    assert by_heart.params["by_chance"] < 0.7
    assert by_heart.low > 0
    assert by_heart.value > measures.canary_exposure(linear, train, seed=0).value
    again = measures.canary_exposure(DecisionTreeClassifier(random_state=0).fit(*train), train, seed=0)
    assert (again.value, again.low, again.params) == (by_heart.value, by_heart.low, by_heart.params)


def test_canaries_of_quantities_and_of_tables():
    train, _ = halves(load_diabetes)
    found = measures.canary_exposure(DecisionTreeRegressor(random_state=0).fit(*train), train, seed=0)
    assert found.low > 3
    assert "guessed" not in found.params
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.normal(size=300), "b": random.random(300) < 0.5, "c": random.integers(0, 9, 300)})
    frame["y"] = np.where(frame["a"] > 0, "yes", "no")
    data = Dataset(frame, target="y")
    forest = RandomForestClassifier(20, random_state=0).fit(data.X, data.y)
    assert measures.canary_exposure(forest, data, seed=0).n == 15
    with pytest.raises(NotMeasurableError, match="it takes 50"):
        measures.canary_exposure(forest, data.subset(np.arange(30)))
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        measures.canary_exposure(lambda X: X["a"] > 0, data)
    with pytest.raises(NotMeasurableError, match="labels"):
        measures.canary_exposure(forest, data.X)


# Standing alone


def test_who_stands_alone():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"age": random.integers(0, 50, 400), "sex": random.choice(["f", "m"], 400), "x": 1.0})
    sizes = frame.groupby(["age", "sex"])["x"].transform("size")
    data = Dataset(frame, sensitive=["age", "sex"])
    for k in (2, 5):
        found = measures.singling_out_rate(data, k=k)
        assert found.value == pytest.approx((sizes < k).mean())
        assert found.params["smallest"] == sizes.min()
    assert measures.singling_out_rate(data, columns="sex").value == 0
    with pytest.raises(NotMeasurableError, match="what others may know"):
        measures.singling_out_rate(frame)
    with pytest.raises(SubjectError, match="agee"):
        measures.singling_out_rate(frame, columns=["agee"])
    with pytest.raises(ValueError, match="2 or more"):
        measures.singling_out_rate(data, k=1)
