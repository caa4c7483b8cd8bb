"""Have features moved together, while each by itself stays where it was?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.columns import quantities
from pytest_iso23053.measures.pairs import Pair, between, numeric_pairs, pairs, worst_first
from pytest_iso23053.measures.profile import Profile
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.correlations import co_moments
from pytest_iso23053.stats.discoveries import discoveries
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.subjects.dataset import Dataset, as_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement

MARGIN = 0.1
LEAST_ROWS = 100
BLOCK = 16_384
OUTER = (0.025, 0.975)
LEAST_SHARE = 0.05  # of rows off the most frequent value


@measure(
    clause="7.6",
    aspect="drift",
    unit="correlation",
    direction="lower",
    basis="P",
    limit="<= 0.1",
    range=(0.0, 2.0),
    source="Pearson 1896; influence function: Devlin, Gnanadesikan & Kettenring 1975; Benjamini & Yekutieli 2005",
    needs=("reference", "production"),
    task="notice that the data have moved",
)
def correlation_drift(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """Largest change of the correlation between two numeric features, each cut off at its outer fortieths.

    It sees what column by column is not to be seen: features that were exchanged, shuffled, or joined to the wrong
    rows. Cut off at the reference's 2.5 % and 97.5 % quantiles, so that no outlier makes a correlation; a pair takes
    the rows where both are known. The limit is a margin of 0.1 over no change, broken only where a lower bound lies
    above it, with the false-discovery rate controlled over all pairs. Not seen: relations that are no
    correlation, and those of text. It rests on a normal approximation, and asks for at least 100 rows in both.

    Parameters
    ----------
    reference, current : Dataset or frame
        The data to compare with, and those that may have moved.
    confidence : float, default 0.95
        One minus the false-discovery rate.

    Returns
    -------
    Measurement
        ``params`` name the pair, and all that changed beyond the margin.

    Raises
    ------
    NotMeasurableError
        Fewer than two features can be compared, there are fewer than 100 rows, or a profile was given, which knows its
        columns one by one.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> before = np.repeat(random.normal(size=(2000, 1)), 2, axis=1) + random.normal(size=(2000, 2))
    >>> after = before[:1000].copy()
    >>> random.shuffle(after[:, 1])
    >>> measures.correlation_drift(before, after).params["changed"]
    {'x0 with x1': 0.4611}
    """
    level = checked_confidence(confidence)
    if isinstance(reference, Profile) or isinstance(current, Profile):
        raise NotMeasurableError("correlations are measured on rows; give the data sets, and no profile of them")
    sets = as_dataset(reference), as_dataset(current)
    before, after, shared = pairs(*sets)
    if min(before.rows, after.rows) < LEAST_ROWS:
        raise NotMeasurableError(f"{before.rows} and {after.rows} rows: correlations are compared from {LEAST_ROWS} on")
    chosen = [pair for pair in numeric_pairs(shared) if _varies(pair)]
    names, change, error = _changes(sets, chosen)
    if not names:
        raise NotMeasurableError(f"{before.where} and {after.where} have no two numeric features that vary in both")

    def lows(at: float) -> NDArray[np.float64]:
        return np.maximum(np.abs(change) - normal_quantile(at) * error, 0.0)

    found, at = discoveries(lows, len(names), MARGIN, level)
    place = int(np.argmax(lows(at) if found.size else np.abs(change)))
    simultaneous = normal_quantile(1 - (1 - level) / len(names))
    high = float(np.max(np.abs(change) + simultaneous * error))
    params = {
        "column": names[place],
        "changed": worst_first({names[each]: float(abs(change[each])) for each in found}),
        "pairs": len(names),
    }
    value = float(abs(change[place]))
    bounds = {"low": min(float(lows(at)[place]), value), "high": max(high, value), "confidence": level}
    return between(before, after, value, params, **bounds)


def _varies(pair: Pair) -> bool:
    """Whether a correlation says something: enough rows lie off the most frequent value, in both."""
    return all(
        column.quantity is not None
        and column.known >= LEAST_ROWS
        and column.quantity.counts.max() <= (1 - LEAST_SHARE) * column.known
        for column in (pair.before, pair.after)
    )


def _changes(
    sets: tuple[Dataset, Dataset], chosen: list[Pair]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """The pairs, the change of each one's correlation, and its standard error."""
    if len(chosen) < 2:
        return [], np.empty(0), np.empty(0)
    frames = [_scaling(pair) for pair in chosen]
    (old, old_error), (new, new_error) = (
        co_moments(_blocks(dataset, chosen, frames)).correlations() for dataset in sets
    )
    first, second = np.triu_indices(len(chosen), 1)
    change = (new - old)[first, second]
    error = np.sqrt(old_error + new_error)[first, second]
    known = np.flatnonzero(~np.isnan(change) & ~np.isnan(error))
    names = [f"{chosen[first[at]].name} with {chosen[second[at]].name}" for at in known]
    return names, change[known], error[known]


def _scaling(pair: Pair) -> tuple[float, float, float, float]:
    """Where the reference's column is cut off, its middle and its spread there."""
    assert pair.before.quantity is not None  # noqa: S101 - what a pair of numbers is
    low, high = pair.before.quantity.quantiles(OUTER).tolist()
    values = np.clip(pair.before.quantity.values, low, high)
    counts = pair.before.quantity.counts
    mean = float(np.average(values, weights=counts))
    spread = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    return low, high, mean, spread if spread > 0 else 1.0


def _blocks(
    dataset: Dataset, chosen: list[Pair], frames: list[tuple[float, float, float, float]]
) -> Iterator[NDArray[np.float64]]:
    """Rows of standardised columns, a block at a time: a copy of all would be as large as the data."""
    frame = dataset.X
    for start in range(0, dataset.n, BLOCK):
        part = frame.iloc[start : start + BLOCK]
        block = np.empty((len(part), len(chosen)))
        for place, (pair, (low, high, mean, spread)) in enumerate(zip(chosen, frames, strict=True)):
            block[:, place] = (np.clip(quantities(part[pair.name]), low, high) - mean) / spread
        yield block
