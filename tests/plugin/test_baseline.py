"""A run that is held against an earlier report."""

from __future__ import annotations

import pytest

TEST = """
    import pytest
    from pytest_iso23053 import Measurement

    @pytest.mark.clause("7.4/performance")
    def test_accuracy():
        assert Measurement("accuracy", {value}, low={value} - 0.01, high={value} + 0.01, n=900) >= {limit}
"""


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["serial", "xdist"])
def test_a_gate_that_is_met_by_a_looser_limit_fails(pytester, run_iso, arguments):
    gate = ("--iso23053-gate", "7.4/performance")
    module = pytester.makepyfile(TEST.format(value=0.9, limit=0.85))
    assert run_iso(*gate).ret == 0
    (pytester.path / "report.json").rename(pytester.path / "before.json")
    assert run_iso(*gate, *arguments, "--iso23053-baseline", "before.json").ret == 0
    module.write_text(
        module.read_text(encoding="utf-8").replace("0.9,", "0.8,").replace("0.9 ", "0.8 ").replace("0.85", "0.75"),
        encoding="utf-8",
    )
    assert run_iso(*gate, *arguments).ret == 0
    run = run_iso(*gate, *arguments, "--iso23053-baseline", "before.json")
    assert run.ret == 1
    assert run.gate["status"] == "failed"
    assert [change["kind"] for change in run.report["changes"]] == ["worse measure", "loosened limit"]


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_a_baseline_that_cannot_be_read_is_a_usage_error(pytester, text):
    if text is not None:
        (pytester.path / "before.json").write_text(text, encoding="utf-8")
    result = pytester.runpytest("--iso23053", "--iso23053-baseline", "before.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--iso23053-baseline before.json: *"])
