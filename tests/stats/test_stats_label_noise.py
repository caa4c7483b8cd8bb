"""Confident learning against cleanlab; the noise floor and the excess against planted and absent noise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from pytest_iso23053.stats.label_noise import confident_joint, excess_noise, likely_labels, noise_floor

pytestmark = pytest.mark.filterwarnings("error")
GOLDEN = json.loads((Path(__file__).parent / "golden" / "cleanlab.json").read_text(encoding="utf-8"))


def test_confident_joint_is_that_of_cleanlab():
    assert confident_joint(GOLDEN["probabilities"], GOLDEN["labels"]).tolist() == GOLDEN["confident_joint"]


def test_the_ranking_is_that_of_cleanlab():
    labels, flipped = np.array(GOLDEN["labels"]), GOLDEN["flipped"]
    own = np.array(GOLDEN["probabilities"])[np.arange(len(labels)), labels]
    np.testing.assert_allclose(own, GOLDEN["label_quality"])
    ours, theirs = (roc_auc_score(flipped, -np.asarray(score)) for score in (own, GOLDEN["label_quality"]))
    assert ours == pytest.approx(theirs, abs=0.01)


def test_a_row_with_no_likely_class():
    probabilities = [[0.9, 0.1], [0.6, 0.4], [0.1, 0.9]]
    assert likely_labels(probabilities, [0, 0, 1]).tolist() == [0, -1, 1]


def answers(n, steepness, rate, seed, classes=2):
    """Disagreement with, and certainty of, a learner that knows the clean truth of a logistic problem."""
    random = np.random.default_rng(seed)
    certainty = np.abs(random.normal(size=n))
    wrong = random.random(n) < expit(-steepness * certainty)
    flipped = random.random(n) < rate
    agrees_again = wrong & (random.random(n) < 1 / (classes - 1))
    return np.where(flipped, ~agrees_again, wrong), certainty


@pytest.mark.parametrize(("n", "steepness"), [(500, 15.0), (5000, 2.0), (500, 2.0)])
def test_no_floor_where_there_is_none(n, steepness):
    lows = [noise_floor(*answers(n, steepness, 0.0, seed), 2).low for seed in range(40)]
    assert np.mean(np.array(lows) > 0) <= 0.1


@pytest.mark.parametrize(("rate", "classes"), [(0.05, 2), (0.1, 2), (0.05, 6)])
def test_the_floor_covers_the_planted_rate(rate, classes):
    found = [noise_floor(*answers(800, 15.0, rate, seed, classes), classes) for seed in range(60)]
    assert np.mean([floor.low <= rate <= floor.high for floor in found]) >= 0.88
    assert np.mean([floor.value for floor in found]) == pytest.approx(rate, abs=0.006)


def test_hardness_is_the_rate_of_honest_errors():
    disagrees, certainty = answers(20_000, 2.0, 0.0, 1)
    assert noise_floor(disagrees, certainty, 2).hardness == pytest.approx(disagrees.mean(), abs=0.01)


def test_no_excess_where_both_are_alike():
    outside = 0
    for seed in range(200):
        first, second = answers(600, 2.0, 0.04, seed), answers(300, 2.0, 0.04, 1000 + seed)
        _, low, high = excess_noise(first, second, 2)
        outside += not low <= 0 <= high
    assert outside <= 18  # 5 % of 200, and two standard deviations


def test_the_excess_is_the_planted_rate():
    found = [
        excess_noise(answers(2000, 4.0, 0.08, seed), answers(1000, 4.0, 0.02, 500 + seed), 2) for seed in range(60)
    ]
    # a learner's certainty is about the clean truth: 2 % of noise are in the errors that it takes for honest
    assert np.mean([value for value, _, _ in found]) == pytest.approx(0.06, abs=0.008)
    assert np.mean([low <= 0.06 <= high for _, low, high in found]) >= 0.85


def test_nothing_to_compare():
    assert np.isnan(noise_floor([], [], 2)).all()
    assert np.isnan(excess_noise(([], []), ([], []), 2)).all()
    assert np.isnan(excess_noise(([True], [0.5]), ([False], [0.9]), 2)).all()
