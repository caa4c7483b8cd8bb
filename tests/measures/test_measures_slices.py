"""The worst slice is found by name, blamed only against a control, and not where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.slices import slices_of
from pytest_iso23053.stats.search import largest_by_chance, worst_mean

JUDGED = ("slice_weakness", "slice_overconfidence")


def people(rows, seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 90, rows).astype(float),
            "income": random.lognormal(10, 1, rows),
            "job": random.choice(["cook", "clerk", "smith", "judge"], rows),
            "score": random.normal(size=rows),
        }
    )
    frame.loc[random.random(rows) < 0.05, "income"] = np.nan
    logit = 1.5 * frame["score"] + 0.02 * (frame["age"] - 50) + (frame["job"] == "judge")
    return frame.assign(granted=(random.random(rows) < 1 / (1 + np.exp(-logit))).astype(int))


def encoded(frame):
    return pd.get_dummies(frame.drop(columns="granted", errors="ignore")).fillna(-1).astype(float)


def fitted(train, learner):
    columns = encoded(train).columns
    learner.fit(encoded(train).to_numpy(), train["granted"])
    wrap = lambda frame: learner.predict_proba(encoded(frame).reindex(columns=columns, fill_value=0).to_numpy())  # noqa: E731
    return Model(wrap, classes=[0, 1])


def test_every_slice_is_counted_like_pandas_counts():
    frame = people(1_000, 0)
    slices = slices_of(Dataset(frame, target="granted"))
    errors = np.random.default_rng(1).random(1_000)
    sums = slices.sums(errors)
    assert slices.rows[: slices.tables[0].size].sum() == 1_000
    for cell in slices.searched[:: len(slices.searched) // 25].tolist():
        inside = slices.mask(cell)
        assert inside.sum() == slices.rows[cell] >= 30
        assert sums[cell] == pytest.approx(errors[inside].sum())
    for cell, condition in (
        ("job = 'cook'", frame["job"] == "cook"),
        ("income is missing", frame["income"].isna()),
    ):
        place = next(each for each in slices.searched.tolist() if slices.described(each) == cell)
        assert (slices.mask(place) == condition).all()
    member = slices.memberships(np.arange(100))
    assert (member @ errors[:100]).tolist() == pytest.approx(slices.sums(np.where(np.arange(1_000) < 100, errors, 0)))


def test_the_searchs_null_is_that_of_the_largest_of_all():
    """Of ten disjoint slices the largest |z| has a quantile that is known."""
    frame = pd.DataFrame({"a": np.random.default_rng(0).permutation(20_000) % 10})
    slices = slices_of(Dataset(frame))
    wanted = 2.800  # Φ⁻¹((1 + 0.95 ** (1 / 10)) / 2)
    found = [
        largest_by_chance(slices, np.random.default_rng(seed).normal(size=20_000), 0.95, seed) for seed in range(5)
    ]
    assert np.mean(found) == pytest.approx(wanted, abs=0.12)


def test_bounds_hold_for_all_slices_at_once():
    """With no slice worse than another, the lower bound of the worst lies above 0 in at most 2.5 % of searches."""
    slices = slices_of(Dataset(people(1_500, 3), target="granted"))
    above = sum(
        worst_mean(
            slices, np.random.default_rng(seed).choice([-1.0, 0.0, 1.0], 1_500, p=[0.1, 0.8, 0.1]), 0.95, seed
        ).low
        > 0
        for seed in range(120)
    )
    assert above <= 8


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "learner", [RandomForestClassifier(30, min_samples_leaf=3), LogisticRegression(max_iter=2_000)]
)
def test_a_sound_model_is_not_blamed(seed, learner):
    train, test = people(2_000, seed), people(2_000, seed + 100)
    model, data = fitted(train, learner), Dataset(test, target="granted")
    for name in JUDGED:
        assert (getattr(measures, name)(model, data, seed=seed) <= 0.05).verdict != "not met", name


@pytest.mark.parametrize("seed", [4])
def test_a_slice_trained_on_flipped_labels_is_found_by_name(seed):
    train, test = people(6_000, seed), people(3_000, seed + 100)
    train["granted"] = train["granted"].where(train["age"] < 80, 1 - train["granted"])
    model = fitted(train, RandomForestClassifier(30, min_samples_leaf=3, random_state=seed))
    data = Dataset(test, target="granted")
    for name in (*JUDGED, "worst_slice_gap"):
        found = getattr(measures, name)(model, data, seed=seed)
        assert (found <= 0.05).verdict == "not met", name
        assert "age >= " in found.params["slice"]
        assert found.params["error"] > found.params["error elsewhere"]
        assert found.n == round(found.params["share"] * 3_000)


def test_a_model_fitted_on_other_labels_than_those_given_is_found_in_few_rows():
    train, test = people(3_000, 11), people(800, 111)
    inverted = train.assign(granted=train["granted"].where(train["job"] != "cook", 1 - train["granted"]))
    sets = [Dataset(rows, target="granted") for rows in (train, test)]
    for labels, verdict in ((train, ("met", "inconclusive")), (inverted, ("not met",))):
        model = fitted(labels, RandomForestClassifier(30, min_samples_leaf=3, random_state=0))
        found = measures.disputed_slice_weakness(model, *sets, seed=0)
        assert (found <= 0.05).verdict in verdict
    assert "job = 'cook'" in found.params["slice"]
    assert found.value == pytest.approx(found.params["error"] - found.params["other learner's error"], abs=0.2)
    with pytest.raises(NotMeasurableError, match="one class only"):
        measures.disputed_slice_weakness(model, Dataset(train, np.zeros(3_000, dtype=int)), sets[1])


def test_an_intersection_is_found_and_a_column_that_the_model_does_not_see():
    test = people(4_000, 5).assign(sex=np.random.default_rng(9).choice(["f", "m"], 4_000))
    data = Dataset(test, target="granted", drop=["sex"], sensitive=["sex"])
    hit = ((test["sex"] == "f") & (test["job"] == "cook")).to_numpy()
    answers = np.where(hit, 1 - test["granted"], test["granted"])
    found = measures.worst_slice_gap(Model(lambda frame: answers, classes=[0, 1]), data, seed=0)
    assert found.params["slice"] == "job = 'cook' and sex = 'f'"
    assert (found.params["error"], found.params["error elsewhere"]) == (1.0, 0.0)


def test_a_hard_slice_is_the_worst_and_nobodys_fault():
    """Labels of one group are noise: whoever predicts them errs, and says so."""
    test = people(4_000, 6)
    noise = (test["job"] == "smith").to_numpy()
    sure = (test["score"] > 0).to_numpy()
    test["granted"] = np.where(noise, np.random.default_rng(1).integers(0, 2, 4_000), sure)
    model = Model(lambda frame: np.where(frame["job"] == "smith", 0.51, np.where(frame["score"] > 0, 0.99, 0.01)))
    data = Dataset(test, target="granted")
    assert (measures.worst_slice_gap(model, data, seed=0) <= 0.10).verdict == "not met"
    for name in JUDGED:
        assert (getattr(measures, name)(model, data, seed=0) <= 0.05).verdict != "not met", name


def test_a_regressor_that_is_out_for_some():
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"x": random.normal(size=2_000), "sex": random.choice(["f", "m"], 2_000)})
    data = Dataset(frame, frame["x"] * 10 + random.normal(size=2_000))
    biased = Model(lambda X: X["x"] * 10 + 6 * (X["sex"] == "f"), task="regression")
    found = measures.slice_bias(biased, data, seed=0)
    assert (found <= 0.1).verdict == "not met"
    assert found.params["slice"].startswith("sex = ")
    assert (measures.slice_weakness(biased, data, seed=0) <= 0.05).verdict == "not met"
    sound = Model(lambda X: X["x"] * 10, task="regression")
    for name in ("slice_bias", "slice_weakness", "systematic_error"):
        assert (getattr(measures, name)(sound, data) <= 0.1).verdict == "met", name
    assert (measures.systematic_error(biased, data) <= 0.1).verdict == "not met"


def test_columns_of_every_kind():
    rows = 400
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "whole": pd.array(random.integers(0, 5, rows), dtype="Int64"),
            "flag": random.random(rows) > 0.5,
            "maybe": pd.array([True, None] * 200, dtype="boolean"),
            "kind": pd.Categorical(random.choice(["u", "v"], rows), categories=["u", "v", "never"]),
            "day": pd.date_range("2026-01-01", periods=rows),
            "zone": pd.date_range("2026-01-01", periods=rows, tz="Europe/Berlin"),
            "span": pd.to_timedelta(random.integers(0, 50, rows), unit="h"),
            "empty": [None] * rows,
            "constant": [7.0] * rows,
            "text": [f"row {place}" for place in range(rows)],
            "mixed": [1, "a"] * 200,
            "cells": [[1]] * rows,
            "infinite": [np.inf, 1.0] * 200,
        }
    )
    labels = (frame["flag"] ^ (random.random(rows) < 0.2)).astype(int)
    data = Dataset(frame, labels)
    model = Model(lambda X: X["flag"].astype(float) * 0.6 + 0.2)
    for name in (*JUDGED, "worst_slice_gap"):
        assert (getattr(measures, name)(model, data, seed=0) <= 0.1).verdict != "not met", name
    described = {slices_of(data).described(cell) for cell in slices_of(data).searched.tolist()}
    assert {"maybe is missing", "flag = True", "mixed = 'a'"} <= described
    assert not any(each.startswith(("empty", "constant", "text", "cells")) for each in described)


def test_what_cannot_be_searched_says_so():
    few = ([[x] for x in range(20)], [0, 1] * 10)
    for name in ("worst_slice_gap", *JUDGED):
        with pytest.raises(NotMeasurableError, match="rows"):
            getattr(measures, name)(lambda frame: frame["x0"] / 20, few)
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.slice_weakness(lambda frame: frame["x0"], [[0.1], [0.2]])
    with pytest.raises(NotMeasurableError, match="labels and no probabilities"):
        measures.slice_overconfidence(lambda frame: frame["x0"] > 9, few)
    with pytest.raises(NotMeasurableError, match="constant"):
        measures.systematic_error(Model(lambda frame: frame["x0"], task="regression"), ([[1.0], [2.0]], [3.0, 3.0]))
    one_class = ([[x] for x in range(400)], ["a"] * 400)
    constant = Model(lambda frame: np.full(len(frame), "a"), classes=["a"])
    assert measures.worst_slice_gap(constant, one_class, seed=0).value == 0
    assert measures.slice_weakness(constant, one_class, seed=0).value == 0
