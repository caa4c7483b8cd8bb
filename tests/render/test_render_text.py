from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.render.text import abridge, ascii_only, columns, shorten, visible, visible_lines, wrap

any_text = st.text(st.characters(codec=None), max_size=80)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("tests/a.py::test_b[1]", "tests/a.py::test_b[1]"),
        ("«5 % – ≥ ✓» äöü 漢字 👩‍🔬", "«5 % – ≥ ✓» äöü 漢字 👩‍🔬"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("nul\x00 bell\x07 del\x7f", r"nul\x00 bell\x07 del\x7f"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("zero\u200bwidth \ufeff", r"zero\u200bwidth \ufeff"),
        ("lone \ud800 and \udfff", r"lone \ud800 and \udfff"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("not a character \uffff \U0001fffe", r"not a character \uffff \U0001fffe"),
        ("one\r\ntwo\u2028three\x85four\tfive", "one two three four five"),
        (None, "None"),
        (3, "3"),
    ],
)
def test_what_acts_on_a_display_is_shown_as_an_escape(raw, shown):
    assert visible(raw) == shown


@given(any_text)
def test_visible_text_can_be_encoded_and_is_one_line(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown
    assert "\x1b" not in shown


def test_lines_are_kept_apart_where_they_are_asked_for():
    assert visible_lines("one\n\x1b[1mtwo\r\nthree\n") == ["one", r"\x1b[1mtwo", "three"]


@given(any_text)
def test_ascii_text_is_ascii_but_for_spaces_that_hold_together(text):
    assert ascii_only(visible(text)).replace("\u00a0", " ").isascii()


def test_our_own_typography_has_a_spelling_in_ascii():
    assert ascii_only("«a» – b… ≥ 5 → c · d") == '"a" - b... >= 5 -> c - d'


@pytest.mark.parametrize(("text", "expected"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("✓", 1)])
def test_columns(text, expected):
    assert columns(text) == expected


@given(any_text.map(visible), st.integers(1, 60))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text, width):
    lines = wrap(text, width)
    assert all(columns(line) <= max(width, 2) for line in lines)  # a wide character needs two columns
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_word_is_broken_only_where_it_is_wider_than_the_line():
    assert wrap("aa bbbbbb c", 4) == ["aa", "bbbb", "bb c"]
    assert wrap("", 4) == [""]


@given(any_text.map(visible), st.integers(1, 40))
def test_shortened_text_fits(text, width):
    assert columns(shorten(text, width)) <= width or columns(text) <= width


def test_the_end_of_a_node_id_survives_shortening():
    assert shorten("tests/unit/test_model.py::test_accuracy", 24) == "tests/u…y::test_accuracy"


def test_abridged_texts_that_differ_in_the_middle_stay_apart():
    one, two = ("a" * 200 + middle + "b" * 200 for middle in "xy")
    assert abridge(one, 60) != abridge(two, 60)
    assert "401 characters, sha256" in abridge(one, 60)
    assert abridge("short", 60) == "short"
    assert abridge("\ud800" * 100, 10)
