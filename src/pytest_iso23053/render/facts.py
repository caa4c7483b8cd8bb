"""What every format says about a report, worked out once: coverage, the verdict in a sentence, what to see first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.report import TestRecord
from pytest_iso23053.light import dataclass
from pytest_iso23053.render.text import visible
from pytest_iso23053.render.words import GRADES, OUTCOMES, SEVERITIES, VERDICTS, mark, plural, say_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.assurance.report import AspectVerdict, ClauseVerdict, Finding, Report

_TROUBLED = ("failed", "error", "inconclusive", "xfailed")
_UNSETTLED = ("failed", "error", "incomplete", "inconclusive")


@dataclass(frozen=True)
class Coverage:
    """The headline's numbers: how many of the things in scope were demonstrated, and what stands beside them."""

    percent: float | None
    demonstrated: int
    in_scope: int
    waived: int
    not_applicable: int


def _coverage(percent: float | None, verdicts: Mapping[str, int]) -> Coverage:
    aside = verdicts.get("not-applicable", 0)
    in_scope = sum(verdicts.values()) - aside
    return Coverage(percent, verdicts.get("demonstrated", 0), in_scope, verdicts.get("waived", 0), aside)


def required_verdicts(report: Report) -> dict[str, int]:
    """Count the verdicts of the required aspects, worst first."""
    counts = dict.fromkeys(VERDICTS, 0)
    for _, aspect in aspects(report):
        if aspect.required:
            counts[aspect.verdict] = counts.get(aspect.verdict, 0) + 1
    return {verdict: count for verdict, count in counts.items() if count}


def aspect_coverage(report: Report) -> Coverage:
    """Put the headline's percentage beside the counts it comes from."""
    return _coverage(report.summary.demonstrated_percent, required_verdicts(report))


def boundary_coverage(report: Report) -> Coverage:
    """Do the same for the boundaries between phases."""
    verdicts: dict[str, int] = {}
    for boundary in report.boundaries:
        verdicts[boundary.verdict] = verdicts.get(boundary.verdict, 0) + 1
    return _coverage(report.summary.boundaries_demonstrated, verdicts)


def percent(value: float | None) -> str:
    """Round down: 99.96 % is not 100 %."""
    if value is None:
        return "–"
    return f"{math.floor(value * 10 + 1e-9) / 10:.1f}".removesuffix(".0") + "\u00a0%"


def clauses(report: Report) -> Iterator[ClauseVerdict]:
    """Walk the clauses in the catalogue's order."""
    for phase in report.phases:
        yield from phase.clauses


def aspects(report: Report) -> Iterator[tuple[ClauseVerdict, AspectVerdict]]:
    """Walk the aspects, each with its clause."""
    for clause in clauses(report):
        for aspect in clause.aspects:
            yield clause, aspect


def system_name(report: Report) -> str:
    """Name what the evidence is about."""
    name, version = report.system.get("name"), report.system.get("version")
    return " ".join(visible(part) for part in (name, version) if part) or "unnamed system"


def _named(references: list[str], noun: str, nouns: str = "") -> str:
    shown = ", ".join(references[:4]) + (", …" if len(references) > 4 else "")
    return f"{plural(len(references), noun, nouns)} ({shown})"


def _with_verdict(report: Report, verdict: str) -> list[str]:
    """List references to the aspects, boundaries and, where no aspect says so, clauses that have a verdict."""
    found = []
    for clause in clauses(report):
        own = [f"{clause.id}/{aspect.id}" for aspect in clause.aspects if aspect.verdict == verdict]
        # A test that names no aspect can make its clause what it is.
        found += own or ([clause.id] if clause.verdict == verdict and verdict in _UNSETTLED else [])
    found += [f"{b.from_clause}>{b.to_clause}" for b in report.boundaries if b.verdict == verdict]
    return [visible(reference) for reference in found]


def verdict_line(report: Report) -> str:
    """Say in a sentence or two what the run showed; of a clean one, only that no failure was detected."""
    tests = report.summary.tests
    if not sum(count for outcome, count in tests.items() if outcome != "not-run"):
        return "Nothing was evaluated: this run shows nothing about the system."
    told = [(verdict, found) for verdict in (*_UNSETTLED, "waived") if (found := _with_verdict(report, verdict))]
    parts = [f"{mark(VERDICTS, verdict).word}: {_named(found, 'item')}" for verdict, found in told]
    troubled = {outcome: tests[outcome] for outcome in _TROUBLED if tests.get(outcome)}
    if troubled and (not told or told[0][0] == "waived"):
        parts.insert(0, f"{plural(sum(troubled.values()), 'test')} did not pass ({say_counts(troubled, OUTCOMES)})")
    if not parts:
        passed = tests.get("passed", 0) + tests.get("xpassed", 0)
        parts = [f"no failure was detected by {plural(passed, 'passing test')}" if passed else "no test passed"]
    first = "; ".join(parts)
    return f"{first[0].upper()}{first[1:]}. {_what_is_missing(report)}"


def _what_is_missing(report: Report) -> str:
    covered = aspect_coverage(report)
    if not covered.in_scope:
        return "No required aspect is in scope."
    asked = plural(covered.in_scope, "required aspect")
    if covered.demonstrated == covered.in_scope:
        return f"Demonstrated: all of {asked} in scope."
    untested = required_verdicts(report).get("untested", 0)
    aside = f", {untested} of them untested" if untested else ""
    return f"Not demonstrated: {covered.in_scope - covered.demonstrated} of {asked} in scope{aside}."


def bounded(items: tuple[str, ...] | list[str], limit: int) -> str:
    """Join at most ``limit`` items and count the rest."""
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"


def ranked_findings(report: Report) -> list[Finding]:
    """Order findings by what to read first: what nobody has accepted, then severity, then grade."""

    def place(words: tuple[str, ...], word: str) -> int:
        return words.index(word) if word in words else len(words)

    return sorted(
        report.findings,
        key=lambda found: (
            found.waiver is not None,
            place(SEVERITIES, found.severity),
            place(GRADES, found.grade),
            found.clause,
            found.id,
        ),
    )


def is_grave(finding: Finding) -> bool:
    """Tell whether a finding says that something is wrong, and not only that something was not shown."""
    return finding.grade in {"failure", "weakness"}


def ranked_waivers(report: Report) -> list[Mapping[str, Any]]:
    """Order waivers by what to read first: expired ones cover nothing any more."""
    order = ("expired", "used", "unused")
    return sorted(report.waivers, key=lambda one: order.index(one["state"]) if one.get("state") in order else -1)


def say_grades(report: Report) -> str:
    """Count the findings by grade: ``2 failures, 1 gap``."""
    counts = {grade: sum(found.grade == grade for found in report.findings) for grade in GRADES}
    nouns = {"weakness": "weaknesses", "not assessed": "not assessed"}
    return ", ".join(plural(count, grade, nouns.get(grade, "")) for grade, count in counts.items() if count)


def pointed_out(report: Report) -> list[tuple[str, list[TestRecord]]]:
    """List what supports, or seems to, and deserves a second look."""
    kinds = (
        ("passed only after a rerun", [test for test in report.tests if test.flaky]),
        ("passed against expectation (xpassed)", [test for test in report.tests if test.outcome == "xpassed"]),
        ("asserts nothing, so it supports nothing", [test for test in report.tests if test.unasserted]),
        ("some sub-tests skipped", [test for test in report.tests if test.subtests_skipped]),
    )
    return [(kind, tests) for kind, tests in kinds if tests]


def not_passed(report: Report) -> list[TestRecord]:
    """List the tests that call for attention, worst first."""
    order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    wanted = {"failed", "error", "inconclusive", "xfailed", "not-run"}
    found = [test for test in report.tests if test.outcome in wanted or test.outcome not in order]
    return sorted(found, key=lambda test: (order.get(test.outcome, -1), test.nodeid))


class TestIndex:
    """The tests of a report by node id; built once for a page, as aspects name their tests by node id alone."""

    __test__ = False

    def __init__(self, report: Report) -> None:
        self._tests = {test.nodeid: test for test in report.tests}
        self._order = {outcome: place for place, outcome in enumerate(OUTCOMES)}

    def get(self, nodeid: str) -> TestRecord:
        """Return the test, or for a node id the report does not hold, a record that says so."""
        return self._tests.get(nodeid) or TestRecord(nodeid, "not-run", reason="the report holds no record of it")

    def worst_first(self, nodeids: tuple[str, ...]) -> list[TestRecord]:
        """Return the tests with what needs attention in front."""
        tests = [self.get(nodeid) for nodeid in nodeids]
        return sorted(tests, key=lambda test: (self._order.get(test.outcome, -1), test.nodeid))

    def waived(self, nodeids: tuple[str, ...], reference: str) -> int:
        """Count the tests whose failure a waiver covers, for this aspect or boundary."""
        return sum(1 for nodeid in nodeids if reference in self.get(nodeid).waived)


def outside_line(outside: Mapping[str, Any]) -> str:
    """Say which identifier the run's catalogue lacks, and which tests name it."""
    tests = outside.get("tests")
    if set(outside) != {"id", "tests"} or not isinstance(tests, (list, tuple)):
        return described(outside)
    return f"{visible(outside['id'])}, named by {bounded([visible(nodeid) for nodeid in tests], 3)}"


def described(mapping: Mapping[str, Any]) -> str:
    """Spell a record of no fixed shape: ``key: value; key: value``."""
    parts = []
    for key, value in mapping.items():
        if value in (None, "", [], (), {}):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        parts.append(visible(f"{key}: {shown}"))
    return "; ".join(parts)
