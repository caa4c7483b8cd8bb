"""What is wrong or missing, in the standard's words.

Grades: *failure* (a limit is broken, or a test failed), *weakness* (undecided, and the value itself lies beyond the
limit), *gap* (nothing was asked of a required aspect or of a boundary), *observation* (undecided otherwise, or measured
without a limit), *not assessed* (an error, tests not run or skipped).

Severity: a failure is ``high`` where the aspect or boundary is required and ``medium`` elsewhere; a weakness or a gap
is one step below that; what could not be assessed is ``medium`` after an error and ``low`` otherwise; an observation is
``info``. A waiver changes none of this: it is named beside.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import outcome, proof, verdict
from pytest_iso23053.assurance.claims import broken, said_and_shown, where_broken
from pytest_iso23053.assurance.derived import Derivation
from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, ClaimVerdict, Finding, Gap, TestRecord
from pytest_iso23053.assurance.wording import (
    Vocabulary,
    beyond_limit,
    counted,
    evidence,
    first_line,
    some,
    what_would_decide,
)
from pytest_iso23053.catalogue.crosswalk import editions
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_iso23053.assurance.matrix import Matrix
    from pytest_iso23053.assurance.waivers import WaiverBook
    from pytest_iso23053.catalogue.model import Catalogue

FAILURE, WEAKNESS, GAP, OBSERVATION, NOT_ASSESSED = "failure", "weakness", "gap", "observation", "not assessed"
GRADES = (FAILURE, WEAKNESS, GAP, OBSERVATION, NOT_ASSESSED)
HIGH, MEDIUM, LOW, INFO = "high", "medium", "low", "info"
SEVERITIES = (HIGH, MEDIUM, LOW, INFO)
DEFAULT_SEED = 23053

_READY_MADE = "iso23053/"
_REDACTED = re.compile(r"\[.*(?:\[redacted|<user>|<tmp>|<python>|~/|…/)")

_BROKEN = frozenset({outcome.FAILED, outcome.XFAILED, outcome.ERROR})
_DID_NOT_SHOW = {outcome.SKIPPED: "skipped", outcome.NOT_RUN: "not run"}


@dataclass(frozen=True)
class Sources:
    """What the findings are read from."""

    catalogue: Catalogue
    matrix: Matrix
    book: WaiverBook
    gaps: tuple[Gap, ...] = ()
    seed: int | None = None
    tasks: Mapping[str, str] = field(default_factory=dict)  # measure → what failing it shows, where the aspect is wider
    subjects: Mapping[str, Any] = field(default_factory=dict)  # as in the report: models and data sets with digests
    claims: tuple[ClaimVerdict, ...] = ()
    suite: str | None = None  # how much of the ready-made suite the run was asked for


def find(sources: Sources) -> tuple[Finding, ...]:
    """Return every finding, the gravest grade first, each with an identity that lasts from run to run."""
    writer = _Writer(sources)
    found = [*writer.of_tests(), *writer.of_cells(), *map(writer.of_claim, broken(sources.claims))]
    found.sort(key=_gravity)
    return tuple(_identified(found))


def _gravity(draft: _Draft) -> tuple[int, bool, int, str, str]:
    """Order by grade, and within it what nobody has accepted first: a list that is cut must not hide it."""
    finding = draft.finding
    rank = SEVERITIES.index(finding.severity)
    return GRADES.index(finding.grade), finding.waiver is not None, rank, finding.clause, finding.nodeid or ""


@dataclass(frozen=True)
class _Draft:
    finding: Finding
    subject: str  # what tells this finding from others on its clause: parameters and subjects, or the test


class _Writer:
    def __init__(self, sources: Sources) -> None:
        self._matrix, self._book = sources.matrix, sources.book
        self._vocabulary = Vocabulary(sources.catalogue)
        self._derivation = Derivation(sources.catalogue)
        self._tasks = sources.tasks
        self._digests = proof.digests(sources.subjects)
        seed = sources.seed
        self._seed = f" --iso23053-seed {seed}" if seed not in (None, DEFAULT_SEED) else ""
        self._suite = " --iso23053-suite=full" if sources.suite == "full" else ""
        self._needs: dict[str, list[str]] = {}
        for gap in sources.gaps:
            self._needs.setdefault(gap.clause, []).append(f"{gap.item} needs {gap.needs}")

    def of_tests(self) -> Iterator[_Draft]:
        """Write up the tests that failed, stayed open, observed something or could not be assessed."""
        silent: dict[tuple[str, str], list[TestRecord]] = {}
        for record in self._matrix.records.values():
            if record.outcome in outcome.PASSING and record.supports:
                continue
            for reference in self._named(record):
                if record.outcome in _DID_NOT_SHOW:
                    silent.setdefault((reference, record.outcome), []).append(record)
                else:
                    yield from self._of_test(reference, record)
        for (reference, kind), records in silent.items():
            yield self._silent(reference, kind, records)

    def of_cells(self) -> Iterator[_Draft]:
        """Write up what nothing was asked of, and what was judged without a test."""
        for clause in self._matrix.clauses():
            for aspect in clause.aspects:
                reference = f"{clause.id}/{aspect.id}"
                if aspect.computed:
                    yield from self._computed(reference, aspect)
                elif aspect.required and aspect.verdict == verdict.UNTESTED:
                    yield self._gap(reference, aspect.counts)
        for boundary in self._matrix.boundaries:
            if boundary.verdict == verdict.UNTESTED:
                yield self._gap(f"{boundary.from_clause}>{boundary.to_clause}", boundary.counts)

    def of_claim(self, claim: ClaimVerdict) -> _Draft:
        """Write up a control that somebody says is in place, and that a test went through."""
        reference, record = where_broken(claim, self._matrix)
        found = self._finding(reference, FAILURE, said_and_shown(claim, self._matrix), record)
        severity = HIGH if claim.answer == "yes" else MEDIUM
        return _Draft(replace(found, severity=severity), f"claim {claim.id}")

    def _named(self, record: TestRecord) -> tuple[str, ...]:
        """Return what the test names itself: what ``also`` derives is the same finding."""
        clauses = self._derivation.named(record.clauses) if record.clauses else ()
        return tuple(reference for reference in (*clauses, *record.boundaries) if self._vocabulary.knows(reference))

    def _of_test(self, reference: str, record: TestRecord) -> Iterator[_Draft]:
        drafts = [
            self._measured(reference, record, found, grade)
            for found in record.measurements
            if (grade := _grade(record, found)) is not None
        ]
        yield from drafts
        graded = {draft.finding.grade for draft in drafts}
        if record.outcome == outcome.ERROR:
            yield self._of_outcome(reference, record, NOT_ASSESSED, f"error in {record.nodeid}")
        elif record.outcome in _BROKEN and FAILURE not in graded:
            yield self._of_outcome(reference, record, FAILURE, f"{record.nodeid} {record.outcome}")
        elif record.outcome == outcome.INCONCLUSIVE and not drafts:
            yield self._of_outcome(reference, record, OBSERVATION, f"{record.nodeid} is inconclusive")

    def _measured(self, reference: str, record: TestRecord, found: Mapping[str, Any], grade: str) -> _Draft:
        said = evidence(found)
        if found.get("judgement") == outcome.INCONCLUSIVE:
            said = f"{said}; {what_would_decide(found)}"
        elif grade == OBSERVATION and found.get("judgement") is not None:
            said = f"{said}; not met, in a test that did not fail"
        finding = replace(
            self._finding(reference, grade, said, record, measure=str(found.get("measure"))),
            evidence=proof.numbers(found),
            affects=proof.affected(found, self._digests),
            attacker=proof.attacker(found),
        )
        params = json.dumps(found.get("params") or {}, sort_keys=True, default=str)
        return _Draft(finding, "\x1f".join((params, *(str(subject) for subject in found.get("subjects") or ()))))

    def _of_outcome(self, reference: str, record: TestRecord, grade: str, what: str) -> _Draft:
        why = first_line(record.reason)
        finding = self._finding(reference, grade, f"{what}: {why}" if why else what, record)
        if record.outcome == outcome.ERROR:
            finding = replace(finding, severity=MEDIUM)
        return _Draft(finding, record.nodeid)

    def _silent(self, reference: str, kind: str, records: list[TestRecord]) -> _Draft:
        """Write one finding on all the tests that were skipped, or not run: there may be thousands."""
        reasons = dict.fromkeys(first_line(record.reason) for record in records if record.reason)
        why = f" ({some(reasons, 2)})" if reasons else ""
        only = records[0] if len(records) == 1 else None
        what = only.nodeid if only else counted(len(records), "test")
        said = f"{what} {'was' if only else 'were'} {_DID_NOT_SHOW[kind]}{why}"
        return _Draft(self._finding(reference, NOT_ASSESSED, said, only), kind)

    def _gap(self, reference: str, counts: Mapping[str, int]) -> _Draft:
        told = [f"its tests: {', '.join(f'{count} {kind}' for kind, count in counts.items())}"] if counts else []
        return _Draft(
            self._finding(reference, GAP, "; ".join([*told, some(self._needs.get(reference, ()))]).strip("; ")), ""
        )

    def _computed(self, reference: str, aspect: AspectVerdict) -> Iterator[_Draft]:
        grades = {verdict.FAILED: FAILURE, verdict.INCONCLUSIVE: WEAKNESS, verdict.PARTIAL: GAP}
        if aspect.required:
            grades[verdict.UNTESTED] = GAP
        if aspect.verdict in grades:
            yield _Draft(self._finding(reference, grades[aspect.verdict], aspect.reason), "")

    def _finding(
        self, reference: str, grade: str, said: str, record: TestRecord | None = None, *, measure: str | None = None
    ) -> Finding:
        nodeid = record.nodeid if record else None
        waiver = None
        if record is not None and record.outcome in outcome.WAIVABLE:
            waiver = self._book.covering(record.nodeid, reference, record.clauses)
        crosswalk = self._vocabulary.crosswalk(reference)
        return Finding(
            id="",
            grade=grade,
            severity=_severity(grade, required=self._is_required(reference, grade)),
            clause=reference,
            measure=measure,
            nodeid=nodeid,
            sentence=self._sentence(reference, grade, said, measure),
            waiver=waiver.id if waiver else None,
            reproduce=self._command(nodeid) if nodeid else "",
            crosswalk=crosswalk,
            editions=editions(crosswalk),
        )

    def _command(self, nodeid: str) -> str:
        suite = self._suite if nodeid.startswith(_READY_MADE) else ""
        return f"pytest --iso23053{suite}{self._seed} {shlex.quote(_to_be_found(nodeid))}"

    def _sentence(self, reference: str, grade: str, said: str, measure: str | None) -> str:
        place = self._vocabulary.place(reference)
        task = self._tasks.get((measure or "").partition(".")[0]) or self._vocabulary.task(reference)
        asked = {FAILURE: " to {}", WEAKNESS: " to {}", GAP: ", nothing shows that it can {}"}.get(
            grade, ", asked to {}"
        )
        head = f"{grade} {place}{asked.format(task) if task else ''}"
        return f"{head}: {said}" if said else head

    def _is_required(self, reference: str, grade: str) -> bool:
        found = self._matrix.find(reference)
        if grade == FAILURE and isinstance(found, BoundaryVerdict):
            return True  # nobody has to test a boundary, but one that gives way lets through what a phase relies on
        return getattr(found, "required", found is not None)  # a clause as a whole always is


def _to_be_found(nodeid: str) -> str:
    """Name a test so that pytest finds it: the function, where its parameters are not what they were."""
    return nodeid.partition("[")[0] if _REDACTED.search(nodeid) else nodeid


def _grade(record: TestRecord, found: Mapping[str, Any]) -> str | None:
    judgement = found.get("judgement")
    if judgement == outcome.NOT_MET:
        # In a test that passed, or stays open, «not met» may be what the test hoped for: `assert not m > 0.1`.
        return FAILURE if record.outcome in _BROKEN else OBSERVATION
    if judgement == outcome.INCONCLUSIVE:
        # Observed: open against the measure's own control, for which nobody asked. A point beyond that is no weakness,
        # as the points of a search (the worst slice, the column that moved most) lie beyond it more often than not.
        return WEAKNESS if beyond_limit(found) and record.outcome != outcome.OBSERVED else OBSERVATION
    return OBSERVATION if judgement is None and record.outcome == outcome.OBSERVED else None


def _severity(grade: str, *, required: bool) -> str:
    if grade in (OBSERVATION, NOT_ASSESSED):
        return INFO if grade == OBSERVATION else LOW
    if grade == FAILURE:
        return HIGH if required else MEDIUM
    return MEDIUM if required else LOW


def _identified(drafts: Iterable[_Draft]) -> Iterator[Finding]:
    """Give each finding its fingerprint; a second test with the same measure on the same subject adds its node id."""
    taken: set[str] = set()
    told: set[tuple[str, str | None]] = set()
    for draft in drafts:
        finding = draft.finding
        parts = (finding.clause, finding.measure or "", draft.subject)
        identity = proof.fingerprint(*parts)
        if (identity, finding.nodeid) in told:  # judged twice in one test: the gravest was told
            continue
        told.add((identity, finding.nodeid))
        if identity in taken:
            identity = proof.fingerprint(*parts, finding.nodeid or "")
        taken.add(identity)
        yield replace(finding, id=identity)
