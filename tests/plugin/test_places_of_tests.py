"""Where a test stands: what annotations and SARIF show beside the code."""

from __future__ import annotations

import subprocess

TESTS = """
    import pytest

    @pytest.mark.clause("7.4/performance")
    def test_passes():
        assert 1 + 1 == 2

    @pytest.mark.clause("7.4/performance")
    def test_fails():
        assert 1 + 1 == 3
"""


def test_the_line_of_a_test_that_failed_is_known(pytester, run_iso):
    pytester.makepyfile(test_lines=TESTS)  # pytest counts from the first decorator
    for arguments in ((), ("-n2",)):
        tests = run_iso(*arguments).tests
        assert {nodeid: test["line"] for nodeid, test in tests.items()} == {
            "test_lines.py::test_passes": None,
            "test_lines.py::test_fails": 7,
        }


def test_an_inherited_test_stands_in_no_line_of_the_file_that_runs_it(pytester, run_iso):
    pytester.makepyfile(base="class Base:\n    def test_one(self):\n        assert 0\n")
    pytester.makepyfile(test_it="from base import Base\nclass TestIt(Base):\n    pass\n")
    pytester.syspathinsert()
    assert [test["line"] for test in run_iso().tests.values()] == [None]


def test_the_configuration_and_the_way_from_the_repository_to_it_are_named(pytester, run_iso):
    pytester.makepyfile(test_one="def test_one():\n    assert 1\n")
    inner = pytester.mkdir("service")
    (inner / "test_two.py").write_text("def test_two():\n    assert 1\n")
    (inner / "iso23053.toml").write_text('catalogue = "lifecycle"\n')
    for command in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", *command], cwd=pytester.path, check=True)
    run = run_iso("--rootdir=service", "service").report["run"]
    assert (run["config"], run["git"]["prefix"]) == ("iso23053.toml", "service/")
