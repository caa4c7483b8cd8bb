"""Rows whose neighbours carry another label: what flipped labels look like without any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.candidates import EVERY, TASK, THREATS, Cell, pooled, screened
from pytest_iso23053.measures.cases import settled_seed
from pytest_iso23053.measures.design import design
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.candidates import Pool

SHARES = (0.6, 0.8, 1.0)
MOST_ROWS = 3_000  # pairs grow with the square


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.01",
    range=(-1.0, 1.0),
    source="Paudice et al. 2018, Peri et al. 2020 (nearest neighbours against poisoning); Westfall & Young 1993 (null)",
    needs=("train", "test", "labels"),
    threats=THREATS,
    task=TASK,
)
def neighbour_disagreement_excess(
    train: Any, test: Any, *, neighbours: int = 10, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """Share of training rows whose neighbours carry another label, beyond what trusted rows account for.

    Near a border between classes neighbours disagree anyhow, in trusted rows as in others. So each row of both is held
    against its nearest rows of both, in standard deviations of each column, and who has more than 60 % (80 %, all) of
    them against it is counted among training rows and among trusted rows, in all and by label. Null: who is a training
    row is dealt out anew within each label, 999 times, and the bounds hold for all counts at once.

    Parameters
    ----------
    train, test : Dataset or (X, y)
        Labelled rows to look at, and labelled rows of the same origin that are trusted; 60 of either.
    neighbours : int, default 10
        How many neighbours each row is held against.
    confidence : float, default 0.95
        Level at which the bounds of all counts hold together.
    seed : int, optional
        Seed of the permutations, and of the draw where both have more than 3,000 rows; by default the running test's.

    Returns
    -------
    Measurement
        Its n is the number of training rows looked at. ``params`` name how many candidates there are and the first
        positions. Candidates are rows to look at: honest rows that nobody resembles are among them, and where test rows
        were cleaned and training rows were not, nobody has poisoned anything. Not seen: flips whose neighbours are
        flipped along, and rows with a trigger, which stand apart by it.

    Raises
    ------
    NotMeasurableError
        A ValueError: no labels, quantities, too few rows, or several rows of one ``id``.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X, others = np.random.default_rng(0).normal(size=(2, 1000, 2))
    >>> y = X[:, 0] > 0
    >>> y[:80] = ~y[:80]
    >>> found = measures.neighbour_disagreement_excess((X, y), (others, others[:, 0] > 0), seed=0)
    >>> found.low > 0.04, found.params["candidates"] < 120
    (True, True)
    """
    before, after, level = as_dataset(train), as_dataset(test), checked_confidence(confidence)
    if isinstance(neighbours, bool) or neighbours < 2:
        raise ValueError(f"neighbours = {neighbours!r}: it takes 2 or more; write 10")
    settled = settled_seed(seed)
    pool = pooled(before, after, settled, MOST_ROWS)
    against = _against(pool, neighbours)
    cells = [
        Cell(f"{share:.0%} of {neighbours} neighbours against it", among, _picked(pool, against >= share, among))
        for among in [EVERY, *pool.able()]
        for share in SHARES
    ]
    return screened(pool, cells, (before, after), level, settled)


def _against(pool: Pool, neighbours: int) -> NDArray[np.float64]:
    """The share of each row's neighbours that carry another label."""
    from sklearn.neighbors import NearestNeighbors

    points = design(pool.data, pool.data)[0].astype(np.float32)
    with single_thread():
        found = (
            NearestNeighbors(n_neighbors=neighbours, algorithm="brute").fit(points).kneighbors(return_distance=False)
        )
    return np.asarray((pool.codes[found] != pool.codes[:, None]).mean(axis=1))


def _picked(pool: Pool, rows: NDArray[np.bool_], among: int) -> NDArray[np.bool_]:
    return rows if among == EVERY else rows & (pool.codes == among)
