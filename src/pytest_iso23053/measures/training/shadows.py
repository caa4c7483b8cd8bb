"""Shadow models: the model's own training on half of the rows in question, time and again (LiRA)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.cases import labels_of
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.threads import single_thread
from pytest_iso23053.measures.training.refit import clone_of, refitted
from pytest_iso23053.measures.training.traces import traces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

LEAST_SPREAD = 1e-3


@dataclass(frozen=True, eq=False)
class Pool:
    """As many training rows as test rows, of which each shadow model sees half, and the rest of the training rows.

    The rest is in every shadow's training, so that this is as large as the model's own was. ``rows`` are positions in
    ``data``, training rows first; ``members`` says which of them the model under test was trained on.
    """

    data: Dataset
    labels: NDArray[Any]
    rows: NDArray[np.int64]
    rest: NDArray[np.int64]

    @property
    def members(self) -> NDArray[np.bool_]:
        """The first half of the rows."""
        return np.arange(self.rows.size) < self.rows.size // 2


def likelihood_ratios(
    model: Model, train: Dataset, test: Dataset, *, shadows: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """LiRA (Carlini et al. 2022) for members and for others: how much likelier is the answer if the row was seen.

    Each row has a normal distribution of traces with it in the training and one without, of a common variance each, as
    the paper advises for few shadows. They are trained through joblib: `joblib.parallel_config` spreads them.

    Raises
    ------
    NotMeasurableError
        The model cannot be trained again.
    """
    from joblib import Parallel, delayed

    clone_of(model)
    random = np.random.default_rng(seed)
    pool = _pool(train, test, random)
    chosen = _halves(pool, shadows, random)
    seeds = [seed % 2**31 + 1 + place for place in range(shadows)]
    given = np.stack(
        Parallel()(delayed(_trace)(model, pool, inside, own) for inside, own in zip(chosen, seeds, strict=True))
    )
    ratio = _ratio(_of_target(model, pool), given, chosen)
    return ratio[pool.members], ratio[~pool.members]


def _pool(train: Dataset, test: Dataset, random: np.random.Generator) -> Pool:
    names = comparable(train, test)
    both = train.with_features(pd.concat([train.X[names], test.X[names]], ignore_index=True))
    labels = np.concatenate([np.asarray(labels_of(data)) for data in (train, test)])
    size = min(train.n, test.n)
    drawn = random.permutation(train.n)
    others = train.n + np.sort(random.permutation(test.n)[:size])
    return Pool(both, labels, np.concatenate([np.sort(drawn[:size]), others]), np.sort(drawn[size:]))


def _halves(pool: Pool, shadows: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Which rows of the pool each shadow sees: in pairs, the second sees what the first did not; classes evenly."""
    codes = pd.factorize(pool.labels[pool.rows])[0]
    chosen = np.empty((shadows, pool.rows.size), dtype=bool)
    for place in range(0, shadows, 2):
        order = np.lexsort((random.random(pool.rows.size), codes))
        chosen[place, order] = (np.arange(pool.rows.size) + random.integers(2)) % 2 == 0
        chosen[place + 1] = ~chosen[place]
    return chosen


def _trace(model: Model, pool: Pool, inside: NDArray[np.bool_], seed: int) -> NDArray[np.float64]:
    rows = np.concatenate([pool.rest, pool.rows[inside]])
    with single_thread():
        shadow = refitted(model, pool.data.subset(rows), seed=seed, labels=pool.labels[rows])
        return traces(shadow, pool.data.subset(pool.rows), pool.labels[pool.rows])


def _of_target(model: Model, pool: Pool) -> NDArray[np.float64]:
    return traces(model, pool.data.subset(pool.rows), pool.labels[pool.rows])


def _ratio(target: NDArray[np.float64], given: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    logarithms = []
    for chosen in (inside, ~inside):
        times = chosen.sum(axis=0)
        mean = np.where(chosen, given, 0.0).sum(axis=0) / times
        squares = np.where(chosen, (given - mean) ** 2, 0.0).sum() / max(int((times - 1).sum()), 1)
        spread = max(float(np.sqrt(squares)), LEAST_SPREAD)
        logarithms.append(-(((target - mean) / spread) ** 2) / 2 - np.log(spread))
    return np.asarray(np.round(logarithms[0] - logarithms[1], 6))
