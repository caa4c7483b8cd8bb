"""The report as plain frozen records, in the shape of the JSON contract (format 1).

Renderers read these and nothing else. ``to_json`` and ``from_json`` live in ``report_json``; the schema is
``report.schema.json`` in the package root.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "pytest-iso23053"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class TestRecord:
    """One test: its outcome by the truth table, and the evidence it left."""

    __test__ = False  # pytest collects classes named Test*

    nodeid: str
    outcome: str
    clauses: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    supports: bool = False
    waiver: str | None = None  # id of the first waiver that covers it
    waived: tuple[str, ...] = ()  # the clauses and boundaries, as listed above, for which a waiver covers it
    attempts: int = 1
    flaky: bool = False
    duration: float = 0.0
    reason: str = ""
    ready_made: bool = False
    unasserted: bool = False
    subtests_skipped: tuple[str, ...] = ()
    measurements: tuple[Mapping[str, Any], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()
    line: int | None = None  # where it stands in the file that its node id names, of tests that left something to tell


@dataclass(frozen=True)
class AspectVerdict:
    """The verdict on an aspect, with the count of its tests by outcome."""

    id: str
    title: str
    required: bool
    verdict: str
    counts: Mapping[str, int] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    computed: bool = False
    reason: str = ""


@dataclass(frozen=True)
class ClauseVerdict:
    """The verdict on a clause; ``tests`` are those that name the clause and no aspect."""

    id: str
    slug: str
    title: str
    verdict: str
    aspects: tuple[AspectVerdict, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class PhaseVerdict:
    """The verdict on a phase of the life cycle."""

    id: str
    title: str
    verdict: str
    clauses: tuple[ClauseVerdict, ...]


@dataclass(frozen=True)
class BoundaryVerdict:
    """The verdict on a boundary; ``from`` and ``to`` in JSON."""

    from_clause: str
    to_clause: str
    verdict: str
    counts: Mapping[str, int] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    required: bool = False
    title: str = ""


@dataclass(frozen=True)
class Finding:
    """What is wrong or missing, in the standard's words."""

    id: str  # a stable fingerprint over clause, measure and subject
    grade: str  # failure | weakness | gap | observation | not assessed
    severity: str  # high | medium | low | info
    clause: str  # "7.4/performance", or a boundary "7.2>7.3"
    measure: str | None
    nodeid: str | None
    sentence: str
    waiver: str | None = None
    reproduce: str = ""
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: Mapping[str, Any] | None = None  # the numbers of the measurement that shows it
    affects: tuple[Mapping[str, Any], ...] = ()  # {"name", "sha256"} of what was measured
    attacker: str = ""  # whom an attack stands for, in its own words
    editions: Mapping[str, str] = field(default_factory=dict)  # of the frameworks in crosswalk


@dataclass(frozen=True)
class Gap:
    """What could not be assessed, and what would close it."""

    clause: str
    item: str  # an aspect's or boundary's reference, or the ready-made item that could not be collected
    needs: str


@dataclass(frozen=True)
class ClaimVerdict:
    """What was answered to a scoping question, held against what the tests show."""

    id: str
    phase: str
    question: str
    answer: str  # yes | no | partial | unknown, or nothing
    who: str
    control: str
    evidence: str
    about: tuple[str, ...]
    measures: tuple[str, ...]
    threats: tuple[str, ...]
    status: str  # claimed and demonstrated | claimed but failed | …
    verdict: str  # on all that it is about
    verdicts: Mapping[str, str] = field(default_factory=dict)  # on each clause, aspect or boundary
    tests: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()  # that cover one of the tests


@dataclass(frozen=True)
class ThreatCell:
    """A threat in one clause or at one boundary."""

    place: str
    state: str  # tested | failed | undecided | untested | waived
    verdict: str
    tests: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ThreatVerdict:
    """A threat, and what is known of it wherever it is in scope or was tested."""

    id: str
    title: str
    framework: str
    edition: str
    in_scope: bool
    reason: str
    cells: tuple[ThreatCell, ...]


@dataclass(frozen=True)
class Change:
    """What became worse, or was made easier, since an earlier report; one that ``fails`` counts for the gate."""

    kind: str  # lost coverage, lost test, worse measure, loosened limit, waiver, smaller scope, laxer gate, …
    where: str
    sentence: str
    fails: bool = True


@dataclass(frozen=True)
class GateDecision:
    """``status`` is passed, failed, incomplete, not-judged or off; the reasons say why and what to do."""

    status: str = "off"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """The headline numbers. A percentage is None where nothing is in scope."""

    demonstrated_percent: float | None
    waived_percent: float | None
    boundaries_demonstrated: float | None
    aspects: Mapping[str, int]
    boundaries: Mapping[str, int]
    tests: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """A whole assurance run. Mappings hold JSON values only; their keys are those of DESIGN's contract."""

    system: Mapping[str, Any]
    catalogue: Mapping[str, Any]
    run: Mapping[str, Any]
    subjects: Mapping[str, Any]
    summary: Summary
    phases: tuple[PhaseVerdict, ...]
    boundaries: tuple[BoundaryVerdict, ...]
    tests: tuple[TestRecord, ...]
    findings: tuple[Finding, ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[Gap, ...] = ()
    not_applicable: tuple[Mapping[str, Any], ...] = ()
    outside_catalogue: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()  # said once: foreign markers, spelling to add, decide = "point", unscanned pickles
    gate: GateDecision = field(default_factory=GateDecision)
    claims: tuple[ClaimVerdict, ...] = ()  # empty where no file of claims was read
    threats: tuple[ThreatVerdict, ...] = ()
    changes: tuple[Change, ...] = ()  # for the worse, since the report of the baseline
