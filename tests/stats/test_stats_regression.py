"""Regression errors: values against scikit-learn, intervals against their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from pytest_iso23053.stats import regression


def test_values_agree_with_scikit_learn():
    random = np.random.default_rng(0)
    y = random.normal(size=80)
    predicted = 0.7 * y + random.normal(size=80)
    assert regression.mean_absolute_error(predicted - y)[0] == pytest.approx(metrics.mean_absolute_error(y, predicted))
    assert regression.root_mean_squared_error(predicted - y)[0] == pytest.approx(
        metrics.root_mean_squared_error(y, predicted)
    )
    assert regression.r2(y, predicted)[0] == pytest.approx(metrics.r2_score(y, predicted))


def t_errors(random, n):
    """Heavy tails of known moments: Student's t with 10 degrees of freedom, variance 1.25."""
    return random.standard_t(10, n)


@pytest.mark.parametrize("n", [50, 300])
def test_coverage_of_errors(n):
    random, squared, absolute = np.random.default_rng(4), [], []
    true_absolute = np.abs(t_errors(random, 2_000_000)).mean()
    for _ in range(2_000):
        errors = t_errors(random, n)
        _, low, high = regression.root_mean_squared_error(errors)
        squared.append(low <= np.sqrt(1.25) <= high)
        _, low, high = regression.mean_absolute_error(errors)
        absolute.append(low <= true_absolute <= high)
    assert np.mean(squared) >= 0.91  # asymptotic: the fourth moment of 50 heavy-tailed errors is seen too small
    assert np.mean(absolute) >= 0.93


@pytest.mark.parametrize("explained", [0.3, 0.9])
@pytest.mark.parametrize("n", [50, 300])
def test_coverage_of_r2(explained, n):
    random, covered = np.random.default_rng(6), []
    for _ in range(2_000):
        signal = random.normal(0, np.sqrt(explained), n)
        _, low, high = regression.r2(signal + random.normal(0, np.sqrt(1 - explained), n), signal)
        covered.append(low <= explained <= high)
    assert np.mean(covered) >= 0.925


def test_r2_of_a_useless_model_is_not_above_zero():
    """The null: predictions without any relation to the target."""
    random = np.random.default_rng(8)
    shown = [regression.r2(random.normal(size=100), random.normal(0, 0.3, 100))[1] > 0 for _ in range(1_000)]
    assert np.mean(shown) <= 0.03


def test_what_cannot_be_bounded_is_not_known():
    perfect = np.arange(5.0)
    assert regression.r2(perfect, perfect)[0] == 1
    assert np.isnan(regression.r2(perfect, perfect)[1:]).all()
    assert np.isnan(regression.r2([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])).all()
    assert np.isnan(regression.r2([1.0], [1.0])).all()
    assert regression.root_mean_squared_error([0.0, 0.0])[0] == 0
    for errors in ([0.0, 0.0], [2.0, -2.0, 2.0], [1.0]):
        assert np.isnan(regression.root_mean_squared_error(errors)[1:]).all()
        assert np.isnan(regression.mean_absolute_error(errors)[1:]).all()
    assert np.isnan(regression.root_mean_squared_error([])).all()
