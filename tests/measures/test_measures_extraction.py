"""Extraction: linear models to the last weight, forests in part, and noise no better than a guess."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError


@pytest.mark.parametrize("loaded", [load_breast_cancer, load_iris])
@pytest.mark.parametrize("seed", range(3))
def test_equations_give_a_linear_model_away(loaded, seed):
    """Tramèr et al. 2016: a logistic regression is known from as many probabilities as it has weights."""
    X, y = loaded(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01)).fit(X, y)
    found = measures.extraction_fidelity(model, (X, y), queries=100, knowledge="probabilities", seed=seed)
    assert found.params["attack"] == "equations"
    assert found.value == 1
    labels = measures.extraction_fidelity(model, (X, y), queries=100, seed=seed)
    assert labels.params["attack"] in {"trees", "linear"}
    assert labels.params["baseline"] < labels.value <= 1


def test_categories_and_regressors_too():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"city": random.choice(["Bonn", "Ulm", "Jena"], 400), "age": random.normal(50, 9, 400)})
    y = np.where((frame["city"] == "Ulm") * 10 + frame["age"] > 52, "yes", "no")
    encoder = make_column_transformer((OneHotEncoder(), ["city"]), remainder=StandardScaler())
    model = make_pipeline(encoder, LogisticRegression()).fit(frame, y)
    found = measures.extraction_fidelity(model, Dataset(frame, y), queries=60, knowledge="probabilities", seed=0)
    assert (found.value, found.params["attack"]) == (1, "equations")
    data = load_diabetes(return_X_y=True)
    assert measures.extraction_fidelity(LinearRegression().fit(*data), data, queries=60, seed=0).value == 1
    forest = RandomForestRegressor(20, random_state=0).fit(*data)
    part = measures.extraction_fidelity(forest, data, seed=0)
    assert part.params["baseline"] < part.value < 1


@pytest.mark.parametrize("seed", range(8))
def test_of_noise_a_copy_is_worth_a_guess(seed):
    X = np.random.default_rng(seed).normal(size=(2_000, 4))

    def noise(frame):
        return (np.floor(np.asarray(frame).sum(axis=1) * 1e7) % 10 < 7).astype(int)

    found = measures.extraction_fidelity(noise, (X, noise(X)), queries=400, seed=seed)
    assert found.value <= found.params["baseline"] + 0.03
    assert found.low < 0.72


def test_what_fewer_queries_would_have_given_is_drawn_and_the_model_is_asked_once():
    X, y = load_breast_cancer(return_X_y=True)
    forest, asked = RandomForestClassifier(20, random_state=0).fit(X, y), []

    def served(frame):
        asked.append(len(frame))
        return forest.predict(np.asarray(frame))

    found = measures.extraction_fidelity(served, (X, y), queries=800, seed=0)
    assert asked.count(800) == 1
    series = found.series
    assert (series["kind"], series["over"], [row[0] for row in series["rows"]]) == ("curve", "queries", [50, 200, 800])
    assert series["rows"][-1][1:] == pytest.approx([found.value, found.low, found.high], rel=1e-5)
    fewer = measures.extraction_fidelity(served, (X, y), queries=50, seed=0)
    assert [row[0] for row in fewer.series["rows"]] == [50]


def test_more_queries_more_fidelity_and_a_seed_repeats_it():
    X, y = load_breast_cancer(return_X_y=True)
    X = X[:, :8]
    model = RandomForestClassifier(20, random_state=0).fit(X, y)
    few, many = (measures.extraction_fidelity(model, (X, y), queries=n, seed=1) for n in (50, 2_000))
    assert few.value < many.value
    again = measures.extraction_fidelity(model, (X, y), queries=2_000, seed=1)
    assert (again.value, again.low, again.params) == (many.value, many.low, many.params)


def test_what_cannot_be_copied():
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(X, y)
    with pytest.raises(NotMeasurableError, match="need 40"):
        measures.extraction_fidelity(model, X[:20])
    with pytest.raises(NotMeasurableError, match="alike"):
        measures.extraction_fidelity(model, X[:50])
    with pytest.raises(ValueError, match="queries"):
        measures.extraction_fidelity(model, X, queries=5)
    with pytest.raises(ValueError, match="knowledge"):
        measures.extraction_fidelity(model, X, knowledge="all")
