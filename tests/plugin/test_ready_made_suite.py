"""The ready-made suite as an ordinary part of the run."""

from __future__ import annotations

import pytest
from test_subject_fixtures import CONFIGURATION, PACKAGE


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE)
    pytester.makefile(".toml", iso23053=CONFIGURATION)
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')
    pytester.makepyfile(test_own="def test_own():\n    assert 1 + 1 == 2\n")
    return pytester


@pytest.fixture
def whole(project, run_iso, held):
    """Return the run of the whole suite, which several tests look at and none has to repeat."""
    if "whole" not in held:
        held["whole"] = run_iso()
    return held["whole"]


@pytest.fixture(scope="module")
def held():
    return {}


# What the workers, the way to import and warnings could break is broken for items of each kind and each file.
SOME = "own or accuracy or missing or duplicate or noise or selection or parity or overlap"


@pytest.mark.parametrize(
    "arguments", [(), ("-n2", "-k", SOME), ("--import-mode=importlib", "-k", SOME), ("-W", "error")]
)
def test_the_suite_runs_beside_the_projects_tests(project, run_iso, arguments, held):
    run = run_iso(*arguments)
    if not arguments:
        held["whole"] = run
    names = set(run.tests)
    assert "iso23053/7.4::test_accuracy[strong]" in names, run.out
    assert "iso23053/7.4::test_accuracy[weak]" in names
    assert "iso23053/7.2::test_missing_rate" in names
    assert "test_own.py::test_own" in names
    assert run.tests["iso23053/7.4::test_accuracy[strong]"]["outcome"] == "observed"
    assert run.tests["iso23053/7.4::test_accuracy[strong]"]["clauses"] == ["7.4/performance"]
    ran = {test["outcome"] for test in run.tests.values() if test["reason"] != "deselected"}
    assert ran <= {"passed", "observed", "inconclusive", "failed"}


def test_what_is_not_configured_is_a_gap(whole):
    gaps = {gap["item"]: gap for gap in whole.report["gaps"]}
    assert "production" in gaps["iso23053/7.6::test_population_stability"]["needs"]
    assert gaps["iso23053/7.6::test_population_stability"]["clause"] == "7.6/drift"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("iso23053/7.4::test_accuracy[strong]", {"iso23053/7.4::test_accuracy[strong]"}),
        ("iso23053/7.4::test_accuracy", {"iso23053/7.4::test_accuracy[strong]", "iso23053/7.4::test_accuracy[weak]"}),
    ],
)
def test_an_item_can_be_named(project, run_iso, argument, expected):
    for more in ((), ("-n2",)) if len(expected) > 1 else ((),):
        run = run_iso(argument, *more)
        assert {nodeid for nodeid, test in run.tests.items() if test["outcome"] != "not-run"} == expected, run.out


def test_a_phase_of_the_suite_can_be_named(project, run_iso):
    run = run_iso("iso23053/7.2")
    assert {nodeid.split("::")[0] for nodeid in run.tests} == {"iso23053/7.2"}


def test_users_naming_rules_and_selection_apply_as_usual(project, run_iso):
    project.makepyprojecttoml(
        '[tool.pytest]\npython_functions = ["check_*"]\npython_classes = ["Check"]\npythonpath = ["."]\n'
    )
    run = run_iso("-k", "accuracy and strong")
    assert run.tests["iso23053/7.4::test_accuracy[strong]"]["outcome"] == "observed"
    assert run.tests["iso23053/7.4::test_accuracy[weak]"]["outcome"] == "not-run"


def test_a_requirement_makes_an_item_judge(project, run_iso):
    configured = CONFIGURATION + '[requirements]\naccuracy = ">= 0.6"\nroc_auc = ">= 0.999"\n'
    project.makefile(".toml", iso23053=configured)
    run = run_iso(
        "iso23053/7.4::test_accuracy[strong]", "iso23053/7.4::test_roc_auc[weak]", "iso23053/7.4::test_requirement"
    )
    assert run.tests["iso23053/7.4::test_accuracy[strong]"]["outcome"] == "passed"
    assert run.tests["iso23053/7.4::test_roc_auc[weak]"]["outcome"] == "failed"
    assert run.ret == 1
    assert run.aspect("7.4", "requirements")["verdict"] == "failed"


def test_an_undecided_item_is_inconclusive_with_a_letter_of_its_own(project, run_iso):
    project.makefile(".toml", iso23053=CONFIGURATION + '[requirements]\naccuracy = ">= 0.9"\n')
    run = run_iso("iso23053/7.4::test_accuracy[strong]", "-rA")
    test = run.tests["iso23053/7.4::test_accuracy[strong]"]
    assert test["outcome"] == "inconclusive"
    assert "would decide" in test["reason"]
    assert "?" in run.out
    assert run.ret == 0


def test_the_suite_can_be_switched_off(project, run_iso):
    run = run_iso("--iso23053-suite=off")
    assert set(run.tests) == {"test_own.py::test_own"}


def test_the_clause_selection_reaches_the_suite(project, run_iso):
    run = run_iso("--iso23053-clause=7.2")
    ran = {nodeid.split("::")[0] for nodeid, test in run.tests.items() if test["outcome"] != "not-run"}
    assert ran == {"iso23053/7.2"}


def test_seeds_repeat_across_processes(project, run_iso):
    name = "iso23053/7.4::test_flip_rate_under_gaussian_noise[weak]"
    serial = run_iso(name).tests[name]["measurements"]
    spread = run_iso(name, "-n2").tests[name]["measurements"]
    assert serial == spread
    other = run_iso(name, "--iso23053-seed=1").tests[name]["measurements"]
    assert other[0]["seed"] != serial[0]["seed"]


def test_a_root_autouse_fixture_does_not_break_the_suite(project, run_iso):
    project.makeconftest(
        "import pytest\n@pytest.fixture(autouse=True)\ndef model(request):\n    yield request.node.name\n"
    )
    run = run_iso("-k", SOME)
    assert run.outcome("test_accuracy[strong]") == "observed"
    assert "error" not in {test["outcome"] for test in run.tests.values()}, run.out
