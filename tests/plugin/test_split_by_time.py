"""A test set that comes after the training set in time is not meant to be alike."""

from __future__ import annotations

import pandas as pd
import pytest

from pytest_iso23053 import Dataset
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.suite.split import refuse_split_by_time


def dated(days, time="day"):
    return Dataset(pd.DataFrame({"x": range(len(days)), "day": days}), time=time)


def test_later_rows_are_not_meant_to_be_alike():
    with pytest.raises(NotMeasurableError, match="a split by time"):
        refuse_split_by_time(dated(["2026-01-01", "2026-01-02"]), dated(["2026-01-03"]))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (dated(["2026-01-01", "2026-01-04"]), dated(["2026-01-03", "2026-01-05"])),
        (dated([1, 2], time=None), dated([3, 4], time=None)),
        (dated([1, 2]), dated(["2026-01-03", "2026-01-04"])),
    ],
)
def test_other_splits_are_compared(train, test):
    refuse_split_by_time(train, test)
