"""Claims against evidence: what was answered to the scoping questions, held against what the tests show.

A claim is an answer *yes* or *partial*. What it is about must be demonstrated: every aspect and boundary that it names,
by the verdicts of the matrix. A test that judged one of its measures, or names one of its threats, speaks about it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import outcome, verdict
from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, ClaimVerdict, ClauseVerdict, TestRecord
from pytest_iso23053.assurance.verdict import Tally
from pytest_iso23053.assurance.wording import first_line, some

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.matrix import Matrix
    from pytest_iso23053.assurance.policy import Claim

DEMONSTRATED = "claimed and demonstrated"
FAILED = "claimed but failed"
NOT_SHOWN = "claimed but not shown"  # evidence there is, and it decides nothing, or only a part
UNTESTED = "claimed but untested"
ON_RECORD = "claimed, on record"  # no test can show it
NOT_CLAIMED = "demonstrated but not claimed"
DENIED = "not claimed"  # the answer is no, and nothing shows otherwise
NO_ANSWER = "no answer"
STATUSES = (FAILED, UNTESTED, NOT_SHOWN, NO_ANSWER, DENIED, NOT_CLAIMED, ON_RECORD, DEMONSTRATED)

CLAIMED = frozenset({"yes", "partial"})
_BROKEN = frozenset({outcome.FAILED, outcome.XFAILED})
_SHOWN = frozenset({verdict.DEMONSTRATED, verdict.WAIVED})


def hold(claims: Iterable[Claim], matrix: Matrix) -> tuple[ClaimVerdict, ...]:
    """Hold every claim against the evidence, in the order in which the questions were asked."""
    every = tuple(claims)
    spoken = _Spoken(matrix.records, every) if every else None
    return tuple(_held(claim, matrix, spoken) for claim in every if spoken is not None)


def broken(claims: Iterable[ClaimVerdict]) -> Iterator[ClaimVerdict]:
    """Find the claims that the tests contradict."""
    return (claim for claim in claims if claim.status == FAILED)


def where_broken(claim: ClaimVerdict, matrix: Matrix) -> tuple[str, TestRecord | None]:
    """Return what the claim failed in, and the test that shows it: one that nobody has waived, where there is one.

    A computed aspect has none, and a test that speaks about the claim by its measure or threat has a place of its own.
    """
    record = next(_broken_tests(claim, matrix.records), None)
    failed = [name for name, found in claim.verdicts.items() if found in (verdict.FAILED, verdict.WAIVED)]
    if record is None:
        return failed[0], None
    named = {*record.clauses, *record.boundaries}
    spoken = {name.partition("/")[0] for name in named} | named
    here = [name for name in (*failed, *claim.about) if name in spoken]
    return next(iter(here or sorted(named) or claim.about)), record


def said_and_shown(claim: ClaimVerdict, matrix: Matrix) -> str:
    """Say who claims what, and which tests failed, or why else it is not so."""
    control = f" by «{first_line(claim.control)}»" if claim.control else ""
    who = first_line(claim.who) or "somebody who gave no name"
    answer = "claimed" if claim.answer == "yes" else "claimed in part"
    tests = [record.nodeid for record in _broken_tests(claim, matrix.records)]
    cells = (matrix.find(name) for name in claim.verdicts)
    shown = f"{some(tests)} failed" if tests else some(str(getattr(cell, "reason", "")) for cell in cells if cell)
    return f"{answer} by {who}{control}, and {shown} (question {claim.id})"


def _broken_tests(claim: ClaimVerdict, records: Mapping[str, TestRecord]) -> Iterator[TestRecord]:
    failed = [records[nodeid] for nodeid in claim.tests if records[nodeid].outcome in _BROKEN]
    yield from sorted(failed, key=lambda record: record.waiver is not None)


class _Spoken:
    """The tests by the measures and threats that any claim names: one walk over the records, however many claims."""

    def __init__(self, records: Mapping[str, TestRecord], claims: Sequence[Claim]) -> None:
        measures = {name for claim in claims for name in claim.measures}
        threats = {name for claim in claims for name in claim.threats}
        self._found: dict[str, dict[str, TestRecord]] = {}
        for record in records.values():
            named = {str(found.get("measure")).partition(".")[0] for found in record.measurements} & measures
            for name in (*named, *(threat for threat in record.threats if threat in threats)):
                self._found.setdefault(name, {})[record.nodeid] = record

    def about(self, claim: Claim) -> dict[str, TestRecord]:
        return {
            nodeid: record
            for name in (*claim.measures, *claim.threats)
            for nodeid, record in self._found.get(name, {}).items()
        }


def _held(claim: Claim, matrix: Matrix, spoken: _Spoken) -> ClaimVerdict:
    cells = {reference: cell for reference in claim.about if (cell := matrix.find(reference)) is not None}
    tests = {nodeid: matrix.records[nodeid] for cell in cells.values() for nodeid in _tests(cell)}
    beside = {nodeid: record for nodeid, record in spoken.about(claim).items() if nodeid not in tests}
    verdicts = {reference: cell.verdict for reference, cell in cells.items()}
    tests |= beside
    found = _folded(list(verdicts.values()), _of_tests(beside.values()))
    broken = found == verdict.FAILED or (
        found == verdict.WAIVED and any(record.outcome in _BROKEN for record in tests.values())
    )
    waivers = {record.waiver for record in tests.values() if record.waiver and record.outcome in outcome.WAIVABLE}
    return ClaimVerdict(
        **vars(claim),
        status=_status(claim, found, broken=broken, testable=bool(claim.about or claim.measures or claim.threats)),
        verdict=found,
        verdicts=verdicts,
        tests=tuple(sorted(tests)),
        waivers=tuple(sorted(waivers)),
    )


def _tests(cell: ClauseVerdict | AspectVerdict | BoundaryVerdict) -> Iterator[str]:
    yield from cell.tests
    for aspect in cell.aspects if isinstance(cell, ClauseVerdict) else ():
        yield from aspect.tests


def _of_tests(records: Collection[TestRecord]) -> str | None:
    """Return the verdict on tests that lie elsewhere in the matrix; a waiver counts where it is for all of a test."""
    if not records:
        return None
    tally = Tally()
    for record in records:
        tally.add(record, waived=set(record.waived) >= {*record.clauses, *record.boundaries} and bool(record.waiver))
    return verdict.aspect_verdict(tally)


def _folded(verdicts: Sequence[str], beside: str | None) -> str:
    """Return the worst; it is demonstrated only where everything that the claim is about is."""
    found = {*verdicts, *([beside] if beside is not None else [])}
    for worst in verdict.UNSETTLED:
        if worst in found:
            return worst
    in_question = [each for each in verdicts if each != verdict.NOT_APPLICABLE]
    if verdicts and not in_question:
        return verdict.NOT_APPLICABLE
    decisive = in_question or ([beside] if beside is not None else [])
    if not decisive or not found & verdict.SHOWN:
        return verdict.UNTESTED
    if not _SHOWN.issuperset(decisive):
        return verdict.PARTIAL
    return verdict.WAIVED if verdict.WAIVED in found else verdict.DEMONSTRATED


def _status(claim: Claim, found: str, *, broken: bool, testable: bool) -> str:
    if claim.answer not in CLAIMED:
        if found == verdict.DEMONSTRATED:
            return NOT_CLAIMED
        return DENIED if claim.answer == "no" else NO_ANSWER
    if not testable:
        return ON_RECORD
    if broken:
        return FAILED
    if found == verdict.DEMONSTRATED:
        return DEMONSTRATED
    return UNTESTED if found in (verdict.UNTESTED, verdict.NOT_APPLICABLE) else NOT_SHOWN
