"""The distribution of numbers in bounded memory: exact up to 8 192 different values, then to a fixed relative width.

A float read as a whole number keeps its order, and dropping its last bits cuts the line into bins of equal relative
width, down to denormals and up to infinity. As many bits are dropped as it takes to fill no more than `MOST_BINS` bins.
A wider set can only need as many or more, so that parts merge into *exactly* the summary of the whole, whatever the
order: the uniform collapse of UDDSketch (Epicoco, Melle, Cafaro & Pulimeno 2020), with bits in place of logarithms.
Empty bins cost nothing: an outlier, a sentinel and a pile of zeros take one bin each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BINS = 8_192
_MAGNITUDE = np.int64(0x7FFFFFFFFFFFFFFF)
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Distribution:
    """How often each bin of ``2 ** level`` neighbouring floats was met; at level 0 each value.

    Parameters
    ----------
    level : int
        Bits dropped.
    keys : array of int64
        The bins, ascending.
    counts : array of int64
        The numbers in each.
    """

    level: int
    keys: Whole
    counts: Whole

    @classmethod
    def of(cls, values: Any) -> Distribution:
        """Summarise numbers, infinite ones among them but no missing ones."""
        return cls.of_sorted(np.sort(np.asarray(values, dtype=np.float64)))

    @classmethod
    def of_sorted(cls, values: NDArray[np.float64]) -> Distribution:
        """Summarise ascending numbers."""
        ordered = _ordered(values)
        if not ordered.size:
            return cls(0, ordered, ordered)
        apart = (ordered[1:] ^ ordered[:-1]).view(np.uint64)
        level = _level(apart)
        starts = np.append(0, np.flatnonzero(apart >> np.uint64(level)) + 1)
        return cls(level, ordered[starts] >> level, np.diff(np.append(starts, ordered.size)))

    @property
    def n(self) -> int:
        """How many numbers."""
        return int(self.counts.sum())

    @property
    def exact(self) -> bool:
        """Whether each bin is one value."""
        return self.level == 0

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The bins' values; of a bin of several, the one in its middle."""
        middle = (np.int64(1) << np.int64(self.level)) >> 1
        return _floats((self.keys << self.level) + middle)

    def at(self, level: int) -> Distribution:
        """The same numbers in wider bins."""
        if level <= self.level or not self.keys.size:
            return self if level <= self.level else Distribution(level, self.keys, self.counts)
        keys = self.keys >> (level - self.level)
        starts = np.append(0, np.flatnonzero(np.diff(keys)) + 1)
        return Distribution(level, keys[starts], np.add.reduceat(self.counts, starts))

    def __add__(self, other: Any) -> Distribution:
        if not isinstance(other, Distribution):
            return NotImplemented
        keys, first, second, level = aligned(self, other)
        if not keys.size:
            return self
        merged = Distribution(level, keys, first + second)
        return merged.at(level + _level((keys[1:] ^ keys[:-1]).view(np.uint64)))

    def quantiles(self, shares: Any) -> NDArray[np.float64]:
        """The least value with at least the given share at or below it, to the width of a bin; NaN of no numbers."""
        wanted = np.asarray(shares, dtype=float)
        if not self.keys.size:
            return np.full(wanted.shape, np.nan)
        reached = np.cumsum(self.counts)
        places = np.searchsorted(reached, np.ceil(wanted * reached[-1] - 1e-9).clip(1), side="left")
        found: NDArray[np.float64] = self.values[places]
        return found

    def below(self, value: float) -> int:
        """Numbers in bins that lie wholly below a value."""
        return int(self.counts[: np.searchsorted(self.keys, self.key(value))].sum())

    def above(self, value: float) -> int:
        """Numbers in bins that lie wholly above a value."""
        return int(self.counts[np.searchsorted(self.keys, self.key(value), side="right") :].sum())

    def count_of(self, value: float) -> int:
        """Numbers in the bin of a value."""
        place = int(np.searchsorted(self.keys, key := self.key(value)))
        return int(self.counts[place]) if place < self.keys.size and self.keys[place] == key else 0

    def key(self, value: float) -> int:
        """The bin of a value."""
        return int(_ordered(np.array([value], dtype=np.float64))[0]) >> self.level


def aligned(first: Distribution, second: Distribution) -> tuple[Whole, Whole, Whole, int]:
    """The bins of both, the counts of each in them, and their common level."""
    level = max(first.level, second.level)
    one, other = first.at(level), second.at(level)
    keys = np.union1d(one.keys, other.keys)
    counts = np.zeros((2, keys.size), dtype=np.int64)
    for row, part in zip(counts, (one, other), strict=True):
        row[np.searchsorted(keys, part.keys)] = part.counts
    return keys, counts[0], counts[1], level


def _level(apart: NDArray[np.uint64]) -> int:
    """Bits to drop so that ascending numbers, of which the differing bits are given, fill no more than the most bins.

    Neighbours share a bin just when no bit above the dropped ones differs.
    """
    if apart.size < MOST_BINS:
        return 0
    place = apart.size - MOST_BINS
    return int(np.partition(apart, place)[place]).bit_length()


def _ordered(values: NDArray[np.float64]) -> Whole:
    bits = (values + 0.0).view(np.int64)  # -0.0 is 0.0
    if bits.size and bits.min() < 0:
        np.bitwise_xor(bits, _MAGNITUDE, out=bits, where=bits < 0)
    return bits


def _floats(ordered: Whole) -> NDArray[np.float64]:
    return np.where(ordered < 0, ordered ^ _MAGNITUDE, ordered).view(np.float64)
