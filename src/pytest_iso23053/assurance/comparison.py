"""A report held against an earlier one: what is shown no longer, what measures worse, and what was made easier.

A gate that is met because a limit was loosened looks like one that is met because the model is better. So whatever was
made easier counts as much as what became worse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import easing
from pytest_iso23053.assurance.gate import FAILED, INCOMPLETE, OFF, final_exit_status
from pytest_iso23053.assurance.outcome import NOT_RUN, PASSING
from pytest_iso23053.assurance.report import Change, GateDecision
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

DEMONSTRATED = "demonstrated"
COVERAGE, TEST, MEASURE, SUBJECT = "lost coverage", "lost test", "worse measure", "other subject"

Measured = Mapping[str, Any]
Key = tuple[str, str, int]  # of one measurement: the test, the measure, and the how-manieth of it there


@dataclass(frozen=True)
class Difference:
    """A change of a measure with its interval; ``worse`` only where the whole interval lies on the bad side."""

    value: float
    low: float
    high: float
    worse: bool


def compare(earlier: Report, now: Report) -> tuple[Change, ...]:
    """Say what changed for the worse from one report to another, and which of it fails the gate.

    Raises
    ------
    ReportError
        Where one of them does not say what it was judged by.
    """
    return (
        *_other_system(earlier, now),
        *_lost_coverage(earlier, now),
        *_worse_measures(earlier, now),
        *easing.made_easier(earlier, now),
        *_lost_tests(earlier, now),
        *_other_subjects(earlier, now),
    )


def held_against(changes: Sequence[Change], report: Report, pytest_status: int) -> Report:
    """Put changes into a report; those that count fail its gate, unless it is switched off."""
    if not changes:
        return report
    reasons = tuple(f"against the baseline: {change.sentence}" for change in changes if change.fails)
    status = report.gate.status if report.gate.status in (OFF, INCOMPLETE) or not reasons else FAILED
    decision = GateDecision(status, (*report.gate.reasons, *reasons))
    run = {**report.run, "exit_status": final_exit_status(pytest_status, decision)}
    return replace(report, changes=tuple(changes), gate=decision, run=run)


def difference(earlier: Measured, now: Measured) -> Difference | None:
    """Return how a measure changed, or None where no interval, or no good direction, is known.

    The interval is MOVER's of two independent estimates (Zou & Donner 2008, eq. 7): of the same rows measured twice it
    is too wide, so that a small loss may go unseen. That two intervals do not overlap is a harder condition than this.
    """
    numbers = [each.get(key) for each in (earlier, now) for key in ("value", "low", "high")]
    better = {">=": 1, ">": 1, "<=": -1, "<": -1}.get(str(now.get("operator") or earlier.get("operator")))
    if better is None or not all(isinstance(number, (int, float)) for number in numbers):
        return None
    old, old_low, old_high, new, new_low, new_high = map(float, numbers)  # type: ignore[arg-type]
    change = new - old
    low = change - math.hypot(new - new_low, old_high - old)
    high = change + math.hypot(new_high - new, old - old_low)
    return Difference(change, low, high, worse=high < 0 if better > 0 else low > 0)


def described(baseline: Report) -> dict[str, Any]:
    """Say of a baseline what tells whether it is the right one: whose it is, of when, and how much there is to lose."""
    shown = sum(verdict == DEMONSTRATED for _, verdict in _verdicts(baseline))
    return {
        "system": str(baseline.system.get("name") or ""), "started": str(baseline.run.get("started") or ""),
        "demonstrated": shown,
    }  # fmt: skip


def _other_system(earlier: Report, now: Report) -> Iterator[Change]:
    names = [str(report.system.get("name") or "") for report in (earlier, now)]
    if all(names) and names[0] != names[1]:
        yield Change(SUBJECT, "system", f"the earlier report is of another system: {names[0]}, and {names[1]} now")


def _lost_coverage(earlier: Report, now: Report) -> Iterator[Change]:
    verdicts = dict(_verdicts(now))
    for reference, verdict in _verdicts(earlier):
        found = verdicts.get(reference, "not in scope")
        if verdict == DEMONSTRATED and found != DEMONSTRATED:
            yield Change(COVERAGE, reference, f"{reference} was demonstrated and is {found}")


def _verdicts(report: Report) -> Iterator[tuple[str, str]]:
    for phase in report.phases:
        for clause in phase.clauses:
            yield from ((f"{clause.id}/{aspect.id}", aspect.verdict) for aspect in clause.aspects)
    yield from ((f"{each.from_clause}>{each.to_clause}", each.verdict) for each in report.boundaries)


def _worse_measures(earlier: Report, now: Report) -> Iterator[Change]:
    before = dict(_measurements(earlier))
    for key, found in _measurements(now):
        known = before.get(key)
        changed = difference(known, found) if known is not None else None
        if known is not None and changed is not None and changed.worse:
            nodeid, measure, _ = key
            yield Change(
                MEASURE,
                nodeid,
                f"{measure} of {nodeid} is worse: {known['value']:.3g}, now {found['value']:.3g}; the change is "
                f"{changed.value:.3g}, interval {changed.low:.3g} to {changed.high:.3g}",
            )


def _measurements(report: Report) -> Iterator[tuple[Key, Measured]]:
    for test in report.tests:
        places: dict[str, int] = {}
        for found in test.measurements:
            measure = str(found.get("measure"))
            places[measure] = places.get(measure, -1) + 1
            yield (test.nodeid, measure, places[measure]), found


def _lost_tests(earlier: Report, now: Report) -> Iterator[Change]:
    """List tests that supported something and are gone; whether that loses coverage, the verdicts say."""
    ran = {test.nodeid for test in now.tests if test.outcome != NOT_RUN}
    for test in earlier.tests:
        if test.outcome in PASSING and (test.clauses or test.boundaries) and test.nodeid not in ran:
            about = ", ".join((*test.clauses, *test.boundaries))
            yield Change(TEST, test.nodeid, f"{test.nodeid} passed for {about}, and did not run", fails=False)


def _other_subjects(earlier: Report, now: Report) -> Iterator[Change]:
    for kind, noun in (("models", "model"), ("datasets", "data set")):
        known = {each.get("name"): each for each in now.subjects.get(kind) or ()}
        for each in earlier.subjects.get(kind) or ():
            name, found = each.get("name"), known.get(each.get("name"))
            if found is None:
                yield Change(SUBJECT, str(name), f"{noun} {name} is not a subject any more", fails=False)
            elif (found.get("rows") or 0) < (each.get("rows") or 0):
                told = f"{noun} {name} has fewer rows: {found.get('rows')}, and {each.get('rows')} before"
                yield Change(SUBJECT, str(name), told, fails=False)
