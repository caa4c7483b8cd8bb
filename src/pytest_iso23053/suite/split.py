"""Whether test rows are meant to be drawn as the training rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance.errors import NotMeasurableError

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset


def refuse_split_by_time(train: Dataset, test: Dataset) -> None:
    """Leave unmeasured whether the two are alike where all test rows come later, which is done on purpose.

    Raises
    ------
    NotMeasurableError
        The configured ``time`` of every test row is no earlier than that of any training row.
    """
    if train.time is None or test.time is None or not train.n or not test.n:
        return
    last, first = train.column(train.time).max(), test.column(test.time).min()
    try:
        later = bool(first >= last)
    except TypeError:  # moments with and without a zone, text beside numbers: no order, so no split by it
        return
    if later:
        raise NotMeasurableError(
            f"{test.where} lies after {train.where} in time ({train.time}): a split by time shows what has moved, "
            "and is not meant to be alike"
        )
