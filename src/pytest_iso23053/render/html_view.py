"""What the HTML page shows, as plain records: chosen, ordered and bounded here, so that the template only lays out.

The page grows with clauses and failures, never with passing tests: of these it holds counts and the first node ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.html_findings import finding_view
from pytest_iso23053.render.html_gaps import NotShown, not_shown
from pytest_iso23053.render.html_matrix import LISTED_TESTS, PhaseView, Sources, VerdictView, boundary_view, phase_view
from pytest_iso23053.render.html_measurements import MeasurementsView, measurements_view
from pytest_iso23053.render.html_models import Models
from pytest_iso23053.render.html_run import run_lines, system_lines
from pytest_iso23053.render.html_scoping import ScopingView, scoping_view
from pytest_iso23053.render.html_tests import as_line
from pytest_iso23053.render.notices import notices, other_notes
from pytest_iso23053.render.text import abridge
from pytest_iso23053.render.words import GATES, OUTCOMES, VERDICTS, Mark, counted, mark

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Finding, Report, TestRecord

_TROUBLED = 150  # tests told with their reasons
_FINDINGS = 150  # graver ones first
_LISTED = 500  # findings, gaps and the like: bounded only so that no input can make the page unreadable


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
    minor_findings: Bounded
    grades: str
    measurements: MeasurementsView
    troubled: Bounded
    pointed_out: tuple[tuple[str, Bounded], ...]
    waivers: Bounded
    not_applicable: Bounded
    gaps: Bounded
    not_shown: tuple[NotShown, ...]
    outside: Bounded
    notes: Bounded
    scoping: ScopingView
    models: Models
    system: tuple[tuple[str, str], ...]
    run: tuple[tuple[str, str], ...]


def page_view(report: Report) -> PageView:
    """Choose and order everything that the page shows."""
    models = Models(report)
    sources = Sources(facts.TestIndex(report), models)
    ranked = facts.ranked_findings(report)
    phases = tuple(phase_view(phase, sources) for phase in report.phases)
    boundaries = tuple(boundary_view(boundary, sources) for boundary in report.boundaries)
    return PageView(
        report=report,
        name=abridge(facts.system_name(report), 160),
        gate=mark(GATES, report.gate.status),
        verdict_line=facts.verdict_line(report),
        notices=notices(report),
        aspects=facts.aspect_coverage(report),
        boundary_coverage=facts.boundary_coverage(report),
        verdicts=_in_scope(facts.required_verdicts(report)),
        outcomes=tuple(counted(report.summary.tests, OUTCOMES)),
        tests_total=sum(report.summary.tests.values()),
        phases=phases,
        boundaries=boundaries,
        findings=_findings([found for found in ranked if facts.is_grave(found)], models, report),
        minor_findings=_findings([found for found in ranked if not facts.is_grave(found)], models, report),
        grades=facts.say_grades(report),
        measurements=measurements_view(report),
        troubled=_tests(facts.not_passed(report), _TROUBLED, models),
        pointed_out=tuple((kind, _tests(tests, LISTED_TESTS, models)) for kind, tests in facts.pointed_out(report)),
        waivers=_bounded(facts.ranked_waivers(report)),
        not_applicable=_bounded(report.not_applicable),
        gaps=_bounded(report.gaps),
        not_shown=not_shown(report, phases, boundaries),
        outside=_bounded([facts.outside_line(outside) for outside in report.outside_catalogue]),
        notes=_bounded(other_notes(report)),
        scoping=scoping_view(report),
        models=models,
        system=system_lines(report.system),
        run=run_lines(report),
    )


def _in_scope(verdicts: dict[str, int]) -> tuple[tuple[int, Mark], ...]:
    """Order the verdicts in scope for the bar: what is demonstrated first, as on any scale that fills up."""
    scope = {verdict: count for verdict, count in verdicts.items() if verdict != "not-applicable"}
    return tuple(reversed(counted(scope, VERDICTS)))


def _bounded(items: Any, limit: int = _LISTED) -> Bounded:
    return Bounded(tuple(items[:limit]), len(items))


def _findings(found: list[Finding], models: Models, report: Report) -> Bounded:
    return Bounded(tuple(finding_view(one, models, report) for one in found[:_FINDINGS]), len(found))


def _tests(records: list[TestRecord], limit: int, models: Models) -> Bounded:
    return Bounded(tuple(as_line(record, models) for record in records[:limit]), len(records))
