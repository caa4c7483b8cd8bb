"""The cheap part of an attack: from a start towards the row, as far as the answer stays another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pytest_iso23053.measures.validation.evasion.search import Search

PARTS = 8  # a step asks about seven points at once: three bisections for one call of the model
FRACTIONS = np.arange(PARTS) / PARTS
MOST_RETURNS = 32


def narrow(search: Search, steps: int) -> None:
    """Search the line from each row to its best point for where the answer changes, ``steps`` times eightfold finer."""
    cost = PARTS if search.space.choices else PARTS - 1
    rows = search.active(cost)
    low, high = np.zeros(len(rows)), np.ones(len(rows))
    far, codes = search.space.offsets(rows, search.best[rows]), search.codes(rows)
    for step in range(steps):
        kept = search.oracle.left(rows) >= cost
        rows, low, high, far, codes = rows[kept], low[kept], high[kept], far[kept], codes[kept]
        if not rows.size:
            return
        # The exchanged categories alone may do: the first step asks about the row's own numbers as well.
        inner = FRACTIONS if search.space.choices and not step else FRACTIONS[1:]
        marks = low[:, None] + (high - low)[:, None] * inner
        points = search.space.moved(rows, marks[..., None] * far[:, None], codes)
        flips = search.ask(rows, points, marks)
        first = np.where(flips.any(axis=1), np.argmax(flips, axis=1), marks.shape[1])
        ends = np.column_stack([low, marks, high])
        every = np.arange(len(rows))
        low, high = ends[every, first], ends[every, first + 1]


def returning(search: Search, most: int = MOST_RETURNS) -> int:
    """How many columns are tried for a return: those moved farthest."""
    return min(search.space.dimensions, most)


def revert(search: Search, kept: float = 0.0, most: int = MOST_RETURNS) -> None:
    """Give back what is not needed: columns return to the row's own value as long as the answer stays another.

    Two calls: each of the farthest moved alone; then those that may return, together, as many as it takes. With
    ``kept`` they return by the rest alone, which a category cannot.
    """
    space, count = search.space, returning(search, most)
    rows = search.active(2 * count)
    if not rows.size:
        return
    best, own = search.best[rows], space.origin[rows]
    if kept:
        own = np.where(np.arange(best.shape[1]) < space.width, own + kept * (best - own), best)
    exchanged = (best[:, space.width :] != own[:, space.width :]) * space.prices
    change = np.concatenate([np.abs(space.offsets(rows, best)), exchanged], axis=1)
    columns = np.argsort(-change, axis=1, kind="stable")[:, :count]
    each, every = np.arange(len(rows))[:, None], np.arange(count)
    alone = np.repeat(best[:, None], count, axis=1)
    alone[each, every, columns] = own[each, columns]
    returns = search.ask(rows, alone, every) & (change[each, columns] > 0)
    together = np.repeat(best[:, None], count, axis=1)
    for place in range(count):
        taken = np.where(returns[:, place], own[each[:, 0], columns[:, place]], best[each[:, 0], columns[:, place]])
        together[each, every[place:], columns[:, place][:, None]] = taken[:, None]
    search.ask(rows, together, -every)


def exchange(search: Search, most: int) -> None:
    """Ask about each row with a single category exchanged, at most ``most`` of them, the first-seen values first."""
    space = search.space
    options = [
        (space.width + place, code)
        for code in range(max((choice.kinds for choice in space.choices), default=0))
        for place, choice in enumerate(space.choices)
        if code < choice.kinds
    ][:most]
    rows = np.union1d(search.active(len(options)), search.waiting(len(options)))
    if not options or not rows.size:
        return
    points = np.repeat(space.origin[rows][:, None], len(options), axis=1)
    for candidate, (place, code) in enumerate(options):
        points[:, candidate, place] = code
    search.ask(rows, points)
