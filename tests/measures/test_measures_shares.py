"""A class that all but vanished, and a value that became frequent: found in hundreds of rows, and nothing by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.stats.shares import smallest_share_ratio

TEN = np.arange(10)


def labelled(labels, **more):
    return Dataset(pd.DataFrame({"x": 0, "y": labels}), target="y", **more)


def drawn(rng, n, shares=None):
    return labelled(rng.choice(TEN, n, p=shares))


def test_two_parts_of_the_same_rows_have_the_same_classes():
    rng = np.random.default_rng(1)
    verdicts = [(measures.class_share_ratio(drawn(rng, 1000), drawn(rng, 450)) >= 0.8).verdict for _ in range(200)]
    assert verdicts.count("not met") <= 1


@pytest.mark.parametrize("seed", range(5))
def test_four_of_five_rows_of_a_class_are_missing(seed):
    rng = np.random.default_rng(seed)
    shares = np.where(TEN == 3, 0.02, 0.98 / 9)
    measured = measures.class_share_ratio(drawn(rng, 1100), drawn(rng, 420, shares))
    assert (measured >= 0.8).verdict == "not met"
    assert measured.params["class"] == "3"


@pytest.mark.parametrize("swapped", [False, True])
def test_a_class_may_be_missing_altogether(swapped):
    data = [labelled(["a", "b", "c"] * 100), labelled(["a", "b"] * 100)]
    measured = measures.class_share_ratio(*(data[::-1] if swapped else data))
    assert (measured.value, measured.low, measured.params["class"]) == (0, 0, "c")
    assert measured.high < 0.1


def test_rows_of_one_person_are_not_counted_as_many():
    frame = pd.DataFrame({"who": [1, 1, 2, 2], "x": 0, "y": [0, 0, 1, 1]})
    with pytest.raises(NotMeasurableError, match="the same who"):
        measures.class_share_ratio(Dataset(frame, target="y", id="who"), Dataset(frame, target="y", id="who"))


@pytest.mark.parametrize("labels", [np.linspace(0, 1, 100), [None] * 100])
def test_quantities_and_missing_labels_are_refused(labels):
    with pytest.raises(NotMeasurableError):
        measures.class_share_ratio(labelled([0, 1] * 50), labelled(labels))
    with pytest.raises(NotMeasurableError):
        measures.class_share_ratio(pd.DataFrame({"x": [1]}), labelled([0, 1]))


def codes(rng, n, column=None):
    frame = pd.DataFrame(rng.integers(0, 8, (n, 12))).add_prefix("c")
    return frame if column is None else frame.assign(**{column: np.where(rng.random(n) < 0.08, 9, frame[column])})


def test_nothing_moves_by_chance():
    rng = np.random.default_rng(2)
    verdicts = [(measures.value_share_ratio(codes(rng, 900), codes(rng, 300)) >= 0.5).verdict for _ in range(60)]
    assert verdicts.count("not met") <= 1


@pytest.mark.parametrize("kind", [int, str, "category"])
@pytest.mark.parametrize("seed", range(3))
def test_a_code_became_frequent(kind, seed):
    rng = np.random.default_rng(seed)
    before, after = codes(rng, 3000), codes(rng, 900, "c4")
    before.loc[:29, "c4"] = 9
    measured = measures.value_share_ratio(before.astype(kind), after.astype(kind))
    assert (measured >= 0.5).verdict == "not met"
    assert (measured.params["column"], measured.params["value"]) == ("c4", "9")


def test_a_rare_value_may_double_and_times_do_not_count():
    before = pd.DataFrame({"code": ["a"] * 9900 + ["b"] * 100, "day": pd.Timestamp("2026-01-01")})
    after = pd.DataFrame({"code": ["a"] * 9600 + ["b"] * 400, "day": pd.Timestamp("2026-02-01")})
    assert measures.value_share_ratio(before, after).params["value"] == "a"


def test_measurements_without_recurring_values_are_refused():
    rng = np.random.default_rng(3)
    before, after = rng.normal(size=(2, 200, 3))
    with pytest.raises(NotMeasurableError, match="no value that one row in twenty has"):
        measures.value_share_ratio(before, after)


def test_mixed_kinds_and_empty_columns_take_no_part():
    before = pd.DataFrame({"a": [1, "x"] * 50, "b": [None] * 100, "c": ["k", "l"] * 50})
    after = pd.DataFrame({"a": [1, 2] * 50, "b": [1.0] * 100, "c": ["k", "l"] * 50})
    measured = measures.value_share_ratio(before, after)
    assert (measured.value, measured.params["column"], measured.params["values"]) == (1, "c", 2)


def test_bounds_hold_at_the_limit():
    """With the truth at 0.8 the whole interval lies below it no more often than promised, here by far."""
    rng = np.random.default_rng(4)
    shares = np.array([[0.1, 0.45, 0.45], [0.08, 0.46, 0.46]])
    below = 0
    for _ in range(500):
        first, second = (rng.multinomial(n, p) for n, p in ((2000, shares[0]), (1000, shares[1])))
        below += smallest_share_ratio(first, 2000, second, 1000, 0.95).high < 0.8
    assert binom.sf(below - 1, 500, 0.025) > 0.001
