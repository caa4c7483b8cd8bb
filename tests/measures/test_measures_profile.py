"""Profiles: columns of every type, parts that add up to the whole, parquet in batches, and memory."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.measures.column_profile import profile_column
from pytest_iso23053.measures.profile import profile, profile_parquet
from pytest_iso23053.stats.summaries.categories import Categories

pytestmark = pytest.mark.filterwarnings("error")


def rows(n=500, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "float": np.where(random.random(n) < 0.1, np.nan, random.normal(size=n)),
            "int": random.integers(0, 9, n),
            "nullable": pd.array(np.where(random.random(n) < 0.1, None, random.integers(0, 5, n)), dtype="Int64"),
            "bool": random.random(n) < 0.3,
            "boolean": pd.array(np.where(random.random(n) < 0.1, None, random.random(n) < 0.3), dtype="boolean"),
            "text": random.choice(["a", "b", "ç"], n),
            "category": pd.Categorical(random.choice(["u", "v", None], n)),
            "numbered": pd.Categorical(random.choice([10, 20], n)),
            "moment": pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 90, n), unit="D"),
            "zoned": (pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 9, n), unit="D")).tz_localize(
                "CET"
            ),
            "duration": pd.to_timedelta(random.integers(0, 90, n), unit="min"),
            "constant": 7,
            "gone": np.full(n, np.nan),
            "y": random.integers(0, 2, n),
        }
    )
    frame["mixed"] = pd.Series([1, "x", None, True, Decimal("2.5"), [1, 2], (3,)] * n, dtype=object)[:n]
    return frame


def test_columns_of_every_type():
    scanned = profile(Dataset(rows(), target="y"))
    assert {name: column.kind for name, column in scanned.columns.items() if name != "mixed"} == {
        "float": "number",
        "int": "number",
        "nullable": "number",
        "bool": "truth value",
        "boolean": "truth value",
        "text": "text",
        "category": "text",
        "numbered": "number",
        "moment": "moment",
        "zoned": "moment",
        "duration": "duration",
        "constant": "number",
        "gone": "",
    }
    frame = rows()
    for name, column in scanned.columns.items():
        assert column.rows == 500
        assert column.missing == frame[name].isna().sum(), name
        assert sum(column.kinds.values()) == column.known
    assert scanned.target.distinct == 2
    assert scanned.columns["text"].categories.counts == frame["text"].value_counts().to_dict()
    assert scanned.columns["moment"].moments.minimum == frame["moment"].min().timestamp()
    assert set(scanned.columns["mixed"].kinds) == {"number", "text", "truth value", "object"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([Decimal("1.5"), None], "number"),
        ([True, None, False], "truth value"),
        (["a", None], "text"),
        ([pd.Timestamp("2026-01-01").date(), None], "moment"),
        ([10**400, 1], "object"),
        ([None, None], ""),
        ([b"x"], "object"),
        ([1 + 2j], "object"),
    ],
)
def test_objects_of_one_kind_are_of_that_kind(cells, kind):
    column = profile_column(pd.Series(cells, dtype=object))
    assert column.kind == kind
    assert column.missing == sum(cell is None for cell in cells)


def test_a_profile_is_made_once_and_is_the_sum_of_its_parts():
    frame = rows()
    data = Dataset(frame, target="y")
    assert profile(data) is profile(data)
    assert profile(profile(data)) is profile(data)
    parts = [
        Dataset(frame.iloc[start : start + 130].reset_index(drop=True), target="y") for start in range(0, 500, 130)
    ]
    whole, summed = profile(data), profile(parts[3]) + profile(parts[1]) + profile(parts[0]) + profile(parts[2])
    assert summed.rows == 500
    for name, column in whole.columns.items():
        other = summed.columns[name]
        assert (column.rows, column.missing, column.kinds) == (other.rows, other.missing, other.kinds), name
        assert (column.categories or Categories()) == (other.categories or Categories())
        if column.distribution is not None:
            assert column.distribution.level == other.distribution.level
            assert np.array_equal(column.distribution.keys, other.distribution.keys)
            assert np.array_equal(column.distribution.counts, other.distribution.counts)


def test_profiles_of_other_columns_do_not_add_up():
    with pytest.raises(ValueError, match="differ in 'x1'"):
        profile([[1]]) + profile([[1, 2]])


def test_parquet_in_batches_is_the_frame(tmp_path):
    pytest.importorskip("pyarrow")
    frame = rows().drop(columns=["mixed", "numbered"])
    path = tmp_path / "production.parquet"
    frame.to_parquet(path)
    (tmp_path / "parts").mkdir()
    frame[:200].to_parquet(tmp_path / "parts" / "a.parquet")
    frame[200:].to_parquet(tmp_path / "parts" / "b.parquet")
    train = Dataset(frame, target="y", name="train")
    for source in (path, tmp_path / "parts"):
        streamed = profile_parquet(source, target="y", name="production", role="production", batch_rows=64)
        assert streamed.rows == 500
        measured = measures.feature_drift(train, streamed)
        assert (measured.value, measured.n) == (0.0, 500)
        assert measured.subjects == ("train", "production")
        assert measures.schema_changes(train, streamed).value == 0
        assert measures.label_drift(train, streamed).value == 0
        assert measures.missing_rate_change(train, streamed).value == 0
    assert set(profile_parquet(path, drop=["text"]).columns) == set(frame.columns) - {"text"}


def test_parquet_that_cannot_be_read(tmp_path):
    pytest.importorskip("pyarrow")
    with pytest.raises(SubjectError, match="there is no parquet file"):
        profile_parquet(tmp_path)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 but no more")
    with pytest.raises(SubjectError, match="cannot be read"):
        profile_parquet(broken)
    path = tmp_path / "x.parquet"
    pd.DataFrame({"age": [1]}).to_parquet(path)
    with pytest.raises(SubjectError, match="did you mean 'age'"):
        profile_parquet(path, target="agee")
    pd.DataFrame({"age": []}).to_parquet(path)
    with pytest.raises(SubjectError, match="no rows"):
        profile_parquet(path)


def test_a_pass_needs_less_than_a_third_of_the_data_beside_them():
    random = np.random.default_rng(0)
    data = Dataset(pd.DataFrame(random.normal(size=(100_000, 40)), columns=[f"x{k}" for k in range(40)]))
    size = int(data.frame.memory_usage(deep=True).sum())
    data.X  # noqa: B018 - the view is made and kept
    profile(Dataset(data.frame[:100]))  # what is imported once is no part of a pass
    tracemalloc.start()
    try:
        profile(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 0.3 * size


PASS = """
import sys, tracemalloc
import pyarrow
from pytest_iso23053.measures.profile import profile_parquet
small, *paths = sys.argv[1:]
profile_parquet(small)  # what is imported once is no part of a pass
for path in paths:
    tracemalloc.start()
    profile_parquet(path, batch_rows=20_000)
    print(tracemalloc.get_traced_memory()[1] + pyarrow.default_memory_pool().max_memory())  # unseen by tracemalloc
    tracemalloc.stop()
"""


@pytest.mark.parametrize("group", [20_000, 800_000])
def test_streaming_needs_the_same_memory_for_four_times_the_rows(tmp_path, group):
    pytest.importorskip("pyarrow")
    random, paths = np.random.default_rng(0), []
    for rows in (100, 200_000, 800_000):
        paths.append(tmp_path / f"{rows}.parquet")
        frame = pd.DataFrame(random.normal(size=(rows, 3)), columns=list("abc"))
        frame.to_parquet(paths[-1], row_group_size=group)
    # In another process, as Arrow's high-water mark is that of all it has ever done
    ended = subprocess.run([sys.executable, "-c", PASS, *paths], check=True, capture_output=True, text=True)
    first, second = map(int, ended.stdout.split())
    assert second <= 1.1 * first
