"""Paired differences: against DeLong as defined, against brute force, and on the null."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_iso23053.stats.paired import auc_influence, concordance_influence, difference, mean_influence
from pytest_iso23053.stats.ranking import delong
from pytest_iso23053.stats.tables import auc_of_counts


def sample(seed, n=300, strength=1.0, discrete=False):
    random = np.random.default_rng(seed)
    positive = random.random(n) < 0.4
    scores = random.normal(size=n) + strength * positive
    return positive, np.round(scores) if discrete else scores


def placements(positive, scores):
    """DeLong's structural components, as the paper defines them."""
    above, below = scores[positive][:, None], scores[~positive]
    wins = (above > below) + (above == below) / 2
    return wins.mean(axis=1), wins.mean(axis=0)


@pytest.mark.parametrize("discrete", [False, True])
def test_paired_difference_is_delongs(discrete):
    positive, first = sample(1, discrete=discrete)
    _, second = sample(2, discrete=discrete)
    second = second + positive
    m, n = positive.sum(), (~positive).sum()
    parts = [placements(positive, scores) for scores in (first, second)]
    covariance = np.cov([part[0] for part in parts]) / m + np.cov([part[1] for part in parts]) / n
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    value, low, high = difference(auc_influence(positive, first), auc_influence(positive, second), fewest=10**9)
    assert value == pytest.approx(parts[0][0].mean() - parts[1][0].mean())
    assert (high - low) / 2 == pytest.approx(1.959964 * np.sqrt(variance), rel=0.02)


def test_no_two_rows_apart_is_no_certainty():
    positive, scores = sample(3)
    same = auc_influence(positive, scores)
    value, low, high = difference(same, same, fewest=20)
    assert (value, high) == (0, pytest.approx(1.96 * 0.5 / 20, rel=1e-3))
    assert low == -high
    assert np.isnan(difference(same, same, fewest=1)[1])


def test_one_class_has_no_area():
    assert np.isnan(auc_influence([True, True], [1, 2]).value)


def test_intervals_cover_where_two_models_are_equally_good():
    covered = 0
    for seed in range(1_000):
        random = np.random.default_rng(seed)
        positive = np.repeat([True, False], [40, 80])
        shared = random.normal(size=120) + positive
        one, two = (shared + random.normal(size=120) for _ in range(2))
        _, low, high = difference(auc_influence(positive, one), auc_influence(positive, two), fewest=40)
        covered += low <= 0 <= high
    assert 940 <= covered <= 985


def test_concordance_by_brute_force_and_as_auc():
    random = np.random.default_rng(4)
    truth, predicted = random.integers(0, 5, 60), random.integers(0, 4, 60)
    pairs = [(i, j) for i in range(60) for j in range(60) if truth[i] > truth[j]]
    expected = np.mean([(predicted[i] > predicted[j]) + (predicted[i] == predicted[j]) / 2 for i, j in pairs])
    assert concordance_influence(truth, predicted).value == pytest.approx(expected)
    positive, scores = sample(5)
    area, rows = auc_influence(positive, scores), concordance_influence(positive, scores)
    assert rows.value == pytest.approx(area.value)
    assert rows.rows.var() == pytest.approx(area.rows.var(), rel=0.02)
    assert np.isnan(concordance_influence([1, 1], [1, 2]).value)


def test_mean_of_classes():
    positive, scores = sample(6)
    one, other = auc_influence(positive, scores), auc_influence(~positive, -scores)
    both = mean_influence([one, other])
    assert both.value == pytest.approx(one.value)
    assert np.allclose(both.rows, one.rows)


@pytest.mark.parametrize("seed", range(3))
def test_area_from_counts_is_delongs(seed):
    positive, scores = sample(seed, discrete=True)
    levels, place = np.unique(scores, return_inverse=True)
    counts = [np.bincount(place[chosen], minlength=levels.size) for chosen in (positive, ~positive)]
    assert auc_of_counts(levels, *counts) == pytest.approx(delong(positive, scores))


def test_area_of_too_few_counts():
    assert np.isnan(auc_of_counts([0, 1], [0, 0], [1, 2])[0])
    value, variance = auc_of_counts([0, 1], [0, 1], [1, 0])
    assert value == 1
    assert np.isnan(variance)
