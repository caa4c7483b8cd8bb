"""HopSkipJump (Chen, Jordan & Wainwright 2020) for all rows at once: decisions alone lead to the nearest other answer.

Each round estimates from decisions around the boundary point which way the boundary faces, steps that way, and goes
back to the boundary. Three things differ from the paper, each for fewer calls of the model at the same number of
queries: the directions asked about are orthonormal, which tells more than independent ones; estimates are remembered
from round to round; and the step's length is not halved call by call, but several are tried at several radii at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.search import Search
    from pytest_iso23053.measures.validation.evasion.space import Points

DIRECTIONS = 10  # of the first round; the paper's schedule, in proportion to the root of the round
MEMORY = 0.8  # what an estimate is worth a round later
MIXTURES = np.array([0.15, 0.4, 0.8])  # how much of the direction is the boundary's, and not the way back to the row
CLOSER = np.array([2.0, 1.0, 0.5, 0.15])  # radii to try, in the gain of the last rounds
FINER = np.array([0.25, 0.5, 0.75])
LINE_COST = len(MIXTURES) * len(CLOSER) + len(FINER)
WIDEST = 0.1  # how far around a boundary point is asked about, in its distance from the row


def hop_skip_jump(search: Search, random: np.random.Generator, reserve: int = 0) -> int:
    """Approach until the queries are used up, but for ``reserve`` of them; returns how many rounds that took."""
    width = search.space.width
    if not width:
        return 0
    count = len(search.space.origin)
    facing, gain, bold = np.zeros((count, width)), np.full(count, 0.3), np.ones(count)
    for turn in range(1, search.oracle.budget):
        directions = _orthonormal(random, max(2, int(DIRECTIONS * np.sqrt(turn))), width)
        rows = search.active(len(directions) + LINE_COST + reserve)
        # A categories' exchange alone has no direction in which numbers could be brought nearer.
        rows = rows[search.length(search.space.offsets(rows, search.best[rows])) > 0]
        if not rows.size:
            return turn - 1
        facing[rows] = MEMORY * facing[rows] + _facing(search, rows, directions, random)
        before = search.distance[rows]
        bold[rows] = _jump(search, rows, facing[rows], gain[rows], bold[rows])
        won = 1 - search.distance[rows] / before
        gain[rows] = np.clip((gain[rows] + won) / 2, 0.01, 0.45)
    return search.oracle.budget


def _orthonormal(random: np.random.Generator, count: int, width: int) -> Points:
    """Random directions, orthonormal in blocks as large as the space allows; the same for all rows."""
    blocks = []
    for first in range(0, count, width):
        basis, triangle = np.linalg.qr(random.normal(size=(width, min(width, count - first))))
        blocks.append((basis * np.sign(np.diag(triangle))).T)
    return np.concatenate(blocks)


def _facing(search: Search, rows: NDArray[np.int64], directions: Points, random: np.random.Generator) -> Points:
    """Which way the boundary faces at the best points, as the decisions around them say."""
    space = search.space
    best = space.offsets(rows, search.best[rows])
    apart = np.sqrt(np.einsum("ki,ki->k", best, best))
    radius = apart * min(WIDEST, 0.5 / np.sqrt(space.width))
    around = radius[:, None, None] * directions
    if space.whole.any():  # less than half a unit would be rounded away
        unit = np.maximum(radius[:, None, None] * np.abs(directions), 0.6 * np.sqrt(space.width) * np.abs(directions))
        around = np.where(space.whole, np.sign(directions) * np.floor(unit + random.random(directions.shape)), around)
    points = space.reached(rows, space.moved(rows, best[:, None] + around, search.codes(rows)))
    flips = search.oracle.flips(rows, points)
    signs = flips * 2.0 - 1.0
    mean = signs.mean(axis=1, keepdims=True)
    signs = np.where(np.abs(mean) == 1.0, signs, signs - mean)  # the paper's baseline
    if space.free:
        return np.asarray(signs @ directions)
    asked = space.offsets(rows, points) - best[:, None]  # what is left of a direction within the attacker's limits
    return np.asarray(np.einsum("kb,kbi->ki", signs, asked) / np.maximum(radius, 1e-300)[:, None])


def _jump(
    search: Search, rows: NDArray[np.int64], facing: Points, gain: NDArray[np.float64], bold: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Try directions between the way back and the boundary's, at smaller radii; returns how bold to be next time."""
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
    flips = search.ask(rows, space.moved(rows, tried.reshape(len(rows), -1, space.width), codes))
    flips = flips.reshape(len(rows), len(MIXTURES), len(CLOSER))
    hit: NDArray[np.bool_] = np.any(flips, axis=(1, 2))
    nearest = np.argmax(np.any(flips, axis=1), axis=1)
    every = np.arange(len(rows))
    way = np.argmax(flips[every, :, nearest], axis=1)
    high = np.where(hit, radii[every, nearest], radius)
    inner = np.where(nearest > 0, radii[every, np.maximum(nearest - 1, 0)], 0.0)
    low = np.where(hit, inner, radii[:, -1])
    chosen = np.where(hit[:, None], ways[every, way], back)
    finer = low[:, None] + (high - low)[:, None] * FINER
    search.ask(rows, space.moved(rows, finer[..., None] * chosen[:, None], codes))
    factor = np.where(hit, np.array([0.7, 1.0, 1.4])[way], 0.7)
    return np.clip(bold * factor, 0.05, 1.5)
