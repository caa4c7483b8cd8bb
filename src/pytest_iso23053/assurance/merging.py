"""Shards of one run judged together: the merge of any partition of a run, in any order, is the whole run's report.

A test that one shard did not run and another did is run: ``not-run`` yields to any result. Verdicts are never merged;
the tests are, and the verdicts follow from them by the same code that judges a run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.agreement import DisagreementError, disagreements, united_subjects
from pytest_iso23053.assurance.build import judge
from pytest_iso23053.assurance.collected import united
from pytest_iso23053.assurance.gate import EXIT_FAILED, EXIT_NO_TESTS, EXIT_OK
from pytest_iso23053.assurance.merged_records import merged_records
from pytest_iso23053.assurance.merged_run import described, parts_of, selection_of
from pytest_iso23053.assurance.wording import counted
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_iso23053.assurance.inputs import RunInputs
    from pytest_iso23053.assurance.policy import GateRule
    from pytest_iso23053.assurance.report import Change, Report
    from pytest_iso23053.assurance.saved import Saved

# A status says more the earlier it stands here: pytest's internal error, usage, interruption; then failures; none.
_STATUSES = (3, 4, 2, EXIT_FAILED, EXIT_OK, EXIT_NO_TESTS)


@dataclass(frozen=True)
class Shard:
    """One saved report, by the name of its file and the digest of its bytes."""

    name: str
    digest: str
    saved: Saved


@dataclass(frozen=True)
class Asked:
    """What the command line asks of a merge; None is what the shards were asked."""

    shards: int | None = None  # how many there should be
    gate: Sequence[GateRule] | None = None
    gate_off: bool = False
    fail_under: float | None = None
    baseline: Report | None = None


def merge(shards: Iterable[Shard], asked: Asked | None = None) -> Report:
    """Judge the tests of all shards as one run.

    Raises
    ------
    DisagreementError
        Where they are no parts of one run: other subjects, another configuration, another catalogue.
    """
    wanted = asked or Asked()
    by_digest = {shard.digest: shard for shard in sorted(shards, key=lambda each: each.name, reverse=True)}
    every = tuple(sorted(by_digest.values(), key=lambda each: (each.name, each.digest)))
    if not every:
        raise DisagreementError(("no report was given: there is nothing to merge",))
    found = disagreements({shard.name: shard.saved for shard in every})
    if found:
        raise DisagreementError(found)
    parts = parts_of(every)
    expected = max((number for number in (wanted.shards, *map(_told, every)) if number is not None), default=None)
    if expected is not None and len(parts) > expected:
        names = ", ".join(part["name"] for part in parts)
        raise DisagreementError((f"{len(parts)} reports were given ({names}) and {expected} are expected",))
    records, clash = merged_records([(shard.name, shard.saved.records) for shard in every])
    inputs = _inputs(every, wanted)
    run = described([shard.saved.report for shard in every], parts, expected)
    inputs = replace(
        inputs,
        run=run,
        shortcomings=(*inputs.shortcomings, *_missing(len(parts), expected)),
        pytest_status=_status([shard.saved.inputs.pytest_status for shard in every], clash=clash),
    )
    return judge(inputs, records, united(shard.saved.collected for shard in every))


def _told(shard: Shard) -> int | None:
    """Return how many shards there should be, where an earlier merge was told."""
    expected: int | None = (shard.saved.report.run.get("merged") or {}).get("expected")
    return expected


def _other_shortcomings(shard: Shard) -> list[str]:
    """Return what a report lacks, but for the shards that are missing in it: they may be here now."""
    missing = _missing(len(parts_of([shard])), _told(shard))
    return [said for said in shard.saved.inputs.shortcomings if said not in missing]


def _missing(found: int, expected: int | None) -> tuple[str, ...]:
    if expected is None or found >= expected:
        return ()
    return (f"{counted(found, 'shard')} of {expected} merged: what the others would show is not here",)


def _inputs(shards: Sequence[Shard], asked: Asked) -> RunInputs:
    every = [shard.saved.inputs for shard in shards]
    return replace(
        _gated(every, asked),
        today=max((each.today for each in every), default=date.min),
        collection_errors=_union(each.collection_errors for each in every),
        interrupted="; ".join(_union((each.interrupted,) for each in every if each.interrupted)),
        lost_workers=tuple(sorted(worker for each in every for worker in each.lost_workers)),
        shortcomings=_union(_other_shortcomings(shard) for shard in shards),
        selection=selection_of([each.selection for each in every]),
        subjects=united_subjects([each.subjects for each in every]),
        gaps=tuple(dict.fromkeys(gap for each in every for gap in each.gaps)),
        notes=_union(each.notes for each in every),
        cautions=_union(each.cautions for each in every),
        changes=_changes(every),
        baseline=asked.baseline,
        measure_aspects={name: aspect for each in every for name, aspect in each.measure_aspects.items()},
        measure_tasks={name: task for each in every for name, task in each.measure_tasks.items()},
    )


def _changes(every: Sequence[RunInputs]) -> tuple[Change, ...]:
    found = {change for each in every for change in each.changes}
    return tuple(sorted(found, key=lambda change: (change.kind, change.where, change.sentence)))


def _gated(every: Sequence[RunInputs], asked: Asked) -> RunInputs:
    """Take the gate that is asked for here; else all that any shard was asked; else the configured one.

    Shards are run with ``--iso23053-gate off``, since none of them can meet the gate of the whole.
    """
    first = every[0]
    rules = dict.fromkeys(rule for each in every for rule in each.gate)
    gate: Sequence[GateRule] = sorted(rules, key=lambda rule: (str(rule.target), rule.level, rule.origin, rule.spelled))
    asked_of_shards = {tuple(each.gate) for each in every if each.gate}
    if len(asked_of_shards) == 1:
        (gate,) = asked_of_shards
    if asked.gate is not None or asked.gate_off:
        gate = asked.gate or ()
    elif not gate:
        gate = first.configured_gate
    least = [(each.fail_under, each.fail_under_origin) for each in every if each.fail_under is not None]
    fail_under, origin = max(least, default=(None, first.fail_under_origin))
    if asked.fail_under is not None:
        fail_under, origin = asked.fail_under, "command line"
    return replace(first, gate=tuple(gate), gate_off=asked.gate_off, fail_under=fail_under, fail_under_origin=origin)


def _status(statuses: Sequence[int], *, clash: bool) -> int:
    """Return what pytest would have said of the whole; an unknown status of some plugin's own stands before all."""
    found = {*statuses, *({EXIT_FAILED} if clash else ())}
    unknown = sorted(found - set(_STATUSES))
    known = [status for status in _STATUSES if status in found]
    return unknown[-1] if unknown else known[0]


def _union(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({text for group in groups for text in group}))
