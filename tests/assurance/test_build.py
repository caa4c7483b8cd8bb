"""From a session's events to its report, and everything a run can lack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import (
    EARLIER,
    FAIL,
    NODE,
    PASS,
    at,
    call,
    inputs,
    judged,
    not_applicable,
    requirement,
    rule,
    run_of,
    session_of,
    setup,
    waiver,
)

from pytest_iso23053.assurance.build import build_report, final_exit_status
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.report import Gap, Report


def build(*described, **more) -> Report:
    return build_report(inputs(session_of(*described), **more))


def aspect(report: Report, text: str):
    clause_id, _, aspect_id = text.partition("/")
    clauses = {clause.id: clause for phase in report.phases for clause in phase.clauses}
    return next(each for each in clauses[clause_id].aspects if each.id == aspect_id)


def test_the_whole_way():
    report = build(
        ("a", "7.4/performance", PASS),
        ("b", "7.4/fairness 8.4/fairness", FAIL),
        ("c", "7.2>7.3", PASS),
        ("d", "7.2/quality", []),
        waivers=(waiver("7.4/fairness"),),
        gate=(rule("7.4", "partial"),),
        system={"name": "credit", "tags": ("x", "y")},
        run={"seed": 7, "exit_status": 99},
        subjects={"models": ({"name": "credit"},)},
        gaps=(Gap("7.6/drift", "iso23053/7.6::test_drift", "production data"),),
        notes=("said before", "said before"),
        selection={"paths": ("tests",)},
    )
    assert aspect(report, "7.4/performance").verdict == "demonstrated"
    assert aspect(report, "7.4/fairness").verdict == aspect(report, "8.4/fairness").verdict == "waived"
    assert aspect(report, "7.2/quality").verdict == "incomplete"
    assert report.gate.status == "passed"
    assert report.catalogue == {
        "id": "small", "title": "A small life cycle", "edition": "1", "sha256": "c0ffee", "verified": True
    }  # fmt: skip
    assert report.system == {"name": "credit", "tags": ["x", "y"]}
    assert report.subjects == {"models": [{"name": "credit"}]}
    assert {key: value for key, value in report.run.items() if key not in ("policy", "gathered")} == {
        "seed": 7, "exit_status": 0, "complete": False, "selection": {"paths": ["tests"]}, "decide": "bound",
        "profile": None, "no_waivers": False,
    }  # fmt: skip
    assert [each.nodeid for each in report.tests] == ["a", "b", "c", "d"]
    assert report.waivers[0]["state"] == "used"
    assert report.gaps[0].item == "iso23053/7.6::test_drift"
    assert (
        Gap(
            "7.4",
            "7.4/robustness",
            'a test marked @pytest.mark.clause("7.4/robustness")',
        )
        in report.gaps
    )
    assert Gap("7.3>7.4", "7.3>7.4", 'a test marked @pytest.mark.boundary("7.3", "7.4")') in report.gaps
    assert Gap("8.2", "8.2/threats-covered", "no list of threats is configured") in report.gaps
    assert report.notes == ("said before",)
    assert "pytest --iso23053 --iso23053-seed 7 b" in [each.reproduce for each in report.findings]


class TestWhatARunCanLack:
    """A collection error, no manifest, an interrupted session, a lost worker, a result nobody collected."""

    LACKS = (
        (
            {"collection_errors": ("tests/b.py: ImportError\nlong",)},
            "1 collection error: tests/b.py: ImportError",
        ),
        ({"interrupted": "the session was interrupted"}, "the session was interrupted"),
        ({"lost_workers": ("gw0", "gw1")}, "2 workers lost without a trace: gw0, gw1"),
        ({"entries": None}, "no manifest: no process told which tests it collected"),
        ({"entries": {}}, "a result without a manifest: nobody collected a"),
    )

    @pytest.mark.parametrize(
        ("lack", "said"),
        LACKS,
        ids=[next(iter(lack)) + f" {place}" for place, (lack, _) in enumerate(LACKS)],
    )
    def test_the_gate_is_incomplete_and_the_run_is_not_complete(self, lack, said):
        report = build(("a", "7.3/training", PASS), gate=(rule("7.3"),), **lack)
        assert report.gate.status in ("incomplete", "failed")
        assert any(reason.startswith(said) for reason in report.gate.reasons)
        assert report.run["complete"] is False
        assert build(("a", "7.3/training", PASS), **lack).gate.status == "off"

    def test_without_a_manifest_nothing_can_be_said_to_have_failed(self):
        report = build(("a", "7.3/training", PASS), gate=(rule("7.3"),), entries=None)
        assert (report.gate.status, report.run["exit_status"]) == ("incomplete", 23)

    @pytest.mark.parametrize(
        "lack",
        [lack for lack, _ in LACKS[:3]],
        ids=["collection", "interrupted", "workers"],
    )
    def test_even_where_everything_that_ran_is_demonstrated(self, lack):
        report = build(("a", "7.3/training", PASS), gate=(rule("7.3"),), **lack)
        assert (report.gate.status, report.run["exit_status"]) == ("incomplete", 23)

    def test_a_complete_run(self):
        report = build(("a", "7.3/training", PASS), gate=(rule("7.3"),))
        assert (report.gate.status, report.gate.reasons, report.run["complete"]) == (
            "passed",
            (),
            True,
        )

    def test_a_run_without_a_test_is_not_complete(self):
        report = build(gate=(rule("7.3"),))
        assert (
            report.run["complete"],
            report.gate.status,
            report.run["exit_status"],
        ) == (False, "incomplete", 23)

    def test_a_test_that_was_not_run_makes_it_not_complete(self):
        assert build(("a", "", PASS), ("b", "", [])).run["complete"] is False

    def test_a_result_nobody_collected_is_listed_without_clauses(self):
        report = build_report(inputs({"a": (None, PASS)}))
        assert [(each.nodeid, each.outcome, each.clauses) for each in report.tests] == [("a", "passed", ())]


def test_pytests_status_stands_where_tests_failed():
    report = build(("a", "7.3/training", FAIL), gate=(rule("7.3"),), pytest_status=1)
    assert (report.run["exit_status"], final_exit_status(1, report.gate)) == (1, 1)


def test_deselected_tests_of_a_clause_make_it_incomplete():
    given = {
        "a": (Entry("a", ("7.3/training",)), PASS),
        "b": (Entry("b", ("7.3/training",), selected=False), []),
    }
    report = build_report(inputs(given, gate=(rule("7.3"),)))
    assert aspect(report, "7.3/training").verdict == "incomplete"
    assert (report.gate.status, report.run["exit_status"]) == ("incomplete", 23)
    elsewhere = {
        "a": given["a"],
        "b": (Entry("b", ("7.2/quality",), selected=False), []),
    }
    assert build_report(inputs(elsewhere, gate=(rule("7.3"),))).gate.status == "passed"


def test_all_tests_of_the_gated_clause_skipped_fails():
    report = build(("a", "7.3/training", [setup("skipped"), *run_of()[1:]]), gate=(rule("7.3"),))
    assert (report.gate.status, report.run["exit_status"]) == ("failed", 1)


def test_flaky_passes_can_be_refused():
    flaky = [*run_of(call("rerun")), *run_of(call(), attempt=2)]
    assert aspect(build(("a", "7.3/training", flaky)), "7.3/training").verdict == "demonstrated"
    assert aspect(build(("a", "7.3/training", flaky), flaky="refuse"), "7.3/training").verdict == "inconclusive"


class TestWaivers:
    GIVEN = ("a", "7.3/training", FAIL)

    def test_covered(self):
        report = build(self.GIVEN, waivers=(waiver("7.3"),), gate=(rule("7.3"),))
        (test,) = report.tests
        assert (test.outcome, test.waiver, test.waived) == (
            "failed",
            "W1",
            ("7.3/training",),
        )
        assert report.gate.status == "passed"
        assert report.summary.waived_percent == 100 / 10

    def test_the_auditors_view(self):
        report = build(self.GIVEN, waivers=(waiver("7.3"),), gate=(rule("7.3"),), no_waivers=True)
        assert (
            report.tests[0].waiver,
            report.gate.status,
            report.run["no_waivers"],
        ) == (None, "failed", True)
        assert report.findings[0].waiver is None

    def test_expired(self):
        report = build(self.GIVEN, waivers=(waiver("7.3", expires=EARLIER),))
        assert (report.tests[0].waiver, report.waivers[0]["state"]) == (None, "expired")
        assert aspect(report, "8.2/waivers-owned").verdict == "failed"

    def test_unused_ones_fail_the_gate_where_that_is_asked(self):
        given = {"waivers": (waiver("7.3"),), "unused_waivers": "fail"}
        assert build(("a", "7.3/training", PASS), **given).gate.status == "failed"
        assert build(self.GIVEN, **given).gate.status == "passed"
        assert build(("a", "7.3/training", PASS), waivers=(waiver("7.3"),)).gate.status == "off"

    def test_unless_their_tests_were_not_run(self):
        given = {"waivers": (waiver("7.3"), waiver("7.2")), "unused_waivers": "fail"}
        report = build(("a", "7.3/training", []), ("b", "7.4/performance", PASS), **given)
        assert report.gate.status == "failed"
        assert "W2" in report.gate.reasons[0]
        assert "a, which it is about, was not run" in report.gate.reasons[1]

    def test_one_for_a_requirement_is_used(self):
        body = call("failed", failure="assertion", measurements=(judged("not met"),))
        report = build(
            ("a", "7.4/performance", run_of(body)),
            waivers=(waiver("7.4/requirements"),),
            requirements=(requirement(),),
            models=("credit",),
        )
        assert aspect(report, "7.4/requirements").verdict == "waived"
        assert (report.waivers[0]["state"], report.waivers[0]["tests"]) == (
            "used",
            ["a"],
        )
        assert report.tests[0].waiver is None


def test_requirements_are_judged_on_the_roles_of_the_data():
    body = call(measurements=(judged(subjects=["credit", "rows of March"]),))
    given = {"requirements": (requirement(),), "models": ("credit",)}
    for role, verdict in (("test", "demonstrated"), ("train", "untested")):
        subjects = {"datasets": [{"name": "rows of March", "role": role}]}
        report = build(("a", "7.4/performance", run_of(body)), subjects=subjects, **given)
        assert aspect(report, "7.4/requirements").verdict == verdict


def test_not_applicable():
    report = build(("a", "7.3/training", PASS), not_applicable=(not_applicable("7.4"),))
    assert aspect(report, "7.4/fairness").verdict == "not-applicable"
    assert report.not_applicable[0]["state"] == "in force"
    assert report.summary.demonstrated_percent == 100 / 6


def test_ids_outside_the_catalogue_are_listed_never_dropped():
    given = {
        "b": (Entry("b", ("7.44",), outside=("iso23053-2022:6.5",)), PASS),
        "a": (Entry("a", outside=("iso23053-2022:6.5",)), PASS),
    }
    assert build_report(inputs(given)).outside_catalogue == (
        {"id": "7.44", "tests": ["b"]},
        {"id": "iso23053-2022:6.5", "tests": ["a", "b"]},
    )


class TestNotes:
    def notes(self, *described, **more):
        return build(*described, **more).notes

    def test_the_spelling_to_add_where_a_measure_tells_the_aspect(self):
        body = call(
            measurements=(
                judged("met", "expected_calibration_error.worst"),
                judged(None, "accuracy"),
            )
        )
        aspects = {
            "expected_calibration_error": "7.4/calibration",
            "accuracy": "7.4/performance",
        }
        (note,) = self.notes(("a", "7.4", run_of(body)), measure_aspects=aspects)
        assert note == "a: names 7.4 and no aspect; write 7.4/calibration to cover the aspect"

    @pytest.mark.parametrize(
        "aspects",
        [{}, {"accuracy": "7.2/quality"}],
        ids=["unknown", "of another clause"],
    )
    def test_the_spellings_there_are_where_it_does_not(self, aspects):
        (note,) = self.notes(
            ("a", "7.4", run_of(call(measurements=(judged(),)))),
            measure_aspects=aspects,
        )
        assert note.endswith(
            "write 7.4/performance or 7.4/robustness or 7.4/fairness or 7.4/calibration to cover the aspect"
        )

    def test_many_tests_are_one_note(self):
        (note,) = self.notes(*((f"t{number}", "7.4", PASS) for number in range(6)))
        assert note.startswith("t0, t1, t2 and 3 more: names 7.4")

    def test_a_test_that_does_not_support_needs_no_advice(self):
        assert self.notes(("a", "7.4", FAIL)) == ()

    def test_deciding_by_the_point_is_said(self):
        assert self.notes(("a", "7.4/performance", PASS), decide="point") == (
            'judgements compare the bare value with the limit, not the bound of its interval: decide = "point"',
        )

    def test_translations_are_shown_with_both_numbers(self):
        known = Entry("a", ("7.4",), translated=("iso23053-2022:8.5 = 7.4",))
        given = {"a": (known, FAIL), "b": (known._replace(nodeid="b"), FAIL)}
        assert build_report(inputs(given)).notes == ("translated by the crosswalk: iso23053-2022:8.5 = 7.4 (2 tests)",)


bodies = st.sampled_from(
    [
        PASS,
        FAIL,
        [],
        [setup()],
        run_of(call("skipped", reason="no")),
        run_of(call("failed", failure="assertion", measurements=(judged("inconclusive"),))),
        run_of(call(measurements=(judged(),))),
        [Event(NODE, "???", "failed")],
        [*run_of(call("rerun")), *run_of(call(), attempt=2)],
        [setup(), Event(NODE, "???", "rerun"), *run_of(call())],
    ]
)
sessions = st.lists(
    st.tuples(
        bodies,
        st.sampled_from(["7.4/fairness 8.4/fairness", "7.2/quality", "7.4", "7.2>7.3", ""]),
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(sessions, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(session, chance):
    described = session_of(*((f"t{place}", names, events) for place, (events, names) in enumerate(session)))
    given = inputs(
        described,
        waivers=(waiver(),),
        gate=(rule("7.4", "partial"),),
        requirements=(requirement(),),
        models=("credit",),
    )
    queues = [at(nodeid, events)[::-1] for nodeid, (_, events) in described.items() if events]
    mixed: list[Event] = []
    while queues:
        mixed.append(chance.choice(queues).pop())
        queues = [queue for queue in queues if queue]
    entries = list(given.entries.items())
    chance.shuffle(entries)
    assert build_report(replace(given, events=mixed, entries=dict(entries))) == build_report(given)
