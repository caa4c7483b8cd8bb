from __future__ import annotations

import re
from dataclasses import replace

import pytest
import samples
from golden_files import check

from pytest_iso23053.assurance.report import Finding, GateDecision
from pytest_iso23053.render.terminal import render_gate, render_static, render_terminal
from pytest_iso23053.render.text import columns
from pytest_iso23053.render.words import GATES, VERDICTS

CODES = re.compile("\x1b\\[[0-9;]*m")
RENDERERS = {"terminal": render_terminal, "static": render_static, "gate": render_gate}
SAMPLES = {"rich": samples.rich(), "empty": samples.empty(), "clean": samples.clean(), "hostile": samples.hostile()}


@pytest.mark.parametrize(
    ("name", "width", "colour", "unicode"),
    [("wide", 120, False, True), ("narrow", 40, False, True), ("ascii", 80, False, False), ("colour", 80, True, True)],
)
def test_the_rich_report(name, width, colour, unicode):
    lines = render_terminal(samples.rich(), width=width, colour=colour, unicode=unicode)
    check(f"terminal-{name}.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("name", ["empty", "clean"])
def test_small_reports(name):
    check(f"terminal-{name}.txt", "\n".join(render_terminal(SAMPLES[name], width=80, colour=False)) + "\n")


def test_what_a_run_would_cover():
    lines = render_static(samples.rich(), width=80, colour=False)
    check("terminal-static.txt", "\n".join(lines) + "\n")
    assert not any("demonstrated" in line or "gate:" in line for line in lines)


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("width", [1, 30, 40, 79, 200])
@pytest.mark.parametrize("unicode", [True, False], ids=["unicode", "ascii"])
def test_lines_fit_and_hold_no_control_character(render, report, width, unicode):
    for colour in (False, True):
        for line in render(report, width=width, colour=colour, unicode=unicode):
            plain = CODES.sub("", line) if colour else line
            assert plain.isprintable()
            # One more where a wide character cannot be broken; a command to be copied stays on its line.
            assert columns(plain) <= max(width - 1, 30) + 1 or plain.lstrip().startswith("reproduce: ")
            assert plain == plain.rstrip()
            assert unicode or plain.isascii()
            plain.encode("utf-8")


@pytest.mark.parametrize("report", SAMPLES.values(), ids=SAMPLES)
def test_colours_change_nothing_but_colours(report):
    plain = render_terminal(report, width=80, colour=False)
    painted = render_terminal(report, width=80, colour=True)
    assert [CODES.sub("", line) for line in painted] == plain


@pytest.mark.parametrize("status", samples.GATES)
@pytest.mark.parametrize("render", [render_terminal, render_gate])
def test_one_line_says_what_the_gate_decided(status, render):
    report = samples.rich(status)
    lines = render(report, width=100, colour=False)
    assert [line for line in lines if "iso23053 gate:" in line] == [f"iso23053 gate: {GATES[status].word}"]
    below = lines[lines.index(f"iso23053 gate: {GATES[status].word}") + 1 :]
    assert sum(line.startswith("  - ") for line in below) == len(report.gate.reasons)


@pytest.mark.parametrize("width", [20, 80, 200])
def test_nothing_foreign_can_pass_for_the_line_of_the_gate(width):
    lines = render_terminal(samples.hostile(), width=width, colour=False)
    assert [line for line in lines if "iso23053 gate:" in line.casefold()] == ["iso23053 gate: FAILED"]


def test_every_verdict_has_its_word_and_its_glyph():
    lines = render_terminal(samples.rich(), width=100, colour=False)
    for mark in VERDICTS.values():
        assert any(line.strip().startswith(f"{mark.glyph} {mark.word}") for line in lines)


def test_lists_are_bounded():
    lines = render_terminal(samples.rich(), width=100, colour=False)
    assert "  … and 12 more; an HTML or JSON report lists them all" in lines
    many = tuple(Finding(f"F{n}", "failure", "low", "7.4", None, None, f"sentence {n}") for n in range(40))
    reasons = tuple(f"reason {n}" for n in range(50))
    report = replace(samples.rich(), findings=many, gate=GateDecision("failed", reasons))
    lines = render_terminal(report, width=100, colour=False)
    assert sum(line.strip().startswith("sentence") for line in lines) == 5
    assert sum(line.startswith("  - reason") for line in lines) == 20


def test_a_waiver_is_shown_with_its_owner_and_its_end():
    text = " ".join(render_terminal(samples.rich(), width=200, colour=False))
    assert "used: W1 7.4/fairness, until 2027-01-31, owner risk@example.org: Re-weighting ships in 2.3" in text
    assert "expired: W2 7.3/environment *environment*, ended 2026-03-31, owner platform@example.org" in text
    assert "(2 waived)" in text


def test_waived_and_not_applicable_stand_beside_the_headline():
    lines = render_terminal(samples.rich(), width=120, colour=False)
    assert "Demonstrated: 47.3 % (9 of 19 required aspects) · waived: 10.5 % · not applicable: 2" in lines
