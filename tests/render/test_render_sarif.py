"""SARIF, held against the schema of OASIS and the limits of GitHub's code scanning."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace

import pytest
import samples
from golden_files import check
from sarif_schema import check_sarif

from pytest_iso23053.assurance.report import Finding
from pytest_iso23053.render.sarif import FINGERPRINT, MOST_RESULTS, render_sarif


def log(report):
    found = json.loads(render_sarif(report))
    check_sarif(found)
    (run,) = found["runs"]
    return run


def finding(number=0, grade="failure", **more):
    said = {
        "severity": "high",
        "clause": "7.4/robustness",
        "measure": "evasion_rate",
        "nodeid": "tests/test_a.py::test_b",
    }
    return Finding(f"{number:016x}", grade, **{**said, "sentence": "failure in the …", **more})


def one(**more):
    return replace(samples.empty(), findings=(finding(**more),))


def test_the_rich_report():
    check("report.sarif", render_sarif(samples.rich()))


@pytest.mark.parametrize("report", [samples.rich(), samples.empty(), samples.clean(), samples.hostile(None)])
def test_the_official_schema_is_kept(report):
    log(report)


def test_what_is_no_sarif_is_noticed_by_the_schema():
    found = json.loads(render_sarif(samples.rich()))
    found["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(AssertionError, match="fatal"):
        check_sarif(found)


def test_failures_gaps_and_expired_waivers_are_results_and_observations_are_none():
    rich = samples.rich()
    run = log(rich)
    fingerprints = [result["partialFingerprints"][FINGERPRINT] for result in run["results"]]
    assert {each.id for each in rich.findings if each.grade != "observation"} < set(fingerprints)
    assert not {each.id for each in rich.findings if each.grade == "observation"} & set(fingerprints)
    assert [result["level"] for result in run["results"] if result["ruleId"] == "waiver-expired"] == ["warning"]
    assert len(fingerprints) == len(set(fingerprints))


def test_each_result_points_at_its_rule():
    run = log(samples.rich())
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_rules_are_clauses_and_measures():
    run = log(replace(samples.empty(), findings=(finding(1), finding(2), finding(3, measure=None, grade="gap"))))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["7.4/robustness:evasion_rate", "7.4/robustness"]


def test_a_test_is_shown_at_its_line_from_the_root_of_the_repository():
    report = replace(
        one(),
        tests=(samples.test("tests/test_a.py::test_b", "failed", line=12),),
        run={"git": {"prefix": "services/credit model/"}},
    )
    (place,) = log(report)["results"][0]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "services/credit%20model/tests/test_a.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12},
    }
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "tests/test_a.py::test_b"


@pytest.mark.parametrize(
    "nodeid", ["iso23053/7.4::test_evasion[credit]", None, "/etc/passwd::x", "../x.py::y", "C:\\x::y"]
)
def test_what_is_no_file_of_the_repository_is_shown_at_the_configuration(nodeid):
    (place,) = log(replace(one(nodeid=nodeid), run={"config": "iso23053.toml"}))["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "iso23053.toml"


def test_a_waived_finding_is_suppressed_with_who_answers_for_it():
    (waived,) = [result for result in log(samples.rich())["results"] if "suppressions" in result]
    (suppression,) = waived["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "risk@example.org" in suppression["justification"]
    assert "2027-01-31" in suppression["justification"]


def test_brackets_make_no_link_and_braces_no_argument():
    (result,) = log(one(sentence="see [here](https://evil.example) and {0} of test[a]"))["results"]
    assert result["message"]["text"] == "see \\[here\\](https://evil.example) and {{0}} of test\\[a\\]"
    (result,) = log(one(sentence="in test[credit]"))["results"]
    assert result["message"]["text"] == "in test[credit]"


def test_the_tags_of_a_rule_are_few():
    crosswalk = {"atlas": tuple(f"AML.T{number:04}" for number in range(50)), "owasp_ml": ("*",)}
    (rule,) = log(one(crosswalk=crosswalk))["tool"]["driver"]["rules"]
    assert len(rule["properties"]["tags"]) == len(set(rule["properties"]["tags"])) == 10


def test_more_than_code_scanning_takes_is_cut_from_the_least_grave_and_counted(monkeypatch):
    assert MOST_RESULTS == 25_000
    monkeypatch.setattr("pytest_iso23053.render.sarif.MOST_RESULTS", 250)
    gaps = tuple(finding(number, "gap", measure=None, severity="medium") for number in range(300))
    (run,) = json.loads(render_sarif(replace(samples.empty(), findings=(*gaps, finding(10**6)))))["runs"]
    assert len(run["results"]) == 250
    assert run["results"][0]["level"] == "error"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("51 results")


def test_text_that_does_not_compress_is_cut_too():
    report = replace(
        samples.empty(),
        findings=tuple(finding(number, sentence=os.urandom(1900).hex()) for number in range(4_000)),
    )
    assert len(gzip.compress(render_sarif(report).encode())) < 10_000_000
