"""What the plugin does to those who do not use it, or use its names for something else: nothing."""

from __future__ import annotations

import html
import json
import re

import pytest

FOREIGN = """
import pytest

@pytest.mark.boundary
def test_boundary_value():
    assert 0 <= 0

@pytest.mark.boundary(1, 100)
def test_boundary_values():
    assert True

@pytest.mark.clause
def test_clause():
    assert True
"""


@pytest.mark.parametrize("arguments", [(), ("--iso23053",), ("--iso23053", "-n2")])
def test_foreign_markers_change_nothing(pytester, arguments):
    pytester.makepyfile(FOREIGN)
    pytester.makepyprojecttoml("[tool.pytest]\nstrict = true\n")
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    if "--iso23053" in arguments:
        assert result.stdout.str().count("@pytest.mark.boundary") == 1
    else:
        assert not [line for line in result.outlines if "23053" in line and not line.startswith("plugins:")]


def test_without_the_option_unknown_ids_are_not_examined(pytester):
    pytester.makepyfile("import pytest\n@pytest.mark.clause('9.9')\ndef test_it():\n    assert True\n")
    pytester.makepyprojecttoml("[tool.pytest]\nstrict = true\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)


def test_a_broken_configuration_does_not_stop_an_ordinary_run(pytester):
    pytester.makefile(".toml", iso23053="catalogue = 3\n")
    pytester.makepyfile("def test_it():\n    assert True\n\ndef test_ours(iso_model):\n    assert True\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*catalogue*"])


ONE = "import pytest\n@pytest.mark.clause('7.4/performance')\ndef test_it():\n    assert 1 + 1 == 2\n"


def test_plugin_loaded_by_hand(pytester):
    pytester.makepyfile(ONE)
    result = pytester.runpytest_subprocess(
        "--disable-plugin-autoload", "-p", "pytest_iso23053.plugin", "--iso23053", "--iso23053-gate", "7.4:partial"
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines(["iso23053 gate: PASSED*"])


def test_collect_only_prints_what_would_be_covered_and_writes_nothing(pytester, run_iso):
    pytester.makepyfile(ONE)
    for arguments in ((), ("-n2",)):
        run = run_iso("--collect-only", "--iso23053-gate", "7.4", *arguments)
        assert run.ret == 0
        assert not run.path.exists()
        assert "7.4" in run.out
        assert "performance" in run.out


def test_markers_added_late_by_a_conftest_count(pytester, run_iso):
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.clause("7.6/drift"))
        """
    )
    pytester.makepyfile("def test_it():\n    assert 1 + 1 == 2\n")
    assert run_iso().aspect("7.6", "drift")["verdict"] == "demonstrated"


def test_junit_gets_the_clauses_even_of_skipped_tests(pytester, run_iso):
    pytester.makepyfile(ONE.replace("def test_it", "@pytest.mark.skip(reason='x')\ndef test_it"))
    run_iso("--junitxml=junit.xml")
    assert '<property name="iso23053.clause" value="7.4/performance"' in (pytester.path / "junit.xml").read_text()


def test_pytest_html_shows_matrix_and_evidence_escaped(pytester, run_iso):
    pytester.makepyfile(
        """
        import pytest
        from pytest_iso23053 import Measurement

        @pytest.mark.clause("7.4/performance")
        @pytest.mark.parametrize("number", [1], ids=["<img src=x onerror=alert(1)>-<script>alert(1)</script>"])
        def test_it(number):
            assert Measurement("<b>rate</b>", 0.9, low=0.8, high=0.95, n=10) >= 0.7
        """
    )
    for arguments in ((), ("-n2",)):
        run_iso("--html=page.html", *arguments)
        page = (pytester.path / "page.html").read_text()
        blob = re.search('data-jsonblob="([^"]*)"', page)
        assert blob is not None
        (tests,) = json.loads(html.unescape(blob[1]))["tests"].values()
        shown = "".join(tests[0]["resultsTableRow"]) + tests[0]["log"] + str(tests[0].get("tableHtml"))
        assert "&lt;b&gt;rate&lt;/b&gt;" in shown
        assert "&lt;script&gt;alert(1)" in shown
        assert not re.search("<(img|script|b)[ >]", shown)
        assert "7.4/performance" in page
    assert run_iso("-p", "no:html").ret == 0
