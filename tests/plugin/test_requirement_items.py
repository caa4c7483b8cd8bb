"""Requirements that no ordinary item judges, each as an item of its own: what they ask for, and what they refuse."""

from __future__ import annotations

import pytest
from test_subject_fixtures import CONFIGURATION, PACKAGE

PRODUCTION = '[datasets.production]\nsource = "subjectpackage:frame()"\ntarget = "y"\n'


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE)
    pytester.makepyprojecttoml('[tool.pytest]\npythonpath = ["."]\n')

    def configure(requirements: str) -> None:
        pytester.makefile(".toml", iso23053=f"{CONFIGURATION}\n{PRODUCTION}\n[requirements]\n{requirements}\n")

    return configure


def test_production_is_held_against_the_training_data_where_there_is_no_reference(project, run_iso):
    project('ks = { limit = "<= 0.9", params = { column = "a" } }')
    run = run_iso("-k", "test_requirement")
    assert run.tests["iso23053/7.4::test_requirement[ks]"]["outcome"] == "passed"
    assert run.aspect("7.4", "requirements")["verdict"] == "demonstrated"


@pytest.mark.parametrize(
    ("requirement", "item", "words"),
    [
        ('flip_rate = { limit = "<= 0.5", params = { nois = "missing" } }', "flip_rate-weak", 'did you mean "noise"?'),
        ('"psi.worst(group)" = "<= 0.5"', "psi.worst(group)", "psi takes no by; known: column"),
        ('"accuracy.worst(nope)" = ">= 0.5"', "accuracy.worst(nope)-weak", "column 'nope', which is missing"),
    ],
)
def test_what_a_measure_does_not_take_is_an_error_and_no_failure_of_the_model(
    project, run_iso, requirement, item, words
):
    project(requirement)
    run = run_iso("-k", "test_requirement", "--iso23053-gate", "7.4/requirements")
    test = run.tests[f"iso23053/7.4::test_requirement[{item}]"]
    assert test["outcome"] == "error"
    assert words in test["reason"]
    assert run.gate["status"] == "failed"
    assert "TypeError" not in run.out
