"""Answers held against the truth: what is compared text by text is what a comparison of all rows gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, Model
from pytest_iso23053.measures.cases import Case

NAMES = np.array(["no", "yes", "perhaps"])


@pytest.mark.parametrize("dtype", [object, "str", "string", "category"])
@pytest.mark.parametrize("classes", [["no", "yes"], ["no", "yes", "perhaps"], None])
def test_answers_are_right_where_they_are_the_truth(dtype, classes):
    random = np.random.default_rng(0)
    truth, answers = NAMES[random.integers(0, 2, 300)], NAMES[random.integers(0, 2 + (classes is None), 300)]
    data = Dataset(pd.DataFrame({"x": np.arange(300)}), pd.Series(truth, dtype=dtype))
    case = Case(Model(lambda _: answers, classes=classes, task="classification"), data)
    np.testing.assert_array_equal(case.right, answers == truth)


def test_an_answer_that_no_class_names_is_compared_all_the_same():
    truth = np.array(["a", "b", "c", "c"] * 5)
    answers = np.array(["a", "b", "c", "d"] * 5)
    data = Dataset(pd.DataFrame({"x": np.arange(20)}), pd.Series(truth))
    case = Case(Model(lambda _: answers, task="classification"), data)
    np.testing.assert_array_equal(case.right, [True, True, True, False] * 5)
