"""The pytest side. This module is the entry point: every pytest run on the machine imports it.

So it imports pytest and the standard library alone, and nothing of ours that is heavier; what an assurance run needs
is imported when there is one (https://github.com/patrick-kidger/jaxtyping/issues/220: 2.75 s on every run).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.plugin.markers import MARKERS
from pytest_iso23053.plugin.options import add_options

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, Any, Any]:
    """Refuse a conftest file that ends the process as if all were well, before there is a session to judge."""
    try:
        return (yield)
    except SystemExit as left:
        if "--iso23053" in args and not left.code:
            raise pytest.UsageError("a conftest file or plugin left with sys.exit(0) while it was loaded") from left
        raise


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from pytest_iso23053.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("iso23053"):
        from pytest_iso23053.plugin.activation import start_assurance_run

        start_assurance_run(config)
    elif _has_configuration(config):
        from pytest_iso23053.plugin.activation import provide_fixtures

        provide_fixtures(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Keep what the gate said in the status that pytest returns, whatever a conftest file does to it."""
    asked = config.getoption("iso23053")  # before a conftest file may say otherwise
    status = yield
    if not asked or hasattr(config, "workerinput"):
        return status
    from pytest_iso23053.plugin.last_word import hold

    return hold(config, status)


def pytest_unconfigure(config: pytest.Config) -> None:
    if "pytest_iso23053.plugin.activation" in sys.modules:
        from pytest_iso23053.plugin.activation import stop

        stop(config)


def _has_configuration(config: pytest.Config) -> bool:
    """Whether this project configures us: a look at the bytes, because most projects do not."""
    if config.getoption("iso23053_config"):
        return True
    if (config.rootpath / "iso23053.toml").is_file():
        return True
    try:
        return b"tool.iso23053" in (config.rootpath / "pyproject.toml").read_bytes()
    except OSError:
        return False


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Let a measurement explain why its comparison does not hold."""
    measurement = sys.modules.get("pytest_iso23053.assurance.measurement")
    if measurement is None or op not in (">=", "<=", ">", "<"):
        return None
    if not isinstance(left, measurement.Measurement) and not isinstance(right, measurement.Measurement):
        return None
    lines: list[str] = measurement.explain_comparison(op, left, right)
    return lines


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, str | tuple[str, Mapping[str, bool]]] | None:
    """Give observed and undecided ready-made items a letter of their own: they are not skips."""
    stamp: dict[str, Any] | None = getattr(report, "iso23053", None)
    if not stamp or report.outcome != "skipped":
        return None
    conclusion = stamp.get("conclusion")
    if conclusion == "inconclusive":
        return "inconclusive", "?", ("INCONCLUSIVE", {"yellow": True})
    if conclusion == "observed":
        return "observed", "o", ("OBSERVED", {"cyan": True})
    return None
