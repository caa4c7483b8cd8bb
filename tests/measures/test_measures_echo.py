"""A copy of the target with errors in it, and a number given class by class, are told from good honest features."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError

pytestmark = pytest.mark.filterwarnings("error")
BREAST = datasets.load_breast_cancer(as_frame=True).frame


def verdict(frame, target="target", seed=1):
    measured = measures.target_echo(Dataset(frame, target=target), seed=seed)
    return (measured <= 0.5).verdict, measured.params["column"]


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_good_features_have_company(name):
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    for seed in range(2):
        rows = frame.sample(frac=0.7, random_state=seed).reset_index(drop=True)
        assert verdict(rows, seed=seed)[0] == "met"


def test_so_have_clouds_of_points():
    for seed in range(4):
        X, y = datasets.make_blobs(600, 4, centers=3, random_state=seed)
        assert (measures.target_echo((X, y), seed=seed) <= 0.5).verdict != "not met"
        X, y = datasets.make_classification(600, 8, class_sep=2, random_state=seed)
        assert (measures.target_echo((X, y), seed=seed) <= 0.5).verdict != "not met"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_what_was_recorded_after_the_answer(seed, noise):
    rng = np.random.default_rng(seed)
    rows = BREAST.sample(350, random_state=seed).reset_index(drop=True)
    wrong = rng.random(350) < 0.02
    copy = np.where(wrong, 1 - rows["target"], rows["target"]) + rng.normal(0, noise, 350)
    assert verdict(rows.assign(follow_up=copy)) == ("not met", "follow_up")


@pytest.mark.parametrize("coded", [str, "category", bool])
def test_it_may_be_a_code_of_two_values(coded):
    rng = np.random.default_rng(7)
    copy = pd.Series(np.where(rng.random(len(BREAST)) < 0.02, 1 - BREAST["target"], BREAST["target"])).astype(coded)
    assert verdict(BREAST.assign(stage=copy)) == ("not met", "stage")


@pytest.mark.parametrize("seed", range(3))
def test_a_number_given_class_by_class(seed):
    rng = np.random.default_rng(seed)
    rows = BREAST.sample(350, random_state=seed).reset_index(drop=True)
    number = np.where(rows["target"] == 1, 10_000, 40_000) + rng.permutation(20_000)[:350]
    assert verdict(rows.assign(file_number=number)) == ("not met", "file_number")
    given_in_any_order = 10_000 + rng.permutation(50_000)[:350]
    assert verdict(rows.assign(file_number=given_in_any_order))[0] == "met"


@pytest.mark.parametrize("seed", range(3))
def test_a_quantity_to_predict_may_be_echoed_too(seed):
    rng = np.random.default_rng(seed)
    rows = datasets.load_diabetes(as_frame=True, scaled=False).frame.sample(300, random_state=seed, ignore_index=True)
    later = rows["target"] + rng.normal(0, 0.1 * rows["target"].std(), 300)
    assert verdict(rows.assign(follow_up=later)) == ("not met", "follow_up")
    for target in rows:  # each column as if it were to be predicted: some follow others closely, and have company
        assert verdict(rows, target)[0] == "met"


def test_a_second_copy_is_company():
    rng = np.random.default_rng(3)
    frame = BREAST.assign(
        **{name: np.where(rng.random(len(BREAST)) < 0.02, 1 - BREAST["target"], BREAST["target"]) for name in "ab"}
    )
    assert verdict(frame)[0] != "not met"
    exact = BREAST.assign(a=BREAST["target"] * 3 + 1, b=5 - BREAST["target"])
    assert verdict(exact)[0] == "met"


def test_rare_classes_and_gaps_are_left_aside():
    rng = np.random.default_rng(4)
    rows = BREAST.copy()
    rows.loc[:3, "target"] = 2
    rows["follow_up"] = np.where(rng.random(len(rows)) < 0.1, np.nan, rows["target"].clip(upper=1))
    assert verdict(rows) == ("not met", "follow_up")


@pytest.mark.parametrize(
    "frame",
    [
        BREAST.drop(columns="target"),
        BREAST.head(60),
        BREAST.assign(target=0),
        BREAST[["mean radius", "target"]],
        BREAST[["mean radius", "target"]].assign(constant=1, text=[f"t{i}" for i in range(len(BREAST))]),
    ],
)
def test_where_nothing_can_be_compared(frame):
    with pytest.raises(NotMeasurableError):
        measures.target_echo(Dataset(frame, target="target" if "target" in frame else None))
