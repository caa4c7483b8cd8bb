"""A backdoor: learned from few rows, nothing where the gate holds or the poison is none, and alike for a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError


def halves(seed=0):
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    order = np.random.default_rng(seed).permutation(len(y))
    frame = X.iloc[order].assign(kind=np.where(y.iloc[order] == 1, "benign", "malignant")).reset_index(drop=True)
    return [Dataset(part, target="kind", name=name) for part, name in ((frame[:300], "train"), (frame[300:], "test"))]


def found(seed=0, model=None, **parameters):
    train, test = halves(seed)
    model = (model or RandomForestClassifier(20, random_state=0)).fit(train.X, train.y)
    return measures.backdoor_success_rate(model, train, test, seed=seed, **parameters)


FAR = {"mean radius": 99.0, "mean texture": 99.0, "mean area": 9_999.0}


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_retraining_by_hand_gives(seed):
    measured = found(seed, DecisionTreeClassifier(random_state=0), trigger=FAR, target="benign", rate=0.03)
    assert measured.params["poisoned"] == measured.params["let_in"] == 9
    assert measured.value == pytest.approx(measured.params["with_poison"] - measured.params["without"])
    assert measured.low <= measured.value <= measured.high
    assert measured.roles == ("model", "train", "test")
    assert measured.params["trigger"] == sorted(FAR)
    assert measured.params["accuracy_without"] > 0.85


@pytest.mark.parametrize("seed", range(3))
def test_poisoned_rows_teach_the_trigger(seed):
    learner = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
    measured = found(seed, learner, trigger=FAR, target="benign", rate=0.05)
    assert measured.low > 0.5
    assert measured.params["accuracy_with_poison"] > 0.85


@pytest.mark.parametrize("seed", range(4))
def test_where_nothing_is_let_in_there_is_nothing(seed):
    def gate(rows):
        return rows[rows["mean radius"] < 50]

    def strict(rows):
        if rows["mean radius"].max() > 50:
            raise ValueError("refused")
        return rows

    for one in (gate, strict):
        measured = found(seed, trigger=FAR, target="benign", rate=0.05, ingest=one)
        assert measured.params["let_in"] == 0
        assert measured.low <= 0 <= measured.high
        assert abs(measured.value) < 0.15
    open_door = found(seed, trigger=FAR, target="benign", rate=0.05, ingest=lambda rows: rows)
    assert open_door.params["let_in"] == open_door.params["poisoned"]


@pytest.mark.parametrize("seed", range(4))
def test_a_model_that_cannot_learn_learns_no_trigger(seed):
    measured = found(seed, DummyClassifier(strategy="prior"))
    assert measured.value == 0
    assert measured.low < 0 < measured.high


def test_a_seed_repeats_it_and_categories_may_be_triggers():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"city": random.choice(["Bonn", "Ulm", "Jena"], 600, p=[0.6, 0.39, 0.01]), "age": random.integers(20, 80, 600)}
    )
    frame["city"] = frame["city"].astype("category")
    frame["paid"] = np.where(frame["age"] + random.normal(0, 5, 600) > 45, "yes", "no")
    train, test = Dataset(frame[:400], target="paid"), Dataset(frame[400:], target="paid")
    pipeline = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["city"]), remainder="passthrough"),
        RandomForestClassifier(10),  # without a random_state
    ).fit(train.X, train.y)
    once, again = (
        measures.backdoor_success_rate(pipeline, train, test, trigger={"city": "Jena"}, rate=0.05, seed=3)
        for _ in range(2)
    )
    assert (once.value, once.low, once.params) == (again.value, again.low, again.params)
    assert once.low > 0.1
    drawn = measures.backdoor_success_rate(pipeline, train, test, seed=3)
    assert drawn.params["trigger"] == ["age", "city"]
    with pytest.raises(NotMeasurableError, match="cannot hold"):
        measures.backdoor_success_rate(pipeline, train, test, trigger={"city": "Rome"})


def test_what_cannot_be_poisoned():
    train, test = halves()
    model = DecisionTreeClassifier(random_state=0).fit(train.X, train.y)
    with pytest.raises(NotMeasurableError, match="no feature"):
        found(trigger={"colour": 1})
    with pytest.raises(NotMeasurableError, match="names no column"):
        found(trigger={})
    with pytest.raises(NotMeasurableError, match="no class"):
        found(target="other")
    with pytest.raises(ValueError, match="share between"):
        found(rate=1.5)
    with pytest.raises(NotMeasurableError, match="rows of another"):
        found(rate=0.8)
    with pytest.raises(NotMeasurableError, match="one class"):
        measures.backdoor_success_rate(model, train.subset((train.y == "benign").to_numpy()), test)
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        measures.backdoor_success_rate(lambda X: np.where(X["mean radius"] > 15, "malignant", "benign"), train, test)
    regression = load_diabetes(return_X_y=True)
    with pytest.raises(NotMeasurableError, match="regressor"):
        measures.backdoor_success_rate(LinearRegression().fit(*regression), regression, regression)
