"""Summaries merge: that of two parts is that of the whole, in any order, and says what numpy says."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.stats.summaries import categories, distribution
from pytest_iso23053.stats.summaries.categories import Categories
from pytest_iso23053.stats.summaries.distribution import Distribution
from pytest_iso23053.stats.summaries.moments import Moments

pytestmark = pytest.mark.filterwarnings("error")

numbers = st.lists(st.floats(allow_nan=False, width=64), max_size=60)
finite = st.lists(st.floats(-1e6, 1e6), max_size=60)
words = st.lists(st.text(max_size=3), max_size=60)


def same(first, second):
    return (
        first.level == second.level
        and np.array_equal(first.keys, second.keys)
        and np.array_equal(first.counts, second.counts)
    )


def in_parts(values, cuts):
    edges = sorted({min(cut, len(values)) for cut in cuts})
    return [values[start:end] for start, end in zip([0, *edges], [*edges, len(values)], strict=True)]


@settings(max_examples=150, deadline=None)
@given(values=numbers, cuts=st.lists(st.integers(0, 60), max_size=4), order=st.randoms())
def test_distributions_merge_exactly_in_any_order(values, cuts, order):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distribution, "MOST_BINS", 8)
        parts = [Distribution.of(part) for part in in_parts(values, cuts)]
        order.shuffle(parts)
        whole = Distribution.of(values)
        assert same(reduce(add, parts), whole)
        assert whole.n == len(values)
        assert len(whole.keys) <= 8


@settings(max_examples=150, deadline=None)
@given(values=words, cuts=st.lists(st.integers(0, 60), max_size=4), order=st.randoms())
def test_categories_merge_exactly_in_any_order(values, cuts, order):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(categories, "MOST_VALUES", 6)
        parts = [Categories.of(part, np.ones(len(part))) for part in in_parts(values, cuts)]
        order.shuffle(parts)
        whole = Categories.of(values, np.ones(len(values)))
        assert reduce(add, parts) == whole
        assert whole.rows == len(values)
        assert len(whole.counts) <= 6
        assert all(values.count(text) == number for text, number in whole.counts.items())


@settings(max_examples=100, deadline=None)
@given(values=finite, cuts=st.lists(st.integers(0, 60), max_size=4), order=st.randoms())
def test_moments_merge(values, cuts, order):
    parts = [Moments.of(np.array(part, dtype=float)) for part in in_parts(values, cuts)]
    order.shuffle(parts)
    merged = reduce(add, parts)
    assert merged.count == len(values)
    if values:
        scale = max(1.0, np.abs(values).max())
        assert merged.mean == pytest.approx(np.mean(values), abs=1e-9 * scale)
        assert merged.squares == pytest.approx(np.var(values) * len(values), rel=1e-6, abs=1e-6 * scale**2)
        assert (merged.minimum, merged.maximum) == (min(values), max(values))


def test_moments_of_infinite_values_and_of_few():
    found = Moments.of(np.array([1.0, np.inf, 3.0, -np.inf]))
    assert (found.count, found.infinite, found.mean, found.minimum, found.maximum) == (2, 2, 2.0, 1.0, 3.0)
    assert found.variance == 2.0
    assert np.isnan(Moments.of(np.array([1.0])).variance)
    assert Moments.of(np.array([np.inf])) == Moments(infinite=1)


def test_moments_do_not_cancel_far_from_zero():
    values = 1e9 + np.random.default_rng(0).normal(size=1000)
    merged = Moments.of(values[:300]) + Moments.of(values[300:])
    assert merged.variance == pytest.approx(values.var(ddof=1), rel=1e-6)


def test_few_different_values_are_kept_exactly():
    values = np.array([3.0, -1.0, 3.0, 0.0, -0.0, 1e300, -np.inf])
    found = Distribution.of(values)
    assert found.exact
    assert found.values.tolist() == [-np.inf, -1.0, 0.0, 3.0, 1e300]
    assert found.counts.tolist() == [1, 1, 2, 2, 1]
    assert (found.below(0.0), found.above(0.0), found.count_of(3.0), found.count_of(4.0)) == (2, 3, 2, 0)


@pytest.mark.parametrize("seed", range(3))
def test_quantiles_of_many_values_are_those_of_numpy_to_a_relative_width(seed):
    random = np.random.default_rng(seed)
    samples = (
        random.normal(size=200_000),
        2_000 + random.normal(size=200_000),
        np.exp(5 * random.normal(size=200_000)),
    )
    for values in samples:
        found = Distribution.of(values)
        assert not found.exact
        assert distribution.MOST_BINS // 8 < len(found.keys) <= distribution.MOST_BINS
        shares = np.array([0.001, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999])
        exact = np.quantile(values, shares, method="inverted_cdf")
        assert found.quantiles(shares) == pytest.approx(exact, rel=2.0 ** -(51 - found.level))
        assert found.counts.max() / found.n < 0.005


def test_an_outlier_costs_one_bin():
    values = np.random.default_rng(0).normal(size=100_000)
    plain, spoilt = Distribution.of(values), Distribution.of(np.append(values, [1e300, -999.0, 0.0, 0.0]))
    assert abs(spoilt.level - plain.level) <= 1
    assert spoilt.count_of(-999.0) == 1


def test_nothing_at_all():
    empty = Distribution.of([])
    assert empty.n == 0
    assert np.isnan(empty.quantiles([0.5])).all()
    assert same(empty + empty, empty)
    assert same(empty + Distribution.of([1.0]), Distribution.of([1.0]))
    assert Categories() + Categories() == Categories()


def test_a_sample_of_many_values_is_fair():
    texts = [f"customer {number}" for number in range(100_000)]
    found = Categories.of(texts, np.full(len(texts), 2))
    assert not found.exact
    assert 2_000 < len(found.counts) <= 10_000
    assert found.distinct == pytest.approx(100_000, rel=0.1)
    assert set(found.counts.values()) == {2}
    assert found.rows == 200_000
