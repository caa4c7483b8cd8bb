"""Attacks as a part of the run: requirements, the attacker, and no rows in a report."""

from __future__ import annotations

import json

import pytest
from test_subject_fixtures import CONFIGURATION, PACKAGE

ITEMS = ("iso23053/7.4::test_evasion", "iso23053/7.4::test_evasion_is_no_easier_than_of_another_learner")


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE)
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')

    def configured(more=""):
        pytester.makefile(".toml", iso23053=more + CONFIGURATION)
        return pytester

    return configured


def measured(run, name):
    (found,) = run.tests[name]["measurements"]
    return found


def test_what_the_items_are_about(run_iso, project):
    project()
    run = run_iso(*ITEMS)
    names = [f"{item}[{model}]" for item in ITEMS for model in ("strong", "weak")]
    for name in names:
        assert run.tests[name]["threats"] == ["AML.T0015", "AML.T0043", "ML01", "NISTAML.022"], run.out
    assert run.tests[names[0]]["outcome"] == "observed"
    assert {run.tests[name]["outcome"] for name in names[2:]} <= {"passed", "observed"}


def test_a_requirement_and_the_attacker_are_taken_from_the_configuration(project, run_iso):
    project("""
[requirements]
evasion_rate = "<= 0.10"
[attacker]
epsilon = { l2 = 0.8 }
queries = 150
""")
    run = run_iso(ITEMS[0])
    name = f"{ITEMS[0]}[strong]"
    found = measured(run, name)
    assert (run.tests[name]["outcome"], found["judgement"]) == ("failed", "not met"), run.out
    assert found["params"]["attacker"] == "sees labels, 150 queries a row, within 0.8 units in l2"
    finding = next(each for each in run.report["findings"] if each["nodeid"] == name)
    assert finding["sentence"].startswith(
        "failure in the Verification & Validation process to detect adversarial evasion: evasion_rate"
    )
    assert "attacker sees labels, 150 queries a row" in finding["sentence"]
    assert "NISTAML.022" in finding["crosswalk"]["nist_aml"]
    assert name in finding["reproduce"]


def test_rows_stand_in_the_report_only_where_examples_are_asked_for(project, run_iso):
    project()
    run = run_iso(ITEMS[0])
    assert "examples" not in json.dumps(run.report["tests"])
    project("[report]\nexamples = 2\n[attacker]\nepsilon = { l2 = 1 }\n")
    run = run_iso(ITEMS[0])
    shown = measured(run, f"{ITEMS[0]}[strong]")["params"]["examples"]
    assert len(shown) == 2
    assert {"row", "distance", "changed"} == set(shown[0])
