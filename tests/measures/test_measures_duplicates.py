"""Copies within the training set and across the split: found where they are planted, not where chance makes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures.data.coincidence import coincidences, hashed
from pytest_iso23053.measures.data.duplicates import MARGIN as WITHIN
from pytest_iso23053.measures.data.overlap import MARGIN as ACROSS
from pytest_iso23053.measures.rows import row_keys

pytestmark = pytest.mark.filterwarnings("error")


def coarse(n, seed, columns=6, levels=4):
    """Columns that depend on one another, with honest repeats."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, 5, n)
    shares = random.dirichlet(np.full(levels, 0.8), (columns, 5)).cumsum(axis=2)
    return pd.DataFrame(
        {f"c{place}": (random.random((n, 1)) > shares[place, kind]).sum(axis=1) for place in range(columns)}
    )


def mixed(n, seed):
    random = np.random.default_rng(seed)
    return coarse(n, seed).assign(
        amount=random.lognormal(8, 1, n).round(2), age=random.normal(40, 12, n).round(), rate=random.normal(size=n)
    )


REAL = {
    "iris": lambda: datasets.load_iris(as_frame=True).frame,
    "wine": lambda: datasets.load_wine(as_frame=True).frame,
    "breast_cancer": lambda: datasets.load_breast_cancer(as_frame=True).frame,
    "diabetes": lambda: datasets.load_diabetes(as_frame=True).frame,
    "digits": lambda: datasets.load_digits(as_frame=True).frame.iloc[:, 10:40],
    "binned": lambda: (
        datasets.load_breast_cancer(as_frame=True)
        .frame.iloc[:, :10]
        .apply(lambda column: pd.qcut(column, 4, labels=False))
    ),
    "coarse": lambda: coarse(3_000, 1),
    "binary": lambda: coarse(800, 2, columns=9, levels=2),
    "mixed": lambda: mixed(2_000, 3),
}


def alarms(measured, limit):
    return measured.low > limit


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("seed", range(2))
def test_honest_tables_do_not_alarm(name, seed):
    frame = REAL[name]().drop(columns="target", errors="ignore").sample(frac=1, random_state=seed)
    cut = len(frame) * 7 // 10
    train, test = frame[:cut], frame[cut:]
    assert not alarms(measures.unexplained_duplicate_rate(train), WITHIN)
    assert not alarms(measures.near_duplicate_rate(train, seed=seed), WITHIN)
    assert not alarms(measures.unexplained_overlap_rate(train, test), ACROSS)
    assert not alarms(measures.near_overlap_rate(train, test, seed=seed), ACROSS)


@pytest.mark.parametrize("name", ["breast_cancer", "digits", "mixed"])
@pytest.mark.parametrize("share", [0.02, 0.1])
def test_copies_are_found(name, share):
    frame = REAL[name]().sample(frac=1, random_state=0).reset_index(drop=True)
    cut = len(frame) * 7 // 10
    train, test = frame[:cut], frame[cut:].reset_index(drop=True)
    random, copies = np.random.default_rng(1), round(share * len(test))
    copied = train.iloc[:copies]
    numbers = [column for column in copied if copied[column].dtype.kind == "f"]
    jittered = copied.copy()
    jittered[numbers] += random.normal(0, 0.01, (copies, len(numbers))) * train[numbers].std().to_numpy()

    found = measures.unexplained_duplicate_rate(pd.concat([train, train.iloc[: round(share * cut)]]))
    assert alarms(found, WITHIN)
    assert found.params["rows"] == round(share * cut)
    found = measures.unexplained_overlap_rate(train, pd.concat([test[copies:], copied]))
    assert alarms(found, ACROSS)
    assert found.params["rows"] == copies
    found = measures.near_overlap_rate(train, pd.concat([test[copies:], jittered]), seed=2)
    assert alarms(found, ACROSS)
    assert found.params["kind"] == "numbers moved a little"
    moved = train.iloc[: round(share * cut)].copy()
    moved[numbers] += random.normal(0, 0.01, moved[numbers].shape) * train[numbers].std().to_numpy()
    assert alarms(measures.near_duplicate_rate(pd.concat([train, moved]), seed=2), WITHIN)


def test_a_number_given_to_each_row_hides_no_copies():
    train, test = mixed(2_000, 5), mixed(900, 6)
    numbered = train.assign(row=np.arange(2_000))
    leaked = pd.concat([test.assign(row=np.arange(3_000, 3_900)), train.iloc[:20].assign(row=np.arange(5_000, 5_020))])
    assert not alarms(measures.unexplained_overlap_rate(numbered, leaked), ACROSS)
    found = measures.near_overlap_rate(numbered, leaked, seed=0)
    assert alarms(found, ACROSS)
    assert (found.params["kind"], found.params["column"], found.params["rows"]) == ("one column changed", "row", 20)
    within = measures.near_duplicate_rate(
        pd.concat([numbered, train.iloc[:60].assign(row=np.arange(60) + 9_000)]), seed=0
    )
    assert alarms(within, WITHIN)
    assert within.params["column"] == "row"


def test_rows_copied_before_the_split_do_not_excuse_those_across_it():
    frame = mixed(3_000, 7)
    upsampled = pd.concat([frame, frame.iloc[:300]]).sample(frac=1, random_state=0)
    assert alarms(measures.unexplained_overlap_rate(upsampled[:2_300], upsampled[2_300:]), ACROSS)


@pytest.mark.parametrize("seed", range(4))
def test_chance_repeats_are_estimated_without_seeing_them(seed):
    """The estimate comes from rows that differ; the repeats of tables drawn by one law agree with it."""
    for columns, levels in ((4, 10), (6, 4), (9, 2), (8, 3)):
        counted = coincidences(hashed(coarse(2_500, seed, columns, levels)))
        assert counted.expected / 1.5 <= counted.repeats <= 1.5 * counted.expected


def test_uniform_columns_against_the_birthday_problem():
    random = np.random.default_rng(11)
    frame = pd.DataFrame(random.integers(0, 12, (4_000, 4))).add_prefix("x")
    cells = 12**4
    expected = 4_000 - cells * (1 - (1 - 1 / cells) ** 4_000)
    assert coincidences(hashed(frame)).expected == pytest.approx(expected, rel=0.05)


def test_cells_are_equal_in_any_frame_just_where_rows_are():
    before = pd.DataFrame({"a": [1, 2, 3], "b": ["u", None, "v"], "c": pd.Categorical(["x", "y", "x"])})
    after = pd.DataFrame(
        {"a": [2.0, 3.0, np.nan], "b": pd.Series([None, "v", "u"], dtype="string"), "c": ["y", "x", "x"]}
    )
    known, asked = row_keys(before, after)
    sums = [hashed(frame).sum(axis=0, dtype=np.uint64) for frame in (before, after)]
    assert np.array_equal(sums[0][:, None] == sums[1], known[:, None] == asked)
    moments = pd.DataFrame({"t": pd.to_datetime(["2026-01-01", None])})
    zoned = pd.DataFrame({"t": pd.to_datetime(["2026-01-01T01:00", None]).tz_localize("Europe/Berlin")})
    assert np.array_equal(hashed(moments), hashed(zoned))
    odd = pd.DataFrame({"o": [[1], {"a": 1}, True, 2**60, 1.5]})
    assert len(np.unique(hashed(odd))) == 5
    assert hashed(pd.DataFrame({"o": [2**60, 2**60 + 1]}))[0, 0] == hashed(odd)[0, 3]


def test_what_cannot_be_measured_says_so():
    with pytest.raises(ValueError, match="one column alone"):
        measures.unexplained_duplicate_rate([[1], [1]])
    with pytest.raises(ValueError, match="fewer than three columns"):
        measures.near_duplicate_rate([[1, 2], [1, 2]])
    with pytest.raises(ValueError, match="lacks 'b'"):
        measures.unexplained_overlap_rate(pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [], "b": [], "c": []}),
        pd.DataFrame({"a": [1.0], "b": ["x"], "c": [True]}),
        pd.DataFrame({"a": [1.0] * 5, "b": [None] * 5, "c": [pd.NaT] * 5}),
        pd.DataFrame(
            {"a": pd.array([1, None, 3], "Int64"), "b": pd.Categorical(["u", None, "v"]), "c": [np.inf, -np.inf, 0]}
        ),
        pd.DataFrame({"a": [True, False] * 9, "b": pd.to_timedelta(range(18), "s"), "c": [[1]] * 18}),
    ],
)
def test_any_table_gives_a_result(frame):
    found = [
        measures.unexplained_duplicate_rate(frame),
        measures.near_duplicate_rate(frame, seed=0),
        measures.unexplained_overlap_rate(frame, frame.iloc[:1]),
        measures.near_overlap_rate(frame, frame.iloc[:1], seed=0),
    ]
    for measured in found:
        assert np.isnan(measured.value) if not measured.n else measured.low <= measured.value <= measured.high


def test_labels_count_within_and_not_across():
    frame = mixed(600, 8)
    y = np.arange(600) % 2
    doubled = Dataset(pd.concat([frame, frame], ignore_index=True), np.r_[y, 1 - y])
    assert measures.unexplained_duplicate_rate(doubled).params["rows"] == 0
    assert measures.unexplained_duplicate_rate(Dataset(pd.concat([frame, frame]), np.r_[y, y])).value == 0.5
    assert measures.unexplained_overlap_rate(Dataset(frame, y), Dataset(frame, 1 - y)).value == 1
