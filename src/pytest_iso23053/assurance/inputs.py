"""What a report is made of."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from pytest_iso23053.assurance.evidence import Entry, Event
    from pytest_iso23053.assurance.policy import Claim, GateRule, NotApplicable, Requirement, ThreatInScope, Waiver
    from pytest_iso23053.assurance.report import Change, Gap, Report
    from pytest_iso23053.catalogue.model import Catalogue
    from pytest_iso23053.catalogue.reference import ClauseReference


@dataclass(frozen=True)
class RunInputs:
    """What was decided before the run, and what the run gave."""

    catalogue: Catalogue
    entries: Mapping[str, Entry] | None  # None: no process delivered a manifest
    events: Iterable[Event]  # in the order they arrived
    today: date

    # Decided before the run
    profile: str | None = None
    require: Sequence[ClauseReference] = ()
    flaky: str = "accept"
    unused_waivers: str = "report"
    decide: str = "bound"
    waivers: Sequence[Waiver] = ()
    no_waivers: bool = False
    not_applicable: Sequence[NotApplicable] = ()
    requirements: Sequence[Requirement] = ()
    models: Sequence[str] = ()
    claims: Sequence[Claim] = ()
    baseline: Report | None = None
    changes: Sequence[Change] = ()  # of a saved report, which was held against its baseline when it was made
    threats: Sequence[ThreatInScope] = ()
    gate: Sequence[GateRule] = ()
    configured_gate: Sequence[GateRule] = ()  # what the command line may have replaced
    gate_off: bool = False
    fail_under: float | None = None
    fail_under_origin: str = "configuration"  # or "command line"

    # What the run gave
    collection_errors: Sequence[str] = ()
    interrupted: str = ""  # why, or nothing
    lost_workers: Sequence[str] = ()
    shortcomings: Sequence[str] = ()  # whatever else the evidence lacks: shards that were not merged
    cautions: Sequence[str] = ()  # what changes the meaning of every number: overridden fixtures, hooks around tests
    selection: Mapping[str, Any] = field(default_factory=dict)
    pytest_status: int = 0
    system: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    subjects: Mapping[str, Any] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    notes: Sequence[str] = ()
    measure_aspects: Mapping[str, str] = field(default_factory=dict)  # measure → "7.4/calibration"
    measure_tasks: Mapping[str, str] = field(default_factory=dict)  # measure → "detect decisions that noise flips"
