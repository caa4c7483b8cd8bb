"""What the report draws behind a value: aggregates of the rows, few of them, and none of a handful of rows.

A report leaves the machine. A group or a bin of fewer than five rows keeps its name and its number, and nothing that
was measured of it; a histogram ends at round numbers, and what lies beyond has no bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.series import AREA, CATEGORIES, CURVE, GROUPS, MOST_ROWS, RELIABILITY
from pytest_iso23053.stats.intervals import clopper_pearson
from pytest_iso23053.stats.simultaneous import per_comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_ROWS = 5
MOST_POINTS, ROWS_OF_A_POINT = 15, 40
MOST_STEPS = 18
MOST_CUTS = 30
Series = dict[str, Any]


def reliability(p: Any, hit: Any, of: str, confidence: float) -> Series | None:
    """How often it was so where the model gave a probability, in bins that hold about equally many rows.

    Rows of the same probability share a bin: split between two, their order in the file would make a curve.
    """
    given, truth = np.asarray(p, dtype=float), np.asarray(hit, dtype=float)
    if not given.size:
        return None
    bins = int(np.clip(given.size // ROWS_OF_A_POINT, 1, MOST_POINTS))
    edges = np.unique(np.quantile(given, np.arange(1, bins) / bins))
    cell = np.searchsorted(edges, given, side="left")
    n = np.bincount(cell)
    held = n > 0
    n, means, hits = n[held], np.bincount(cell, given)[held], np.bincount(cell, truth)[held]
    low, high = clopper_pearson(hits, n, confidence)
    rows = [_shown(*cells, at=2) for cells in zip(n.tolist(), means / n, hits / n, low, high, strict=True)]
    return {"kind": RELIABILITY, "of": of, "rows": rows}


def groups(of: str, over: str, labels: Sequence[str], vectors: tuple[Any, Any, Any, Any]) -> Series:
    """A value with its interval for each group, in the groups' order; of very many, those at both ends."""
    values, lows, highs, counts = (np.asarray(each, dtype=float) for each in vectors)
    order = np.arange(len(labels))
    if len(labels) > MOST_ROWS:
        told = np.flatnonzero(~np.isnan(values) & (counts >= LEAST_ROWS))
        ranked = told[np.argsort(values[told], kind="stable")]
        half = MOST_ROWS // 2
        order = ranked if len(ranked) <= MOST_ROWS else np.concatenate([ranked[:half], ranked[-half:]])
    rows = [[labels[at], *_shown(int(counts[at]), values[at], lows[at], highs[at], at=1)] for at in order.tolist()]
    return {"kind": GROUPS, "of": of, "over": over, "rows": rows, "more": len(labels) - len(rows)}


def shares(of: str, over: str, counts: Sequence[tuple[str, float, float]], confidence: float) -> Series:
    """Shares of rows beside one another, by name, hits and rows, with exact intervals that hold for all at once."""
    names = [str(name) for name, *_ in counts]
    k, n = np.array([each for _, *each in counts], dtype=float).T
    low, high = clopper_pearson(k, n, per_comparison(confidence, len(names)))
    return groups(of, over, names, (k / np.maximum(n, 1), low, high, n))


def categories(of: str, samples: Sequence[str], counts: Sequence[tuple[str, Sequence[int]]]) -> Series:
    """Rows of each category in one data set or two; of too many, the rarest, or those whose shares differ most."""
    table = np.array([rows for _, rows in counts], dtype=np.int64).reshape(len(counts), len(samples))
    order = np.arange(len(counts))
    if len(counts) > MOST_ROWS:
        shares = table / np.maximum(table.sum(axis=0), 1)
        rarity = shares[:, 0] if len(samples) == 1 else shares.min(axis=1) / np.maximum(shares.max(axis=1), 1e-300)
        order = np.argsort(rarity, kind="stable")
    kept, rest = order[:MOST_ROWS], table[order[MOST_ROWS:]].sum(axis=0)
    rows = [[counts[at][0], *table[at].tolist()] for at in kept.tolist()]
    besides = [["other values", *rest.tolist()]] if rest.any() else []
    more = len(order) - len(kept)
    return {"kind": CATEGORIES, "of": of, "samples": list(samples), "rows": rows, "more": more, "besides": besides}


def turned_over(cost: Any, every: int, unknown: int, *, over: str, most: float, confidence: float) -> Series:
    """Share of the attacked rows that were turned at a cost of no more than x, up to the most that could be spent.

    ``cost`` holds that of the rows that were turned; of ``unknown`` rows nobody knows.
    """
    spent = np.sort(np.asarray(cost, dtype=float))
    steps = np.quantile(spent, np.linspace(0, 1, MOST_STEPS), method="higher") if spent.size else []
    x = np.unique(np.concatenate([[0.0], steps, [most]]))
    x = x[x <= most]
    turned = np.searchsorted(spent, x, side="right")
    low = clopper_pearson(turned, np.full(x.shape, every), confidence)[0]
    high = clopper_pearson(turned + unknown, np.full(x.shape, every), confidence)[1]
    share = turned / max(every - unknown, 1)
    rows = [list(map(_digits, cells)) for cells in zip(x, share, low, high, strict=True)]
    return {"kind": CURVE, "of": "share of rows turned", "over": over, "rows": rows}


def over_budget(of: str, over: str, budgets: Sequence[int], hits: Sequence[Any], confidence: float) -> Series:
    """A share of the same rows at each budget, with an exact interval that holds by itself."""
    counts = np.array([np.count_nonzero(each) for each in hits])
    every = np.array([len(each) for each in hits])
    low, high = clopper_pearson(counts, every, confidence)
    rows = [list(map(_digits, cells)) for cells in zip(budgets, counts / every, low, high, strict=True)]
    return {"kind": CURVE, "of": of, "over": over, "rows": rows}


def roc(positive: Any, scores: Any) -> Series | None:
    """Rate of positives found over the rate of negatives taken for positive, as the threshold goes down."""
    cuts, (hits,) = _from_above(scores, positive)
    every, found = len(cuts) and int(cuts[-1]), hits[-1] if len(cuts) else 0
    if not LEAST_ROWS <= found <= every - LEAST_ROWS:
        return None
    wrong, right = (cuts - hits) / (every - found), hits / found
    rows = [[0.0, 0.0, 0.0], *([_digits(x), _digits(y), _digits(x)] for x, y in zip(wrong, right, strict=True))]
    return {"kind": AREA, "of": "true positive rate", "over": "false positive rate", "rows": rows}


def risk_coverage(right: Any, sure: Any) -> Series | None:
    """Error rate among the rows that are answered, over their share: the surest first."""
    cuts, (errors,) = _from_above(sure, ~np.asarray(right, dtype=bool))
    if len(cuts) < 2:
        return None
    chance = errors[-1] / cuts[-1]
    rows = [list(map(_digits, (n / cuts[-1], wrong / n, chance))) for n, wrong in zip(cuts, errors, strict=True)]
    return {"kind": AREA, "of": "error rate", "over": "share of rows answered", "rows": rows}


def _from_above(scores: Any, *flags: Any) -> tuple[Any, list[Any]]:
    """How many rows lie at or above each of some thresholds, and how many of them are flagged.

    Rows of one score stay together, and a handful at least lies between two thresholds.
    """
    given = np.asarray(scores, dtype=float)
    if given.size < 2 * LEAST_ROWS or not np.isfinite(given).all():
        return np.zeros(0, dtype=int), [np.zeros(0) for _ in flags]
    order = np.argsort(-given, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(given[order])), given.size - 1) + 1
    steps = np.linspace(0, given.size, min(MOST_CUTS, given.size // LEAST_ROWS) + 1)[1:]
    cuts = np.unique(ends[np.minimum(np.searchsorted(ends, np.floor(steps)), ends.size - 1)])
    apart = [int(cut) for place, cut in enumerate(cuts[:-1]) if cut - (cuts[place - 1] if place else 0) >= LEAST_ROWS]
    kept = np.array([*(cut for cut in apart if cuts[-1] - cut >= LEAST_ROWS), int(cuts[-1])])
    return kept, [np.cumsum(np.asarray(flag, dtype=float)[order])[kept - 1] for flag in flags]


def _shown(n: int, *measured: Any, at: int) -> list[Any]:
    """A row of the table, without what was measured where it rests on a handful of rows."""
    known = list(map(_digits, measured))
    return [n, *(known if n >= LEAST_ROWS else [*known[: at - 1], *[None] * (len(known) - at + 1)])]


def _digits(measured: Any) -> float:
    """As many digits as a drawing can show, and a few more."""
    return float(f"{float(measured):.6g}")
