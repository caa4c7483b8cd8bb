"""The configuration as frozen records: read once, and the only thing about configuration that travels further down."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.policy import Attacker
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from pytest_iso23053.assurance.policy import (
        Claim,
        GateRule,
        NotApplicable,
        Requirement,
        ThreatInScope,
        Waiver,
    )
    from pytest_iso23053.catalogue.reference import ClauseReference

ROLES = ("train", "test", "reference", "production")
DEFAULT_SEED = 23053


@dataclass(frozen=True)
class ModelSpec:
    """Where a model comes from; see the sources in the documentation."""

    name: str
    source: str
    task: str | None = None  # classification | regression
    sha256: str | None = None  # a digest, "env:NAME" or "sidecar"
    allow: tuple[str, ...] = ()  # a user's own classes, e.g. "mypackage.*"
    record: str | None = None  # a JSON file, written when the training ended
    signature: Mapping[str, Any] | None = None  # whose signature the file must bear; paths are absolute


@dataclass(frozen=True)
class DatasetSpec:
    """Where a data set comes from and what its columns mean, with what it inherits from ``train`` filled in."""

    name: str
    role: str  # train | test | reference | production
    source: str | tuple[str, str]
    target: str | None = None
    drop: tuple[str, ...] = ()
    features: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] = ()
    labels: Mapping[str, Any] | None = None
    positive: Any = None
    preprocess: str | None = None
    id: str | None = None
    time: str | None = None
    read: Mapping[str, Any] = field(default_factory=dict)
    take: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class ProvenanceRecord:
    """What the configuration says of the origin of one data file; or that a manifest says it of several."""

    file: str
    source: str = ""
    licence: str = ""
    date: date | None = None
    sha256: str = ""
    is_manifest: bool = False


@dataclass(frozen=True)
class MapRule:
    """A node-id glob and the clauses its tests speak about, for tests that nobody wants to touch."""

    pattern: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """Everything ``[tool.iso23053]`` says, defaults filled in."""

    rootdir: Path
    path: Path | None = None  # the file it was read from
    sha256: str = ""  # of that file's table
    catalogue: str = "lifecycle"
    profile: str | None = None
    require: tuple[ClauseReference, ...] = ()
    decide: str = "bound"  # or "point"
    flaky: str = "accept"  # or "refuse"
    unused_waivers: str = "report"  # or "fail"
    seed: int = DEFAULT_SEED
    suite: str | None = None  # off | fast | full; None: fast where a subject is configured
    fail_under: float | None = None
    models: tuple[ModelSpec, ...] = ()
    datasets: tuple[DatasetSpec, ...] = ()
    provenance: tuple[ProvenanceRecord, ...] = ()
    map: tuple[MapRule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    system: Mapping[str, Any] = field(default_factory=dict)
    gate: tuple[GateRule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()
    reports: tuple[str, ...] = ()  # as on the command line: FORMAT[:PATH]
    audit: str | None = None  # what `pip-audit --format json` wrote
    ledger: str | None = None  # the folder in which evaluations on a test set are counted
    attacker: Attacker = field(default_factory=Attacker)  # whom every attack stands for
    claims: tuple[Claim, ...] = ()  # the scoping questions with their answers; none where there is no file of claims
    threats: tuple[ThreatInScope, ...] = ()
    examples: int = 0  # rows of data that a report may show for a measurement
    redact: bool = True  # secrets, absolute paths, names of users and rows of data are taken out of reports
    keep: tuple[str, ...] = ()  # what is left in all the same
    ingest: str | None = None  # "fixture:name" or "package.module:callable", the user's data gate
