"""Rows unlike all training rows, and the confidence of the answers to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import OneHotEncoder

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError


def rows(n, seed, **more):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": random.integers(18, 80, n), "balance": random.normal(0, 5, n)})
    return Dataset(frame.assign(city=random.choice(["Bonn", "Ulm"], n), **more), name="test")


class Asked:
    """A model that keeps what it was asked, and what it said."""

    def __init__(self, answer):
        self.answer, self.frames, self.answers = answer, [], []

    def __call__(self, frame):
        self.frames.append(frame)
        self.answers.append(np.asarray(self.answer(frame), dtype=float))
        return self.answers[-1]


def surer_near_home(frame):
    return 0.5 + 0.5 * np.exp(-((frame["balance"] / 20) ** 2))


def of_balance(frame):
    return 1 / (1 + np.exp(-frame["balance"] / 10))


@pytest.mark.parametrize("kind", ["far", "shuffled"])
def test_it_is_the_area_of_what_the_model_said(kind):
    test = rows(301, 0, number=[str(each) for each in range(301)])
    model = Asked(lambda frame: np.abs(np.sin(frame["balance"])) * np.clip(frame["age"] / 80, 0.2, 1))
    measured = measures.out_of_distribution_auroc(model, rows(500, 1, number="0"), test, kind=kind, seed=3)
    whole, strange = model.frames
    assert len(strange) == measured.params["strange_rows"] == 150
    assert measured.n == 301
    by = "number" if kind == "far" else "balance"  # permuted columns hold the values of the rows that were chosen
    stays = ~whole[by].isin(strange[by])
    doubt = [np.minimum(each, 1 - each) for each in model.answers]
    truth = [1] * 150 + [0] * int(stays.sum())
    expected = roc_auc_score(truth, np.concatenate([doubt[1], doubt[0][stays.to_numpy()]]))
    assert measured.value == pytest.approx(expected)
    assert measured.low < measured.value < measured.high


def test_far_rows_lie_beyond_the_training_range():
    model = Asked(surer_near_home)
    train = rows(500, 1)
    test = rows(400, 0)
    gaps = test.X.assign(age=test.X["age"].astype("Int64").mask(np.arange(400) < 40))
    measures.out_of_distribution_auroc(model, train, gaps, reach=4.0, seed=0)
    strange, known = model.frames[1], train.X
    assert 0 < strange["age"].isna().sum() < 40  # what is missing stays so
    assert strange["age"].dropna().min() >= known["age"].max() + 4 * known["age"].std(ddof=0) - 1e-9  # never negative
    balance, reach = strange["balance"], 4 * known["balance"].std(ddof=0) - 1e-9
    up, down = balance >= known["balance"].max() + reach, balance <= known["balance"].min() - reach
    assert (up | down).all()
    assert up.any()
    assert down.any()
    assert set(strange["city"]) == {"Bonn", "Ulm"}


@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_knows_its_limits_and_one_that_does_not(seed):
    train, test = rows(500, seed), rows(400, seed + 10)
    aware = measures.out_of_distribution_auroc(surer_near_home, train, test, seed=seed)
    assert (aware >= 0.9).verdict == "met"
    linear = LogisticRegression().fit(train.X[["age", "balance"]], train.X["balance"] > 0)
    linear_test = Dataset(test.X[["age", "balance"]])
    unaware = measures.out_of_distribution_auroc(linear, Dataset(train.X[["age", "balance"]]), linear_test, seed=seed)
    assert (unaware >= 0.9).verdict == "not met"
    assert unaware.params["confidence_strange"] > unaware.params["confidence_ordinary"]
    assert unaware.params["false_alarms_at_95"] > aware.params["false_alarms_at_95"] == 0


def test_without_a_difference_the_interval_covers_one_half():
    train = rows(200, 999)
    found = [
        measures.out_of_distribution_auroc(of_balance, train, rows(100, s), kind="shuffled", seed=s) for s in range(100)
    ]
    assert sum(each.low <= 0.5 <= each.high for each in found) >= 90


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_categories_that_training_lacks(dtype):
    dtype = "object" if dtype == "str" and pd.__version__ < "3" else dtype  # of its own since pandas 3
    test, train = rows(100, 0), rows(100, 1)
    test = Dataset(test.X.assign(city=test.X["city"].astype(dtype)))
    assert test.X["city"].dtype == dtype
    model = Asked(lambda frame: np.where(frame["city"].isin(["Bonn", "Ulm"]), 0.9, 0.5))
    measured = measures.out_of_distribution_auroc(model, train, test, kind="unseen", seed=0)
    assert measured.value == 1
    assert measured.params["columns"] == 1
    assert model.frames[1]["city"].dtype == dtype
    assert (model.frames[1]["age"].isin(test.X["age"])).all()


def test_what_cannot_be_measured():
    train, test = rows(100, 0), rows(100, 1)
    measured = measures.out_of_distribution_auroc
    with pytest.raises(NotMeasurableError, match="no probabilities"):
        measured(lambda frame: frame["age"] > 40, train, test)
    with pytest.raises(NotMeasurableError, match="10 rows, and 20 are needed"):
        measured(of_balance, train, test.subset(np.arange(10)))
    only = [Dataset(data.X[["city"]]) for data in (train, test)]
    with pytest.raises(NotMeasurableError, match=r"no feature is numeric and varies.*shuffled, unseen"):
        measured(lambda frame: np.full(len(frame), 0.7), *only)
    with pytest.raises(NotMeasurableError, match="one feature only"):
        measured(lambda frame: np.full(len(frame), 0.7), *only, kind="shuffled")
    numbers = [Dataset(data.X[["age", "balance"]]) for data in (train, test)]
    with pytest.raises(NotMeasurableError, match="no feature holds categories"):
        measured(of_balance, *numbers, kind="unseen")
    coder = OneHotEncoder().fit(train.X[["city"]])
    with pytest.raises(NotMeasurableError, match="refuses such rows"):
        measured(lambda frame: coder.transform(frame[["city"]]).toarray()[:, 0] * 0.5, train, test, kind="unseen")
    with pytest.raises(ValueError, match="'near' is not known; it is one of far, shuffled, unseen"):
        measured(of_balance, train, test, kind="near")
    with pytest.raises(ValueError, match="reach = 0"):
        measured(of_balance, train, test, reach=0)
    with pytest.raises(ValueError, match="lacks 'city'"):
        measured(of_balance, train, numbers[1])
