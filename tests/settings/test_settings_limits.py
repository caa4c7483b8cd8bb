from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.settings.limits import parse_limit, parse_requirement_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">= 0.75", (">=", 0.75)),
        ("<=0.10", ("<=", 0.10)),
        (" >  -3 ", (">", -3.0)),
        ("< 1e-5", ("<", 1e-5)),
        (">= .5", (">=", 0.5)),
    ],
)
def test_a_limit_is_an_operator_and_a_number(text, expected):
    assert parse_limit(text) == expected


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("0.75", 'write ">= 0.75" or "<= 0.75"'),
        ("=> 0.75", 'did you mean ">= 0.75"'),
        ("≥ 0.75", 'did you mean ">= 0.75"'),
        ("== 0.75", 'write ">= 0.75" or "<= 0.75"'),
        ("~ 0.75", "one of >=, <=, >, <"),
        (">= nan", "finite number"),
        ("<= inf", "finite number"),
        (">= 1e999", "too large"),
        (">= 75 %", "for 75 %"),
        ("at least a half", "one of >=, <=, >, <"),
        (">= 1_000", "for example"),
        (">= ٣", "for example"),
        ("", "for example"),
    ],
)
def test_anything_else_is_refused_with_the_fix(text, fix):
    with pytest.raises(ValueError, match=re.escape(fix)):
        parse_limit(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accuracy", ("accuracy", None, ())),
        ("selection_rate.ratio(sex)", ("selection_rate", "ratio", ("sex",))),
        (
            "selection_rate.worst( sex , age group )",
            ("selection_rate", "worst", ("sex", "age group")),
        ),
        ("recall.difference(race)", ("recall", "difference", ("race",))),
    ],
)
def test_a_key_is_a_measure_or_a_summary_over_groups(text, expected):
    assert parse_requirement_key(text) == expected


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("selection_rate.rati(sex)", 'did you mean "ratio"'),
        ("selection_rate.ratio", '"selection_rate.ratio(sex)"'),
        ("selection_rate.ratio(sex,)", '"selection_rate.ratio(sex)"'),
        ("selection_rate(sex)", '"selection_rate.worst(sex)"'),
        ("selection_rate()", '"selection_rate.worst(sex)"'),
        ("the accuracy", "is not the name of a measure"),
        ("", "is not the name of a measure"),
    ],
)
def test_other_keys_are_refused_with_the_fix(text, fix):
    with pytest.raises(ValueError, match=re.escape(fix)):
        parse_requirement_key(text)


@settings(deadline=None)
@given(st.text())
def test_no_text_raises_anything_but_a_value_error(text):
    for parse in (parse_limit, parse_requirement_key):
        with suppress(ValueError):
            parse(text)
