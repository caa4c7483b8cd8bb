"""What stands behind a gate that passed: whether its evidence was measured, asserted, brought along, or waived.

A green line says that nothing failed. What a reader takes it for is more, so the first screen says on what it rests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_iso23053.render.text import visible
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_iso23053.assurance.report import AspectVerdict, BoundaryVerdict, Report, TestRecord

_SHOWN = 6
_LEAST_CONFIDENCE = 0.9
_SEVERAL = 3  # things that one test alone stands for


class _Cell(NamedTuple):
    """An aspect or boundary that the gate asks for, and the tests that support it."""

    reference: str
    verdict: str
    tests: tuple[TestRecord, ...]

    @property
    def judged(self) -> list[Mapping[str, Any]]:
        return [each for test in self.tests for each in test.measurements if each.get("judgement") is not None]

    @property
    def is_ready_made(self) -> bool:
        """Tell whether a ready-made test speaks about it: what that measures, and on what, is the suite's choice."""
        return any(test.ready_made for test in self.tests)


def behind(report: Report) -> tuple[str, ...]:
    """Say what a gate that passed rests on, what was asked for elsewhere, and what was noticed around the tests."""
    said = [*_asked_otherwise(report), *_held_against(report)]
    if report.gate.status == "passed":
        cells = _cells(report)
        said = [*_rests_on(cells), *_weak(cells, report), *said]
    gathered = report.run.get("gathered")
    cautions = gathered.get("cautions") or () if isinstance(gathered, dict) else ()
    return tuple(visible(text) for text in (*said, *(f"{text[:1].upper()}{text[1:]}." for text in cautions)))


def _asked_otherwise(report: Report) -> Iterator[str]:
    policy = report.run.get("policy")
    policy = policy if isinstance(policy, dict) else {}
    asked = {(rule["target"], rule["level"]) for rule in policy.get("gate") or ()}
    left = [
        f"{rule['target']}, {rule['level']}"
        for rule in policy.get("configured_gate") or ()
        if (rule["target"], rule["level"]) not in asked and (rule["target"], "demonstrated") not in asked
    ]
    if left:
        yield f"The configured gate was replaced, and does not ask any more for: {_some(left, '; ')}."
    declared = [each for each in report.not_applicable if each.get("state") != "expired"]
    if declared and report.gate.status == "passed":
        yield f"Declared not applicable, and left out: {_some([str(each.get('clause')) for each in declared])}."


def _held_against(report: Report) -> Iterator[str]:
    baseline = report.run.get("baseline")
    if isinstance(baseline, dict):
        whose = f" of {baseline['system']}" if baseline.get("system") else ""
        shown = baseline.get("demonstrated") or 0
        started = baseline.get("started") or "an unknown day"
        yield f"Held against the report{whose} from {started}, in which {plural(shown, 'thing')} were demonstrated."


def _rests_on(cells: list[_Cell]) -> Iterator[str]:
    tests = {test.nodeid: test for cell in cells for test in cell.tests}
    judged = sum(each.get("judgement") is not None for test in tests.values() for each in test.measurements)
    ready = sum(test.ready_made for test in tests.values())
    parts = [
        f"Behind this gate: {plural(len(tests), 'test')} with {plural(judged, 'judgement')} on measurements, "
        f"{ready} of the tests ready-made"
    ]
    asserted = [cell.reference for cell in cells if cell.tests and not cell.judged]
    if asserted:
        parts.append(f"asserted only, with nothing measured: {_some(asserted)}")
    waived = [cell.reference for cell in cells if cell.verdict == "waived"]
    if waived:
        parts.append(f"by waiver alone or in part: {_some(waived)}")
    yield "; ".join(parts) + "."


def _weak(cells: list[_Cell], report: Report) -> Iterator[str]:
    """Say what of the evidence a reader would take for more than it is."""
    configured = {str(each.get("name")) for kind in ("models", "datasets") for each in report.subjects.get(kind) or ()}
    gathered = report.run.get("gathered")
    aspects = gathered.get("measure_aspects") or {} if isinstance(gathered, dict) else {}
    kinds = (
        ("Numbers that tests brought themselves, and no measure took", [c for c in cells if _brought(c)]),
        ("Judged by measures of other aspects alone", [c for c in cells if _elsewhere(c, aspects)]),
        ("Judged on no configured model or data set", [c for c in cells if _about_others(c, configured)]),
        ("Passed only after a rerun", [c for c in cells if any(test.flaky for test in c.tests)]),
        ("Passed against expectation", [c for c in cells if any(test.outcome == "xpassed" for test in c.tests)]),
    )
    for said, found in kinds:
        if found:
            yield f"{said}: {_some([cell.reference for cell in found])}."
    yield from _odd_judgements({test.nodeid: test for cell in cells for test in cell.tests}.values())
    yield from _one_for_all(cells)
    yield from _same_rows(report)


def _brought(cell: _Cell) -> bool:
    return bool(cell.judged) and all(each.get("origin") == "recorded" for each in cell.judged)


def _elsewhere(cell: _Cell, aspects: Mapping[str, str]) -> bool:
    registered = [aspects.get(str(each.get("measure")).partition(".")[0]) for each in cell.judged]
    own = {clause for test in cell.tests for clause in test.clauses}
    return (
        not cell.is_ready_made
        and ">" not in cell.reference
        and bool(registered)
        and all(each and each not in own for each in registered)
    )


def _about_others(cell: _Cell, configured: set[str]) -> bool:
    named = [set(map(str, each.get("subjects") or ())) for each in cell.judged]
    return bool(not cell.is_ready_made and configured and named) and not any(names & configured for names in named)


def _odd_judgements(tests: Iterable[TestRecord]) -> Iterator[str]:
    idle, unsure = [], []
    for test in tests:
        for each in test.measurements:
            if each.get("judgement") is not None and _breaks_for_nothing(each):
                idle.append(f"{each.get('measure')} {each.get('operator')} {each.get('limit')} in {test.nodeid}")
            confidence = each.get("confidence")
            if each.get("judgement") is not None and confidence is not None and confidence < _LEAST_CONFIDENCE:
                unsure.append(f"{each.get('measure')} at {confidence:.3g} in {test.nodeid}")
    if idle:
        yield f"Limits that no value could break: {_some(idle)}."
    if unsure:
        yield f"Judged with intervals of less than {_LEAST_CONFIDENCE:.0%} confidence: {_some(unsure)}."


def _breaks_for_nothing(found: Mapping[str, Any]) -> bool:
    limit, operator = found.get("limit"), found.get("operator")
    if found.get("unit") != "share" or limit is None:
        return False
    return bool(limit <= 0 if operator == ">=" else limit >= 1 if operator == "<=" else False)


def _one_for_all(cells: list[_Cell]) -> Iterator[str]:
    alone: dict[str, list[str]] = {}
    for cell in cells:
        if len(cell.tests) == 1:
            alone.setdefault(cell.tests[0].nodeid, []).append(cell.reference)
    for nodeid, references in alone.items():
        if len(references) >= _SEVERAL:
            yield f"One test stands for {len(references)} things, {_some(references)}: {nodeid}."


def _same_rows(report: Report) -> Iterator[str]:
    known: dict[str, str] = {}
    for each in report.subjects.get("datasets") or ():
        name, digest = str(each.get("name")), each.get("sha256")
        if digest and known.setdefault(digest, name) != name:
            yield f"Data sets {known[digest]} and {name} have the same digest: they are the same rows."


def _cells(report: Report) -> list[_Cell]:
    """List the aspects and boundaries that the gate asks for; without rules the required ones."""
    policy = report.run.get("policy")
    rules = policy.get("gate") or () if isinstance(policy, dict) else ()
    wanted = {str(rule["target"]) for rule in rules}
    known = {test.nodeid: test for test in report.tests}
    found: list[_Cell] = []
    for phase in report.phases:
        for clause in phase.clauses:
            for aspect in clause.aspects:
                reference = f"{clause.id}/{aspect.id}"
                if not aspect.computed and (
                    reference in wanted or ((clause.id in wanted or not wanted) and (aspect.required or aspect.tests))
                ):
                    found.append(_cell(reference, aspect, known))
    for boundary in report.boundaries:
        reference = f"{boundary.from_clause}>{boundary.to_clause}"
        if reference in wanted:
            found.append(_cell(reference, boundary, known))
    return found


def _cell(reference: str, held: AspectVerdict | BoundaryVerdict, known: Mapping[str, TestRecord]) -> _Cell:
    tests = (known[nodeid] for nodeid in held.tests if nodeid in known)
    return _Cell(reference, held.verdict, tuple(test for test in tests if test.supports))


def _some(names: list[str], separator: str = ", ") -> str:
    shown = separator.join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
