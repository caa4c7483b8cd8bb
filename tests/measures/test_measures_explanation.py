"""Importances of features: what they are, whether they hold, and whether they speak of what was learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

import pytest_iso23053.measures.importances as module
from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.importances import importances, pairs_of
from pytest_iso23053.stats.ranking import rank_correlation

WEIGHTS = np.array([4.0, 2.0, 1.0, 0.5, 0.0])


def normal(n, seed, features=5):
    return np.random.default_rng(seed).normal(size=(n, features))


def graded(frame):
    return 1 / (1 + np.exp(-frame.to_numpy() @ WEIGHTS))


def on_digits(frame):
    """It hangs on the seventh digit of every feature alike."""
    return np.floor(frame.to_numpy() * 1e6).sum(axis=1) % 2 == 0


@pytest.mark.parametrize("seed", range(5))
def test_rank_correlation_is_that_of_scipy(seed):
    one, other = np.random.default_rng(seed).integers(0, 6, (2, 12))
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_rank_correlation_of_a_constant_is_not_defined():
    assert np.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))


@pytest.mark.parametrize("at_once", [1, 150, 20_000])
def test_importances_are_those_of_one_feature_at_a_time(at_once, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    X = normal(61, 0)
    case = Case(graded, Dataset(X))
    rows = pairs_of(case.data, np.random.default_rng(1))
    assert rows.size == 60
    found = importances(case, rows)
    frame = case.data.X.iloc[rows].reset_index(drop=True)
    for place, name in enumerate(frame):
        changed = frame.assign(**{name: np.roll(frame[name].to_numpy(), 30)})
        assert found.values[place] == pytest.approx(np.abs(graded(changed) - graded(frame)).mean())
    assert found.values[4] == 0


def test_importances_of_a_linear_regression_follow_its_weights():
    X = normal(2_000, 0)
    model = LinearRegression().fit(X, X @ WEIGHTS)
    data = Dataset(X, X @ WEIGHTS)
    found = importances(Case(model, data), pairs_of(data, np.random.default_rng(0)))
    expected = WEIGHTS * 2 / np.sqrt(np.pi) / np.linalg.norm(WEIGHTS)  # of the mean distance of two normal values
    assert found.values == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_a_clear_ranking_holds_on_other_rows(seed):
    measured = measures.explanation_stability(graded, normal(1_500, seed), seed=seed)
    assert (measured >= 0.8).verdict == "met"
    assert next(iter(measured.params["importances"])) == "x0"
    assert measured.params["same_first"] == 1
    assert (measured.n, measured.params["of"]) == (800, 1_500)


@pytest.mark.parametrize("seed", range(4))
def test_a_ranking_that_is_noise_does_not_hold(seed):
    measured = measures.explanation_stability(on_digits, normal(400, seed, 12), seed=seed)
    assert (measured >= 0.8).verdict == "not met"
    assert measured.value < 0.7


def test_the_interval_holds_what_disjoint_samples_give():
    weights = np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5])
    model = lambda frame: 1 / (1 + np.exp(-frame.to_numpy() @ weights))  # noqa: E731

    def on_fresh_rows(seed):
        cases = [Case(model, Dataset(normal(100, 2 * seed + part, 6))) for part in (0, 1)]
        return rank_correlation(
            *(importances(each, pairs_of(each.data, np.random.default_rng(0))).values for each in cases)
        )

    truth = np.mean([on_fresh_rows(10_000 + seed) for seed in range(50)])
    found = [measures.explanation_stability(model, normal(200, seed, 6), seed=seed) for seed in range(20)]
    assert np.mean([each.value for each in found]) == pytest.approx(truth, abs=0.1)
    assert sum(each.low <= truth <= each.high for each in found) >= 18


def test_the_interval_holds_zero_where_all_features_matter_alike():
    found = [measures.explanation_stability(on_digits, normal(200, seed, 8), seed=seed) for seed in range(20)]
    assert abs(np.mean([each.value for each in found])) < 0.3
    assert sum(each.low <= 0 <= each.high for each in found) >= 18


def test_kinds_of_columns_and_of_answers():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "city": pd.Categorical(random.choice(["Bonn", "Ulm"], 200)),
            "since": pd.to_datetime("2024-01-01") + pd.to_timedelta(random.integers(0, 400, 200), unit="D"),
            "score": pd.array(random.integers(0, 9, 200), dtype="Int64"),
            "member": random.random(200) < 0.5,
        }
    )
    frame.loc[:20, "score"] = pd.NA
    labels = lambda rows: np.where((rows["city"] == "Bonn") & (rows["score"].fillna(0) > 2), "yes", "no")  # noqa: E731
    measured = measures.explanation_stability(labels, Dataset(frame, labels(frame)), seed=0)
    assert set(list(measured.params["importances"])[:2]) == {"city", "score"}
    value = lambda rows: rows["score"].fillna(4).to_numpy(float) * 10.5  # noqa: E731
    regression = Dataset(frame, value(frame) + random.normal(size=200))
    assert measures.explanation_stability(value, regression, seed=0).value == 1


def test_what_was_learned_is_not_what_noise_teaches():
    random = np.random.default_rng(0)
    X = np.column_stack([random.random((900, 2)) < 0.5, random.normal(size=(900, 4))]).astype(float)
    y = X[:, 0] + X[:, 1] + 0.3 * X[:, 2] + 0.3 * random.normal(size=900) > 1
    model = RandomForestClassifier(30, min_samples_leaf=5, random_state=0).fit(X[:600], y[:600])
    measured = measures.randomised_model_rank_correlation(model, (X[:600], y[:600]), X[600:], seed=0)
    assert measured.value < 0  # noise is learned from columns of many values, and the truth stands in the other two
    assert measured.n == 5
    assert measured.params["by_chance"] == pytest.approx(1.96 / np.sqrt(5), abs=1e-3)
    assert next(iter(measured.params["importances"])) in {"x0", "x1"}
    assert next(iter(measured.params["randomised"])) not in {"x0", "x1"}


class Deaf(LogisticRegression):
    """It learns nothing from its labels."""

    def fit(self, X, y):
        super().fit(X, y)
        self.coef_ = WEIGHTS[None, :].copy()
        return self


def test_an_explanation_that_does_not_depend_on_the_labels_is_found():
    X = normal(400, 0)
    model = Deaf().fit(X, X[:, 4] > 0)
    measured = measures.randomised_model_rank_correlation(model, (X, X[:, 4] > 0), normal(300, 1), seed=0)
    assert measured.value == pytest.approx(1)
    assert (measured <= 0.9).verdict == "not met"


def test_unrelated_rankings_correlate_around_zero():
    found = []
    for seed in range(6):
        X = normal(300, seed, 8)
        y = X @ np.random.default_rng(seed + 100).normal(size=8) > 0
        model = LogisticRegression().fit(X, y)
        found.append(measures.randomised_model_rank_correlation(model, (X, y), X[:200], rounds=3, seed=seed).value)
    assert abs(np.mean(found)) < 0.25


def test_what_cannot_be_measured():
    X = normal(100, 0)
    with pytest.raises(NotMeasurableError, match="2 features; to compare ranks"):
        measures.explanation_stability(lambda frame: frame["x0"] > 0, X[:, :2])
    with pytest.raises(NotMeasurableError, match="30 rows"):
        measures.explanation_stability(graded, X[:30])
    constant = lambda frame: np.full(len(frame), 0.7)  # noqa: E731
    with pytest.raises(NotMeasurableError, match="no feature matters more"):
        measures.explanation_stability(constant, X)
    train = (X, X[:, 0] > 0)
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        measures.randomised_model_rank_correlation(graded, train, X)
    with pytest.raises(ValueError, match="rounds = 1"):
        measures.randomised_model_rank_correlation(LogisticRegression().fit(*train), train, X, rounds=1)
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.randomised_model_rank_correlation(LogisticRegression().fit(*train), X, X)
