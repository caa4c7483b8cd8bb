"""One attack on the rows of a data set from start to end, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.validation.evasion.hopskipjump import hop_skip_jump
from pytest_iso23053.measures.validation.evasion.limits import checked, inferred
from pytest_iso23053.measures.validation.evasion.narrowing import PARTS, exchange, narrow, returning, revert
from pytest_iso23053.measures.validation.evasion.oracle import Oracle
from pytest_iso23053.measures.validation.evasion.search import Search
from pytest_iso23053.measures.validation.evasion.simba import simba
from pytest_iso23053.measures.validation.evasion.space import Space
from pytest_iso23053.measures.validation.evasion.starts import drawn_from, from_given, from_others

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.policy import Attacker
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

ATTACKS = ("nearest", "hopskipjump", "simba")
WORTH = 0.9  # the share of the distance to which the columns' return must lead at first, to be repeated at the end
LAST = (0.0, 0.5)  # of what each column was moved, what is kept then
LAST_COLUMNS = 12
_CELLS = 60_000_000  # numbers that candidates may take up at once: half a gigabyte


@dataclass(frozen=True, eq=False)
class Evasion:
    """What an attack found, row by row of the data set; it is in no record and no report.

    Parameters
    ----------
    attackable : array of bool
        Rows that the model answers correctly; without labels, all.
    attacked : array of bool
        Those of them that were attacked.
    distances : array of float
        How far each had to be moved for another answer; infinite where the attack found no other answer, NaN for
        rows that were not attacked.
    queries : array of int
        Rows that the model was asked about for each; ``shared`` were asked about once for all.
    shared : int
        See ``queries``.
    without_start : array of bool
        Attacked rows about which nothing is known, as no start was found: they neither gave way nor withstood.
    adversarial : DataFrame
        For each attacked row, by its position in the data set, the nearest one found with another answer; the row
        itself where there is none.
    held : tuple
        Features that the attack could not change.
    starts_from : str
        How many rows of how many starts were looked for among; empty where it was all of them, or none.
    """

    attackable: NDArray[np.bool_]
    attacked: NDArray[np.bool_]
    distances: NDArray[np.float64]
    queries: NDArray[np.int64]
    shared: int
    without_start: NDArray[np.bool_]
    adversarial: pd.DataFrame
    held: tuple[Any, ...] = ()
    starts_from: str = ""

    @property
    def found(self) -> NDArray[np.float64]:
        """The distances that were found."""
        return self.distances[self.attacked & np.isfinite(self.distances)]


@dataclass(frozen=True, eq=False)
class Plan:
    """What to attack with."""

    attacker: Attacker
    norm: str
    attack: str
    seed: int
    enough: float = 0.0


def evade(
    model: Model,
    data: Dataset,
    attacked: NDArray[np.int64],
    plan: Plan,
    *,
    others: Dataset | None = None,
    start: pd.DataFrame | None = None,
) -> Evasion:
    """Attack these rows, and return what was found for all rows of the data set; what is attackable is left open."""
    pool = data if others is None else others
    one = checked(inferred(plan.attacker, pool) if plan.attacker.infer else plan.attacker, data)
    size = max(1, _CELLS // (80 * max(len(data.features), 1)))
    distances, queries = np.full(data.n, np.nan), np.zeros(data.n, dtype=np.int64)
    parts, shared, held = [], 0, ()
    for block, first in enumerate(range(0, len(attacked), size)):
        rows = attacked[first : first + size]
        random = np.random.default_rng([plan.seed, block])
        part = data.subset(rows)
        space = Space(part, pool, one)
        search = Search(space, Oracle(model, part, space, one.queries), plan.norm, np.arange(part.n), plan.enough)
        if space.dimensions:
            if start is None:
                from_others(search, pool, random)
            else:
                from_given(search, start.iloc[rows])
            _approach(search, plan.attack, random)
        distances[rows], queries[rows] = search.distance, search.oracle.queries
        shared += search.oracle.shared
        held = tuple(search.space.held)
        parts.append(search.space.frame(np.arange(part.n), search.best).set_axis(rows))
    whole = np.zeros(data.n, dtype=bool)
    whole[attacked] = True
    made = pd.concat(parts) if parts else data.X.iloc[:0]
    sample = drawn_from(pool) if start is None else ""
    return Evasion(whole, whole, distances, queries, shared, whole & np.isinf(distances), made, held, sample)


def _approach(search: Search, attack: str, random: np.random.Generator) -> None:
    """From the starts to the nearest points that the attack finds."""
    queries = search.oracle.budget
    spare = queries // 3  # what the columns' return and the categories' exchange may take
    exchange(search, min(spare, 50))
    narrow(search, 3)
    cost = 2 * returning(search) + PARTS - 1
    before = np.nanmedian(search.distance)
    if spare >= cost:
        revert(search)
        narrow(search, 1)
    # Where few columns matter, as to trees, what is left of each is worth its queries at the end.
    again = spare >= cost and bool(np.nanmedian(search.distance) < WORTH * before)
    reserve = PARTS - 1 + again * 2 * len(LAST) * returning(search, LAST_COLUMNS)
    if attack == "simba":
        simba(search, random, queries // 2)
    if attack != "nearest":
        hop_skip_jump(search, random, reserve)
        for kept in LAST if again else ():
            revert(search, kept, LAST_COLUMNS)
    narrow(search, 1)
