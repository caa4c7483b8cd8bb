"""Projects that do to pytest's objects what nobody should: no run of theirs ends in an error of ours."""

from __future__ import annotations

import pytest

MARKED = """
import pytest

@pytest.mark.clause("7.4/robustness")
def test_marked(request):
    {body}
    assert 1 + 1 == 2
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_user_properties_that_are_no_pairs(pytester, run_iso, arguments):
    pytester.makepyfile(
        MARKED.format(body='request.node.user_properties = [("a", 1, 2), "x", 5, (b"k", {1: object()})]')
    )
    run = run_iso(*arguments)
    assert run.ret == 0
    assert run.outcome("test_marked") == "passed"


def test_a_context_that_somebody_else_puts_on_reports_makes_no_subtest(pytester, run_iso):
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport():
            report = yield
            report.context = "firefox"
            return report
        """
    )
    pytester.makepyfile(MARKED.format(body="pass"))
    run = run_iso()
    assert run.ret == 0
    assert run.outcome("test_marked") == "passed"


def test_the_gate_is_stated_after_an_internal_error(pytester, run_iso):
    pytester.makeconftest("def pytest_collection_modifyitems(): raise RuntimeError('boom')")
    pytester.makepyfile(MARKED.format(body="pass"))
    run = run_iso("--iso23053-gate", "7.4/robustness")
    assert run.ret == pytest.ExitCode.INTERNAL_ERROR
    assert run.gate["status"] == "incomplete"
    assert run.out.count("iso23053 gate: INCOMPLETE") == 1


def test_the_gate_is_stated_where_a_test_picks_the_status(pytester, run_iso):
    pytester.makepyfile(MARKED.format(body='pytest.exit("enough", returncode=7)'))
    run = run_iso("--iso23053-gate", "7.4/robustness")
    assert run.ret == 7
    assert run.out.count("iso23053 gate: INCOMPLETE") == 1


@pytest.mark.parametrize(("body", "status"), [("pass", pytest.ExitCode.INTERNAL_ERROR), ("assert False, 'why'", 1)])
def test_a_report_that_cannot_be_written_costs_nothing_else(pytester, run_iso, body, status):
    pytester.mkdir("taken")
    pytester.makepyfile(MARKED.format(body=body))
    run = run_iso("--iso23053-report=html:taken", "--iso23053-report=html:page.html")
    assert run.ret == status
    assert "the html report could not be written to" in run.out
    assert "iso23053 gate: off" in run.out
    assert "1 passed" in run.out or "why" in run.out
    assert run.report["tests"]
    assert (pytester.path / "page.html").is_file()


def test_a_report_that_cannot_be_written_is_said_without_a_terminal(pytester, run_iso):
    pytester.mkdir("taken")
    pytester.makepyfile(MARKED.format(body="pass"))
    run = run_iso("--iso23053-report=html:taken", "-p", "no:terminal")
    assert run.ret == pytest.ExitCode.INTERNAL_ERROR
    assert "the html report could not be written to" in run.err


def test_a_report_in_the_home_folder(pytester, run_iso, monkeypatch):
    home = pytester.mkdir("home")
    monkeypatch.setenv("HOME", str(home))
    pytester.makepyfile(MARKED.format(body="pass"))
    run_iso("--iso23053-report=html:~/page.html", "--rootdir", str(pytester.path))
    assert (home / "page.html").is_file()


@pytest.mark.parametrize(
    "marker",
    [
        'boundary("7.2")',
        'boundary("7.2>7.3")',
        'boundary("7.2", "7.3", "7.4")',
        'boundary(from_clause="7.2")',
        "boundary(from_clause=7.2, to_clause=7.3)",
        'clause(aspect="fairness")',
    ],
)
def test_a_marker_of_ours_with_a_wrong_number_of_clauses_is_no_silent_no_op(pytester, run_iso, marker):
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.{marker}\ndef test_marked():\n    assert 1 + 1 == 2\n")
    run = run_iso("--iso23053-gate", "7.2>7.3")
    assert run.ret == pytest.ExitCode.INTERRUPTED
    assert f"@pytest.mark.{marker.partition('(')[0]}: " in run.out
    assert run.gate["status"] == "incomplete"


def test_the_ends_of_a_boundary_as_keywords(pytester, run_iso):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.boundary("7.2", to_clause="7.3")
        def test_mixed():
            assert 1 + 1 == 2

        @pytest.mark.boundary(from_clause="7.3", to_clause="7.4")
        def test_keywords():
            assert 1 + 1 == 2

        @pytest.mark.boundary(0.5, 1.5)
        @pytest.mark.boundary("empty")
        @pytest.mark.boundary(limit="7.2")
        def test_foreign():
            assert 1 + 1 == 2
        """
    )
    run = run_iso()
    assert run.ret == 0
    assert run.boundary("7.2>7.3")["verdict"] == run.boundary("7.3>7.4")["verdict"] == "demonstrated"


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_coroutine_that_nobody_awaits_shows_nothing(pytester, run_iso):
    """unittest calls an ``async def`` method and drops the coroutine; its test passes whatever it says."""
    pytester.makepyfile(
        """
        import unittest
        import pytest

        @pytest.mark.clause("7.4/robustness")
        class TestForgotten(unittest.TestCase):
            async def test_nothing(self):
                assert False

        @pytest.mark.clause("7.4/fairness")
        class TestAwaited(unittest.IsolatedAsyncioTestCase):
            async def test_something(self):
                assert 1 + 1 == 2
        """
    )
    run = run_iso("-W", "ignore")
    assert run.aspect("7.4", "robustness")["verdict"] == "untested"
    assert run.aspect("7.4", "fairness")["verdict"] == "demonstrated"


@pytest.mark.parametrize("way", ["addopts", "environment", "file"])
def test_single_tests_named_elsewhere_than_on_the_command_line_are_no_whole_run(pytester, run_iso, monkeypatch, way):
    """Another test of the gated aspect fails and was not collected: the configured gate must not pass."""
    pytester.makepyfile(
        test_two="""
        import pytest

        @pytest.mark.clause("7.4/robustness")
        def test_passing():
            assert 1 + 1 == 2

        @pytest.mark.clause("7.4/robustness")
        def test_failing():
            assert 1 + 1 == 3
        """
    )
    nodeid = "test_two.py::test_passing"
    addopts = f'[tool.pytest.ini_options]\naddopts = "{nodeid}"\n' if way == "addopts" else ""
    pytester.makepyprojecttoml(f'{addopts}[tool.iso23053.gate]\n"7.4/robustness" = "demonstrated"\n')
    if way == "environment":
        monkeypatch.setenv("PYTEST_ADDOPTS", nodeid)
    pytester.path.joinpath("chosen.txt").write_text(f"{nodeid}\n", encoding="utf-8")
    run = run_iso(*(["@chosen.txt"] if way == "file" else []))
    assert list(run.tests) == [nodeid]
    assert run.report["run"]["selection"]["nodeids"] == [nodeid]
    assert run.gate["status"] == "not-judged"


def test_testpaths_select_nothing(pytester, run_iso):
    pytester.makepyfile(**{"checks/test_one": MARKED.format(body="pass")})
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\ntestpaths = ["checks"]\n')
    run = run_iso("--iso23053-gate", "7.4/robustness")
    assert run.report["run"]["selection"]["paths"] == []
    assert run.gate["status"] == "passed"


def test_workers_that_read_different_markers_make_the_gate_incomplete(pytester, run_iso):
    pytester.makepyfile(
        """
        import os
        import pytest

        mine = "7.4/robustness" if os.environ["PYTEST_XDIST_WORKER"] == "gw0" else "7.4/fairness"

        @pytest.mark.clause(mine, "7.4/performance")
        @pytest.mark.parametrize("number", range(4))
        def test_claims(number):
            assert number + 1
        """
    )
    run = run_iso("-n2", "--iso23053-gate", "7.4/performance")
    assert run.ret == 23
    assert "different clauses" in run.gate["reasons"][0]


def test_two_tests_of_one_name_do_not_lose_each_others_claims(pytester, run_iso):
    pytester.makeconftest(
        """
        import pytest

        class Case(pytest.Item):
            def runtest(self):
                pass

        class Cases(pytest.File):
            def collect(self):
                for clause in ("7.4/robustness", "7.4/fairness"):
                    case = Case.from_parent(self, name="case")
                    case.add_marker(pytest.mark.clause(clause))
                    yield case

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".cases":
                return Cases.from_parent(parent, path=file_path)
        """
    )
    pytester.makefile(".cases", data="")
    run = run_iso("--iso23053-gate", "7.4/fairness")
    assert run.ret == pytest.ExitCode.INTERRUPTED
    assert run.gate["status"] == "incomplete"
    assert "share the node id 'data.cases::case'" in run.out


@pytest.mark.parametrize("arguments", [(), ("-n2",)])
def test_a_module_that_is_skipped_whole_leaves_a_note(pytester, run_iso, arguments):
    pytester.makepyfile(
        test_here=MARKED.format(body="pass"),
        test_gone='import pytest\npytest.skip("no GPU here", allow_module_level=True)\n',
    )
    run = run_iso(*arguments)
    assert [note for note in run.report["notes"] if "test_gone.py was skipped whole" in note and "no GPU here" in note]
    assert "test_gone.py was skipped whole" in run.out
