"""Ways to a green gate without evidence: each of them is closed, or the first screen says what stands behind it."""

from __future__ import annotations

import pytest

GATE = ("--iso23053-gate", "7.4/robustness")
FAILS = """
import pytest

@pytest.mark.clause("7.4/robustness")
def test_marked():
    assert len("a") == 2
"""
HOLDS = FAILS.replace("== 2", "== 1")


@pytest.mark.parametrize(
    ("kind", "arguments"), [("trylast=True", ()), ("wrapper=True", ()), ("wrapper=True", ("-n2",))]
)
def test_a_status_that_is_set_after_the_gate_does_not_hide_it(pytester, run_iso, kind, arguments):
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.hookimpl({kind})
        def pytest_sessionfinish(session):
            {"yield" if "wrapper" in kind else "pass"}
            session.exitstatus = 0
        """
    )
    pytester.makepyfile(FAILS)
    run = run_iso(*GATE, *arguments)
    assert run.ret == 1
    assert run.gate["status"] == "failed"
    assert "something set the exit status to 0 after the gate; it stays 1" in run.err


@pytest.mark.parametrize(
    "hook",
    [
        "def pytest_cmdline_main(config): return 0",
        "import pytest\ndef pytest_sessionstart(session): pytest.exit('enough', returncode=0)",
        "def pytest_runtestloop(session): session.config.pluginmanager.unregister(name='iso23053-session')",
    ],
)
@pytest.mark.parametrize("way", ["command line", "configuration", "unreadable"])
def test_who_leaves_before_there_is_anything_to_judge_leaves_no_green_gate(pytester, run_iso, hook, way):
    pytester.makeconftest(hook)
    if way == "configuration":
        pytester.makefile(".toml", iso23053='[tool.iso23053.gate]\n"7.4/robustness" = "demonstrated"')
    if way == "unreadable" and "cmdline_main" in hook:
        pytester.makefile(".toml", iso23053="[tool.iso23053.gate")
    pytester.makepyfile(HOLDS)
    run = run_iso(*(GATE if way != "configuration" else ()))
    assert run.ret == 23
    assert "iso23053 gate: INCOMPLETE" in run.err


def test_without_a_gate_nobody_is_kept_from_leaving(pytester, run_iso):
    pytester.makeconftest("def pytest_cmdline_main(config): return 0")
    pytester.makepyfile(HOLDS)
    assert run_iso().ret == 0


@pytest.mark.parametrize("option", ["--help", "--version", "--collect-only"])
def test_what_only_shows_something_is_not_judged(pytester, run_iso, option):
    pytester.makepyfile(FAILS)
    assert run_iso(*GATE, option).ret == 0


@pytest.mark.parametrize("part", ["session", "stamping"])
def test_no_part_of_an_assurance_run_can_be_left_out(pytester, run_iso, part):
    pytester.makepyfile(HOLDS)
    run = run_iso(*GATE, "-p", f"no:iso23053-{part}")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    assert "cannot be left out" in run.err


def said(run) -> str:
    """Return the first screen's words, on one line."""
    return " ".join(run.out.split())


FORGED = "report.iso23053 = {'outcome': 'passed', 'measurements': [{'measure': 'accuracy', 'judgement': 'met'}]}"
MAKEREPORT = "wrapper=True)\ndef pytest_runtest_makereport():\n    report = yield"
LOGREPORT = "wrapper=True, tryfirst=True)\ndef pytest_runtest_logreport(report):\n    assert report.nodeid"


@pytest.mark.parametrize(
    ("hook", "forged", "arguments"),
    [(MAKEREPORT, FORGED, ()), (LOGREPORT, FORGED, ()), (LOGREPORT, "pass", ("-n2",))],
)
def test_what_raised_is_failed_whatever_a_hook_makes_of_its_report(pytester, run_iso, hook, forged, arguments):
    end = "return report" if hook is MAKEREPORT else "return (yield)"
    pytester.makeconftest(
        f"import pytest\n\n@pytest.hookimpl({hook}\n    report.outcome = 'passed'\n    report.longrepr = None\n"
        f"    {forged}\n    {end}"
    )
    pytester.makepyfile(FAILS)
    run = run_iso(*GATE, *arguments)
    assert run.ret == 1
    (test,) = run.tests.values()
    assert (test["outcome"], test["measurements"]) == ("failed", [])
    assert "it raised, and a hook reported it as passed" in test["reason"]


@pytest.mark.parametrize(
    ("hook", "name"),
    [
        (
            "@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_call(item):\n    try: yield\n    except Exception: 0",
            "",
        ),
        ("@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem): return True", ""),
        ("def pytest_ignore_collect(collection_path): return collection_path.name == 'test_other.py' or None", ""),
        ("collect_ignore = ['test_other.py']", "collect_ignore"),
    ],
)
def test_hooks_that_decide_what_tests_come_to_are_named(pytester, run_iso, hook, name):
    pytester.makeconftest(f"import pytest\n\n{hook}")
    pytester.makepyfile(HOLDS)
    run = run_iso(*GATE, *(("-n2",) if "call(item)" in hook else ()))
    assert run.ret == 0
    name = name or hook.partition("def ")[2].partition("(")[0]
    assert said(run).count(f"{name} in conftest.py") == 1


def test_an_installed_plugins_hooks_are_not_the_projects(pytester, run_iso):
    pytester.makepyfile(HOLDS)
    run = run_iso(*GATE)
    assert "hooks of the project's own" not in said(run).lower()
    assert run.report["run"]["gathered"]["cautions"] == []


SUBJECTS = """
[tool.iso23053]
suite = "off"
[tool.iso23053.models.m]
source = "fixture:made"
task = "classification"
[tool.iso23053.datasets.test]
source = "fixture:rows"
target = "y"
[tool.iso23053.requirements]
accuracy = ">= 0.9"
"""
FIXTURES = """
import pandas, pytest
from pytest_iso23053 import Dataset, Measurement, Model

@pytest.fixture
def made(): return lambda X: [0] * len(X)

@pytest.fixture
def rows(): return pandas.DataFrame({"a": range(60), "y": [0, 1] * 30})
"""
MEASURES = """
import pytest
from pytest_iso23053 import Dataset, Measurement, measures

@pytest.mark.clause("7.4/performance")
def test_marked(iso_model, iso_test_data):
    assert measures.accuracy(iso_model, iso_test_data).meets_requirement()
"""
PERFORMANCE = ("--iso23053-gate", "7.4/performance")


@pytest.fixture
def system(pytester):
    """A system whose honest gate fails: it is right half of the time, and nine in ten are asked for."""
    pytester.makefile(".toml", iso23053=SUBJECTS)
    pytester.makeconftest(FIXTURES)
    pytester.makepyfile(MEASURES)
    return pytester


def test_the_honest_gate_of_the_system_fails(system, run_iso):
    run = run_iso(*PERFORMANCE)
    assert run.ret == 1
    assert "the ready-made suite was off" in said(run).lower()


@pytest.mark.parametrize("where", ["conftest", "module", "parameters"])
def test_an_overridden_fixture_is_named(system, run_iso, where):
    override = "@pytest.fixture\ndef iso_model(): return lambda X: [0, 1] * 30"
    if where == "conftest":
        system.makeconftest(f"{FIXTURES}\n{override}")
    elif where == "module":
        system.makepyfile(f"{MEASURES}\n{override}")
    else:
        parameters = "@pytest.mark.parametrize('iso_model', [lambda X: [0, 1] * 30])\ndef"
        system.makepyfile(MEASURES.replace("def", parameters))
    run = run_iso(*PERFORMANCE)
    assert run.ret == 0
    place = {"conftest": "conftest.py:", "module": f"{system.path.name}"}.get(where, "test_")
    assert "Fixture iso_model is overridden in " in said(run)
    assert place in said(run).partition("Fixture iso_model is overridden in ")[2] or where == "module"


REPLACING = {
    "measure": ("from pytest_iso23053 import measures\nmeasures.accuracy = lambda m, d: Measurement('accuracy', 1.0)",
                "pytest_iso23053.measures.accuracy"),
    "method": ("Model.predict = lambda self, data, *a: data.y", "pytest_iso23053.subjects.model.Model.predict"),
    "monkeypatched": ("import pytest_iso23053.assurance.measurement as m\n@pytest.fixture(autouse=True)\n"
                      "def patch(monkeypatch): monkeypatch.setattr(m, '_verdict', lambda *a: 'met')",
                      "pytest_iso23053.assurance.measurement._verdict"),
    "mock": ("from unittest import mock\nimport pytest_iso23053.assurance.measurement as m\n"
             "@pytest.fixture(autouse=True)\n"
             "def patch(monkeypatch): monkeypatch.setattr(m, '_verdict', mock.Mock(return_value='met'))", "a mock"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["measure", "method", "monkeypatched", "mock"])
def test_code_of_ours_that_a_project_replaced_meets_no_gate(system, run_iso, kind):
    code, name = REPLACING[kind]
    system.makeconftest(f"{FIXTURES}\n{code}")
    run = run_iso(*PERFORMANCE, subprocess=True)
    assert run.ret == 23
    assert any("code of this plugin was replaced" in why and name in why for why in run.gate["reasons"])


def test_a_judgement_that_its_numbers_do_not_give_meets_no_gate(system, run_iso):
    system.makepyfile(
        MEASURES.replace("assert measures", "measures")
        + "    from pytest_iso23053.assurance import context\n    context.current().records[-1]['judgement'] = 'met'"
    )
    run = run_iso(*PERFORMANCE)
    assert run.ret == 23
    assert "says that accuracy is met, and the bound of its interval is not" in run.gate["reasons"][0]


def test_a_requirement_that_a_test_loosened_meets_no_gate(system, run_iso):
    loosened = (
        "    from dataclasses import replace\n    from pytest_iso23053.assurance import context\n"
        "    c = context.current()\n"
        "    c.requirements = [replace(each, limit=0.1) for each in c.requirements]\n    assert measures"
    )
    system.makepyfile(MEASURES.replace("    assert measures", loosened))
    run = run_iso(*PERFORMANCE)
    assert run.ret == 23
    assert "by a requirement >= 0.1 that nobody configured" in run.gate["reasons"][0]


RESTS_ON = {
    "assert len('a') == 1": "asserted only, with nothing measured: 7.4/performance",
    "assert Measurement('accuracy', 0.99) >= 0.9": "Numbers that tests brought themselves, and no measure took",
    "assert measures.accuracy(iso_model, iso_test_data) >= 0": "Limits that no value could break: accuracy >= 0",
    "assert measures.accuracy(iso_model, iso_test_data, confidence=0.001) >= 0.49": "less than 90% confidence",
    "assert measures.missing_rate(iso_test_data) <= 0.5": "Judged by measures of other aspects alone: 7.4/performance",
    "assert measures.accuracy(lambda X: [1], Dataset([[1]], [1])) >= 0": "Judged on no configured model or data set",
}


@pytest.mark.parametrize("body", RESTS_ON)
def test_what_a_gate_rests_on_is_said_beside_it(system, run_iso, body):
    system.makepyfile(MEASURES.replace("assert measures.accuracy(iso_model, iso_test_data).meets_requirement()", body))
    run = run_iso(*PERFORMANCE, "--iso23053-report=markdown:page.md", "--iso23053-report=html:page.html", "-q")
    assert run.ret == 0
    words = RESTS_ON[body]
    assert words in said(run)
    assert words.partition(":")[0] in (system.path / "page.md").read_text().partition("### ")[0].replace("\\", "")
    assert words.partition(":")[0] in (system.path / "page.html").read_text()


def test_a_configured_gate_that_was_replaced_is_named(pytester, run_iso):
    pytester.makefile(".toml", iso23053='[tool.iso23053.gate]\n"7.4" = "demonstrated"')
    pytester.makepyfile(HOLDS)
    for asked in ("7.4:partial", "off"):
        run = run_iso("--iso23053-gate", asked)
        assert run.ret == 0
        assert "does not ask any more for: 7.4, demonstrated" in said(run)
    assert "does not ask any more" not in said(run_iso("--iso23053-gate", "7.4"))


def test_settings_of_the_project_that_the_command_line_overrides_are_named(pytester, run_iso):
    pytester.makepyfile(HOLDS.replace("def test_", "def check_"))
    run = run_iso(*GATE, "-o", "python_functions=check_*", "-o", "console_output_style=count")
    assert run.ret == 0
    assert "-o python_functions=check_*." in said(run)


def test_asserts_that_cannot_fail_meet_no_gate(pytester, run_iso, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    pytester.makepyfile(FAILS)
    run = run_iso(*GATE, "--assert=plain", subprocess=True)
    assert run.ret == 23
    assert "no assert can fail" in run.gate["reasons"][0]
    pytester.makepyfile(HOLDS)
    run = run_iso(*GATE, subprocess=True)
    assert run.ret == 0
    assert "asserts in helper modules are not executed" in said(run)


def test_a_model_and_data_of_the_same_rows_are_told(pytester, run_iso):
    (pytester.path / "a.csv").write_text("x,y\n1,0\n2,1\n")
    (pytester.path / "b.csv").write_text("x,y\n1,0\n2,1\n")
    pytester.makefile(
        ".toml",
        iso23053='[tool.iso23053]\nsuite = "off"\n[tool.iso23053.datasets.train]\nsource = "a.csv"\ntarget = "y"\n'
        '[tool.iso23053.datasets.test]\nsource = "b.csv"\n',
    )
    pytester.makepyfile(HOLDS.replace("test_marked()", "test_marked(iso_datasets)"))
    assert "Data sets train and test have the same digest" in said(run_iso(*GATE))


def test_the_report_of_an_earlier_run_is_gone_where_this_one_dies(pytester, run_iso):
    pytester.makepyfile(HOLDS)
    assert run_iso(*GATE).ret == 0
    before = (pytester.path / "report.json").read_bytes()
    arguments = ("--iso23053", "--iso23053-report=json:report.json", *GATE)
    pytester.runpytest_inprocess(*arguments, "--collect-only")
    pytester.runpytest_inprocess(*arguments, "no_such_file.py")
    assert (pytester.path / "report.json").read_bytes() == before
    pytester.makepyfile(FAILS.replace("assert", "import os; os._exit(0)\n    assert"))
    pytester.runpytest_subprocess(*arguments)
    assert not (pytester.path / "report.json").exists()


def test_what_is_no_report_of_ours_is_not_taken_away(pytester, run_iso):
    pytester.makepyfile(FAILS.replace("assert", "import os; os._exit(0)\n    assert"))
    (pytester.path / "mine.json").write_text("{}", encoding="utf-8")
    pytester.runpytest_subprocess("--iso23053", "--iso23053-report=json:mine.json", *GATE)
    assert (pytester.path / "mine.json").read_text(encoding="utf-8") == "{}"


def test_a_conftest_that_leaves_while_it_is_loaded_is_a_usage_error(pytester, run_iso):
    pytester.makeconftest("import sys; sys.exit(0)")
    pytester.makepyfile(HOLDS)
    assert run_iso(*GATE, subprocess=True).ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("body", "status", "said_of_it"),
    [
        ("measures.accuracy(Model(lambda X: [0, 0], name='m'), iso_test_data) >= 0", 0, "A model named m was measured"),
        (
            "measures.accuracy(iso_model, iso_test_data.subset([0])) >= 0",
            0,
            "A table of 1 rows named test was measured",
        ),
        ("iso_test_data.y.__setitem__(slice(None), 0) or 1", 23, "test was changed while the tests ran"),
        ("setattr(iso_model, 'predict', len) or 1", 23, "m was changed while the tests ran"),
    ],
)
def test_other_subjects_than_the_configured_ones_are_told(pytester, run_iso, body, status, said_of_it):
    (pytester.path / "test.csv").write_text("x,y\n1,0\n2,1\n", encoding="utf-8")
    pytester.syspathinsert()
    pytester.makepyfile(made_up="def model(): return lambda X: [0] * len(X)")
    source = '[tool.iso23053.models.m]\nsource = "made_up:model()"\ntask = "classification"'
    data = '[tool.iso23053.datasets.test]\nsource = "test.csv"\ntarget = "y"'
    pytester.makefile(".toml", iso23053=f'[tool.iso23053]\nsuite = "off"\n{source}\n{data}')
    imports = MEASURES.replace("import Dataset,", "import Dataset, Model,")
    pytester.makepyfile(imports.replace("measures.accuracy(iso_model, iso_test_data).meets_requirement()", body))
    run = run_iso(*PERFORMANCE)
    assert run.ret == status
    assert said_of_it in said(run)
