"""The gate fails closed: what it says, and the status the process ends with."""

from __future__ import annotations

import pytest

PASSING = """
import pytest

@pytest.mark.clause("7.4/performance", "7.4/robustness", "7.4/fairness")
def test_everything():
    assert 1 + 1 == 2
"""


def test_nothing_evaluated_is_incomplete_and_exits_23(pytester, run_iso):
    pytester.makepyfile("def helper(): pass")
    run = run_iso("--iso23053-gate", "7.4")
    assert run.ret == 23
    assert run.gate["status"] == "incomplete"
    assert "iso23053 gate: INCOMPLETE" in run.out


def test_no_gate_asked_for_leaves_pytests_own_status(pytester, run_iso):
    pytester.makepyfile("def helper(): pass")
    run = run_iso()
    assert run.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert run.gate["status"] == "off"
    assert "iso23053 gate: off" in run.out


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_all_tests_of_the_gated_clause_skipped_fails_the_gate(pytester, run_iso, arguments):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("7.4/performance")
        def test_skipped():
            pytest.skip("no data today")
        """
    )
    run = run_iso("--iso23053-gate", "7.4", *arguments)
    assert run.ret == 1
    assert run.gate["status"] == "failed"
    assert "iso23053 gate: FAILED" in run.out
    assert "7.4/performance" in run.out


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_mistyped_ids_are_collection_errors(pytester, run_iso, arguments):
    pytester.makepyfile(
        test_typos="""
        import pytest

        @pytest.mark.clause("7.4/performance")
        def test_verified():
            assert 1 + 1 == 2

        @pytest.mark.clause("7.44")
        def test_one():
            assert True

        @pytest.mark.clause("7.4/robustnes")
        def test_two():
            assert True

        @pytest.mark.boundary("7.2", "9.9")
        def test_three():
            assert True
        """
    )
    run = run_iso(*arguments)
    assert run.ret != 0
    assert run.report["run"]["complete"] is False
    assert "did you mean" in run.out.lower()
    assert "7.4/robustness" in run.out
    assert "test_typos.py:" in run.out
    gated = run_iso("--iso23053-gate", "7.4:partial", *arguments)
    assert gated.gate["status"] in ("incomplete", "failed")
    assert gated.ret != 0


def test_gate_passed(pytester, run_iso):
    pytester.makepyfile(PASSING)
    run = run_iso("--iso23053-gate", "7.4:partial")
    assert run.ret == 0
    assert run.gate["status"] == "passed"
    assert "iso23053 gate: PASSED" in run.out


def test_gate_names_what_is_missing_and_the_way_out(pytester, run_iso):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("7.4/performance")
        def test_accuracy():
            assert 1 + 1 == 2
        """
    )
    run = run_iso("--iso23053-gate", "7.4")
    assert run.ret == 1
    reasons = " ".join(run.gate["reasons"])
    assert "7.4/fairness" in reasons
    assert "7.4:partial" in reasons


def test_gate_off_switches_the_configured_gate_off(pytester, run_iso):
    pytester.makepyfile(PASSING)
    pytester.makefile(".toml", iso23053='[gate]\n"8.5" = "demonstrated"\n')
    assert run_iso().ret == 1
    run = run_iso("--iso23053-gate", "off")
    assert run.ret == 0
    assert run.gate["status"] == "off"


def test_a_gated_clause_the_catalogue_lacks_is_a_usage_error(pytester, run_iso):
    pytester.makepyfile(PASSING)
    run = run_iso("--iso23053-gate", "7.9")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    assert "7.9" in run.err
    assert "Traceback" not in run.err


def test_fail_under(pytester, run_iso):
    pytester.makepyfile(PASSING)
    assert run_iso("--iso23053-fail-under", "1").ret == 0
    run = run_iso("--iso23053-fail-under", "90")
    assert run.ret == 1
    assert run.gate["status"] == "failed"


def test_deselected_tests_of_a_gated_clause_make_it_incomplete(pytester, run_iso):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("7.4/performance")
        def test_kept():
            assert 1 + 1 == 2

        @pytest.mark.clause("7.4/performance")
        def test_dropped():
            assert 1 + 1 == 3
        """
    )
    run = run_iso("-k", "kept", "--iso23053-gate", "7.4:partial")
    assert run.outcome("test_dropped") == "not-run"
    assert run.aspect("7.4", "performance")["verdict"] == "incomplete"
    assert run.ret == 23
    assert run.report["run"]["selection"]["k"] == "kept"


def test_the_gate_of_the_selected_clause_is_complete(pytester, run_iso):
    pytester.makepyfile(
        PASSING
        + """
@pytest.mark.clause("7.2/quality")
def test_other():
    assert 1 + 1 == 3
"""
    )
    run = run_iso("--iso23053-clause", "7.4", "--iso23053-gate", "7.4:partial")
    assert run.ret == 0, run.out
    assert run.gate["status"] == "passed"
    assert run.outcome("test_other") == "not-run"
    run.result.assert_outcomes(passed=1, deselected=1)


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_stopping_at_the_first_failure_leaves_no_hole(pytester, run_iso, arguments):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("7.2/quality")
        def test_a_fails():
            assert 1 + 1 == 3

        @pytest.mark.clause("7.4/performance")
        @pytest.mark.parametrize("value", range(200))
        def test_b(value):
            assert value >= 0
        """
    )
    run = run_iso("-x", "--iso23053-gate", "7.4:partial", *arguments)
    assert run.ret != 0
    assert len(run.tests) == 201
    assert "not-run" in {test["outcome"] for test in run.tests.values()}
    assert run.aspect("7.4", "performance")["verdict"] == "incomplete"
    assert run.gate["status"] == "incomplete"


def test_single_tests_named_leave_a_configured_gate_unjudged(pytester, run_iso):
    path = pytester.makepyfile(PASSING)
    pytester.makefile(".toml", iso23053='[gate]\n"8.5" = "demonstrated"\n')
    run = run_iso(f"{path}::test_everything")
    assert run.gate["status"] == "not-judged"
    assert run.ret == 0
    asked = run_iso(f"{path}::test_everything", "--iso23053-gate", "7.4:partial")
    assert asked.gate["status"] == "passed"


def test_last_failed_makes_a_command_line_gate_incomplete(pytester, run_iso):
    pytester.makepyfile(test_a=PASSING, test_b="def test_fails():\n    assert 1 + 1 == 3\n")
    run_iso()
    run = run_iso("--lf", "--iso23053-gate", "7.4:partial")
    assert run.gate["status"] == "incomplete"
    assert run.report["run"]["selection"]["lf"] is True
