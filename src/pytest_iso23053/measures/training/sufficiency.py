"""Can the test set decide anything, and how often was it asked?"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.skill import is_regression, skill
from pytest_iso23053.stats.intervals import checked_confidence, normal_quantile
from pytest_iso23053.subjects.project import as_project, count_of_notes, note_once

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement

FEWEST_OF_A_GROUP = 30


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="score",
    direction="lower",
    starting_point="<= 0.03",
    range=(0.0, None),
    source="DeLong et al. 1988; Brown, Cai & DasGupta 2001; Card et al. 2020 (power)",
    needs=("model", "test", "labels"),
)
def score_half_width(model: Any, data: Any, *, confidence: float = 0.95) -> Measurement:
    """Half the width of the interval that this test set gives of how well the model ranks (ROC AUC, concordance).

    A difference that is smaller than this is not seen, whatever the point values say.

    Parameters
    ----------
    model : Model, estimator or callable
        A classifier or a regressor.
    data : Dataset or (X, y)
        Labelled rows that the model has not seen.
    confidence : float, default 0.95
        Level of the interval.

    Returns
    -------
    Measurement
        An exact quantity of these rows. ``params["groups"]`` names the groups of the sensitive columns that have fewer
        than 30 rows, in which nothing can be decided.

    Raises
    ------
    NotMeasurableError
        A ValueError: labels are missing, or of one class.

    Examples
    --------
    >>> from pytest_iso23053 import measures
    >>> rows, labels = [[x] for x in range(100)], [0, 1] * 50
    >>> round(measures.score_half_width(lambda frame: frame["x0"] / 100, (rows, labels)).value, 2)
    0.11
    """
    case, level = Case(model, data), checked_confidence(confidence)
    found = skill(case)
    n = found.rows.size
    if np.isnan(found.value) or n < 2:
        raise NotMeasurableError(f"{case.data.where} has too few rows for any interval")
    width = normal_quantile(level) * float(np.sqrt(found.rows.var(ddof=1) / n))
    small = {}
    for column in case.data.sensitive:
        counts = case.data.column(column).value_counts(dropna=True)
        small.update({f"{column} = {group}": int(rows) for group, rows in counts.items() if rows < FEWEST_OF_A_GROUP})
    params: dict[str, Any] = {"score": "concordance" if is_regression(case) else "ROC AUC", "level": level}
    params |= {"groups": dict(sorted(small.items(), key=lambda each: each[1])[:10])} if small else {}
    return case.measurement(width, width, width, n, confidence=None, params=params)


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="models",
    direction="lower",
    starting_point="<= 20",
    range=(1.0, None),
    source="Dwork et al. 2015 (the reusable holdout); Blum & Hardt 2015 (the ladder)",
    needs=("model", "test", "project", "ledger"),
)
def evaluated_models(model: Any, data: Any, project: Any) -> Measurement:
    """Number of different models that were evaluated on these very test rows, this one included.

    Each evaluation that leads to a choice fits the choice to the test set a little more. Nobody counts by memory, so
    that a note is left for each model in the ledger, a folder that belongs under version control.

    Parameters
    ----------
    model : Model, estimator or callable
        The model that is evaluated now.
    data : Dataset or frame
        The test rows.
    project : Project
        With ``ledger``, the folder. A note is written once for each pair of test set and model, by as many processes
        as there are.

    Returns
    -------
    Measurement
        An exact quantity. It counts what was evaluated where the ledger lies, and nothing before it was begun.

    Raises
    ------
    NotMeasurableError
        A ValueError: no ledger is configured.
    SubjectError
        The ledger cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from pytest_iso23053 import measures
    >>> from pytest_iso23053.subjects.project import Project
    >>> project = Project(pathlib.Path("."), ledger=pathlib.Path(tempfile.mkdtemp()))
    >>> test = ([[1.0], [2.0]], [0, 1])
    >>> _ = measures.evaluated_models(lambda frame: frame["x0"] > 1, test, project)
    >>> measures.evaluated_models(lambda frame: frame["x0"] > 0, test, project).value
    2.0
    """
    case, ledger = Case(model, data), as_project(project).ledger
    if ledger is None:
        raise NotMeasurableError('no ledger is configured; write ledger = "iso23053-ledger"')
    digest = case.model.sha256 or hashlib.sha256(repr(case.predicted.tolist()).encode()).hexdigest()
    folder = ledger / case.data.content_sha256[:16]
    said = {"model": case.model.name, "sha256": digest, "test": case.data.name, "rows": case.data.n}
    note_once(folder, digest[:16], said | {"first": datetime.now(UTC).date().isoformat()})
    count = count_of_notes(folder)
    return case.measurement(count, count, count, count, confidence=None, params={"ledger": ledger.name})
