"""Krippendorff's alpha on his own published example (2011, «Computing Krippendorff's Alpha-Reliability», section E)."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_iso23053.stats.agreement import krippendorff_alpha

NONE = -1
CODERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
).T


def test_the_published_example():
    codes = np.where(CODERS == NONE, NONE, CODERS - 1)
    assert krippendorff_alpha(codes) == pytest.approx(0.743, abs=0.0005)
    assert krippendorff_alpha(codes, np.arange(1.0, 6.0)) == pytest.approx(0.849, abs=0.0005)


def test_full_and_no_agreement():
    assert krippendorff_alpha([[0, 0], [1, 1], [2, 2]]) == 1
    random = np.random.default_rng(1).integers(0, 3, (5000, 2))
    assert krippendorff_alpha(random) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("codes", [[[0, -1], [-1, 1]], [[0, 0], [0, 0]], np.empty((0, 2), dtype=int), [[-1, -1]]])
def test_where_chance_has_no_say(codes):
    assert np.isnan(krippendorff_alpha(codes))
