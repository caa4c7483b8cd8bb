"""The coverage matrix for a terminal, and at its end the one line that says what the gate decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_iso23053.render import facts
from pytest_iso23053.render.notices import notices, selection
from pytest_iso23053.render.page import Page
from pytest_iso23053.render.terminal_lists import findings, gaps, more, not_applicable, notes, pointed_out, waivers
from pytest_iso23053.render.terminal_scoping import claims, threats
from pytest_iso23053.render.text import columns, visible
from pytest_iso23053.render.words import GATES, OUTCOMES, VERDICTS, Mark, mark, plural, say_counts

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, ClauseVerdict, Report

_REASONS = 20
_LABEL = 30  # the widest label that counts are lined up behind


def render_terminal(report: Report, *, width: int, colour: bool, unicode: bool = True) -> list[str]:
    """Render a report as lines for a terminal.

    Parameters
    ----------
    report : Report
    width : int
        Columns of the terminal.
    colour : bool
        Whether to add ANSI codes. Words and glyphs say the same without them.
    unicode : bool
        False for a terminal whose encoding has no glyphs but ASCII's.
    """
    page = Page(width, colour=colour, unicode=unicode)
    _subject(page, report)
    _matrix(page, report)
    _boundaries(page, report)
    for section in (findings, claims, threats, pointed_out, waivers, not_applicable, gaps, notes):
        section(page, report)
    # A terminal is read from its end: what one must know stands last.
    _headline(page, report)
    _gate(page, report)
    return page.lines


def render_gate(report: Report, *, width: int, colour: bool, unicode: bool = True) -> list[str]:
    """Render what even a quiet run says: what the gate decided and why, and what changes the meaning of that.

    The parameters are those of `render_terminal`.
    """
    page = Page(width, colour=colour, unicode=unicode)
    _notices(page, report)
    _gate(page, report)
    return page.lines


def render_static(report: Report, *, width: int, colour: bool, unicode: bool = True) -> list[str]:
    """Render what a run *would* cover, from what was collected alone: nothing was run, so nothing is judged.

    ``report`` is built from a collection without any event; the parameters are those of `render_terminal`.
    """
    page = Page(width, colour=colour, unicode=unicode)
    _subject(page, report)
    page.text("Collected only: what a run would cover. Nothing was run, and no gate is judged.", indent=0)
    page.blank()
    _static_matrix(page, report)
    asked = [aspect for _, aspect in facts.aspects(report) if aspect.required and not aspect.computed]
    tested = sum(bool(aspect.tests) for aspect in asked)
    page.blank()
    page.text(f"{tested} of {plural(len(asked), 'required aspect')} would be tested", indent=0, style="bold")
    if narrowed := selection(report):
        page.text(f"! Narrowed: {facts.bounded(narrowed, 6)}", indent=0, style="open")
    told = {gap.item for gap in report.gaps} & _references(report)
    gaps(page, replace(report, gaps=tuple(gap for gap in report.gaps if gap.item not in told)))
    notes(page, report)
    return page.lines


def _references(report: Report) -> set[str]:
    """List what the matrix above has a row for: its gaps are told there."""
    aspects = {f"{clause.id}/{aspect.id}" for clause, aspect in facts.aspects(report)}
    return aspects | {f"{boundary.from_clause}>{boundary.to_clause}" for boundary in report.boundaries}


def _static_matrix(page: Page, report: Report) -> None:
    label_width = _label_width(page, report)
    for clause in facts.clauses(report):
        tests = {nodeid for held in (clause.tests, *(aspect.tests for aspect in clause.aspects)) for nodeid in held}
        page.row(_collected(len(tests)), f"{clause.id} {clause.title}", depth=0)
        for aspect in clause.aspects:
            found = _computed if aspect.computed else _collected(len(aspect.tests))
            if not _is_unseen(aspect):
                page.row(found, _label(aspect), depth=1, label_width=label_width)
        _unseen(page, clause, 2)
        if clause.tests:
            alone = plural(len(clause.tests), "test")
            page.text(f"naming {clause.id} alone, covering no aspect: {alone}", style="faint")
    if report.boundaries:
        page.heading("Boundaries between phases")
    for boundary in report.boundaries:
        page.row(_collected(len(boundary.tests)), f"{boundary.from_clause}>{boundary.to_clause}", depth=1)


_computed = Mark("computed", "–", "-", "none", "dash")


def _collected(count: int) -> Mark:
    """Mark what has tests; not with the glyph of a verdict, which only a run can give."""
    return Mark(plural(count, "test"), "•", "*", "open", "dot") if count else Mark("no test", "○", "o", "none", "ring")


def _subject(page: Page, report: Report) -> None:
    catalogue = report.catalogue
    edition = f", edition {catalogue['edition']}" if catalogue.get("edition") else ""
    page.text(f"System: {facts.system_name(report)}", indent=0, style="bold")
    page.text(f"Judged by the catalogue {catalogue.get('id', '–')}{edition}.", indent=0, style="faint")


def _matrix(page: Page, report: Report) -> None:
    page.blank()
    index = facts.TestIndex(report)
    label_width = _label_width(page, report)
    for phase in report.phases:
        depth = 0
        if len(phase.clauses) != 1 or phase.clauses[0].title != phase.title:
            page.row(mark(VERDICTS, phase.verdict), phase.title, depth=0)
            depth = 1
        for clause in phase.clauses:
            _clause(page, clause, index, depth, label_width)


def _label_width(page: Page, report: Report) -> int:
    widths = [columns(page.say(_label(aspect))) for _, aspect in facts.aspects(report) if not _is_unseen(aspect)]
    return min(max(widths, default=0), _LABEL)


def _is_unseen(aspect: AspectVerdict) -> bool:
    """Tell whether an aspect is neither asked for nor tested; those share one line below their clause."""
    return not aspect.required and not aspect.tests and aspect.verdict in {"untested", "incomplete"}


def _unseen(page: Page, clause: ClauseVerdict, indent: int) -> None:
    listed = ", ".join(visible(aspect.id) for aspect in clause.aspects if _is_unseen(aspect))
    if listed:
        page.text(f"further aspects, untested: {listed}", indent=indent, style="faint")


def _label(aspect: AspectVerdict) -> str:
    return aspect.id if aspect.required else f"{aspect.id} (further)"


def _clause(page: Page, clause: ClauseVerdict, index: facts.TestIndex, depth: int, label_width: int) -> None:
    required = [aspect for aspect in clause.aspects if aspect.required and aspect.verdict != "not-applicable"]
    shown = sum(aspect.verdict == "demonstrated" for aspect in required)
    progress = f"{shown} of {len(required)} demonstrated" if required else ""
    page.row(mark(VERDICTS, clause.verdict), f"{clause.id} {clause.title}", progress, depth=depth)
    for aspect in clause.aspects:
        if not _is_unseen(aspect):
            detail = _detail(aspect, index, f"{clause.id}/{aspect.id}")
            page.row(mark(VERDICTS, aspect.verdict), _label(aspect), detail, depth=depth + 1, label_width=label_width)
    indent = 2 * (depth + 1)
    if clause.tests:
        counts = say_counts(clause.counts, OUTCOMES) or plural(len(clause.tests), "test")
        page.text(f"naming {clause.id} alone, covering no aspect: {counts}", indent=indent, style="faint")
    _unseen(page, clause, indent)


def _detail(verdict: AspectVerdict | BoundaryVerdict, index: facts.TestIndex, reference: str) -> str:
    """Say what a verdict rests on: the tests by outcome, and the reason where one is given."""
    counts = say_counts(verdict.counts, OUTCOMES)
    waived = index.waived(verdict.tests, reference)
    if waived:
        counts += f" ({waived} waived)"
    # Why something is not applicable is told once, below, with the owner of that decision.
    reason = getattr(verdict, "reason", "") if verdict.verdict != "not-applicable" else ""
    return "; ".join(part for part in (counts, reason) if part)


def _boundaries(page: Page, report: Report) -> None:
    if not report.boundaries:
        return
    page.heading("Boundaries between phases")
    index = facts.TestIndex(report)
    asked = " (required)"
    label_width = len("7.2>7.3") + (len(asked) if any(boundary.required for boundary in report.boundaries) else 0)
    for boundary in report.boundaries:
        reference = f"{boundary.from_clause}>{boundary.to_clause}"
        label = reference + (asked if boundary.required else "")
        detail = _detail(boundary, index, reference)
        page.row(mark(VERDICTS, boundary.verdict), label, detail, depth=1, label_width=label_width)


def _headline(page: Page, report: Report) -> None:
    aspects, boundaries = facts.aspect_coverage(report), facts.boundary_coverage(report)
    page.blank()
    page.text(
        f"Demonstrated: {_share(aspects, 'required aspect')} · waived: {facts.percent(report.summary.waived_percent)}"
        f" · not applicable: {aspects.not_applicable}",
        indent=0,
        style="bold",
    )
    if report.boundaries:
        page.text(f"Boundaries demonstrated: {_share(boundaries, 'boundary', 'boundaries')}", indent=0)
    total = sum(report.summary.tests.values())
    counts = say_counts(report.summary.tests, OUTCOMES)
    page.text(f"Tests: {total}" + (f" ({counts})" if counts else ""), indent=0)
    page.text(facts.verdict_line(report), indent=0)
    _notices(page, report)


def _notices(page: Page, report: Report) -> None:
    for notice in notices(report):
        page.text(f"! {notice}", indent=0, style="open")


def _share(covered: facts.Coverage, noun: str, nouns: str = "") -> str:
    if not covered.in_scope:
        return "nothing in scope"
    return f"{facts.percent(covered.percent)} ({covered.demonstrated} of {plural(covered.in_scope, noun, nouns)})"


def _gate(page: Page, report: Report) -> None:
    page.gate(mark(GATES, report.gate.status))
    for reason in report.gate.reasons[:_REASONS]:
        page.text(f"- {reason}")
    more(page, len(report.gate.reasons) - _REASONS)
