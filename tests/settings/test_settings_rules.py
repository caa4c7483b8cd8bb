from __future__ import annotations

from datetime import date

import pytest

from pytest_iso23053.assurance.policy import GateRule, NotApplicable, Waiver
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference
from pytest_iso23053.settings.model import MapRule

WAIVER = '[[waivers]]\nclause = "7.4/fairness"\nreason = "soon"\nowner = "risk"\nexpires = 2027-01-31\n'


def test_waivers_are_numbered_and_may_say_more(project):
    settings = project.settings(
        WAIVER
        + """
        [[waivers]]
        clause = "7.2>7.3"
        test = "*poison*"
        reason = "later"
        owner = "data"
        expires = "2020-02-29"
        approved_by = "head of risk"
        ticket = "RISK-1"
        """
    )
    assert settings.waivers == (
        Waiver(ClauseReference("7.4", "fairness"), "soon", "risk", date(2027, 1, 31), id="W1"),
        Waiver(
            BoundaryReference("7.2", "7.3"), "later", "data", date(2020, 2, 29), test="*poison*",
            approved_by="head of risk", ticket="RISK-1", id="W2",
        ),
    )  # fmt: skip


def test_an_expired_waiver_is_no_mistake(project):
    assert project.settings(WAIVER.replace("2027", "1999")).waivers[0].expires.year == 1999


def test_what_does_not_apply(project):
    settings = project.settings(WAIVER.replace("waivers", "not_applicable").replace("7.4/fairness", "vv/fairness"))
    assert settings.not_applicable == (
        NotApplicable(ClauseReference("7.4", "fairness"), "soon", "risk", date(2027, 1, 31)),
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('owner = "risk"\n', "", "owner", "is missing; write for example owner"),
        ('reason = "soon"\n', "", "reason", "is missing"),
        (
            "expires = 2027-01-31\n",
            "",
            "expires",
            "write for example expires = 2027-01-31",
        ),
        ('clause = "7.4/fairness"\n', "", "clause", "is missing"),
        ("2027-01-31", '"soon"', "expires", 'must be a date, not the text "soon"'),
        ("2027-01-31", '"2027-02-30"', "expires", "not a day of the calendar"),
        ("2027-01-31", "2027-01-31T00:00:00Z", "expires", "must be a date"),
        ("2027-01-31", "20270131", "expires", "must be a date, not the number"),
        ('"risk"', '""', "owner", "is empty"),
        ('"risk"', '" "', "owner", "is empty"),
        ("7.4/fairness", "7.4/fairnes", "clause", "fairnes"),
        ("7.4/fairness", "7.2-7.4", "clause", "7.2-7.4"),
        ("owner", "Owner", "Owner", 'did you mean "owner"?'),
    ],
)
@pytest.mark.parametrize("table", ["waivers", "not_applicable"])
def test_malformed_claims(project, table, old, new, key, words):
    found = project.mistakes(WAIVER.replace(old, new).replace("waivers", table))
    assert words in found[f"{table}[0].{key}"]


def test_every_mistake_of_a_waiver_is_told_at_once(project):
    found = project.mistakes(WAIVER + '[[waivers]]\nclause = "7.9"\nreason = ""\nexpires = 1\n')
    assert set(found) == {
        "waivers[1].clause",
        "waivers[1].reason",
        "waivers[1].expires",
        "waivers[1].owner",
    }
    assert project.lines == {
        "waivers[1].clause": 7, "waivers[1].reason": 8, "waivers[1].expires": 9, "waivers[1].owner": 6,
    }  # fmt: skip


def test_gate_rules(project):
    settings = project.settings('[gate]\n"7.4" = "demonstrated"\n"7.2-7.3" = "partial"\n"7.2>7.3" = "partial"\n')
    assert settings.gate == (
        GateRule(ClauseReference("7.4"), "demonstrated", "configuration", "7.4"),
        GateRule(ClauseReference("7.2"), "partial", "configuration", "7.2-7.3"),
        GateRule(ClauseReference("7.3"), "partial", "configuration", "7.2-7.3"),
        GateRule(BoundaryReference("7.2", "7.3"), "partial", "configuration", "7.2>7.3"),
    )


def test_map_rules_keep_their_order(project):
    settings = project.settings('[map]\n"tests/b*" = "7.2/quality"\n"tests/a*" = ["7.4", "vv/robustness"]\n')
    assert settings.map == (
        MapRule("tests/b*", ("7.2/quality",)),
        MapRule("tests/a*", ("7.4", "vv/robustness")),
    )


def test_required_aspects(project):
    settings = project.settings('require = ["7.4/calibration", "vv/calibration", "7.3/memorisation"]\n')
    assert settings.require == (
        ClauseReference("7.4", "calibration"),
        ClauseReference("7.3", "memorisation"),
    )


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('[gate]\n"7.9" = "partial"', 'gate."7.9"', "7.9"),
        ('[gate]\n"" = "partial"', 'gate.""', "7.4"),
        ('[map]\n"tests/*" = "7.4/robustnes"', 'map."tests/*"', "robustnes"),
        ('[map]\n"tests/*" = ["7.4", "7.9"]', 'map."tests/*"', "7.9"),
        ('[map]\n"tests/*" = "7.4/requirements"', 'map."tests/*"', "requirements"),
        ('[map]\n" " = "7.4"', 'map." "', "the glob is empty"),
        ('require = ["7.4/calibratoin"]', "require[0]", "calibratoin"),
        ('require = ["7.4"]', "require[0]", "write for example 7.4/calibration"),
        ('require = ["7.2>7.3"]', "require[0]", "is a boundary"),
        ('profile = "red-taem"', "profile", 'did you mean "red-team"?'),
    ],
)
def test_references_that_name_nothing(project, text, key, words):
    found = project.mistakes(text)
    assert words in found[key]
    assert len(found) == 1


def test_a_profile(project):
    assert project.settings('profile = "red-team"').profile == "red-team"
