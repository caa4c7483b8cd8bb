"""Closed-form intervals against scipy, published examples, and their own coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.intervals import (
    checked_confidence,
    clopper_pearson,
    mean_interval,
    mean_of_proportions,
    mover_difference,
    newcombe,
    normal_quantile,
    ratio_of_proportions,
    student_quantile,
    wilson,
)

COUNTS = [(0, 10), (1, 10), (5, 10), (10, 10), (3, 1000), (999, 1000), (0, 1), (1, 1)]


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_quantiles(confidence):
    assert normal_quantile(confidence) == pytest.approx(stats.norm.ppf((1 + confidence) / 2))
    assert student_quantile(confidence, 7) == pytest.approx(stats.t.ppf((1 + confidence) / 2, 7))


@pytest.mark.parametrize(("k", "n"), COUNTS)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_proportions_agree_with_scipy(k, n, confidence):
    result = stats.binomtest(k, n)
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        reference = result.proportion_ci(confidence, method=method)
        assert ours(k, n, confidence) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_proportions_of_many_groups_at_once():
    k, n = (np.array(x) for x in zip(*COUNTS, strict=True))
    for interval in (wilson, clopper_pearson):
        assert pytest.approx(np.array([interval(*count) for count in COUNTS])) == np.array(interval(k, n)).T


def test_without_rows_nothing_is_known():
    for bounds in (
        wilson(0, 0),
        clopper_pearson(0, 0),
        newcombe(0, 0, 3, 5),
        ratio_of_proportions(0, 0, 3, 5),
    ):
        assert np.isnan(bounds).all()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [  # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0000)),
    ],
)
def test_newcombe_agrees_with_his_table(counts, expected):
    assert newcombe(*counts) == pytest.approx(expected, abs=6e-5)


def test_mover_turns_back_into_the_normal_interval():
    """From symmetric intervals of independent estimates it is the one of their difference."""
    assert mover_difference(5.0, (4.0, 6.0), 3.0, (2.5, 3.5)) == pytest.approx((2 - np.sqrt(1.25), 2 + np.sqrt(1.25)))


@pytest.mark.parametrize(("k1", "n1", "k2", "n2"), [(300, 1_000, 450, 1_200), (500, 5_000, 400, 2_000)])
def test_ratios_of_large_samples_agree_with_scipy(k1, n1, k2, n2):
    """There Katz's interval, which scipy has, is right too."""
    reference = stats.contingency.relative_risk(k1, n1, k2, n2).confidence_interval(0.95)
    assert np.log(ratio_of_proportions(k1, n1, k2, n2)) == pytest.approx(
        np.log([reference.low, reference.high]), abs=0.01
    )


def test_ratios_at_the_edges():
    assert ratio_of_proportions(0, 50, 25, 50)[0] == 0
    assert 0 < ratio_of_proportions(0, 50, 25, 50)[1] < 0.4
    assert ratio_of_proportions(25, 50, 0, 50)[1] == np.inf
    assert 2.5 < ratio_of_proportions(25, 50, 0, 50)[0] < np.inf
    assert ratio_of_proportions(0, 50, 0, 50) == (0, np.inf)
    low, high = ratio_of_proportions(50, 50, 50, 50)
    assert 0.9 < low < 1 < high < 1.1  # a point would be certain of 50 rows


@pytest.mark.parametrize(
    ("rows", "shares"), [((10, 40), (0.72, 0.9)), ((100, 400), (0.72, 0.9)), ((25, 25), (0.16, 0.2))]
)
def test_a_ratio_on_the_limit_is_demonstrated_in_at_most_one_of_forty_samples(rows, shares):
    """Enumerated over all pairs of counts; Katz's interval errs in 9 %, 4 % and 1 % of these samples."""
    first, second = np.meshgrid(*(np.arange(n + 1) for n in rows), indexing="ij")
    weights = np.multiply.outer(*(stats.binom.pmf(np.arange(n + 1), n, p) for n, p in zip(rows, shares, strict=True)))
    low, high = ratio_of_proportions(first, rows[0], second, rows[1])
    assert weights[low > shares[0] / shares[1]].sum() <= 0.0255
    assert weights[high < shares[0] / shares[1]].sum() <= 0.0255


@pytest.mark.parametrize(
    ("shares", "n"),
    [((0.5, 0.5), (60, 90)), ((0.3, 0.1), (80, 80)), ((0.9, 0.95), (100, 50)), ((0.04, 0.08), (150, 150))],
)
def test_coverage_of_differences_and_ratios(shares, n):
    random = np.random.default_rng(11)
    first, second = (random.binomial(size, share, 20_000) for size, share in zip(n, shares, strict=True))
    low, high = newcombe(first, n[0], second, n[1])
    assert np.mean((low <= shares[0] - shares[1]) & (shares[0] - shares[1] <= high)) >= 0.94
    low, high = ratio_of_proportions(first, n[0], second, n[1])
    assert np.mean((low <= shares[0] / shares[1]) & (shares[0] / shares[1] <= high)) >= 0.94


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize("n", [30, 400])
def test_exact_coverage_of_proportions(share, n):
    """Summed over every possible count, not simulated."""
    counts = np.arange(n + 1)
    weights = stats.binom.pmf(counts, n, share)
    for interval, least in ((wilson, 0.92), (clopper_pearson, 0.95)):
        low, high = interval(counts, n)
        assert np.sum(weights[(low <= share) & (share <= high)]) >= least


def test_the_mean_of_proportions():
    """Of one it is the proportion's own interval; without rows of one it is not known."""
    low, high = clopper_pearson(7, 20)
    assert mean_of_proportions([7], [20]) == pytest.approx((0.35, low, high))
    first, second = clopper_pearson(7, 20), clopper_pearson(90, 100)
    below = np.hypot(0.35 - first[0], 0.9 - second[0]) / 2
    assert mean_of_proportions([7, 90], [20, 100])[:2] == pytest.approx((0.625, 0.625 - below))
    assert np.isnan(mean_of_proportions([7, 0], [20, 0])).all()
    assert np.isnan(mean_of_proportions([], [])).all()


@pytest.mark.parametrize("n", [50, 500, 5_000])
def test_a_share_on_the_limit_is_demonstrated_in_at_most_one_of_forty_samples(n):
    """The reason why rates have exact intervals: summed over all counts, Wilson's errs in up to 9 % on one side."""
    counts = np.arange(n + 1)
    worst = dict.fromkeys((wilson, clopper_pearson), 0.0)
    for share in (0.01, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 0.99):
        weights = stats.binom.pmf(counts, n, share)
        for interval in worst:
            low, high = interval(counts, n)
            worst[interval] = max(worst[interval], weights[low > share].sum(), weights[high < share].sum())
    assert worst[clopper_pearson] <= 0.025
    assert worst[wilson] > 0.03


def test_mean_agrees_with_scipy():
    """Of values without skewness or heavy tails it is Student's interval."""
    x = np.concatenate([half := np.random.default_rng(0).random(20), 1 - half])
    reference = stats.ttest_1samp(x, 0).confidence_interval(0.9)
    assert mean_interval(x, 0.9) == pytest.approx((x.mean(), reference.low, reference.high))
    few = np.array([1.0, 1.1, 1.3, 2.9])  # too few to tell their skewness
    reference = stats.ttest_1samp(few, 0).confidence_interval(0.95)
    assert mean_interval(few) == pytest.approx((few.mean(), reference.low, reference.high))
    x = np.random.default_rng(0).exponential(size=40)
    assert mean_interval(x, 0.999, lowest=0.9)[1] == 0.9


def test_the_skewed_mean_against_the_bootstrap_t():
    """Which is second-order accurate too: 20,000 resamples, studentised (Efron 1979; Hall 1988)."""
    random = np.random.default_rng(3)
    x = random.exponential(size=300)
    resampled = x[random.integers(0, 300, (20_000, 300))]
    t = (resampled.mean(axis=1) - x.mean()) / resampled.std(axis=1, ddof=1)
    low, high = x.mean() - np.quantile(t, [0.975, 0.025]) * x.std(ddof=1)
    reach = high - low
    assert mean_interval(x)[1:] == pytest.approx((low, high), abs=0.04 * reach)


def test_values_without_spread_have_no_interval_unless_they_are_bounded():
    assert mean_interval([2.5] * 9)[0] == 2.5
    assert np.isnan(mean_interval([2.5] * 9)[1:]).all()
    assert np.isnan(mean_interval([2.5])[1:]).all()
    assert np.isnan(mean_interval([])).all()
    value, low, high = mean_interval([0.0] * 20, lowest=0.0, highest=1.0)
    assert (value, low, high) == pytest.approx((0, 0, clopper_pearson(0, 20)[1]))


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, float("nan")])
def test_a_level_is_between_0_and_1(confidence):
    with pytest.raises(ValueError, match=r"write 0.95 for 95 %"):
        checked_confidence(confidence)
