"""What a report was judged by, inside the report: ``run.policy`` was decided beforehand, ``run.gathered`` came of it.

With these, and the records of the tests, a saved report can be judged anew, alone or together with its shards, by the
same code that judged the run. Waivers and declarations of what is not applicable stand in the report already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.policy import (
    Claim,
    GateRule,
    NotApplicable,
    Requirement,
    ThreatInScope,
    Waiver,
)
from pytest_iso23053.assurance.report import ClaimVerdict, Gap, Report, TestRecord
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_iso23053.assurance.collected import Collected
    from pytest_iso23053.assurance.inputs import RunInputs

POLICY, GATHERED = "policy", "gathered"
_DECIDED = (
    "require", "flaky", "unused_waivers", "requirements", "models", "gate", "configured_gate", "gate_off",
    "fail_under", "fail_under_origin",
)  # fmt: skip
_GAVE = (
    "pytest_status", "collection_errors", "interrupted", "lost_workers", "shortcomings", "gaps", "notes", "cautions",
)  # fmt: skip
_LATER = {"cautions": ()}  # what an older report does not hold
_RECORDS: Mapping[str, Callable[..., Any]] = {
    "requirements": Requirement, "gate": GateRule, "configured_gate": GateRule, "gaps": Gap,
}  # fmt: skip


def policy(inputs: RunInputs) -> dict[str, Any]:
    """Return what was decided before the run, as JSON values."""
    return {name: _plain(getattr(inputs, name)) for name in (*_DECIDED, "threats")}


def gathered(inputs: RunInputs, collected: Collected, records: Iterable[TestRecord]) -> dict[str, Any]:
    """Return what the run gave beside its tests, as JSON values; of the measures only those that were used."""
    used = {str(found.get("measure")).partition(".")[0] for record in records for found in record.measurements}
    return {
        "day": inputs.today.isoformat(),
        **{name: _plain(getattr(inputs, name)) for name in _GAVE},
        **_plain(vars(collected)),
        "measure_aspects": _only(inputs.measure_aspects, used),
        "measure_tasks": _only(inputs.measure_tasks, used),
    }


def read_inputs(report: Report) -> dict[str, Any]:
    """Return the fields of `RunInputs` that a report holds, all but its catalogue and its tests.

    Raises
    ------
    ReportError
        Where the report does not say what it was judged by.
    """
    decided, gave = (_part(report, name) for name in (POLICY, GATHERED))
    try:
        fields = {name: _field(name, decided[name]) for name in _DECIDED}
        gave = _LATER | dict(gave)
        fields |= {name: _field(name, gave[name]) for name in _GAVE}
        fields |= {name: dict(gave[name]) for name in ("measure_aspects", "measure_tasks")}
        return fields | {
            "today": date.fromisoformat(gave["day"]),
            "waivers": tuple(map(_waiver, report.waivers)),
            "not_applicable": tuple(map(_declaration, report.not_applicable)),
            "claims": tuple(map(_claim, report.claims)),
            "changes": report.changes,
            "threats": tuple(ThreatInScope(**_read(each)) for each in decided.get("threats", ())),
            "no_waivers": bool(report.run["no_waivers"]),
            "profile": report.run["profile"],
            "decide": report.run["decide"],
            "selection": report.run["selection"],
            "system": report.system,
            "subjects": report.subjects,
            "run": report.run,
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportError(f"run.{POLICY} or run.{GATHERED} is damaged: {type(error).__name__} {error}") from None


def read_collected(report: Report) -> dict[str, Any]:
    """Return the fields of `Collected` that a report holds."""
    gave = _part(report, GATHERED)
    try:
        return {
            "manifest": bool(gave["manifest"]),
            "strays": tuple(gave["strays"]),
            "outside": {name: tuple(tests) for name, tests in gave["outside"].items()},
            "translated": {name: tuple(tests) for name, tests in gave["translated"].items()},
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"run.{GATHERED} is damaged: {type(error).__name__} {error}") from None


def reference(text: str) -> Reference:
    """Read a reference as the report spells it, in the numbers of its own catalogue."""
    before, separator, after = text.partition(">")
    if separator:
        return BoundaryReference(before, after)
    clause, _, aspect = text.partition("/")
    return ClauseReference(clause, aspect or None)


def _part(report: Report, name: str) -> Mapping[str, Any]:
    part = report.run.get(name)
    if not isinstance(part, Mapping):
        raise ReportError(
            f"the report does not say what it was judged by (run.{name} is missing): it was not written whole by this "
            "plugin, or by an older version of it, and cannot be judged again"
        )
    return part


def _field(name: str, value: Any) -> Any:
    if name == "require":
        return tuple(map(reference, value))
    if name in _RECORDS:
        return tuple(_RECORDS[name](**_read(each)) for each in value)
    return tuple(value) if isinstance(value, list) else value


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return found | ({"target": reference(found["target"])} if "target" in found else {})


def _waiver(said: Mapping[str, Any]) -> Waiver:
    return Waiver(
        clause=reference(said["clause"]),
        reason=said["reason"],
        owner=said["owner"],
        expires=date.fromisoformat(said["expires"]),
        test=said["test"],
        approved_by=said.get("approved_by", ""),
        ticket=said.get("ticket", ""),
        threat=said.get("threat"),
        id=said["id"],
    )


def _claim(said: ClaimVerdict) -> Claim:
    return Claim(**{name: getattr(said, name) for name in Claim.__dataclass_fields__})


def _declaration(said: Mapping[str, Any]) -> NotApplicable:
    expires = date.fromisoformat(said["expires"])
    return NotApplicable(reference(said["clause"]), said["reason"], said["owner"], expires)


def _only(known: Mapping[str, str], used: set[str]) -> dict[str, str]:
    return {name: known[name] for name in sorted(used & known.keys())}


def _plain(value: Any) -> Any:
    if isinstance(value, (ClauseReference, BoundaryReference)):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value
