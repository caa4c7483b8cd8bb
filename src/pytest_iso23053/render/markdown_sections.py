"""The parts of the Markdown page, each a bounded list of entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts, measurement_text
from pytest_iso23053.render.markdown_text import code, prose, row, table
from pytest_iso23053.render.notices import notices, other_notes
from pytest_iso23053.render.words import GATES, OUTCOMES, VERDICTS, mark, say_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import Finding, Report, TestRecord

_REASONS = 20
_ROWS = 1_000


@dataclass(frozen=True)
class Section:
    """A heading, and the first entries as lines of Markdown: rows below ``table``, or items of a list."""

    title: str
    entries: list[str]
    noun: str
    nouns: str = ""
    table: str = ""
    total: int = 0  # where there are more than were spelled


def head(report: Report) -> str:
    """Return what one reads in ten seconds: the system, the gate with its reasons, and what changes their meaning."""
    judged = mark(GATES, report.gate.status)
    covered = facts.aspect_coverage(report)
    catalogue = prose(report.catalogue.get("id") or "–")
    lines = [
        f"## {judged.glyph} iso23053 gate: {prose(judged.word)}",
        f"**{prose(facts.system_name(report))}**, judged by the catalogue {catalogue}. "
        f"{prose(facts.verdict_line(report))}",
        f"Demonstrated: **{facts.percent(covered.percent)}** ({covered.demonstrated} of {covered.in_scope} required "
        f"aspects) · waived: {facts.percent(report.summary.waived_percent)} · not applicable: {covered.not_applicable} "
        f"· tests: {_counts(report.summary.tests) or 'none'}",
    ]
    reasons = [f"- {prose(reason)}" for reason in report.gate.reasons[:_REASONS]]
    if len(report.gate.reasons) > _REASONS:
        reasons.append(f"- … and {len(report.gate.reasons) - _REASONS} more")
    told = [f"- ⚠ {prose(notice)}" for notice in notices(report)]
    return "\n\n".join([*lines, *("\n".join(block) for block in (reasons, told) if block)])


def matrix(report: Report) -> Section:
    """Return the coverage matrix, a row for each clause and each aspect that is asked for or tested."""
    index = facts.TestIndex(report)
    entries = []
    for clause in facts.clauses(report):
        found = mark(VERDICTS, clause.verdict)
        alone = _counts(clause.counts)
        entries.append(
            row(f"**{prose(clause.id)} {prose(clause.title)}**", f"**{found.glyph} {prose(found.word)}**", alone)
        )
        for aspect in clause.aspects:
            if not (aspect.required or aspect.tests or aspect.verdict not in ("untested", "incomplete")):
                continue
            found = mark(VERDICTS, aspect.verdict)
            waived = index.waived(aspect.tests, f"{clause.id}/{aspect.id}")
            counts = _counts(aspect.counts) + (f" ({waived} waived)" if waived else "")
            name = f"{prose(aspect.id)}{'' if aspect.required else ' (further)'}"
            told = "; ".join(part for part in (counts, prose(aspect.reason, most=200)) if part)
            entries.append(row(name, f"{found.glyph} {prose(found.word)}", told))
    return Section("Coverage by life-cycle phase", entries, "row", table=table("Clause", "Verdict", "Tests"))


def boundaries(report: Report) -> Section:
    """Return the boundaries between phases."""
    entries = []
    for each in report.boundaries:
        found = mark(VERDICTS, each.verdict)
        name = code(f"{each.from_clause}>{each.to_clause}")
        entries.append(row(name, prose(each.title), f"{found.glyph} {prose(found.word)}", _counts(each.counts)))
    headings = table("Boundary", "What it is about", "Verdict", "Tests")
    return Section("Boundaries between phases", entries, "boundary", "boundaries", headings)


def _counts(counts: Mapping[str, int]) -> str:
    return prose(say_counts(counts, OUTCOMES))  # an outcome of a later version is somebody else's word


def findings(report: Report) -> Section:
    """Return the findings but the mere observations, what to read first in front."""
    told = [finding for finding in facts.ranked_findings(report) if finding.grade != "observation"]
    return Section("Findings", [_finding(finding) for finding in told[:200]], "finding", total=len(told))


def _finding(finding: Finding) -> str:
    accepted = f", waived by {prose(finding.waiver)}" if finding.waiver else ""
    lines = [
        f"- **{prose(finding.severity)} · {prose(finding.grade)} · {prose(finding.clause)}**{accepted}: "
        f"{prose(finding.sentence)}"
    ]
    if finding.attacker:
        lines.append(f"  - attacker: {prose(finding.attacker)}")
    if finding.reproduce:
        lines.append(f"  - reproduce: {code(finding.reproduce)}")
    return "\n".join(lines)


def tests(report: Report) -> Section:
    """Return the tests that call for attention, worst first."""
    found = facts.not_passed(report)
    return Section("Tests that did not pass", [_test(test) for test in found[:100]], "test", total=len(found))


def _test(test: TestRecord) -> str:
    judged = [record for record in test.measurements if record.get("judgement") not in (None, "met")]
    said = "; ".join(measurement_text.sentence(record) for record in judged[:3]) or test.reason
    return f"- {prose(mark(OUTCOMES, test.outcome).word)}: {code(test.nodeid, most=300)}" + (
        f" – {prose(said, most=500)}" if said else ""
    )


def waivers(report: Report) -> Section:
    """Return the waivers, expired ones first."""
    entries = [
        row(
            prose(waiver.get("state", "")),
            prose(waiver.get("id", "")),
            " ".join(code(waiver[key]) for key in ("clause", "test") if waiver.get(key)),
            *_decision(waiver),
        )
        for waiver in facts.ranked_waivers(report)[:_ROWS]
    ]
    headings = table("State", "Waiver", "Covers", "Owner", "Until", "Reason")
    return Section("Waivers", entries, "waiver", table=headings, total=len(report.waivers))


def not_applicable(report: Report) -> Section:
    """Return what was declared out of scope, with the owner of that decision."""
    declarations = report.not_applicable
    entries = [row(code(one.get("clause", "")), *_decision(one)) for one in declarations[:_ROWS]]
    headings = table("Clause", "Owner", "Until", "Reason")
    return Section("Declared not applicable", entries, "declaration", table=headings, total=len(declarations))


def _decision(said: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(prose(said.get(key) or "–", most=300) for key in ("owner", "expires", "reason"))


def gaps(report: Report) -> Section:
    """Return what could not be assessed, and what would close it."""
    entries = [f"- {code(gap.item, most=300)}: {prose(gap.needs, most=300)}" for gap in report.gaps[:100]]
    return Section("Gaps", entries, "gap", total=len(report.gaps))


def outside(report: Report) -> Section:
    """Return what tests name and the run's catalogue lacks."""
    entries = [f"- {prose(facts.outside_line(each), most=300)}" for each in report.outside_catalogue[:50]]
    return Section("Outside the run's catalogue", entries, "id", total=len(report.outside_catalogue))


def notes(report: Report) -> Section:
    """Return what is said once for the whole run."""
    found = other_notes(report)
    return Section("Notes", [f"- {prose(note, most=500)}" for note in found[:50]], "note", total=len(found))
