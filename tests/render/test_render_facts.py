from __future__ import annotations

from dataclasses import replace

import pytest
import samples

from pytest_iso23053.assurance.report import Summary, TestRecord
from pytest_iso23053.render import facts, notices


@pytest.mark.parametrize(
    ("value", "shown"),
    [(100.0, "100 %"), (99.96, "99.9 %"), (100 * 7 / 24, "29.1 %"), (0.0, "0 %"), (12.5, "12.5 %"), (None, "–")],
)
def test_percentages_are_rounded_down(value, shown):
    assert facts.percent(value).replace("\u00a0", " ") == shown


def test_coverage_puts_the_counts_beside_the_percentage():
    covered = facts.aspect_coverage(samples.rich())
    assert (covered.demonstrated, covered.in_scope, covered.waived, covered.not_applicable) == (9, 19, 2, 2)
    boundaries = facts.boundary_coverage(samples.rich())
    assert (boundaries.demonstrated, boundaries.in_scope) == (1, 4)


def verdict_line(report):
    return facts.verdict_line(report).replace("\u00a0", " ")


def test_the_verdict_line_names_what_is_unsettled():
    assert verdict_line(samples.rich()) == (
        "Failed: 2 items (7.4/requirements, 7.2>7.3); error: 1 item (7.3/hyperparameters); "
        "incomplete: 1 item (7.3/environment); inconclusive: 1 item (7.4/robustness); "
        "waived: 2 items (7.4/fairness, 8.4/fairness). "
        "Not demonstrated: 10 of 19 required aspects in scope, 3 of them untested."
    )


def test_a_clean_run_says_only_that_no_failure_was_detected():
    assert verdict_line(samples.clean()) == (
        "No failure was detected by 1 passing test. Demonstrated: all of 1 required aspect in scope."
    )


def test_a_run_that_evaluated_nothing_shows_nothing():
    assert verdict_line(samples.empty()).startswith("Nothing was evaluated")
    not_run = replace(samples.empty(), summary=Summary(None, None, None, {}, {}, {"not-run": 3}))
    assert verdict_line(not_run).startswith("Nothing was evaluated")


@pytest.mark.parametrize("outcome", ["failed", "xfailed", "error", "inconclusive"])
def test_no_failure_is_never_said_where_a_test_did_not_pass(outcome):
    report = replace(samples.clean(), summary=Summary(100.0, 0.0, None, {}, {}, {"passed": 5, outcome: 1}))
    line = verdict_line(report)
    assert "No failure" not in line
    assert line.startswith(f"1 test did not pass (1 {outcome})")


def test_skipped_tests_detect_nothing():
    report = replace(samples.clean(), summary=Summary(0.0, 0.0, None, {}, {}, {"skipped": 5}))
    assert verdict_line(report).startswith("No test passed.")


def test_a_clause_is_named_where_a_test_of_its_own_failed_it():
    clean = samples.clean()
    phase = clean.phases[0]
    clause = replace(phase.clauses[0], verdict="failed")
    report = replace(clean, phases=(replace(phase, verdict="failed", clauses=(clause,)),))
    assert verdict_line(report).startswith("Failed: 1 item (7.4).")


def test_the_selection_is_spelled_as_it_was_typed():
    assert notices.selection(samples.rich()) == ("tests", '-k "not slow"', "--ignore tests/legacy")
    report = replace(samples.empty(), run={"selection": {"lf": True, "clause": ["7.4"], "novel": "x", "sw": False}})
    assert notices.selection(report) == ("--lf", "--iso23053-clause 7.4", "novel x")
    assert notices.selection(samples.empty()) == ()


def test_notices_hold_what_changes_the_meaning_of_every_number():
    found = notices.notices(samples.rich())
    assert len(found) == 3
    assert not set(found) & set(notices.other_notes(samples.rich()))
    assert notices.notices(samples.empty()) == ()
    run = {"decide": "point", "no_waivers": True, "complete": True}
    assert [notice[:6] for notice in notices.notices(replace(samples.empty(), run=run))] == ["Waiver", "Judged"]


def test_the_decision_by_point_is_said_once():
    note = 'judgements compare the bare value: decide = "point"'
    report = replace(samples.empty(), run={"decide": "point"}, notes=(note, "another"))
    assert notices.notices(report) == (note,)
    assert notices.other_notes(report) == ("another",)


def test_findings_are_ranked_by_severity_and_waived_ones_stay_behind_the_others():
    ranked = facts.ranked_findings(samples.rich())
    assert ranked[0].id == "F-3d1c8a90"
    waived = [finding.waiver is not None for finding in ranked]
    assert True in waived
    assert waived == sorted(waived)
    assert len(ranked) == len(samples.FINDINGS)
    assert facts.say_grades(samples.rich()).replace("\u00a0", " ") == "2 failures, 5 gaps, 1 observation"


def test_expired_waivers_come_first():
    assert [waiver["state"] for waiver in facts.ranked_waivers(samples.rich())] == ["expired", "used", "unused"]


def test_what_supports_and_deserves_a_second_look_is_pointed_out():
    found = {
        kind: [test.nodeid.partition("::test_")[2] for test in tests]
        for kind, tests in facts.pointed_out(samples.rich())
    }
    assert list(found.values()) == [
        ["beats_the_constant_policy"],
        ["refit_gives_the_same_model"],
        ["licences_are_listed"],
        ["ranges"],
    ]


def test_tests_that_did_not_pass_come_worst_first():
    outcomes = [test.outcome for test in facts.not_passed(samples.rich())]
    assert outcomes == ["failed", "failed", "error", "inconclusive", "xfailed", "not-run"]


def test_the_index_knows_what_a_report_does_not_hold():
    index = facts.TestIndex(samples.rich())
    assert index.get("nowhere").outcome == "not-run"
    assert index.waived(("nowhere", "tests/test_credit.py::test_selection_rates"), "7.4/fairness") == 1
    assert isinstance(index.worst_first(("nowhere",))[0], TestRecord)


def test_records_of_no_fixed_shape():
    assert facts.described({"a": 1, "b": None, "c": ["x", "y"], "d": ""}) == "a: 1; c: x, y"
    assert facts.outside_line({"id": "x:9", "tests": ["a", "b", "c", "d"]}) == "x:9, named by a, b, c and 1 more"
    assert facts.outside_line({"other": 1}) == "other: 1"
