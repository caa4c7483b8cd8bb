"""Folders of a machine, names of its user, and rows of data in messages."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.assurance.data_rows import without_rows
from pytest_iso23053.assurance.private_text import names_taken_out, places_taken_out

PLACES = {"/home/ann/": "~", "/home/ann/repo": "", "/tmp": "<tmp>", "/": "x", "C:\\Users\\ann": "~"}
TEXT = places_taken_out(PLACES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/ann/repo/tests/test_a.py:3: AssertionError", "tests/test_a.py:3: AssertionError"),
        ("in /home/ann/repo", "in ."),
        ("in '/home/ann/repo'.", "in '.'."),
        ("/home/ann/data.csv, /home/ann", "~/data.csv, ~"),
        ("file:///home/ann/data.csv", "file://~/data.csv"),
        ("/home/anna/data.csv", "…/data.csv"),
        ("'/tmp/x/y'", "'<tmp>/x/y'"),
        ("(/usr/lib/python3/site-packages/pandas/io.py:12)", "(…/io.py:12)"),
        ("/root", "/root"),
        ("/root/x", "…/x"),
        ("file:///etc/passwd", "file://…/passwd"),
        ("C:\\Users\\ann\\data.csv", "~/data.csv"),
        ("'C:\\\\Users\\\\ann\\\\data.csv'", "'~/data.csv'"),
        ("D:\\work\\x.csv and \\\\host\\share\\y.csv", "…/x.csv and …/y.csv"),
    ],
)
def test_absolute_paths_become_relative(text, expected):
    assert TEXT(text) == expected
    assert TEXT(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "POST /invocations and /v2/models/x/infer",
        "and/or",
        "tests/usr/x.py",
        "https://x.example/home/x",
        "1/2",
        "s3://b/x",
    ],
)
def test_what_is_no_path_of_this_machine_stays(text):
    assert TEXT(text) == text


def test_without_places_a_path_still_goes():
    assert places_taken_out({})("/home/x/y.csv") == "…/y.csv"


def test_names_of_users_as_words():
    text = names_taken_out(("ann", "runner", "bo", ""), ())
    assert text("Ann's file, anna, ann@x, ann_1, runner, bo") == "<user>'s file, anna, <user>@x, ann_1, runner, bo"
    assert names_taken_out(("ann",), {"ann"})("ann") == "ann"
    assert names_taken_out((), ())("ann") == "ann"


FRAME = pd.DataFrame({"age": [41, 57, 23], "name": ["Annabel", "Bertram", "Cedric"], "income": [5123.5, 6234.0, 7.0]})
NUMBERS = FRAME[["age", "income"]]
PRINTED = {
    "frame": str(FRAME),
    "explained": f"assert False\n +  where False = {str(FRAME)!r}.empty".replace("'", ""),
    "series": str(FRAME["name"]),
    "frame-in-assert": "assert False\n +  where False = <bound method NDFrame.equals of " + str(FRAME),
    "row": str(FRAME.iloc[1]),
    "records": str(FRAME.to_dict("records")),
    "record": repr(FRAME.iloc[1].to_dict()),
    "lists": str(FRAME.values.tolist()),
    "array": "array(['Annabel', 'Bertram', 'Cedric', 'Dora'], dtype=object), array([5123.5, 6234. , 7. , 8. ])",
    "tuples": str(list(FRAME.itertuples(index=False))),
    "tuple": str(tuple(FRAME["name"]) + tuple(FRAME["name"])),
    "cut": str(FRAME.values.tolist())[:-4],
    "keywords": "Row(age=57, name='Bertram', income=6234.0) and {age=57, name='Bertram', income=6234.0}",
}


@pytest.mark.parametrize("name", PRINTED)
def test_rows_of_data_leave_messages(name):
    found = without_rows(f"the data are wrong: {PRINTED[name]}")
    assert "Bertram" not in found
    assert "6234" not in found
    assert found.startswith("the data are wrong: ")
    assert without_rows(found) == found


def test_names_of_columns_and_keys_stay():
    assert without_rows(f"bad:\n{FRAME}") == "bad:\n   age     name  income\n[3 rows of data]"
    assert without_rows("bad {'age': 57, 'name': 'B', 'income': 1}") == "bad {'age', 'name', 'income': row of data}"
    many = {f"column {number}": number for number in range(20)}
    assert without_rows(str(many)).endswith("'column 7', …: row of data}")
    assert without_rows("[1, 2, 3, 4] (5, 6, 7, 8)") == "[4 values of data] (4 values of data)"


def test_what_was_said_before_the_data_on_their_line_stays():
    assert without_rows("row 3 is wrong:  age  41\nname     Ann\n") == "row 3 is wrong:\n[2 rows of data]\n"
    assert without_rows("age  41\nname     Ann") == "[2 rows of data]"
    assert without_rows("age  41\nname     Ann", 2) == "age  41\nname     Ann"


@pytest.mark.parametrize("examples", [0, 1, 2, 3])
def test_as_many_stay_as_were_asked_for(examples):
    assert sum(name in without_rows(f"bad:\n{FRAME}", examples) for name in FRAME["name"]) == examples
    assert without_rows("[1, 2, 3, 4] [5, 6, 7, 8] [9, 8, 7, 6]", examples).count("values of data") == 3 - examples


@pytest.mark.parametrize(
    "text",
    [
        "assert [1, 2] == [1, 3]",
        "accuracy >= 0.75 is not demonstrated: 0.783 (95 % interval 0.741 to 0.821, n = 400)",
        "f(a, b, c, d, e) takes (at most, three, or four, arguments)",
        "first  line of two\nwith nothing wide in the second",
        "a single  line  of columns",
        "{'a': 1, 'b': 2}",
        "",
    ],
)
def test_ordinary_messages_stay(text):
    assert without_rows(text) == text


def test_a_text_without_end_is_cut():
    found = without_rows("word " * 100_000)
    assert len(found) < 70_000
    assert found.endswith("more characters")


@given(st.text(alphabet="[](){}'\":,=1a \n\t", max_size=200), st.integers(0, 2))
def test_any_text_is_taken(text, examples):
    found = without_rows(text, examples)
    assert isinstance(found, str)


@pytest.mark.parametrize(
    "piece",
    [
        "[", "[(", "{'a':", "{", "}", "1,", "[1,", "'", "a=", "  ", "\t ", "a  b\n", "(1, ", "/", "/home/", "/home/a",
        "C:\\", "\\\\a\\", "//", "~", "ann ", "file://",
    ],
)  # fmt: skip
def test_no_text_takes_more_than_linear_time(piece):
    text = piece * (200_000 // len(piece))
    users = names_taken_out(("ann",))
    started = time.process_time()
    users(TEXT(text))
    without_rows(text)
    assert time.process_time() - started < 2.0  # quadratic: minutes
