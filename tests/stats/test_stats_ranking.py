"""AUC and average precision against scikit-learn, a published example, and their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, rankdata
from sklearn.metrics import average_precision_score, roc_auc_score

from pytest_iso23053.stats import ranking


def scores_of(distance, positives, negatives, random):
    truth = np.repeat([True, False], [positives, negatives])
    return truth, np.concatenate([random.normal(distance, 1, positives), random.normal(0, 1, negatives)])


def test_midranks():
    values = np.array([3, 1, 3, 2, 3, 1])
    assert ranking.midranks(values).tolist() == rankdata(values).tolist()


@pytest.mark.parametrize("digits", [0, 1, 8])  # rounding makes ties
@pytest.mark.parametrize("distance", [-1.0, 0.0, 1.5])
def test_values_agree_with_scikit_learn(distance, digits):
    truth, scores = scores_of(distance, 40, 70, np.random.default_rng(5))
    scores = scores.round(digits)
    assert ranking.roc_auc(truth, scores)[0] == pytest.approx(roc_auc_score(truth, scores))
    assert ranking.average_precision(truth, scores)[0] == pytest.approx(average_precision_score(truth, scores))


def slow_delong(truth, scores):
    """The definition: structural components from all pairs (DeLong et al. 1988, equations 4 to 7)."""
    wins = np.sign(scores[truth][:, None] - scores[~truth][None, :]) / 2 + 0.5
    positives, negatives = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), positives.var(ddof=1) / len(positives) + negatives.var(ddof=1) / len(negatives)


@pytest.mark.parametrize("digits", [0, 8])
def test_delong_agrees_with_its_definition(digits):
    truth, scores = scores_of(0.8, 25, 60, np.random.default_rng(1))
    assert ranking.delong(truth, scores.round(digits)) == pytest.approx(slow_delong(truth, scores.round(digits)))


def test_perfect_constant_and_lonely_rankings_have_wide_intervals():
    truth = np.repeat([True, False], [12, 30])
    value, low, high = ranking.roc_auc(truth, truth.astype(float))
    assert (value, high) == (1, 1)
    assert 0.75 < low < 0.95
    assert ranking.roc_auc(truth, ~truth)[:2] == (0, 0)
    value, low, high = ranking.roc_auc(truth, np.zeros(42))
    assert value == 0.5
    assert low < 0.4
    assert high > 0.6
    value, low, high = ranking.roc_auc(np.array([True, False, False]), np.array([1.0, 0.0, 2.0]))
    assert low < 0.2
    assert high > 0.8
    assert ranking.average_precision(truth, truth.astype(float))[1] < 0.95


@pytest.mark.parametrize("truth", [[True, True], [False, False], []])
def test_one_class_alone_has_no_ranking(truth):
    assert np.isnan(ranking.roc_auc(np.array(truth, dtype=bool), np.arange(float(len(truth))))).all()
    assert np.isnan(ranking.average_precision(np.zeros(3, dtype=bool), np.arange(3.0))).all()


@pytest.mark.parametrize(
    ("distance", "positives", "negatives"), [(0, 30, 70), (1, 30, 70), (1, 8, 8), (2.5, 20, 300), (3.5, 60, 300)]
)
def test_coverage_of_the_area(distance, positives, negatives):
    """Also near 1, where DeLong's own lower bound fails: what must not happen is a lucky sample that passes."""
    random, area = np.random.default_rng(7), norm.cdf(distance / np.sqrt(2))
    bounds = np.array([ranking.roc_auc(*scores_of(distance, positives, negatives, random))[1:] for _ in range(800)])
    assert np.mean((bounds[:, 0] <= area) & (area <= bounds[:, 1])) >= 0.935
    assert np.mean(bounds[:, 0] > area) <= 0.04


def test_delong_alone_would_fail_near_one():
    """The reason for the second interval: with DeLong's, one lower bound in twelve lies above the truth."""
    random, area = np.random.default_rng(7), norm.cdf(3.5 / np.sqrt(2))
    above = []
    for _ in range(600):
        value, variance = ranking.delong(*scores_of(3.5, 60, 300, random))
        reach = 1.96 * np.sqrt(variance) / (value * (1 - value))
        above.append(ranking._on_logit(value, reach)[0] > area)
    assert np.mean(above) > 0.05


@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0])
def test_coverage_of_average_precision(distance):
    random = np.random.default_rng(2)
    truth = random.random(400_000) < 0.3
    true_value = ranking.average_precision(truth, random.normal(size=400_000) + distance * truth)[0]
    covered = []
    for _ in range(600):
        drawn = random.random(200) < 0.3
        _, low, high = ranking.average_precision(drawn, random.normal(size=200) + distance * drawn)
        covered.append(low <= true_value <= high)
    assert np.mean(covered) >= 0.93


def weighted_precision(truth, scores, weights):
    """The definition for rows that count differently."""
    order = np.argsort(-scores, kind="stable")
    truth, scores, weights = truth[order], scores[order], weights[order]
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    found, taken = np.cumsum(weights * truth)[last], np.cumsum(weights)[last]
    return np.sum(np.diff(found, prepend=0) * found / taken) / found[-1]


@pytest.mark.parametrize("digits", [0, 8])
def test_the_error_of_average_precision_is_that_of_its_numeric_derivatives(digits):
    truth, scores = scores_of(1.2, 40, 160, np.random.default_rng(21))
    scores, step = scores.round(digits), 1e-6
    moved = [weighted_precision(truth, scores, np.ones(200) + step * (np.arange(200) == row)) for row in range(200)]
    influence = (np.array(moved) - weighted_precision(truth, scores, np.ones(200))) / step * 200
    value, _, error = ranking._precision_at_positives(truth, scores)
    assert value == pytest.approx(weighted_precision(truth, scores, np.ones(200)))
    assert error == pytest.approx(influence.std(ddof=1) / np.sqrt(200), rel=1e-4)


def test_the_precision_without_the_row_itself_is_less_biased():
    """Five positives of fifty at chance: the truth is 0.1, the value far above it."""
    random = np.random.default_rng(22)
    truth = np.repeat([True, False], [5, 45])
    found = np.array([ranking._precision_at_positives(truth, random.normal(size=50))[:2] for _ in range(1_000)])
    assert found[:, 0].mean() > 0.15
    assert found[:, 1].mean() == pytest.approx(0.1, abs=0.02)
