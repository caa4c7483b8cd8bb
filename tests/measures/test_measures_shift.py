"""Drift of features, correlations and predictions: over many columns, at small and at large n, and planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.pairs import shifts
from pytest_iso23053.measures.profile import profile

pytestmark = pytest.mark.filterwarnings("error")


def normal(n, columns=20, seed=0, moved=()):
    rows = np.random.default_rng(seed).normal(size=(n, columns))
    for column, by in moved:
        rows[:, column] += by
    return Dataset(rows, name=f"data {seed}")


def test_many_columns_at_small_n_do_not_alarm():
    for seed in range(6):
        pair = normal(300, 60, seed), normal(300, 60, 1_000 + seed)
        assert (measures.feature_drift(*pair) <= 0.05).verdict == "inconclusive"
        assert (measures.correlation_drift(*pair) <= 0.1).verdict == "inconclusive"
        assert (measures.psi(*pair) <= 0.25).verdict != "not met"


def test_what_moved_is_named():
    measured = measures.feature_drift(normal(2_000), normal(2_000, seed=1, moved=[(3, 0.5), (7, -0.4)]))
    assert (measured <= 0.05).verdict == "not met"
    assert list(measured.params["moved"]) == ["x3", "x7"]
    assert measured.params["columns"] == 20


def test_a_pair_is_compared_once(monkeypatch):
    pair = normal(200), normal(200, seed=1)
    assert shifts(*pair) is shifts(profile(pair[0]), profile(pair[1]))


def test_the_value_is_that_of_scipy_less_the_null():
    from scipy import stats

    before, after = normal(2_000, 1), normal(1_000, 1, seed=1, moved=[(0, 0.5)])
    expected = stats.ks_2samp(before.X["x0"], after.X["x0"]).statistic
    assert measures.feature_drift(before, after).value == pytest.approx(
        expected - 0.8687 * np.sqrt(1 / 2_000 + 1 / 1_000), abs=1e-4
    )


def test_features_that_were_exchanged_show_in_their_correlations():
    random = np.random.default_rng(0)
    common = random.normal(size=(4_000, 1))
    rows = np.hstack([common + random.normal(size=(4_000, 2)), random.normal(size=(4_000, 1))])
    before, after = Dataset(rows[:2_000]), Dataset(rows[2_000:][:, [0, 2, 1]] * [1, np.sqrt(2), 1 / np.sqrt(2)])
    assert (measures.feature_drift(before, after) <= 0.05).verdict != "not met"
    measured = measures.correlation_drift(before, after)
    assert (measured <= 0.1).verdict == "not met"
    assert set(measured.params["changed"]) == {"x0 with x1", "x0 with x2"}


def test_where_correlations_cannot_be_compared():
    with pytest.raises(NotMeasurableError, match="from 100 on"):
        measures.correlation_drift(normal(99), normal(300))
    with pytest.raises(NotMeasurableError, match="no two numeric"):
        measures.correlation_drift(normal(300, 1), normal(300, 1))
    with pytest.raises(NotMeasurableError, match="give the data sets"):
        measures.correlation_drift(profile(normal(300)), normal(300))


def test_predictions_of_a_classifier():
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(3_000, 4)), columns=list("abcd"))
    labels = (rows["a"] + random.normal(size=3_000) > 0).map({True: "yes", False: "no"})
    model = Model(RandomForestClassifier(20, random_state=0, n_jobs=1).fit(rows[:1_000], labels[:1_000]))
    test, clean = Dataset(rows[1_000:2_000], labels[1_000:2_000]), Dataset(rows[2_000:])
    assert (measures.prediction_drift(model, test, clean) <= 0.05).verdict == "inconclusive"
    measured = measures.prediction_drift(model, test, Dataset(rows[2_000:].assign(a=rows["a"] + 1), name="production"))
    assert (measured <= 0.05).verdict == "not met"
    assert set(measured.params["moved"]) == {"answer", "probability of yes"}
    assert measured.subjects == ("model", "data", "production")


def test_predictions_of_a_regressor():
    rows = pd.DataFrame(np.random.default_rng(0).normal(size=(900, 2)), columns=["a", "b"])
    model = Model(LinearRegression().fit(rows, rows["a"] * 2.5))
    test = Dataset(rows[:450], rows["a"][:450] * 2.5, target="y")
    assert (measures.prediction_drift(model, test, Dataset(rows[450:] + 1)) <= 0.05).verdict == "not met"


def test_labels_that_are_numbers_of_classes_are_no_quantities():
    before, after = ([[0]] * 900, [0, 1, 2] * 300), ([[0]] * 900, [0, 0, 2] * 300)
    assert measures.label_drift(before, after).value == pytest.approx(1 / 3, abs=0.04)
    quantities = ([[0]] * 900, np.arange(900) / 7), ([[0]] * 900, np.arange(900) / 7 + 40)
    assert (measures.label_drift(*quantities) <= 0.05).verdict == "not met"
    with pytest.raises(NotMeasurableError, match="different kinds"):
        measures.label_drift(([[0]] * 60, np.arange(60) / 7), ([[0]] * 60, ["a", "b"] * 30))
