"""Digests: the same in every process and for every way pandas can hold the same values, and different otherwise."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.subjects.digests import digest_of_file, digest_of_files, digest_of_frame

BASE = pd.DataFrame(
    {
        "n": [1, 2, 3],
        "x": [0.5, np.nan, 2.0],
        "s": ["a", "b", None],
        "b": [True, False, True],
        "t": pd.to_datetime(["2026-01-01", "2026-01-02", None]),
    }
)
# Computed once and kept: a change of pandas or of this code that changes digests must be seen.
KEPT = "797be848136ccc5e52a3657195ebea1ac544a62bac502531705caa50cbe2e57f"


def test_it_is_the_one_that_older_reports_show():
    assert digest_of_frame(BASE) == KEPT


def test_it_is_the_same_in_another_process():
    code = (
        "import numpy as np, pandas as pd\n"
        "from pytest_iso23053.subjects.digests import digest_of_frame\n"
        "frame = pd.DataFrame({'n': [1, 2, 3], 'x': [0.5, np.nan, 2.0], 's': ['a', 'b', None],"
        " 'b': [True, False, True], 't': pd.to_datetime(['2026-01-01', '2026-01-02', None])})\n"
        "print(digest_of_frame(frame))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == KEPT


@pytest.mark.parametrize(
    "same",
    [
        BASE.set_axis([5, 6, 7]),
        BASE.astype({"s": object}),
        BASE.astype({"s": "string"}),
        BASE.astype({"s": "category"}),
        BASE.astype({"n": "Int64", "b": "boolean"}),
        BASE.astype({"n": "int8"}),
        BASE.astype({"x": "Float64"}),
        BASE.assign(t=BASE["t"].astype("datetime64[s]")),
        BASE.assign(s=["a", "b", np.nan]),
    ],
    ids=["index", "object", "string", "category", "nullable", "narrow", "Float64", "seconds", "nan"],
)
def test_how_values_are_held_changes_nothing(same):
    assert digest_of_frame(same) == KEPT


@pytest.mark.parametrize(
    "other",
    [
        BASE.iloc[::-1],
        BASE[["x", "n", "s", "b", "t"]],
        BASE.rename(columns={"n": "m"}),
        BASE.iloc[:2],
        BASE.assign(n=[1, 2, 4]),
        BASE.assign(n=["1", "2", "3"]),
        BASE.assign(n=[1.0, 2.0, 3.0]),
        BASE.assign(x=[0.5, 0.0, 2.0]),
        BASE.assign(s=["a", "b", ""]),
        BASE.assign(s=["ab", "", None]),
        BASE.assign(b=[1, 0, 1]),
        BASE.assign(t=BASE["t"].dt.tz_localize("UTC")),
        BASE.assign(t=BASE["t"].shift()),
    ],
)
def test_what_is_different_has_another_digest(other):
    assert digest_of_frame(other) != KEPT


def test_values_that_compare_equal_but_are_not():
    one, true = pd.DataFrame({"o": [1, "a"]}, dtype=object), pd.DataFrame({"o": [True, "a"]}, dtype=object)
    assert digest_of_frame(one) != digest_of_frame(true)
    named, numbered = pd.DataFrame({"0": [1]}), pd.DataFrame({0: [1]})
    assert digest_of_frame(named) != digest_of_frame(numbered)


def test_unusual_columns_have_a_digest():
    frame = pd.DataFrame(
        {
            "old": np.array(["1066-10-14", "NaT"], dtype="datetime64[s]"),
            "span": pd.to_timedelta(["1 day", None]),
            "list": [[1, 2], None],
            "complex": [1j, 2],
            "unsigned": np.array([1, 2**63], dtype="u8"),
            "period": pd.period_range("2026-01", periods=2, freq="M"),
            "text": pd.Series(["\ud800", "ü"], dtype=object),
        }
    )
    assert digest_of_frame(frame) == digest_of_frame(frame.copy())


def test_files_are_hashed_as_sha256sum_does(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_bytes(b"a\n1\n")
    two.write_bytes(b"a\n2\n")
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two))
    assert digest_of_file(one) == first
    assert digest_of_files([one]) == first
    listed = f"{first}  one.csv\n{second}  two.csv\n"
    assert digest_of_files([one, two]) == hashlib.sha256(listed.encode()).hexdigest()


def test_a_changed_file_is_hashed_again(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"a\n1\n")
    before = digest_of_file(path)
    path.write_bytes(b"a\n10\n")
    assert digest_of_file(path) != before
