"""Distances between two samples: values against scipy, intervals at no distance and at many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from pytest_iso23053.stats import divergences
from pytest_iso23053.stats.divergences import SortedPair, jensen_shannon_distance, population_stability_index

EVEN = np.full(10, 0.1)
TILTS = [0.0, 0.3, 0.7, 0.95]


def tilted(slope):
    return EVEN * np.linspace(1 - slope, 1 + slope, 10)


def test_psi_by_hand():
    p, q = np.array([50, 30, 20]), np.array([20, 30, 50])
    assert population_stability_index(p, q)[0] == pytest.approx(2 * 0.3 * np.log(2.5))
    assert population_stability_index(p, p)[0] == 0


def test_jensen_shannon_agrees_with_scipy():
    p, q = np.array([50, 30, 20]), np.array([10, 40, 50])
    assert jensen_shannon_distance(p, q)[0] == pytest.approx(jensenshannon(p, q, base=2))
    assert jensen_shannon_distance([40, 0], [0, 40])[0] == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("slope", TILTS)
@pytest.mark.parametrize(("n", "m"), [(200, 200), (5_000, 500)])
def test_coverage_of_binned_divergences(slope, n, m):
    q, middle = tilted(slope), (EVEN + tilted(slope)) / 2
    index = np.sum((q - EVEN) * np.log(q / EVEN))
    distance = np.sqrt((np.sum(EVEN * np.log(EVEN / middle)) + np.sum(q * np.log(q / middle))) / 2 / np.log(2))
    random, covered = np.random.default_rng(14), np.zeros(2)
    for _ in range(500):
        before, after = random.multinomial(n, EVEN), random.multinomial(m, q)
        _, low, high = population_stability_index(before, after)
        covered[0] += low <= index + 1e-12 and index <= high
        _, low, high = jensen_shannon_distance(before, after)
        covered[1] += low <= distance + 1e-12 and distance <= high
    assert (covered / 500 >= 0.93).all(), covered / 500


def test_psi_at_the_null_is_biased_and_its_interval_is_not():
    """Of 200 rows each the index of nothing is 0.09 on average, near the 0.1 that is called a change."""
    random = np.random.default_rng(15)
    found = np.array([population_stability_index(*random.multinomial(200, EVEN, 2)) for _ in range(1_000)])
    assert found[:, 0].mean() == pytest.approx(9 * 2 / 200, rel=0.1)
    assert np.mean(found[:, 1] > 0) <= 0.05
    assert np.mean(found[:, 1] > 0.1) == 0


@pytest.mark.parametrize(("probability", "noncentrality"), [(0.025, 40.0), (0.975, 3.0), (0.5, 200.0)])
def test_the_noncentrality_is_the_inverse_of_the_distribution(probability, noncentrality):
    statistic = stats.ncx2.ppf(probability, 9, noncentrality)
    assert divergences._noncentrality(statistic, 9, probability) == pytest.approx(noncentrality, rel=1e-6)


def test_the_inversion_changes_smoothly_to_the_normal_one():
    below, above = (divergences._noncentrality(x, 9, 0.025) for x in (9_999.0, 10_001.0))
    assert below == pytest.approx(above, rel=1e-3)


def test_bins_without_rows_and_samples_without_rows():
    assert np.isfinite(population_stability_index([10, 0, 5], [0, 3, 5])).all()
    assert population_stability_index([10, 0, 5], [10, 0, 5]) == population_stability_index([10, 5], [10, 5])
    assert np.isnan(population_stability_index([0, 0], [1, 2])).all()
    assert np.isnan(jensen_shannon_distance([3, 4], [0, 0])).all()


def test_rows_that_are_all_equal_may_hide_others():
    """By the rule of three, 300 rows without a second value leave it one row in a hundred."""
    value, low, high = population_stability_index([300, 0], [300, 0])
    assert (value, low) == (0, 0)
    assert high == pytest.approx((3 / 300 - 0.5 / 300) * np.log(6), rel=0.02)
    assert population_stability_index([5], [5])[2] > 0.5
    assert jensen_shannon_distance([5], [5])[2] > 0.3


@pytest.mark.parametrize("digits", [0, 1, 8])  # rounding makes ties
def test_distances_agree_with_scipy(digits):
    random = np.random.default_rng(16)
    x, y = random.normal(size=300).round(digits), random.exponential(size=170).round(digits)
    pair = SortedPair(x, y)
    assert pair.kolmogorov_smirnov()[0] == pytest.approx(stats.ks_2samp(x, y).statistic, abs=1e-12)
    assert pair.wasserstein()[0] == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.5, 2.0])
@pytest.mark.parametrize(("n", "m"), [(60, 60), (1_000, 200)])
def test_coverage_of_sorted_distances(shift, n, m):
    random, covered, above_null = np.random.default_rng(17), np.zeros(2), 0
    largest = 2 * stats.norm.cdf(shift / 2) - 1
    for _ in range(300):
        pair = SortedPair(random.normal(size=n), random.normal(shift, 1, m))
        _, low, high = pair.kolmogorov_smirnov()
        covered[0] += low <= largest <= high
        _, low, high = pair.wasserstein()
        covered[1] += low <= shift <= high
        above_null += low > 0
    assert (covered / 300 >= 0.95).all(), covered / 300
    if shift == 0:
        assert above_null <= 15


def test_intervals_narrow_with_rows():
    random = np.random.default_rng(18)
    pair = SortedPair(random.normal(size=200_000), random.normal(0.05, 1, 200_000))
    for value, low, high in (pair.kolmogorov_smirnov(), pair.wasserstein()):
        assert 0 < low < value < high < 2 * value


def test_the_sum_of_deviations_is_no_narrower_than_simulated():
    random = np.random.default_rng(19)
    x, y = (np.sqrt(np.log(2 / random.random(400_000)) / 2) for _ in range(2))
    simulated = np.quantile(x / np.sqrt(50) + y / np.sqrt(400), 0.95)
    assert divergences._sum_of_deviations(1 / np.sqrt(50), 1 / np.sqrt(400), 0.05) == pytest.approx(simulated, rel=5e-3)


def test_nothing_to_compare():
    assert np.isnan(SortedPair([], [1.0, 2.0]).kolmogorov_smirnov()).all()
    assert np.isnan(SortedPair([1.0], []).wasserstein()).all()
    value, low, high = SortedPair([3.0, 3.0, 3.0], [3.0, 3.0]).wasserstein()
    assert value == 0
    assert np.isnan([low, high]).all()
