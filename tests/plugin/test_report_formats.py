"""Reports of every format, asked for on the command line or by the surroundings."""

from __future__ import annotations

import json

import pytest

TESTS = """
    import pytest

    @pytest.mark.clause("7.4/performance")
    def test_fails():
        assert 1 + 1 == 3
"""


@pytest.fixture(autouse=True)
def nowhere_near_github(monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def run(pytester):
    pytester.makepyfile(test_one=TESTS)
    return lambda *arguments: pytester.runpytest("--iso23053", *arguments)


DEFAULTS = {
    "html": "iso23053-report.html",
    "json": "iso23053-report.json",
    "markdown": "iso23053-report.md",
    "sarif": "iso23053-report.sarif",
    "badge": "iso23053-badge.svg",
}


def test_every_format_has_a_default_path(pytester, run):
    result = run(*(f"--iso23053-report={name}" for name in DEFAULTS))
    for name, path in DEFAULTS.items():
        assert (pytester.path / path).stat().st_size > 100
        result.stdout.fnmatch_lines(f"*{name} report: {path}")


def test_a_page_in_a_folder(pytester, run):
    result = run("--iso23053-report=html:public/report/")
    result.stdout.fnmatch_lines("*html report: public/report/index.html")
    written = {path.suffix for path in (pytester.path / "public" / "report").iterdir()}
    assert written == {".html", ".css", ".js"}


def test_a_page_that_is_somebody_elses_is_not_replaced(pytester, run):
    (pytester.path / "site").mkdir()
    (pytester.path / "site" / "index.html").write_text("mine")
    result = run("--iso23053-report=html:site/")
    result.stdout.fnmatch_lines("*the html report could not be written to *site*no report of ours*")
    assert (pytester.path / "site" / "index.html").read_text() == "mine"


def test_two_runs_give_the_same_bytes_with_a_date_of_ones_own(pytester, run, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    for name in ("one", "two"):
        run(f"--iso23053-report=html:{name}.html", f"--iso23053-report=html:{name}/")
    one, two = ((pytester.path / f"{name}.html").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b"2026-01-01T00:00:00+00:00 (SOURCE_DATE_EPOCH)" in one
    folders = [{path.name: path.read_bytes() for path in (pytester.path / name).iterdir()} for name in ("one", "two")]
    assert folders[0] == folders[1]


def test_a_badge_for_shields_by_its_suffix(pytester, run):
    run("--iso23053-report=badge:public/badge.json")
    assert json.loads((pytester.path / "public" / "badge.json").read_text())["schemaVersion"] == 1


@pytest.mark.parametrize("name", ["oscal", "cyclonedx", "in-toto"])
def test_a_format_that_is_yet_to_come_is_a_usage_error(run, name):
    result = run(f"--iso23053-report={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(f"*this version does not write {name} reports; it writes *sarif*")


ANNOTATION = "::error file=test_one.py,line=3,title=7.4/performance%3A failure::*"


@pytest.mark.parametrize("arguments", [(), ("-q",), ("-p", "no:terminal")])
def test_annotations_go_to_standard_output_where_asked_for(pytester, run, arguments):
    run("--iso23053-report=github", *arguments).stdout.fnmatch_lines(ANNOTATION)
    assert [path.name for path in pytester.path.iterdir() if "github" in path.name] == []


def test_annotations_are_printed_in_github_actions_and_nowhere_else(run, monkeypatch):
    run().stdout.no_fnmatch_line("*::error*")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run().stdout.fnmatch_lines(ANNOTATION)
    run("--collect-only").stdout.no_fnmatch_line("*::error*")


def test_annotations_can_be_written_to_a_file(pytester, run):
    result = run("--iso23053-report=github:annotations.txt")
    assert (pytester.path / "annotations.txt").read_text().count("::error ") == 1
    result.stdout.no_fnmatch_line(ANNOTATION)


def test_the_gate_is_the_last_word_beneath_annotations(run):
    lines = run("--iso23053-report=github", "--iso23053-gate=7.4").stdout.lines
    places = [place for place, line in enumerate(lines) if line.startswith(("::error", "iso23053 gate: "))]
    assert lines[places[-1]].startswith("iso23053 gate: FAILED")


def test_no_line_of_the_report_is_a_command_to_the_runner(pytester, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    pytester.makepyfile(
        test_two="""
        import pytest

        @pytest.mark.clause("7.4/performance")
        @pytest.mark.parametrize("x", ["w " * 60 + "::warning::pwned " + "v" * 60 + " ::stop-commands::x"])
        def test_it(x):
            assert 0, x
        """
    )
    result = pytester.runpytest("--iso23053", "--tb=no", "--no-header", "-q", "--no-summary", "-v")
    section = result.stdout.str().partition("life-cycle assurance")[2]
    assert "::warning::pwned" in section
    assert not [line for line in section.splitlines() if line.lstrip().startswith("::")]


def test_a_step_summary_keeps_what_the_step_has_said_before(pytester, run, monkeypatch):
    summary = pytester.path / "summary.md"
    summary.write_text("# before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run(f"--iso23053-report=markdown:{summary}", "--iso23053-report=json:other.json")
    assert summary.read_text().startswith("# before\n## – iso23053 gate: off\n")
    assert (pytester.path / "other.json").exists()


def test_another_plugin_may_add_a_format_and_replaces_none(pytester, run):
    pytester.makeconftest(
        """
        def pytest_iso23053_renderers():
            return {"words": (lambda report: report.gate.status, "words.txt"), "json": (lambda report: "", "x")}
        """
    )
    run("--iso23053-report=words", "--iso23053-report=json")
    assert (pytester.path / "words.txt").read_text() == "off"
    assert json.loads((pytester.path / "iso23053-report.json").read_text())


CATALOGUE = """
id = "ours"
title = "Ours"
edition = "3"
extends = "lifecycle"

[[phases]]
id = "vv"
title = "Verification & Validation"

[[phases.clauses]]
id = "7.4"
slug = "vv"
title = "Verification & Validation"

[[phases.clauses.aspects]]
id = "fairness"
title = "Fairness"
required = false
"""


def test_a_catalogue_that_asks_less_is_named_on_the_first_screen(pytester, run):
    (pytester.path / "ours.toml").write_text(CATALOGUE)
    run("--iso23053-catalogue=ours.toml", "--iso23053-report=html:r.html")
    page = (pytester.path / "r.html").read_text(encoding="utf-8")
    first = page[page.index("<body>") : page.index("<main>")]
    assert "The catalogue ours 3 does not require 7.4/fairness, as lifecycle does." in first
