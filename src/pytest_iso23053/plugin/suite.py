"""Collects the ready-made suite from the installed package, as ``iso23053/7.4::test_…`` beside the user's own tests."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.report import Gap
from pytest_iso23053.suite.contents import FILES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from pytest_iso23053.plugin.run import Run

NODEID_PREFIX = "iso23053/"


class SuiteModule(pytest.Module):
    """One file of the suite. Its node id is the clause's, wherever the package is installed."""

    _run: Run

    @classmethod
    def of(cls, session: pytest.Session, clause: str, module: Any, run: Run) -> SuiteModule:
        node: SuiteModule = cls.from_parent(session, path=Path(module.__file__), nodeid=f"{NODEID_PREFIX}{clause}")
        node.obj = module
        node._run = run
        return node

    # A project's own python_functions and python_classes are about its own tests.
    def funcnamefilter(self, name: str) -> bool:
        return name.startswith("test_")

    def classnamefilter(self, name: str) -> bool:
        return False

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Collect what can run; what needs something that is not configured becomes a gap."""
        for node in super().collect():
            declared = getattr(getattr(node, "function", None), "iso23053_item", None)
            if declared is None:
                continue
            parameters = getattr(getattr(node, "callspec", None), "params", {})
            missing = declared.missing(self._run.settings, self._run.suite)
            if missing is None and not declared.measure and not parameters:
                continue  # every requirement is judged by another item
            if missing is None and declared.suits(self._run.settings, parameters):
                yield _prepared(node, declared.about(parameters))
            elif missing and declared.measure:
                self._note_gap(node.name, declared, missing)

    def _note_gap(self, name: str, declared: Any, needs: str) -> None:
        item = f"{self.nodeid}::{name.split('[', 1)[0]}"
        clause = next(iter(declared.clauses), "") or ">".join(declared.boundary or ())
        self._run.gaps.setdefault((clause, item), Gap(clause, item, needs))


def _prepared(node: Any, declared: Any) -> pytest.Item:
    node.iso23053_ready_made = True
    for clause in declared.clauses:
        node.add_marker(pytest.mark.clause(f"lifecycle:{clause}"))
    if declared.boundary:
        node.add_marker(pytest.mark.boundary(*declared.boundary))
    if declared.threats:
        node.add_marker(pytest.mark.threat(*declared.threats))
    node.add_marker(pytest.mark.filterwarnings("default"))  # a project's -W error is about its own code
    item: pytest.Item = node
    return item


def is_ready_made(item: pytest.Item) -> bool:
    return getattr(item, "iso23053_ready_made", False) is True


class SuitePlugin:
    """Adds the suite to the session's collection, and takes its node ids from the command line."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.arguments: list[str] = []
        self._alone = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Take ``iso23053/…`` off the arguments before pytest looks for such a file."""
        config = session.config
        mine = [argument for argument in config.args if _is_suite_argument(argument, config)]
        if mine:
            self.arguments = mine
            config.args[:] = [argument for argument in config.args if argument not in mine]

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if isinstance(collector, pytest.Session) and report.passed and self._is_wanted(collector.config):
            report.result = [*report.result, *self._modules(collector)]
        elif isinstance(collector, SuiteModule) and report.passed and self.arguments:
            report.result = [node for node in report.result if self._is_named(node.nodeid)]
        return report

    def _is_wanted(self, config: pytest.Config) -> bool:
        """The suite runs beside the whole project, or where it is named; not when other tests are picked by path."""
        if self._run.suite == "off":
            return False
        return bool(self.arguments) or not any("::" in argument for argument in config.args)

    def _modules(self, session: pytest.Session) -> list[SuiteModule]:
        found = []
        for clause, name in FILES.items():
            nodeid = f"{NODEID_PREFIX}{clause}"
            if self.arguments and not any(_covers(argument, nodeid) for argument in self.arguments):
                continue
            module = importlib.import_module(f"pytest_iso23053.suite.{name}")
            found.append(SuiteModule.of(session, clause, module, self._run))
        return found

    def _is_named(self, nodeid: str) -> bool:
        return any(_covers(argument, nodeid) for argument in self.arguments)


def _is_suite_argument(argument: str, config: pytest.Config) -> bool:
    path = argument.split("::", 1)[0]
    is_ours = path.rstrip("/") == NODEID_PREFIX.rstrip("/") or path.startswith(NODEID_PREFIX)
    return is_ours and not (config.invocation_params.dir / path).exists()


def _covers(argument: str, nodeid: str) -> bool:
    """Whether ``iso23053``, ``iso23053/7.4``, ``…::test_x`` or ``…[credit]`` names this node or one above it."""
    argument = argument.rstrip("/")
    return (
        nodeid == argument
        or nodeid.startswith((f"{argument}::", f"{argument}[", f"{argument}/"))
        or argument.startswith(f"{nodeid}::")
    )
