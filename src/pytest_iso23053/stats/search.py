"""The worst of many slices, with bounds that allow for the search.

A largest mean among thousands is large by chance. The bounds here hold for the means of all slices at once: their
reach is the quantile that the largest of all studentised means has under the search's own null, in which the sign of
every row's value is drawn at random (Romano & Wolf 2005; with values of -1, 0 and 1 that is McNemar's exact null).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 400
MOST_ROWS = 2_000  # rows that the null is drawn from: the quantile depends on how slices overlap, hardly on their size


class Cells(Protocol):
    """Overlapping subsets of rows."""

    @property
    def rows(self) -> Any:
        """How many rows each holds."""

    @property
    def searched(self) -> Any:
        """The numbers of those that are to be searched."""

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of values over each."""

    def memberships(self, rows: NDArray[np.int64]) -> Any:
        """A sparse matrix of shape (cells, rows)."""


class Worst(NamedTuple):
    """The subset whose mean is surely largest: its number, its mean, and bounds of the largest mean of all.

    ``sampled`` says from how many rows the null was drawn, where not from all whose value is not 0.
    """

    cell: int
    value: float
    low: float
    high: float
    sampled: dict[str, str]


def worst_mean(
    cells: Cells, values: NDArray[np.float64], confidence: float, seed: int, *, above: float = 0.0
) -> Worst | None:
    """The subset whose mean, less what it is ``above``, has the highest lower bound; None if none can be searched."""
    searched = cells.searched
    if not len(searched):
        return None
    n = cells.rows[searched]
    total, squares = cells.sums(values)[searched], cells.sums(np.square(values))[searched]
    unit = float(np.abs(values).max(initial=0.0)) or 1.0
    mean = total / n - above
    # Two pseudo-rows of opposite sign: a slice of few rows that agree has an error too (as in Agresti & Coull 1998)
    spread = np.sqrt(np.maximum((squares + 2 * unit**2) / (n + 2) - np.square(total / (n + 2)), 0) / (n + 2))
    reach = largest_by_chance(cells, values, confidence, seed) * spread
    place = int(np.argmax(mean - reach))
    bounds = float((mean - reach)[place]), float((mean + reach).max())
    return Worst(int(searched[place]), float(mean[place]), *bounds, _sampled(int(np.count_nonzero(values))))


def _sampled(active: int) -> dict[str, str]:
    return {"null_drawn_from": f"{MOST_ROWS} of {active} rows"} if active > MOST_ROWS else {}


def largest_by_chance(cells: Cells, values: NDArray[np.float64], confidence: float, seed: int) -> float:
    """The quantile of the largest studentised mean if every value's sign were a coin's; never below a normal's own."""
    from scipy.special import ndtri

    tail = (1 + confidence) / 2
    random = np.random.default_rng(seed)
    active = np.flatnonzero(values)
    if active.size > MOST_ROWS:
        active = np.sort(random.choice(active, MOST_ROWS, replace=False))
    least = float(ndtri(tail))
    if not active.size:
        return least
    member = cells.memberships(active)[cells.searched]
    given = values[active].astype(np.float32)
    norms = np.sqrt(member @ np.square(given))
    signs = random.integers(0, 2, (active.size, DRAWS), dtype=np.int8).astype(np.float32) * 2 - 1
    flipped = np.abs(member @ (given[:, None] * signs))
    held = norms > 0
    if not held.any():
        return least
    return max(least, float(np.quantile((flipped[held] / norms[held, None]).max(axis=0), confidence)))
