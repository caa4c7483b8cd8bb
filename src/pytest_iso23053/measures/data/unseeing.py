"""The labels of two data sets, held against learners of the one that have not seen the rows they speak about."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pytest_iso23053.measures.probes import codes_as, out_of_fold
from pytest_iso23053.measures.rows import row_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.measures.probes import Probe
    from pytest_iso23053.subjects.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Unseeing:
    """What learners of ``before`` say of its rows, out of fold, and of those of ``after``.

    Parameters
    ----------
    probe : Probe
        The learners, with their probabilities for the rows of ``before``.
    codes : array of int64
        The labels of ``after``, as the probe numbers them; those that ``before`` lacks are -1.
    given : array of shape (learners, rows, classes)
        The probabilities of each learner for the labelled rows of ``after``. Each by itself: their mean would err less
        than the one that answers out of fold.
    alone, alone_after : array of bool
        Which of the probe's rows, and of the labelled rows of ``after``, have features that occur nowhere else: of the
        others a learner may know the label.
    """

    probe: Probe
    codes: NDArray[np.int64]
    given: NDArray[np.float64]
    alone: NDArray[np.bool_]
    alone_after: NDArray[np.bool_]


_held: weakref.WeakKeyDictionary[Dataset, weakref.WeakKeyDictionary[Dataset, dict[int, Unseeing]]]
_held = weakref.WeakKeyDictionary()


def unseeing(before: Dataset, after: Dataset, *, seed: int) -> Unseeing:
    """Put both to the learners of the first, once.

    Raises
    ------
    NotMeasurableError
        There are no labels, or too few rows to learn from, or they are quantities.
    """
    held = _held.setdefault(before, weakref.WeakKeyDictionary()).setdefault(after, {})
    if seed not in held:
        held[seed] = _made(before, after, seed)
    return held[seed]


def _made(before: Dataset, after: Dataset, seed: int) -> Unseeing:
    probe = out_of_fold(before, seed=seed)
    rows, codes = codes_as(probe, after)
    alone, alone_after = _without_twins(before, after, probe)
    return Unseeing(probe, codes, probe.on(before, after)[:, rows], alone[probe.rows], alone_after[rows])


def _without_twins(before: Dataset, after: Dataset, probe: Probe) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows' features occur once only in both together: a learner may have seen the others.

    Where rows are so few and coarse that the probe does not keep twins in one fold either, all rows are kept.
    """
    features = list(probe.features)
    known, keys = row_keys(before.X[features], after.X[features])
    times = np.bincount(known, minlength=int(max(known.max(initial=-1), keys.max(initial=-1))) + 1)
    if np.count_nonzero(times) < len(probe.rows) // 5:
        return np.ones(before.n, dtype=bool), np.ones(after.n, dtype=bool)
    times = times + np.bincount(keys, minlength=len(times))
    return times[known] == 1, times[keys] == 1
