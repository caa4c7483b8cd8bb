"""Labels that are probably wrong: held against what a learner says that has not seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data, shared_seed
from pytest_iso23053.measures.data.unseeing import unseeing
from pytest_iso23053.measures.probes import labelled_codes, out_of_fold
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.stats.label_noise import confident_joint, excess_noise, likely_labels, noise_floor
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.probes import Probe

POISONING = ("AML.T0020", "ML02", "NISTAML.013")
HARDEST = 0.12  # above this rate of honest errors, a problem's certain rows do not show what is noise
NAMED = 5


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.02",
    range=(0.0, 1.0),
    source="Northcutt, Jiang & Chuang 2021 (confident learning); Copas 1988; Liu & Tao 2016 (rows that are certain)",
    needs=("train", "labels"),
    threats=POISONING,
    task="give the right label to each row",
)
def label_error_rate(data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Share of wrong labels: errors of an unseeing learner that do not fall off where it is certain.

    A learner errs on rows near the border between classes, and less and less the farther from it. Wrong labels stand
    anywhere: they leave a floor under its errors, which is estimated along with the problem's own hardness. Clean data
    have a floor of nothing; the limit is the margin above it.

    In a problem so hard that a learner may err on an eighth of the rows by itself, its certain rows do not show
    what is noise (chance itself may have a floor), and the lower bound is left open: there nothing is found, and
    `label_noise_excess` may still find what is wrong in one of two data sets. Labels that are wrong wherever the
    features say so (a mistaken rule, one group throughout) are learned as right, and are not seen either.

    Parameters
    ----------
    data : Dataset or (X, y)
        At least 30 labelled rows of two classes or more, independent of one another.
    confidence : float, default 0.95
        Level of the profile likelihood interval.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the run, so that measures share a fit.

    Returns
    -------
    Measurement
        Its n is the number of rows used. ``params`` have the number of labels that confident learning doubts, the
        rows (positions) and the confusions (given → likely) that it doubts most, and the hardness. Of 569 rows, wrong
        labels at 5 % were found in each of 20 draws (breast cancer); of 150 rows, only in some.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, or too few rows to learn from, or they are quantities.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> x = np.linspace(0, 1, 400)
    >>> labels = x > 0.5
    >>> labels[::20] = ~labels[::20]
    >>> measured = measures.label_error_rate((x.reshape(-1, 1), labels), seed=1)
    >>> bool(0.03 < measured.low < 0.05 < measured.high)
    True
    """
    dataset, seed, level = as_dataset(data), shared_seed(seed), checked_confidence(confidence)
    probe = out_of_fold(dataset, seed=seed)
    floor = noise_floor(~probe.agrees, probe.probabilities.max(axis=1), len(probe.classes), level)
    low = floor.low if floor.hardness <= HARDEST else np.nan
    params = {**_doubted(probe), "hardness": round(floor.hardness, 3), "rows": f"{len(probe.rows)} of {dataset.n}"}
    bounds = {"low": low, "high": floor.high, "confidence": level}
    return of_data(floor.value, len(probe.rows), dataset, params=params, seed=seed, **bounds)


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.01",
    range=(-1.0, 1.0),
    source="Northcutt, Jiang & Chuang 2021 (confident learning); Biggio, Nelson & Laskov 2012 (label flips)",
    needs=("train", "test", "labels"),
    threats=POISONING,
    task="label both data sets alike",
)
def label_noise_excess(
    reference: Any, current: Any, *, swapped: bool = False, confidence: float = 0.95, seed: int | None = None
) -> Measurement:
    """How many more labels are wrong in the one data set than in the other, from an unseeing learner's disagreement.

    Both data sets are put to learners of the reference's rows that have seen neither, and compared where these are
    equally certain: were the labels given alike, the learners would disagree with both equally often, however hard
    the problem. Rows whose features occur elsewhere, in either data set, are left out.

    What changes in the relation of features and label from the one to the other, by time or place, shows here too. A
    difference in the features alone does not, as far as the learners know their own certainty.

    Parameters
    ----------
    reference, current : Dataset or (X, y)
        The training rows and the test rows, say.
    swapped : bool, default False
        Count in the other direction: what is wrong in ``current`` beyond the reference.
    confidence : float, default 0.95
        Level of the interval of the difference.
    seed : int, optional
        Seed of the folds and of the learner; by default that of the run, so that measures share a fit.

    Returns
    -------
    Measurement
        Its n is the number of rows of both that were compared. With 700 and 300 rows of a hard problem it has an
        interval of ± 0.08, with 30,000 and 10,000 of ± 0.01.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, or too few rows to learn from, or they are quantities.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(1)
    >>> X, others = random.random((2, 1000, 3))
    >>> labels = X[:, 0] > 0.5
    >>> labels[::20] = ~labels[::20]
    >>> measured = measures.label_noise_excess((X, labels), (others, others[:, 0] > 0.5), seed=1)
    >>> bool(0.02 < measured.low < 0.05 < measured.high)
    True
    """
    before, after = as_dataset(reference), as_dataset(current)
    seed, level = shared_seed(seed), checked_confidence(confidence)
    both = unseeing(before, after, seed=seed)
    probe, kept, kept_after = both.probe, both.alone, both.alone_after
    own = (~probe.agrees, probe.probabilities.max(axis=1))
    other = ((both.given.argmax(axis=2) != both.codes).mean(axis=0), both.given.max(axis=2).mean(axis=0))
    if not kept.any() or not kept_after.any():
        raise NotMeasurableError(f"{before.where} and {after.where} have no rows whose features occur once only")
    value, low, high = excess_noise(
        (own[0][kept], own[1][kept]), (other[0][kept_after], other[1][kept_after]), len(probe.classes), level
    )
    if swapped:
        value, low, high = -value, -high, -low
    n = int(kept.sum() + kept_after.sum())
    params = {"in": (after if swapped else before).name, "rows": f"{n} of {before.n + after.n}"}
    return of_data(value, n, before, after, low=low, high=high, confidence=level, params=params, seed=seed)


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    basis="P",
    limit="<= 0.005",
    range=(-1.0, 1.0),
    source="Northcutt, Athalye & Mueller 2021 (label errors); Breck et al. 2019; null: labels drawn from a learner",
    needs=("train", "labels"),
    threats=POISONING,
    task="give equal rows the same label",
)
def conflicting_label_excess(data: Any, *, confidence: float = 0.95, seed: int | None = None) -> Measurement:
    """Share of rows whose features occur with another label too, beyond what chance makes of coarse features.

    With few and coarse features rows coincide that have nothing to do with each other, and their labels differ as
    labels do. The null draws the labels of each set of equal rows from the probabilities of a learner that has not
    seen them; the measure is what is observed (`conflicting_label_rate`) minus what that leads to expect.

    Parameters
    ----------
    data : Dataset or (X, y)
        Labelled rows.
    confidence : float, default 0.95
        Level of the interval, from the variance under the null; exact where no two rows are equal.
    seed : int, optional
        Seed of the learner's folds; by default that of the run, so that measures share a fit.

    Raises
    ------
    NotMeasurableError
        A ValueError: there are no labels, or too few rows to learn from, or they are quantities.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> x = np.append(np.arange(100), np.arange(10))
    >>> labels = (x > 50) ^ (np.arange(110) >= 100)
    >>> measures.conflicting_label_excess((x.reshape(-1, 1), labels), seed=1).low > 0.03
    True
    """
    dataset, seed, level = as_dataset(data), shared_seed(seed), checked_confidence(confidence)
    rows = labelled_codes(dataset, dataset.target)[1]
    keys = row_keys(dataset.X.iloc[rows])[0]
    sizes = np.bincount(keys) if len(keys) else np.zeros(0, dtype=int)
    if not (sizes > 1).any():
        return of_data(0.0 if len(rows) else np.nan, len(rows), dataset, params={"equal": 0}, seed=seed)
    probe = out_of_fold(dataset, seed=seed)
    (twins,) = row_keys(dataset.X.iloc[probe.rows])
    size = np.bincount(twins)
    share = np.column_stack([np.bincount(twins, weights=column) for column in probe.probabilities.T]) / size[:, None]
    seen = np.zeros_like(share, dtype=bool)
    seen[twins, probe.codes] = True
    mixed = (seen.sum(axis=1) > 1) & (size > 1)
    expected = np.where(size > 1, 1 - (share ** size[:, None]).sum(axis=1), 0.0)
    n = len(twins)
    value = float(np.sum(size * (mixed - expected)) / n)
    reach = normal_quantile(level) * float(np.sqrt(np.sum(size**2 * expected * (1 - expected)))) / n
    params = {"conflicting": int(size[mixed].sum()), "equal": int(size[size > 1].sum()), "rows": f"{n} of {dataset.n}"}
    conflicting = float(size[mixed].sum()) / n  # chance can only take away from it
    bounds = {"low": max(value - reach, -1.0), "high": min(value + reach, conflicting), "confidence": level}
    return of_data(value, n, dataset, params=params, seed=seed, **bounds)


def _doubted(probe: Probe) -> dict[str, Any]:
    """What confident learning doubts: how many, which rows most, and which confusions."""
    likely = likely_labels(probe.probabilities, probe.codes)
    doubted = np.flatnonzero((likely >= 0) & (likely != probe.codes))
    worst = doubted[np.argsort(probe.given[doubted], kind="stable")[:NAMED]]
    joint = confident_joint(probe.probabilities, probe.codes)
    np.fill_diagonal(joint, 0)
    pairs = np.argsort(-joint, axis=None, kind="stable")[:3]
    names = probe.classes.tolist()
    confusions = [
        f"{names[pair // len(names)]} → {names[pair % len(names)]}: {joint.flat[pair]}"
        for pair in pairs.tolist()
        if joint.flat[pair]
    ]
    return {"doubted": len(doubted), "doubted_rows": probe.rows[worst].tolist(), "confusions": confusions}
