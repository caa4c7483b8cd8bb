"""``pytest-iso23053 explain``: why a clause is not demonstrated, and what would close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pytest_iso23053.cli import saved_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_iso23053.assurance.report import Finding, Gap, Report, TestRecord
    from pytest_iso23053.assurance.saved import Saved
    from pytest_iso23053.catalogue.reference import Reference

_MOST = 10
_ORDER = ("error", "failed", "xfailed", "inconclusive", "not-run", "skipped", "xpassed", "passed", "observed")


@click.command("explain")
@click.argument("expressions", nargs=-1, required=True, metavar="EXPR…")
@click.option("--report", default=saved_reports.DEFAULT, show_default=True, type=saved_reports.REPORT)
@saved_reports.catalogue_option
def command(expressions: tuple[str, ...], report: Path, source: str | None) -> None:
    """Explain the verdict on a clause, aspect or boundary of a saved report, and what would close what is open.

    \b
    pytest-iso23053 explain 7.4
    pytest-iso23053 explain 7.4/robustness "7.2>7.3" --report merged.json
    """  # noqa: D301 - click keeps the lines after a backspace as they are
    from pytest_iso23053.catalogue.resolver import Resolver, UnknownReference

    for text in expressions:
        if text.endswith(".json"):
            raise click.BadParameter(f"{text} is no clause; name a report with --report {text}", param_hint="EXPR")
    given = saved_reports.saved_at(report, source)
    resolver = Resolver(given.inputs.catalogue)
    try:
        references = [each for text in expressions for each in resolver.expression(text)]
    except UnknownReference as error:
        raise click.BadParameter(str(error), param_hint="EXPR") from None
    for place, reference in enumerate(dict.fromkeys(references)):
        for line in ([""] if place else []) + list(explanation(given, reference)):
            click.echo(line)


def explanation(given: Saved, reference: Reference) -> Iterator[str]:
    """Say what the gate would say if it asked for this alone, then show the tests and what is missing."""
    from pytest_iso23053.assurance.policy import GateRule

    rule = GateRule(reference, origin="command line", spelled=str(reference))
    judged = given.judged(gate=(rule,), gate_off=False, fail_under=None)
    verdict = _verdict(judged, reference)
    if verdict == "demonstrated":
        yield f"{reference} is demonstrated: no failure was detected by its tests."
    else:
        yield f"{reference} is not demonstrated, its verdict is «{verdict}»:"
        waived = ["a waiver accepts what failed; the gate lets it pass, and nothing was shown"]
        yield from (f"  {reason}" for reason in judged.gate.reasons or waived)
    tests = sorted((test for test in judged.tests if _is_about(test, reference)), key=_what_stands_in_the_way_first)
    yield from _section("Tests", [_test(test) for test in tests])
    yield from _section("Findings", [_finding(each) for each in _pressing(judged, reference)])
    title = "What would tell more" if verdict == "demonstrated" else "What would close it"
    yield from _section(title, _ways_out(judged, reference))


def _verdict(report: Report, reference: Reference) -> str:
    """Return the verdict on a clause, aspect or boundary."""
    wanted = str(reference)
    for boundary in report.boundaries:
        if f"{boundary.from_clause}>{boundary.to_clause}" == wanted:
            return boundary.verdict
    for clause in (clause for phase in report.phases for clause in phase.clauses):
        if clause.id == wanted:
            return clause.verdict
        for aspect in clause.aspects:
            if f"{clause.id}/{aspect.id}" == wanted:
                return aspect.verdict
    return "not in scope"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines[:_MOST])
        if len(lines) > _MOST:
            yield f"  … and {len(lines) - _MOST} more"


def _is_about(test: TestRecord, reference: Reference) -> bool:
    return any(_within(named, reference) for named in (*test.clauses, *test.boundaries))


def _within(named: str, reference: Reference) -> bool:
    wanted = str(reference)
    return named == wanted or named.startswith(f"{wanted}/")


def _what_stands_in_the_way_first(test: TestRecord) -> int:
    return _ORDER.index(test.outcome) if test.outcome in _ORDER else -1


def _pressing(report: Report, reference: Reference) -> list[Finding]:
    """Return the findings about a reference; an observation is nothing that has to be closed."""
    about = [each for each in report.findings if _within(each.clause, reference)]
    return [each for each in about if each.grade != "observation"]


def _test(test: TestRecord) -> str:
    waived = f", waived by {test.waiver}" if test.waiver else ""
    reason = f": {_first_line(test.reason)}" if test.reason else ""
    return f"{test.outcome}{waived}  {test.nodeid}{reason}"


def _finding(finding: Finding) -> str:
    reproduce = f" (reproduce: {finding.reproduce})" if finding.reproduce else ""
    return f"{finding.severity} {finding.grade}, {finding.clause}: {finding.sentence}{reproduce}"


def _ways_out(report: Report, reference: Reference) -> list[str]:
    needed = [
        f"{test.nodeid}: about {number:,} rows would decide {found.get('measure')}".replace(",", " ")
        for test in report.tests
        if _is_about(test, reference) and test.outcome != "observed"
        for found in test.measurements
        if found.get("judgement") == "inconclusive" and isinstance(number := found.get("required_n"), int)
    ]
    return [*needed, *(_gap(gap) for gap in report.gaps if _within(gap.clause, reference) or _is_item(gap, reference))]


def _is_item(gap: Gap, reference: Reference) -> bool:
    return _within(gap.item, reference)


def _gap(gap: Gap) -> str:
    return f"{gap.item}: {gap.needs}"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
