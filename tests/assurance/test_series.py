"""A series in a record: small, plain, never judged."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import call, judged, run_of
from test_merging import report_of, shards
from test_merging_refused import session

from pytest_iso23053 import Measurement
from pytest_iso23053.assurance import series
from pytest_iso23053.assurance.measurement import record
from pytest_iso23053.assurance.merging import merge
from pytest_iso23053.assurance.redaction import Redactor, redact_record
from pytest_iso23053.assurance.report import TestRecord

CURVE = {"kind": "curve", "of": "share turned", "over": "queries", "rows": [[0, 0.0, 0.0, 0.1], [400, 0.5, 0.4, 0.6]]}
BARS = {"kind": "groups", "of": "recall", "over": "sex", "rows": [["f", 50, 0.4, 0.3, 0.5], ["m", 3, None, None, None]]}
TWO = {
    "kind": "histogram",
    "of": "age",
    "samples": ["train", "test"],
    "rows": [[None, 20, 3, 4], [20, 30.0, 10, 2]],
    "besides": [["missing", 0, 7]],
    "more": 0,
}


def test_a_measurement_without_a_series_has_none_in_its_record():
    assert "series" not in record(Measurement("accuracy", 0.5))


@pytest.mark.parametrize("given", [CURVE, BARS, TWO], ids=lambda given: given["kind"])
def test_a_record_carries_the_series_as_plain_values(given):
    held = record(Measurement("m", 0.5, series=given))["series"]
    assert held == {key: value for key, value in given.items() if key != "more"} | {"version": 1}
    assert json.loads(json.dumps(held, allow_nan=False)) == held


def test_a_measurement_with_a_series_is_judged_as_without():
    bare = Measurement("m", 0.5, low=0.4, high=0.6, n=100)
    drawn = replace(bare, series=BARS)
    for limit in (0.3, 0.5, 0.7):
        assert (drawn >= limit).verdict == (bare >= limit).verdict
    assert {**record(drawn), "series": None} == {**record(bare), "series": None}
    assert pickle.loads(pickle.dumps(drawn)).series == drawn.series


def test_numbers_that_json_does_not_have_are_not_known_and_digits_are_few():
    rows = [[math.nan, np.float64(1 / 3), math.inf, "0.5"], [np.int64(7), True, None, 1e300]]
    found = series.plain({**CURVE, "rows": rows})
    assert found["rows"] == [[None, 0.333333333333, None, None], [7, None, None, 1e300]]


def test_what_is_too_much_is_left_out_and_counted():
    rows = [[f"group {number} " + "x" * 500, number, 0.5, 0.4, 0.6] for number in range(200)]
    found = series.plain({**BARS, "rows": rows, "more": 5})
    assert (len(found["rows"]), found["more"]) == (series.MOST_ROWS, 165)
    assert all(len(row[0]) == series.MOST_TEXT and row[0].endswith("…") for row in found["rows"])
    besides = [["missing", 1, 2]] * 50
    found = series.plain({**TWO, "samples": ["a", "b", "c"], "besides": besides})
    assert found["samples"] == ["a", "b"]
    assert len(found["besides"]) == series.MOST_BESIDES


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ([1, 2], TypeError, "not list"),
        ({"rows": []}, ValueError, "kind = 'None' is not known"),
        ({"kind": "pie", "rows": []}, ValueError, "reliability, groups"),
        ({"kind": "histogram", "rows": []}, ValueError, "names its samples"),
        ({"kind": "curve", "rows": [[1, 2]]}, ValueError, "2 cells, and 4"),
        ({**TWO, "besides": [["missing", 1]]}, ValueError, "2 cells, and 3"),
    ],
)
def test_what_is_no_series_is_refused_where_it_is_made(given, error, said):
    with pytest.raises(error, match=said):
        Measurement("m", 0.5, series=given)


cells = st.none() | st.floats() | st.integers() | st.text() | st.booleans()


@given(st.lists(st.lists(cells, min_size=5, max_size=5), max_size=60), st.text(), st.integers(0, 10))
def test_whatever_is_in_it_a_series_stays_small_and_is_settled_at_once(rows, of, more):
    found = series.plain({"kind": "groups", "of": of, "rows": rows, "more": more})
    assert series.plain(found) == found
    assert len(found["rows"]) + found.get("more", 0) == len(rows) + more
    text = json.dumps(found, allow_nan=False, ensure_ascii=False)
    assert len(text) < 12_000


def test_redaction_reaches_the_names_in_it():
    held = {**judged(), "series": series.plain({**BARS, "rows": [["hunter2-hunter2", 50, 0.1, 0.0, 0.2]]})}
    found = redact_record(TestRecord("t", "passed", measurements=(held,)), Redactor(secrets={"hunter2-hunter2": "PW"}))
    assert "hunter2" not in json.dumps(found.measurements)
    assert found.measurements[0]["series"]["rows"][0][1:] == [50, 0.1, 0.0, 0.2]


def test_jobs_that_draw_otherwise_and_measure_alike_do_not_contradict_each_other():
    def one(rows):
        held = {**judged(), "series": series.plain({**TWO, "rows": rows})}
        return report_of(session("a", body=run_of(call(measurements=(held,)))))

    merged = merge(shards(one([[0, 1, 3, 4]]), one([[0, 1, 4, 3]])))
    assert [(test.outcome, len(test.measurements)) for test in merged.tests] == [("passed", 1)]
