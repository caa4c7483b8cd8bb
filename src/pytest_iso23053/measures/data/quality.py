"""What is missing, and who is rare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.measures.cases import labels_of, of_data
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.series import categories
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.2",
    aspect="quality",
    unit="share",
    direction="lower",
    starting_point="<= 0.05",
    range=(0.0, 1.0),
    source="Breck et al. 2019 (Data Validation for Machine Learning)",
    needs=("train",),
)
def missing_rate(data: Any, *, column: str | None = None) -> Measurement:
    """Share of missing values in a column, by default in the feature that has most; NaN, None, NaT and NA are missing.

    Parameters
    ----------
    data : Dataset or frame
        The rows to look at.
    column : str, optional
        One column, the target included. Left out: the feature with most, which ``params["column"]`` names.

    Returns
    -------
    Measurement
        An exact quantity.

    Raises
    ------
    SubjectError
        There is no such column.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.missing_rate([[1, None], [2, 3], [3, None], [4, 5]])
    missing_rate = 0.5 (exact), n = 4, column x1
    """
    dataset = as_dataset(data)
    if column is not None:
        share = float(dataset.column(column).isna().mean()) if dataset.n else np.nan
        return of_data(share, dataset.n, dataset, params={"column": column})
    shares = dataset.X.isna().mean()
    if not dataset.n:
        return of_data(np.nan, 0, dataset)
    place = int(shares.to_numpy().argmax())
    worst = shares.index[place]
    return of_data(float(shares.iloc[place]), dataset.n, dataset, params={"column": str(worst), "columns": len(shares)})


@measure(
    clause="7.2",
    aspect="representativeness",
    unit="share",
    direction="higher",
    range=(0.0, 0.5),
    source="He & Garcia 2009 (learning from imbalanced data)",
    needs=("train", "labels"),
)
def class_balance(data: Any) -> Measurement:
    """Share of the rarest class among the labels; 0 where there is one class only, as the other is absent.

    Parameters
    ----------
    data : Dataset or (X, y)
        Labelled rows.

    Returns
    -------
    Measurement
        An exact quantity, at most 1 / number of classes.

    Raises
    ------
    NotMeasurableError
        A ValueError: the data have no labels.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.class_balance(([[1], [2], [3], [4]], ["no", "no", "yes", "no"]))
    class_balance = 0.25 (exact), n = 4
    """
    dataset = as_dataset(data)
    counts = pd.Series(labels_of(dataset)).value_counts().reindex(dataset.classes.tolist(), fill_value=0)
    rarest = int(counts.min()) if len(counts) > 1 else 0
    named = [(str(name), (int(rows),)) for name, rows in counts.items()]
    lies = categories("class", [dataset.name], named) if dataset.n else None
    return of_data(rarest / dataset.n, dataset.n, dataset, series=lies)
