"""The state of an attack: for each row the nearest point found so far that gets another answer; none unverified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.oracle import Oracle
    from pytest_iso23053.measures.validation.evasion.space import Points, Space

Rows = "NDArray[np.int64]"


class Search:
    """What is known of each row under attack; distances only ever fall.

    Parameters
    ----------
    space, oracle
        Where points lie, and who answers.
    norm : str
        ``l2`` or ``linf``.
    rows : array of positions
        The rows to attack.
    enough : float
        A row is let be when its distance has fallen to this.
    """

    def __init__(self, space: Space, oracle: Oracle, norm: str, rows: NDArray[np.int64], enough: float = 0.0) -> None:
        self.space, self.oracle, self.norm, self.rows, self.enough = space, oracle, norm, rows, enough
        self.best: Points = space.origin.copy()
        self.distance: NDArray[np.float64] = np.full(len(space.origin), np.inf)

    def active(self, cost: int) -> NDArray[np.int64]:
        """The rows with a start that are not near enough, and for which ``cost`` queries are left."""
        reach = self.distance[self.rows]
        wanted = np.isfinite(reach) & (reach > self.enough) & (self.oracle.left(self.rows) >= cost)
        return self.rows[wanted]

    def waiting(self, cost: int) -> NDArray[np.int64]:
        """The rows without a start, for which ``cost`` queries are left."""
        return self.rows[np.isinf(self.distance[self.rows]) & (self.oracle.left(self.rows) >= cost)]

    def ask(self, rows: NDArray[np.int64], points: Points) -> NDArray[np.bool_]:
        """Ask about points of shape (rows, candidates, dimensions); the nearest that flips the answer is kept.

        The points are brought within the attacker's reach first. What is nearer than the best so far counts only.
        """
        reached = self.space.reached(rows, points)
        flips = self.oracle.flips(rows, reached)
        self.offer(rows, reached, flips)
        return flips

    def offer(self, rows: NDArray[np.int64], points: Points, flips: NDArray[np.bool_]) -> None:
        """Keep the nearest of the points for which the answer is known to be another."""
        owner, candidate = np.nonzero(flips)
        distances = np.full(flips.shape, np.inf)
        distances[owner, candidate] = self.space.distances(rows[owner], points[owner, candidate], self.norm)
        place = np.argmin(distances, axis=1)
        nearest = distances[np.arange(len(rows)), place]
        better = nearest < self.distance[rows]
        self.best[rows[better]] = points[better, place[better]]
        self.distance[rows[better]] = nearest[better]

    def length(self, offsets: Points) -> Points:
        """The norm of offsets of numbers."""
        if self.norm == "linf":
            return np.asarray(np.abs(offsets).max(axis=-1, initial=0.0))
        return np.asarray(np.sqrt(np.einsum("...i,...i->...", offsets, offsets)))

    def codes(self, rows: NDArray[np.int64]) -> Points:
        """The choices of the best points."""
        return self.best[rows][:, self.space.width :]
