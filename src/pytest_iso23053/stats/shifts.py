"""How large a share of the rows two distributions differ in, from their summaries alone.

Both distances are shares of rows: so many would have to be others for the two samples to agree, or at least so many
(the Kolmogorov-Smirnov distance is a lower bound of the total variation). What sampling alone makes of no difference is
taken off the value; the interval is one of the true distance. Closed forms: no seed, no resampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.stats.discoveries import discoveries
from pytest_iso23053.stats.intervals import newcombe
from pytest_iso23053.stats.summaries.distribution import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.stats.summaries.categories import Categories
    from pytest_iso23053.stats.summaries.distribution import Distribution

BRIDGE_MEAN = float(np.sqrt(np.pi / 2) * np.log(2))  # of the largest deviation of a Brownian bridge: 0.869
FREQUENT = 10  # rows of a value in both samples: the usual least for a comparison of counts
MOST_SHOWN = 30  # values compared one by one; the rest are one


@dataclass(frozen=True)
class Shift:
    """A distance between two samples, and how far chance may have moved it.

    Parameters
    ----------
    raw : float
        The distance of the samples, which chance makes larger than the truth.
    noise : float
        What is to be expected of it where there is no difference.
    scale : float
        √(1/n + 1/m).
    ordered : bool
        Whether it is Kolmogorov's distance, else total variation.
    blur : float
        What the summaries' resolution may hide.
    counts : tuple of arrays
        Of total variation: the rows of each value in either sample. The difference in the share of one value is no
        larger than the total; where a single value has moved, that shows it sooner than the sum over all.
    """

    raw: float
    noise: float
    scale: float
    ordered: bool
    blur: float = 0.0
    counts: tuple[Any, Any] | None = None

    @property
    def value(self) -> float:
        """The distance beyond what sampling alone would show."""
        return max(self.raw - self.noise, 0.0)

    def low(self, tail: float) -> float:
        """A bound that the true distance lies below with no more than this probability."""
        from scipy.special import kolmogi

        if self.ordered or self.counts is None:
            return float(np.clip(self.raw - self.scale * float(kolmogi(tail)), 0.0, 1.0))
        before, after = self.counts
        at = 1 - tail / len(before)  # half of the error for the total, half for the values one by one
        low, high = newcombe(before, before.sum(), after, after.sum(), at)
        single = float(np.maximum(low, -high).max())
        total = self.raw - self.noise - self.scale * _deviation(tail / 2)
        return float(np.clip(max(total, single), 0.0, self.raw))

    def high(self, tail: float) -> float:
        """A bound that it lies above with no more than this probability.

        The mean of the sample's distance is no smaller than the true one (both are convex), and a row of n changes it
        by no more than 1/n (McDiarmid 1989).
        """
        return float(np.clip(self.raw + self.blur + self.scale * _deviation(tail), 0.0, 1.0))


def _deviation(tail: float) -> float:
    return float(np.sqrt(-np.log(tail) / 2))


def shift_of_numbers(reference: Distribution, current: Distribution) -> Shift | None:
    """The largest distance of the two distribution functions (Kolmogorov 1933, Smirnov 1939); None of no rows."""
    _, before, after, _ = aligned(reference, current)
    n, m = before.sum(), after.sum()
    if not n or not m:
        return None
    raw = float(np.max(np.abs(np.cumsum(before) / n - np.cumsum(after) / m)))
    scale = float(np.sqrt(1 / n + 1 / m))
    both_exact = reference.exact and current.exact
    blur = 0.0 if both_exact else float(max((before / n).max(), (after / m).max()))
    return Shift(raw, BRIDGE_MEAN * scale, scale, ordered=True, blur=blur)


def shift_of_categories(reference: Categories, current: Categories) -> Shift | None:
    """Half the sum of differences between the shares of values: total variation; rare values are taken together.

    The share that chance alone explains is at most ½ Σ √(p (1 - p) (1/n + 1/m)), by Jensen's inequality.
    """
    before, after = paired_counts(reference, current)
    n, m = reference.rows, current.rows
    if not n or not m:
        return None
    pooled = before + after
    chosen = np.argsort(-pooled, kind="stable")[:MOST_SHOWN]
    chosen = chosen[pooled[chosen] >= FREQUENT]
    counts = tuple(np.append(each[chosen], rows - each[chosen].sum()) for each, rows in ((before, n), (after, m)))
    p, q = counts[0] / n, counts[1] / m
    share = (n * p + m * q) / (n + m)
    scale = float(np.sqrt(1 / n + 1 / m))
    noise = float(np.sum(np.sqrt(np.maximum(share * (1 - share), 0.0)))) * scale / 2
    return Shift(float(np.abs(p - q).sum() / 2), noise, scale, ordered=False, counts=(counts[0], counts[1]))


def paired_counts(reference: Categories, current: Categories) -> tuple[Any, Any]:
    """Rows of each value that both summaries would have kept."""
    level = max(reference.level, current.level)
    before, after = reference.at(level).counts, current.at(level).counts
    values = [*before, *(value for value in after if value not in before)]
    one, other = (np.array([each.get(value, 0) for value in values], dtype=np.int64) for each in (before, after))
    return one, other


@dataclass(frozen=True)
class Found:
    """The largest of several shifts, its bounds, and which of them are larger than the margin."""

    place: int
    value: float
    low: float
    high: float
    discovered: tuple[int, ...]


def largest(shifts: Sequence[Shift], margin: float, confidence: float) -> Found:
    """The largest shift, and those beyond the margin at a false-discovery rate of (1 - confidence) / 2.

    The lower bounds hold at the level that the discoveries leave (Benjamini & Yekutieli 2005), so that the largest lies
    above the margin just where there is a discovery; the upper one holds for all at once. Each end has half the error.
    """
    count = len(shifts)

    def lows_at(level: float) -> list[float]:
        return [shift.low((1 - level) / 2) for shift in shifts]

    found, level = discoveries(lows_at, count, margin, confidence)
    discovered, lows = tuple(found.tolist()), lows_at(level)
    place = int(max(range(count), key=lambda at: (lows[at], shifts[at].value)))
    high = max(shift.high((1 - confidence) / 2 / count) for shift in shifts)
    low = lows[place] if discovered else min(lows[place], margin)
    value = float(np.clip(shifts[place].value, low, high))
    return Found(place, value, low, high, discovered)
