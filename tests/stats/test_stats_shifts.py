"""Distances from summaries: scipy's values, bounds that hold, and the null."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.shifts import largest, paired_counts, shift_of_categories, shift_of_numbers
from pytest_iso23053.stats.summaries.categories import Categories
from pytest_iso23053.stats.summaries.distribution import Distribution

pytestmark = pytest.mark.filterwarnings("error")


def numbers(x, y):
    return shift_of_numbers(Distribution.of(x), Distribution.of(y))


def counted(counts):
    return Categories.of([f"v{place}" for place in range(len(counts))], counts)


def test_the_distance_of_numbers_is_that_of_scipy():
    random = np.random.default_rng(0)
    x, y = random.normal(size=3_000), random.normal(0.3, 1.2, size=700)
    assert numbers(x, y).raw == pytest.approx(stats.ks_2samp(x, y).statistic, abs=1e-12)
    assert numbers(x, y).blur == 0
    many = random.normal(size=100_000)
    found = numbers(many, y)
    exact = stats.ks_2samp(many, y).statistic
    assert found.raw <= exact <= found.raw + found.blur
    assert found.blur < 0.01


def test_the_distance_of_categories_by_hand():
    found = shift_of_categories(counted([50, 30, 20]), counted([40, 30, 130]))
    assert found.raw == pytest.approx((0.3 + 0.15 + 0.45) / 2)


def test_rare_values_are_taken_together():
    identifiers = [f"a{k}" for k in range(500)]
    found = shift_of_categories(
        Categories.of(identifiers, np.ones(500)), Categories.of([f"b{k}" for k in range(500)], np.ones(500))
    )
    assert found.raw == 0


def test_no_rows_no_distance():
    assert numbers([], [1.0]) is None
    assert shift_of_categories(Categories(), counted([1])) is None
    before, after = paired_counts(counted([1, 2]), Categories.of(["v1", "w"], [3, 4]))
    assert before.tolist() == [1, 2, 0]
    assert after.tolist() == [0, 3, 4]


@pytest.mark.parametrize(("n", "m"), [(50, 50), (300, 300), (3_000, 500)])
@pytest.mark.parametrize("moved", [0.0, 0.5])
def test_bounds_of_numbers_hold(n, m, moved):
    random = np.random.default_rng(n + int(10 * moved))
    truth = 2 * stats.norm.cdf(moved / 2) - 1
    runs = 400
    found = [numbers(random.normal(size=n), random.normal(moved, size=m)) for _ in range(runs)]
    assert sum(shift.low(0.05) > truth for shift in found) <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)
    assert sum(shift.high(0.05) < truth for shift in found) <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)


@pytest.mark.parametrize("kinds", [2, 12, 60])
@pytest.mark.parametrize("moved", [0.0, 0.2])
def test_bounds_of_categories_hold(kinds, moved):
    random = np.random.default_rng(kinds)
    p = np.full(kinds, 1 / kinds)
    q = p.copy()
    q[0] += moved
    q[1:] -= moved / (kinds - 1)
    shown = min(kinds, 30)
    truth = np.append(np.abs(p - q)[:shown], abs((p - q)[shown:].sum())).sum() / 2
    runs = 400
    found = [
        shift_of_categories(counted(random.multinomial(800, p)), counted(random.multinomial(400, q)))
        for _ in range(runs)
    ]
    assert sum(shift.low(0.05) > truth + 1e-12 for shift in found) <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)
    assert sum(shift.high(0.05) < truth - 1e-12 for shift in found) <= 0.05 * runs + 3 * np.sqrt(0.05 * 0.95 * runs)


def test_the_value_is_free_of_the_null_expectation():
    random = np.random.default_rng(1)
    found = [numbers(random.normal(size=300), random.normal(size=300)) for _ in range(300)]
    assert np.mean([shift.raw for shift in found]) > 0.06
    assert np.mean([shift.value for shift in found]) < 0.015


def test_the_largest_lies_above_the_margin_just_where_something_is_discovered():
    random = np.random.default_rng(2)
    for run in range(60):
        moved = 0.25 * (run % 3)
        shifts = [numbers(random.normal(size=400), random.normal(moved if at < 5 else 0, size=400)) for at in range(20)]
        found = largest(shifts, 0.05, 0.95)
        assert (found.low > 0.05) == bool(found.discovered)
        assert found.low <= found.value <= found.high
        if not moved:
            assert not found.discovered
