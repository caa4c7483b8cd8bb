"""Rows that are there twice, contradict each other, or come from nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.measures.cases import labels_of, of_data
from pytest_iso23053.measures.columns import comparable
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.stats.intervals import checked_confidence, clopper_pearson
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

POISONING = ("AML.T0020", "ML02", "NISTAML.013")
SHARE = (0.0, 1.0)


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    starting_point="<= 0.01",
    range=SHARE,
    source="Broder 1997; Lee et al. 2022 (deduplicating training data)",
    needs=("train",),
)
def duplicate_rate(data: Any) -> Measurement:
    """Share of rows that repeat an earlier row: all features and the label the same, missing equal to missing.

    Parameters
    ----------
    data : Dataset or frame
        Its ``id`` and ``time`` columns are left aside, as they would make every row unique.

    Returns
    -------
    Measurement
        An exact quantity.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.duplicate_rate([[1, 2], [3, 4], [1, 2], [1, 2]])
    duplicate_rate = 0.5 (exact), n = 4
    """
    dataset = as_dataset(data)
    (keys,) = row_keys(_with_label(dataset))
    return of_data(_share(len(keys) - len(np.unique(keys)), len(keys)), dataset.n, dataset)


@measure(
    clause="7.2",
    aspect="labelling",
    unit="share",
    direction="lower",
    starting_point="<= 0.01",
    range=SHARE,
    source="Northcutt, Athalye & Mueller 2021 (label errors); Breck et al. 2019",
    needs=("train", "labels"),
    threats=POISONING,
)
def conflicting_label_rate(data: Any) -> Measurement:
    """Share of rows whose features occur with another label too: one label is wrong, or the features say too little.

    Parameters
    ----------
    data : Dataset or (X, y)
        Labelled rows.

    Returns
    -------
    Measurement
        An exact quantity.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.conflicting_label_rate(([[1], [1], [2], [3]], ["no", "yes", "no", "no"]))
    conflicting_label_rate = 0.5 (exact), n = 4
    """
    dataset = as_dataset(data)
    labels_of(dataset)
    (features,), (whole,) = row_keys(dataset.X), row_keys(_with_label(dataset))
    pairs = np.unique(np.column_stack([features, whole]), axis=0) if dataset.n else np.empty((0, 2), dtype=np.int64)
    labels_seen = np.bincount(pairs[:, 0], minlength=int(features.max(initial=-1)) + 1)
    return of_data(_share(int(np.sum(labels_seen[features] > 1)), dataset.n), dataset.n, dataset)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    starting_point="<= 0",
    range=SHARE,
    source="Barz & Denzler 2020; Kapoor & Narayanan 2023 (leakage)",
    needs=("train", "test"),
)
def overlap_rate(reference: Any, current: Any) -> Measurement:
    """Share of the current rows that occur in the reference: features alone, missing equal to missing.

    Parameters
    ----------
    reference : Dataset or frame
        The training rows, say.
    current : Dataset or frame
        The test rows, with the same features; targets are left aside.

    Returns
    -------
    Measurement
        An exact quantity; its n is the number of current rows. With few, coarse features rows coincide by chance.

    Raises
    ------
    ValueError
        The current rows lack a feature of the reference.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.overlap_rate([[1, None], [3, 4]], [[1, None], [5, 6], [3, 4], [3, 5]])
    overlap_rate = 0.5 (exact), n = 4
    """
    before, after = as_dataset(reference), as_dataset(current)
    features = comparable(before, after)
    known, keys = row_keys(before.X[features], after.X[features])
    return of_data(_share(int(np.isin(keys, known).sum()), after.n), after.n, before, after)


@measure(
    clause="7.2",
    aspect="provenance",
    boundary=("7.2", "7.3"),
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=SHARE,
    source="Torres-Arias et al. 2019 (in-toto); Carlini et al. 2024 (web-scale poisoning)",
    needs=("reference", "train"),
    threats=("AML.T0020", "AML.T0010.002", "ML02"),
)
def unsourced_rate(reference: Any, current: Any, *, confidence: float | None = None) -> Measurement:
    """Share of the current rows, label included, that the reference does not account for: changed, added or multiplied.

    Rows are counted: a row that the reference holds once and the current data three times is unsourced twice.

    By default it is a statement about these very rows, and exact. With a ``confidence`` it is one about the process
    that hands them over: the rate at which it lets such rows pass, with the exact interval, as if by chance. An
    attacker who changes rows in one stroke is no chance; the identity above is what excludes him.

    Parameters
    ----------
    reference : Dataset or frame
        The rows that were signed off.
    current : Dataset or frame
        The rows that reach training, with the same features and label.
    confidence : float, optional
        Level of the interval; None for the identity of these rows.

    Returns
    -------
    Measurement
        Its n is the number of current rows. 0 says that every row is a signed-off one, not that all of the signed-off
        ones are there.

    Raises
    ------
    ValueError
        The current rows lack a column of the reference.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> signed_off, training = ([[1], [2], [3]], [0, 0, 1]), ([[1], [2], [2], [3]], [0, 1, 0, 1])
    >>> measures.unsourced_rate(signed_off, training)
    unsourced_rate = 0.25 (exact), n = 4
    """
    before, after = as_dataset(reference), as_dataset(current)
    features = comparable(before, after)
    frames = [dataset.X[features] for dataset in (before, after)]
    if before.target is not None or after.target is not None:
        for frame, dataset in zip(frames, (before, after), strict=True):
            frame[_LABEL] = _label_column(dataset)
    known, keys = row_keys(*frames)
    kinds = int(max(known.max(initial=-1), keys.max(initial=-1))) + 1
    surplus = np.bincount(keys, minlength=kinds) - np.bincount(known, minlength=kinds)
    unsourced = int(np.maximum(surplus, 0).sum())
    if confidence is None:
        return of_data(_share(unsourced, after.n), after.n, before, after)
    low, high = clopper_pearson(unsourced, after.n, checked_confidence(confidence))
    bounds = {"low": float(low), "high": float(high), "confidence": confidence}
    return of_data(_share(unsourced, after.n), after.n, before, after, **bounds)


_LABEL = "label of the row"  # beside the features, whatever the target is called in either data set


def _with_label(dataset: Any) -> Any:
    frame = dataset.X
    if dataset.target is not None:
        frame[_LABEL] = _label_column(dataset)
    return frame


def _label_column(dataset: Any) -> Any:
    if dataset.target is None:
        raise ValueError(
            f"{dataset.where} has no labels, and the other data set has: rows can only be compared whole; name the "
            "target in both, or in neither"
        )
    return dataset.column(dataset.target).to_numpy()


def _share(count: int, n: int) -> float:
    return count / n if n else float("nan")
