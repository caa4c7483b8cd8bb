"""Have features, labels or predictions moved? Judged by how far, with an interval, and never by a bare p-value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.column_profile import profile_column
from pytest_iso23053.measures.pairs import between, pairs, shift_of, shifts, worst_first
from pytest_iso23053.measures.profile import profile
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series_columns import of_columns
from pytest_iso23053.stats.intervals import checked_confidence
from pytest_iso23053.stats.shifts import MOST_SHOWN, largest, shift_of_categories
from pytest_iso23053.stats.summaries.categories import Categories
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.model import as_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.measures.column_profile import ColumnProfile
    from pytest_iso23053.measures.profile import Profile
    from pytest_iso23053.stats.shifts import Shift
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

MARGIN = 0.05
SOURCE = (
    "Kolmogorov 1933, Smirnov 1939; total variation; Rabanser, Günnemann & Lipton 2019 (column by column); "
    "Benjamini & Yekutieli 2005 (selected intervals); McDiarmid 1989"
)


@measure(
    clause="7.6",
    aspect="drift",
    unit="share of rows",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("reference", "production"),
    task="notice that the data have moved",
)
def feature_drift(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """How far the feature that moved most has moved: the share of rows that would have to be others.

    Of numbers the Kolmogorov-Smirnov distance, of other features half the sum of differences between the shares of
    their values (total variation; values with fewer than ten rows, and all beyond the thirty most frequent, together).
    What sampling alone makes of no difference at all is taken off the value. The limit is a margin over no difference:
    one row in twenty, for a normal distribution a shift by an eighth of a standard deviation. It is broken only where
    a lower bound lies above it, with the false-discovery rate controlled over all features: neither a million rows with
    a shift of no matter, nor three hundred rows with none at all, alarm. Missing values are for `missing_rate_change`;
    moments are left aside, as they do move on; identifiers and free text have no frequent value, and do not move.

    What it cannot see: features that move together while each stays where it is (`correlation_drift`), and less than
    about 2 √(1/n + 1/m) beyond the margin. The rows must be independent; where they are not, it alarms too often.

    Parameters
    ----------
    reference, current : Dataset, frame or Profile
        The data to compare with, and those that may have moved; profiles may come from a stream.
    confidence : float, default 0.95
        One minus the false-discovery rate; the upper bound holds for all features at once.

    Returns
    -------
    Measurement
        ``params`` name the feature, and all that moved beyond the margin. Distances of more than 8 192 different
        numbers are those of bins of a fixed relative width; the upper bound allows for what may hide in one.

    Raises
    ------
    NotMeasurableError
        No feature can be compared, or there are no rows.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> random = np.random.default_rng(0)
    >>> before, after = random.normal(size=(2000, 3)), random.normal(size=(1000, 3)) + [0, 0.5, 0]
    >>> measures.feature_drift(before, after) <= 0.05
    feature_drift <= 0.05 is not met: 0.152, 95 % interval 0.122 to 0.246, n = 1 000, column x1; \
the whole interval lies above the limit
    """
    before, after, _ = pairs(reference, current)
    return _largest(before, after, shifts(before, after), confidence, (before.columns, after.columns))


def _largest(
    before: Profile,
    after: Profile,
    found: Mapping[Any, Shift],
    confidence: float,
    columns: tuple[Mapping[Any, ColumnProfile], Mapping[Any, ColumnProfile]],
) -> Measurement:
    level = checked_confidence(confidence)
    if not found:
        raise NotMeasurableError(f"{before.where} and {after.where} have no feature of a kind that can be compared")
    names = list(found)
    most = largest(list(found.values()), MARGIN, level)
    moved = {names[place]: found[names[place]].value for place in most.discovered}
    params = {"column": str(names[most.place]) or None, "moved": worst_first(moved), "columns": len(names)}
    name = names[most.place]
    lies = of_columns(str(name) or "label", (before.name, after.name), [each[name] for each in columns])
    bounds = {"low": most.low, "high": most.high, "confidence": level}
    return between(before, after, most.value, params, series=lies, **bounds)


@measure(
    clause="7.6",
    aspect="drift",
    unit="share of rows",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("reference", "production", "labels"),
    task="notice that the labels have moved",
)
def label_drift(reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """How far the labels have moved: the share of rows that would have to bear another one.

    Of classes the total variation, of quantities the Kolmogorov-Smirnov distance; otherwise as `feature_drift`.

    Parameters
    ----------
    reference, current, confidence
        As for `feature_drift`; both with labels.

    Raises
    ------
    NotMeasurableError
        One of them has no labels, or they are classes here and quantities there.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> before, after = ([[0]] * 400, ["no", "yes"] * 200), ([[0]] * 400, ["no", "no", "no", "yes"] * 100)
    >>> measures.label_drift(before, after) <= 0.05
    label_drift <= 0.05 is not met: 0.216, 95 % interval 0.161 to 0.346, n = 400; \
the whole interval lies above the limit
    """
    before, after = profile(reference), profile(current)
    if before.target is None or after.target is None:
        lacking = before if before.target is None else after
        raise NotMeasurableError(f"{lacking.where} has no labels to compare")
    shift = _of_answers(before.target, after.target)
    if shift is None:
        raise NotMeasurableError(f"the labels of {before.where} and {after.where} are of different kinds")
    return _largest(before, after, {"": shift}, confidence, ({"": before.target}, {"": after.target}))


@measure(
    clause="7.6",
    aspect="drift",
    unit="share of rows",
    direction="lower",
    basis="P",
    limit="<= 0.05",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("model", "test", "production"),
    task="notice that the model's answers have moved",
)
def prediction_drift(model: Any, reference: Any, current: Any, *, confidence: float = 0.95) -> Measurement:
    """How far the model's answers have moved: labels and the probabilities behind them, or values.

    Of labels the total variation, of each class's probability and of values the Kolmogorov-Smirnov distance; the one
    that moved most, otherwise as `feature_drift`. Give as reference rows that the model has *not* learned from: on its
    training rows it is surer than on any others, and that is no drift.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    reference, current : Dataset or frame
        The test rows, say, and those of production.
    confidence : float, default 0.95
        As for `feature_drift`.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> before, after = [[x] for x in range(400)], [[x + 200] for x in range(400)]
    >>> measures.prediction_drift(lambda frame: frame["x0"] > 200, before, after) <= 0.05
    prediction_drift <= 0.05 is not met: 0.469, 95 % interval 0.432 to 0.596, n = 400, column answer; \
the whole interval lies above the limit
    """
    answering, old, new = as_model(model), as_dataset(reference), as_dataset(current)
    before, after = profile(old), profile(new)
    columns = tuple(
        {name: profile_column(given) for name, given in _answers(answering, data).items()} for data in (old, new)
    )
    found = {}
    for name, first in columns[0].items():
        shift = _of_answers(first, columns[1][name]) if name in columns[1] else None
        if shift is not None:
            found[name] = shift
    if not found:
        raise NotMeasurableError(f"model {answering.name!r} gives no answers that can be compared on these data")
    measured = _largest(before, after, found, confidence, (columns[0], columns[1]))
    return replace(measured, subjects=(answering.name, *measured.subjects), roles=("model", *measured.roles))


def _answers(model: Model, data: Dataset) -> dict[str, pd.Series[Any]]:
    given = {"answer": pd.Series(model.predict(data))}
    probabilities = model.predict_proba(data) if model.task_for(data) == "classification" else None
    if probabilities is not None:
        names = [f"probability of {label}" for label in model.classes_for(data).tolist()]
        chosen = names[1:] if len(names) == 2 else names  # the other one says the same
        given |= {name: pd.Series(probabilities[:, names.index(name)]) for name in chosen}
    return given


def _of_answers(before: ColumnProfile, after: ColumnProfile) -> Shift | None:
    """Labels that are numbers are compared one by one; a code of a class is no quantity."""
    if max(before.distinct, after.distinct) <= MOST_SHOWN:
        one, other = _classes(before), _classes(after)
        if one is not None and other is not None:
            return shift_of_categories(one, other)
    return shift_of(before, after)


def _classes(column: ColumnProfile) -> Categories | None:
    quantity = column.quantity
    if quantity is None:
        return column.categories if column.distribution is None else None
    return Categories(
        0,
        {f"{value:.15g}": int(rows) for value, rows in zip(quantity.values, quantity.counts, strict=True)},
        quantity.n,
    )
