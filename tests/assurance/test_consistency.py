"""Evidence that contradicts itself meets no gate, while a run is judged and when its report is judged again."""

from __future__ import annotations

import pytest
from judging import NODE, call, entry, inputs, judged, record, requirement, rule, setup, teardown

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.consistency import contradictions

HELD = {"operator": ">=", "limit": 0.75, "low": 0.8, "high": 0.9}


def found(measurement, *, decide="bound", requirements=(), **more):
    return list(contradictions([record(measurements=(judged() | measurement,), **more)], decide, requirements))


@pytest.mark.parametrize(
    "measurement",
    [HELD, HELD | {"operator": "<=", "limit": 0.95}, HELD | {"operator": ">"}],
)
def test_what_follows_from_its_numbers_is_no_contradiction(measurement):
    assert found(measurement | {"limit_basis": "stated"}) == []


@pytest.mark.parametrize(
    "measurement", [{"low": 0.7}, {"low": None}, {"limit": None}, {"operator": "<=", "limit": 0.85}, {"operator": "~"}]
)
def test_a_bound_that_does_not_keep_the_limit_is_not_met(measurement):
    (said,) = found(HELD | measurement | {"limit_basis": "stated"})
    assert said == f"tests[{NODE}] says that accuracy is met, and the bound of its interval is not"
    assert found(HELD | measurement | {"limit_basis": "stated"}, decide="point") == []


def test_a_limit_of_a_requirement_must_be_configured():
    of_requirement = HELD | {"limit_basis": "requirement"}
    assert found(of_requirement, requirements=[requirement()]) == []
    for other in (requirement(limit=">= 0.9"), requirement(limit="> 0.75"), requirement(key="f1")):
        (said,) = found(of_requirement, requirements=[other])
        assert said == f"tests[{NODE}] judges accuracy by a requirement >= 0.75 that nobody configured"


@pytest.mark.parametrize(
    ("measurement", "more"),
    [({"judgement": "not met"}, {}), (HELD, {"outcome": "failed"}), (HELD, {"unasserted": True})],
)
def test_what_cannot_support_does_not(measurement, more):
    (said,) = found(measurement | {"limit_basis": "stated"}, supports=True, **more)
    assert "says that it supports" in said


def test_a_gate_is_incomplete_where_a_runs_evidence_contradicts_itself():
    forged = judged() | HELD | {"low": 0.1, "limit_basis": "stated"}
    events = [setup(), call(measurements=(forged,)), teardown()]
    given = inputs({NODE: (entry(NODE, "7.4/performance"), events)}, gate=(rule("7.4/performance"),))
    report = build_report(given)
    assert report.gate.status == "incomplete"
    assert report.gate.reasons[0].startswith("evidence that contradicts itself: tests[")
