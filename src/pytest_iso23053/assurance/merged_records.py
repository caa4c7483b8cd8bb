"""The records of one test from several reports → one: not-run yields to any result, and two results must agree."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import outcome
from pytest_iso23053.assurance.report import TestRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Machines round the last digits differently; what differs by more was not measured alike.
RELATIVE = 1e-9
_CLAIMS = ("clauses", "boundaries", "threats", "ready_made")
_RESULT = ("outcome", "supports", "unasserted", "subtests_skipped", "measurements")


def merged_records(parts: Iterable[tuple[str, Sequence[TestRecord]]]) -> tuple[list[TestRecord], bool]:
    """Merge the reports' records by node id, in its order; tell also whether two of them contradict each other."""
    found: dict[str, list[tuple[str, TestRecord]]] = {}
    for name, records in parts:
        for record in records:
            found.setdefault(record.nodeid, []).append((name, record))
    clash = False
    merged = []
    for nodeid in sorted(found):
        record, contradicts = _merged(found[nodeid])
        merged.append(record)
        clash = clash or contradicts
    return merged, clash


def _merged(found: Sequence[tuple[str, TestRecord]]) -> tuple[TestRecord, bool]:
    if len(found) == 1:
        return found[0][1], False
    claims_differ = _first_difference(found, _CLAIMS)
    ran = [(name, record) for name, record in found if record.outcome != outcome.NOT_RUN]
    if not ran and not claims_differ:
        return min((record for _, record in found), key=_silence), False
    differ = claims_differ or _first_difference(ran, _RESULT)
    if differ:
        return _contradiction(found, differ), True
    first = min((record for _, record in ran), key=_canonical)
    return replace(
        first,
        attempts=max(record.attempts for _, record in ran),
        flaky=any(record.flaky for _, record in ran),
        duration=max(record.duration for _, record in ran),
    ), False


def _silence(record: TestRecord) -> tuple[bool, bool, str]:
    """Prefer what says most: a test that was cut short, then one that never started, then a deselected one."""
    return record.reason == outcome.DESELECTED, record.reason != outcome.INTERRUPTED, _canonical(record)


def _canonical(record: TestRecord) -> str:
    told = {name: value for name, value in vars(record).items() if name not in ("attempts", "flaky", "duration")}
    return json.dumps(told, sort_keys=True, default=str)


def _first_difference(found: Sequence[tuple[str, TestRecord]], fields: Sequence[str]) -> str:
    """Say what the reports do not agree on, in the first field where they do not; nothing where they do."""
    for field in fields:
        named = [(_compared(getattr(record, field)), name) for name, record in found]
        for value, name in named[1:]:
            if not alike(named[0][0], value):
                if field == "outcome":
                    return ", ".join(dict.fromkeys(f"{said} in {where}" for said, where in sorted(named)))
                what = "what was measured" if field == "measurements" else field
                return f"{what}, in {named[0][1]} and in {name}"
    return ""


def _compared(value: Any) -> Any:
    """Leave out of measurements what is drawn and never judged: a row may fall on either side of a border."""
    if not isinstance(value, (list, tuple)):
        return value
    return [
        {key: each[key] for key in each if key != "series"} if isinstance(each, Mapping) else each for each in value
    ]


def alike(one: Any, other: Any) -> bool:
    """Compare JSON values; numbers up to rounding."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) or isinstance(other, float):
        numbers = [each for each in (one, other) if isinstance(each, (int, float)) and not isinstance(each, bool)]
        return len(numbers) == 2 and math.isclose(*numbers, rel_tol=RELATIVE)
    return type(one) is type(other) and bool(one == other)


def _contradiction(found: Sequence[tuple[str, TestRecord]], differ: str) -> TestRecord:
    """Record an error for everything that any of them speaks about, with all that was measured."""
    records = sorted((record for _, record in found), key=_canonical)
    measured: dict[str, Mapping[str, Any]] = {}
    for record in records:
        measured.update((json.dumps(each, sort_keys=True), each) for each in record.measurements)
    return TestRecord(
        records[0].nodeid,
        outcome.ERROR,
        _all(record.clauses for record in records),
        _all(record.boundaries for record in records),
        _all(record.threats for record in records),
        attempts=max(record.attempts for record in records),
        duration=max(record.duration for record in records),
        reason=f"the merged reports contradict each other: {differ}",
        ready_made=any(record.ready_made for record in records),
        measurements=tuple(measured[key] for key in sorted(measured)),
    )


def _all(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({text for group in groups for text in group}))
