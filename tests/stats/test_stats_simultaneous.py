"""Difference, ratio and worst of several groups: bounds that hold although the extreme one was picked."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_iso23053.stats import simultaneous
from pytest_iso23053.stats.intervals import newcombe, ratio_of_proportions, wilson


def rates(k, n):
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)

    def estimate(confidence):
        with np.errstate(invalid="ignore"):
            return (k / n, *wilson(k, n, confidence))

    return estimate


def test_two_groups_are_the_pair_itself():
    assert simultaneous.largest_difference(rates([30, 60], [100, 120]), 2, 0.95, (0, 1)) == pytest.approx(
        (0.2, *newcombe(60, 120, 30, 100))
    )
    assert simultaneous.smallest_ratio_of_rates([30, 60], [100, 120], 0.95) == pytest.approx(
        (0.6, *ratio_of_proportions(30, 100, 60, 120))
    )


def test_more_groups_take_the_extreme_pair_at_a_stricter_level():
    k, n = [10, 50, 90, 100], [200, 200, 200, 210]
    level = 1 - 0.05 / 6
    value, low, high = simultaneous.largest_difference(rates(k, n), 4, 0.95, (0, 1))
    assert value == pytest.approx(100 / 210 - 0.05)
    assert (low, high) == pytest.approx(newcombe(100, 210, 10, 200, level))
    value, low, high = simultaneous.smallest_ratio_of_rates(k, n, 0.95)
    assert (value, low) == pytest.approx((0.05 / (100 / 210), ratio_of_proportions(10, 200, 100, 210, level)[0]))


GROUPS = [
    ([0.5, 0.5], [200, 200]),
    ([0.3, 0.4], [100, 300]),
    ([0.05, 0.10], [60, 60]),
    ([0.02, 0.02], [50, 50]),
    ([0.5] * 5, [100] * 5),
    ([0.3, 0.4, 0.5, 0.5, 0.6], [50, 100, 200, 300, 30]),
    ([0.9, 0.95, 0.99], [80] * 3),
]


@pytest.mark.parametrize(("shares", "n"), GROUPS, ids=str)
def test_coverage_for_two_groups_and_more(shares, n):
    random = np.random.default_rng(12)
    difference, ratio, worst = (max(shares) - min(shares), min(shares) / max(shares), min(shares))
    covered = np.zeros(3)
    draws, times = np.unique(random.binomial(n, shares, (1_500, len(n))), axis=0, return_counts=True)
    for k, drawn in zip(draws, times, strict=True):
        estimate = rates(k, n)
        _, low, high = simultaneous.largest_difference(estimate, len(n), 0.95, (0, 1))
        covered[0] += drawn * (low <= difference <= high)
        _, low, high = simultaneous.smallest_ratio_of_rates(k, n, 0.95)
        covered[1] += drawn * (low <= ratio <= high)
        _, low, high, _ = simultaneous.extreme(estimate, len(n), 0.95, largest=False)
        covered[2] += drawn * (low <= worst <= high)
    assert (covered / times.sum() >= 0.93).all(), covered / times.sum()


def test_the_bootstrap_of_the_largest_difference_would_fail_at_none():
    """The reason for all pairs at once: where five groups are equal, its interval excludes 0 nearly always."""
    random = np.random.default_rng(13)
    observed = random.binomial(100, 0.5, 5) / 100
    resampled = np.ptp(random.binomial(100, observed, (2_000, 5)) / 100, axis=1)
    assert np.quantile(resampled, 0.025) > 0.02
    assert simultaneous.largest_difference(rates(observed * 100, [100] * 5), 5, 0.95, (0, 1))[1] == 0


def test_a_group_without_rows_leaves_the_verdict_open():
    """Nobody knows its rate: a breach among the others is still a breach, and equality is not shown."""
    value, low, high = simultaneous.largest_difference(rates([100, 100, 0], [200, 200, 0]), 3, 0.95, (0, 1))
    assert value == 0
    assert low == 0
    assert high > 0.5
    _, low, _ = simultaneous.largest_difference(rates([10, 190, 0], [200, 200, 0]), 3, 0.95, (0, 1))
    assert low > 0.7
    value, low, high = simultaneous.smallest_ratio_of_rates([100, 100, 0], [200, 200, 0], 0.95)
    assert (value, low, high) == (1, 0, 1)
    assert simultaneous.smallest_ratio_of_rates([10, 190, 0], [200, 200, 0], 0.95)[2] < 0.2
    value, low, high, place = simultaneous.extreme(rates([150, 120, 0], [200, 200, 0]), 3, 0.95, largest=False)
    assert (value, place) == (0.6, 1)
    assert np.isnan(low)
    assert 0.6 < high < 0.75


@pytest.mark.parametrize("groups", [0, 1])
def test_fewer_than_two_groups_differ_in_nothing_that_is_known(groups):
    value, low, high = simultaneous.largest_difference(rates([5] * groups, [9] * groups), groups, 0.95, (0, 1))
    assert value == 0
    assert np.isnan([low, high]).all()
    assert np.isnan(simultaneous.smallest_ratio_of_rates([5] * groups, [9] * groups, 0.95)[1:]).all()


def test_rates_of_zero_everywhere_have_no_ratio():
    value, low, high = simultaneous.smallest_ratio_of_rates([0, 0], [50, 60], 0.95)
    assert np.isnan(value)
    assert low <= 0.5 <= high


def means(values, errors):
    values, errors = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)

    def estimate(confidence):
        from scipy.stats import norm

        reach = norm.ppf((1 + confidence) / 2) * errors
        return values, values - reach, values + reach

    return estimate


def test_other_quantities_use_mover():
    value, low, high = simultaneous.largest_difference(means([1, 3], [0.3, 0.4]), 2, 0.95, (-np.inf, np.inf))
    assert (value, low, high) == pytest.approx((2, 2 - 1.96 * 0.5, 2 + 1.96 * 0.5), abs=1e-3)
    value, low, high = simultaneous.smallest_ratio(means([2, 4], [0.02, 0.04]), 2, 0.95)
    reach = 1.96 * np.sqrt(2) * 0.01  # to first order: both have a relative error of 1 %
    assert (value, np.log(low), np.log(high)) == pytest.approx(
        (0.5, np.log(0.5) - reach, np.log(0.5) + reach), abs=1e-3
    )
    value, _, _, place = simultaneous.extreme(means([2, 4, 3], [1, 1, 1]), 3, 0.95, largest=True)
    assert (value, place) == (4, 1)


def test_unknown_bounds_are_never_taken_for_narrow_ones():
    lonely = means([1, 3], [0.3, np.nan])  # one row: a mean without an interval
    value, low, high = simultaneous.largest_difference(lonely, 2, 0.95, (-np.inf, np.inf))
    assert value == 2
    assert low == 0
    assert high == np.inf
    assert (
        simultaneous.smallest_ratio(means([-1, 3], [0.3, 0.3]), 2, 0.95)[0]
        != simultaneous.smallest_ratio(means([1, 3], [0.3, 0.3]), 2, 0.95)[0]
    )
    value, low, high = simultaneous.smallest_ratio(means([1, 3], [1, 1]), 2, 0.95)  # a bound below 0 has no logarithm
    assert (value, low, high) == (pytest.approx(1 / 3), 0, 1)
