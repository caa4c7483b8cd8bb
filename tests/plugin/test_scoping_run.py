"""A run that reads claims and threats: what is told, what is an error, and what a merge keeps."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pytest_iso23053.cli.group import group

TESTS = """
    import pytest

    @pytest.mark.boundary("7.2", "7.3")
    @pytest.mark.threat("ML02")
    def test_gate():
        assert 0.4 >= 0.95

    @pytest.mark.clause("7.4/robustness")
    @pytest.mark.threat("AML.T0015")
    def test_evasion():
        assert 1 + 1 == 2
"""
CONFIGURATION = """
[threats]
ML02 = ["7.2>7.3"]
"AML.T0015" = ["7.4"]
ML05 = ["7.5"]

[[waivers]]
clause = "7.5"
threat = "ML05"
reason = "no interface yet"
owner = "risk@example.org"
expires = 2099-01-31
"""
CLAIMS = """
[claims.bad-records-rejected]
answer = "yes"
who = "data@example.org"

[claims.evasion-tested]
answer = "partial"

[claims.labels-checked]
answer = "yes"
"""


@pytest.fixture
def project(pytester):
    pytester.makepyfile(TESTS)
    (pytester.path / "iso23053.toml").write_text(CONFIGURATION, encoding="utf-8")
    (pytester.path / "assurance-claims.toml").write_text(CLAIMS, encoding="utf-8")
    return pytester


def told(report):
    statuses = {claim["id"]: claim["status"] for claim in report["claims"] if claim["answer"]}
    states = {each["id"]: [cell["state"] for cell in each["cells"]] for each in report["threats"]}
    return statuses, states


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_claims_and_threats_stand_in_the_report(project, run_iso, arguments):
    run = run_iso(*arguments)
    assert run.ret == 1
    assert told(run.report) == (
        {
            "bad-records-rejected": "claimed but failed",
            "evasion-tested": "claimed and demonstrated",
            "labels-checked": "claimed but untested",
        },
        {"ML02": ["failed"], "AML.T0015": ["tested"], "ML05": ["waived"]},
    )
    finding = next(each for each in run.report["findings"] if "claimed by data@example.org" in each["sentence"])
    assert (finding["grade"], finding["severity"], finding["clause"]) == ("failure", "high", "7.2>7.3")
    assert [waiver["state"] for waiver in run.report["waivers"]] == ["used"]


def test_shards_that_are_merged_tell_the_same(project, run_iso):
    whole = run_iso().report
    for name in ("gate", "evasion"):
        run_iso("-k", name, "--iso23053-report", f"json:{name}.json")
    arguments = ["merge", "gate.json", "evasion.json", "--output", "merged.json"]
    merging = CliRunner().invoke(group, arguments, prog_name="pytest-iso23053")
    assert (project.path / "merged.json").is_file(), merging.output
    merged = json.loads((project.path / "merged.json").read_text(encoding="utf-8"))
    assert merged["claims"] == whole["claims"]
    assert merged["threats"] == whole["threats"]
    assert merged["findings"] == whole["findings"]


def test_a_mistake_in_the_claims_is_a_usage_error_before_the_first_test(project):
    (project.path / "assurance-claims.toml").write_text('[claims.labels-cheked]\nanswer = "yes"\n', encoding="utf-8")
    result = project.runpytest("--iso23053")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*assurance-claims.toml: 1 mistake in the claims", '*line 1: *did you mean "labels-checked"*']
    )
    assert project.runpytest().ret == 1  # without the option nothing is read
