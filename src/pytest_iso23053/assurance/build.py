"""From what a session gathered to its report: fold, waive, lay out, judge, find.

A saved report is judged anew, and its shards together, by the second half of the same road: `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import (
    basis,
    claims,
    comparison,
    computed,
    consistency,
    findings,
    gate,
    outcome,
    threat_matrix,
)
from pytest_iso23053.assurance.collected import Collected, collected
from pytest_iso23053.assurance.gate import final_exit_status
from pytest_iso23053.assurance.inputs import RunInputs
from pytest_iso23053.assurance.matrix import build_matrix
from pytest_iso23053.assurance.missing import missing
from pytest_iso23053.assurance.notes import take_notes
from pytest_iso23053.assurance.outcome import fold_all
from pytest_iso23053.assurance.redaction import before_judging
from pytest_iso23053.assurance.report import Report, TestRecord
from pytest_iso23053.assurance.scope import Scope
from pytest_iso23053.assurance.waivers import WaiverBook
from pytest_iso23053.assurance.wording import counted, first_line, some

if TYPE_CHECKING:
    from pytest_iso23053.assurance.matrix import ComputedVerdict, Matrix
    from pytest_iso23053.assurance.redaction import Redactor
    from pytest_iso23053.assurance.report import GateDecision

__all__ = ["RunInputs", "build_report", "final_exit_status", "judge"]


def build_report(inputs: RunInputs, redactor: Redactor | None = None) -> Report:
    """Judge a run. The same inputs in any order of arrival give the same report.

    With a redactor, what must not leave the machine is taken out before anything is judged.
    """
    inputs = _with_baseline(inputs)
    folded = fold_all(inputs.events, inputs.entries, flaky_policy=inputs.flaky)
    known = collected(inputs.entries, folded)
    if redactor is None:
        return judge(inputs, folded, known)
    shown = before_judging(replace(inputs, baseline=None), folded, known, redactor)
    return _compared(shown.report(judge(shown.inputs, shown.records, shown.known, shown.spelled)), inputs)


def judge(
    inputs: RunInputs, folded: Sequence[TestRecord], known: Collected, spelled: Mapping[str, str] | None = None
) -> Report:
    """Judge records that are folded already, in the order of their node ids; events and entries are not looked at.

    ``spelled`` gives the node ids that are shown otherwise, by which waivers know their tests.
    """
    inputs = _in_order(_with_baseline(inputs))
    catalogue = inputs.catalogue
    book = WaiverBook(inputs.waivers, inputs.today, catalogue=catalogue, enabled=not inputs.no_waivers, spelled=spelled)
    records = [book.applied(record) for record in folded]
    scope = Scope(catalogue, inputs.profile, inputs.require, inputs.not_applicable, inputs.today)
    threats = threat_matrix.lay_out(catalogue, inputs.threats, records, book)
    judged = computed.compute(catalogue, replace(_facts(inputs, records, book), threats=threats))
    matrix = build_matrix(scope, records, judged)
    held = claims.hold(inputs.claims, matrix)
    waivers = book.statements(records, _also_used(judged.values()) | threat_matrix.used_waivers(threats, book))
    incomplete = (*_why_incomplete(inputs, known), *_contradictions(inputs, records))
    decision = gate.decide(
        gate.Demands(
            inputs.gate,
            inputs.fail_under,
            inputs.fail_under_origin,
            inputs.unused_waivers == "fail",
            baseline=bool(inputs.changes or inputs.run.get("baseline")),
        ),
        matrix,
        gate.RunFacts(incomplete, known.manifest, inputs.selection, waivers, _waiting(waivers, book, records)),
        off=inputs.gate_off,
    )
    report = Report(
        system=_plain(inputs.system),
        catalogue={key: getattr(catalogue, key) for key in ("id", "title", "edition", "sha256", "verified")},
        run=_run(inputs, records, known, complete=not incomplete and _all_ran(records), decision=decision),
        subjects=_plain(inputs.subjects),
        summary=matrix.summary(),
        phases=matrix.phases,
        boundaries=matrix.boundaries,
        tests=tuple(records),
        findings=findings.find(
            findings.Sources(
                catalogue,
                matrix,
                book,
                tuple(inputs.gaps),
                inputs.run.get("seed"),
                inputs.measure_tasks,
                inputs.subjects,
                held,
                inputs.run.get("suite"),
            )
        ),
        waivers=waivers,
        gaps=(*inputs.gaps, *missing(matrix)),
        not_applicable=scope.statements(),
        outside_catalogue=tuple(_outside(known, matrix)),
        notes=tuple(dict.fromkeys((*inputs.notes, *take_notes(inputs, known, matrix)))),
        gate=decision,
        claims=held,
        threats=threats,
    )
    return _compared(report, inputs)


def _compared(report: Report, inputs: RunInputs) -> Report:
    """Hold a report against its baseline, or put into it what was found when it was."""
    changes = tuple(inputs.changes) if inputs.baseline is None else comparison.compare(inputs.baseline, report)
    return comparison.held_against(changes, report, inputs.pytest_status)


def _with_baseline(inputs: RunInputs) -> RunInputs:
    """Say in the report which one it was held against; a redactor looks at all but that other report."""
    if inputs.baseline is None:
        return inputs
    return replace(inputs, run={**inputs.run, "baseline": comparison.described(inputs.baseline)})


def _in_order(inputs: RunInputs) -> RunInputs:
    """Put in an order of its own what came in the order in which processes happened to tell it."""
    return replace(
        inputs,
        collection_errors=tuple(sorted(inputs.collection_errors)),
        lost_workers=tuple(sorted(inputs.lost_workers)),
        gaps=tuple(sorted(inputs.gaps, key=lambda gap: (gap.clause, gap.item, gap.needs))),
        notes=tuple(sorted(inputs.notes)),
        cautions=tuple(sorted(inputs.cautions)),
    )


def _all_ran(records: Sequence[TestRecord]) -> bool:
    return bool(records) and all(record.outcome != outcome.NOT_RUN for record in records)


def _facts(inputs: RunInputs, records: Sequence[TestRecord], book: WaiverBook) -> computed.Facts:
    roles = {str(each.get("name")): str(each.get("role")) for each in inputs.subjects.get("datasets") or ()}
    return computed.Facts(records, book, inputs.requirements, inputs.models, roles)


def _also_used(judged: Iterable[ComputedVerdict]) -> dict[str, tuple[str, ...]]:
    used: dict[str, tuple[str, ...]] = {}
    for each in judged:
        for waiver, nodeids in each.waived.items():
            used[waiver] = (*used.get(waiver, ()), *nodeids)
    return used


def _why_incomplete(inputs: RunInputs, known: Collected) -> Iterator[str]:
    """Say what makes the run as a whole show less than it should, whatever was selected."""
    if inputs.interrupted:
        yield inputs.interrupted
    if inputs.collection_errors:
        number = counted(len(inputs.collection_errors), "collection error")
        yield f"{number}: {some(map(first_line, inputs.collection_errors))}"
    if inputs.lost_workers:
        yield f"{counted(len(inputs.lost_workers), 'worker')} lost without a trace: {some(inputs.lost_workers)}"
    yield from inputs.shortcomings
    if not known.manifest:
        yield "no manifest: no process told which tests it collected, so that what is missing cannot be known"
    elif known.strays:
        yield f"a result without a manifest: nobody collected {some(known.strays)}"


def _contradictions(inputs: RunInputs, records: Sequence[TestRecord]) -> Iterator[str]:
    told = [record for record in records if record.measurements or record.unasserted]
    found = list(consistency.contradictions(told, inputs.decide, inputs.requirements))
    if found:
        yield f"evidence that contradicts itself: {some(found)}"


def _waiting(waivers: Iterable[Mapping[str, Any]], book: WaiverBook, records: Sequence[TestRecord]) -> dict[str, str]:
    """Find the waivers that may only seem unused, because a test they are about was not run."""
    unused = {waiver["id"] for waiver in waivers if waiver["state"] == "unused"}
    silent = [record for record in records if record.outcome == outcome.NOT_RUN] if unused else []
    return {
        waiver.id: nodeid
        for waiver in book.waivers
        if waiver.id in unused
        and (nodeid := next((record.nodeid for record in silent if book.would_cover(waiver, record)), None))
    }


def _run(
    inputs: RunInputs, records: Sequence[TestRecord], known: Collected, *, complete: bool, decision: GateDecision
) -> dict[str, Any]:
    run: dict[str, Any] = _plain(inputs.run)
    run["exit_status"] = final_exit_status(inputs.pytest_status, decision)
    run["complete"] = complete
    run["selection"] = _plain(inputs.selection)
    run["decide"] = inputs.decide
    run["profile"] = inputs.profile
    run["no_waivers"] = inputs.no_waivers
    run[basis.POLICY] = basis.policy(inputs)
    run[basis.GATHERED] = basis.gathered(inputs, known, records)
    return run


def _outside(known: Collected, matrix: Matrix) -> Iterator[dict[str, Any]]:
    """List what tests name and the run's catalogue lacks: never dropped, and never part of a denominator."""
    found: dict[str, set[str]] = {name: set(tests) for name, tests in known.outside.items()}
    for reference, tests in matrix.outside.items():
        found.setdefault(reference, set()).update(tests)
    for identifier in sorted(found):
        yield {"id": identifier, "tests": sorted(found[identifier])}


def _plain(value: Any) -> Any:
    """Return JSON's own containers, so that what is read back equals what was written."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
