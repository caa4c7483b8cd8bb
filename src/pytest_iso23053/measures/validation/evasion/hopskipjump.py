"""HopSkipJump (Chen, Jordan & Wainwright 2020) for all rows at once: decisions alone lead to the nearest other answer.

Each round estimates from decisions around the boundary point which way the boundary faces, steps that way, and goes
back to the boundary. Four things differ from the paper, each for fewer calls of the model or nearer points at the same
number of queries: the directions asked about are orthonormal over several rounds, which tells more than independent
ones; estimates are remembered for as long as they foretell the next answers; they are asked for in the middle of where
the boundary is known to lie, and not behind it, where most answers are the same; and the step's length is not halved
call by call, but several are tried at several radii at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.search import Search
    from pytest_iso23053.measures.validation.evasion.space import Points

DIRECTIONS = 16  # of the first round; the paper's schedule, in proportion to the root of the round
LEAST_MEMORY, TRUST, MOST_MEMORY = 0.75, 0.5, 0.97  # what an estimate is worth a round later: more where it foretells
MIXTURES = np.array([0.25, 0.7])  # how much of the direction is the boundary's, and not the way back to the row
BOLDER = np.array([0.75, 1.3])  # for the next round, by which of them led nearer
CLOSER = np.array([2.0, 1.0, 0.5, 0.15])  # radii to try, in the gain of the last rounds
FINER = np.arange(1, 6) / 6
LINE_COST = len(MIXTURES) * len(CLOSER) + len(FINER)
WIDEST = 0.1  # how far around a boundary point is asked about, in its distance from the row
_BLOCK = 256  # directions that are made orthonormal at once


def hop_skip_jump(search: Search, random: np.random.Generator, reserve: int = 0) -> int:
    """Approach until the queries are used up, but for ``reserve`` of them; returns how many rounds that took."""
    width = search.space.width
    if not width:
        return 0
    count = len(search.space.origin)
    facing, gain, bold = np.zeros((count, width)), np.full(count, 0.3), np.ones(count)
    middle = np.ones(count)  # where between row and best point the boundary is taken to lie
    ways = _Directions(random, width)
    for turn in range(1, search.oracle.budget):
        directions = ways.take(max(2, int(DIRECTIONS * np.sqrt(turn))))
        rows = search.active(len(directions) + LINE_COST + reserve)
        # A categories' exchange alone has no direction in which numbers could be brought nearer.
        rows = rows[search.length(search.space.offsets(rows, search.best[rows])) > 0]
        if not rows.size:
            return turn - 1
        found, signs = _facing(search, rows, directions, middle[rows], random)
        facing[rows] = _remembered(facing[rows], directions, signs) + found
        before = search.distance[rows]
        bold[rows], middle[rows] = _jump(search, rows, facing[rows], gain[rows], bold[rows])
        won = 1 - search.distance[rows] / before
        gain[rows] = np.clip((gain[rows] + won) / 2, 0.01, 0.45)
    return search.oracle.budget


class _Directions:
    """Random directions, orthonormal until they span the space; the same for all rows.

    What one round did not ask about is asked about in the next: estimates from round to round then tell of different
    directions, where those of a new basis each time would tell of the same ones again.
    """

    def __init__(self, random: np.random.Generator, width: int) -> None:
        self._random, self._width = random, width
        self._left = np.empty((0, width))

    def take(self, count: int) -> Points:
        """Return the next of them."""
        while len(self._left) < count:
            basis, triangle = np.linalg.qr(self._random.normal(size=(self._width, min(self._width, _BLOCK))))
            self._left = np.concatenate([self._left, (basis * np.sign(np.diag(triangle))).T])
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def _remembered(facing: Points, directions: Points, signs: Points) -> Points:
    """What is left of the estimates so far: the more of the new answers they foretell, the more."""
    agreement = (np.sign(facing @ directions.T) * signs).mean(axis=1)
    return np.asarray(facing * np.clip(LEAST_MEMORY + TRUST * agreement, LEAST_MEMORY, MOST_MEMORY)[:, None])


def _facing(
    search: Search,
    rows: NDArray[np.int64],
    directions: Points,
    middle: NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[Points, Points]:
    """Which way the boundary faces at the best points, as the decisions around them say; and these, less their mean."""
    space = search.space
    best = space.offsets(rows, search.best[rows]) * middle[:, None]
    apart = np.sqrt(np.einsum("ki,ki->k", best, best))
    radius = apart * min(WIDEST, 0.5 / np.sqrt(space.width))
    around = radius[:, None, None] * directions
    if space.whole.any():  # less than half a unit would be rounded away
        unit = np.maximum(radius[:, None, None] * np.abs(directions), 0.6 * np.sqrt(space.width) * np.abs(directions))
        around = np.where(space.whole, np.sign(directions) * np.floor(unit + random.random(directions.shape)), around)
    points = space.reached(rows, space.moved(rows, around, search.codes(rows), best))
    flips = search.oracle.flips(rows, points)
    signs: Points = np.where(flips, 1.0, -1.0)
    mean = signs.mean(axis=1, keepdims=True)
    signs -= np.where(np.abs(mean) == 1.0, 0.0, mean)  # the paper's baseline
    if space.free:
        return np.asarray(signs @ directions), signs
    asked = space.offsets(rows, points) - best[:, None]  # what is left of a direction within the attacker's limits
    return np.asarray(np.einsum("kb,kbi->ki", signs, asked) / np.maximum(radius, 1e-300)[:, None]), signs


def _jump(
    search: Search, rows: NDArray[np.int64], facing: Points, gain: NDArray[np.float64], bold: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Try directions between the way back and the boundary's, at smaller radii.

    Returns how bold to be next time, and the middle of where the boundary lies, in the distance of the best point.
    """
    space = search.space
    best = space.offsets(rows, search.best[rows])
    radius = search.length(best)
    toward = np.sign(facing) if search.norm == "linf" else facing
    toward = toward / np.maximum(search.length(toward), 1e-300)[:, None]
    back = best / radius[:, None]
    share = np.minimum(MIXTURES * bold[:, None], 1.0)[..., None]
    ways = back[:, None] * (1 - share) + toward[:, None] * share
    ways = ways / np.maximum(search.length(ways), 1e-300)[..., None]
    radii = radius[:, None] * (1 - np.minimum(gain[:, None] * CLOSER, 0.9))
    codes = search.codes(rows)
    tried = radii[:, None, :, None] * ways[:, :, None]
    points = space.moved(rows, tried.reshape(len(rows), -1, space.width), codes)
    flips = search.ask(rows, points, np.tile(radii, len(MIXTURES)))
    flips = flips.reshape(len(rows), len(MIXTURES), len(CLOSER))
    hit: NDArray[np.bool_] = np.any(flips, axis=(1, 2))
    nearest = np.argmax(np.any(flips, axis=1), axis=1)
    every = np.arange(len(rows))
    way = np.argmax(flips[every, :, nearest], axis=1)
    high = np.where(hit, radii[every, nearest], radius)
    inner = np.where(nearest > 0, radii[every, np.maximum(nearest - 1, 0)], 0.0)
    low = np.where(hit, inner, radii[:, -1])
    middle = _finer(search, rows, np.where(hit[:, None], ways[every, way], back), low, high)
    return np.clip(bold * np.where(hit, BOLDER[way], BOLDER[0]), 0.05, 1.5), middle


def _finer(
    search: Search, rows: NDArray[np.int64], way: Points, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Look between two radii for the boundary; returns its middle, in the smallest radius known to lie beyond it."""
    marks = low[:, None] + (high - low)[:, None] * FINER
    flips = search.ask(rows, search.space.moved(rows, marks[..., None] * way[:, None], search.codes(rows)), marks)
    first = np.where(flips.any(axis=1), np.argmax(flips, axis=1), FINER.size)
    ends, every = np.column_stack([low, marks, high]), np.arange(len(rows))
    return np.asarray((1 + ends[every, first] / ends[every, first + 1]) / 2)
