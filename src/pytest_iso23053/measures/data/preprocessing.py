"""The project's own preparation of a table: the same twice, of all rows, and of each row by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.rows import row_keys
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_iso23053.assurance.measurement import Measurement

SHARE = (0.0, 1.0)
SOURCE = "Breck et al. 2017 (ML Test Score); Sculley et al. 2015; MacIver et al. 2019"
SHOWN = 20
TOLERANCE = 1e-9  # relative: sums may be added up in another order


@measure(
    clause="7.2",
    aspect="preprocessing",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=SHARE,
    source=SOURCE,
    needs=("preprocess",),
)
def preprocessing_determinism(preprocess: Callable[[pd.DataFrame], Any], data: Any) -> Measurement:
    """Share of prepared rows that are the same, in the same place, when the same table is prepared a second time.

    Parameters
    ----------
    preprocess : callable
        From a frame to the prepared frame.
    data : Dataset or frame
        The table as it is before preparation, all columns.

    Returns
    -------
    Measurement
        An exact quantity, 1 where nothing differs; ``params`` name the columns that do. Chance that another process or
        machine would bring in is not seen.

    Raises
    ------
    SubjectError
        What it returned is no frame.

    Examples
    --------
    >>> import numpy as np
    >>> from pytest_iso23053 import measures
    >>> def jittered(frame):
    ...     return frame + np.random.default_rng().normal(size=frame.shape)
    >>> measures.preprocessing_determinism(jittered, [[1.0], [2.0]]).value
    0.0
    """
    table = as_dataset(data)
    first, second = (_prepared(preprocess, table.frame) for _ in range(2))
    if len(first) != len(second) or list(first.columns) != list(second.columns):
        params = {"rows": [len(first), len(second)], "columns": [first.shape[1], second.shape[1]]}
        return of_data(0.0, table.n, table, params=params)
    differing = [name for name in first.columns if not _same_column(first[name], second[name])]
    keys = row_keys(first, second) if differing else [np.zeros(1), np.zeros(1)]
    same = float(np.mean(keys[0] == keys[1])) if len(keys[0]) else 1.0
    return of_data(same, table.n, table, params=_params([str(name) for name in differing]))


@measure(
    clause="7.2",
    aspect="preprocessing",
    unit="share",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source=SOURCE,
    needs=("preprocess",),
)
def preprocessing_row_loss(preprocess: Callable[[pd.DataFrame], Any], data: Any) -> Measurement:
    """Share of rows by which the prepared table is shorter, or longer, than the one before.

    A preparation that leaves out rows with missing values, or whatever else it cannot digest, makes the data set
    another one, and the model has no answer for such rows. Where it is meant to, state how much it may be.

    Parameters
    ----------
    preprocess : callable
        From a frame to the prepared frame.
    data : Dataset or frame
        The table as it is before preparation, all columns.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` hold the rows before and after. Rows lost and gained in equal number are not seen.

    Raises
    ------
    SubjectError
        What it returned is no frame.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> measures.preprocessing_row_loss(lambda frame: frame.dropna(), [[1.0], [None], [3.0], [4.0]]).value
    0.25
    """
    table = as_dataset(data)
    left = len(_prepared(preprocess, table.frame))
    params = {"before": table.n, "after": left, "what": f"{left} of {table.n} rows" if left != table.n else ""}
    return of_data(abs(table.n - left) / table.n if table.n else float("nan"), table.n, table, params=params)


@measure(
    clause="7.2",
    aspect="preprocessing",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=SHARE,
    source=f"{SOURCE}; Kapoor & Narayanan 2023 (leakage in preprocessing)",
    needs=("preprocess",),
)
def preprocessing_batch_invariance(preprocess: Callable[[pd.DataFrame], Any], data: Any) -> Measurement:
    """Share of prepared rows that are the same when the table is prepared in two halves.

    A preparation that scales, ranks or fills by the table it is given prepares a row otherwise in training, in test and
    in production, and lets rows know of one another. What is learned from data belongs into the model's pipeline.

    Parameters
    ----------
    preprocess : callable
        From a frame to the prepared frame.
    data : Dataset or frame
        The table as it is before preparation, all columns.

    Returns
    -------
    Measurement
        An exact quantity, 1 where nothing differs; numbers may by a billionth. ``params`` name the columns that differ.

    Raises
    ------
    SubjectError
        What it returned is no frame, or it refuses the half of a table.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> def centred(frame):
    ...     return frame - frame.mean()
    >>> measures.preprocessing_batch_invariance(centred, [[1.0], [2.0], [3.0], [4.0]]).value
    0.0
    """
    table = as_dataset(data)
    frame = table.frame
    whole = _prepared(preprocess, frame)
    # Every other row: a table sorted by its label or time would make halves of other values.
    halves = pd.concat([_prepared(preprocess, frame.iloc[start::2]) for start in (0, 1)])
    if list(whole.columns) != list(halves.columns):
        own = [str(name) for name in whole.columns.symmetric_difference(halves.columns)]
        return of_data(0.0, table.n, table, params=_params(own))
    if len(whole) == len(halves) == table.n:  # then rows are held against one another where they stand
        halves = halves.iloc[np.argsort(np.r_[np.arange(0, table.n, 2), np.arange(1, table.n, 2)], kind="stable")]
        agree = {name: _alike(whole[name], halves[name]) for name in whole.columns}
        same = np.logical_and.reduce(list(agree.values())) if agree else np.ones(table.n, dtype=bool)
        differing = [str(name) for name, cells in agree.items() if not cells.all()]
        return of_data(float(same.mean()) if table.n else np.nan, table.n, table, params=_params(differing))
    known, asked = row_keys(whole, halves)
    return of_data(float(np.isin(known, asked).mean()) if len(known) else np.nan, table.n, table)


def _params(differing: list[str]) -> dict[str, Any]:
    return {"differing": differing[:SHOWN], "what": f"differing in {', '.join(differing[:5])}" if differing else ""}


def _prepared(preprocess: Callable[[pd.DataFrame], Any], frame: pd.DataFrame) -> pd.DataFrame:
    made = preprocess(frame.copy())
    if not isinstance(made, pd.DataFrame):
        raise SubjectError(f"the preparation returned {type(made).__name__}; it must return the prepared frame")
    return made


def _same_column(first: pd.Series[Any], second: pd.Series[Any]) -> bool:
    return first.dtype == second.dtype and bool(_alike(first, second, 0.0).all())


def _alike(first: pd.Series[Any], second: pd.Series[Any], tolerance: float = TOLERANCE) -> Any:
    """Which cells are alike: numbers up to a tolerance, anything else equal, missing as missing."""
    types = pd.api.types
    if all(types.is_numeric_dtype(one) and not types.is_complex_dtype(one) for one in (first, second)):
        one, other = (part.to_numpy(dtype=float, na_value=np.nan) for part in (first, second))
        return np.isclose(one, other, rtol=tolerance, atol=0.0, equal_nan=True)
    known, asked = row_keys(first.to_frame("cell"), second.to_frame("cell"))
    return known == asked
