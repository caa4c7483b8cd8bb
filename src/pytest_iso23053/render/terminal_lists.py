"""The lists below the matrix in a terminal: bounded, since a terminal scrolls away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.notices import other_notes
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.render.page import Page

_FINDINGS, _GAPS, _NOTES, _WAIVERS, _TESTS = 5, 8, 12, 12, 3


def findings(page: Page, report: Report) -> None:
    """Add the few findings to read first, in the sentence of the standard."""
    if not report.findings:
        return
    page.heading("Findings", facts.say_grades(report))
    # The heading counts the other grades: what has no test is listed among the gaps, and observations judge nothing.
    told = [finding for finding in facts.ranked_findings(report) if facts.is_grave(finding)]
    for finding in told[:_FINDINGS]:
        covered = f", waived by {finding.waiver}" if finding.waiver else ""
        page.text(f"{finding.severity} · {finding.grade} · {finding.clause}{covered}", style="bold")
        page.text(finding.sentence, indent=4, hang=0)
        if finding.reproduce:
            page.command(f"reproduce: {finding.reproduce}")
    more(page, len(told) - _FINDINGS)


def more(page: Page, count: int, where: str = "an HTML or JSON report lists them all") -> None:
    """Count what is not shown."""
    if count > 0:
        page.text(f"… and {count} more; {where}", style="faint")


def pointed_out(page: Page, report: Report) -> None:
    """List the evidence that deserves a second look."""
    kinds = facts.pointed_out(report)
    if not kinds:
        return
    page.heading("Pointed out")
    for kind, tests in kinds:
        page.text(f"{plural(len(tests), 'test')}: {kind}")
        for test in tests[:_TESTS]:
            page.nodeid(test.nodeid)
        if len(tests) > _TESTS:
            page.text(f"… and {len(tests) - _TESTS} more", indent=4, style="faint")


def waivers(page: Page, report: Report) -> None:
    """List the waivers with their owners and ends, expired ones first."""
    if report.waivers:
        page.heading("Waivers")
    for waiver in facts.ranked_waivers(report)[:_WAIVERS]:
        state = waiver.get("state", "")
        scope = " ".join(str(waiver[key]) for key in ("id", "clause", "test") if waiver.get(key))
        page.text(f"{state}: {scope}, {_owned(waiver)}", style="bad" if state == "expired" else "")
    more(page, len(report.waivers) - _WAIVERS)


def not_applicable(page: Page, report: Report) -> None:
    """List what was declared out of scope, with the owner of that decision."""
    if report.not_applicable:
        page.heading("Declared not applicable")
    for declared in report.not_applicable[:_WAIVERS]:
        page.text(f"{declared.get('clause')}, {_owned(declared)}")
    more(page, len(report.not_applicable) - _WAIVERS)


def _owned(decision: Mapping[str, Any]) -> str:
    ends = "ended" if decision.get("state") == "expired" else "until"
    return f"{ends} {decision.get('expires')}, owner {decision.get('owner')}: {decision.get('reason')}"


def gaps(page: Page, report: Report) -> None:
    """List what could not be assessed, and what would close it."""
    if report.gaps:
        page.heading("Gaps", plural(len(report.gaps), "thing") + " not assessed")
        for gap in report.gaps[:_GAPS]:
            page.text(f"{gap.item}: {gap.needs}")
        more(page, len(report.gaps) - _GAPS)


def notes(page: Page, report: Report) -> None:
    """Add what is said once for the whole run."""
    if report.outside_catalogue:
        page.heading("Outside the run's catalogue")
        for outside in report.outside_catalogue[:_GAPS]:
            page.text(facts.outside_line(outside))
        more(page, len(report.outside_catalogue) - _GAPS)
    notes = other_notes(report)
    if notes:
        page.heading("Notes")
        for note in notes[:_NOTES]:
            page.text(note)
        more(page, len(notes) - _NOTES)
