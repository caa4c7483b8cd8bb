"""Identity of rows, missing values and class balance: exact, for every type of column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures import rows as row_module
from pytest_iso23053.measures.rows import row_keys

pytestmark = pytest.mark.filterwarnings("error")


def frame_of_all_types():
    return pd.DataFrame(
        {
            "int": [1, 1, 2, 1],
            "float": [0.5, 0.5, 0.5, np.nan],
            "text": ["a", "a", "b", None],
            "bool": [True, True, False, True],
            "category": pd.Categorical(["u", "u", "v", None]),
            "moment": pd.to_datetime(["2026-01-01", "2026-01-01", None, None]),
            "object": [(1, 2), (1, 2), None, "x"],
        }
    )


def test_rows_of_every_type():
    frame = frame_of_all_types()
    assert measures.duplicate_rate(frame).value == 0.25
    assert measures.overlap_rate(frame, frame).value == 1
    assert measures.overlap_rate(frame, frame.iloc[[3, 2]].assign(int=[1, 3])).value == 0.5
    measured = measures.duplicate_rate(frame)
    assert measured.exact
    assert measured.n == 4


@pytest.mark.parametrize(
    ("before", "after", "shared"),
    [
        ([1, 2], [1.0, 2.5], 0.5),  # whole numbers become floats by one missing value
        ([1.0, None], [None, 1.0], 1.0),
        ([0.0], [-0.0], 1.0),
        ([True, False], [1, 0], 1.0),
        (["1"], [1], 0.0),
        (["a", None], [np.nan, "a"], 1.0),
        ([2**53, 2**53 + 1], [2**53 + 1, 2**53 + 2], 0.5),  # one float, two numbers
        ([float("inf"), float("-inf")], [float("inf"), 0], 0.5),
        ([[1, 2], [3]], [[3], [4]], 0.5),  # lists cannot be hashed
    ],
)
def test_equal_cells(before, after, shared):
    frames = [pd.DataFrame({"x": pd.Series(values), "y": 0}) for values in (before, after)]
    assert measures.overlap_rate(*frames).value == shared


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "string", "category", "boolean"])
def test_nullable_columns_equal_plain_ones(dtype):
    plain = {"string": ["a", "b", None], "category": ["a", "b", None], "boolean": [True, False, None]}.get(
        dtype, [1, 2, None]
    )
    before = pd.DataFrame({"x": pd.Series(plain, dtype=dtype)})
    after = pd.DataFrame({"x": pd.Series(plain, dtype=object if isinstance(plain[0], (str, bool)) else float)})
    assert measures.overlap_rate(before, after).value == 1
    assert measures.overlap_rate(after, before).value == 1


def test_moments_of_different_units_and_zones():
    naive = pd.to_datetime(["2026-01-01", None])
    frames = [pd.DataFrame({"x": naive.astype(f"datetime64[{unit}]")}) for unit in ("ns", "us", "s")]
    assert measures.overlap_rate(frames[0], frames[1]).value == 1
    assert measures.overlap_rate(frames[0], frames[2]).value == 1
    berlin = pd.DataFrame({"x": pd.to_datetime(["2026-01-01T01:00"]).tz_localize("Europe/Berlin")})
    assert measures.overlap_rate(berlin, pd.DataFrame({"x": naive[:1].tz_localize("UTC")})).value == 1


cells = st.one_of(st.none(), st.integers(-2, 2), st.sampled_from(["a", "b"]), st.sampled_from([0.5, float("nan")]))
tables = st.lists(st.tuples(cells, cells, st.integers(0, 2)), min_size=1, max_size=12)


def plainly(row):
    return tuple("missing" if cell is None or cell != cell else cell for cell in row)


@settings(deadline=None)
@given(tables, tables)
def test_keys_are_equal_just_where_the_rows_are(before, after):
    frames = [pd.DataFrame(table, columns=["x", "y", "z"]) for table in (before, after)]
    for found in (row_keys(*frames), [row_module._numbered(row_module._columns(frames), sum(map(len, frames)))]):
        keys = np.concatenate(found).tolist()
        rows = [plainly(row) for row in (*before, *after)]
        assert len(set(zip(keys, rows, strict=True))) == len(set(keys)) == len(set(rows))


def test_a_collision_does_not_make_two_rows_one(monkeypatch):
    monkeypatch.setattr(row_module, "_mixed", lambda columns, n: np.zeros(n, dtype=np.uint64))
    assert measures.duplicate_rate([[1, 2], [3, 4], [1, 2], [5, 6]]).value == 0.25


def test_rows_without_columns_or_without_rows():
    assert np.isnan(measures.duplicate_rate(pd.DataFrame({"x": []})).value)
    assert np.isnan(measures.overlap_rate([[1]], pd.DataFrame({"x0": []})).value)
    assert measures.overlap_rate(pd.DataFrame({"x0": []}), [[1]]).value == 0
    assert [keys.tolist() for keys in row_keys(pd.DataFrame(index=range(2)), pd.DataFrame(index=range(1)))] == [
        [0, 0],
        [0],
    ]


def test_the_label_counts_where_it_should():
    before = Dataset(pd.DataFrame({"x": [1, 2, 3], "y": [0, 0, 1]}), target="y", name="signed_off")
    flipped = Dataset(pd.DataFrame({"x": [1, 2, 3], "label": [0, 1, 1]}), target="label", name="train")
    assert measures.overlap_rate(before, flipped).value == 1
    assert measures.unsourced_rate(before, flipped).value == pytest.approx(1 / 3)
    doubled = Dataset(pd.DataFrame({"x": [1, 1], "y": [0, 1]}), target="y")
    assert measures.duplicate_rate(doubled).value == 0
    assert measures.conflicting_label_rate(doubled).value == 1


def test_unsourced_rows_are_counted_and_not_only_looked_up():
    before = Dataset(pd.DataFrame({"x": [1, 1, 2], "y": 0}), target="y")
    for copies, share in (([1, 1, 2], 0), ([1], 0), ([1, 1, 1, 2], 0.25), ([2, 2, 2, 2], 0.75), ([7, 8], 1)):
        after = Dataset(pd.DataFrame({"x": copies, "y": 0}), target="y")
        assert measures.unsourced_rate(before, after).value == share
        assert (measures.unsourced_rate(before, after) <= 0).verdict == ("met" if share == 0 else "not met")


def test_rows_with_and_without_labels_cannot_be_compared_whole():
    with pytest.raises(ValueError, match="has no labels, and the other data set has"):
        measures.unsourced_rate(([[1]], [0]), [[1]])
    assert measures.unsourced_rate([[1]], [[1]]).value == 0


def test_a_missing_feature_is_an_error_and_an_additional_one_is_not():
    before, after = pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"a": [1]})
    with pytest.raises(ValueError, match="lacks 'b'"):
        measures.overlap_rate(before, after)
    assert measures.overlap_rate(after, before).value == 1


def test_identifiers_do_not_make_rows_unique():
    data = Dataset(pd.DataFrame({"id": [1, 2, 3], "x": [5, 5, 6]}), id="id")
    assert measures.duplicate_rate(data).value == pytest.approx(1 / 3)


def test_planted_rows_are_found_exactly():
    random = np.random.default_rng(30)
    train = pd.DataFrame(random.normal(size=(4_000, 6))).rename(columns=str)
    train["text"] = random.choice(["a", "b", "c"], 4_000)
    test = pd.DataFrame(random.normal(size=(1_000, 6))).rename(columns=str)
    test["text"] = random.choice(["a", "b", "c"], 1_000)
    assert measures.overlap_rate(train, test).value == 0
    leaked = pd.concat([test.iloc[10:], train.iloc[random.choice(4_000, 10, replace=False)]])
    assert measures.overlap_rate(train, leaked).value == 0.01


def test_conflicting_labels():
    data = ([[1, 0], [1, 0], [1, 0], [2, 0], [2, 0], [3, 0]], ["a", "b", "a", "a", "a", "b"])
    assert measures.conflicting_label_rate(data).value == 0.5
    with pytest.raises(ValueError, match="no labels"):
        measures.conflicting_label_rate([[1]])


def test_missing_values_of_every_kind():
    frame = frame_of_all_types()
    measured = measures.missing_rate(frame)
    assert (measured.value, measured.params["column"], measured.params["columns"]) == (0.5, "moment", 7)
    assert measures.missing_rate(frame, column="text").value == 0.25
    assert measures.missing_rate(frame, column="int").value == 0
    assert np.isnan(measures.missing_rate(pd.DataFrame({"x": []})).value)
    assert np.isnan(measures.missing_rate(pd.DataFrame({"x": []}), column="x").value)


def test_missing_labels_count_only_where_asked():
    data = Dataset(pd.DataFrame({"x": [1, 2], "y": [None, 1]}), target="y")
    assert measures.missing_rate(data).value == 0
    assert measures.missing_rate(data, column="y").value == 0.5


@pytest.mark.parametrize(
    ("labels", "balance"), [(["a", "b", "b", "b"], 0.25), ([1, 1, 1], 0), ([0, 1, 2, 2], 0.25), ([True, False], 0.5)]
)
def test_class_balance(labels, balance):
    assert measures.class_balance(([[x] for x in range(len(labels))], labels)).value == balance


def test_a_class_that_a_part_lacks_is_its_rarest():
    data = Dataset(pd.DataFrame({"x": range(4)}), pd.Series(["a", "a", "b", "b"]))
    assert measures.class_balance(data.subset([0, 1])).value == 0


def test_unsourced_rate_of_a_process_has_the_exact_interval():
    reference = (np.arange(100.0).reshape(-1, 1), np.zeros(100, dtype=int))
    labels = np.r_[np.ones(10, dtype=int), np.zeros(90, dtype=int)]
    measured = measures.unsourced_rate(reference, (reference[0], labels), confidence=0.95)
    expected = stats.binomtest(10, 100).proportion_ci(method="exact")
    assert (measured.value, measured.n) == (0.1, 100)
    assert (measured.low, measured.high) == pytest.approx((expected.low, expected.high))
    clean = measures.unsourced_rate(reference, reference, confidence=0.95)
    assert clean <= 0.05
    assert (clean <= 0).verdict == "inconclusive"  # no number of clean rows shows that none ever passes
