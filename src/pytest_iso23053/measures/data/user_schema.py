"""A schema of the user's own, pandera's for instance, held against the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.measures.cases import of_data
from pytest_iso23053.measures.data.schema import VALIDATION
from pytest_iso23053.measures.pairs import worst_first
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Measurement


@measure(
    clause="7.2",
    aspect="quality",
    unit="violations",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source=VALIDATION,
    needs=("train",),
    task="refuse data that break the schema",
)
def schema_violations(data: Any, schema: Any) -> Measurement:
    """How often the data break a schema that you wrote, with pandera for instance.

    All columns are validated: features, target, sensitive and dropped ones. Nothing is coerced for the other measures;
    what the schema returns is thrown away.

    Parameters
    ----------
    data : Dataset or frame
        The rows to look at.
    schema : object
        Anything with ``validate(frame, lazy=True)`` that raises an error whose ``failure_cases`` are a frame of one row
        a violation, with columns ``column`` and ``check``: a pandera ``DataFrameSchema`` or ``DataFrameModel``.

    Returns
    -------
    Measurement
        An exact count; ``params`` name the columns and checks.

    Raises
    ------
    TypeError
        The schema has no ``validate``.
    Exception
        Whatever ``validate`` raises that has no failure cases: a mistake in the schema, and none of the data.

    Examples
    --------
    >>> import pandas as pd
    >>> from pytest_iso23053 import measures
    >>> class Adults:
    ...     def validate(self, frame, lazy):
    ...         young = frame.index[frame["age"] < 18]
    ...         error = ValueError("schema error")
    ...         error.failure_cases = pd.DataFrame({"column": "age", "check": "at least 18", "index": young})
    ...         raise error
    >>> found = measures.schema_violations(pd.DataFrame({"age": [17, 30, 12]}), Adults())
    >>> found.value, found.params
    (2.0, {'checks': {'age: at least 18': 2}})
    """
    dataset = as_dataset(data)
    if not callable(getattr(schema, "validate", None)):
        raise TypeError(
            f"a {type(schema).__name__} is no schema: give an object with validate(frame, lazy=True), a pandera "
            "DataFrameSchema"
        )
    try:
        schema.validate(dataset.frame, lazy=True)
    except Exception as error:
        cases = getattr(error, "failure_cases", None)
        if cases is None:
            raise
        broken = _by_check(cases)
        return of_data(sum(broken.values()), dataset.n, dataset, params={"checks": worst_first(broken)})
    return of_data(0, dataset.n, dataset)


def _by_check(cases: Any) -> dict[str, int]:
    if not {"column", "check"} <= set(getattr(cases, "columns", ())):
        return {"schema": max(len(cases), 1)}
    found = cases.groupby([cases["column"].map(str), cases["check"].map(str)]).size()
    return {f"{column}: {check}": int(count) for (column, check), count in found.items()}
