"""Where attacks start: rows that the model answers otherwise. A row for which none is found is told, and no success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from pytest_iso23053.measures.validation.evasion.search import Search
    from pytest_iso23053.measures.validation.evasion.space import Points, Space
    from pytest_iso23053.subjects.dataset import Dataset

MOST_OTHERS = 2_000  # rows among which a start is looked for
NEAREST = 5  # of them that are tried where the attacker cannot take over all of a row
ATTEMPTS = 4  # more rounds for the rows that are still without one: of rows farther off, then of random points
PER_ROUND = 10
_CELLS = 4_000_000


def drawn_from(others: Dataset) -> str:
    """How many rows of how many a start is looked for among, where they are not all; else empty."""
    return f"{MOST_OTHERS} of {others.n} rows" if others.n > MOST_OTHERS else ""


def from_given(search: Search, X: pd.DataFrame) -> None:
    """Start each row where the user says."""
    rows = search.waiting(1)
    search.ask(rows, search.space.points(X)[rows][:, None])


def from_others(search: Search, others: Dataset, random: np.random.Generator) -> None:
    """Start from the nearest row with another answer; else from others of them, else from random points."""
    X = others.X[search.space.features]
    if len(X) > MOST_OTHERS:
        X = X.iloc[np.sort(random.choice(len(X), MOST_OTHERS, replace=False))]
    known = search.space.points(X)
    differs = search.oracle.differs(search.rows, search.oracle.labels(X))
    tried = min(1 if search.space.free else NEAREST, len(known), max(search.oracle.budget - 1, 1))
    nearest = _nearest(search, known, differs, tried)
    hopeful = search.waiting(tried)
    hopeful = hopeful[np.any(differs, axis=1)[np.searchsorted(search.rows, hopeful)]]
    if hopeful.size:
        search.ask(hopeful, known[nearest[np.searchsorted(search.rows, hopeful)]])
    for attempt in range(ATTEMPTS):
        rows = search.waiting(PER_ROUND)
        if not rows.size:
            return
        ways = differs[np.searchsorted(search.rows, rows)]
        points = _anywhere(search.space, rows, known, 1 + attempt, random)
        if attempt % 2 == 0 and ways.any():
            # Rows without such another row keep their random points.
            taken = np.argsort(random.random(ways.shape) - ways, axis=1)[:, :PER_ROUND]
            points = np.where(np.take_along_axis(ways, taken, axis=1)[..., None], known[taken], points)
        search.ask(rows, points)


def _nearest(search: Search, known: Points, differs: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    """Positions of the nearest others with another answer, of shape (rows, count)."""
    space = search.space
    found = np.zeros((len(search.rows), count), dtype=np.int64)
    block = max(1, _CELLS // max(known.size, 1))
    for first in range(0, len(search.rows), block):
        rows = search.rows[first : first + block]
        candidates = space.reached(rows, np.broadcast_to(known, (len(rows), *known.shape)))
        distances = space.distances(rows, candidates, search.norm)
        distances = np.where(differs[first : first + block], distances, np.inf)
        found[first : first + block] = np.argsort(distances, axis=1, kind="stable")[:, :count]
    return found


def _anywhere(space: Space, rows: NDArray[np.int64], known: Points, wider: int, random: np.random.Generator) -> Points:
    """Random points around what is known, ``wider`` times as far on each side, or within the attacker's ranges."""
    numbers = known[:, : space.width]
    low, high = (np.nan_to_num(edge.reduce(numbers, axis=0)) for edge in (np.fmin, np.fmax))
    spread = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0)) * wider
    low, high = np.maximum(low - spread, space.low[rows]), np.minimum(high + spread, space.high[rows])
    drawn = random.random((len(rows), PER_ROUND, space.width))
    made = low[:, None] + drawn * np.maximum(high - low, 0.0)[:, None]
    kinds = np.array([choice.kinds for choice in space.choices])
    codes = np.floor(random.random((len(rows), PER_ROUND, len(kinds))) * kinds)
    return np.concatenate([made, codes], axis=-1)
