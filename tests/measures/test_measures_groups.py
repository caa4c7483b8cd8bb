"""Rates and scores by group, against counts by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pytest_iso23053 import Dataset, Measurement, Model, measures
from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.assurance.policy import Requirement
from pytest_iso23053.stats.intervals import clopper_pearson, mover_difference, ratio_of_proportions

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def people():
    random = np.random.default_rng(21)
    n = 900
    frame = pd.DataFrame(
        {
            "score": random.random(n),
            "sex": random.choice(["f", "m"], n),
            "region": random.choice(["north", "south", "west"], n, p=[0.6, 0.3, 0.1]),
        }
    )
    frame["granted"] = (random.random(n) < 0.2 + 0.5 * frame["score"]).astype(int)
    return frame


@pytest.fixture(scope="module")
def data(people):
    return Dataset(people, target="granted", sensitive=["sex", "region"], name="test", role="test")


@pytest.fixture(scope="module")
def model():
    return Model(lambda frame: frame["score"] + np.where(frame["sex"] == "m", 0.1, 0).clip(0, 1) > 0.55, name="credit")


def counted(people, by, rate):
    """Successes and rows of each group, counted with a plain loop."""
    chosen = people["score"] + np.where(people["sex"] == "m", 0.1, 0) > 0.55
    positive = people["granted"] == 1
    hits, of = {
        "accuracy": (chosen == positive, positive | True),
        "selection_rate": (chosen, positive | True),
        "true_positive_rate": (chosen, positive),
        "false_positive_rate": (chosen, ~positive),
        "false_negative_rate": (~chosen, positive),
        "precision": (positive, chosen),
    }[rate]
    counts = {}
    for group, rows in people.groupby(by).groups.items():
        counts[group] = (int((hits & of).loc[rows].sum()), int(of.loc[rows].sum()))
    return counts


RATES = [
    "accuracy",
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
]


@pytest.mark.parametrize("by", ["sex", "region", ["sex", "region"]], ids=str)
@pytest.mark.parametrize("rate", RATES)
def test_rates_of_groups_are_the_counted_ones(people, data, model, rate, by):
    expected = counted(people, by, rate)
    groups = getattr(measures, rate)(model, data, by=by)
    assert list(groups) == sorted(expected)
    assert len(groups) == len(expected)
    for group, (hits, rows) in expected.items():
        measured = groups[group]
        assert (measured.value, measured.n) == (pytest.approx(hits / rows), rows)
        assert (measured.low, measured.high) == pytest.approx(clopper_pearson(hits, rows))
        assert measured.params["by"] == ([by] if isinstance(by, str) else by)
    shares = [hits / rows for hits, rows in expected.values()]
    assert groups.difference().value == pytest.approx(max(shares) - min(shares))
    assert groups.ratio().value == pytest.approx(min(shares) / max(shares))
    worst = groups.worst()
    assert worst.value == pytest.approx((max if rate.startswith("false") else min)(shares))
    everyone = [sum(column) for column in zip(*expected.values(), strict=True)]
    assert groups.overall.value == pytest.approx(everyone[0] / everyone[1])


def test_two_groups_have_the_pairs_own_intervals(people, data, model):
    (k1, n1), (k2, n2) = counted(people, "sex", "selection_rate").values()
    groups = measures.selection_rate(model, data, by="sex", confidence=0.9)
    difference, ratio = groups.difference(), groups.ratio()
    first, second = (clopper_pearson(k, n, 0.9) for k, n in ((k2, n2), (k1, n1)))
    low, high = mover_difference(k2 / n2, first, k1 / n1, second)
    assert (difference.low, difference.high) == pytest.approx((max(low, 0), high))  # the larger minus the smaller
    low, high = ratio_of_proportions(k1, n1, k2, n2, 0.9)
    assert (ratio.low, ratio.high) == pytest.approx((low, min(high, 1)))  # and the smaller over the larger
    assert (ratio.confidence, ratio.n) == (0.9, len(people))


def test_names_directions_and_evidence(data, model):
    groups = measures.selection_rate(model, data, by="sex")
    with context.activate(context.Context()) as surroundings:
        assert groups.ratio() >= 0.2
        assert groups.difference() <= 0.9
        assert groups["f"] >= 0.1
    ratio, difference, group = surroundings.records
    assert (ratio["measure"], ratio["params"], ratio["subjects"]) == (
        "selection_rate.ratio",
        {"by": ["sex"]},
        ["credit", "test"],
    )
    assert (difference["measure"], difference["origin"]) == ("selection_rate.difference", "shipped")
    assert (group["measure"], group["params"]) == ("selection_rate", {"by": ["sex"], "group": "f"})
    assert [each.direction for each in (groups.ratio(), groups.difference(), groups.worst())] == [
        "higher",
        "lower",
        "higher",
    ]
    assert groups.worst().params["group"] == "f"
    assert "by" not in groups.overall.params


def test_a_requirement_on_a_summary_is_found(data, model):
    requirement = Requirement(
        "selection_rate.ratio(sex)", "selection_rate", ">=", 0.3, summary="ratio", by=("sex",), id="REQ-12"
    )
    with context.activate(context.Context(requirements=(requirement,))):
        assert measures.selection_rate(model, data, by="sex").ratio().meets_requirement()
        with pytest.raises(LookupError, match=r'"selection_rate.ratio\(region\)"'):
            measures.selection_rate(model, data, by="region").ratio().meets_requirement()


def test_other_quantities_by_group(people, data):
    model = Model(lambda frame: frame["score"], classes=[0, 1])
    groups = measures.roc_auc(model, data, by="region")
    for region, rows in people.groupby("region"):
        assert groups[region].value == pytest.approx(roc_auc_score(rows["granted"], rows["score"]))
    values = [each.value for each in groups.values()]
    assert groups.difference().value == pytest.approx(max(values) - min(values))
    assert groups.worst().value == min(values)
    assert groups.worst().low < groups[groups.worst().params["group"]].low  # it was picked
    assert groups.ratio().value == pytest.approx(min(values) / max(values))


def test_errors_by_group_take_the_largest_for_the_worst():
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"x": random.normal(size=300), "site": random.choice(["a", "b"], 300)})
    noise = random.normal(size=300) * np.where(frame["site"] == "b", 3, 1)
    data = Dataset(frame.assign(y=frame["x"] + noise), target="y")
    groups = measures.mean_absolute_error(Model(lambda rows: rows["x"], task="regression"), data, by="site")
    assert groups.worst().params["group"] == "b"
    assert groups.worst().value == groups["b"].value
    assert groups.difference() > 0.5
    assert groups.ratio() < 0.8


@pytest.mark.parametrize("dtype", ["category", "string", "object"])
def test_groups_of_every_type_with_missing_ones_and_unused_categories(dtype):
    sex = pd.Series(["f", "m", None, "f", "m", "m"], dtype=object).astype(dtype)
    if dtype == "category":
        sex = sex.cat.add_categories(["x"])
    data = Dataset(pd.DataFrame({"x": range(6), "sex": sex}), sensitive=["sex"])
    groups = measures.selection_rate(Model(lambda frame: frame["x"] > 2, classes=[False, True]), data, by="sex")
    assert list(groups) == ["f", "m", "missing"]
    assert {group: measured.n for group, measured in groups.items()} == {"f": 2, "m": 3, "missing": 1}


def test_groups_of_numbers_truth_values_and_moments():
    frame = pd.DataFrame(
        {
            "x": range(4),
            "smoker": [True, False, True, False],
            "children": [0, 2, 10, 2],
            "day": pd.to_datetime(["2026-01-02", "2026-01-01", "2026-01-02", "2026-01-01"]),
        }
    )
    data = Dataset(frame, sensitive=["smoker", "children", "day"])
    model = Model(lambda rows: rows["x"] > 1, classes=[False, True])
    assert list(measures.selection_rate(model, data, by="smoker")) == [False, True]
    assert list(measures.selection_rate(model, data, by="children")) == [0, 2, 10]
    assert len(measures.selection_rate(model, data, by="day")) == 2
    assert list(measures.selection_rate(model, data, by=["smoker", "children"])) == [(False, 2), (True, 0), (True, 10)]


def test_a_group_without_positives_leaves_the_difference_open():
    frame = pd.DataFrame({"x": [0, 1] * 200, "sex": ["f"] * 200 + ["m"] * 200, "y": [0, 1] * 100 + [0] * 200})
    data = Dataset(frame, target="y", sensitive=["sex"])
    groups = measures.true_positive_rate(Model(lambda rows: rows["x"] > 0, classes=[0, 1]), data, by="sex")
    assert math.isnan(groups["m"].value)
    assert groups["m"].n == 0
    assert (groups.difference() <= 0.1).verdict == "inconclusive"
    assert (groups.worst() >= 0.5).verdict == "inconclusive"


def test_a_single_group_differs_from_nobody():
    data = Dataset(pd.DataFrame({"x": range(50), "sex": ["f"] * 50}), sensitive=["sex"])
    groups = measures.selection_rate(Model(lambda rows: rows["x"] > 9, classes=[False, True]), data, by="sex")
    assert (groups.ratio() >= 0.8).verdict == "inconclusive"
    assert (groups.difference() <= 0.1).verdict == "inconclusive"


def test_what_makes_no_groups_is_refused(data, model):
    with pytest.raises(ValueError, match=r"makes 900 groups .* bands"):
        measures.selection_rate(model, data, by="score")
    with pytest.raises(ValueError, match="names no column"):
        measures.selection_rate(model, data, by=[])
    with pytest.raises(SubjectError, match=r"'sexx'.*did you mean 'sex'"):
        measures.selection_rate(model, data, by="sexx")


def test_a_sensitive_column_outside_of_the_features():
    frame = pd.DataFrame({"x": range(40), "sex": ["f", "m"] * 20})
    data = Dataset(frame, drop=["sex"], sensitive=["sex"])
    model = Model(lambda rows: rows.sum(axis=1) > 19, classes=[False, True])
    assert measures.selection_rate(model, data, by="sex").overall.value == 0.5


def test_equal_groups_are_rarely_called_unequal():
    """The null: five groups of one population break «<= 0.1» or «>= 0.8» hardly ever."""
    random, broken = np.random.default_rng(6), 0
    for _ in range(150):
        frame = pd.DataFrame({"x": random.random(500), "group": random.integers(0, 5, 500)})
        groups = measures.selection_rate(
            Model(lambda rows: rows["x"] > 0.5, classes=[False, True]), Dataset(frame, sensitive=["group"]), by="group"
        )
        broken += (groups.difference() <= 0).verdict == "not met"
    assert broken <= 15


def test_the_mapping_is_read_as_one(data, model):
    groups = measures.selection_rate(model, data, by="sex")
    assert all(isinstance(measured, Measurement) for measured in groups.values())
    assert repr(groups).startswith("f: selection_rate(sex) = 0.")
    with pytest.raises(KeyError):
        groups["x"]
