"""Rows that a demonstration needs, against a textbook and against all possible outcomes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.intervals import wilson
from pytest_iso23053.stats.power import power_to_show, rows_to_show


@pytest.mark.parametrize(("share", "limit"), [(0.8, 0.75), (0.7, 0.75), (0.55, 0.5)])
def test_rows_agree_with_the_normal_formula(share, limit):
    textbook = share * (1 - share) * ((stats.norm.ppf(0.975) + stats.norm.ppf(0.9)) / (share - limit)) ** 2
    assert rows_to_show(share, limit) == pytest.approx(textbook, rel=0.15)


@pytest.mark.parametrize(("share", "limit"), [(0.99, 0.95), (0.8, 0.75), (0.01, 0.05), (1.0, 0.9)])
def test_that_many_rows_have_the_power(share, limit):
    n = rows_to_show(share, limit)
    counts = np.arange(n + 1)
    low, high = wilson(counts, n)
    shown = low >= limit if share > limit else high <= limit
    power = stats.binom.pmf(counts, n, share)[shown].sum()
    assert power >= 0.9
    assert power == pytest.approx(power_to_show(share, limit, n))


def test_too_few_rows_show_nothing():
    assert power_to_show(0.99, 0.95, 10) == 0
    assert power_to_show(0.01, 0.05, 10) == 0


def test_on_the_limit_no_number_of_rows_is_enough():
    with pytest.raises(ValueError, match="no number of rows"):
        rows_to_show(0.75, 0.75)
