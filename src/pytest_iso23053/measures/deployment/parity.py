"""Does what ships answer as what was validated?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case, settled_seed
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.model import Model

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.subjects.dataset import Dataset

SINGLE_ROWS = 20
BATCH = 500
MOST_ROWS = 2_000  # what a format loses, or a batch changes, does not wait for the last row
TOLERANCE = 1e-6  # relative: another batch size may change the order in which a matrix product adds up


@measure(
    clause="7.5",
    aspect="packaging",
    boundary=("7.4", "7.5"),
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=(0.0, 1.0),
    source="Hooker et al. 2020; Sculley et al. 2015",
    needs=("model", "test"),
)
def artefact_parity(model: Any, data: Any) -> Measurement:
    """Share of rows that the model answers the same after it was written to an artefact and read again.

    The round trip is made in memory, in the format that the model came in: skops, else pickle. Labels and probabilities
    must be equal to the last bit. What it finds is state that the format loses: attributes set after training, global
    settings, code that another version reads differently.

    Parameters
    ----------
    model : Model, estimator or callable
        One that can be written.
    data : Dataset or frame
        Rows to answer for; labels are not needed. Of more than 2,000 rows as many are taken, evenly.

    Returns
    -------
    Measurement
        An exact quantity of the rows asked about, which are its n; 1 where nothing was lost.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model cannot be written, as a lambda or an object behind a connection.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> measures.artefact_parity(LogisticRegression().fit(rows, labels), (rows, labels))
    artefact_parity = 1 (exact), n = 4
    """
    case = Case(model, data)
    again = Model(_written_and_read(case.model), task=case.model.task, classes=case.model.classes)
    case = Case(case.model, _some_of(case.data))
    same = np.asarray(again.predict(case.data) == case.predicted, dtype=bool)
    if case.model.task_for(case.data) == "classification":
        before, after = case.model.predict_proba(case.data), again.predict_proba(case.data)
        if before is not None and after is not None:
            same = same & np.all(before == after, axis=1)
    return _exact(case, same)


def _some_of(data: Dataset) -> Dataset:
    return data if data.n <= MOST_ROWS else data.subset(np.linspace(0, data.n - 1, MOST_ROWS).astype(np.int64))


def _written_and_read(model: Model) -> Any:
    try:
        if model.kind == "skops":
            from skops.io import dumps, get_untrusted_types, loads

            written = dumps(model.predictor)
            return loads(written, trusted=get_untrusted_types(data=written))
        import pickle

        return pickle.loads(pickle.dumps(model.predictor))  # noqa: S301 - bytes that this line itself has written
    except Exception as error:
        raise NotMeasurableError(
            f"model {model.name!r} cannot be written and read again ({type(error).__name__}: {error}); "
            "define what it is made of at the top level of a module"
        ) from error


@measure(
    clause="7.5",
    aspect="integration",
    unit="share",
    direction="higher",
    basis="N",
    limit=">= 1",
    range=(0.0, 1.0),
    source="Breck et al. 2017 (ML Test Score); Xie et al. 2011 (metamorphic testing)",
    needs=("model", "test"),
)
def row_order_invariance(model: Any, data: Any, *, seed: int | None = None) -> Measurement:
    """Share of rows that get the same answer when asked again in another order and company, and some of them alone.

    A model that scales or ranks within the batch, keeps state between calls or draws random numbers answers differently
    behind its interface than it did in validation.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor, whose values may differ by a millionth.
    data : Dataset or frame
        Rows to answer for; labels are not needed. Up to 2,000 of them are asked again, shuffled, up to 20 of these
        alone, and of up to 500 the probabilities, where there are any, as a batch of their own.
    seed : int, optional
        Seed of the order; by default that of the running test.

    Returns
    -------
    Measurement
        An exact quantity of the rows asked again, which are its n; 1 where no answer changed.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> def above_average(frame):
    ...     return frame["x0"] > frame["x0"].mean()
    >>> measures.row_order_invariance(above_average, [[0], [1], [2], [3]], seed=0).value
    0.5
    """
    case = Case(model, data)
    seed = settled_seed(seed)
    order = np.random.default_rng(seed).permutation(case.data.n)[:MOST_ROWS]
    X = case.data.X.iloc[order]
    same = _equal(case.model.predict_frame(X, like=case.data), case.predicted[order])
    for place, row in enumerate(order[:SINGLE_ROWS].tolist()):
        alone = case.model.predict_frame(X.iloc[[place]], like=case.data)
        same[place] &= bool(_equal(alone, case.predicted[[row]])[0])
    same[:BATCH] &= _same_probabilities(case, order[:BATCH])
    return _exact(case, same, seed=seed)


def _same_probabilities(case: Case, rows: Any) -> Any:
    """Labels hide a noise that moves probabilities alone."""
    before = case.model.predict_proba(case.data) if case.model.task_for(case.data) == "classification" else None
    if before is None:
        return True
    again = case.model.predict_proba_frame(case.data.X.iloc[rows], like=case.data)
    return again is not None and np.all(np.isclose(again, before[rows], rtol=TOLERANCE, atol=TOLERANCE), axis=1)


def _equal(first: Any, second: Any) -> Any:
    if np.asarray(first).dtype.kind == "f" and np.asarray(second).dtype.kind == "f":
        return np.isclose(first, second, rtol=TOLERANCE, atol=0.0)
    return np.asarray(first == second, dtype=bool)


def _exact(case: Case, same: Any, **more: Any) -> Measurement:
    value = float(np.mean(same)) if len(same) else np.nan
    return case.measurement(value, value, value, len(same), confidence=None, **more)
