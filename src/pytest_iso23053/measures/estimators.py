"""How a value with its interval comes from rows: for all of them at once, and for each group of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from pytest_iso23053.stats.intervals import clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Estimate(NamedTuple):
    """A value, its bounds, and the rows it rests on."""

    value: float
    low: float
    high: float
    n: int


Vectors = tuple[Any, Any, Any, Any]  # values, lows, highs, rows of each group


class Estimator(Protocol):
    """What a measure knows about its rows."""

    def overall(self, confidence: float) -> Estimate:
        """All rows."""

    def by_group(self, codes: NDArray[np.int64], groups: int, confidence: float) -> Vectors:
        """Each group of rows."""

    def counts(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any] | None:
        """Successes and rows of each group, where the value is the one over the other."""


def _shares(hits: Any, rows: Any, confidence: float, link: Callable[[Any], Any] | None = None) -> Vectors:
    with np.errstate(invalid="ignore"):
        values = np.where(rows > 0, hits / np.maximum(rows, 1), np.nan)
    bounds = clopper_pearson(hits, rows, confidence)
    through = link or (lambda share: share)
    return through(values), through(bounds[0]), through(bounds[1]), rows


@dataclass(frozen=True, eq=False)
class Rate:
    """The share of ``hits`` among the rows ``of`` which it speaks; the exact interval.

    Wilson's is narrower, and wrong where a verdict asks: of 50 rows with a true share of 0.98, its bounds leave the
    truth out on one and the same side in 8 % of samples, not in 2.5 %.

    ``of`` defaults to all rows. ``link`` is an increasing function of the share, for a quantity that is one.
    Counted once for all groups: one pass over the rows, however many groups there are.
    """

    hits: NDArray[np.bool_]
    of: NDArray[np.bool_] | None = None
    link: Callable[[Any], Any] | None = None
    held: dict[int, tuple[Any, Any, Any]] = field(default_factory=dict)

    def overall(self, confidence: float) -> Estimate:
        """All rows."""
        inside = self.hits if self.of is None else self.hits & self.of
        rows = len(self.hits) if self.of is None else np.count_nonzero(self.of)
        hits = np.array([np.count_nonzero(inside)], dtype=float)
        values, lows, highs, counted = _shares(hits, np.array([rows]), confidence, self.link)
        return Estimate(float(values[0]), float(lows[0]), float(highs[0]), int(counted[0]))

    def by_group(self, codes: NDArray[np.int64], groups: int, confidence: float) -> Vectors:
        """Each group of rows."""
        return _shares(*self._counted(codes, groups), confidence, self.link)

    def counts(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any] | None:
        """Successes and rows of each group, unless the value is another function of them."""
        return None if self.link else self._counted(codes, groups)

    def _counted(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any]:
        # The groups' difference, ratio and worst ask again, at other levels of confidence.
        known, hits, rows = self.held.get(id(codes), (None, None, None))
        if known is not codes:
            hits, rows = self._count(codes, groups)
            self.held[id(codes)] = codes, hits, rows
        return hits, rows

    def _count(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any]:
        """One pass: a cell for each group, those spoken of or not, hits or not."""
        cells = codes * 2 + self.hits if self.of is None else codes * 4 + (self.of.view(np.int8) * 2 + self.hits)
        each = 2 if self.of is None else 4
        counts = np.bincount(cells, minlength=each * groups).reshape(groups, each)[:, -2:]
        return counts[:, 1].astype(float), counts.sum(axis=1)


TRUE_NEGATIVE, FALSE_POSITIVE, FALSE_NEGATIVE, TRUE_POSITIVE = range(4)


@dataclass(frozen=True, eq=False)
class Confusion:
    """Each row's cell of the confusion matrix, of shape (n,), counted once for all the rates that are made of it."""

    cells: NDArray[np.int8]
    held: dict[int, tuple[Any, Any]] = field(default_factory=dict)

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """How many rows lie in each cell, of shape (1, 4)."""
        return np.bincount(self.cells, minlength=4)[None, :]

    def counted(self, codes: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
        """How many rows of each group lie in each cell, of shape (groups, 4)."""
        known, counts = self.held.get(id(codes), (None, None))
        if known is not codes:
            counts = np.bincount(codes * 4 + self.cells, minlength=4 * groups).reshape(groups, 4)
            self.held[id(codes)] = codes, counts
        return np.asarray(counts)


@dataclass(frozen=True, eq=False)
class CellRate:
    """The share of rows in the cells ``hits`` among those in the cells ``of``; the exact interval, as of a `Rate`."""

    confusion: Confusion
    hits: tuple[int, ...]
    of: tuple[int, ...] = (TRUE_NEGATIVE, FALSE_POSITIVE, FALSE_NEGATIVE, TRUE_POSITIVE)

    def overall(self, confidence: float) -> Estimate:
        """All rows."""
        values, lows, highs, rows = _shares(*self._parts(self.confusion.total), confidence)
        return Estimate(float(values[0]), float(lows[0]), float(highs[0]), int(rows[0]))

    def by_group(self, codes: NDArray[np.int64], groups: int, confidence: float) -> Vectors:
        """Each group of rows."""
        return _shares(*self.counts(codes, groups), confidence)

    def counts(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any]:
        """Successes and rows of each group."""
        return self._parts(self.confusion.counted(codes, groups))

    def _parts(self, counts: NDArray[np.int64]) -> tuple[Any, Any]:
        return counts[:, self.hits].sum(axis=1).astype(float), counts[:, self.of].sum(axis=1)


@dataclass(frozen=True, eq=False)
class OfRows:
    """Any quantity of a subset of rows: ``function(rows, confidence)`` gives value, low, high."""

    function: Callable[[Any, float], tuple[float, float, float]]
    size: int

    def overall(self, confidence: float) -> Estimate:
        """All rows."""
        return Estimate(*self.function(np.arange(self.size), confidence), self.size)

    def by_group(self, codes: NDArray[np.int64], groups: int, confidence: float) -> Vectors:
        """Each group of rows."""
        order = np.argsort(codes, kind="stable")
        rows = np.bincount(codes, minlength=groups)
        parts = np.split(order, np.cumsum(rows)[:-1])
        values, lows, highs = np.array([self.function(part, confidence) for part in parts], dtype=float).T
        return values, lows, highs, rows

    def counts(self, codes: NDArray[np.int64], groups: int) -> tuple[Any, Any] | None:
        """Successes and rows of each group, unless the value is another function of them."""
        del codes, groups
        return None
