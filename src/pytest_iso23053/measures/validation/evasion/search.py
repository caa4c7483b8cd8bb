"""The state of an attack: for each row the nearest point found so far that gets another answer; none unverified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

    def ask(self, rows: NDArray[np.int64], points: Points, order: NDArray[Any] | None = None) -> NDArray[np.bool_]:
        """Ask about points of shape (rows, candidates, dimensions); the nearest that flips the answer is kept.

        The points are brought within the attacker's reach first. What is nearer than the best so far counts only.
        Where the caller knows which of the candidates are nearer, ``order`` says so, and spares the distances.
        """
        reached = self.space.reached(rows, points)
        flips = self.oracle.flips(rows, reached)
        if order is None or not self.space.free:
            self.offer(rows, reached, flips)
        else:
            self._take(rows, reached, flips, np.argmin(np.where(flips, order, np.inf), axis=1))
        return flips

    def offer(self, rows: NDArray[np.int64], points: Points, flips: NDArray[np.bool_]) -> None:
        """Keep the nearest of the points for which the answer is known to be another."""
        owner, candidate = np.nonzero(flips)
        distances = np.full(flips.shape, np.inf)
        distances[owner, candidate] = self.space.distances(rows[owner], points[owner, candidate], self.norm)
        self._take(rows, points, flips, np.argmin(distances, axis=1))

    def _take(
        self, rows: NDArray[np.int64], points: Points, flips: NDArray[np.bool_], place: NDArray[np.int64]
    ) -> None:
        every = np.arange(len(rows))
        chosen = points[every, place]
        distances = np.where(flips[every, place], self.space.distances(rows, chosen, self.norm), np.inf)
        better = distances < self.distance[rows]
        self.best[rows[better]] = chosen[better]
        self.distance[rows[better]] = distances[better]

    def length(self, offsets: Points) -> Points:
        """The norm of offsets of numbers."""
        if self.norm == "linf":
            return np.asarray(np.abs(offsets).max(axis=-1, initial=0.0))
        return np.asarray(np.sqrt(np.einsum("...i,...i->...", offsets, offsets)))

    def codes(self, rows: NDArray[np.int64]) -> Points:
        """The choices of the best points."""
        return self.best[rows][:, self.space.width :]
