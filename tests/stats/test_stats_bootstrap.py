"""BCa and the Bayesian bootstrap against scipy, published numbers, and their own coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats import bootstrap
from pytest_iso23053.stats.bootstrap import bayesian_bootstrap, bca


def mean_of(x):
    return lambda counts: counts @ x / counts.sum(axis=1)


def variance_of(x):
    return lambda counts: mean_of(x**2)(counts) - mean_of(x)(counts) ** 2


def kappa(counts):
    """Cohen's kappa of a 2 x 2 table laid out in a row."""
    a, b, c, d = (counts / counts.sum(axis=1, keepdims=True)).T
    chance = (a + b) * (a + c) + (c + d) * (b + d)
    return (a + d - chance) / (1 - chance)


def test_agrees_with_scipy():
    x = np.random.default_rng(1).exponential(size=150)
    for statistic, function in ((mean_of(x), np.mean), (variance_of(x), np.var)):
        reference = stats.bootstrap((x,), function, method="BCa", n_resamples=20_000, rng=2).confidence_interval
        value, low, high = bca(statistic, np.ones(x.size), seed=3, resamples=20_000)
        assert value == pytest.approx(function(x))
        assert (low, high) == pytest.approx((reference.low, reference.high), rel=0.02)


def test_the_published_example():
    """Efron & Tibshirani 1993, table 14.2: variance of test A of 26 children, BCa 90 % interval (115.8, 259.6)."""
    scores = np.array(
        [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41],
        dtype=float,
    )
    value, low, high = bca(variance_of(scores), np.ones(26), 0.9, seed=0, resamples=20_000)
    assert value == pytest.approx(171.5, abs=0.05)
    assert (low, high) == pytest.approx((115.8, 259.6), rel=0.02)


def test_counts_and_rows_are_the_same_bootstrap():
    """A table of four cells, against its rows one by one."""
    table = np.array([40.0, 10.0, 5.0, 45.0])
    cells = np.eye(4)[np.repeat(np.arange(4), table.astype(int))]
    from_counts = bca(kappa, table, seed=1, resamples=20_000)
    from_rows = bca(lambda counts: kappa(counts @ cells), np.ones(100), seed=2, resamples=20_000)
    assert from_counts == pytest.approx(from_rows, abs=0.01)


def test_leaving_out_groups_of_rows_tells_the_same_skewness(monkeypatch):
    x = np.random.default_rng(4).exponential(size=6_000)
    counts = np.ones(x.size)
    grouped = bootstrap._acceleration(mean_of(x), counts, np.random.default_rng(0))
    monkeypatch.setattr(bootstrap, "MOST_LEFT_OUT", 10_000)
    single = bootstrap._acceleration(mean_of(x), counts, np.random.default_rng(0))
    assert single == pytest.approx(stats.skew(x) / 6 / np.sqrt(x.size), rel=1e-3)
    assert grouped == pytest.approx(single, rel=0.3)


def test_seeded_and_whatever_the_chunks(monkeypatch):
    x = np.random.default_rng(5).normal(size=300)
    whole = bca(mean_of(x), np.ones(300), seed=6)
    weighted = bayesian_bootstrap(mean_of(x), np.ones(300), seed=6)
    monkeypatch.setattr(bootstrap, "CELLS", 1_000)
    assert bca(mean_of(x), np.ones(300), seed=6) == pytest.approx(whole)
    assert bayesian_bootstrap(mean_of(x), np.ones(300), seed=6) == pytest.approx(weighted)
    assert bca(mean_of(x), np.ones(300), seed=7) != whole


def test_equal_weights_agree_with_the_normal_interval():
    x = np.random.default_rng(7).normal(size=2_000)
    reach = 1.96 * x.std() / np.sqrt(x.size)
    expected = pytest.approx((x.mean(), x.mean() - reach, x.mean() + reach), abs=0.004)
    assert bayesian_bootstrap(mean_of(x), np.ones(x.size), seed=8) == expected
    assert bayesian_bootstrap(mean_of(x), np.full(x.size, 7.5), seed=8) == expected


def test_coverage_of_a_weighted_mean():
    """Rows drawn with unequal probability, weighted back: the truth is the mean of the population."""
    random, covered, weights = np.random.default_rng(9), [], np.array([0.25, 1.0])
    for seed in range(400):
        strata = random.integers(0, 2, 300)
        x = random.normal(strata * 2.0, 1 + strata)
        _, low, high = bayesian_bootstrap(mean_of(x), weights[strata], seed=seed, resamples=500)
        covered.append(low <= 2 * 0.8 <= high)
    assert np.mean(covered) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 400)


def test_coverage_of_bca_from_200_rows():
    random, covered = np.random.default_rng(10), []
    for seed in range(300):
        x = random.exponential(size=200)
        _, low, high = bca(mean_of(x), np.ones(200), seed=seed, resamples=500)
        covered.append(low <= 1 <= high)
    assert np.mean(covered) >= 0.94 - 3 * np.sqrt(0.06 * 0.94 / 300)


def test_what_shows_no_spread_has_no_interval():
    for constant in (bca(mean_of(np.full(30, 2.5)), np.ones(30), seed=0), bca(mean_of(np.ones(1)), np.ones(1), seed=0)):
        assert np.isnan(constant[1:]).all()
    assert np.isnan(bca(mean_of(np.full(9, np.nan)), np.ones(9), seed=0)).all()
    assert np.isnan(bayesian_bootstrap(mean_of(np.ones(3)), np.zeros(3), seed=0)).all()
    assert np.isnan(bayesian_bootstrap(mean_of(np.ones(3)), [0, 2.0, 0], seed=0)[1:]).all()


def test_resamples_in_which_the_statistic_is_not_defined_are_left_out():
    with np.errstate(invalid="ignore"):
        value, low, high = bca(lambda counts: counts[:, 0] / counts[:, :2].sum(axis=1), [3.0, 2.0, 50.0], seed=1)
        assert value == 0.6
        assert low < 0.6 < high
        rare = bca(lambda counts: np.where(counts[:, 0] >= 2, 1.0, np.nan), [2.0, 500.0], seed=1)
    assert np.isnan(rare[1:]).all()
