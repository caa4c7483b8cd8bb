"""What the HTML page shows, as plain records: chosen, ordered and bounded here, so that the template only lays out.

The page grows with clauses and failures, never with passing tests: of these it holds counts and the first node ids.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.html_measurements import MeasurementsView, measurements_view
from pytest_iso23053.render.text import abridge, visible, visible_lines
from pytest_iso23053.render.words import GATES, OUTCOMES, VERDICTS, Mark, counted, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import (
        AspectVerdict,
        BoundaryVerdict,
        ClauseVerdict,
        PhaseVerdict,
        Report,
        TestRecord,
    )

_TESTS = 8  # node ids listed under an aspect
_TROUBLED = 200  # tests told with their reasons
_LISTED = 500  # findings, gaps and the like: bounded only so that no input can make the page unreadable
NODEID, _REASON = 300, 4000  # characters shown

_unsafe = re.compile("[^A-Za-z0-9._-]+")


def anchor(kind: str, name: str) -> str:
    """Make an identifier to link to: ``clause-7.4``; where it had to be changed, a digest keeps it apart."""
    plain = _unsafe.sub("-", name)
    if plain == name and len(plain) <= 60:
        return f"{kind}-{plain}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kind}-{plain[:40]}-{digest}"


@dataclass(frozen=True)
class TestView:
    """A test as a line, with what is remarkable about it."""

    __test__ = False

    nodeid: str
    mark: Mark
    tags: tuple[str, ...]
    references: tuple[str, ...]
    reason: tuple[str, ...]
    attachments: tuple[str, ...]


@dataclass(frozen=True)
class VerdictView:
    """An aspect or a boundary, or the tests that name a clause alone (``mark`` is None)."""

    anchor: str
    reference: str
    title: str
    mark: Mark | None
    required: bool
    computed: bool
    counts: tuple[tuple[int, Mark], ...]
    waived: int
    reason: str
    tests: tuple[TestView, ...]
    total: int


@dataclass(frozen=True)
class ClauseView:
    """A clause with its aspects; of the ``asked`` ones in scope, ``shown`` are demonstrated."""

    anchor: str
    id: str
    title: str
    mark: Mark
    shown: int
    asked: int
    aspects: tuple[VerdictView, ...]
    own: VerdictView | None


@dataclass(frozen=True)
class PhaseView:
    """A phase of the life cycle; ``single`` where it is the same as its one clause."""

    anchor: str
    title: str
    number: str
    mark: Mark
    single: bool
    shown: int
    asked: int
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True)
class Bounded:
    """The first items of a list, and how many it has."""

    items: tuple[Any, ...]
    total: int

    @property
    def more(self) -> int:
        """Count what is not shown."""
        return self.total - len(self.items)


@dataclass(frozen=True)
class PageView:
    """The whole page."""

    report: Report
    name: str
    gate: Mark
    verdict_line: str
    notices: tuple[str, ...]
    aspects: facts.Coverage
    boundary_coverage: facts.Coverage
    verdicts: tuple[tuple[int, Mark], ...]
    outcomes: tuple[tuple[int, Mark], ...]
    tests_total: int
    phases: tuple[PhaseView, ...]
    boundaries: tuple[VerdictView, ...]
    findings: Bounded
    grades: str
    measurements: MeasurementsView
    troubled: Bounded
    pointed_out: tuple[tuple[str, Bounded], ...]
    waivers: Bounded
    not_applicable: Bounded
    gaps: Bounded
    outside: Bounded
    notes: Bounded
    system: tuple[tuple[str, str], ...]
    run: tuple[tuple[str, str], ...]


def page_view(report: Report) -> PageView:
    """Choose and order everything that the page shows."""
    index = facts.TestIndex(report)
    return PageView(
        report=report,
        name=abridge(facts.system_name(report), 160),
        gate=mark(GATES, report.gate.status),
        verdict_line=facts.verdict_line(report),
        notices=facts.notices(report),
        aspects=facts.aspect_coverage(report),
        boundary_coverage=facts.boundary_coverage(report),
        verdicts=tuple(counted(facts.required_verdicts(report), VERDICTS)),
        outcomes=tuple(counted(report.summary.tests, OUTCOMES)),
        tests_total=sum(report.summary.tests.values()),
        phases=tuple(_phase(phase, index) for phase in report.phases),
        boundaries=tuple(_boundary(boundary, index) for boundary in report.boundaries),
        findings=_bounded(facts.ranked_findings(report)),
        grades=facts.say_grades(report),
        measurements=measurements_view(report),
        troubled=_tests(facts.not_passed(report), _TROUBLED),
        pointed_out=tuple((kind, _tests(tests, _TESTS)) for kind, tests in facts.pointed_out(report)),
        waivers=_bounded(facts.ranked_waivers(report)),
        not_applicable=_bounded(report.not_applicable),
        gaps=_bounded(report.gaps),
        outside=_bounded([facts.described(outside) for outside in report.outside_catalogue]),
        notes=_bounded(facts.other_notes(report)),
        system=_system(report.system),
        run=_run(report),
    )


def _bounded(items: Any, limit: int = _LISTED) -> Bounded:
    return Bounded(tuple(items[:limit]), len(items))


def _tests(records: list[TestRecord], limit: int) -> Bounded:
    return Bounded(tuple(map(test_view, records[:limit])), len(records))


def test_view(record: TestRecord) -> TestView:
    """Reduce a test to its line."""
    tags = [
        f"waived by {visible(record.waiver)}" if record.waiver else "",
        f"{record.attempts} attempts" if record.attempts > 1 else "",
        "flaky" if record.flaky else "",
        "asserts nothing" if record.unasserted else "",
        f"{len(record.subtests_skipped)} sub-tests skipped" if record.subtests_skipped else "",
    ]
    reason = abridge("\n".join(visible_lines(record.reason)), _REASON).split("\n") if record.reason else ()
    return TestView(
        nodeid=abridge(visible(record.nodeid), NODEID),
        mark=mark(OUTCOMES, record.outcome),
        tags=tuple(tag for tag in tags if tag),
        references=(*record.clauses, *record.boundaries),
        reason=tuple(reason),
        attachments=tuple(attachment_text(attachment) for attachment in record.attachments[:_TESTS]),
    )


def attachment_text(attachment: Mapping[str, Any]) -> str:
    """Spell what a test left beside its numbers: a note, or a file with its digest."""
    shown = {key: attachment.get(key) for key in ("name", "text", "path", "sha256")}
    return abridge(facts.described(shown), _REASON)


test_view.__test__ = False  # type: ignore[attr-defined]


def _phase(phase: PhaseVerdict, index: facts.TestIndex) -> PhaseView:
    clauses = tuple(_clause(clause, index) for clause in phase.clauses)
    ids = [clause.id for clause in clauses]
    return PhaseView(
        anchor=anchor("phase", phase.id),
        title=phase.title,
        number=ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}" if ids else "",
        mark=mark(VERDICTS, phase.verdict),
        single=len(clauses) == 1 and clauses[0].title == phase.title,
        shown=sum(clause.shown for clause in clauses),
        asked=sum(clause.asked for clause in clauses),
        clauses=clauses,
    )


def _clause(clause: ClauseVerdict, index: facts.TestIndex) -> ClauseView:
    asked = [aspect for aspect in clause.aspects if aspect.required and aspect.verdict != "not-applicable"]
    return ClauseView(
        anchor=anchor("clause", clause.id),
        id=clause.id,
        title=clause.title,
        mark=mark(VERDICTS, clause.verdict),
        shown=sum(aspect.verdict == "demonstrated" for aspect in asked),
        asked=len(asked),
        aspects=tuple(_aspect(clause.id, aspect, index) for aspect in clause.aspects),
        own=_own_tests(clause, index) if clause.tests else None,
    )


def _verdict(reference: str, title: str, kind: str, held: Any, index: facts.TestIndex) -> VerdictView:
    tests = index.worst_first(held.tests)
    return VerdictView(
        anchor=anchor(kind, reference),
        reference=reference,
        title=title,
        mark=mark(VERDICTS, held.verdict),
        required=getattr(held, "required", False),
        computed=getattr(held, "computed", False),
        counts=tuple(counted(held.counts, OUTCOMES)),
        waived=index.waived(held.tests, reference),
        reason=getattr(held, "reason", ""),
        tests=tuple(map(test_view, tests[:_TESTS])),
        total=len(tests),
    )


def _aspect(clause_id: str, aspect: AspectVerdict, index: facts.TestIndex) -> VerdictView:
    return _verdict(f"{clause_id}/{aspect.id}", aspect.title, "aspect", aspect, index)


def _boundary(boundary: BoundaryVerdict, index: facts.TestIndex) -> VerdictView:
    reference = f"{boundary.from_clause}>{boundary.to_clause}"
    return _verdict(reference, boundary.title, "boundary", boundary, index)


def _own_tests(clause: ClauseVerdict, index: facts.TestIndex) -> VerdictView:
    return _verdict(clause.id, "", "tests", clause, index)


def _system(system: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    labels = {"intended_purpose": "Intended purpose", "responsible": "Responsible"}
    shown = {key: value for key, value in system.items() if key not in {"name", "version"} and value not in (None, "")}
    return tuple((labels.get(key, key), _value(value)) for key, value in shown.items())


_RUN_LABELS = {
    "started": "Started",
    "duration": "Duration",
    "exit_status": "Exit status",
    "complete": "Complete",
    "plugin": "pytest-iso23053",
    "python": "Python",
    "pytest": "pytest",
    "packages": "Packages",
    "platform": "Platform",
    "git": "Source",
    "config_sha256": "Configuration (SHA-256)",
    "seed": "Seed",
    "workers": "Workers",
    "selection": "Selection",
}


def _run(report: Report) -> tuple[tuple[str, str], ...]:
    """Label what is known of the run; of a report from a later version also what has no label yet."""
    shown = dict(report.run)
    git = shown.get("git")
    if isinstance(git, dict):
        dirty = ", with uncommitted changes" if git.get("dirty") else ""
        shown["git"] = f"commit {git.get('commit')}{dirty}" if git.get("commit") else ""
    if isinstance(shown.get("duration"), float):
        shown["duration"] = f"{shown['duration']:.1f} s"
    shown["selection"] = list(facts.selection(report)) or "everything"
    catalogue = report.catalogue
    named = " ".join(str(catalogue[key]) for key in ("id", "edition") if catalogue.get(key))
    rows = [("Catalogue", visible(named)), ("Catalogue (SHA-256)", visible(catalogue.get("sha256") or ""))]
    rows += [(_RUN_LABELS.get(key, visible(key)), _value(value)) for key, value in shown.items()]
    return tuple((label, value) for label, value in rows if value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return facts.described(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(visible, value))
    return "" if value is None else visible(value)
