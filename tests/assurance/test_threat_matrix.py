"""Threats by clause and boundary, and what 8.2/threats-covered makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judging import CATALOGUE, EARLIER, FAIL, PASS, TODAY, call, inputs, judged, run_of, setup, teardown, waiver

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.collected import Collected
from pytest_iso23053.assurance.evidence import Entry
from pytest_iso23053.assurance.policy import ThreatInScope
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import contradictions, saved
from pytest_iso23053.assurance.waivers import WaiverBook

OPEN = run_of(call("failed", failure="assertion", measurements=(judged("inconclusive"),)))
EVASION = ThreatInScope("AML.T0015", ("7.4",), "the public asks")
POISONING = ThreatInScope("ML02", ("7.2", "7.2>7.3"))


def about(events, *names, threats=("AML.T0015",)):
    clauses = tuple(name for name in names if ">" not in name)
    return lambda nodeid: (Entry(nodeid, clauses, tuple(set(names) - set(clauses)), tuple(threats)), events)


def report(*tests, scoped=(EVASION,), **more):
    given = {f"t{place}": made(f"t{place}") for place, made in enumerate(tests)}
    found = build_report(inputs(given, threats=scoped, **more))
    assert from_json(to_json(found)) == found
    return found


def cell(*tests, **more):
    return report(*tests, **more).threats[0].cells[0]


def covered(found):
    return next(
        aspect for phase in found.phases for clause in phase.clauses for aspect in clause.aspects
        if aspect.id == "threats-covered"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "state", "verdict", "aspect"),
    [
        (PASS, "tested", "demonstrated", "demonstrated"),
        (FAIL, "failed", "failed", "failed"),
        (OPEN, "undecided", "inconclusive", "inconclusive"),
        ([], "undecided", "incomplete", "inconclusive"),
        ([setup("failed", failure="other")], "undecided", "error", "inconclusive"),
        ([setup("skipped"), teardown()], "untested", "untested", "untested"),
    ],
)
def test_a_cell_follows_the_truth_table(events, state, verdict, aspect):
    found = report(about(events, "7.4/robustness"))
    held = found.threats[0].cells[0]
    assert (held.place, held.state, held.verdict, held.tests) == ("7.4", state, verdict, ("t0",))
    assert covered(found).verdict == aspect


def test_titles_and_editions_stand_beside_the_ids():
    own = replace(CATALOGUE, threats={"OWN-1": "Something else"})
    scoped = (EVASION, POISONING, ThreatInScope("OWN-1", ("7.4",)))
    first, second, third = report(scoped=scoped, catalogue=own).threats
    assert (first.title, first.framework, first.edition) == ("Evade AI Model", "MITRE ATLAS", "5.6.1")
    assert (second.framework, second.edition) == ("OWASP Machine Learning Security Top 10", "2023 (draft)")
    assert (third.title, third.framework) == ("Something else", "A small life cycle")
    assert (first.in_scope, first.reason) == (True, "the public asks")


def test_a_test_counts_only_where_it_belongs():
    found = report(about(PASS, "7.2/quality", threats=("ML02",)), scoped=(POISONING,))
    assert [(each.place, each.state) for each in found.threats[0].cells] == [("7.2", "tested"), ("7.2>7.3", "untested")]
    assert covered(found).verdict == "partial"
    assert covered(found).reason == "1 of 2 tested; untested: ML02 in 7.2>7.3"
    assert cell(about(PASS, "7.2/quality")).state == "untested"
    assert cell(about(PASS, "7.4")).state == "tested"
    assert cell(about(PASS, "7.4/robustness", threats=("ML01",))).state == "untested"


class TestSubTechniques:
    technique = (ThreatInScope("AML.T0043", ("7.4",)),)

    def test_one_shows_a_part_and_covers_nothing(self):
        found = cell(about(PASS, "7.4", threats=("AML.T0043.004",)), scoped=self.technique)
        assert (found.state, found.verdict, found.tests) == ("undecided", "partial", ("t0",))

    def test_beside_a_test_of_the_whole(self):
        tests = (about(PASS, "7.4", threats=("AML.T0043.004",)), about(PASS, "7.4", threats=("AML.T0043",)))
        assert cell(*tests, scoped=self.technique).state == "tested"

    def test_one_breaks_the_whole(self):
        tests = (about(FAIL, "7.4", threats=("AML.T0043.004",)), about(PASS, "7.4", threats=("AML.T0043",)))
        assert cell(*tests, scoped=self.technique).state == "failed"


class TestWaivers:
    accepted = replace(waiver("7.4"), threat="AML.T0015")

    def test_one_accepts_a_threat_that_is_not_tested(self):
        found = report(waivers=(self.accepted,))
        assert found.threats[0].cells[0].state == "waived"
        assert found.threats[0].cells[0].waivers == ("W1",)
        assert covered(found).verdict == "waived"
        assert (found.waivers[0]["state"], found.waivers[0]["threat"]) == ("used", "AML.T0015")

    def test_one_accepts_a_threat_whose_test_failed_and_not_the_failure(self):
        found = report(about(FAIL, "7.4/robustness"), waivers=(self.accepted,))
        assert (found.threats[0].cells[0].state, found.threats[0].cells[0].verdict) == ("waived", "failed")
        assert found.tests[0].waiver is None
        assert found.waivers[0]["tests"] == ["t0"]
        assert next(each for each in found.phases if each.id == "vv").verdict == "failed"

    def test_it_is_unused_where_the_threat_is_tested_elsewhere_or_of_another_name(self):
        assert report(about(PASS, "7.4"), waivers=(self.accepted,)).waivers[0]["state"] == "unused"
        other = replace(self.accepted, threat="ML01")
        assert report(waivers=(other,)).waivers[0]["state"] == "unused"
        elsewhere = replace(waiver("7.2"), threat="AML.T0015")
        assert report(waivers=(elsewhere,)).threats[0].cells[0].state == "untested"

    def test_expired_or_switched_off_it_accepts_nothing(self):
        expired = replace(waiver("7.4", expires=EARLIER), threat="AML.T0015")
        assert report(waivers=(expired,)).threats[0].cells[0].state == "untested"
        switched_off = report(waivers=(self.accepted,), no_waivers=True)
        assert switched_off.threats[0].cells[0].state == "untested"
        assert switched_off.waivers[0]["state"] == "used"  # it would accept something: it is not one to strike out

    def test_a_failure_that_is_waived_where_the_test_belongs_is_waived_here(self):
        found = cell(about(FAIL, "7.4/robustness"), waivers=(waiver("7.4/robustness"),))
        assert (found.state, found.verdict, found.waivers) == ("waived", "waived", ("W1",))
        half = cell(about(FAIL, "7.4/robustness", "7.4/performance"), waivers=(waiver("7.4/robustness"),))
        assert half.state == "failed"

    def test_a_book_says_who_accepts_what(self):
        book = WaiverBook((self.accepted,), TODAY, catalogue=CATALOGUE)
        assert book.accepting("AML.T0015", "7.4/robustness").id == "W1"
        assert book.accepting("AML.T0015", "7.2") is None
        assert book.covering("t", "7.4/robustness") is None


class TestOutOfScope:
    def test_what_only_tests_name_is_shown_and_changes_nothing(self):
        found = report(about(PASS, "7.4/robustness", "7.2>7.3"), about(PASS, "9.9/none"), scoped=())
        assert not found.threats[0].in_scope
        assert [each.place for each in found.threats[0].cells] == ["7.4", "7.2>7.3"]
        assert covered(found).verdict == "untested"
        assert covered(found).reason == "no list of threats is configured"

    def test_a_waiver_for_one_is_unused(self):
        waived = report(about(FAIL, "7.4"), scoped=(), waivers=(TestWaivers.accepted,))
        assert waived.waivers[0]["state"] == "unused"


def test_a_saved_report_gives_the_same_again():
    tests = (about(FAIL, "7.4/robustness"), about(PASS, "7.2/quality", threats=("ML02",)))
    found = report(*tests, scoped=(EVASION, POISONING), waivers=(TestWaivers.accepted,))
    again = saved(from_json(to_json(found)), CATALOGUE)
    assert again.collected == Collected()
    assert contradictions(again) == ()
    data = to_json(found)
    data["threats"][0]["cells"][0]["state"] = "tested"
    assert contradictions(saved(from_json(data), CATALOGUE)) == (
        "threats.AML.T0015.7.4 says tested, and what it holds gives waived",
    )
    assert again.judged().threats == found.threats
