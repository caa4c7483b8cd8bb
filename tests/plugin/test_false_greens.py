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
