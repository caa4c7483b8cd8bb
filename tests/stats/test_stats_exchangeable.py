"""Chance alone: exact enumeration, and drawing without replacement."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pytest_iso23053.stats.exchangeable import probability_of_extremes, unseen_by_chance

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("beyond", range(5))
def test_probability_of_extremes_by_enumeration(beyond):
    ranks, current = range(9), 4
    chosen = list(combinations(ranks, current))
    hits = sum(all(rank in picked for rank in ranks[9 - beyond :]) for picked in chosen)
    assert probability_of_extremes(beyond, 5, current) == pytest.approx(hits / len(chosen))


def test_nothing_is_certain_without_a_reference():
    assert probability_of_extremes(3, 0, 10) == 1
    assert unseen_by_chance([0, 0], [3, 4]) == (0.0, 1.0)
    assert unseen_by_chance([3, 4], [0, 0]) == (0.0, 1.0)


@pytest.mark.parametrize("seed", range(3))
def test_unseen_rows_by_drawing(seed):
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 9, size=120)
    rows = np.repeat(np.arange(120), sizes)
    n = 2 * len(rows) // 3
    counts, probabilities = [], []
    for _ in range(600):
        random.shuffle(rows)
        before, after = (np.bincount(part, minlength=120) for part in (rows[:n], rows[n:]))
        expected, probability = unseen_by_chance(before, after)
        counts.append(after[before == 0].sum())
        probabilities.append(probability)
    assert np.mean(counts) == pytest.approx(expected, abs=4 * np.std(counts) / np.sqrt(600))
    assert np.mean(np.array(probabilities) <= 0.05) <= 0.05


def test_a_new_value_of_many_rows_is_no_chance():
    assert unseen_by_chance([500, 300, 0], [200, 100, 12])[1] < 1e-4
    assert unseen_by_chance([500, 300, 0], [200, 100, 1])[1] > 0.2
    assert unseen_by_chance(np.append(np.ones(700), np.zeros(300)), np.append(np.zeros(700), np.ones(300)))[1] > 0.5
