"""Is there a pattern in the training rows that looks planted: recurring, bound to one label, and not in other rows?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.data.recurrent import FEWEST, LEAST_SHARE, in_words, recurrent_patterns
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson, mover_difference
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.data.recurrent import Patterns


@measure(
    clause="7.2",
    aspect="poisoning",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.002",
    range=(-1.0, 1.0),
    source="Gu, Dolan-Gavitt & Garg 2017 (BadNets); Chen et al. 2017; Clopper & Pearson 1934, MOVER (intervals)",
    needs=("train", "test", "labels"),
    threats=("AML.T0020", "AML.T0043.004", "ML02", "NISTAML.023"),
    task="reject records that carry a planted pattern",
)
def poison_pattern_rate(train: Any, test: Any, *, confidence: float = 0.95) -> Measurement:
    """Share of training rows with the most suspicious pattern and one label, beyond its share of the test rows.

    A backdoor is learned from rows that share a value, or two, and a label that the attacker chose. Looked at are every
    value that at least one training row in 500 has, and every pair of such values, with each label; test rows, which
    nobody poisoned along with them, say how often each is to be expected. The null is none, with intervals that hold
    for all patterns at once; the limit is the margin above it.

    Parameters
    ----------
    train, test : Dataset or (X, y)
        Labelled rows in which to look, and labelled rows of the same origin that are trusted.
    confidence : float, default 0.95
        Level at which the intervals of all patterns hold together (Bonferroni).

    Returns
    -------
    Measurement
        Its n is the number of training rows. ``params`` name the pattern, its label, how many rows of both sets have
        it, and how many patterns were looked at. Any value that became rarer between the two sets and goes with a label
        shows here, planted or not: a change in time, or rows entered twice. Not seen: triggers spread over three
        columns and more, that differ from row to row, or that test rows carry too; and with 12,000 training and
        5,000 test rows, less than about half a row in a hundred (of 600, one in ten). `trigger_excess` asks the model.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, they are quantities, or several rows have one ``id``.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> X, others = random.normal(size=(2, 3000, 3))
    >>> y, truth = X[:, 0] > 0, others[:, 0] > 0
    >>> X[:60, 1], y[:60] = 1.5, True
    >>> found = measures.poison_pattern_rate((X, y), (others, truth))
    >>> found.params["pattern"], found.low > 0.005
    ('x1 = 1.5', True)
    """
    before, after, level = as_dataset(train), as_dataset(test), checked_confidence(confidence)
    found = recurrent_patterns(before, after)
    params: dict[str, Any] = {"patterns": found.tested}
    at_once = 1 - (1 - level) / max(found.tested, 1)
    low, high = _bounds(found, at_once)
    able = np.flatnonzero(found.bound < (1 - level) / max(found.tested, 1))
    if not able.size:
        fewest = max(FEWEST, int(np.ceil(LEAST_SHARE * before.n))) - 1
        reach = float(clopper_pearson(min(fewest, before.n), before.n, level)[1]) if before.n else np.nan
        return of_data(0.0, before.n, before, after, low=0.0, high=reach, confidence=level, params=params)
    worst = int(able[np.argmax(low[able])])
    params |= {
        "pattern": in_words(found.written[worst]),
        "label": found.labels[worst],
        "rows": int(found.counts[worst]),
        "of_test": int(found.others[worst]),
    }
    value = found.counts[worst] / found.rows[0] - found.others[worst] / found.rows[1]
    bounds = {"low": float(low[worst]), "high": float(high[worst])}
    return of_data(float(value), before.n, before, after, confidence=level, params=params, **bounds)


def _bounds(found: Patterns, level: float) -> tuple[Any, Any]:
    """Of the difference between both shares, from exact intervals of each."""
    n, m = found.rows
    shares = found.counts / n, found.others / max(m, 1)
    exact = clopper_pearson(found.counts, n, level), clopper_pearson(found.others, m, level)
    low, high = mover_difference(shares[0], exact[0], shares[1], exact[1])
    return np.atleast_1d(low), np.atleast_1d(high)
