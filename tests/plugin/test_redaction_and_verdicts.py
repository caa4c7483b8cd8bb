"""What redaction must not break: a saved report is judged again, or held against, and a text is cut in two."""

from __future__ import annotations

import getpass
import json
import sys

import pytest

TOKEN = "ghp_" + "a1B2c3D4e5" * 4
VALUE = "correct-horse-battery-staple"

PARAMETERS = f"""
    import pytest

    @pytest.mark.clause("7.4/performance")
    @pytest.mark.parametrize("key", ["^", "a", "{TOKEN}", "{TOKEN}x", "z", "~"])
    def test_parameter(key):
        assert key

    @pytest.mark.clause("7.4/performance")
    @pytest.mark.parametrize("key", ["a", "{TOKEN}", "{TOKEN}x"])
    def test_fails(key):
        assert key != key
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("BANK_API_KEY", VALUE)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def command(pytester, *arguments):
    return pytester.run(sys.executable, "-c", "from pytest_iso23053.cli import main; main()", *arguments)


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_a_redacted_report_is_judged_again_and_stays_what_it_was(pytester, run_iso, arguments):
    pytester.makepyfile(test_one=PARAMETERS)
    run = run_iso("--iso23053-gate=7.4", *arguments)
    assert TOKEN not in run.path.read_text(encoding="utf-8")
    assert len(run.tests) == 9
    shown = command(pytester, "render", "report.json", "--format=sarif:-")
    assert shown.ret == 0, shown.errlines
    merged = command(pytester, "merge", "report.json", "--output=merged.json")
    assert merged.ret == 1, merged.errlines
    again = json.loads((pytester.path / "merged.json").read_text(encoding="utf-8"))
    for key in ("summary", "phases", "findings", "gate", "waivers"):
        assert again[key] == run.report[key], key


def test_a_report_held_against_its_own_baseline_changed_nothing(pytester, run_iso):
    pytester.makepyfile(test_one=PARAMETERS)
    run = run_iso()
    (pytester.path / "baseline.json").write_bytes(run.path.read_bytes())
    run = run_iso("--iso23053-baseline=baseline.json")
    assert run.report.get("changes", []) == []
    assert run.gate["reasons"] == []


WAIVERS = """
[[tool.iso23053.waivers]]
clause = "7.4/performance"
test = "*test_fails[[]{glob}[]]"
reason = "known"
owner = "risk@example.org"
expires = 2099-01-31
"""


@pytest.mark.parametrize("glob", [TOKEN, TOKEN + "x", "ghp_*x", "a", "*"])
def test_a_waiver_covers_what_it_covered_before(pytester, run_iso, glob):
    pytester.makepyprojecttoml(WAIVERS.format(glob=glob))
    pytester.makepyfile(test_one=PARAMETERS)
    expected = 3 if glob == "*" else 1
    assert sum(bool(test["waiver"]) for test in run_iso().tests.values()) == expected


def test_what_a_finding_is_known_by_tells_nothing_of_a_secret(pytester, run_iso):
    """A digest of a clause and a guessable secret would be a way to confirm a guess."""
    told = []
    for secret in (VALUE, "another-value-altogether"):
        pytester.makepyfile(
            test_two=f"""
            import os
            import pytest
            from pytest_iso23053 import Measurement

            @pytest.mark.clause("7.4/performance")
            @pytest.mark.parametrize("key", [{secret!r}])
            def test_it(key):
                assert Measurement("rate", 0.5, low=0.4, high=0.6, n=9, params={{"key": key}}) > 0.9

            @pytest.mark.clause("7.4/robustness")
            @pytest.mark.parametrize("key", [{secret!r}])
            def test_other(key):
                assert not key
            """
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BANK_API_KEY", secret)
            told.append(sorted(finding["id"] for finding in run_iso().report["findings"]))
    assert told[0] == told[1]


def test_the_command_that_reproduces_a_finding_can_be_run(pytester, run_iso):
    pytester.makepyfile(test_one=PARAMETERS)
    commands = {finding["reproduce"] for finding in run_iso().report["findings"] if finding["nodeid"]}
    assert commands == {"pytest --iso23053 'test_one.py::test_fails[a]'", "pytest --iso23053 test_one.py::test_fails"}


PRIVATE = """
    import getpass, os, sys, tempfile
    import pandas as pd
    import pytest

    NAMES = ["Annabel", "Bertram", "Cedric"]
    FRAME = pd.DataFrame({{"age": [41, 57, 23], "name": NAMES, "income": [5123, 6234, 7345]}})

    @pytest.mark.clause("7.2/quality")
    def test_frame():
        assert FRAME.empty, f"not empty:\\n{{FRAME}}"

    @pytest.mark.clause("7.2/quality")
    def test_rewritten():
        assert FRAME.equals(FRAME.head(2))

    @pytest.mark.clause("7.2/labelling")
    def test_record():
        raise ValueError(f"bad record {{FRAME.iloc[1].to_dict()}} of {{FRAME.values.tolist()}}")

    @pytest.mark.clause("7.2/provenance")
    def test_paths():
        raise OSError(f"{{os.getcwd()}}/data.csv {{sys.executable}} {{tempfile.gettempdir()}}/x for user anastasia")
"""


def test_rows_of_data_other_paths_and_users_are_taken_out(pytester, run_iso, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "anastasia")
    assert getpass.getuser() == "anastasia"
    pytester.makepyfile(test_private=PRIVATE.format())
    text = run_iso().path.read_text(encoding="utf-8")
    for planted in ("Annabel", "Bertram", "Cedric", "6234", "anastasia", str(pytester.path), sys.prefix):
        assert planted not in text
    assert "bad record" in text


def test_what_is_said_to_be_kept_is_kept(pytester, run_iso):
    pytester.makepyprojecttoml(f'[tool.iso23053.report]\nkeep = ["BANK_API_KEY", "{TOKEN}"]\n')
    pytester.makepyfile(
        test_one=f"""
        import os, pytest
        @pytest.mark.clause("7.4/performance")
        def test_it():
            assert 0, "{TOKEN} {TOKEN[:-1]}0 " + os.environ["BANK_API_KEY"]
        """
    )
    text = run_iso().path.read_text(encoding="utf-8")
    assert TOKEN in text
    assert VALUE in text
    assert f"{TOKEN[:-1]}0" not in text


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_a_secret_that_only_a_conftest_puts_into_the_environment(pytester, run_iso, arguments):
    pytester.makepyfile(
        **{
            "tests/conftest": "import os\nos.environ['LATE_PASSWORD'] = 'only-known-' + 'since-then'\n",
            "tests/test_late": """
            import os, pytest
            @pytest.mark.clause("7.4/performance")
            def test_it():
                assert 0, "with " + os.environ["LATE_PASSWORD"]
            """,
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LATE_PASSWORD", raising=False)
        assert "only-known-since-then" not in run_iso(*arguments, subprocess=True).path.read_text(encoding="utf-8")


def test_the_row_of_a_test_in_pytest_html_holds_its_redacted_name(pytester):
    pytest.importorskip("pytest_html")
    pytester.makepyfile(test_one=PARAMETERS)
    pytester.runpytest("--iso23053", "--html=report.html", "--self-contained-html", "--tb=no")
    page = (pytester.path / "report.html").read_text(encoding="utf-8")
    assert f"col-testId\\&#34;&gt;test_one.py::test_fails[{TOKEN}" not in page
