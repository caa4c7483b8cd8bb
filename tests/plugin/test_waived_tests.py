"""Waivers as pytest and the report show them."""

from __future__ import annotations

import datetime as dt

import pytest

SUITE = """
import pytest

@pytest.mark.clause("7.4/performance")
def test_good():
    assert 1 + 1 == 2

@pytest.mark.clause("7.4/fairness")
def test_selection_rate():
    assert 1 + 1 == 3
"""


def waiver(**changes: str) -> str:
    later = dt.date.today() + dt.timedelta(days=30)
    values = {
        "clause": '"7.4/fairness"',
        "reason": '"ships in 2.3"',
        "owner": '"risk@example.org"',
        "expires": later.isoformat(),
    }
    body = "\n".join(f"{key} = {value}" for key, value in (values | changes).items())
    return f"[[waivers]]\n{body}\n"


@pytest.fixture
def project(pytester):
    pytester.makepyfile(test_waived=SUITE)

    def write(text: str) -> None:
        pytester.makefile(".toml", iso23053=text)

    return write


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_a_waived_failure_leaves_pytests_status_at_zero_and_is_shown(project, run_iso, arguments):
    project(waiver())
    run = run_iso(*arguments)
    assert run.ret == 0, run.out
    test = run.tests["test_waived.py::test_selection_rate"]
    assert (test["outcome"], test["waiver"]) == ("failed", "W1")
    assert run.aspect("7.4", "fairness")["verdict"] == "waived"
    assert run.aspect("8.4", "fairness")["verdict"] == "waived"
    assert run.report["waivers"][0]["state"] == "used"
    assert "risk@example.org" in run.out
    run.result.assert_outcomes(passed=1, xfailed=1)


def test_the_auditors_view_leaves_it_failed(project, run_iso):
    project(waiver())
    run = run_iso("--iso23053-no-waivers")
    assert run.ret == 1
    assert run.aspect("7.4", "fairness")["verdict"] == "failed"


def test_an_expired_waiver_covers_nothing_and_is_reported(project, run_iso):
    project(waiver(expires="2020-01-31"))
    run = run_iso()
    assert run.ret == 1
    assert run.report["waivers"][0]["state"] == "expired"
    assert "2020-01-31" in run.out


def test_a_waiver_that_covers_one_of_two_clauses_leaves_the_test_failed(pytester, project, run_iso):
    project(waiver())
    pytester.makepyfile(test_waived=SUITE.replace('"7.4/fairness"', '"7.4/fairness", "7.4/robustness"'))
    run = run_iso()
    assert run.ret == 1
    assert run.aspect("7.4", "fairness")["verdict"] == "waived"
    assert run.aspect("7.4", "robustness")["verdict"] == "failed"


def test_failing_subtests_of_a_waived_test_are_waived_too(pytester, project, run_iso):
    project(waiver())
    pytester.makepyfile(
        test_waived="""
        import pytest

        @pytest.mark.clause("7.4/fairness")
        def test_groups(subtests):
            for group in ("a", "b"):
                with subtests.test(group=group):
                    assert group == "a"
        """
    )
    for arguments in ((), ("-n2",)):
        run = run_iso(*arguments)
        assert run.outcome("test_groups") == "failed"
        assert run.aspect("7.4", "fairness")["verdict"] == "waived"
        assert run.ret == 0, run.out


def test_an_unused_waiver_can_fail_the_gate(pytester, project, run_iso):
    project('unused_waivers = "fail"\n' + waiver(clause='"7.4/performance"'))
    pytester.makepyfile(test_waived=SUITE.replace("1 + 1 == 3", "1 + 2 == 3"))
    run = run_iso()
    assert run.ret == 1
    assert run.gate["status"] == "failed"
    assert run.report["waivers"][0]["state"] == "unused"
