"""The calibration error: its definition, and an interval that holds at perfect calibration too."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_iso23053.stats.calibration import expected_calibration_error


def test_the_definition_by_hand():
    """Two bins of ten: 0.05 predicted and 0.2 observed among five rows, 0.95 predicted and 0.6 observed among five."""
    probabilities = [0.05] * 5 + [0.95] * 5
    outcomes = [1, 0, 0, 0, 0, 1, 1, 1, 0, 0]
    value, low, high = expected_calibration_error(probabilities, outcomes, bins=10)
    assert value == pytest.approx(0.5 * 0.15 + 0.5 * 0.35)
    assert 0 <= low < value < high <= 1


def test_a_probability_of_one_falls_into_the_last_bin():
    assert expected_calibration_error([1.0, 1.0, 0.0], [1, 1, 0])[0] == 0


def test_no_rows():
    assert np.isnan(expected_calibration_error([], [])).all()


@pytest.mark.parametrize("shift", [0.0, 0.1, -0.2])
@pytest.mark.parametrize("n", [60, 500])
def test_coverage_holds_at_every_calibration(shift, n):
    random, covered = np.random.default_rng(9), []
    for _ in range(800):
        probabilities = 0.25 + random.random(n) / 2
        outcomes = random.random(n) < probabilities + shift
        _, low, high = expected_calibration_error(probabilities, outcomes)
        covered.append(low <= abs(shift) <= high)
    assert np.mean(covered) >= 0.95


def test_a_plain_percentile_bootstrap_would_fail_at_perfect_calibration():
    """The reason for the interval's construction: the bootstrap never reaches down to the truth."""
    random = np.random.default_rng(10)
    p = random.random(500)
    y = random.random(500) < p
    drawn = random.integers(0, 500, (200, 500))
    resampled = [expected_calibration_error(p[rows], y[rows])[0] for rows in drawn]
    assert np.quantile(resampled, 0.025) > 0.02
    assert expected_calibration_error(p, y)[1] == 0
