"""Attribute inference: what a model learned by heart is found, and a correlation in the data is not held against it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.deployment.inversion import BINS, _binned

TREE = DecisionTreeClassifier(random_state=0)


def people(seed, rows=1_200):
    """Sex goes along with height; the diagnosis with age alone, and half by chance."""
    random = np.random.default_rng(seed)
    sex = random.choice(["f", "m"], rows)
    frame = pd.DataFrame({"age": random.normal(50, 9, rows), "sex": sex})
    frame["height"] = 165 + 12 * (sex == "m") + random.normal(0, 7, rows)
    frame["sick"] = np.where(frame["age"] + random.normal(0, 9, rows) > 52, "yes", "no")
    return Dataset(frame, target="sick")


def fitted(learner, data):
    encoder = make_column_transformer((OneHotEncoder(), ["sex"]), remainder="passthrough")
    return make_pipeline(encoder, learner).fit(data.X, data.y)


def by_lot(seed):
    """Labels that nothing explains: who knows one has learned it by heart."""
    random = np.random.default_rng(seed)
    columns = {"age": random.normal(50, 9, 1_200), "sex": random.choice(["f", "m"], 1_200)}
    return Dataset(pd.DataFrame({**columns, "sick": random.choice(["yes", "no"], 1_200)}), target="sick")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "learner", [DecisionTreeClassifier(random_state=0), RandomForestClassifier(20, random_state=0)]
)
def test_what_was_learned_by_heart_is_found(seed, learner):
    data = by_lot(seed)
    found = measures.attribute_inference_advantage(fitted(learner, data), data, "sex", seed=seed)
    assert found.low > 0.05
    assert 0.4 < found.params["without"] < 0.6
    assert found.value == pytest.approx(found.params["with_model"] - found.params["without"])


@pytest.mark.parametrize("seed", range(4))
def test_a_correlation_is_no_leak(seed):
    """The model is one of other people: what it tells of sex, height tells as well."""
    data, other = people(seed), people(seed + 100)
    model = fitted(RandomForestClassifier(20, min_samples_leaf=5, random_state=0), other)
    found = measures.attribute_inference_advantage(model, data, "sex", seed=seed)
    assert found.params["without"] > 0.7
    assert found.low < 0 < found.high


def test_a_model_that_does_not_look_tells_nothing_and_a_seed_repeats_it():
    data = people(0)
    none = measures.attribute_inference_advantage(lambda frame: np.where(frame["age"] > 52, "yes", "no"), data, "sex")
    assert none.value == 0
    assert none.low < 0 < none.high
    told = [measures.attribute_inference_advantage(fitted(TREE, data), data, "sex", seed=4) for _ in range(2)]
    assert (told[0].value, told[0].low, told[0].params) == (told[1].value, told[1].low, told[1].params)


def test_many_values_are_told_apart_by_quantile():
    random = np.random.default_rng(0)
    many = np.where(random.random(2_000) < 0.1, np.nan, random.exponential(size=2_000))
    few = random.integers(0, BINS, 2_000) / 7
    made = _binned(np.column_stack([many, few, np.full(2_000, np.nan)]))
    known = ~np.isnan(many)
    assert (made[:, 1] == few).all()
    assert (np.isnan(made[:, [0, 2]]) == np.column_stack([~known, np.ones(2_000)])).all()
    assert (np.diff(made[known, 0][np.argsort(many[known])]) >= 0).all()
    assert (np.bincount(made[known, 0].astype(int), minlength=BINS) >= known.sum() // BINS - 1).all()


def test_what_cannot_be_inferred():
    data = people(0)
    model = fitted(TREE, data)
    with pytest.raises(NotMeasurableError, match="is no feature"):
        measures.attribute_inference_advantage(model, data, "income")
    with pytest.raises(NotMeasurableError, match="values; it takes 2 to 10"):
        measures.attribute_inference_advantage(model, data, "age")
    with pytest.raises(NotMeasurableError, match="it takes 60"):
        measures.attribute_inference_advantage(model, data, "sex", rows=20)
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.attribute_inference_advantage(model, data.X, "sex")
