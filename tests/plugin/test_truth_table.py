"""The truth table through real pytest runs: each row as a test, and every way to run giving the same answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

SUITE = """
import unittest
import pytest
from pytest_iso23053 import Measurement


def measured(low, high):
    return Measurement("made_up_rate", (low + high) / 2, low=low, high=high, n=100)


@pytest.mark.clause("7.4/performance")
def test_passes():
    assert 1 + 1 == 2

@pytest.mark.clause("7.4/performance")
def test_fails():
    assert 1 + 1 == 3

@pytest.mark.clause("7.4/robustness")
@pytest.mark.skip(reason="no data")
def test_skipped_by_marker():
    assert False

@pytest.mark.clause("7.4/robustness")
def test_skipped_in_body():
    pytest.skip("not today")

@pytest.mark.clause("7.4/fairness")
@pytest.mark.xfail(reason="known", strict=False)
def test_xfails():
    assert False

@pytest.mark.clause("7.4/explanation")
@pytest.mark.xfail(reason="known", run=False)
def test_xfails_without_running():
    assert True

@pytest.mark.clause("7.4/calibration")
@pytest.mark.xfail(reason="was known", strict=False)
def test_xpasses():
    assert True

@pytest.mark.clause("7.4/backdoor")
@pytest.mark.xfail(reason="was known", strict=True)
def test_xpasses_strictly():
    assert True

@pytest.fixture
def broken():
    raise RuntimeError("no database")

@pytest.fixture
def breaks_afterwards():
    yield
    raise RuntimeError("cannot close")

@pytest.mark.clause("7.2/quality")
def test_setup_error(broken):
    assert True

@pytest.mark.clause("7.2/labelling")
def test_teardown_error(breaks_afterwards):
    assert True

@pytest.mark.clause("7.2/provenance")
@pytest.mark.parametrize("value", [1, 2, 3])
def test_parameters(value):
    assert value != 2

@pytest.mark.clause("7.3/training-process", "7.5/configuration")
def test_two_clauses():
    assert True

@pytest.mark.clause("7.3/environment")
def test_subtest_fails(subtests):
    for value in range(3):
        with subtests.test(value=value):
            assert value != 1

@pytest.mark.clause("7.3/hyperparameters")
def test_subtest_skips(subtests):
    with subtests.test("a"):
        assert True
    with subtests.test("b"):
        pytest.skip("no b")

@pytest.mark.clause("7.3/model-selection")
def test_all_subtests_skip(subtests):
    with subtests.test("a"):
        pytest.skip("no a")

@pytest.mark.clause("7.5/packaging")
class TestUnit(unittest.TestCase):
    def test_unit_subtest_fails(self):
        for value in range(2):
            with self.subTest(value=value):
                self.assertNotEqual(value, 1)

    def test_unit_passes(self):
        self.assertTrue(True)

@pytest.mark.clause("7.6/drift")
def test_inconclusive():
    assert measured(0.70, 0.80) >= 0.75

@pytest.mark.clause("7.6/usage")
def test_passes_over_an_undecided_judgement():
    assert not measured(0.70, 0.80) > 0.75

@pytest.mark.clause("7.6/feedback")
def test_not_met():
    assert measured(0.60, 0.70) >= 0.75

@pytest.mark.clause("7.6/performance")
def test_met():
    assert measured(0.80, 0.90) >= 0.75

@pytest.mark.clause("8.3/documentation")
def test_asserts_nothing():
    print("looks fine")

@pytest.mark.clause("8.5")
def test_clause_alone():
    assert True

@pytest.mark.boundary("7.2", "7.3")
def test_boundary():
    assert True

@pytest.mark.clause("8.3/explanation")
def test_numbers_in_properties(record_property):
    import numpy
    record_property("score", numpy.float64(0.5))
    record_property("nothing", float("nan"))
    record_property("many", numpy.arange(3))
    assert True

def test_speaks_about_nothing():
    assert True
"""

EXPECTED = {
    "test_passes": "passed",
    "test_fails": "failed",
    "test_skipped_by_marker": "skipped",
    "test_skipped_in_body": "skipped",
    "test_xfails": "xfailed",
    "test_xfails_without_running": "xfailed",
    "test_xpasses": "xpassed",
    "test_xpasses_strictly": "failed",
    "test_setup_error": "error",
    "test_teardown_error": "error",
    "test_parameters[1]": "passed",
    "test_parameters[2]": "failed",
    "test_parameters[3]": "passed",
    "test_two_clauses": "passed",
    "test_subtest_fails": "failed",
    "test_subtest_skips": "passed",
    "test_all_subtests_skip": "skipped",
    "TestUnit::test_unit_subtest_fails": "failed",
    "TestUnit::test_unit_passes": "passed",
    "test_inconclusive": "inconclusive",
    "test_passes_over_an_undecided_judgement": "inconclusive",
    "test_not_met": "failed",
    "test_met": "passed",
    "test_asserts_nothing": "passed",
    "test_clause_alone": "passed",
    "test_boundary": "passed",
    "test_numbers_in_properties": "passed",
    "test_speaks_about_nothing": "passed",
}
ASPECTS = {
    ("7.4", "performance"): "failed",
    ("7.4", "robustness"): "untested",
    ("7.4", "fairness"): "failed",
    ("7.4", "explanation"): "failed",
    ("7.4", "calibration"): "demonstrated",
    ("7.4", "backdoor"): "failed",
    ("7.2", "quality"): "error",
    ("7.2", "labelling"): "error",
    ("7.2", "provenance"): "failed",
    ("7.3", "training-process"): "demonstrated",
    ("7.5", "configuration"): "demonstrated",
    ("7.3", "environment"): "failed",
    ("7.3", "hyperparameters"): "partial",
    ("7.3", "model-selection"): "untested",
    ("7.5", "packaging"): "failed",
    ("7.6", "drift"): "inconclusive",
    ("7.6", "usage"): "inconclusive",
    ("7.6", "feedback"): "failed",
    ("7.6", "performance"): "demonstrated",
    ("8.3", "documentation"): "untested",
    ("8.3", "explanation"): "demonstrated",
    ("8.4", "fairness"): "failed",
    ("8.5", "security"): "failed",  # through also: 7.5/packaging
}
MODES = {
    "serial": (),
    "n2": ("-n2",),
    "n3-loadfile": ("-n3", "--dist", "loadfile"),
    "no-terminal": ("-p", "no:terminal"),
    "random-order": ("-p", "shuffled"),
    "no-cache": ("-n2", "-p", "no:cacheprovider"),
}


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(test_truth=SUITE)
    return pytester


@pytest.fixture(scope="module")
def held():
    return {}


@pytest.fixture
def serial(suite, run_iso, held):
    """Return the run in a process of its own that every other way is held against; one is enough."""
    if "serial" not in held:
        held["serial"] = run_iso(subprocess=True)
    return held["serial"]


def test_each_case_has_the_outcome_of_the_table(suite, run_iso):
    run = run_iso()
    assert {nodeid.split("::", 1)[1]: test["outcome"] for nodeid, test in run.tests.items()} == EXPECTED
    assert run.ret == 1


def test_each_aspect_has_the_verdict_of_the_table(serial):
    run = serial
    assert {key: run.aspect(*key)["verdict"] for key in ASPECTS} == ASPECTS
    assert run.clause("8.5")["tests"] == ["test_truth.py::test_clause_alone"]
    assert run.boundary("7.2>7.3")["verdict"] == "demonstrated"


# Before 9.1 pytest explains no assertion without its terminal plugin, and what a reason says is no verdict.
WORDING = frozenset({"reason", "sentence"}) if pytest.version_tuple < (9, 1) else frozenset()


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """Drop what the truth table exempts: ``run.*`` and durations."""
    data = {key: value for key, value in report.items() if key != "run"}
    dropped = {"duration", *WORDING}
    for key, identity in (("tests", "nodeid"), ("findings", "id")):
        entries = ({name: value for name, value in entry.items() if name not in dropped} for entry in report[key])
        data[key] = sorted(entries, key=lambda entry: entry[identity])
    return json.loads(json.dumps(data))


SHUFFLED = """
import random

def pytest_collection_modifyitems(items):
    random.Random(7).shuffle(items)
"""


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "serial"])
def test_every_way_to_run_gives_the_same_report(suite, serial, run_iso, mode):
    suite.makepyfile(shuffled=SHUFFLED)
    suite.syspathinsert()
    other = run_iso(*MODES[mode])
    assert other.ret == 1, other.out
    assert comparable(other.report) == comparable(serial.report)


def test_reruns_give_the_same_verdicts(serial, run_iso):
    rerun = run_iso("--reruns", "1")
    assert {nodeid: test["outcome"] for nodeid, test in rerun.tests.items()} == {
        nodeid: test["outcome"] for nodeid, test in serial.tests.items()
    }
    assert rerun.report["phases"] == serial.report["phases"]
    assert rerun.tests["test_truth.py::test_fails"]["attempts"] == 2


def test_a_broken_collection_gives_the_same_report(pytester, run_iso):
    pytester.makepyfile(
        test_a="""
        import pytest

        @pytest.mark.clause("7.4/performance")
        def test_right():
            assert 1 + 1 == 2

        @pytest.mark.clause("7.44")
        def test_mistyped():
            assert 1 + 1 == 2
        """,
        test_b="import a_module_that_does_not_exist",
    )
    serial = run_iso("--iso23053-gate", "7.4:partial")
    spread = run_iso("--iso23053-gate", "7.4:partial", "-n2")
    assert comparable(spread.report) == comparable(serial.report)
    assert {test["outcome"] for test in serial.tests.values()} == {"not-run"}
    assert serial.gate["status"] == "incomplete"
    assert serial.ret != 0
    assert spread.ret != 0
