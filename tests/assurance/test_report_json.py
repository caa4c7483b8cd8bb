"""The JSON contract (DESIGN §3.4): its keys, the way back, and the schema that real reports keep to."""

from __future__ import annotations

import copy
import json
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import (
    EARLIER,
    FAIL,
    PASS,
    call,
    inputs,
    judged,
    not_applicable,
    requirement,
    rule,
    run_of,
    session_of,
    setup,
    subtest,
    waiver,
)

from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.evidence import Entry, Event
from pytest_iso23053.assurance.report import (
    AspectVerdict,
    BoundaryVerdict,
    ClauseVerdict,
    Finding,
    Gap,
    GateDecision,
    PhaseVerdict,
    Report,
    Summary,
    TestRecord,
)
from pytest_iso23053.assurance.report_json import from_json, to_json

SCHEMA = json.loads((files("pytest_iso23053") / "report.schema.json").read_text(encoding="utf-8"))
RUN = {
    "started": "2026-11-23T03:00:00+00:00", "duration": 1.5, "plugin": "0.1.0", "python": "3.11.7", "pytest": "9.2.0",
    "packages": {"numpy": "2.4"}, "platform": "Linux", "git": {"commit": "c0ffee", "dirty": False},
    "config_sha256": None, "seed": 23053, "workers": 0,
}  # fmt: skip
SUBJECTS = {
    "models": [{"name": "credit", "kind": "Pipeline", "task": "classification", "sha256": None}],
    "datasets": [{"name": "test", "role": "test", "rows": 300, "columns": 20, "sha256": "9f2c"}],
}
NOTE = {"kind": "note", "name": "n", "text": "t"}
BODIES = {
    "passed": PASS,
    "judged": run_of(call(measurements=(judged(),), attachments=(NOTE,))),
    "failed": FAIL,
    "not met": run_of(call("failed", failure="assertion", measurements=(judged("not met"),))),
    "open": run_of(
        call(
            "failed",
            failure="assertion",
            measurements=(judged("inconclusive", required_n=1_700),),
        )
    ),
    "observed": run_of(
        call(
            "skipped",
            conclusion="observed",
            measurements=(judged(None, value=None, low=None, high=None),),
        )
    ),
    "skipped": [setup("skipped", reason="no data"), *PASS[2:]],
    "sub-tests": run_of(subtest(), subtest("skipped", "[b]"), call()),
    "crash": [Event("", "???", "failed", reason="worker 'gw0' crashed")],
    "flaky": [*run_of(call("rerun")), *run_of(call(), attempt=2)],
    "xfailed": run_of(call("skipped", xfail=True)),
    "xpassed": run_of(call(xfail=True)),
    "cut short": [setup()],
    "never": [],
}
NAMES = [
    "7.4/fairness 8.4/fairness",
    "7.2/quality",
    "7.4",
    "7.2>7.3",
    "",
    "7.4/performance",
    "9.9",
]
CONFIGURATIONS = {
    "bare": {},
    "everything": {
        "waivers": (
            waiver(test="*t*", approved_by="board", ticket="R-1"),
            waiver("7.2>7.3"),
            waiver("7.4", expires=EARLIER),
        ),
        "not_applicable": (
            not_applicable("7.3"),
            not_applicable("7.2>7.3", expires=EARLIER),
        ),
        "requirements": (requirement(), requirement("f1")),
        "models": ("credit",),
        "gate": (rule("7.4"),),
        "system": {"name": "credit scoring", "version": "2.2"},
        "gaps": (Gap("7.6/drift", "iso23053/7.6::test_drift", "production data"),),
        "notes": ("a note",),
        "profile": "red-team",
        "decide": "point",
        "selection": {"paths": ["tests"], "lf": False},
    },
    "single tests": {"gate": (rule("7.4"),), "selection": {"nodeids": ["t::t"]}},
    "no manifest": {"entries": None, "gate": (rule("7.4"),)},
    "broken": {
        "collection_errors": ("x",),
        "interrupted": "stopped",
        "lost_workers": ("gw0",),
        "gate": (rule("7.4"),),
    },
}


def report(configuration="everything", **bodies) -> Report:
    chosen = bodies or BODIES
    described = [
        (f"t {name}", NAMES[place % len(NAMES)], events) for place, (name, events) in enumerate(chosen.items())
    ]
    given = session_of(*described)
    given["t outside"] = (
        Entry("t outside", outside=("iso23053-2022:6.5",), threats=("AML.T0015",)),
        PASS,
    )
    return build_report(inputs(given, run=RUN, subjects=SUBJECTS, **CONFIGURATIONS[configuration]))


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=checker)


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_real_reports_keep_to_the_schema_and_come_back_equal(validator, configuration):
    made = report(configuration)
    data = json.loads(json.dumps(to_json(made), allow_nan=False))
    assert [error.message for error in validator.iter_errors(data)] == []
    assert from_json(data) == made
    assert from_json(to_json(made)) == made


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(list(BODIES)), st.sampled_from(NAMES)), max_size=10),
    st.sampled_from(list(CONFIGURATIONS)),
)
def test_any_session_keeps_to_the_schema_and_comes_back_equal(session, configuration):
    given = session_of(*((f"t{place}", names, BODIES[body]) for place, (body, names) in enumerate(session)))
    made = build_report(inputs(given, run=RUN, subjects=SUBJECTS, **CONFIGURATIONS[configuration]))
    data = json.loads(json.dumps(to_json(made), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert from_json(data) == made


texts = st.text(max_size=6)
tuples = st.lists(texts, max_size=3).map(tuple)
counts = st.dictionaries(texts, st.integers(0, 9), max_size=2)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
mappings = st.dictionaries(texts, values, max_size=2)
percentages = st.none() | st.floats(0, 100)


def many(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


records = st.builds(
    TestRecord, texts, texts, tuples, tuples, tuples, supports=st.booleans(), waiver=st.none() | texts, waived=tuples,
    attempts=st.integers(0, 5), flaky=st.booleans(), duration=st.floats(0, 9), reason=texts, ready_made=st.booleans(),
    unasserted=st.booleans(), subtests_skipped=tuples, measurements=many(mappings), attachments=many(mappings),
)  # fmt: skip
aspects = st.builds(
    AspectVerdict,
    texts,
    texts,
    st.booleans(),
    texts,
    counts,
    tuples,
    st.booleans(),
    texts,
)
clauses = st.builds(ClauseVerdict, texts, texts, texts, texts, many(aspects), counts, tuples)
crosswalks = st.dictionaries(texts, tuples, max_size=2)
findings = st.builds(
    Finding,
    texts,
    texts,
    texts,
    texts,
    st.none() | texts,
    st.none() | texts,
    texts,
    st.none() | texts,
    texts,
    crosswalks,
)
reports = st.builds(
    Report,
    system=mappings,
    catalogue=mappings,
    run=mappings,
    subjects=mappings,
    summary=st.builds(Summary, percentages, percentages, percentages, counts, counts, counts),
    phases=many(st.builds(PhaseVerdict, texts, texts, texts, many(clauses))),
    boundaries=many(st.builds(BoundaryVerdict, texts, texts, texts, counts, tuples, st.booleans(), texts)),
    tests=many(records),
    findings=many(findings),
    waivers=many(mappings),
    gaps=many(st.builds(Gap, texts, texts, texts)),
    not_applicable=many(mappings),
    outside_catalogue=many(mappings),
    notes=tuples,
    gate=st.builds(GateDecision, texts, tuples),
)


@settings(max_examples=60)
@given(reports)
def test_whatever_a_report_holds_comes_back_equal(made):
    assert from_json(to_json(made)) == made
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


def test_the_keys_of_the_contract():
    """Exactly as DESIGN §3.4 has them; more may come, none may go."""
    data = to_json(report())
    assert list(data) == [
        "format", "format_version", "system", "catalogue", "run", "subjects", "summary", "phases", "boundaries",
        "tests", "findings", "waivers", "gaps", "not_applicable", "outside_catalogue", "notes", "gate",
        "claims", "threats",
    ]  # fmt: skip
    assert (data["format"], data["format_version"]) == ("pytest-iso23053", 1)
    keys = {
        "catalogue": {"id", "title", "edition", "sha256"},
        "run": {"started", "duration", "exit_status", "complete", "plugin", "python", "pytest", "packages", "platform",
                "git", "config_sha256", "seed", "workers", "selection"},
        "summary": {"demonstrated_percent", "waived_percent", "boundaries_demonstrated", "aspects", "boundaries",
                    "tests"},
        "gate": {"status", "reasons"},
    }  # fmt: skip
    for key, expected in keys.items():
        assert expected <= set(data[key])
    clause = data["phases"][0]["clauses"][0]
    assert {"id", "title", "verdict", "clauses"} <= set(data["phases"][0])
    assert {"id", "slug", "title", "verdict", "aspects", "tests"} <= set(clause)
    assert {"id", "title", "required", "verdict", "counts", "tests"} <= set(clause["aspects"][0])
    assert {"from", "to", "verdict", "counts", "tests"} <= set(data["boundaries"][0])
    assert "from_clause" not in data["boundaries"][0]
    judged_test = next(test for test in data["tests"] if test["measurements"])
    assert {
        "nodeid", "clauses", "boundaries", "threats", "outcome", "supports", "waiver", "attempts", "flaky", "duration",
        "reason", "measurements",
    } <= set(judged_test)  # fmt: skip
    assert {
        "measure", "origin", "value", "low", "high", "confidence", "n", "unit", "limit", "limit_basis", "judgement",
        "seed", "params", "subjects",
    } <= set(judged_test["measurements"][0])  # fmt: skip
    assert {
        "id",
        "grade",
        "severity",
        "clause",
        "measure",
        "nodeid",
        "sentence",
    } <= set(data["findings"][0])
    assert {"state", "owner", "expires"} <= set(data["waivers"][0])
    assert set(data["gaps"][0]) == {"clause", "item", "needs"}


def test_the_forms_of_the_contract():
    data = to_json(report())
    assert data["phases"][0]["clauses"][0]["id"] == "7.2"
    assert data["phases"][0]["clauses"][0]["aspects"][0]["id"] == "quality"
    assert (data["boundaries"][0]["from"], data["boundaries"][0]["to"]) == (
        "7.2",
        "7.3",
    )
    by_node = {test["nodeid"]: test for test in data["tests"]}
    assert by_node["t passed"]["clauses"] == ["7.4/fairness", "8.4/fairness"]
    assert by_node["t not met"]["boundaries"] == ["7.2>7.3"]
    assert by_node["t never"]["outcome"] == "not-run"
    assert {waiver["state"] for waiver in data["waivers"]} == {
        "used",
        "unused",
        "expired",
    }


def test_every_description_says_something():
    def walk(node, path):
        if isinstance(node, dict):
            for name, child in node.get("properties", {}).items():
                described = child.get("description") or "$ref" in child
                assert described, f"{path}.{name} is not described"
            for key, child in node.items():
                walk(child, f"{path}.{key}")
        elif isinstance(node, list):
            for child in node:
                walk(child, path)

    walk(SCHEMA, "$")
    assert all(definition.get("description") for definition in SCHEMA["$defs"].values())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.update(extra=1),
        lambda data: data.pop("gate"),
        lambda data: data["tests"][0].update(outcome="green"),
        lambda data: data["phases"][0].update(verdict="compliant"),
        lambda data: data["summary"].update(demonstrated_percent=101),
        lambda data: data["gate"].update(status="ok"),
        lambda data: data["waivers"][0].pop("expires"),
        lambda data: data["waivers"][0].update(expires="soon"),
        lambda data: data["boundaries"][0].update(from_clause="7.2"),
        lambda data: data["findings"][0].update(grade="meh"),
    ],
    ids=[
        "a key too many",
        "no gate",
        "outcome",
        "verdict",
        "percent",
        "status",
        "no end",
        "no date",
        "spelling",
        "grade",
    ],
)
def test_the_schema_refuses(validator, spoil):
    data = copy.deepcopy(to_json(report()))
    spoil(data)
    assert list(validator.iter_errors(data)) != []


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (None, 'its "format" is not "pytest-iso23053"'),
            ([], 'its "format" is not'),
            ({}, 'its "format" is not'),
            ({"format": "other"}, 'its "format" is not'),
            (
                {"format": "pytest-iso23053", "format_version": 2},
                "upgrade pytest-iso23053",
            ),
            ({"format": "pytest-iso23053", "format_version": 0}, "damaged"),
            ({"format": "pytest-iso23053", "format_version": "1"}, "damaged"),
            ({"format": "pytest-iso23053"}, '"format_version" is None'),
            ({"format": "pytest-iso23053", "format_version": 1}, '"system" is missing'),
        ],
        ids=str,
    )
    def test_not_a_report(self, data, said):
        with pytest.raises(ReportError) as caught:
            from_json(data)
        assert said in str(caught.value)

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda data: data.update(system=[]), "system is not an object"),
            (lambda data: data.update(tests=None), "tests is not a list"),
            (lambda data: data.pop("findings"), "findings is not a list"),
            (lambda data: data["tests"].insert(1, "x"), "tests[1] is not an object"),
            (
                lambda data: data["tests"][2].pop("nodeid"),
                "tests[2] is truncated or damaged",
            ),
            (
                lambda data: data["phases"][1].pop("clauses"),
                "phases[1].clauses is not a list",
            ),
            (
                lambda data: data["phases"][0]["clauses"][0].update(aspects=3),
                "phases[0].clauses[0].aspects is not a list",
            ),
            (
                lambda data: data["phases"][0]["clauses"][0]["aspects"][0].pop("verdict"),
                "phases[0].clauses[0].aspects[0] is",
            ),
            (
                lambda data: data["boundaries"][0].pop("from"),
                "boundaries[0] is truncated",
            ),
            (
                lambda data: data["findings"][0].update(crosswalk=[]),
                "findings[0].crosswalk is not an object",
            ),
            (lambda data: data["summary"].pop("tests"), "summary is truncated"),
        ],
        ids=range(11),
    )
    def test_the_place_is_named(self, spoil, said):
        data = copy.deepcopy(to_json(report()))
        spoil(data)
        with pytest.raises(ReportError) as caught:
            from_json(data)
        assert said in str(caught.value)


def test_what_a_later_version_adds_is_left_aside():
    made = report()
    data = copy.deepcopy(to_json(made))
    data["tests"][0]["mood"] = "fine"
    data["weather"] = "rain"
    assert from_json(data) == made


def test_what_an_earlier_version_left_out_has_its_default():
    data = to_json(report("bare", passed=PASS))
    first = data["tests"][0]
    for key in (
        "waived",
        "ready_made",
        "unasserted",
        "subtests_skipped",
        "attachments",
    ):
        del first[key]
    del data["notes"]
    for finding in data["findings"]:
        finding.pop("crosswalk")
    assert from_json(data).tests[0].attachments == ()
