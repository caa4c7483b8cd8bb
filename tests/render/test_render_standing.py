"""What a gate that passed rests on, from the report alone."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_iso23053.assurance.report import (
    AspectVerdict,
    BoundaryVerdict,
    ClauseVerdict,
    GateDecision,
    PhaseVerdict,
    Report,
    Summary,
    TestRecord,
)
from pytest_iso23053.render.standing import behind

JUDGED = {"measure": "accuracy", "origin": "shipped", "judgement": "met", "operator": ">=", "limit": 0.75, "low": 0.8,
          "confidence": 0.95, "unit": "share", "subjects": ["credit", "test"]}  # fmt: skip


def report(*tests: TestRecord, gate: str = "passed", asked: tuple[str, ...] = ("7.4",), **run: Any) -> Report:
    aspects = tuple(
        AspectVerdict(name, name, required=True, verdict="demonstrated", tests=tuple(test.nodeid for test in tests))
        for name in ("performance", "robustness", "fairness")
    )
    clause = ClauseVerdict("7.4", "vv", "V&V", "demonstrated", aspects)
    boundary = BoundaryVerdict("7.2", "7.3", "demonstrated", tests=tuple(test.nodeid for test in tests))
    rules = [{"target": target, "level": "demonstrated"} for target in asked]
    return Report(
        system={},
        catalogue={},
        run={"policy": {"gate": rules, "configured_gate": []}} | run,
        subjects={"models": [{"name": "credit", "sha256": None}], "datasets": [{"name": "test", "sha256": None}]},
        summary=Summary(100.0, 0.0, None, {}, {}, {}),
        phases=(PhaseVerdict("model", "Model", "demonstrated", (clause,)),),
        boundaries=(boundary,),
        tests=tests,
        gate=GateDecision(gate),
    )


def a_test(nodeid: str = "t", *measurements: dict[str, Any], **more: Any) -> TestRecord:
    return TestRecord(nodeid, "passed", ("7.4/performance",), supports=True, measurements=measurements, **more)


def said(*tests: TestRecord, **more: Any) -> str:
    return "\n".join(behind(report(*tests, **more))).replace("\xa0", " ")


def test_measured_evidence_of_several_tests_needs_no_more_than_a_line():
    assert said(a_test("a", JUDGED), a_test("b", JUDGED)) == (
        "Behind this gate: 2 tests with 2 judgements on measurements, 0 of the tests ready-made."
    )


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (a_test(), "asserted only, with nothing measured: 7.4/performance, 7.4/robustness, 7.4/fairness"),
        (a_test("t", JUDGED | {"origin": "recorded"}), "Numbers that tests brought themselves"),
        (a_test("t", JUDGED | {"subjects": ["model", "data"]}), "Judged on no configured model or data set"),
        (a_test("t", JUDGED | {"limit": 0.0}), "Limits that no value could break: accuracy >= 0.0 in t"),
        (a_test("t", JUDGED | {"limit": 1, "operator": "<="}), "Limits that no value could break"),
        (a_test("t", JUDGED | {"confidence": 0.5}), "Judged with intervals of less than 90% confidence"),
        (a_test("t", JUDGED, flaky=True), "Passed only after a rerun: 7.4/performance"),
        (a_test("t", JUDGED), "One test stands for 3 things, 7.4/performance, 7.4/robustness, 7.4/fairness: t"),
    ],
)
def test_what_is_weak_is_said(test, words):
    assert words in said(test)
    assert "Behind this gate" not in said(test, gate="failed")


def test_measures_of_other_aspects():
    gathered = {"measure_aspects": {"accuracy": "7.2/quality"}, "cautions": ["fixture x is overridden in y"]}
    words = "Judged by measures of other aspects alone"
    assert words in said(a_test("t", JUDGED), gathered=gathered)
    assert words not in said(a_test("t", JUDGED, ready_made=True), gathered=gathered)
    assert words not in said(a_test("t", JUDGED), asked=("7.2>7.3",), gathered=gathered)
    assert "Fixture x is overridden in y." in said(a_test("t", JUDGED), gate="failed", gathered=gathered)


def test_a_percentage_asks_for_all_that_is_required():
    assert "1 test with 1 judgement" in said(a_test("t", JUDGED), asked=())


def test_a_report_that_says_nothing_of_its_policy_is_no_error():
    assert behind(report(run={}, gate="off", policy=None, gathered=None, baseline=None)) == ()
