"""The permutation null against scipy and full enumeration, and what it promises a search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.permutation import Null, permutation_null


def difference_of_means(x):
    return lambda labels: (labels @ x) / labels.sum(axis=1) - ((1 - labels) @ x) / (1 - labels).sum(axis=1)


def test_agrees_with_scipy():
    random = np.random.default_rng(1)
    x, labels = random.normal(size=40), np.repeat([0.0, 1.0], 20)
    x[20:] += 0.5
    null = permutation_null(difference_of_means(x), labels, permutations=20_000, seed=2)
    reference = stats.permutation_test(
        (x[20:], x[:20]),
        lambda a, b, axis: a.mean(axis) - b.mean(axis),
        vectorized=True,
        n_resamples=20_000,
        alternative="greater",
        rng=3,
    )
    assert null.observed == pytest.approx([reference.statistic])
    assert null.p_value == pytest.approx(reference.pvalue, abs=0.008)


def test_agrees_with_full_enumeration():
    """Of three against three, 20 ways: only the observed one is as extreme, and ties in the last bit are ties."""
    x = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    null = permutation_null(difference_of_means(x), np.repeat([0.0, 1.0], 3), permutations=20_000, seed=0)
    assert null.p_value == pytest.approx(1 / 20, abs=0.005)


def test_a_p_value_is_never_zero():
    x = np.arange(40.0)
    null = permutation_null(difference_of_means(x), np.repeat([0.0, 1.0], 20), permutations=99, seed=0)
    assert null.p_value == 1 / 100
    assert null.quantile(0.95) < null.observed[0]
    assert null.quantile(0.999) == np.inf  # 99 draws know nothing of one in a thousand


def test_seeded_and_whatever_the_chunks(monkeypatch):
    x, labels = np.random.default_rng(5).normal(size=30), np.repeat([0.0, 1.0], 15)
    whole = permutation_null(difference_of_means(x), labels, permutations=50, seed=7)
    monkeypatch.setattr("pytest_iso23053.stats.permutation.CELLS", 100)
    parts = permutation_null(difference_of_means(x), labels, permutations=50, seed=7)
    assert whole.draws == pytest.approx(parts.draws)


def test_p_values_are_uniform_under_the_null():
    random = np.random.default_rng(6)
    labels = np.repeat([0.0, 1.0], 10)
    found = [
        permutation_null(difference_of_means(random.normal(size=20)), labels, permutations=99, seed=seed).p_value
        for seed in range(800)
    ]
    assert stats.kstest(found, "uniform").statistic < 0.06


def search(X):
    """The mean outcome of many random slices, studentised."""
    sizes = X.sum(axis=0)
    return lambda outcomes: (outcomes @ X - outcomes.mean(axis=1)[:, None] * sizes) / np.sqrt(sizes)


def test_a_search_through_slices_alarms_no_more_often_than_one_question():
    random, alone, searched = np.random.default_rng(8), [], []
    for seed in range(300):
        X, outcomes = (random.random((120, 50)) < 0.3).astype(float), (random.random(120) < 0.5).astype(float)
        null = permutation_null(search(X), outcomes, permutations=99, seed=seed)
        searched.append(null.p_value <= 0.05)
        first = permutation_null(lambda y, X=X: search(X)(y)[:, 0], outcomes, permutations=99, seed=seed)
        alone.append(first.p_value <= 0.05)
    least, most = 0.05 - 3 * np.sqrt(0.05 * 0.95 / 300), 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)
    assert least < np.mean(searched) < most
    assert least < np.mean(alone) < most


def test_a_search_finds_the_slice_that_is_worse():
    random = np.random.default_rng(9)
    X, outcomes = (random.random((600, 50)) < 0.3).astype(float), (random.random(600) < 0.2).astype(float)
    outcomes[X[:, 17] == 1] = random.random(int(X[:, 17].sum())) < 0.5
    null = permutation_null(search(X), outcomes, seed=1)
    assert np.nanargmin(null.p_values) == 17
    assert null.p_values[17] == null.p_value <= 0.01
    assert (np.delete(null.p_values, 17) > 0.01).mean() > 0.9


def test_candidates_that_are_not_defined_accuse_nobody():
    x = np.random.default_rng(10).normal(size=20)
    labels = np.repeat([0.0, 1.0], 10)

    def statistic(permuted):
        return np.stack([difference_of_means(x)(permuted), np.full(len(permuted), np.nan)], axis=1)

    null = permutation_null(statistic, labels, permutations=99, seed=0)
    assert np.isnan(null.p_values[1])
    assert 0 < null.p_value <= 1
    nothing = permutation_null(lambda permuted: np.full(len(permuted), np.nan), labels, permutations=9, seed=0)
    assert np.isnan(nothing.p_value)
    assert Null(np.array([3.0]), np.full(9, np.inf)).p_value == 1
