"""Rates by group, their differences and ratios are those of fairlearn, whatever the columns are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, Model, measures

metrics = pytest.importorskip("fairlearn.metrics")

RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate")


@pytest.fixture(scope="module")
def answered():
    random = np.random.default_rng(0)
    rows = 3_000
    frame = pd.DataFrame(
        {
            "sex": random.choice(["f", "m"], rows),
            "region": pd.Categorical(random.choice(["n", "e", "s"], rows), categories=["n", "e", "s", "nobody"]),
            "band": pd.array(random.integers(1, 4, rows), dtype="Int64"),
            "member": random.random(rows) > 0.5,
            "y": random.integers(0, 2, rows),
        }
    )
    answers = np.where(random.random(rows) < 0.7 + 0.2 * (frame["sex"] == "f"), frame["y"], 1 - frame["y"])
    data = Dataset(frame, target="y", sensitive=["sex", "region", "band", "member"])
    return data, Model(lambda _: answers, classes=[0, 1]), frame, answers


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("by", [["sex"], ["region"], ["band"], ["member"], ["sex", "region"]], ids=" × ".join)
def test_rates_by_group(answered, rate, by):
    data, model, frame, answers = answered
    theirs = metrics.MetricFrame(
        metrics=getattr(metrics, rate),
        y_true=frame["y"],
        y_pred=answers,
        sensitive_features=frame[by].astype(str),
    )
    ours = getattr(measures, rate)(model, data, by=by)
    wanted = {tuple(map(str, np.atleast_1d(group))): value for group, value in theirs.by_group.dropna().items()}
    found = {tuple(map(str, np.atleast_1d(group))): each.value for group, each in ours.items()}
    assert found == pytest.approx(wanted)
    assert ours.overall.value == pytest.approx(theirs.overall)
    assert ours.difference().value == pytest.approx(theirs.difference())
    assert ours.ratio().value == pytest.approx(theirs.ratio())


def test_parity_and_odds(answered):
    data, model, frame, answers = answered
    given = {"y_true": frame["y"], "y_pred": answers, "sensitive_features": frame["sex"]}
    selected = measures.selection_rate(model, data, by="sex")
    assert selected.ratio().value == pytest.approx(metrics.demographic_parity_ratio(**given))
    assert selected.difference().value == pytest.approx(metrics.demographic_parity_difference(**given))
    odds = [getattr(measures, rate)(model, data, by="sex").difference().value for rate in RATES[1:3]]
    assert max(odds) == pytest.approx(metrics.equalized_odds_difference(**given))


def test_the_columns_of_one_data_set_are_grouped_once_and_others_anew(answered):
    data, model, _, _ = answered
    first = measures.selection_rate(model, data, by="sex")
    half = data.subset(np.arange(1_000))
    again = measures.selection_rate(Model(lambda X: np.ones(len(X), dtype=int), classes=[0, 1]), half, by="sex")
    assert sum(each.n for each in first.values()) == 3_000
    assert sum(each.n for each in again.values()) == 1_000
    assert {each.value for each in again.values()} == {1.0}
    assert first.difference().value == measures.selection_rate(model, data, by=["sex"]).difference().value
