"""Schema, ranges, unseen and missing values of one data set against another: planted faults, and random splits."""

from __future__ import annotations

import contextlib

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.registry import get
from pytest_iso23053.settings.limits import parse_limit

pytestmark = pytest.mark.filterwarnings("error")

COMPARISONS = (
    "schema_changes",
    "out_of_range_rate",
    "unseen_value_rate",
    "missing_rate_change",
    "unit_changes",
    "swapped_columns",
    "feature_drift",
    "correlation_drift",
    "label_drift",
)


def rows(n, seed=0):
    random = np.random.default_rng(seed)
    age = random.integers(18, 90, n)
    return pd.DataFrame(
        {
            "age": age,
            "income": np.exp(random.normal(8, 0.5, n)).round(2),
            "height": random.normal(1.7, 0.1, n),
            "years": age - 18 + random.normal(0, 4, n),
            "job": random.choice([f"job {k}" for k in range(12)], n, p=np.arange(1, 13) / 78),
            "town": random.choice([f"town {k}" for k in range(400)], n),
            "zero_inflated": np.where(random.random(n) < 0.9, 0, random.pareto(1.0, n) * 100).round(),
            "sparse": np.where(random.random(n) < 0.2, np.nan, random.normal(size=n)),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, n), unit="D"),
            "y": random.integers(0, 2, n),
        }
    )


def split(n, seed=0, sizes=(0.7,)):
    frame = rows(n, seed)
    cut = int(sizes[0] * n)
    return (
        Dataset(frame[:cut], target="y", name="train", role="train"),
        Dataset(frame[cut:], target="y", name="test", role="test"),
    )


def changed(data, **columns):
    frame = data.frame
    for name, change in columns.items():
        frame[name] = change(frame[name].copy())
    return Dataset(frame, target="y", name="test", role="test")


def verdict(name, reference, current):
    measured = getattr(measures, name)(reference, current)
    return measured.judge(*parse_limit(get(name).limit)).verdict, measured


def first(share, value):
    """The same value in the first rows of a column."""

    def change(column):
        column = column.astype(object) if isinstance(value, str) else column
        column.iloc[: int(share * len(column))] = value
        return column

    return change


@pytest.mark.parametrize("n", [60, 430, 3_000])
def test_random_splits_do_not_alarm(n):
    alarms = []
    for seed in range(8):
        pair = split(n, seed)
        for name in COMPARISONS:
            try:
                found, measured = verdict(name, *pair)
            except NotMeasurableError:
                continue
            if found == "not met":
                alarms.append((name, seed, measured))
    assert not alarms


@pytest.mark.parametrize(
    ("name", "column", "fault"),
    [
        ("out_of_range_rate", "age", first(0.02, -999)),
        ("out_of_range_rate", "income", lambda column: column.where(np.arange(len(column)) % 20 > 0, column * 1000)),
        ("unseen_value_rate", "job", first(0.02, "astronaut")),
        ("unseen_value_rate", "town", first(0.05, "Atlantis")),
        ("unseen_value_rate", "age", lambda column: column.where(np.arange(len(column)) % 20 > 0, 41.5)),
        ("missing_rate_change", "age", first(0.05, np.nan)),
        ("missing_rate_change", "sparse", lambda column: column.fillna(0)),
        ("unit_changes", "height", lambda column: column * 100),
        ("unit_changes", "income", lambda column: column / 1000),
        ("unit_changes", "age", lambda column: column * 12),
        ("feature_drift", "height", lambda column: column + 0.04),
        ("feature_drift", "job", first(0.15, "job 0")),
        ("correlation_drift", "years", lambda column: column.sample(frac=1, random_state=0).to_numpy()),
        ("label_drift", "y", first(0.3, 1)),
        ("schema_changes", "age", lambda column: column.astype(str)),
        ("schema_changes", "job", first(1.0, "job 11")),
        ("schema_changes", "height", first(1.0, 1.7)),
    ],
)
def test_planted_faults_are_found(name, column, fault):
    train, test = split(3_000)
    assert verdict(name, train, test)[0] != "not met"
    found, measured = verdict(name, train, changed(test, **{column: fault}))
    assert found == "not met", measured
    assert column == "y" or column in repr(measured.params)


def test_missing_extra_and_swapped_columns():
    train, test = split(2_000)
    frame = test.frame
    lacking = Dataset(frame.drop(columns=["age"]).assign(row=range(len(frame))), target="y", name="test")
    measured = measures.schema_changes(train, lacking)
    assert (measured.value, measured.exact) == (2, True)
    assert measured.params == {"missing": ["age"], "extra": ["row"]}
    assert (measured.subjects, measured.roles) == (("train", "test"), ("train", "test"))
    swapped = Dataset(frame.assign(age=frame["income"], income=frame["age"]), target="y", name="test")
    measured = measures.swapped_columns(train, swapped)
    assert measured.params["swapped"] == ["age and income"]
    assert measured.value == 2


def test_a_new_maximum_is_no_fault_and_many_are():
    train = Dataset([[x] for x in range(1_000)])
    assert measures.out_of_range_rate(train, [[x] for x in range(300)] + [[5_000]]).value == 0
    measured = measures.out_of_range_rate(train, [[x] for x in range(300)] + [[5_000]] * 12)
    assert measured.value == pytest.approx(12 / 312)
    assert measured.params["rows"] == {"x0": 12}


def test_identifiers_and_free_text_are_no_unseen_values():
    ids = pd.DataFrame({"id": [f"id {k}" for k in range(900)]})
    assert measures.unseen_value_rate(ids[:600], ids[600:]).value == 0
    assert measures.feature_drift(ids[:600], ids[600:]).value == 0


def test_a_million_rows_do_not_make_a_trifle_an_alarm():
    random = np.random.default_rng(0)
    before, after = (
        pd.DataFrame(random.normal(size=(1_000_000, 1))),
        pd.DataFrame(random.normal(0.005, 1, (1_000_000, 1))),
    )
    before, after = Dataset(before, name="train"), Dataset(after, name="production")
    for name in ("feature_drift", "out_of_range_rate", "unseen_value_rate", "unit_changes", "schema_changes"):
        assert verdict(name, before, after)[0] == "met", name
    moved = Dataset(after.frame + 0.3, name="production")
    assert verdict("feature_drift", before, moved)[0] == "not met"


def test_moments_move_on():
    train, test = split(2_000)
    later = changed(test, since=lambda column: column + pd.Timedelta(days=2_000))
    for name in COMPARISONS:
        assert verdict(name, train, later)[0] != "not met", name


def test_kinds_that_read_alike_are_no_change():
    before = pd.DataFrame({"a": [True, False, True], "b": [1, 2, 3], "c": ["x", "y", None], "d": [None, None, None]})
    after = pd.DataFrame(
        {"a": [1, 0, 1], "b": [1.0, np.nan, 3.0], "c": pd.Categorical(["x", "y", "x"]), "d": [1, 2, 3]}
    )
    assert measures.schema_changes(before, after).value == 0
    assert measures.schema_changes(after, before).value == 0


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_rows_and_odd_columns_give_a_result_or_a_clear_error(name, n):
    frame = rows(40).assign(
        constant=1,
        gone=np.nan,
        boolean=pd.array([True, None] * 20, dtype="boolean"),
        category=pd.Categorical(["a", "b"] * 20),
        infinite=[np.inf, -np.inf, 1.0, 2.0] * 10,
        mixed=pd.Series([1, "x", None, [3]] * 10, dtype=object),
        duration=pd.to_timedelta([k * 7 % 40 for k in range(40)], unit="s"),
    )
    train = Dataset(frame, target="y", name="train")
    few = Dataset(frame[:n], target="y", name="test")
    for pair in ((train, few), (few, train), (few, few)):
        with contextlib.suppress(NotMeasurableError):
            assert verdict(name, *pair)[0] != "not met"


def test_nothing_in_common_and_no_rows():
    for name in set(COMPARISONS) - {"schema_changes", "label_drift"}:
        with pytest.raises(NotMeasurableError, match="no feature in common"):
            getattr(measures, name)(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [1.0]}))
        with pytest.raises(NotMeasurableError, match="no rows"):
            getattr(measures, name)(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"a": np.empty(0)}))
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.label_drift([[1]], [[2]])


def test_polars_frames_are_taken():
    polars = pytest.importorskip("polars")
    frame = rows(200).drop(columns="since")
    other = polars.from_pandas(frame)
    assert measures.schema_changes(frame, other).value == 0
    assert measures.feature_drift(frame, other).value == 0
