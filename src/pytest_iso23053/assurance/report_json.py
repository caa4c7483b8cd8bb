"""The report as JSON values and back; the shape is the contract of format 1, described in ``report.schema.json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.report import (
    FORMAT,
    FORMAT_VERSION,
    AspectVerdict,
    BoundaryVerdict,
    Change,
    ClaimVerdict,
    ClauseVerdict,
    Finding,
    Gap,
    GateDecision,
    PhaseVerdict,
    Report,
    Summary,
    TestRecord,
    ThreatCell,
    ThreatVerdict,
)

Json = dict[str, Any]
T = TypeVar("T")


def to_json(report: Report) -> Json:
    """Return the report in JSON's own values. Mappings are shared with the report, not copied."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "system": report.system,
        "catalogue": report.catalogue,
        "run": report.run,
        "subjects": report.subjects,
        "summary": vars(report.summary),
        "phases": [_phase_to_json(phase) for phase in report.phases],
        "boundaries": [_boundary_to_json(boundary) for boundary in report.boundaries],
        "tests": [_listed(vars(test)) for test in report.tests],
        "findings": [_finding_to_json(finding) for finding in report.findings],
        "waivers": list(report.waivers),
        "gaps": [vars(gap) for gap in report.gaps],
        "not_applicable": list(report.not_applicable),
        "outside_catalogue": list(report.outside_catalogue),
        "notes": list(report.notes),
        "gate": _listed(vars(report.gate)),
        "claims": [_listed(vars(claim)) for claim in report.claims],
        "threats": [
            {**vars(threat), "cells": [_listed(vars(cell)) for cell in threat.cells]} for threat in report.threats
        ],
        **({"changes": [vars(change) for change in report.changes]} if report.changes else {}),
    }


def from_json(data: Any) -> Report:
    """Read a report back.

    Raises
    ------
    ReportError
        Where it is no report of ours, of a version that is not known here, or truncated; the message names the place.
    """
    _check_format(data)
    return Report(
        system=_mapping(data, "system"),
        catalogue=_mapping(data, "catalogue"),
        run=_mapping(data, "run"),
        subjects=_mapping(data, "subjects"),
        summary=_read(Summary, _mapping(data, "summary"), "summary"),
        phases=_each(data, "phases", _phase),
        boundaries=_each(data, "boundaries", _boundary),
        tests=_each(data, "tests", lambda test, path: _read(TestRecord, test, path)),
        findings=_each(data, "findings", _finding),
        waivers=_each(data, "waivers", _as_mapping),
        gaps=_each(data, "gaps", lambda gap, path: _read(Gap, gap, path)),
        not_applicable=_each(data, "not_applicable", _as_mapping),
        outside_catalogue=_each(data, "outside_catalogue", _as_mapping),
        notes=tuple(str(note) for note in data.get("notes", ())),
        gate=_read(GateDecision, _mapping(data, "gate"), "gate"),
        # An older report has neither.
        changes=_each(data, "changes", lambda change, path: _read(Change, change, path)) if "changes" in data else (),
        claims=_each(data, "claims", lambda claim, path: _read(ClaimVerdict, claim, path)) if "claims" in data else (),
        threats=_each(data, "threats", _threat) if "threats" in data else (),
    )


def _phase_to_json(phase: PhaseVerdict) -> Json:
    clauses = [
        {**_listed(vars(clause)), "aspects": [_listed(vars(aspect)) for aspect in clause.aspects]}
        for clause in phase.clauses
    ]
    return {**vars(phase), "clauses": clauses}


def _boundary_to_json(boundary: BoundaryVerdict) -> Json:
    rest = _listed(vars(boundary))
    return {"from": rest.pop("from_clause"), "to": rest.pop("to_clause"), **rest}


def _finding_to_json(finding: Finding) -> Json:
    crosswalk = {framework: list(names) for framework, names in finding.crosswalk.items()}
    return {**_listed(vars(finding)), "crosswalk": crosswalk, "editions": dict(finding.editions)}


def _listed(fields: Mapping[str, Any]) -> Json:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def _check_format(data: Any) -> None:
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise ReportError(f'not a report of this plugin: its "format" is not "{FORMAT}"')
    version = data.get("format_version")
    if version != FORMAT_VERSION:
        hint = "a newer plugin wrote it; upgrade pytest-iso23053 to read it"
        told = hint if isinstance(version, int) and version > FORMAT_VERSION else "the file is damaged"
        raise ReportError(f'"format_version" is {version!r}, and {FORMAT_VERSION} is what can be read here: {told}')


def _mapping(data: Mapping[str, Any], key: str) -> Json:
    if key not in data:
        raise ReportError(f'"{key}" is missing: the report is truncated or damaged')
    return _as_mapping(data[key], key)


def _as_mapping(value: Any, path: str) -> Json:
    if not isinstance(value, Mapping):
        raise ReportError(f"{path} is not an object: the report is damaged")
    return dict(value)


def _each(data: Mapping[str, Any], key: str, read: Callable[[Any, str], T], path: str = "") -> tuple[T, ...]:
    where = f"{path}.{key}" if path else key
    values = data.get(key)
    if not isinstance(values, (list, tuple)):
        raise ReportError(f"{where} is not a list: the report is truncated or damaged")
    return tuple(read(value, f"{where}[{place}]") for place, value in enumerate(values))


def _read(record: Callable[..., T], value: Any, path: str) -> T:
    """Make a record of an object. What a later version may add is left aside; what is missing has its default."""
    given = _as_mapping(value, path)
    known = getattr(record, "__dataclass_fields__")  # noqa: B009 - a class is all that mypy sees as callable
    fields = {
        name: tuple(content) if isinstance(content, list) else content
        for name, content in given.items()
        if name in known
    }
    try:
        return record(**fields)
    except TypeError as error:
        raise ReportError(f"{path} is truncated or damaged: {error}") from None


def _phase(value: Any, path: str) -> PhaseVerdict:
    given = _as_mapping(value, path)
    return _read(PhaseVerdict, {**given, "clauses": _each(given, "clauses", _clause, path)}, path)


def _clause(value: Any, path: str) -> ClauseVerdict:
    given = _as_mapping(value, path)
    aspects = _each(given, "aspects", lambda aspect, where: _read(AspectVerdict, aspect, where), path)
    return _read(ClauseVerdict, {**given, "aspects": aspects}, path)


def _threat(value: Any, path: str) -> ThreatVerdict:
    given = _as_mapping(value, path)
    cells = _each(given, "cells", lambda cell, where: _read(ThreatCell, cell, where), path)
    return _read(ThreatVerdict, {**given, "cells": cells}, path)


def _boundary(value: Any, path: str) -> BoundaryVerdict:
    given = _as_mapping(value, path)
    renamed = {{"from": "from_clause", "to": "to_clause"}.get(key, key): content for key, content in given.items()}
    return _read(BoundaryVerdict, renamed, path)


def _finding(value: Any, path: str) -> Finding:
    given = _as_mapping(value, path)
    crosswalk = _as_mapping(given.get("crosswalk", {}), f"{path}.crosswalk")
    return _read(Finding, {**given, "crosswalk": {key: tuple(names) for key, names in crosswalk.items()}}, path)
