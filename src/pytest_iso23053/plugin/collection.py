"""Collection hooks: the manifest of what every test speaks about, and the selection by clause.

Only the process that collects knows the markers; they never reach a report. Under pytest-xdist that is each worker,
and none of these hooks is called on the controller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_iso23053.assurance.evidence import Entry
from pytest_iso23053.catalogue.reference import BoundaryReference
from pytest_iso23053.plugin.describe import Describer
from pytest_iso23053.plugin.keys import entry_key
from pytest_iso23053.plugin.markers import MarkerReader
from pytest_iso23053.plugin.suite import is_ready_made

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_iso23053.catalogue.reference import Reference
    from pytest_iso23053.plugin.run import Run


class CollectionPlugin:
    """Registered in every process that collects."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._describer = Describer(run.resolver, run.settings.map)
        self._would_have_run: list[pytest.Item] = []
        self._collected: list[pytest.Item] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None]:
        collected = list(items)  # before -k, -m and --deselect take theirs away
        yield
        known = set(map(id, collected))
        collected.extend(item for item in items if id(item) not in known)
        self._collected = collected
        reader, has_rules = MarkerReader(), bool(self._run.settings.map)
        for item in collected:
            marks = reader.marks(item)
            if marks or has_rules or is_ready_made(item):
                self._describe(item, marks)
            else:
                self._enter(item, Entry(item.nodeid))  # nearly every item of a suite that is not ours
        self._report_mistakes(session, config)
        self._select(config, items)
        if hasattr(config, "workerinput") and session.testsfailed:
            self._run_nothing(config, items)

    def _describe(self, item: pytest.Item, marks: list[pytest.Mark]) -> None:
        entry = self._describer.entry(item, marks, ready_made=is_ready_made(item))
        item.stash[entry_key] = entry
        self._enter(item, entry)
        _announce(item, entry)

    def _enter(self, item: pytest.Item, entry: Entry) -> None:
        entries = self._run.entries
        known = entries.setdefault(entry.nodeid, entry)
        if known is not entry and known != entry:
            self._describer.report_clash(item)
            entries[entry.nodeid] = entry

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        selected = self._would_have_run or session.items
        if selected != self._collected:
            self._deselect(selected)
        self._run.foreign_markers |= self._describer.foreign
        self._run.collected = True

    def _deselect(self, selected: list[pytest.Item]) -> None:
        entries = self._run.entries
        for nodeid in entries.keys() - set(map(_nodeid, selected)):
            entries[nodeid] = entries[nodeid]._replace(selected=False)

    def _run_nothing(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Run nothing after a broken collection, as a serial run does; pytest-xdist would run the rest regardless."""
        if not config.getoption("continue_on_collection_errors"):
            self._would_have_run = list(items)
            items.clear()

    def _report_mistakes(self, session: pytest.Session, config: pytest.Config) -> None:
        """Turn mistyped ids into failed collect reports; a UsageError this late is an internal error under xdist."""
        for collector, messages in self._describer.mistakes.items():
            report = pytest.CollectReport(collector, "failed", longrepr="\n".join(messages), result=[])
            config.hook.pytest_collectreport(report=report)

    def _select(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        wanted = self._run.clause_selection
        if not wanted:
            return
        keep = [item for item in items if _speaks_about(self._run.entries[item.nodeid], wanted)]
        if len(keep) < len(items):
            kept = set(map(id, keep))
            config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
            items[:] = keep


def _nodeid(item: pytest.Item) -> str:
    entry = item.stash.get(entry_key, None)
    return item.nodeid if entry is None else entry.nodeid  # none: another plugin added it after everybody's turn


def _announce(item: pytest.Item, entry: Entry) -> None:
    """Put the ids into JUnit; at collection, because skips and setup errors never reach the call phase."""
    if not (entry.clauses or entry.boundaries or entry.threats):
        return
    item.user_properties.extend(("iso23053.clause", clause) for clause in entry.clauses)
    item.user_properties.extend(("iso23053.boundary", boundary) for boundary in entry.boundaries)
    item.user_properties.extend(("iso23053.threat", threat) for threat in entry.threats)


def _speaks_about(entry: Entry, wanted: tuple[Reference, ...]) -> bool:
    for reference in wanted:
        if isinstance(reference, BoundaryReference):
            if str(reference) in entry.boundaries:
                return True
        elif reference.aspect is not None:
            if str(reference) in entry.clauses:
                return True
        elif any(clause.split("/", 1)[0] == reference.clause for clause in entry.clauses):
            return True
    return False
