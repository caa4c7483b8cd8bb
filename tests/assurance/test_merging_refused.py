"""What keeps reports from being merged or judged again, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judging import CATALOGUE, FAIL, PASS, call, inputs, judged, rule, run_of, session_of, setup
from test_merging import CREDIT, RUN, SUBJECTS, report_of, shard, shards

from pytest_iso23053.assurance.agreement import DisagreementError
from pytest_iso23053.assurance.build import build_report
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.merged_records import alike
from pytest_iso23053.assurance.merging import Asked, merge
from pytest_iso23053.assurance.report_json import from_json, to_json
from pytest_iso23053.assurance.saved import contradictions, saved
from pytest_iso23053.catalogue.load import load_catalogue


def session(*nodeids: str, body: list | None = None) -> dict:
    return session_of(*((nodeid, "7.4/fairness", PASS if body is None else body) for nodeid in nodeids))


def refusal(*reports) -> str:
    with pytest.raises(DisagreementError) as error:
        merge(shards(*reports))
    return "\n".join(error.value.differences)


def test_nothing_is_no_run():
    with pytest.raises(DisagreementError, match="no report was given"):
        merge([])


def test_other_bytes_of_a_model_are_another_subject():
    other = {**SUBJECTS, "models": [CREDIT | {"sha256": "00" * 40}]}
    said = refusal(report_of(session("a")), report_of(session("b"), subjects=other))
    assert said == f"model credit, sha256: 9f2c in 0.json, {'00' * 31}0… in 1.json"


def test_a_subject_that_one_part_lacks():
    said = refusal(report_of(session("a")), report_of(session("b"), subjects={"models": [CREDIT]}))
    assert said == "data set test is no subject of 1.json"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"run": RUN | {"seed": 8}}, "run.seed: 7 in 0.json, 8 in 1.json"),
        ({"decide": "point"}, "run.decide: bound in 0.json, point in 1.json"),
        ({"system": {"name": "other"}}, "system: {'name': 'credit'} in 0.json, {'name': 'other'} in 1.json"),
        ({"flaky": "refuse"}, "flaky: 0.json was judged by others than 1.json"),
    ],
)
def test_another_configuration(change, said):
    assert refusal(report_of(session("a")), report_of(session("b"), **change)) == said


def test_commits_must_agree_where_they_are_known():
    def at(commit):
        return report_of(
            session(commit or "c"), run=RUN | {"git": commit and {"commit": commit, "dirty": commit == "a"}}
        )

    assert refusal(at("a"), at("b")) == "git commit: a in 0.json, b in 1.json"
    assert merge(shards(at("a"), at(None))).run["git"] == {"commit": "a", "dirty": True}


def test_two_results_of_one_test_are_a_contradiction_and_an_error():
    merged = merge(shards(report_of(session("a")), report_of(session("a", body=FAIL), pytest_status=1)))
    (record,) = merged.tests
    assert (record.outcome, record.supports) == ("error", False)
    assert record.reason == "the merged reports contradict each other: failed in 1.json, passed in 0.json"
    assert merged.run["exit_status"] == 1


def test_two_measurements_that_are_not_alike_are_a_contradiction():
    def measured(value):
        return report_of(session("a", body=run_of(call(measurements=(judged(value=value),)))))

    (record,) = merge(shards(measured(0.9), measured(0.91))).tests
    assert record.reason == "the merged reports contradict each other: what was measured, in 0.json and in 1.json"
    assert len(record.measurements) == 2
    (record,) = merge(shards(measured(0.9), measured(0.9 + 1e-12))).tests
    assert record.outcome == "passed"


def test_a_test_that_nobody_finished_is_what_says_most():
    deselected = session("a")
    entry, _ = deselected["a"]
    parts = [
        report_of({"a": (entry._replace(selected=False), [])}),
        report_of({"a": (entry, [setup()])}),
        report_of({"a": (entry, [])}),
    ]
    (record,) = merge(shards(*parts)).tests
    assert record.reason == "interrupted while it ran"


def test_claims_that_differ_are_a_contradiction():
    other = session_of(("a", "7.2/quality", PASS))
    (record,) = merge(shards(report_of(session("a")), report_of(other))).tests
    assert record.outcome == "error"
    assert set(record.clauses) >= {"7.4/fairness", "7.2/quality"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, {"a": 0.1}], [1, {"a": 0.1 + 1e-15}], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        (1.0, True, False),
        (1.0, "1", False),
        (1, True, False),
        ("x", "x", True),
    ],
)
def test_alike(one, other, expected):
    assert alike(one, other) is expected


def test_too_few_and_too_many_shards():
    parts = [report_of(session(name), gate=(rule("7.4/fairness"),)) for name in "abc"]
    merged = merge(shards(*parts[:2]), Asked(shards=3))
    assert (merged.gate.status, merged.run["exit_status"]) == ("incomplete", 23)
    assert merged.gate.reasons[-1] == "2 shards of 3 merged: what the others would show is not here"
    complete = merge([shard(merged, "m.json"), shard(parts[2], "2.json")])
    assert complete.gate.status == "passed"
    with pytest.raises(DisagreementError, match=r"3 reports were given .* and 2 are expected"):
        merge(shards(*parts), Asked(shards=2))


def test_a_gate_that_is_asked_for_here_replaces_what_the_parts_were_asked():
    parts = [report_of(session(name), gate=(rule("7.2/quality"),), fail_under=99.0) for name in "ab"]
    merged = merge(shards(*parts), Asked(gate=(rule("7.4/fairness"),), fail_under=0.0))
    assert merged.gate.status == "passed"
    assert merge(shards(*parts), Asked(gate_off=True)).gate.status == "off"
    different = [parts[0], report_of(session("b"), gate=(rule("7.4/fairness"),), fail_under=99.0)]
    assert merge(shards(*different)).gate.status == "failed"


def test_an_unknown_status_of_a_plugin_is_kept():
    parts = [report_of(session("a"), pytest_status=1), report_of(session("b"), pytest_status=99)]
    assert merge(shards(*parts)).run["exit_status"] == 99


def test_how_parts_were_narrowed_adds_up():
    def part(name, **selection):
        return report_of(
            session(name), selection={"paths": [], "nodeids": [], "ignore": [], "k": "", "lf": False} | selection
        )

    merged = merge(shards(part("a", paths=["x"], ignore=["i"]), part("b", paths=["y"], ignore=["i", "j"], lf=True)))
    assert merged.run["selection"] == {"paths": ["x", "y"], "nodeids": [], "ignore": ["i"], "k": "", "lf": True}
    assert merge(shards(part("a", paths=["x"]), part("b"))).run["selection"]["paths"] == []


def test_what_differs_between_machines_stands_side_by_side():
    def part(name, python, **packages):
        return report_of(session(name), run=RUN | {"python": python, "packages": packages, "suite": "odd"})

    run = merge(shards(part("a", "3.11.7", numpy="2.4"), part("b", "3.12.1", numpy="2.5", pandas="3.1"))).run
    assert run["python"] == "3.11.7, 3.12.1"
    assert run["packages"] == {"numpy": "2.4, 2.5", "pandas": "3.1"}


def damaged(change) -> str:
    report = report_of(session("a"))
    data = to_json(report)
    change(data)
    with pytest.raises(ReportError) as error:
        saved(from_json(data), CATALOGUE)
    return str(error.value)


def test_a_report_that_does_not_say_what_it_was_judged_by():
    def forget(data):
        data["run"] = {key: value for key, value in data["run"].items() if key != "policy"}

    assert "run.policy is missing" in damaged(forget)


@pytest.mark.parametrize("name", ["day", "outside"])
def test_a_report_whose_basis_is_damaged(name):
    def break_it(data):
        data["run"] = data["run"] | {"gathered": data["run"]["gathered"] | {name: 5}}

    assert "damaged" in damaged(break_it)


def test_a_report_of_another_catalogue():
    with pytest.raises(ReportError, match="judge it by the one it was made with"):
        saved(from_json(to_json(report_of(session("a")))), load_catalogue("iso23053-2022"))


def test_two_records_of_one_test():
    def twice(data):
        data["tests"] = data["tests"] * 2

    assert "two records of a" in damaged(twice)


def test_a_verdict_that_does_not_follow_from_the_tests_is_told():
    report = report_of(session("a", body=FAIL), gate=(rule("7.4/fairness"),), pytest_status=1)
    data = to_json(report)
    assert contradictions(saved(from_json(data), CATALOGUE)) == ()
    tests = [replace(test, outcome="passed", supports=True) for test in report.tests]
    told = contradictions(saved(replace(report, tests=tuple(tests)), CATALOGUE))
    assert any("demonstrated" in line for line in told)
    assert any(line.startswith("gate.status says failed") for line in told)
    emptied = contradictions(saved(replace(report, phases=(), boundaries=report.boundaries[:1]), CATALOGUE))
    assert any(line.startswith("phases says []") for line in emptied)
    first, *rest = report.boundaries
    shouted = replace(first, title="other words", verdict="y" * 99)
    told = contradictions(saved(replace(report, boundaries=(shouted, *rest)), CATALOGUE))
    where = f"boundaries[{first.from_clause}>{first.to_clause}].verdict"
    assert told == (f"{where} says {'y' * 59}…, and what it holds gives untested",)


def test_a_boundary_is_a_reference_too():
    report = build_report(inputs(session("a"), run=RUN, gate=(rule("7.2>7.3"),)))
    assert saved(from_json(to_json(report)), CATALOGUE).judged().gate == report.gate


def test_a_saved_report_holds_everything_that_a_run_is_judged_by():
    """A field that is forgotten here is one that a merge would lose in silence."""
    from dataclasses import fields

    from pytest_iso23053.assurance import basis
    from pytest_iso23053.assurance.inputs import RunInputs

    held = basis.read_inputs(report_of(session("a")))
    not_held = {
        "catalogue",
        "entries",
        "events",
        "baseline",
    }  # the first is loaded; the others are in tests and changes
    assert {field.name for field in fields(RunInputs)} - not_held == set(held)
