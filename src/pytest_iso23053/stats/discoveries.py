"""Which of several estimates lie beyond a margin, at a false-discovery rate, and bounds that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def discoveries(
    lows_at: Callable[[float], Any], count: int, margin: float, confidence: float
) -> tuple[NDArray[np.int64], float]:
    """The estimates whose lower bound exceeds the margin at the level that their own number leaves, and that level.

    Benjamini & Hochberg's (1995) procedure, told by bounds: R of k estimates are discoveries where R of them exceed the
    margin at level 1 - (1 - confidence) R / k, and intervals at that level keep their promise for the chosen ones
    (Benjamini & Yekutieli 2005). With no discovery the level is that of R = 1.

    Parameters
    ----------
    lows_at : callable
        Confidence → the lower bounds of all estimates, those of two-sided intervals.
    count : int
        How many estimates there are.
    margin, confidence : float
        What is exceeded, and one minus the rate.
    """
    rate, found = 1 - confidence, count
    while found:
        level = 1 - rate * found / count
        beyond = np.flatnonzero(np.asarray(lows_at(level)) > margin)
        if beyond.size >= found:
            return beyond, level
        found = int(beyond.size)  # a stricter level leaves no more than these
    return np.empty(0, dtype=np.int64), 1 - rate / max(count, 1)
