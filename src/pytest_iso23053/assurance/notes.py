"""What is worth saying once about a run, beside its verdicts: how it judged, and which spelling to add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance.wording import counted, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.assurance.collected import Collected
    from pytest_iso23053.assurance.inputs import RunInputs
    from pytest_iso23053.assurance.matrix import Matrix
    from pytest_iso23053.assurance.report import ClauseVerdict, TestRecord


def take_notes(inputs: RunInputs, known: Collected, matrix: Matrix) -> Iterator[str]:
    """Say it once for many tests: a note must not grow with the suite."""
    if inputs.decide == "point":
        yield 'judgements compare the bare value with the limit, not the bound of its interval: decide = "point"'
    for translation, tests in known.translated.items():
        yield f"translated by the crosswalk: {translation} ({counted(len(tests), 'test')})"
    for clause in matrix.clauses():
        yield from _spellings(clause, matrix, inputs.measure_aspects)


def _spellings(clause: ClauseVerdict, matrix: Matrix, measure_aspects: Mapping[str, str]) -> Iterator[str]:
    """Say which spelling to add to tests that name a clause alone: they cover no aspect."""
    by_advice: dict[str, list[str]] = {}
    aspects = [f"{clause.id}/{aspect.id}" for aspect in clause.aspects if not aspect.computed]
    for nodeid in clause.tests:
        record = matrix.records[nodeid]
        if record.supports:
            by_advice.setdefault(_advice(record, aspects, measure_aspects), []).append(nodeid)
    for advice, nodeids in by_advice.items():
        yield f"{some(nodeids)}: names {clause.id} and no aspect; write {advice} to cover the aspect"


def _advice(record: TestRecord, aspects: list[str], measure_aspects: Mapping[str, str]) -> str:
    """Propose the aspect of the registered measures that the test judged; else name the clause's aspects."""
    judged = [
        measure_aspects.get(str(found.get("measure")).partition(".")[0])
        for found in record.measurements
        if found.get("judgement") is not None
    ]
    fitting = dict.fromkeys(reference for reference in judged if reference in aspects)
    return " or ".join(fitting or aspects)
