"""Do the columns stand where the model expects them? A model that counts columns does not notice when they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import role_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.model import as_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

SHOWN = 5
CLOSE = 1e-9  # sums of the same numbers in another order differ less


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share of rows",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source="Breck et al. 2017 (ML test score: training and serving alike); Sculley et al. 2015",
    needs=("model", "train", "test"),
    task="give the model each feature in its place",
)
def column_order_effect(model: Any, reference: Any, current: Any) -> Measurement:
    """Share of rows answered otherwise once their columns are put in the order of the reference.

    Where the same columns stand in another order than in training, a model that knows its columns by name answers as
    before, and one that takes a bare array reads one feature as another without a word. Where the order is the same
    there is nothing to compare, and the share is 0.

    Parameters
    ----------
    model : Model, estimator or callable
        Asked twice where the orders differ, else not at all.
    reference, current : Dataset or frame
        The training rows, and rows that the model is asked about.

    Returns
    -------
    Measurement
        Exact, over the current rows. ``params["columns"]`` names the first columns that stand elsewhere.

    Raises
    ------
    NotMeasurableError
        A ValueError: the two have different columns, which `schema_changes` tells, or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> train = pd.DataFrame({"income": [3, 1, 2], "age": [40, 20, 30]})
    >>> by_position = lambda frame: frame.to_numpy()[:, 0] > 10
    >>> measures.column_order_effect(by_position, train, train[["age", "income"]]).value
    1.0
    """
    subject, before, after = as_model(model), as_dataset(reference), as_dataset(current)
    expected, given = list(before.features), list(after.features)
    if set(map(str, expected)) != set(map(str, given)) or not after.n:
        raise NotMeasurableError(f"{before.where} and {after.where} have different columns, or no rows to ask about")
    moved = [str(name) for name, other in zip(given, expected, strict=True) if name != other]
    share = 0.0 if not moved else float(np.mean(_differs(subject, after, after.with_features(after.X[expected]))))
    return Measurement(
        "",
        share,
        n=after.n,
        params={"columns": moved[:SHOWN], "moved": len(moved)} if moved else {},
        subjects=(subject.name, before.name, after.name),
        roles=("model", role_of(before), role_of(after)),
    )


def _differs(model: Model, given: Dataset, ordered: Dataset) -> NDArray[np.bool_]:
    """Which rows get another label, value or probability."""
    first, second = (np.asarray(model.predict(data)) for data in (given, ordered))
    probabilities = [model.predict_proba(data) for data in (given, ordered)]
    if first.dtype.kind in "fc":
        return np.asarray(~np.isclose(first, second, rtol=CLOSE, atol=CLOSE, equal_nan=True))
    differs = first != second
    if probabilities[0] is not None and probabilities[1] is not None:
        apart = np.abs(np.asarray(probabilities[0]) - np.asarray(probabilities[1])).max(axis=1)
        differs = differs | ~(apart <= CLOSE)
    return np.asarray(differs)
