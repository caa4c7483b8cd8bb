"""The commands on saved reports: merge, gate, explain, render; and what they refuse to read."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pytest_iso23053.assurance.policy import GateRule
from pytest_iso23053.assurance.saved import saved
from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.reference import ClauseReference
from pytest_iso23053.cli.group import group
from pytest_iso23053.render.json_report import render_json
from pytest_iso23053.settings.report_files import read_report

TESTS = {
    "test_a.py": """
import pytest
from pytest_iso23053 import Measurement

@pytest.mark.clause("7.4/performance")
def test_accuracy():
    assert Measurement("accuracy", 0.9, low=0.85, high=0.95, n=100) >= 0.8

@pytest.mark.clause("7.4/robustness")
def test_noise():
    assert Measurement("flip_rate", 0.1, low=0.05, high=0.25, n=100) <= 0.2
""",
    "test_b.py": """
import pytest

@pytest.mark.clause("7.4/fairness")
@pytest.mark.parametrize("number", range(3))
def test_fair(number):
    assert number >= 0

@pytest.mark.boundary("7.2", "7.3")
def test_boundary():
    assert 1 + 1 == 2
""",
    "test_c.py": """
import pytest

@pytest.mark.clause("7.2/quality")
def test_quality():
    assert 1 + 1 == 2
""",
}
CONFIGURATION = '[tool.iso23053.gate]\n"7.4/performance" = "demonstrated"\n"7.2>7.3" = "demonstrated"\n'


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(group, [str(each) for each in arguments], prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run in three parts, one of them on two workers, and the same run as a whole."""
    folder = tmp_path_factory.mktemp("parts")
    (folder / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    for name, text in TESTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    plain = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--iso23053"]
    for name, more in {
        "a.json": ["--iso23053-gate", "off", "test_a.py"],
        "b.json": ["--iso23053-gate", "off", "-n2", "test_b.py"],
        "c.json": ["--iso23053-gate", "off", "-k", "quality"],
        "whole.json": [],
    }.items():
        done = subprocess.run(
            [*plain, "--iso23053-report", f"json:{name}", *more],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (folder / name).exists(), done.stdout + done.stderr
    return folder


@pytest.fixture
def inside(folder, monkeypatch):
    monkeypatch.chdir(folder)
    return folder


def told(path) -> dict:
    data = json.loads(path.read_text(encoding="utf-8"))
    run_ = data.pop("run")
    data["run"] = {key: run_[key] for key in ("complete", "exit_status", "policy", "seed", "config_sha256")}
    data["run"]["policy"] = {key: value for key, value in data["run"]["policy"].items() if not key.startswith("gate")}
    for test in data["tests"]:
        test.pop("duration")
    data["notes"] = []
    return data


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b")])
def test_merged_parts_are_the_whole_run(inside, tmp_path, order):
    merged = tmp_path / "merged.json"
    said = run("merge", *(f"{name}.json" for name in order), "--shards", "3", "-o", merged, status=1)
    assert "iso23053 gate: PASSED" in said  # and the status is that of the test that failed
    assert told(merged) == told(inside / "whole.json")


def test_a_part_that_is_missing_is_never_green(inside, tmp_path):
    said = run("merge", "b.json", "c.json", "--shards", "3", "--gate", "7.2>7.3", "-o", tmp_path / "m.json", status=23)
    assert "iso23053 gate: INCOMPLETE" in said
    assert "2 shards of 3 merged" in said


def test_parts_of_other_runs_are_refused_and_nothing_is_written(inside, tmp_path):
    other = json.loads((inside / "b.json").read_text(encoding="utf-8"))
    other["run"]["seed"] = 1
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    said = run("merge", "a.json", tmp_path / "other.json", "-o", tmp_path / "m.json", status=2)
    assert "these are no parts of one run" in said
    assert "run.seed: " in said
    assert "23053 in a.json" in said
    assert not (tmp_path / "m.json").exists()


def test_the_gate_is_the_runs_own_or_the_configured_one(inside):
    assert "iso23053 gate: PASSED" in run("gate", "whole.json", status=1)
    assert "iso23053 gate: INCOMPLETE" in run("gate", "c.json", status=23)  # its run had the gate off


def edited(source, path, change):
    data = json.loads(source.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_who_asks_for_a_judgement_and_gets_none_has_not_got_a_yes(inside, tmp_path):
    def of_single_tests(data):
        data["run"]["gathered"]["pytest_status"] = data["run"]["exit_status"] = 0
        data["run"]["selection"]["nodeids"] = ["test_a.py::test_accuracy"]
        data["gate"] = {"status": "not-judged", "reasons": ["single tests"]}

    narrowed = edited(inside / "whole.json", tmp_path / "narrowed.json", of_single_tests)
    assert "iso23053 gate: NOT JUDGED" in run("gate", narrowed, status=23)
    assert "iso23053 gate: PASSED" in run("gate", narrowed, "--gate", "7.4/performance")
    assert "NOT JUDGED" in run("merge", narrowed, "-o", tmp_path / "merged.json", status=23)


def test_the_gate_says_which_run_it_is_about(inside):
    report = json.loads((inside / "whole.json").read_text(encoding="utf-8"))
    assert f"the run of {report['run']['started']}" in run("gate", "whole.json", status=1)


def test_a_waiver_that_has_ended_since_is_told_and_can_be_left_out(inside, tmp_path):
    waiver = {"id": "W1", "clause": "7.4/fairness", "test": None, "reason": "later", "owner": "risk@example.org",
              "expires": "2020-02-01", "approved_by": "", "ticket": "", "state": "used"}  # fmt: skip

    def of_2020(data):
        data["run"]["gathered"] |= {"day": "2020-01-15", "pytest_status": 0}
        data["run"]["policy"]["gate"] = data["run"]["policy"]["configured_gate"] = []
        waived = next(test for test in data["tests"] if "test_fair[0]" in test["nodeid"])
        waived.update(outcome="failed", supports=False)
        data["waivers"] = [waiver | {"tests": [waived["nodeid"]]}]

    path = edited(inside / "whole.json", tmp_path / "of_2020.json", of_2020)
    given = saved(read_report(path), load_catalogue("lifecycle", rootdir=tmp_path))
    path.write_text(render_json(given.judged(gate=(GateRule(ClauseReference("7.4", "fairness")),))), encoding="utf-8")
    output = run("gate", path)
    assert "iso23053 gate: PASSED" in output
    assert "! waiver W1 (7.4/fairness, owner risk@example.org) has ended on 2020-02-01" in output
    output = run("gate", path, "--today", status=1)
    assert "iso23053 gate: FAILED" in output
    assert "has ended" not in output


def test_what_was_not_checked_says_so_on_its_first_screen(inside, tmp_path):
    def of_a_catalogue_that_nobody_has(data):
        data["catalogue"]["id"] = "our-own"
        data["phases"][0]["verdict"] = "demonstrated"

    path = edited(inside / "whole.json", tmp_path / "forged.json", of_a_catalogue_that_nobody_has)
    for form in ("markdown:-", "html:-", "term"):
        shown = " ".join(run("render", path, "--format", form).split("The verdicts were not held", 1)[-1].split())
        assert "against the tests: it was made with the catalogue our-own" in shown


def test_a_gate_that_asks_for_less_says_so(inside):
    said = run("gate", "b.json", "--gate", "7.4/fairness")
    assert "iso23053 gate: PASSED" in said
    assert "not asked here, and asked by the configuration: 7.4/performance, demonstrated" in said
    assert run("gate", "b.json", "--gate", "off").count("not asked here") == 2


def test_a_stricter_gate(inside):
    said = run("gate", "b.json", "--gate", "7.4", "--fail-under", "50", "--no-waivers", status=1)
    assert "7.4/requirements is untested" in said
    assert "unknown clause" in run("gate", "b.json", "--gate", "99", status=2)


def test_an_explanation_says_why_and_what_would_close_it(inside):
    said = run("explain", "7.4/robustness", "7.2>7.3", "--report", "whole.json")
    assert "7.4/robustness is not demonstrated, its verdict is «inconclusive»:" in said
    assert "inconclusive  test_a.py::test_noise: assert flip_rate <= 0.2 is not demonstrated" in said
    assert "rows would decide flip_rate" in said
    assert "7.2>7.3 is demonstrated: no failure was detected by its tests." in said
    assert "did you mean" in run("explain", "7.4/robustnes", "--report", "whole.json", status=2)
    assert "name a report with --report whole.json" in run("explain", "7.4", "whole.json", status=2)


def test_a_report_is_shown_in_other_formats(inside, tmp_path):
    assert "iso23053 gate: PASSED" in run("render", "whole.json")
    said = run("render", "whole.json", "--format", f"html:{tmp_path / 'r.html'}", "--format", "json:-")
    assert "html report" in said
    assert "<html" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert json.loads(said.partition("\n")[2])["format"] == "pytest-iso23053"
    run("render", "whole.json", "--format", f"html:{tmp_path}/page/")
    assert (tmp_path / "page" / "index.html").exists()
    assert run("render", "whole.json", "--format", "github").startswith("::")
    run("render", "whole.json", "--format", f"badge:{tmp_path / 'b.json'}", "--format", f"markdown:{tmp_path / 'm.md'}")
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["schemaVersion"] == 1
    assert "did you mean" in run("render", "whole.json", "--format", "htm", status=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON (line 1"),
        ('{"format": "pytest-iso23053", "format_version": 1', "truncated or damaged"),
        ("[" * 100_000, "nested too deep"),
        ('{"format": "pytest-iso23053", "format_version": 2}', "upgrade pytest-iso23053"),
        ('{"format": "pytest-iso23053", "format_version": true}', "damaged"),
        ('{"format": "other"}', "not a report of this plugin"),
        ("[]", "not a report of this plugin"),
        ('{"format": NaN}', "is no number of JSON"),
        ('{"format": 1, "format": 2}', "stands twice"),
        ("\udcff", "is not UTF-8"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "r.json"
    path.write_bytes(text.encode("utf-8", errors="surrogateescape"))
    for command in (["gate", path], ["explain", "7.4", "--report", path], ["render", path]):
        assert said in run(*command, status=2)


def test_a_verdict_that_was_made_better_is_refused(inside, tmp_path):
    data = json.loads((inside / "whole.json").read_text(encoding="utf-8"))
    for phase in data["phases"]:
        for clause in phase["clauses"]:
            for aspect in clause["aspects"]:
                if aspect["id"] == "robustness":
                    aspect["verdict"] = "demonstrated"
    (tmp_path / "r.json").write_text(json.dumps(data), encoding="utf-8")
    said = run("gate", tmp_path / "r.json", status=2)
    assert "the verdicts do not follow from the tests" in said
    assert "robustness" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"n": 100', '"n": ' + "9" * 400), "a number of 400 digits"),
        (('"value": 0.9', '"value": 1e999'), "1e999 is no number of JSON"),
        (('"params": {}', '"params": {"a": ' + "[" * 500 + "]" * 500 + "}"), "nested too deep"),
        (('"attempts": 1', '"attempts": "1"'), "attempts: '1' is not of type 'integer'"),
        (('"low": 0.85', '"low": 0.5'), "the bound of its interval is not"),
    ],
    ids=["digits", "infinite", "deep", "type", "bound"],
)
def test_a_report_that_was_tampered_with_is_neither_judged_nor_shown(inside, tmp_path, change, said):
    text = (inside / "a.json").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "r.json").write_text(text.replace(*change, 1), encoding="utf-8")
    for command in (["gate", tmp_path / "r.json"], ["render", tmp_path / "r.json"]):
        assert said in run(*command, status=2)


@pytest.mark.parametrize("value", [5, None, [], {"a": []}, "x", [[1]]])
@pytest.mark.parametrize("key", ["run", "tests", "waivers", "subjects", "phases", "catalogue", "system", "gaps"])
def test_values_of_other_types_are_no_traceback(inside, tmp_path, key, value):
    data = json.loads((inside / "whole.json").read_text(encoding="utf-8"))
    data[key] = value
    (tmp_path / "r.json").write_text(json.dumps(data), encoding="utf-8")
    result = CliRunner().invoke(group, ["gate", str(tmp_path / "r.json")], prog_name="pytest-iso23053")
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit)


def test_what_became_worse_between_two_reports(inside, tmp_path):
    said = run("diff", "whole.json", "b.json", status=1)
    assert "✗ 7.4/performance was demonstrated and is untested" in said
    assert "✗ the gate was switched off" in said
    assert "· test_c.py::test_quality passed for 7.2/quality, and did not run" in said
    assert run("diff", "whole.json", "whole.json") == "nothing is worse, and nothing was made easier\n"
    gated = run("gate", "b.json", "--gate", "7.4/fairness", "--baseline", "whole.json", status=1)
    assert "against the baseline: 7.4/performance was demonstrated and is untested" in " ".join(gated.split())
    merged = run(
        "merge", "b.json", "--gate", "7.4/fairness", "--baseline", "whole.json", "-o", tmp_path / "m", status=1
    )
    assert "against the baseline" in merged


def test_nothing_heavy_is_loaded(inside):
    code = (
        "import sys; from pytest_iso23053.cli.group import group\n"
        "group(['explain', '7.4', '--report', 'whole.json'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'sklearn', 'pytest'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
