"""The state of one assurance run in one process: what was decided before it, and what has been gathered."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.event_log import EventLog
from pytest_iso23053.light import dataclass
from pytest_iso23053.plugin.redacting import secrets_here

if TYPE_CHECKING:
    from datetime import date

    from pytest_iso23053.assurance.evidence import Entry
    from pytest_iso23053.assurance.policy import GateRule
    from pytest_iso23053.assurance.report import Gap, Report
    from pytest_iso23053.assurance.waivers import WaiverBook
    from pytest_iso23053.catalogue.model import Catalogue
    from pytest_iso23053.catalogue.reference import Reference
    from pytest_iso23053.catalogue.resolver import Resolver
    from pytest_iso23053.settings.model import Settings


@dataclass
class Run:
    """One process's view. On a worker, what was gathered leaves with ``workeroutput`` and with the first report."""

    settings: Settings
    catalogue: Catalogue
    resolver: Resolver
    waiver_book: WaiverBook
    today: date
    gate: tuple[GateRule, ...] = ()
    gate_off: bool = False
    fail_under: float | None = None
    fail_under_origin: str = "configuration"
    no_waivers: bool = False
    baseline: Report | None = None
    reports: tuple[tuple[str, str | None], ...] = ()
    suite: str = "off"
    clause_selection: tuple[Reference, ...] = ()
    fixture_names: frozenset[str] = frozenset()

    secrets: dict[str, str] = field(default_factory=secrets_here)  # value → the variable that holds it
    entries: dict[str, Entry] = field(default_factory=dict)
    collected: bool = False  # a manifest is known, if an empty one
    events: EventLog = field(default_factory=EventLog)
    collection_errors: dict[str, str] = field(default_factory=dict)
    foreign_markers: set[str] = field(default_factory=set)
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)  # an ordered set
    cautions: dict[str, None] = field(default_factory=dict)  # what the first screen must say
    shortcomings: dict[str, None] = field(default_factory=dict)  # why no gate can be met
    lost_workers: list[str] = field(default_factory=list)  # died, and no test's report says so
    workers: int = 0
    loaded: dict[str, dict[str, Any]] = field(default_factory=dict)  # "models/credit" → what was found on loading
