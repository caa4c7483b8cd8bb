"""The public fixtures: one run per model, lazily loaded, overridable where the suite can see it."""

from __future__ import annotations

import pytest

# No library learns here: each worker of each run would load it first.
PACKAGE = """
import numpy as np
import pandas as pd

def frame(seed=0, rows=200):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 2))
    y = (x[:, 0] + 0.3 * generator.normal(size=rows) > 0).astype(int)
    return pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "group": np.where(x[:, 1] > 0, "u", "v"), "y": y})

class Model:
    classes_ = np.array([0, 1])

    def __init__(self, slope=5.0):
        self.slope = slope

    def predict(self, X):
        return (X["a"].to_numpy() > 0.02).astype(int)

    def predict_proba(self, X):
        yes = 1 / (1 + np.exp(-self.slope * (X["a"].to_numpy() - 0.02)))
        return np.column_stack([1 - yes, yes])

def strong():
    return Model()

weak = Model(slope=0.03)

def train():
    return frame(0)

def test():
    return frame(1)
"""
CONFIGURATION = """
[models.strong]
source = "subjectpackage:strong()"
task = "classification"
[models.weak]
source = "subjectpackage:weak"
task = "classification"
[datasets.train]
source = "subjectpackage:train()"
target = "y"
sensitive = ["group"]
[datasets.test]
source = "subjectpackage:test()"
"""

OVERRIDE = "import pytest, subjectpackage\n@pytest.fixture\ndef iso_model():\n    return subjectpackage.strong()\n"


@pytest.fixture
def project(pytester):
    pytester.makepyfile(subjectpackage=PACKAGE)
    pytester.makefile(".toml", iso23053=CONFIGURATION)
    pytester.makepyprojecttoml('[tool.pytest]\nstrict = true\npythonpath = ["."]\n')
    pytester.syspathinsert()
    return pytester


TESTS = """
import pytest
from pytest_iso23053 import measures

@pytest.mark.clause("7.4/performance")
def test_accuracy(iso_model, iso_test_data):
    assert measures.accuracy(iso_model, iso_test_data) >= 0.4

def test_collections(iso_models, iso_datasets, iso_train_data, iso_seed):
    assert sorted(iso_models) == ["strong", "weak"]
    assert sorted(iso_datasets) == ["test", "train"]
    assert iso_datasets["train"] is iso_train_data
    assert isinstance(iso_seed, int)
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_a_test_runs_once_per_model(project, run_iso, arguments):
    project.makepyfile(test_mine=TESTS)
    run = run_iso("--iso23053-suite", "off", *arguments)
    assert run.ret == 0, run.out
    assert run.outcome("test_accuracy[strong]") == "passed"
    assert run.outcome("test_accuracy[weak]") == "passed"
    (judged,) = run.tests["test_mine.py::test_accuracy[strong]"]["measurements"]
    assert judged["origin"] == "shipped"
    assert judged["subjects"] == ["strong", "test"]
    assert judged["n"] == 200
    subjects = run.report["subjects"]
    assert [model["name"] for model in subjects["models"]] == ["strong", "weak"]
    assert {data["name"]: data["rows"] for data in subjects["datasets"]} == {"train": 200, "test": 200}


def test_fixtures_work_without_an_assurance_run(project):
    project.makepyfile(test_mine=TESTS)
    result = project.runpytest_subprocess()
    result.assert_outcomes(passed=3)


def test_an_override_in_the_root_conftest_drops_the_parameters(project, run_iso):
    project.makepyfile(test_mine=TESTS.split("def test_collections", maxsplit=1)[0])
    project.makeconftest(OVERRIDE)
    run = run_iso("--iso23053-suite", "off")
    assert run.outcome("test_accuracy") == "passed"


def test_an_override_that_the_suite_cannot_see_is_an_error_that_says_so(project, run_iso):
    project.mkdir("tests")
    (project.path / "tests" / "conftest.py").write_text(OVERRIDE)
    (project.path / "tests" / "test_mine.py").write_text(TESTS.split("def test_collections", maxsplit=1)[0])
    run = run_iso("-k", "test_mine")
    assert run.outcome("test_accuracy") == "error"
    assert "root conftest.py" in run.tests["tests/test_mine.py::test_accuracy"]["reason"]


def test_a_fixture_as_source(project, run_iso):
    project.makepyfile(test_mine=TESTS.split("def test_collections", maxsplit=1)[0])
    project.makeconftest(OVERRIDE.replace("iso_model", "my_model"))
    project.makefile(".toml", iso23053=CONFIGURATION.replace("subjectpackage:strong()", "fixture:my_model"))
    run = run_iso("--iso23053-suite", "off")
    assert run.outcome("test_accuracy[strong]") == "passed", run.out


def test_a_fixture_out_of_sight_is_an_error_that_says_so(project, run_iso):
    project.mkdir("tests")
    (project.path / "tests" / "conftest.py").write_text(OVERRIDE.replace("iso_model", "my_model"))
    project.makefile(".toml", iso23053=CONFIGURATION.replace("subjectpackage:strong()", "fixture:my_model"))
    run = run_iso("iso23053/7.4::test_accuracy[strong]")
    assert run.outcome("test_accuracy[strong]") == "error"
    assert "root conftest.py" in run.tests["iso23053/7.4::test_accuracy[strong]"]["reason"]


def test_what_cannot_be_loaded_is_an_error_of_each_test_that_asks(project, run_iso):
    project.makepyfile(test_mine=TESTS)
    project.makefile(".toml", iso23053=CONFIGURATION.replace("subjectpackage:strong()", "subjectpackage:stronger()"))
    run = run_iso("--iso23053-suite", "off")
    assert run.outcome("test_accuracy[strong]") == "error"
    assert run.outcome("test_accuracy[weak]") == "passed"
    assert "stronger" in run.tests["test_mine.py::test_accuracy[strong]"]["reason"]
