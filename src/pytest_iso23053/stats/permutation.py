"""What chance alone would show: the same statistic after the labels were dealt out anew.

Exact in finite samples for any statistic, as long as the rows are exchangeable under the null. They are not where
several rows belong to one person, or where time orders them: permute what is exchangeable, whole persons or blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Statistic = Callable[[NDArray[Any]], NDArray[Any]]  # labels (k, n) -> (k,), or (k, candidates) for a search
CELLS = 2**22  # of one chunk: 32 MB of floats


@dataclass(frozen=True, eq=False)
class Null:
    """What was observed, and what the permutations showed; large is extreme.

    Parameters
    ----------
    observed : array of shape (candidates,)
        The statistic of each candidate, one where nothing was searched.
    draws : array of shape (permutations,)
        Of each permutation the largest statistic of all candidates, in ascending order.
    """

    observed: Vector
    draws: Vector

    @property
    def p_values(self) -> Vector:
        """(b + 1) / (m + 1) of each candidate (Phipson & Smyth 2010), allowing for the search over all of them.

        Never 0: the labels as they are count as one of the permutations. Of a search these are the single-step
        adjusted p-values of Westfall & Young (1993), which hold for all candidates at once.
        """
        reached = self.draws.size - np.searchsorted(self.draws, _just_below(self.observed), side="left")
        return np.where(np.isnan(self.observed), np.nan, (reached + 1) / (self.draws.size + 1))

    @property
    def p_value(self) -> float:
        """The smallest of the p-values."""
        return float(np.nanmin(self.p_values)) if not np.isnan(self.observed).all() else np.nan

    def quantile(self, level: float) -> float:
        """What the null reaches with a probability of no more than ``1 - level``; infinite if the draws are too few."""
        place = int(np.ceil(level * (self.draws.size + 1) - 1e-9))
        return float(self.draws[place - 1]) if 1 <= place <= self.draws.size else np.inf


def permutation_null(statistic: Statistic, labels: Any, *, permutations: int = 999, seed: int) -> Null:
    """Permute ``labels`` and compute the statistic each time: of a search, the maximum over its candidates.

    Parameters
    ----------
    statistic : callable
        From labels of shape (k, n), one permutation a row, to k values; or to values of shape (k, candidates), of which
        a search takes the largest. They must be comparable with one another, studentised for instance. NaN, where a
        candidate is not defined, is never the largest.
    labels : array of shape (n,)
        What is exchangeable under the null.
    permutations : int
        How many; 999 tell p-values down to 0.001.
    seed : int
        Of numpy's generator.
    """
    given = np.asarray(labels)
    random = np.random.default_rng(seed)
    observed = np.atleast_1d(np.asarray(statistic(given[None, :])[0], dtype=float))
    step = max(1, CELLS // max(given.size * observed.size if observed.size > 1 else given.size, 1))
    draws = np.empty(permutations)
    for start in range(0, permutations, step):
        rows = min(step, permutations - start)
        dealt = random.permuted(np.broadcast_to(given, (rows, given.size)), axis=1)
        values = np.asarray(statistic(dealt), dtype=float).reshape(rows, -1)
        draws[start : start + rows] = np.fmax.reduce(values, axis=1)
    if np.isnan(draws).any():  # no candidate was defined: as large as can be, so that it accuses nobody
        draws[np.isnan(draws)] = np.inf
    return Null(observed, np.sort(draws))


def _just_below(observed: Vector) -> Vector:
    """Equal statistics differ in their last bits when summed in another order; they count as reached."""
    return observed - 1e-10 * np.maximum(np.abs(observed), 1e-300)
