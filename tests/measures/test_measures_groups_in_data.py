"""Agreement, representation, base rates, proxies and splits: quiet where nothing is wrong, and naming what is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.probes import out_of_fold

pytestmark = pytest.mark.filterwarnings("error")


def people(n, seed, **columns):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 80, n),
            "sex": random.choice(["f", "m", None], n, p=[0.4, 0.5, 0.1]),
            "region": random.choice(list("abcdef"), n),
            "hired": random.integers(0, 2, n),
        }
    )
    return frame.assign(**columns)


def dataset(frame, **more):
    return Dataset(frame, **{"target": "hired", "sensitive": ["sex", "region"], **more})


def test_samples_of_the_same_people():
    alarms = 0
    for seed in range(40):
        before, after = dataset(people(600, seed)), dataset(people(900, 100 + seed))
        alarms += measures.representation_ratio(before, after).high < 0.8
        alarms += measures.base_rate_shift(before, after).low > 0.05
    assert alarms <= 2


def test_a_group_that_is_missing_from_training():
    before, whole = dataset(people(1000, 1)), people(1000, 2)
    fewer = dataset(whole[(whole["region"] != "c") | (whole["age"] > 60)].reset_index(drop=True))
    measured = measures.representation_ratio(before, fewer)
    assert measured.high < 0.8
    assert (measured.params["column"], measured.params["group"]) == ("region", "c")
    none = measures.representation_ratio(before, dataset(whole[whole["region"] != "c"].reset_index(drop=True)))
    assert (none.value, none.low) == (0, 0)
    assert none.high < 0.8


def test_labels_changed_in_one_group():
    before, frame = dataset(people(2000, 1)), people(2000, 2)
    random = np.random.default_rng(3)
    frame.loc[(frame["sex"] == "f") & (random.random(2000) < 0.4), "hired"] = 0
    measured = measures.base_rate_shift(before, dataset(frame))
    assert measured.low > 0.05
    assert measured.params["group"] == "f"
    assert measures.base_rate_ratio(dataset(frame)).params == {"column": "sex", "group": "f"}


def test_base_rates_are_counted():
    frame = pd.DataFrame({"x": 0, "sex": ["f"] * 100 + ["m"] * 100, "hired": [1] * 30 + [0] * 70 + [1] * 60 + [0] * 40})
    measured = measures.base_rate_ratio(dataset(frame, sensitive=["sex"]))
    assert measured.value == 0.5
    assert measured.low < 0.5 < measured.high


def test_proxies_against_the_null_and_scikit_learn():
    frame = people(400, 1, sex=np.random.default_rng(9).choice(["f", "m"], 400))
    measured = measures.proxy_auc(dataset(frame, drop=["sex"]), column="sex", seed=1)
    assert measured.low < 0.5 < measured.high
    random = np.random.default_rng(2)
    known = dataset(frame.assign(height=170 + 10 * (frame["sex"] == "m") + random.normal(0, 8, 400)), drop=["sex"])
    found = measures.proxy_auc(known, column="sex", seed=1)
    probe = out_of_fold(known, seed=1, target="sex")
    assert found.value == pytest.approx(roc_auc_score(probe.codes, probe.probabilities[:, 1]))
    assert found.low > 0.6
    assert not measures.hidden_attribute(known, column="sex", seed=1).low > 0.9


def test_an_attribute_under_another_name():
    frame = people(400, 1)
    frame["title"] = frame["sex"].map({"f": "Ms", "m": "Mr"})
    measured = measures.hidden_attribute(dataset(frame, drop=["sex"]), seed=1)
    assert measured.low > 0.9
    assert measured.params["column"] == "title"
    with pytest.raises(NotMeasurableError, match="left out"):
        measures.hidden_attribute(dataset(frame), seed=1)


@pytest.mark.parametrize("seed", range(3))
def test_a_club_says_who_somebody_is_in_most_rows(seed):
    random = np.random.default_rng(seed)
    frame = people(600, seed)
    club = (frame["sex"] == "f").to_numpy() ^ (random.random(600) < 0.04)
    found = measures.hidden_attribute(dataset(frame.assign(club=club), drop=["sex"]), seed=1)
    assert (found <= 0.7).verdict == "not met"
    assert found.params["column"] == "club"
    # with a second club beside it the column is not alone
    with_company = frame.assign(club=club, other=(frame["sex"] == "f").to_numpy() ^ (random.random(600) < 0.04))
    both = measures.hidden_attribute(dataset(with_company, drop=["sex"]), seed=1)
    assert (both <= 0.7).verdict != "not met"
    assert set(both.params["columns"]) == {"club", "other"}


def test_one_feature_alone_has_no_company():
    frame = pd.DataFrame({"title": ["Ms", "Mr", "Mr"] * 40, "sex": ["f", "m", "m"] * 40})
    found = measures.hidden_attribute(Dataset(frame, sensitive=["sex"], drop=["sex"]), seed=1)
    assert (found.value, found.params["column"]) == (1, "title")


def test_annotators():
    random = np.random.default_rng(1)
    truth = random.integers(0, 3, 300)
    votes = {name: np.where(random.random(300) < 0.03, 2 - truth, truth) for name in "abc"}
    frame = pd.DataFrame(votes).astype(object)
    frame.loc[:20, "c"] = None
    good = measures.annotator_agreement(frame, annotators=list("abc"), seed=1)
    assert good.low > 0.8
    assert measures.annotator_agreement(frame, annotators=list("abc"), level="interval", seed=1).value > 0.8
    noise = frame.assign(c=random.integers(0, 3, 300))
    assert measures.annotator_agreement(noise, annotators=list("abc"), seed=1).high < 0.8
    with pytest.raises(ValueError, match="at least two"):
        measures.annotator_agreement(frame, annotators="a")
    with pytest.raises(ValueError, match="ordinal"):
        measures.annotator_agreement(frame, annotators=["a", "b"], level="ordinal")
    with pytest.raises(NotMeasurableError):
        measures.annotator_agreement(frame.assign(a=1, b=1), annotators=["a", "b"])


def test_entities():
    frame = people(200, 1, patient=[f"p{place // 2}" for place in range(200)])
    halves = [frame.iloc[:100].reset_index(drop=True), frame.iloc[99:].reset_index(drop=True)]
    assert measures.shared_entity_rate(*(dataset(half, id="patient") for half in halves)).value == 1 / 101
    apart = [frame.iloc[:100], frame.iloc[100:].reset_index(drop=True)]
    assert measures.shared_entity_rate(*(dataset(half, id="patient") for half in apart)).value == 0
    counted = [dataset(half.assign(row=range(len(half))), id="row") for half in halves]
    with pytest.raises(NotMeasurableError, match="numbers the rows"):
        measures.shared_entity_rate(*counted)
    with pytest.raises(NotMeasurableError, match="no id column"):
        measures.shared_entity_rate(*(dataset(half) for half in halves))


@pytest.mark.parametrize("kind", ["moments", "zoned", "text", "numbers"])
def test_time(kind):
    days = pd.date_range("2026-01-01", periods=200)
    when = {"moments": days, "zoned": days.tz_localize("UTC"), "text": days.strftime("%Y-%m-%d"), "numbers": range(200)}
    frame = people(200, 1, day=when[kind])
    in_order = [frame.iloc[:150], frame.iloc[150:].reset_index(drop=True)]
    assert measures.time_travel_rate(*(dataset(part, time="day") for part in in_order)).value == 0
    mixed = [frame.iloc[::2].reset_index(drop=True), frame.iloc[1::2].reset_index(drop=True)]
    assert measures.time_travel_rate(*(dataset(part, time="day") for part in mixed)).value == 0.99
    with pytest.raises(NotMeasurableError, match="no moments"):
        measures.time_travel_rate(*[dataset(people(5, 1, day="soon"), time="day")] * 2)
    with pytest.raises(NotMeasurableError, match="no time column"):
        measures.time_travel_rate(*[dataset(people(5, 1))] * 2)


def test_identifiers():
    random = np.random.default_rng(1)
    honest = people(
        300, 1, income=random.integers(1, 10**8, 300), weight=random.random(300), note=[f"a {k}" for k in range(300)]
    )
    assert measures.identifier_features(dataset(honest)).value == 0
    named = honest.assign(
        serial=random.permutation(np.arange(9000, 9300)),
        customer_id=random.choice(10**9, 300, replace=False),
        code=[f"{place:x}-{place}" for place in range(300)],
    )
    found = measures.identifier_features(dataset(named))
    assert found.params["columns"] == ["serial", "customer_id", "code"]
    with pytest.raises(NotMeasurableError, match="100 rows"):
        measures.identifier_features(dataset(honest.head(50)))


@pytest.mark.parametrize("seed", range(3))
def test_numbers_that_were_dealt_are_identifiers(seed):
    rng = np.random.default_rng(seed)
    dealt = people(1000, seed, application=100_000 + rng.permutation(900_000)[:1000])
    assert measures.identifier_features(dataset(dealt)).params["columns"] == ["application"]
    rounded = {"income": (30_000 * rng.lognormal(0, 0.6, 1000)), "grams": rng.normal(3_400_000, 500_000, 1000)}
    measured = people(1000, seed, **{name: values.astype(int) for name, values in rounded.items()})
    assert measures.identifier_features(dataset(measured)).value == 0
    few = people(200, seed, application=rng.permutation(900_000)[:200])
    assert measures.identifier_features(dataset(few)).value == 0  # of so few nobody can say that they are even


@pytest.mark.parametrize(
    "name", ["representation_ratio", "base_rate_shift", "base_rate_ratio", "proxy_auc", "hidden_attribute"]
)
def test_without_groups_nothing_is_measured(name):
    data = dataset(people(100, 1), sensitive=[])
    with pytest.raises(NotMeasurableError):
        getattr(measures, name)(*[data] * (2 if name in {"representation_ratio", "base_rate_shift"} else 1))


def test_a_quantity_is_no_group():
    data = dataset(people(200, 1).assign(sex=np.linspace(0, 1, 200)), sensitive=["sex"])
    for call in (lambda: measures.representation_ratio(data, data), lambda: measures.proxy_auc(data, seed=1)):
        with pytest.raises(NotMeasurableError):
            call()
