"""Adjusted p-values against scipy, a published table, and their promises under the null."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pytest_iso23053.stats.multiplicity import benjamini_hochberg, holm

# Benjamini & Hochberg 1995, section 3.2: fifteen p-values of the thrombolysis study
THROMBOLYSIS = np.array(
    [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719),
        0.6528,
        0.7590,
        1,
    ]
)


def test_the_published_example():
    """At 0.05 the false discovery rate rejects four of them, Bonferroni and Holm three."""
    assert (benjamini_hochberg(THROMBOLYSIS) <= 0.05).sum() == 4
    assert (holm(THROMBOLYSIS) <= 0.05).sum() == 3


@pytest.mark.parametrize("size", [1, 2, 17, 300])
def test_benjamini_hochberg_agrees_with_scipy(size):
    p = np.random.default_rng(size).random(size) ** 3
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


def test_holm_by_hand():
    """As in R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_unknown_and_impossible_p_values(adjust):
    known = adjust([0.01, 0.2])
    assert adjust([np.nan, 0.01, np.nan, 0.2]) == pytest.approx([np.nan, known[0], np.nan, known[1]], nan_ok=True)
    assert adjust([]).size == 0
    assert np.isnan(adjust([np.nan])).all()
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.5, 1.2])


def test_false_alarms_stay_within_the_level():
    """Of ten true and ten false nulls Holm errs in 5 % of the cases, Benjamini-Hochberg in 2.5 % of the alarms."""
    random, any_false, share_false = np.random.default_rng(4), [], []
    for _ in range(2_000):
        p = stats.norm.sf(np.concatenate([random.normal(0, 1, 10), random.normal(3, 1, 10)]))
        any_false.append((holm(p)[:10] <= 0.05).any())
        alarms = benjamini_hochberg(p) <= 0.05
        share_false.append(alarms[:10].sum() / max(alarms.sum(), 1))
    assert np.mean(any_false) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 2_000)
    assert np.mean(share_false) == pytest.approx(0.025, abs=0.006)
