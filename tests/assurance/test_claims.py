"""Claims against evidence: what was answered, held against what the tests show."""

from __future__ import annotations

import pytest
from judging import (
    CATALOGUE,
    EARLIER,
    FAIL,
    PASS,
    call,
    inputs,
    judged,
    not_applicable,
    requirement,
    run_of,
    session_of,
    setup,
    teardown,
    waiver,
)

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.claims import NOT_CLAIMED, STATUSES
from pytest_iso23053.assurance.evidence import Entry
from pytest_iso23053.assurance.policy import Claim
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import contradictions, saved

SKIP = [setup("skipped", reason="no data"), teardown()]
OPEN = run_of(call("failed", failure="assertion", measurements=(judged("inconclusive", value=0.74),)))
BROKEN = [setup("failed", failure="other", reason="no model")]


def claim(answer="yes", about=("7.4/robustness",), **more):
    return Claim("evasion", "V&V", "Was it attacked?", answer, about=about, **more)


def hold(*tests, claims=None, **more):
    report = build_report(inputs(session_of(*tests), claims=claims or (claim(),), **more))
    assert from_json(to_json(report)) == report
    assert saved(report, CATALOGUE).judged().claims == report.claims  # a merge judges them anew
    return report


def held(*tests, **more):
    return hold(*tests, **more).claims[0]


@pytest.mark.parametrize(
    ("events", "verdict", "claimed", "denied", "silent"),
    [
        (PASS, "demonstrated", "claimed and demonstrated", NOT_CLAIMED, NOT_CLAIMED),
        (FAIL, "failed", "claimed but failed", "not claimed", "no answer"),
        (run_of(call("skipped", xfail=True)), "failed", "claimed but failed", "not claimed", "no answer"),
        (OPEN, "inconclusive", "claimed but not shown", "not claimed", "no answer"),
        (BROKEN, "error", "claimed but not shown", "not claimed", "no answer"),
        ([], "incomplete", "claimed but not shown", "not claimed", "no answer"),
        (SKIP, "untested", "claimed but untested", "not claimed", "no answer"),
    ],
)  # fmt: skip
def test_each_answer_before_each_verdict(events, verdict, claimed, denied, silent):
    test = ("t", "7.4/robustness", events)
    for answer, status in (
        ("yes", claimed), ("partial", claimed), ("no", denied), ("unknown", silent), ("", silent),
    ):  # fmt: skip
        found = held(test, claims=(claim(answer),))
        assert (found.status, found.verdict, found.answer) == (status, verdict, answer)
        assert found.verdicts == {"7.4/robustness": verdict}
        assert found.tests == ("t",)
        assert found.status in STATUSES


def test_without_a_file_of_claims_there_are_none():
    assert build_report(inputs(session_of(("t", "7.4/robustness", PASS)))).claims == ()


def test_nothing_asked_of_it_and_nothing_that_could_be():
    assert held().status == "claimed but untested"
    on_record = held(claims=(claim(about=()),))
    assert (on_record.status, on_record.verdict) == ("claimed, on record", "untested")
    assert held(claims=(claim("", about=()),)).status == "no answer"
    assert held(claims=(claim(about=("9.9/none",)),)).status == "claimed but untested"  # not in this catalogue


def test_all_that_a_claim_is_about_must_be_demonstrated():
    both = (claim(about=("7.4/robustness", "7.2>7.3")),)
    found = held(("t", "7.4/robustness", PASS), claims=both)
    assert (found.status, found.verdict) == ("claimed but not shown", "partial")
    found = held(("t", "7.4/robustness 7.2>7.3", PASS), claims=both)
    assert (found.status, found.verdict) == ("claimed and demonstrated", "demonstrated")


def test_a_claim_about_a_clause_speaks_of_all_its_aspects():
    found = held(("a", "7.4/performance", PASS), ("b", "7.4", FAIL), claims=(claim(about=("7.4",)),))
    assert (found.status, found.tests) == ("claimed but failed", ("a", "b"))


def test_what_is_declared_not_applicable_is_not_demonstrated():
    found = held(not_applicable=(not_applicable("7.4/robustness"),))
    assert (found.status, found.verdict) == ("claimed but untested", "not-applicable")
    both = (claim(about=("7.4/robustness", "7.4/performance")),)
    found = held(("t", "7.4/performance", PASS), claims=both, not_applicable=(not_applicable("7.4/robustness"),))
    assert found.status == "claimed and demonstrated"


class TestWaived:
    def test_a_waived_failure_is_a_failure_all_the_same_and_the_waiver_is_named(self):
        report = hold(("t", "7.4/robustness", FAIL), waivers=(waiver("7.4/robustness"),))
        found = report.claims[0]
        assert (found.status, found.verdict, found.waivers) == ("claimed but failed", "waived", ("W1",))
        finding = next(each for each in report.findings if "claimed by" in each.sentence)
        assert finding.waiver == "W1"

    def test_a_waived_question_left_open_is_not_shown(self):
        found = held(("t", "7.4/robustness", OPEN), waivers=(waiver("7.4/robustness"),))
        assert (found.status, found.waivers) == ("claimed but not shown", ("W1",))

    def test_a_waiver_on_one_aspect_does_not_cover_a_test_that_is_found_by_its_measure(self):
        measured = run_of(call("failed", failure="assertion", measurements=(judged("not met", "evasion_rate"),)))
        tests = (("t", "7.4/performance 7.4/fairness", measured),)
        by_measure = (claim(about=(), measures=("evasion_rate",)),)
        assert held(*tests, claims=by_measure, waivers=(waiver("7.4/fairness"),)).verdict == "failed"
        assert held(*tests, claims=by_measure, waivers=(waiver("7.4"),)).verdict == "waived"


class TestMeasuresAndThreats:
    def test_a_test_elsewhere_that_judged_the_measure_speaks_about_the_claim(self):
        summary = run_of(call(measurements=(judged("met", "evasion_rate.worst"),)))
        both = (claim(measures=("evasion_rate",)),)
        found = held(("t", "7.4/performance", summary), claims=both)
        assert (found.verdict, found.status, found.tests) == ("partial", "claimed but not shown", ("t",))
        found = held(("t", "7.4/performance", summary), claims=(claim(about=(), measures=("evasion_rate",)),))
        assert (found.verdict, found.status) == ("demonstrated", "claimed and demonstrated")

    def test_a_test_elsewhere_that_fails_breaks_the_claim(self):
        tests = session_of(("a", "7.4/robustness", PASS), ("b", "7.2/quality", FAIL))
        tests["b"] = (Entry("b", ("7.2/quality",), threats=("AML.T0015",)), FAIL)
        report = build_report(inputs(tests, claims=(claim(threats=("AML.T0015",)),)))
        assert (report.claims[0].status, report.claims[0].tests) == ("claimed but failed", ("a", "b"))
        finding = next(each for each in report.findings if "claimed by" in each.sentence)
        assert (finding.clause, finding.nodeid) == ("7.2/quality", "b")


class TestFinding:
    def finding(self, report):
        found = [each for each in report.findings if "question evasion" in each.sentence]
        assert len(found) == 1
        return found[0]

    def test_it_is_a_failure_in_the_words_of_the_standard(self):
        said = (claim(who="cto@example.org", control="input checks"),)
        finding = self.finding(hold(("t", "7.4/robustness", FAIL), claims=said))
        assert finding.sentence == (
            "failure in the Verification & Validation process to detect adversarial evasion: claimed by "
            "cto@example.org by «input checks», and t failed (question evasion)"
        )
        assert (finding.grade, finding.severity, finding.nodeid) == ("failure", "high", "t")
        assert finding.reproduce == "pytest --iso23053 t"

    def test_a_claim_in_part_weighs_less_and_nobody_is_named_where_nobody_is(self):
        finding = self.finding(hold(("t", "7.4/robustness", FAIL), claims=(claim("partial"),)))
        assert finding.severity == "medium"
        assert "claimed in part by somebody who gave no name, and t failed" in finding.sentence

    def test_the_failure_that_nobody_has_waived_is_shown_first(self):
        tests = (("a", "7.4/robustness", FAIL), ("b", "7.4/robustness", FAIL))
        finding = self.finding(hold(*tests, waivers=(waiver("7.4/robustness", test="a"),)))
        assert (finding.nodeid, finding.waiver) == ("b", None)
        assert "b, a failed" in finding.sentence

    def test_at_a_boundary(self):
        finding = self.finding(hold(("t", "7.2>7.3", FAIL), claims=(claim(about=("7.2>7.3",)),)))
        assert finding.clause == "7.2>7.3"
        assert "to reject poisoned records" in finding.sentence

    def test_of_a_clause_by_the_test_of_an_aspect(self):
        finding = self.finding(hold(("t", "7.4/performance", FAIL), claims=(claim(about=("7.4",)),)))
        assert finding.clause == "7.4"

    def test_a_computed_aspect_has_no_test_to_blame(self):
        report = hold(claims=(claim(about=("8.2/waivers-owned",)),), waivers=(waiver(expires=EARLIER),))
        finding = self.finding(report)
        assert (finding.clause, finding.nodeid) == ("8.2/waivers-owned", None)
        assert "no longer in date" in finding.sentence

    def test_it_keeps_its_identity_and_is_no_other_claims(self):
        once = self.finding(hold(("t", "7.4/robustness", FAIL)))
        again = self.finding(hold(("t", "7.4/robustness", FAIL), ("u", "7.4/robustness", PASS)))
        assert once.id == again.id
        two = (claim(), Claim("other", "V&V", "?", "yes", about=("7.4/robustness",)))
        report = hold(("t", "7.4/robustness", FAIL), claims=two)
        assert len({each.id for each in report.findings}) == len(report.findings)

    def test_an_answer_that_is_no_claim_finds_nothing(self):
        report = hold(("t", "7.4/robustness", FAIL), claims=(claim("no"),))
        assert not [each for each in report.findings if "claimed" in each.sentence]


def test_a_requirement_that_is_not_met_breaks_the_claim_on_requirements():
    unmet = run_of(call("failed", failure="assertion", measurements=(judged("not met", value=0.5, high=0.6),)))
    report = hold(
        ("t", "7.4/performance", unmet), claims=(claim(about=("7.4/requirements",)),),
        requirements=(requirement(),), models=("credit",),
    )  # fmt: skip
    assert (report.claims[0].status, report.claims[0].tests) == ("claimed but failed", ("t",))


def test_a_report_in_which_somebody_changed_what_became_of_a_claim_contradicts_itself():
    data = to_json(hold(("t", "7.4/robustness", FAIL)))
    assert contradictions(saved(from_json(data), CATALOGUE)) == ()
    data["claims"][0]["status"] = "claimed and demonstrated"
    assert contradictions(saved(from_json(data), CATALOGUE)) == (
        "claims.evasion.status says claimed and demonstrated, and what it holds gives claimed but failed",
    )
