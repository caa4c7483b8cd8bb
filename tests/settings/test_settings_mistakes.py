from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.settings.mistakes import (
    Mistake,
    SettingsError,
    did_you_mean,
    key_text,
    shown,
    toml_text,
)


def test_the_error_is_the_whole_message_in_the_order_of_the_file():
    error = SettingsError(
        [
            Mistake("seed", "must be a whole number", 9),
            Mistake("models.credit.task", "is unknown", 3),
            Mistake("models.credit.task", "is unknown", 3),
            Mistake("", "has no table"),
        ],
        Path("pyproject.toml"),
    )
    assert str(error).splitlines() == [
        "pyproject.toml: 3 mistakes in the configuration",
        "  has no table",
        "  line 3: models.credit.task: is unknown",
        "  line 9: seed: must be a whole number",
    ]
    assert len(error.mistakes) == 3


def test_one_mistake_is_not_several():
    assert "1 mistake in" in str(SettingsError([Mistake("a", "b")]))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("models", "credit", "task"), "models.credit.task"),
        (("gate", "7.4"), 'gate."7.4"'),
        (("waivers", 1, "expires"), "waivers[1].expires"),
        (("map", 'tests/"x"\n'), 'map."tests/\\"x\\"\\n"'),
        ((), ""),
    ],
)
def test_key_paths_are_spelled_as_in_toml(path, text):
    assert key_text(path) == text


@settings(deadline=None)
@given(
    st.recursive(
        st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )
)
def test_a_value_is_written_as_toml_reads_it(value):
    assert tomllib.loads(f"key = {toml_text(value)}")["key"] == value
    assert "\n" not in toml_text(value)
    assert len(shown(value)) <= 60


def test_a_long_value_is_shortened():
    assert shown("x" * 100).endswith("x…")


@pytest.mark.parametrize(("word", "expected"), [("tset", "test"), ("TRAIN", "train"), ("zzz", "")])
def test_the_nearest_known_word_is_proposed(word, expected):
    assert did_you_mean(word, ["train", "test"]) == (f'; did you mean "{expected}"?' if expected else "")
