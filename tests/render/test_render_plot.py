from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import hostile, measurement

from pytest_iso23053.render.plot import interval_plot

numbers = st.none() | st.floats(allow_nan=True, allow_infinity=True)


def drawn(svg, kind, attribute):
    return [float(found.get(attribute)) for found in ET.fromstring(svg) if found.get("class") == kind]


def strokes(svg, kind):
    """Where the pieces of a path lie from left to right: their starts, and the ends of those that are level."""
    (path,) = [found.get("d") for found in ET.fromstring(svg) if found.get("class") == kind]
    return [float(place) for place in re.findall(r"[MH](-?[\d.]+)", path)]


@given(numbers, numbers, numbers, numbers, st.sampled_from([">=", "<=", ">", "<", None, "odd"]))
def test_whatever_the_numbers_the_plot_is_small_and_stays_inside(value, low, high, limit, operator):
    svg = interval_plot(measurement("m", value, low, high, limit=limit, operator=operator))
    assert len(svg) < 5000
    if not svg:
        return
    for found in ET.fromstring(svg):
        for attribute in ("x", "x1", "x2", "cx", "width"):
            assert 0 <= float(found.get(attribute, 0)) <= 200
        assert all(0 <= float(place) <= 200 for place in re.findall(r"[MH](-?[\d.]+)", found.get("d", "")))
    assert not re.search("nan|inf|e[+-]", svg)


def test_value_interval_and_limit_keep_their_order():
    svg = interval_plot(measurement("m", 0.783, 0.741, 0.821, limit=0.75, operator=">="))
    (value,) = drawn(svg, "value", "cx")
    start, end, low, high = strokes(svg, "range")
    (limit,) = strokes(svg, "limit")
    assert start == low < limit < value < high == end


@pytest.mark.parametrize(("operator", "start", "end"), [(">=", 100.0, 200.0), ("<=", 0.0, 100.0), ("odd", None, None)])
def test_the_side_on_which_the_limit_is_kept_is_shaded(operator, start, end):
    svg = interval_plot(measurement("m", 0.5, 0.4, 0.6, limit=0.5, operator=operator))
    if start is None:
        assert not drawn(svg, "kept", "x")
    else:
        (x,), (width,) = drawn(svg, "kept", "x"), drawn(svg, "kept", "width")
        assert (x, x + width) == (start, end)


def test_a_missing_bound_runs_off_the_plot():
    svg = interval_plot(measurement("m", 0.5, None, 0.6))
    start, end, bar = strokes(svg, "range")
    assert start == 0
    assert end == bar


def test_without_a_value_there_is_nothing_to_draw():
    assert interval_plot(measurement("m", None, None, None, limit=0.5, operator=">=")) == ""


def test_foreign_text_never_reaches_a_plot():
    record = hostile(0.5).tests[0].measurements[0]
    assert "pwned" not in interval_plot(record)
