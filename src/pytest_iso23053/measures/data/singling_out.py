"""Who can be singled out by what others know of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.2",
    aspect="privacy",
    unit="share",
    direction="lower",
    starting_point="<= 0.01",
    range=(0.0, 1.0),
    source="Sweeney 2002 (k-anonymity); Article 29 Working Party 2014 (singling out)",
    needs=("train",),
    threats=("NISTAML.038",),
)
def singling_out_rate(data: Any, *, columns: str | Sequence[str] = (), k: int = 2) -> Measurement:
    """Share of rows that fewer than ``k`` rows share a combination of values with: of 2, those that are unique.

    Parameters
    ----------
    data : Dataset or frame
        The rows.
    columns : str or sequence of str
        What an outsider may know of a person (quasi-identifiers), features or not; by default the sensitive columns.
    k : int, default 2
        The least size of a group that hides its members.

    Returns
    -------
    Measurement
        An exact quantity of these rows: somebody who is unique here need not be in the population. Missing values equal
        each other. ``params["smallest"]`` is the size of the smallest group.

    Raises
    ------
    NotMeasurableError
        A ValueError: no columns are given, and no sensitive ones are known.
    SubjectError
        There is no such column.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> people = pd.DataFrame({"age": [30, 30, 30, 61], "sex": ["f", "f", "m", "m"]})
    >>> measures.singling_out_rate(people, columns=["age", "sex"])
    singling_out_rate = 0.5 (exact), n = 4
    """
    if k < 2:
        raise ValueError(f"k = {k}: a row is always in a group with itself; write 2 or more")
    dataset = as_dataset(data)
    names = [columns] if isinstance(columns, str) else list(columns or dataset.sensitive)
    if not names:
        raise NotMeasurableError(
            f'{dataset.where} has no sensitive columns; say what others may know of a person: columns=["age", "sex"]'
        )
    (keys,) = row_keys(dataset.frame[[dataset.column(name).name for name in names]])
    sizes = np.bincount(keys) if keys.size else np.zeros(0, dtype=int)
    alone = float(np.mean(sizes[keys] < k)) if keys.size else np.nan
    params = {"columns": names, "k": k, "smallest": int(sizes.min(initial=dataset.n)), "groups": sizes.size}
    return of_data(alone, dataset.n, dataset, params=params)
