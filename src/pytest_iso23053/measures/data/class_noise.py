"""One class that is labelled as another in the one data set, and not in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, shared_seed
from pytest_iso23053.measures.data.label_errors import POISONING
from pytest_iso23053.measures.data.unseeing import unseeing
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.stats.intervals import checked_confidence, mover_difference, wilson
from pytest_iso23053.stats.simultaneous import per_comparison
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.02",
    range=(-1.0, 1.0),
    source="Northcutt, Jiang & Chuang 2021 (noise by class); Natarajan et al. 2013; Zou & Donner 2008 (MOVER interval)",
    needs=("train", "test", "labels"),
    threats=POISONING,
    task="tell each class from the others in both data sets alike",
)
def class_noise_excess(
    reference: Any, current: Any, *, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """Among rows that look like one class, how many more bear another label in the one data set than in the other.

    Somebody who never learned to tell a 4 from a 9 spoils one label in fifty of all, and one in five of the fours. The
    rows are grouped by what a learner of the reference's rows takes them for that has not seen them; of the groups the
    one is looked at whose labels disagree most surely in the reference. Which it is, the reference alone decides, so
    that the current rows, its control, pay nothing for the search; the bounds of the reference's share hold for all
    classes at once. The null is a difference of 0, up to chance; the limit is the margin over it, that of
    `label_error_rate`.

    Parameters
    ----------
    reference, current : Dataset or (X, y)
        The training rows and the test rows, say. Rows whose features occur elsewhere, in either, are left out.
    confidence : float, default 0.95
        Level of the interval of the difference.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the run, so that measures share a fit.

    Returns
    -------
    Measurement
        Its n is the number of rows of both that look like the class. ``params`` name it, the label that most of the
        doubtful rows bear, and both shares. A fifth of one of ten classes was found among 1,079 rows, held against 449.
        Wrong labels that stand in both data sets alike are for `label_error_rate`.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, too few rows to learn from, or no class is seen in both.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> X = np.random.default_rng(1).random((3_000, 3))
    >>> y = (X[:, 0] * 4).astype(int)
    >>> given = np.where((y == 1) & (np.arange(3_000) % 4 == 0), 3, y)
    >>> measured = measures.class_noise_excess((X[:2_000], given[:2_000]), (X[2_000:], y[2_000:]), seed=1)
    >>> measured.params["class"], measured.params["given_as"], (measured <= 0.02).verdict
    ('1', '3', 'not met')
    """
    before, after = as_dataset(reference), as_dataset(current)
    seed, level = shared_seed(seed), checked_confidence(confidence)
    both = unseeing(before, after, seed=seed)
    probe, kept, answers = both.probe, both.alone, both.given.argmax(axis=2)
    # One learner a row, by lot: their majority would err less than the one that answers out of fold.
    rows = np.arange(len(both.codes))
    by_one = answers[np.random.default_rng(seed).integers(0, len(answers), rows.size), rows]
    classes = len(probe.classes)
    first = _counted(probe.probabilities.argmax(axis=1)[kept], probe.codes[kept], classes)
    second = _counted(by_one[both.alone_after], both.codes[both.alone_after], classes)
    seen = np.flatnonzero((first[0] > 0) & (second[0] > 0))
    if not len(seen):
        raise NotMeasurableError(f"{before.where} and {after.where} have no class of which both have rows")
    own = wilson(first[1], first[0], per_comparison(level, classes))
    place = int(seen[np.argmax(own[0][seen])])
    shares = [float(wrong[place] / n[place]) for n, wrong in (first, second)]
    control = wilson(second[1][place], second[0][place], level)
    low, high = mover_difference(shares[0], (own[0][place], own[1][place]), shares[1], control)
    looks_so = kept & (probe.probabilities.argmax(axis=1) == place) & ~probe.agrees
    params = {
        "class": str(probe.classes[place]),
        "given_as": _most(probe.codes[looks_so], probe.classes),
        "share": round(shares[0], 4),
        "share_in_current": round(shares[1], 4),
        "rows": f"{int(first[0][place])} and {int(second[0][place])}",
    }
    bounds = {"low": float(low), "high": float(high), "confidence": level}
    n = int(first[0][place] + second[0][place])
    return of_data(shares[0] - shares[1], n, before, after, params=params, seed=seed, **bounds)


def _counted(
    expected: NDArray[np.int64], codes: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that look like each class, and those of them that are labelled otherwise."""
    rows = np.bincount(expected, minlength=classes)
    return rows, np.bincount(expected[expected != codes], minlength=classes)


def _most(codes: NDArray[np.int64], classes: NDArray[Any]) -> str | None:
    return str(classes[np.bincount(codes).argmax()]) if len(codes) else None
