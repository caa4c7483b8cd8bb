"""The data gate between acquisition and training: what it does not accept never reaches a model."""

from __future__ import annotations

from functools import cache

import pandas as pd

from credit_risk.data import row_digests, source_of_record
from credit_risk.schema import BAD, COLUMNS, GOOD, TARGET, problems


class RejectedRowsError(ValueError):
    """Rows were offered for training that the gate does not accept."""


def reasons(rows: pd.DataFrame) -> pd.Series:
    """Say for every row why it is rejected; an empty text accepts it.

    A row is rejected when it is malformed, when it is not, label included, a row of the signed-off source, and when it
    repeats an earlier row. The second rule is what stops poisoned records: a flipped label looks like any other label.
    """
    digests = row_digests(rows, (*COLUMNS, TARGET))
    verdict = pd.Series("", index=rows.index, dtype=object)
    verdict[digests.duplicated().to_numpy()] = "repeats an earlier row"
    verdict[~digests.isin(_signed_off()).to_numpy()] = "not a row of the signed-off source"
    for position, record in enumerate(rows.to_dict("records")):
        found = [*problems(record), *_label_problems(record)]
        if found:
            verdict.iloc[position] = "; ".join(found)
    return verdict


def ingest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may enter training, and leave the others out."""
    return rows[(reasons(rows) == "").to_numpy()]


def require_clean(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows unchanged, or refuse them all and say why: training does not go on with a part of its data."""
    rejected = reasons(rows).loc[lambda why: (why != "").to_numpy()]
    if len(rejected):
        first = f"the first is row {rejected.index[0]}: {rejected.iloc[0]}"
        raise RejectedRowsError(f"{len(rejected)} of {len(rows)} rows are rejected; {first}")
    return rows


@cache
def _signed_off() -> frozenset[str]:
    return frozenset(row_digests(source_of_record(), (*COLUMNS, TARGET)))


def _label_problems(record: dict[object, object]) -> list[str]:
    label = record.get(TARGET)
    return [] if label in (GOOD, BAD) else [f"{TARGET} is {label!r}, neither {GOOD!r} nor {BAD!r}"]
