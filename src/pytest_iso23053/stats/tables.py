"""Ranking by a few groups of equal score, from their counts alone: what thousands of rows need one pass for."""

from __future__ import annotations

from typing import Any

import numpy as np


def auc_of_counts(scores: Any, positives: Any, negatives: Any) -> tuple[float, float]:
    """AUC and its variance (DeLong, DeLong & Clarke-Pearson 1988) of groups of rows that share a score.

    Parameters
    ----------
    scores : array of shape (groups,)
        The score of each group; groups of equal score are ties.
    positives, negatives : arrays of shape (groups,)
        Rows of each class in each group.
    """
    _, place = np.unique(np.asarray(scores, dtype=float), return_inverse=True)
    above = np.bincount(place, weights=np.asarray(positives, dtype=float))
    below = np.bincount(place, weights=np.asarray(negatives, dtype=float))
    m, n = float(above.sum()), float(below.sum())
    if m < 1 or n < 1:
        return np.nan, np.nan
    placed = (np.cumsum(below) - below / 2) / n  # share of negatives below a positive of this group
    held = 1 - (np.cumsum(above) - above / 2) / m
    value = float(above @ placed / m)
    if min(m, n) < 2:
        return value, np.nan
    spread = (
        above @ np.square(placed - value) / (m * (m - 1)),
        below @ np.square(held - value) / (n * (n - 1)),
    )
    return value, float(sum(spread))
