"""The coverage matrix: every test's outcome laid where the test belongs, and the verdicts that follow."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from pytest_iso23053.assurance import verdict
from pytest_iso23053.assurance.report import (
    AspectVerdict,
    BoundaryVerdict,
    ClauseVerdict,
    PhaseVerdict,
    Summary,
    TestRecord,
)
from pytest_iso23053.assurance.verdict import Tally
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_iso23053.assurance.policy import NotApplicable
    from pytest_iso23053.assurance.scope import Scope
    from pytest_iso23053.catalogue.model import Aspect, Boundary, Clause, Phase


@dataclass(frozen=True)
class ComputedVerdict:
    """The verdict on an aspect that no test can demonstrate by itself, and the tests it rests on."""

    verdict: str
    reason: str
    tests: tuple[str, ...] = ()
    waived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # waiver id → tests it covers here


@dataclass
class Cell:
    """The tests of one aspect, boundary or clause."""

    tally: Tally = field(default_factory=Tally)
    counts: dict[str, int] = field(default_factory=dict)
    tests: list[str] = field(default_factory=list)
    subtests_skipped: int = 0

    def add(self, record: TestRecord, *, waived: bool) -> None:
        """Lay a test into this cell."""
        self.tally.add(record, waived=waived)
        self.counts[record.outcome] = self.counts.get(record.outcome, 0) + 1
        self.tests.append(record.nodeid)
        self.subtests_skipped += len(record.subtests_skipped)


@dataclass(frozen=True)
class Matrix:
    """The verdicts of a run, in the catalogue's order."""

    phases: tuple[PhaseVerdict, ...]
    boundaries: tuple[BoundaryVerdict, ...]
    records: Mapping[str, TestRecord]
    outside: Mapping[str, tuple[str, ...]]  # references that the catalogue lacks → the tests that name them

    def clauses(self) -> Iterator[ClauseVerdict]:
        """Walk the clauses of all phases."""
        for phase in self.phases:
            yield from phase.clauses

    def required(self) -> Iterator[AspectVerdict]:
        """Walk the required aspects, the not applicable ones too."""
        return (aspect for clause in self.clauses() for aspect in clause.aspects if aspect.required)

    @cached_property
    def _by_reference(self) -> dict[str, ClauseVerdict | AspectVerdict | BoundaryVerdict]:
        found: dict[str, ClauseVerdict | AspectVerdict | BoundaryVerdict] = {}
        for clause in self.clauses():
            found[clause.id] = clause
            found.update((f"{clause.id}/{aspect.id}", aspect) for aspect in clause.aspects)
        found.update((f"{cell.from_clause}>{cell.to_clause}", cell) for cell in self.boundaries)
        return found

    def find(self, reference: str) -> ClauseVerdict | AspectVerdict | BoundaryVerdict | None:
        """Look up the verdict on a clause, an aspect or a boundary."""
        return self._by_reference.get(reference)

    def summary(self) -> Summary:
        """Count the verdicts. Denominators are what is in scope: required, and not declared not applicable."""
        aspects = _counted(aspect.verdict for aspect in self.required())
        boundaries = _counted(boundary.verdict for boundary in self.boundaries)
        in_scope = _in_scope(aspects)
        return Summary(
            demonstrated_percent=verdict.percentage(aspects.get(verdict.DEMONSTRATED, 0), in_scope),
            waived_percent=verdict.percentage(aspects.get(verdict.WAIVED, 0), in_scope),
            boundaries_demonstrated=verdict.percentage(boundaries.get(verdict.DEMONSTRATED, 0), _in_scope(boundaries)),
            aspects=aspects,
            boundaries=boundaries,
            tests=_counted(record.outcome for record in self.records.values()),
        )


def build_matrix(
    scope: Scope, records: Iterable[TestRecord], computed: Mapping[str, ComputedVerdict] | None = None
) -> Matrix:
    """Lay the records into the catalogue's cells and fold upwards; computed aspects come judged."""
    by_node = {record.nodeid: record for record in records}
    layout = _Layout(scope, _fill(by_node.values()), computed or {})
    phases = tuple(layout.phase(phase) for phase in scope.catalogue.phases)
    boundaries = tuple(layout.boundary(boundary) for boundary in scope.catalogue.boundaries)
    return Matrix(phases, boundaries, by_node, layout.rest())


def _fill(records: Iterable[TestRecord]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for record in records:
        if not (record.clauses or record.boundaries):
            continue
        waived = record.waived
        for reference in dict.fromkeys(chain(record.clauses, record.boundaries)):
            cell = cells.get(reference)
            if cell is None:
                cell = cells[reference] = Cell()
            cell.add(record, waived=reference in waived)
    return cells


class _Layout:
    """Takes the cells up as the catalogue calls for them; what nobody calls for is outside of it."""

    def __init__(self, scope: Scope, cells: dict[str, Cell], computed: Mapping[str, ComputedVerdict]) -> None:
        self._scope = scope
        self._cells = cells
        self._computed = computed

    def phase(self, phase: Phase) -> PhaseVerdict:
        clauses = tuple(self._clause(clause) for clause in phase.clauses)
        return PhaseVerdict(phase.id, phase.title, verdict.phase_verdict([each.verdict for each in clauses]), clauses)

    def boundary(self, boundary: Boundary) -> BoundaryVerdict:
        reference = str(boundary)
        cell = self._take(reference)
        return BoundaryVerdict(
            boundary.from_clause,
            boundary.to_clause,
            verdict.aspect_verdict(cell.tally, not_applicable=self._scope.declared(reference) is not None),
            cell.counts,
            tuple(cell.tests),
            required=self._scope.requires_boundary(reference),
            title=boundary.title,
        )

    def rest(self) -> dict[str, tuple[str, ...]]:
        """Return what belongs to no clause, aspect or boundary of the catalogue: listed, never counted."""
        return {reference: tuple(cell.tests) for reference, cell in sorted(self._cells.items())}

    def _clause(self, clause: Clause) -> ClauseVerdict:
        aspects = tuple(self._aspect(clause, aspect, required) for aspect, required in self._scope.aspects(clause))
        own = self._take(clause.id)
        folded = verdict.clause_verdict(
            [aspect.verdict for aspect in aspects if aspect.required],
            [aspect.verdict for aspect in aspects if not aspect.required],
            own.tally,
        )
        return ClauseVerdict(clause.id, clause.slug, clause.title, folded, aspects, own.counts, tuple(own.tests))

    def _aspect(self, clause: Clause, aspect: Aspect, required: bool) -> AspectVerdict:
        reference = f"{clause.id}/{aspect.id}"
        cell = self._take(reference)
        if aspect.computed is not None:
            return self._judged_elsewhere(reference, aspect, required)
        declaration = self._scope.declared(reference)
        found = verdict.aspect_verdict(cell.tally, not_applicable=declaration is not None)
        reason = ""
        if declaration is not None and found == verdict.NOT_APPLICABLE:
            reason = _declared(declaration)
        elif found == verdict.PARTIAL and cell.subtests_skipped:
            reason = f"{cell.subtests_skipped} of its sub-tests were skipped"
        return AspectVerdict(aspect.id, aspect.title, required, found, cell.counts, tuple(cell.tests), reason=reason)

    def _judged_elsewhere(self, reference: str, aspect: Aspect, required: bool) -> AspectVerdict:
        """Take over a computed verdict; it is not applicable where it is declared so and nothing is wrong."""
        known = self._computed.get(reference) or ComputedVerdict(verdict.UNTESTED, "nothing judged it")
        found, reason = known.verdict, known.reason
        declaration = self._scope.declared(reference)
        if declaration is not None and found not in verdict.UNSETTLED:
            found, reason = verdict.NOT_APPLICABLE, _declared(declaration)
        return AspectVerdict(aspect.id, aspect.title, required, found, {}, known.tests, computed=True, reason=reason)

    def _take(self, reference: str) -> Cell:
        return self._cells.pop(reference, None) or Cell()


def _declared(declaration: NotApplicable) -> str:
    return f"{declaration.reason} (until {declaration.expires.isoformat()}, owner {declaration.owner})"


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))


def _in_scope(counts: Mapping[str, int]) -> int:
    return sum(counts.values()) - counts.get(verdict.NOT_APPLICABLE, 0)
