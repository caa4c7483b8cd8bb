from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import measurement

from pytest_iso23053.render.measurement_text import (
    finite,
    interval_text,
    limit_text,
    measure_name,
    number,
    parameters,
    sentence,
    value_text,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.783, "0.783"),
        (0.78349, "0.7835"),
        (0, "0"),
        (-3.5, "−3.5"),
        (1000, "1000"),
        (14000, "14\u202f000"),
        (1234567.891, "1\u202f234\u202f567.9"),
        (0.00012, "0.00012"),
        (1e-7, "1e-07"),
        (1e20, "1e+20"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (True, "–"),
        ("0.5", "–"),
    ],
)
def test_numbers(value, shown):
    assert number(value) == shown


def test_a_number_is_never_rounded_onto_or_past_the_limit_beside_it():
    assert number(0.79996, beside=0.8) == "0.79996"
    assert number(0.80004, beside=0.8) == "0.80004"
    assert number(0.8, beside=0.8) == "0.8"
    assert number(12345.6, beside=12345.64) == "12\u202f345.6"


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_spelled_number_stays_on_its_side(value, limit):
    spelled = float(number(value, beside=limit).replace("\u202f", "").replace("−", "-"))
    assert (spelled > limit, spelled < limit) == (value > limit, value < limit)
    assert math.isclose(spelled, value, rel_tol=1e-3, abs_tol=1e-300)


def test_names_and_parameters():
    record = measurement("selection_rate.ratio", 0.7, 0.6, 0.8, params={"by": ["sex", "age"], "positive": "good"})
    assert measure_name(record) == "selection_rate.ratio(sex, age)"
    assert parameters(record) == "positive = good"
    assert measure_name({"measure": "psi", "params": None}) == "psi"
    assert measure_name({}) == "unnamed measure"
    assert measure_name({"measure": "m", "params": {"by": "sex"}}) == "m(sex)"
    assert parameters({"params": "odd"}) == "odd"


@pytest.mark.parametrize(
    ("low", "high", "confidence", "shown"),
    [
        (0.741, 0.821, 0.95, "95\u00a0% interval 0.741 to 0.821"),
        (0.741, 0.821, None, "interval 0.741 to 0.821"),
        (None, 0.821, 0.95, "95\u00a0% interval unbounded to 0.821"),
        (0.741, None, 0.975, "97.5\u00a0% interval 0.741 to unbounded"),
        (None, None, 0.95, "no interval"),
        (0.0, 0.0, 0.95, "exact"),
    ],
)
def test_intervals(low, high, confidence, shown):
    assert interval_text(measurement("m", 0.783, low, high, confidence=confidence)) == shown


def test_values_and_limits():
    assert value_text(measurement("m", 0.5, None, None, unit="share")) == "0.5\u00a0share"
    assert value_text(measurement("m", None, None, None, unit="share")) == "–"
    assert limit_text(measurement("m", 0.5, None, None, limit=0.75, operator=">=")) == "≥\u00a00.75"
    assert limit_text(measurement("m", 0.5, None, None)) == "no limit"


def test_a_judgement_in_a_sentence():
    record = measurement("accuracy", 0.783, 0.741, 0.821, n=400, limit=0.75, operator=">=", judgement="inconclusive")
    assert sentence(record).replace("\u00a0", " ") == (
        "accuracy 0.783 (95 % interval 0.741 to 0.821, n = 400), limit ≥ 0.75: inconclusive"
    )
    assert sentence({}) == "unnamed measure – (no interval), no limit: observed"


def test_finite_takes_numbers_only():
    assert finite(3) == 3.0
    assert finite(False) is None
