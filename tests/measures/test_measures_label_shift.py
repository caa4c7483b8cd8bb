"""A part of the rows, or a class, that is labelled by other rules in the one data set: found; and nothing by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures import probes

pytestmark = pytest.mark.filterwarnings("error")


def hard(rng, n):
    """Labels that four of six features say something about, and none settles."""
    X = rng.normal(size=(n, 6)).round(2)
    y = (X[:, :4].sum(axis=1) + rng.normal(0, 2, n) > 0).astype(int)
    return pd.DataFrame(X, columns=list("abcdef")), y


def inverted(X, y):
    """A tenth of the rows, where two conditions meet, coded the other way round."""
    return np.where((X["a"] > 0.2) & (X["e"].abs() < 0.45), 1 - y, y)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_a_site_coded_its_labels_the_other_way_round(seed, swapped):
    rng = np.random.default_rng(seed)
    (X, y), (Z, z) = hard(rng, 4000), hard(rng, 1600)
    data = [(X, y), (Z, inverted(Z, z))] if swapped else [(X, inverted(X, y)), (Z, z)]
    found = measures.slice_label_shift(*data, seed=seed)
    assert (found <= 0.05).verdict == "not met"
    assert "a" in found.params["slice"] or "e" in found.params["slice"]
    assert found.params["share"] < 0.25


@pytest.mark.parametrize("seed", range(3))
def test_the_same_rules_in_a_hard_problem(seed):
    rng = np.random.default_rng(seed)
    found = measures.slice_label_shift(hard(rng, 1500), hard(rng, 600), seed=seed)
    assert (found <= 0.05).verdict != "not met"
    assert found.low < 0.02


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits])
def test_the_same_rules_in_real_data(load, monkeypatch):
    X, y = load(return_X_y=True)
    alarms = {"slice_label_shift": 0, "class_noise_excess": 0}
    for seed, trees in enumerate((probes.TREES, 20)):
        monkeypatch.setattr(probes, "TREES", trees)  # nor with a learner that errs more often
        order = np.random.default_rng(seed).permutation(len(y))
        parts = [Dataset(X[part], y[part]) for part in np.split(order, [len(y) * 2 // 3])]
        for name, limit in (("slice_label_shift", 0.05), ("class_noise_excess", 0.02)):
            found = getattr(measures, name)(*parts, seed=seed)
            alarms[name] += (found <= limit).verdict == "not met"
    assert alarms == {"slice_label_shift": 0, "class_noise_excess": 0}


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("seed", range(3))
def test_one_class_is_labelled_as_another(seed):
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    first, second = order[:1200], order[1200:]
    fives = np.flatnonzero(y[first] == 5)
    given = y[first].copy()
    given[rng.choice(fives, len(fives) // 4, replace=False)] = 3
    known = Dataset(X[first], given)
    found = measures.class_noise_excess(known, (X[second], y[second]), seed=seed)
    assert (found <= 0.02).verdict == "not met"
    assert (found.params["class"], found.params["given_as"]) == ("5", "3")
    # the same in both is no difference, and for label_error_rate to tell
    theirs = np.where((y[second] == 5) & (rng.random(len(second)) < 0.25), 3, y[second])
    both = measures.class_noise_excess(known, (X[second], theirs), seed=seed)
    assert (both <= 0.02).verdict != "not met"


def test_a_class_of_the_current_rows_alone():
    rng = np.random.default_rng(3)
    X, y = hard(rng, 900)
    found = measures.slice_label_shift((X[:600], y[:600]), (X[600:], np.where(X["a"][600:] > 1, 2, y[600:])), seed=1)
    assert found.value > 0.05


@pytest.mark.parametrize("name", ["slice_label_shift", "class_noise_excess"])
@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"a": range(200)}),
        (np.arange(200.0).reshape(-1, 1), np.linspace(0, 1, 200)),
        (np.arange(200.0).reshape(-1, 1), np.zeros(200, dtype=int)),
        (np.arange(20.0).reshape(-1, 1), np.arange(20) % 2),
    ],
)
def test_without_classes_or_rows_nothing_is_measured(name, data):
    with pytest.raises(NotMeasurableError):
        getattr(measures, name)(data, data)


def test_columns_of_every_kind():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "number": np.where(rng.random(400) < 0.1, np.nan, rng.normal(size=400)),
            "code": pd.Categorical(rng.choice(["u", "v"], 400)),
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90, 400), unit="D"),
            "constant": 1,
            "truth": rng.random(400) < 0.5,
            "y": rng.choice(["no", "yes", None], 400, p=[0.5, 0.4, 0.1]),
        }
    )
    data = [Dataset(part.reset_index(drop=True), target="y") for part in (frame[:250], frame[250:])]
    assert (measures.slice_label_shift(*data, seed=1) <= 0.05).verdict != "not met"
    assert (measures.class_noise_excess(*data, seed=1) <= 0.02).verdict != "not met"
