"""GitHub's annotations, read back as its runner reads them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import samples
from commands import commands
from golden_files import check

from pytest_iso23053.assurance.report import Finding, GateDecision
from pytest_iso23053.render.github import MOST_OF_A_KIND, render_github


def test_the_rich_report():
    check("annotations.txt", render_github(samples.rich()))


def test_what_is_said_comes_back_whole():
    said = "50 % of a, b: 1%0A2 : «x»"
    finding = Finding("1", "failure", "high", "7.4/x", None, "tests/a, b:c.py::test_d", said)
    test = samples.test("tests/a, b:c.py::test_d", "failed", line=7)
    (read,) = commands(render_github(replace(samples.empty(), findings=(finding,), tests=(test,))))
    assert read.kind == "error"
    assert read.message == said
    assert read.properties == {"file": "tests/a, b:c.py", "line": "7", "title": "7.4/x: failure"}


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (9, 9), (10, 10), (11, 10), (500, 10)])
def test_ten_of_a_kind_at_most_and_the_tenth_counts_the_rest(count, shown):
    findings = tuple(Finding(str(n), "failure", "high", "7.4/x", None, None, f"no. {n}") for n in range(count))
    read = commands(render_github(replace(samples.empty(), findings=findings)))
    assert len(read) == shown
    assert count <= MOST_OF_A_KIND or read[-1].message.startswith(f"{count - 9}\u00a0more annotations")


def test_kinds_follow_grades_and_a_waived_failure_is_a_notice():
    kinds = {each.properties["title"]: each.kind for each in commands(render_github(samples.rich()))}
    assert kinds["7.2>7.3: failure"] == "error"
    assert kinds["7.2/labelling: gap"] == "warning"
    assert kinds["7.4/fairness: failure (waived by W1)"] == "notice"
    assert kinds["7.4/robustness: observation"] == "notice"
    assert kinds["expired waiver W2 on 7.3/environment"] == "warning"
    assert kinds["iso23053 gate: FAILED"] == "error"


@pytest.mark.parametrize(("status", "expected"), [("passed", 0), ("off", 0), ("not-judged", 0), ("incomplete", 1)])
def test_a_gate_that_stops_nothing_is_not_annotated(status, expected):
    assert len(commands(render_github(replace(samples.empty(), gate=GateDecision(status))))) == expected


def test_a_long_sentence_is_cut_and_one_line():
    finding = Finding("1", "failure", "high", "7.4/x", None, None, "x\ny" * 50_000)
    text = render_github(replace(samples.empty(), findings=(finding,)))
    assert text.count("\n") == 1
    assert len(text) < 1_500


def test_counts_by_kind_in_a_large_report():
    grades = ("failure", "weakness", "gap", "observation", "not assessed") * 40
    findings = tuple(Finding(str(n), grade, "low", "7.4/x", None, None, "x") for n, grade in enumerate(grades))
    counted = Counter(each.kind for each in commands(render_github(replace(samples.empty(), findings=findings))))
    assert counted == {"error": 10, "warning": 10, "notice": 10}
