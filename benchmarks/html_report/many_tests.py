"""A run of many tests, spread over all clauses of the default catalogue, as the report that is made of it."""

from __future__ import annotations

from datetime import date
from itertools import cycle
from typing import Any

from pytest_iso23053.assurance.build import RunInputs, judge
from pytest_iso23053.assurance.collected import Collected
from pytest_iso23053.assurance.report import Report, TestRecord
from pytest_iso23053.catalogue.load import load_catalogue

MODELS = ("credit", "credit_retrained")
MEASURED = 10  # one test in so many measures something, of which a curve can be drawn
CURVE = {
    "version": 1, "kind": "reliability", "of": "probability of good",
    "rows": [[27, at / 15, at / 15, max(at / 15 - 0.17, 0.0), min(at / 15 + 0.19, 1.0)] for at in range(16)],
}  # fmt: skip
REASON = "AssertionError: assert 0.61 >= 0.75\n +  where 0.61 = float(accuracy on slice 17 of the test data)"


def report_of(count: int, *, failing: float = 0.01) -> Report:
    """Judge ``count`` tests, of which a share fails."""
    catalogue = load_catalogue("lifecycle")
    places = cycle(
        [
            ((f"{clause.id}/{aspect.id}",), ())
            for clause in catalogue.clauses()
            for aspect in clause.aspects
            if not aspect.computed
        ]
        + [((), (str(boundary),)) for boundary in catalogue.boundaries]
    )
    every = round(1 / failing) if failing else count + 1
    records = [_record(number, *next(places), failed=number % every == every - 1) for number in range(count)]
    models = [{"name": name, "kind": "skops", "task": "classification", "sha256": "9f" * 32} for name in MODELS]
    inputs = RunInputs(
        catalogue=catalogue,
        entries={},
        events=(),
        system={"name": "credit scoring", "version": "2.2"},
        run={"started": "2026-11-23T12:00:00+00:00", "duration": 600.0, "plugin": "0.1.0"},
        subjects={"models": models, "datasets": []},
        models=MODELS,
        today=date(2026, 11, 23),
    )
    return judge(inputs, records, Collected())


def _record(number: int, clauses: tuple[str, ...], boundaries: tuple[str, ...], *, failed: bool) -> TestRecord:
    model = MODELS[number % 2]
    return TestRecord(
        f"tests/model/test_slices_{number % 97:02}.py::TestSlices::test_accuracy_holds_on_slice[{model}-{number:05}]",
        "failed" if failed else "passed",
        clauses,
        boundaries,
        supports=not failed,
        duration=0.01,
        reason=REASON if failed else "",
        measurements=(_measured(model, failed=failed),) if failed or number % MEASURED == 0 else (),
    )


def _measured(model: str, *, failed: bool) -> dict[str, Any]:
    value = 0.61 if failed else 0.81
    return {
        "measure": "accuracy", "origin": "shipped", "value": value, "low": value - 0.04, "high": value + 0.04,
        "confidence": 0.95, "n": 400, "unit": "", "limit": 0.75, "limit_basis": "requirement", "operator": ">=",
        "judgement": "not met" if failed else "met", "required_n": None, "seed": 23053, "params": {},
        "subjects": [model, "test"], "series": CURVE,
    }  # fmt: skip
