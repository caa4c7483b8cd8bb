"""What two samples may differ in by chance alone, where each row could as well have come into the one as the other.

Given the pooled values, which of them fell into which sample is then a matter of drawing without replacement: no
assumption on the distribution is left, and the probabilities hold at any n.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def probability_of_extremes(beyond: int, reference: int, current: int) -> float:
    """Probability that the ``beyond`` most extreme of all values all lie among the current ones.

    It is that of ``beyond`` or more current values above the largest of the reference; ties with it only lower it.
    """
    from scipy.special import gammaln

    if beyond <= 0 or reference <= 0:
        return 1.0
    both = reference + current
    logarithm = gammaln(current + 1) - gammaln(current - beyond + 1) - gammaln(both + 1) + gammaln(both - beyond + 1)
    return float(min(np.exp(logarithm), 1.0))


def unseen_by_chance(reference: Any, current: Any) -> tuple[float, float]:
    """Current rows whose value the reference lacks: how many are to be expected, and the probability of as many.

    A value with c rows in both samples is missed by the reference with probability C(current, c) / C(both, c). Values
    are missed independently or less (they compete for the same places), so that Chernoff's bound holds for the sum;
    it is a bound, and the probability no larger.

    Parameters
    ----------
    reference, current : arrays of int
        Rows of each value in either sample.
    """
    before, after = np.asarray(reference, dtype=np.int64), np.asarray(current, dtype=np.int64)
    unseen = int(after[before == 0].sum())
    n, m = int(before.sum()), int(after.sum())
    if not n or not m:
        return 0.0, 1.0
    sizes, values = np.unique((before + after)[before + after > 0], return_counts=True)
    missed = _missed(sizes, n, m)
    expected = float(np.sum(values * sizes * np.exp(missed)))
    return expected, _chernoff(unseen, sizes, values, missed) if unseen > expected else 1.0


def _missed(sizes: Any, n: int, m: int) -> Any:
    """Log probability that all rows of a value of this size are current ones."""
    from scipy.special import gammaln

    possible = np.minimum(sizes, m)
    logarithm = gammaln(m + 1) - gammaln(m - possible + 1) - gammaln(n + m + 1) + gammaln(n + m - possible + 1)
    return np.where(sizes <= m, np.minimum(logarithm, 0.0), -np.inf)


def _chernoff(observed: int, sizes: Any, values: Any, missed: Any) -> float:
    """The least bound exp(-θ observed) E exp(θ sum) over a grid of θ, each of which gives a valid one."""
    with np.errstate(divide="ignore"):
        seen = np.log1p(-np.minimum(np.exp(missed), 1 - 1e-15))
    slopes = np.geomspace(1e-4, 40.0, 120)[:, None]
    totals = np.sum(values * np.logaddexp(seen, missed + slopes * sizes), axis=1) - slopes[:, 0] * observed
    return float(min(np.exp(totals.min()), 1.0))
