"""Correlations in blocks: numpy's and pandas' values, and standard errors that hold off the normal distribution."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.stats.correlations import co_moments

pytestmark = pytest.mark.filterwarnings("error")


def table(seed=0, n=1_000):
    random = np.random.default_rng(seed)
    common = random.exponential(size=(n, 1)) - 1
    return (common + random.normal(size=(n, 4))) / np.sqrt(2)


def test_blocks_add_up_to_numpys():
    rows = table()
    r, _ = co_moments(np.array_split(rows, 7)).correlations()
    assert r == pytest.approx(np.corrcoef(rows.T), abs=1e-12)


def test_missing_values_pair_by_pair_as_in_pandas():
    rows = table()
    rows[np.random.default_rng(1).random(rows.shape) < 0.2] = np.nan
    r, _ = co_moments([rows]).correlations()
    expected = pd.DataFrame(rows).corr().to_numpy()
    # the spread is that of the pair's own rows in both
    assert r == pytest.approx(expected, abs=1e-12)


def test_standard_errors_hold_for_skewed_columns():
    found = [co_moments([table(seed, 400)]).correlations() for seed in range(400)]
    values = np.array([r[0, 1] for r, _ in found])
    errors = np.array([np.sqrt(variance[0, 1]) for _, variance in found])
    assert np.mean(errors) == pytest.approx(values.std(), rel=0.15)


def test_columns_without_variation_have_no_correlation():
    rows = table()[:50]
    rows[:, 0] = 0
    r, variance = co_moments([rows]).correlations()
    assert np.isnan(r[0]).all()
    assert np.isnan(variance[0]).all()
    with pytest.raises(ValueError, match="no rows"):
        co_moments([])
