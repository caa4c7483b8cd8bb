"""A test that supports by what it does not hold is told: its judgements are held against their intervals."""

from __future__ import annotations

import json

import pytest
from judging import CATALOGUE, FAIL, PASS, call, inputs, judged, run_of, session_of

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import contradictions, saved

MEASURED = run_of(call(measurements=(judged(low=0.78),)))


def told_of(changes: dict, *, measurement: dict | None = None, body=MEASURED, decide: str = "bound") -> str:
    made = build_report(inputs(session_of(("a", "7.4/performance", body)), run={}, decide=decide))
    data = json.loads(json.dumps(to_json(made)))
    data["tests"][0].update(changes)
    if measurement:
        data["tests"][0]["measurements"][0].update(measurement)
    return "; ".join(contradictions(saved(from_json(data), CATALOGUE)))


def test_a_test_that_a_verdict_names_in_the_place_of_another_is_told():
    made = build_report(inputs(session_of(("a", "7.4/performance", PASS))))
    data = json.loads(json.dumps(to_json(made)))
    clause = next(each for phase in data["phases"] for each in phase["clauses"] if each["id"] == "7.4")
    next(aspect for aspect in clause["aspects"] if aspect["tests"])["tests"] = ["b"]
    (told,) = contradictions(saved(from_json(data), CATALOGUE))
    assert told.endswith("tests[0] says b, and what it holds gives a")


def test_an_honest_report_contradicts_nothing():
    assert told_of({}) == ""
    assert told_of({}, body=FAIL) == ""


@pytest.mark.parametrize("operator", [">=", ">", "<=", "<"])
def test_a_judgement_is_held_against_the_bound_that_decides(operator):
    kept = {"operator": operator, "low": 0.76, "high": 0.8, "limit": 0.75 if operator[0] == ">" else 0.85}
    assert told_of({}, measurement=kept) == ""
    broken = kept | {"limit": 0.85 if operator[0] == ">" else 0.75}
    assert "accuracy is met, and the bound of its interval is not" in told_of({}, measurement=broken)
    assert told_of({}, measurement=broken, decide="point") == ""


@pytest.mark.parametrize("unknown", [{"low": None}, {"limit": None}, {"operator": "~"}])
def test_what_is_not_known_meets_nothing(unknown):
    assert "is met, and the bound" in told_of({}, measurement=unknown)


@pytest.mark.parametrize(
    ("changes", "measurement", "body"),
    [
        ({"supports": True}, None, FAIL),
        ({"unasserted": True}, None, PASS),
        ({}, {"judgement": "not met"}, MEASURED),
    ],
    ids=["failed", "unasserted", "not met"],
)
def test_a_test_that_supports_without_ground_is_told(changes, measurement, body):
    assert "says that it supports" in told_of(changes, measurement=measurement, body=body)
