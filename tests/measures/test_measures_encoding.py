"""Any column becomes numbers, and means the same in every data set."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from pytest_iso23053 import Dataset
from pytest_iso23053.measures.encoding import MOST_CATEGORIES, encoded

pytestmark = pytest.mark.filterwarnings("error")

COLUMNS = {
    "int": ([3, 1, 2], [3, 1, 2], False),
    "infinite": ([np.inf, 1.0, None], [np.inf, 1, np.nan], False),
    "bool": ([True, False, True], [1, 0, 1], False),
    "nullable": (pd.array([True, None, False], dtype="boolean"), [1, np.nan, 0], False),
    "nullable int": (pd.array([7, None, 9], dtype="Int64"), [7, np.nan, 9], False),
    "moment": (pd.to_datetime(["1970-01-01", "1970-01-02", None]), [0, 86400, np.nan], False),
    "zoned": (pd.to_datetime(["1970-01-01"] * 3).tz_localize("Etc/GMT-1"), [-3600] * 3, False),
    "duration": (pd.to_timedelta([1, 2, None], unit="min"), [60, 120, np.nan], False),
    "decimals": ([Decimal("1.5"), None, Decimal(2)], [1.5, np.nan, 2], False),
    "text": (["b", "a", "a"], [1, 0, 0], True),
    "category": (pd.Categorical(["v", None, "u"], categories=["u", "v", "w"]), [0, np.nan, 1], True),
    "mixed": ([1, "a", "a"], [1, 0, 0], True),
    "lists": ([[1], [1], None], [0, 0, np.nan], True),
    "tuples": ([(1, 2), (1, 2), (3,)], [0, 0, 1], True),
    "nothing": ([None, None, None], [0] * 3, False),
    "no number": ([np.nan] * 3, [0] * 3, False),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_every_type(kind):
    values, expected, categorical = COLUMNS[kind]
    (matrix,), mask = encoded(Dataset(pd.DataFrame({"x": pd.Series(values)})))
    np.testing.assert_array_equal(matrix[:, 0], expected)
    assert mask.tolist() == [categorical]
    assert not matrix.flags.writeable


def test_the_reference_alone_decides_on_the_codes():
    reference = Dataset(pd.DataFrame({"x": ["a", "a", "b", None], "n": [1, 2, 3, 4]}))
    other = Dataset(pd.DataFrame({"n": ["5", "many", None], "x": pd.Categorical(["c", "b", None])}))
    (_, matrix), _ = encoded(reference, other)
    np.testing.assert_array_equal(matrix, [[2, 5], [1, np.nan], [np.nan, np.nan]])


def test_many_categories_are_no_categories_to_a_tree():
    texts = [f"t{place}" for place in range(MOST_CATEGORIES + 1)]
    frame = pd.DataFrame({"few": [*texts[:-1], texts[0]], "many": texts})
    assert encoded(Dataset(frame))[1].tolist() == [True, False]


def test_any_columns_can_be_asked_for_and_are_kept():
    data = Dataset(pd.DataFrame({"x": [1, 2], "y": ["p", "q"]}), target="y")
    (first,), _ = encoded(data)
    (again,), _ = encoded(data)
    (target,), mask = encoded(data, features=["y"])
    assert again is first
    assert first.shape == (2, 1)
    assert target[:, 0].tolist() == [0, 1]
    assert mask.tolist() == [True]


def test_a_tree_takes_what_comes_out():
    frame = pd.DataFrame({name: pd.Series(values) for name, (values, _, _) in COLUMNS.items()})
    many = pd.concat([frame] * 20, ignore_index=True)
    train = Dataset(many)
    (matrix, other), mask = encoded(train, Dataset(many.assign(text="unseen").tail(1)))
    learner = HistGradientBoostingClassifier(categorical_features=mask, max_iter=2)
    learner.fit(matrix, np.arange(60) % 2)
    assert learner.predict(other).shape == (1,)
