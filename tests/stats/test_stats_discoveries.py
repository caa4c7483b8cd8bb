"""Discoveries told by bounds are those of Benjamini and Hochberg told by p-values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.discoveries import discoveries
from pytest_iso23053.stats.multiplicity import benjamini_hochberg


@pytest.mark.parametrize("seed", range(20))
def test_they_are_benjamini_and_hochbergs(seed):
    random = np.random.default_rng(seed)
    z = random.normal(size=40) + np.where(np.arange(40) < seed, 3, 0)

    def lows(level):
        return z - stats.norm.ppf((1 + level) / 2)

    found, level = discoveries(lows, 40, 0.0, 0.95)
    assert found.tolist() == np.flatnonzero(benjamini_hochberg(2 * stats.norm.sf(z).clip(0, 0.5)) <= 0.05).tolist()
    assert level == pytest.approx(1 - 0.05 * max(found.size, 1) / 40)


def test_nothing_asked_nothing_found():
    found, level = discoveries(lambda level: [], 0, 0.0, 0.95)
    assert found.size == 0
    assert level == pytest.approx(0.95)
