"""Planted leaks are found by name; honest features, however strong, are not taken for leaks."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError

pytestmark = pytest.mark.filterwarnings("error")
LIMIT = 0.7
FEW = pytest.mark.usefixtures("few_trees")  # honest features are asked about with as many as are shipped


@functools.cache
def hard():
    frame, target = load_diabetes(return_X_y=True, as_frame=True)
    return frame.assign(target=(target > 140).astype(int))


@functools.cache
def easy():
    frame, target = load_breast_cancer(return_X_y=True, as_frame=True)
    return frame.assign(target=target)


def measured(frame, **more):
    return measures.target_leakage(Dataset(frame, target="target", **more), seed=1)


@pytest.mark.parametrize("loader", [load_iris, load_wine, load_breast_cancer, load_digits])
def test_honest_features_do_not_alarm(loader):
    frame, target = loader(return_X_y=True, as_frame=True)
    assert not measured(frame.assign(target=target)).low > LIMIT


def test_a_hard_problem_does_not_alarm():
    found = measured(hard())
    assert (found <= LIMIT).verdict == "met"
    assert found.low < found.value < found.high


PLANTED = {
    "copy": lambda y, random: y,
    "other spelling": lambda y, random: np.where(y == 1, "repaid", "defaulted"),
    "noisy copy": lambda y, random: np.where(random.random(len(y)) < 0.02, 1 - y, y),
    "blurred": lambda y, random: 3 * y + random.normal(0, 0.4, len(y)),
    "missing": lambda y, random: np.where(y == 1, np.nan, random.normal(size=len(y))),
    "in a text identifier": lambda y, random: [f"{place:06d}-{label}" for place, label in enumerate(y)],
    "before the number": lambda y, random: [f"{'ab'[label]}{place}" for place, label in enumerate(y)],
    "in a number": lambda y, random: random.permutation(len(y)) * 10 + y,
}


@FEW
@pytest.mark.parametrize("kind", PLANTED)
def test_planted_leaks_are_named(kind):
    frame = hard()
    leak = PLANTED[kind](frame["target"].to_numpy(), np.random.default_rng(2))
    found = measured(frame.assign(leak=leak))
    assert found.low > LIMIT
    assert found.params["column"].endswith("leak")


@FEW
@pytest.mark.parametrize("kind", ["copy", "missing", "in a number"])
def test_also_where_the_rest_is_strong(kind):
    frame = easy()
    found = measured(frame.assign(leak=PLANTED[kind](frame["target"].to_numpy(), np.random.default_rng(2))))
    assert found.low > LIMIT
    assert found.params["column"].endswith("leak")


@FEW
def test_an_identifier_that_is_no_feature():
    frame = hard().copy()
    frame["key"] = [f"{place}-{label}" for place, label in enumerate(frame["target"])]
    assert measured(frame, id="key").params["column"] == "last 1 of key"


@FEW
def test_two_copies_are_found_and_two_strong_features_left_open():
    frame = hard()
    y = frame["target"].to_numpy()
    assert measured(frame.assign(first=y, second=-y)).low > LIMIT
    random = np.random.default_rng(3)
    company = frame.assign(first=y + random.normal(0, 0.1, len(y)), second=y + random.normal(0, 0.1, len(y)))
    assert (measured(company) <= LIMIT).verdict == "inconclusive"


@FEW
def test_a_quantity_is_split_at_its_median():
    frame, target = load_diabetes(return_X_y=True, as_frame=True)
    random = np.random.default_rng(3)
    whole = frame.assign(target=target + 0.5)
    assert not measured(whole).low > LIMIT
    found = measured(whole.assign(leak=target * 2 + random.normal(0, 1, len(target))))
    assert found.params["column"] == "leak"
    assert found.low > LIMIT


@pytest.mark.parametrize("target", [None, "one class"])
def test_what_cannot_be_measured(target):
    frame = pd.DataFrame({"x": range(100), "one class": 1})
    with pytest.raises(NotMeasurableError):
        measures.target_leakage(Dataset(frame, target=target))


@FEW
def test_hostile_columns():
    frame = hard().assign(nothing=None, same=1, lists=[[1]] * 442, when=pd.date_range("2026", periods=442, tz="UTC"))
    frame["nullable"] = pd.array([1, None] * 221, dtype="Int64")
    frame["flag"] = pd.array([True, None] * 221, dtype="boolean")
    frame["text"] = pd.array(["a b", None] * 221, dtype="string")
    frame["infinite"] = np.inf
    assert (measured(frame) <= LIMIT).verdict == "met"
    assert measured(pd.DataFrame({"x": [0.0, 1.0] * 30, "target": ["no", "yes"] * 30})).low > LIMIT
