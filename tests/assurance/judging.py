"""Small builders for the tests of the verdict core."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from pytest_iso23053.assurance.build import RunInputs
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.policy import (
    GateRule,
    NotApplicable,
    Requirement,
    Waiver,
)
from pytest_iso23053.assurance.report import TestRecord
from pytest_iso23053.catalogue.model import (
    Aspect,
    Boundary,
    Catalogue,
    Clause,
    Phase,
    Profile,
)
from pytest_iso23053.catalogue.reference import (
    BoundaryReference,
    ClauseReference,
    Reference,
)

NODE = "tests/test_model.py::test_accuracy"
TODAY = date(2026, 11, 23)
LATER = date(2027, 1, 31)
EARLIER = date(2026, 11, 22)


def required(identifier: str, **more: Any) -> Aspect:
    return Aspect(identifier, identifier.capitalize(), required=True, **more)


def further(identifier: str, **more: Any) -> Aspect:
    return Aspect(identifier, identifier.capitalize(), required=False, **more)


def clause(identifier: str, slug: str, process: str, *aspects: Aspect) -> Clause:
    return Clause(identifier, slug, process, process, aspects)


DATA = clause(
    "7.2",
    "data",
    "Data Acquisition & Preparation",
    required("quality"),
    further("poisoning"),
)
BUILD = clause("7.3", "build", "Model Building & Training", required("training"))
VV = clause(
    "7.4",
    "vv",
    "Verification & Validation",
    required("performance", crosswalk={"ATLAS": ("AML.T0042",)}),
    required("robustness", verb="detect", condition="adversarial evasion"),
    required("fairness", also=("8.4/fairness",)),
    required(
        "requirements",
        computed="requirements",
        verb="cover",
        condition="the defined requirements",
    ),
    further("calibration"),
)
RISK = clause(
    "8.2",
    "risk",
    "Risk Management",
    required("threats-covered", computed="threats-covered"),
    required("waivers-owned", computed="waivers-owned"),
)
BIAS = clause("8.4", "bias", "Bias & Fairness", required("fairness", also=("8.5/esteem",)))
OTHER = clause("8.5", "other", "Other", required("esteem"))

CATALOGUE = Catalogue(
    id="small",
    title="A small life cycle",
    edition="1",
    sha256="c0ffee",
    phases=(
        Phase("data", "Data", (DATA,)),
        Phase("build", "Building", (BUILD,)),
        Phase("vv", "Verification & Validation", (VV,)),
        Phase("society", "Society", (RISK, BIAS, OTHER)),
    ),
    boundaries=(
        Boundary(
            "7.2",
            "7.3",
            "Data into training",
            verb="reject",
            condition="poisoned records",
        ),
        Boundary("7.3", "7.4", "Training into validation"),
    ),
    profiles=(Profile("red-team", "Red team", require=("7.2/poisoning",), boundaries=("7.2>7.3",)),),
)

BARE_CLAUSE = Clause("5.1", "bare", "Bare", "Bare", ())
BARE = Catalogue("bare", "Bare", "1", "0", (Phase("only", "Only", (BARE_CLAUSE,)),))


def catalogue_of(*clauses: Clause, boundaries: tuple[Boundary, ...] = ()) -> Catalogue:
    return Catalogue("own", "Own", "1", "0", (Phase("only", "Only", clauses),), boundaries)


def reference(text: str) -> Reference:
    if ">" in text:
        return BoundaryReference(*text.split(">"))
    clause_id, _, aspect = text.partition("/")
    return ClauseReference(clause_id, aspect or None)


def waiver(target: str = "7.4/fairness", *, expires: date = LATER, **more: Any) -> Waiver:
    fields: dict[str, Any] = {
        "reason": "ships in 2.3",
        "owner": "risk@example.org",
    } | more
    return Waiver(reference(target), expires=expires, **fields)


def not_applicable(target: str, *, expires: date = LATER) -> NotApplicable:
    return NotApplicable(reference(target), "no personal data", "risk@example.org", expires)


def rule(target: str, level: str = "demonstrated", *, origin: str = "configuration") -> GateRule:
    return GateRule(reference(target), level, origin, target)


def requirement(key: str = "accuracy", limit: str = ">= 0.75", **more: Any) -> Requirement:
    operator, number = limit.split()
    fields: dict[str, Any] = {
        "measure": key,
        "operator": operator,
        "limit": float(number),
    } | more
    return Requirement(key=key, **fields)


def judged(judgement: str | None = "met", measure: str = "accuracy", **more: Any) -> dict[str, Any]:
    """A measurement record; ``judgement`` None is one that was never judged."""
    return {
        "measure": measure,
        "origin": "shipped",
        "value": 0.8,
        "low": 0.7,
        "high": 0.9,
        "confidence": 0.95,
        "n": 200,
        "unit": "share",
        "operator": None if judgement is None else ">=",
        "limit": None if judgement is None else 0.75,
        "limit_basis": None if judgement is None else "stated",
        "judgement": judgement,
        "required_n": None,
        "seed": None,
        "params": {},
        "subjects": ["credit", "test"],
    } | more


def setup(outcome: str = "passed", **more: Any) -> Event:
    return Event(NODE, "setup", outcome, **more)


def call(outcome: str = "passed", **more: Any) -> Event:
    return Event(NODE, "call", outcome, **more)


def teardown(outcome: str = "passed", **more: Any) -> Event:
    return Event(NODE, "teardown", outcome, **more)


def subtest(outcome: str = "passed", name: str = "[group a]", **more: Any) -> Event:
    return Event(NODE, "call", outcome, subtest=name, **more)


def crash(outcome: str = "failed", **more: Any) -> Event:
    return Event(NODE, "???", outcome, **more)


def run_of(*body: Event, attempt: int = 1) -> list[Event]:
    """The events of one whole attempt around what its body reported."""
    events = [setup(), *body, teardown()]
    return [event._replace(attempt=attempt) for event in events]


def at(nodeid: str, events: list[Event]) -> list[Event]:
    return [event._replace(nodeid=nodeid) for event in events]


def record(nodeid: str = NODE, outcome: str = "passed", *clauses: str, **more: Any) -> TestRecord:
    fields = {"supports": outcome in ("passed", "xpassed")} | more
    return TestRecord(nodeid, outcome, clauses, **fields)


def entry(nodeid: str = NODE, *clauses: str, **more: Any) -> Entry:
    return Entry(nodeid, clauses, **more)


PASS = run_of(call())
FAIL = run_of(call("failed", failure="assertion", reason="assert 0.7 >= 0.8"))


def inputs(tests: dict[str, tuple[Entry | None, list[Event]]] | None = None, **more: Any) -> RunInputs:
    """The inputs of a run: node id → what is known of the test, and its events."""
    given = tests or {}
    entries = {nodeid: known for nodeid, (known, _) in given.items() if known is not None}
    events = [event for nodeid, (_, found) in given.items() for event in at(nodeid, found)]
    base = RunInputs(catalogue=CATALOGUE, entries=entries, events=events, today=TODAY)
    return replace(base, **more)


def session_of(
    *described: tuple[str, str, list[Event]],
) -> dict[str, tuple[Entry | None, list[Event]]]:
    """``("test_a", "7.4/performance 7.2>7.3", PASS)``, … as the mapping that ``inputs`` takes."""
    found: dict[str, tuple[Entry | None, list[Event]]] = {}
    for nodeid, names, events in described:
        clauses = tuple(name for name in names.split() if ">" not in name)
        boundaries = tuple(name for name in names.split() if ">" in name)
        found[nodeid] = (Entry(nodeid, clauses, boundaries), events)
    return found
