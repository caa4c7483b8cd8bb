"""Nothing but exact built-ins leaves the process, whatever a test recorded."""

from __future__ import annotations

import enum
import itertools
import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType

import execnet.gateway_base
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.assurance.jsonable import MAX_ARRAY, jsonable


class Colour(enum.Enum):
    RED = "red"


class Shade(str, enum.Enum):  # noqa: UP042 - the older spelling is out there
    DARK = "dark"


class Level(enum.IntEnum):
    HIGH = 3


class Hostile:
    def __repr__(self):
        raise RuntimeError("no")

    def __getattr__(self, name):
        raise ValueError(name)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.0, np.nan]), [1.0, None]),
        (np.array(2.5), 2.5),
        (pd.Series([1, 2]), [1, 2]),
        (pd.Timestamp("2026-11-01"), "2026-11-01T00:00:00"),
        (pd.NaT, None),
        (pd.NA, None),
        (np.datetime64("2026-11-01"), "2026-11-01"),
        (np.datetime64("NaT"), None),
        (math.nan, None),
        (-math.inf, None),
        (datetime(2026, 11, 1, tzinfo=UTC), "2026-11-01T00:00:00+00:00"),
        (date(2026, 11, 1), "2026-11-01"),
        (time(12, 30), "12:30:00"),
        (Decimal("0.25"), 0.25),
        (Fraction(1, 4), 0.25),
        (Colour.RED, "red"),
        (Shade.DARK, "dark"),
        (Level.HIGH, 3),
        ({1: "a", None: "b", Colour.RED: "c"}, {"1": "a", "None": "b", "red": "c"}),
        (MappingProxyType({"a": (1, 2)}), {"a": [1, 2]}),
        ({"b", "a"}, ["a", "b"]),
        (PurePosixPath("a/b"), "a/b"),
        ("bad \udc80 name", "bad \\udc80 name"),
        (10**20, 10**20),
        (-(2**31), -(2**31)),
        (-(2**31) - 1, float(-(2**31) - 1)),
        (-(2**60) - 1, "-1152921504606846977"),
        (10**5000, "integer of 16610 bits"),
        (Hostile(), "<Hostile: its repr raised RuntimeError>"),
        (1 + 2j, "(1+2j)"),
    ],
    ids=itertools.count(),
)
def test_conversions(value, expected):
    converted = jsonable(value)
    assert converted == expected
    assert type(converted) is type(expected)
    json.dumps(converted, allow_nan=False)
    execnet.gateway_base.dumps(converted)


def test_what_has_no_json_form_is_a_bounded_repr():
    assert jsonable(timedelta(days=1)) == "datetime.timedelta(days=1)"
    assert len(jsonable(bytearray(10_000))) < 1_100
    assert jsonable(pd.DataFrame({"a": [1]})).startswith("   a")


def test_long_arrays_are_cut_with_a_remark_and_lists_are_kept():
    assert jsonable(np.arange(MAX_ARRAY + 5))[-1] == "… 5 more"
    assert jsonable(np.zeros((100, 100))) == "array of shape (100, 100), too long to record: attach a file instead"
    assert jsonable(list(range(5_000))) == list(range(5_000))
    assert jsonable("x" * 5_000) == "x" * 5_000


def test_a_list_that_holds_itself_ends():
    endless: list[object] = []
    endless.append(endless)
    json.dumps(jsonable(endless))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
    | st.complex_numbers()
    | st.floats().map(np.float64)
    | st.integers(-5, 5).map(np.int16)
    | st.text().map(np.str_)
    | st.builds(Hostile)
    | st.builds(object),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


@given(anything)
def test_whatever_is_recorded_can_be_sent_and_written(value):
    converted = jsonable(value)
    json.dumps(converted, allow_nan=False)
    execnet.gateway_base.dumps(converted)
    assert jsonable(converted) == converted
