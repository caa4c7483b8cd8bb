"""The coverage matrix as the page shows it: phases, clauses, aspects, boundaries, each with its first tests."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.render.html_tests import TestView, as_line
from pytest_iso23053.render.words import OUTCOMES, VERDICTS, Mark, counted, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, ClauseVerdict, PhaseVerdict
    from pytest_iso23053.render.facts import TestIndex
    from pytest_iso23053.render.html_models import ModelCounts, Models

LISTED_TESTS = 8  # node ids under an aspect: the page must not grow with passing tests

_unsafe = re.compile("[^A-Za-z0-9._-]+")


def anchor(kind: str, name: str) -> str:
    """Make an identifier to link to: ``clause-7.4``; where more is changed, a digest keeps it apart."""
    name = name.replace("/", "-").replace(">", "-")
    plain = _unsafe.sub("-", name)
    if plain == name and len(plain) <= 60:
        return f"{kind}-{plain}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kind}-{plain[:40]}-{digest}"


class Sources(NamedTuple):
    """What the matrix is filled from: the tests by node id, and the models that they speak about."""

    tests: TestIndex
    models: Models


@dataclass(frozen=True)
class VerdictView:
    """An aspect or a boundary, or the tests that name a clause alone."""

    anchor: str
    reference: str
    title: str
    mark: Mark
    required: bool
    computed: bool
    counts: tuple[tuple[int, Mark], ...]
    waived: int
    reason: str
    tests: tuple[TestView, ...]
    total: int
    models: str
    by_model: tuple[ModelCounts, ...]


@dataclass(frozen=True)
class ClauseView:
    """A clause with its aspects; of the ``asked`` ones in scope, ``shown`` are demonstrated.

    ``outcomes`` counts each of its tests once, by the word of its outcome.
    """

    anchor: str
    id: str
    title: str
    mark: Mark
    shown: int
    asked: int
    outcomes: Mapping[str, int]
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


def phase_view(phase: PhaseVerdict, sources: Sources) -> PhaseView:
    """Lay out a phase."""
    clauses = tuple(_clause(clause, sources) for clause in phase.clauses)
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


def _clause(clause: ClauseVerdict, sources: Sources) -> ClauseView:
    asked = [aspect for aspect in clause.aspects if aspect.required and aspect.verdict != "not-applicable"]
    return ClauseView(
        anchor=anchor("clause", clause.id),
        id=clause.id,
        title=clause.title,
        mark=mark(VERDICTS, clause.verdict),
        shown=sum(aspect.verdict == "demonstrated" for aspect in asked),
        asked=len(asked),
        outcomes=_outcomes(clause, sources),
        aspects=tuple(_aspect(clause.id, aspect, sources) for aspect in clause.aspects),
        own=_own_tests(clause, sources) if clause.tests else None,
    )


def _outcomes(clause: ClauseVerdict, sources: Sources) -> dict[str, int]:
    """Count the tests of a clause by outcome; one that names several aspects is one test."""
    nodeids = {*clause.tests, *(nodeid for aspect in clause.aspects for nodeid in aspect.tests)}
    return dict(Counter(mark(OUTCOMES, sources.tests.get(nodeid).outcome).word for nodeid in nodeids))


def _verdict(reference: str, title: str, kind: str, held: Any, sources: Sources) -> VerdictView:
    tests = sources.tests.worst_first(held.tests)
    return VerdictView(
        anchor=anchor(kind, reference),
        reference=reference,
        title=title,
        mark=mark(VERDICTS, held.verdict),
        required=getattr(held, "required", False),
        computed=getattr(held, "computed", False),
        # Of what is computed the report lists the tests that it looked at, and counts none.
        counts=tuple(counted(held.counts or Counter(test.outcome for test in tests), OUTCOMES)),
        waived=sources.tests.waived(held.tests, reference),
        reason=getattr(held, "reason", ""),
        tests=tuple(as_line(test, sources.models) for test in tests[:LISTED_TESTS]),
        total=len(tests),
        models=sources.models.shared(tests),
        by_model=sources.models.by_model(tests),
    )


def _aspect(clause_id: str, aspect: AspectVerdict, sources: Sources) -> VerdictView:
    return _verdict(f"{clause_id}/{aspect.id}", aspect.title, "aspect", aspect, sources)


def boundary_view(boundary: BoundaryVerdict, sources: Sources) -> VerdictView:
    """Lay out a boundary."""
    reference = f"{boundary.from_clause}>{boundary.to_clause}"
    return _verdict(reference, boundary.title, "boundary", boundary, sources)


def _own_tests(clause: ClauseVerdict, sources: Sources) -> VerdictView:
    return _verdict(clause.id, "", "tests", clause, sources)
