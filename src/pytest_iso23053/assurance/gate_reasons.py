"""Why a gate is not met: which aspect, what is missing, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import outcome, verdict
from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, ClauseVerdict, TestRecord
from pytest_iso23053.assurance.wording import counted, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.matrix import Matrix

Verdict = AspectVerdict | BoundaryVerdict | ClauseVerdict

_BLAMED = {
    verdict.FAILED: frozenset({outcome.FAILED, outcome.XFAILED}),
    verdict.ERROR: frozenset({outcome.ERROR}),
    verdict.INCOMPLETE: frozenset({outcome.NOT_RUN}),
    verdict.INCONCLUSIVE: frozenset({outcome.INCONCLUSIVE}),
    verdict.UNTESTED: frozenset({outcome.SKIPPED, outcome.OBSERVED, outcome.PASSED, outcome.XPASSED}),
    verdict.PARTIAL: frozenset({outcome.SKIPPED}),
}
_WAY_OUT = {
    verdict.FAILED: "mend what failed, or accept it in a waiver with an owner and an end",
    verdict.ERROR: "mend the error; a subject or a fixture could not be used",
    verdict.INCOMPLETE: "run these tests: an unfinished or narrowed run shows nothing about them",
    verdict.INCONCLUSIVE: "measure on more rows (the judgement says how many would decide), or accept it in a waiver",
    verdict.PARTIAL: "run what was skipped",
    verdict.NOT_APPLICABLE: "a gate asks for evidence; take it out of the gate, or out of not_applicable",
}
_IS = {
    verdict.FAILED: "failed",
    verdict.ERROR: "ended in an error",
    verdict.NOT_APPLICABLE: "is declared not applicable",
}


def reasons_for(target: str, level: str, cell: Verdict, matrix: Matrix) -> tuple[str, ...]:
    """Say why the verdict on a gated clause, aspect or boundary does not meet its level: one reason for each cause."""
    if not isinstance(cell, ClauseVerdict):
        return (_reason(target, cell, _partial_would_do(target, level, cell), matrix),)
    head = f"{target} {cell.title} {_is_so(cell.verdict)}"
    partial = _partial_would_do(target, level, cell)
    causes = [f"{head}: {cause}" for cause in _causes(target, level, cell, partial, matrix)]
    return tuple(causes) or (f"{head}: {_way_out(target, cell.verdict, partial)}",)


def _causes(target: str, level: str, clause: ClauseVerdict, partial: str, matrix: Matrix) -> Iterator[str]:
    for aspect in clause.aspects:
        if _stands_in_the_way(aspect, clause, level):
            yield _reason(f"{clause.id}/{aspect.id}", aspect, partial, matrix)
    own = [matrix.records[nodeid] for nodeid in clause.tests]
    for unsettled in verdict.UNSETTLED:
        blamed = _blamed(own, unsettled, clause.id)
        if blamed:
            yield f"what names {target} alone {_is_so(unsettled)} ({some(blamed)}); {_WAY_OUT[unsettled]}"


def _stands_in_the_way(aspect: AspectVerdict, clause: ClauseVerdict, level: str) -> bool:
    if aspect.verdict in verdict.UNSETTLED:
        return True
    partial_is_enough = level == verdict.PARTIAL and clause.verdict != verdict.UNTESTED
    return aspect.required and aspect.verdict in (verdict.UNTESTED, verdict.PARTIAL) and not partial_is_enough


def _partial_would_do(target: str, level: str, cell: Verdict) -> str:
    """Offer the lower level where it would be met."""
    return f", or gate on {target}:partial" if level == verdict.DEMONSTRATED and cell.verdict == verdict.PARTIAL else ""


def _reason(reference: str, cell: AspectVerdict | BoundaryVerdict, partial: str, matrix: Matrix) -> str:
    is_so = _is_so(cell.verdict)
    computed = isinstance(cell, AspectVerdict) and cell.computed
    blamed = [] if computed else _blamed([matrix.records[nodeid] for nodeid in cell.tests], cell.verdict, reference)
    why = some(blamed) or (cell.reason if isinstance(cell, AspectVerdict) else "")
    head = f"{reference} {is_so} ({why})" if why else f"{reference} {is_so}"
    return f"{head}; {_way_out(reference, cell.verdict, partial, computed=computed)}"


def _is_so(found: str) -> str:
    return _IS.get(found, f"is {found}")


def _way_out(reference: str, found: str, partial: str, *, computed: bool = False) -> str:
    if found == verdict.UNTESTED:
        missing = "configure what it is judged by" if computed else f"add a test for {reference}"
        return f"{missing}, {'' if partial else 'or '}declare it not applicable{partial}"
    if found == verdict.PARTIAL and computed:
        return f"judge what was not judged, at its own limit or a stricter one{partial}"
    return f"{_WAY_OUT[found]}{partial}"


def _blamed(records: list[TestRecord], found: str, reference: str) -> list[str]:
    """Name the tests that made the verdict, with what they have to say for themselves."""
    kinds = _BLAMED.get(found, frozenset())
    blamed = []
    for record in records:
        skipped_inside = found == verdict.PARTIAL and record.subtests_skipped
        if (record.outcome in kinds and reference not in record.waived) or skipped_inside:
            blamed.append(f"{record.nodeid}: {_says(record)}")
    return blamed


def _says(record: TestRecord) -> str:
    if record.unasserted:
        return "asserts nothing"
    if record.outcome == outcome.NOT_RUN:
        return record.reason or "not run"
    if record.outcome in outcome.PASSING:
        return f"{counted(len(record.subtests_skipped), 'sub-test')} skipped"
    return record.outcome
