"""Workers that die, and values that do not travel."""

from __future__ import annotations

import pytest

KILLER = """
import os
import pytest

@pytest.mark.clause("7.4/robustness")
def test_kills_its_worker():
    os._exit(1)

@pytest.mark.clause("7.4/performance")
@pytest.mark.parametrize("value", range(6))
def test_lives(value):
    assert value >= 0
"""


def test_a_killed_worker_is_an_error_of_its_test_and_no_hole(pytester, run_iso):
    pytester.makepyfile(KILLER)
    run = run_iso("-n2", "--iso23053-gate", "7.4:partial")
    assert run.outcome("test_kills_its_worker") == "error"
    assert run.aspect("7.4", "robustness")["verdict"] == "error"
    assert run.aspect("7.4", "performance")["verdict"] == "demonstrated"
    assert run.gate["status"] == "failed"
    assert run.ret == 1


def test_the_only_worker_killed_fails_closed(pytester, run_iso):
    pytester.makepyfile(KILLER)
    run = run_iso("-n1", "--max-worker-restart=0", "--iso23053-gate", "7.4:partial", subprocess=True)
    assert run.ret != 0
    assert run.gate["status"] in ("failed", "incomplete")
    assert run.report["run"]["complete"] is False


def test_a_crash_that_is_rerun_and_passes_is_flaky(pytester, run_iso):
    pytester.makepyfile(
        """
        import os
        from pathlib import Path
        import pytest

        @pytest.mark.clause("7.4/robustness")
        def test_crashes_once():
            mark = Path(__file__).with_name("crashed")
            if not mark.exists():
                mark.touch()
                os._exit(1)
            assert mark.exists()
        """
    )
    run = run_iso("-n2", "--reruns", "1")
    test = run.tests["test_a_crash_that_is_rerun_and_passes_is_flaky.py::test_crashes_once"]
    if "1 rerun" not in run.out:  # rerunfailures hears of a crash through a socket, on a busy machine too late
        assert (test["outcome"], test["attempts"]) == ("error", 1)
        return
    assert test["outcome"] == "passed"
    assert test["flaky"] is True
    assert test["attempts"] == 2


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_numpy_values_survive_the_border(pytester, run_iso, arguments):
    pytester.makepyfile(
        test_values="""
        import datetime
        import numpy
        import pytest
        from pytest_iso23053 import Measurement

        @pytest.mark.clause("7.4/performance")
        def test_values(iso_evidence, record_property):
            record_property("moment", datetime.datetime(2026, 1, 1))
            record_property("array", numpy.arange(4))
            record_property("odd", object())
            params = {"when": datetime.date(2026, 1, 2), "grid": numpy.array([1.5, float("nan")])}
            iso_evidence.record(Measurement("made_up", numpy.float64(0.5), n=numpy.int64(7), params=params))
            iso_evidence.note("a note")
            iso_evidence.attach("table.csv", "a,b")
            assert Measurement("made_up", numpy.float64(0.9), low=0.8, high=0.95, n=10) >= numpy.float64(0.7)
        """
    )
    run = run_iso(*arguments)
    assert run.ret == 0, run.out
    recorded, judged = run.tests["test_values.py::test_values"]["measurements"]
    assert (recorded["value"], recorded["n"], recorded["judgement"]) == (0.5, 7, None)
    assert recorded["params"] == {"when": "2026-01-02", "grid": [1.5, None]}
    assert (judged["judgement"], judged["limit"]) == ("met", 0.7)
    assert [item["name"] for item in run.tests["test_values.py::test_values"]["attachments"]] == ["note", "table.csv"]
