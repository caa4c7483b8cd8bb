"""Bounds of counts, against scipy's distributions and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.counts import poisson_bounds, recurrence_bounds


@pytest.mark.parametrize("mean", [0.001, 0.3, 1, 7.7, 60, 4_000])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.999])
def test_poisson_bounds_are_its_quantiles(mean, confidence):
    expected = stats.poisson.ppf([(1 - confidence) / 2, (1 + confidence) / 2], mean)
    assert poisson_bounds(mean, confidence) == tuple(expected)


def test_nothing_is_expected_of_a_mean_of_zero():
    assert poisson_bounds(0) == (0, 0)
    assert recurrence_bounds(3, 10, 0) == (0, 0)
    assert recurrence_bounds(0, 0, 5) == (0, 5)


@pytest.mark.parametrize(
    ("events", "rows", "others"), [(0, 700, 300), (3, 700, 300), (40, 1_000, 5_000), (9.5, 50, 20)]
)
def test_recurrence_bounds_are_those_of_the_negative_binomial(events, rows, others):
    expected = stats.nbinom.ppf([0.025, 0.975], events + 0.5, rows / (rows + others))
    assert recurrence_bounds(events, rows, others) == tuple(np.minimum(expected, others))


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1])
def test_the_next_count_lies_above_the_bound_seldom(rate):
    random = np.random.default_rng(7)
    seen, following = random.binomial(700, rate, 2_000), random.binomial(300, rate, 2_000)
    bounds = {events: recurrence_bounds(events, 700, 300)[1] for events in np.unique(seen).tolist()}
    assert np.mean([count > bounds[events] for events, count in zip(seen.tolist(), following, strict=True)]) <= 0.025
