"""Is the split between training and test what it should be: by entity, by time, and free of identifiers?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.columns import is_numeric, quantities
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

SOURCE = "Kapoor & Narayanan 2023 (leakage and the reproducibility crisis); Kaufman et al. 2012"
EVEN = 0.1
ENOUGH = 100  # rows below which numbers are all different by chance
NAMES = re.compile(r"(^|[_\W])(id|uuid|guid|key|identifier)$|(?<=[a-z])(Id|ID|Key)$", re.IGNORECASE)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("train", "test"),
    task="keep each person or thing on one side of the split",
)
def shared_entity_rate(reference: Any, current: Any) -> Measurement:
    """Share of the current rows whose ``id`` occurs in the reference: the same person or thing on both sides.

    Parameters
    ----------
    reference, current : Dataset
        The training rows and the test rows, with an ``id`` column each.

    Returns
    -------
    Measurement
        An exact quantity; ``params["entities"]`` is the number of entities on both sides.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no ``id`` column, or it merely numbers the rows of each data set from the first.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> train = Dataset(pd.DataFrame({"patient": ["a", "b", "b"], "x": [1, 2, 3]}), id="patient")
    >>> test = Dataset(pd.DataFrame({"patient": ["b", "c"], "x": [4, 5]}), id="patient")
    >>> measures.shared_entity_rate(train, test)
    shared_entity_rate = 0.5 (exact), n = 2
    """
    before, after = as_dataset(reference), as_dataset(current)
    known, asked = (_of(dataset, dataset.id, "id") for dataset in (before, after))
    if all(map(_counts_rows, (known, asked))):
        raise NotMeasurableError(
            f"the id of {before.where} and {after.where} numbers the rows of each from the first; it tells no entities "
            "apart"
        )
    shared = asked.isin(set(known.dropna().tolist())) & asked.notna()
    params = {"entities": int(asked[shared].nunique())}
    return of_data(float(shared.mean()) if after.n else np.nan, after.n, before, after, params=params)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, 1.0),
    source=SOURCE,
    needs=("train", "test"),
    task="test on what comes after the training data",
)
def time_travel_rate(reference: Any, current: Any) -> Measurement:
    """Share of the reference's rows that are later than the first of the current ones: training on the future.

    Parameters
    ----------
    reference, current : Dataset
        The training rows and the test rows, with a ``time`` column each: moments, numbers, or text that reads as
        moments. Rows of the same moment as the first current one do not count.

    Returns
    -------
    Measurement
        An exact quantity; its n is the number of rows of the reference that have a time.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no ``time`` column, or its values cannot be ordered.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import Dataset, measures
    >>> train = Dataset(pd.DataFrame({"day": ["2026-01-01", "2026-03-01"], "x": [1, 2]}), time="day")
    >>> test = Dataset(pd.DataFrame({"day": ["2026-02-01", "2026-02-03"], "x": [3, 4]}), time="day")
    >>> measures.time_travel_rate(train, test)
    time_travel_rate = 0.5 (exact), n = 2
    """
    before, after = as_dataset(reference), as_dataset(current)
    earlier, later = (_moments(_of(dataset, dataset.time, "time"), dataset) for dataset in (before, after))
    if not earlier.size or not later.size:
        raise NotMeasurableError(f"{before.where} or {after.where} has no row with a time")
    return of_data(float(np.mean(earlier > later.min())), int(earlier.size), before, after)


@measure(
    clause="7.2",
    aspect="quality",
    boundary=("7.2", "7.3"),
    unit="columns",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="Kaufman et al. 2012 (leakage in data mining); Breck et al. 2019",
    needs=("train",),
    task="keep identifiers out of the features",
)
def identifier_features(data: Any) -> Measurement:
    """Number of features that name the row and say nothing of it: a model can only learn them by heart.

    Counted are features with another value in each row that number the rows (whole numbers without wide gaps), that
    were dealt (whole numbers spread evenly over their whole range, as a measured quantity is not), that are words
    without spaces in them, or that are whole numbers called an id or key. Other measured numbers, which may well be all
    different, are not counted, nor is free text. That numbers are spread evenly shows from about 600 rows on.

    Parameters
    ----------
    data : Dataset or frame
        At least 100 rows: of fewer, values are all different by chance.

    Returns
    -------
    Measurement
        An exact quantity; ``params["columns"]`` names them.

    Raises
    ------
    NotMeasurableError
        A ValueError: fewer than 100 rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> measures.identifier_features(pd.DataFrame({"customer": range(5000, 5200), "age": [20, 30] * 100}))
    identifier_features = 1 (exact), n = 200
    """
    dataset = as_dataset(data)
    if dataset.n < ENOUGH:
        raise NotMeasurableError(f"{dataset.where} has {dataset.n} rows; identifiers show from {ENOUGH} rows on")
    found = [str(name) for name in dataset.features if _is_identifier(str(name), dataset.column(name))]
    return of_data(float(len(found)), dataset.n, dataset, params={"columns": found})


def _of(dataset: Dataset, name: Any, key: str) -> pd.Series[Any]:
    if name is None:
        raise NotMeasurableError(f"{dataset.where} has no {key} column; say {key} = … if it has one")
    return dataset.column(name)


def _counts_rows(column: pd.Series[Any]) -> bool:
    if not pd.api.types.is_integer_dtype(column) or column.isna().any() or not len(column):
        return False
    return (
        bool(column.is_unique) and int(column.min()) in {0, 1} and int(column.max()) - int(column.min()) < len(column)
    )


def _moments(column: pd.Series[Any], dataset: Dataset) -> Any:
    known = column.dropna()
    if not is_numeric(known):
        try:
            known = pd.to_datetime(known.astype("string"), utc=True, format="ISO8601")
        except (TypeError, ValueError) as error:
            raise NotMeasurableError(
                f"{dataset.where}: column {column.name!r} holds no moments or numbers, such as 2026-11-23; make it so "
                "in `preprocess`"
            ) from error
    return quantities(known)


def _is_identifier(name: str, column: pd.Series[Any]) -> bool:
    if column.isna().any():
        return False
    if pd.api.types.is_integer_dtype(column):
        if not column.is_unique:
            return False
        numbers_rows = int(column.max()) - int(column.min()) < 4 * len(column)
        return numbers_rows or bool(NAMES.search(name)) or _is_dealt(column)
    if not (column.dtype == object or pd.api.types.is_string_dtype(column)):
        return False
    sample = column.head(ENOUGH)
    words = all(isinstance(cell, str) and cell and not re.search(r"\s", cell) for cell in sample.tolist())
    return words and bool(column.is_unique)


def _is_dealt(column: pd.Series[Any]) -> bool:
    """Whether no part of the range holds a tenth more or less of the rows than an even spread would give it.

    Surely so: the distance of Kolmogorov and Smirnov with its reach of 95 %.
    """
    values = np.sort(column.to_numpy(dtype=np.float64))
    n = len(values)
    even = (values - values[0]) / (values[-1] - values[0])
    distance = max(np.max(np.arange(1, n + 1) / n - even), np.max(even - np.arange(n) / n))
    return bool(distance + 1.358 / np.sqrt(n) <= EVEN)
