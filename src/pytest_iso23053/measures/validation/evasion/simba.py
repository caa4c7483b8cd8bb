"""SimBA (Guo et al. 2019) for all rows at once: single columns are moved for as long as the model grows less sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_iso23053.measures.validation.evasion.narrowing import narrow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.search import Search

COLUMNS = 8  # are tried at once, up and down
STEPS = (0.9, 0.5)  # of the distance known so far, which the moved columns share


def simba(search: Search, random: np.random.Generator, most: int) -> bool:
    """Look for nearer points by probabilities, with ``most`` queries a row; False where the model gives none.

    Each pass starts at the row itself, and may move it within a share of the distance known so far.
    """
    width = search.space.width
    if not width:
        return True
    for reach in STEPS:
        rows = search.active(2 * COLUMNS + 9)
        if rows.size and not _descend(search, rows, reach, random, most // len(STEPS)):
            return False
        narrow(search, 1)
    return True


def _descend(search: Search, rows: NDArray[np.int64], reach: float, random: np.random.Generator, most: int) -> bool:
    space = search.space
    bound = reach * np.where(np.isfinite(search.distance[rows]), search.distance[rows], 0.0)
    turns = max(most // (2 * COLUMNS), 1)
    # In l2 the columns that are moved share the distance; in linf each may go the whole way.
    moves = min(turns, space.width)
    step = bound if search.norm == "linf" else bound / np.sqrt(moves)
    offsets, codes = np.zeros((len(rows), space.width)), space.origin[rows][:, space.width :]
    surest = np.full(len(rows), np.inf)
    for _ in range(turns):
        kept = (search.oracle.left(rows) >= 2 * COLUMNS) & (surest >= 0)
        rows, offsets, codes = rows[kept], offsets[kept], codes[kept]
        surest, step, bound = surest[kept], step[kept], bound[kept]
        if not rows.size:
            break
        columns = random.permutation(space.width)[:COLUMNS]
        tried = np.repeat(offsets[:, None], 2 * len(columns), axis=1)
        for place, column in enumerate(columns):
            tried[:, 2 * place, column] = step
            tried[:, 2 * place + 1, column] = -step
        points = space.reached(rows, space.moved(rows, tried, codes))
        margins = search.oracle.margins(rows, points)
        if margins is None:
            return False
        within = space.distances(rows, points, search.norm) <= bound[:, None] * (1 + 1e-9)
        search.offer(rows, points, (margins < 0) & within)
        margins = np.where(within, margins, np.inf)
        best = np.argmin(margins, axis=1)
        every = np.arange(len(rows))
        better = margins[every, best] < surest
        offsets = np.where(better[:, None], space.offsets(rows, points[every, best]), offsets)
        surest = np.where(better, margins[every, best], surest)
    return True
