"""Power against published examples, against scipy, and against what the intervals really do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.assurance.explanation import rows_to_decide
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.stats.intervals import clopper_pearson, mean_interval, newcombe
from pytest_iso23053.stats.power import power_of_difference, power_of_mean, power_of_proportion, rows_for


@pytest.mark.parametrize(
    ("truths", "limit", "confidence", "rows"),
    [  # Chow, Shao & Wang 2003, section 4.2: equality, and non-inferiority at one-sided 5 %
        ((0.65, 0.85), 0.0, 0.95, 70),
        ((0.85, 0.65), -0.10, 0.90, 25),
    ],
)
def test_two_proportions_as_published(truths, limit, confidence, rows):
    assert rows_for(lambda n: power_of_difference((n, n), truths, limit, confidence), 0.8) == rows


def test_a_mean_as_published():
    """G*Power 3 manual, matched pairs: dz = 0.421637 and 50 pairs give 0.832114; d = 0.5 needs 34 for 80 %."""
    assert power_of_mean(50, 0.421637) == pytest.approx(0.832114, abs=1e-5)
    assert rows_for(lambda n: power_of_mean(n, 0.5), 0.8) == 34


@pytest.mark.parametrize(
    ("n", "truth", "limit"), [(50, 0.9, 0.75), (400, 0.78, 0.75), (300, 0.02, 0.05), (10, 1.0, 0.6)]
)
def test_one_proportion_is_summed_exactly(n, truth, limit):
    counts = np.arange(n + 1)
    low, high = clopper_pearson(counts, n)
    kept = low >= limit if truth >= limit else high <= limit
    assert power_of_proportion(n, truth, limit) == pytest.approx(stats.binom.pmf(counts, n, truth)[kept].sum())


def test_a_truth_on_the_limit_is_hardly_ever_demonstrated():
    for n in (50, 500, 5_000):
        for limit in (0.02, 0.5, 0.75, 0.9, 0.99):
            assert power_of_proportion(n, limit, limit) <= 0.025
    assert power_of_proportion(5, 0.99, 0.9) == 0  # five rows cannot show nine in ten
    assert power_of_proportion(50, 0.5, 0.0) == 1


@pytest.mark.parametrize(("rows", "truths", "limit"), [((200, 200), (0.85, 0.7), 0.0), ((300, 500), (0.6, 0.6), -0.1)])
def test_two_proportions_against_newcombes_interval(rows, truths, limit):
    """Enumerated over all pairs of counts."""
    first, second = np.meshgrid(*(np.arange(n + 1) for n in rows), indexing="ij")
    low, _ = newcombe(first, rows[0], second, rows[1])
    weights = np.multiply.outer(*(stats.binom.pmf(np.arange(n + 1), n, p) for n, p in zip(rows, truths, strict=True)))
    assert power_of_difference(rows, truths, limit) == pytest.approx(weights[low >= limit].sum(), abs=0.02)


def test_a_mean_against_its_interval():
    random = np.random.default_rng(3)
    kept = [mean_interval(random.normal(0.4, 1, 60))[1] >= 0 for _ in range(2_000)]
    assert power_of_mean(60, 0.4) == pytest.approx(np.mean(kept), abs=0.03)
    assert power_of_mean(1, 5.0) == 0
    assert power_of_mean(10**6, 1.0) == 1


def test_what_is_never_reached():
    assert rows_for(lambda n: power_of_proportion(min(n, 100), 0.75, 0.75)) is None
    assert power_of_difference((100, 100), (1.0, 1.0), -0.1) == 1


@pytest.mark.parametrize(("hits", "n", "limit"), [(313, 400, 0.75), (45, 50, 0.8), (30, 1_000, 0.05), (480, 500, 0.97)])
def test_the_rows_that_a_report_names_agree_with_the_exact_power(hits, n, limit):
    """A report computes them without numpy, from the width of the interval alone."""
    low, high = clopper_pearson(hits, n)
    named = rows_to_decide(Measurement("accuracy", hits / n, low=low, high=high, n=n), limit)
    exact = rows_for(lambda rows: power_of_proportion(rows, hits / n, limit))
    assert named == pytest.approx(exact, rel=0.35)
