"""Where tests run: gather the evidence of each attempt and stamp it on pytest's reports, in JSON scalars.

The stamp is the attribute ``iso23053`` of a report; pytest-xdist carries attributes of plain values to the controller
as they are. Reports that pass and leave nothing get no stamp.

Evidence is gathered while a report is being made, for only there is the exception itself; it is stamped when the
report is logged, because nearly every report passes and leaves nothing, and a wrapper around the making of each costs
more than all else that we do about it.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_iso23053.assurance.context import activate
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.assurance.jsonable import jsonable
from pytest_iso23053.plugin.asserting import asserts_something
from pytest_iso23053.plugin.failure import kind_of, reason_of
from pytest_iso23053.plugin.fixtures import NAMES, SUITE_NAMES
from pytest_iso23053.plugin.keys import entry_key
from pytest_iso23053.plugin.redacting import redactor_of
from pytest_iso23053.plugin.running import TestContext
from pytest_iso23053.plugin.tampering import is_the_projects
from pytest_iso23053.suite.conclusion import Concluded

if TYPE_CHECKING:
    from pytest_iso23053.plugin.run import Run


class Gathered(NamedTuple):
    """What is known of a phase when its report is made, and kept until it is logged."""

    attempt: int = 1
    error: BaseException | None = None
    measurements: tuple[Any, ...] = ()
    attachments: tuple[Any, ...] = ()
    unasserted: bool = False


_NOTHING = Gathered()
_NOT_MADE = object()
_OURS = NAMES | SUITE_NAMES


class StampingPlugin:
    """Registered in every process that runs tests."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.context = TestContext(run.settings)
        self.context.cautions = run.cautions
        named = [*(spec.name for spec in run.settings.models), *(spec.name for spec in run.settings.datasets)]
        self.context.subjects = frozenset(named)
        self._redactor: Any = _NOT_MADE
        self._judged: dict[str, list[tuple[str, str]]] = {}  # what was judged before a test's teardown
        self._stack = ExitStack()
        self._sent = self._attached = 0
        self._items: list[pytest.Item] = []
        # Reruns make all the reports of an attempt before they log the first one.
        self.waiting: dict[tuple[str, str], Gathered] = {}

    def pytest_sessionstart(self) -> None:
        self._stack.enter_context(activate(self.context))

    def pytest_unconfigure(self) -> None:
        self._stack.close()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._items = session.items
        self._start_anew()  # what a module measured while it was imported is no test's evidence

    def _start_anew(self) -> None:
        self.context.empty()
        self._sent = self._attached = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        context = self.context
        if (
            call.excinfo is not None
            or context.records
            or context.attachments
            or "execution_count" in item.__dict__  # pytest-rerunfailures
            or (call.when == "call" and entry_key in item.stash and _claims(item))
        ):
            self._gather(item, call)

    def _gather(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        error = call.excinfo.value if call.excinfo is not None else None
        if self.context.records:
            from pytest_iso23053.plugin.surroundings import note_replaced

            note_replaced(self._run, everything=False)
        self.waiting[item.nodeid, call.when] = self._gathered(item, call.when, error)
        if call.when == "teardown":
            # After each attempt: under reruns what an earlier one left is dropped
            # (https://github.com/pytest-dev/pytest-html/issues/374).
            self._start_anew()

    def _gathered(self, item: pytest.Item, when: str, error: BaseException | None = None) -> Gathered:
        is_bare = error is None and when == "call" and not self.context.records
        return Gathered(
            attempt=getattr(item, "execution_count", 1),
            error=error,
            measurements=self._fresh_measurements(),
            attachments=self._fresh_attachments(),
            unasserted=is_bare and _claims(item) and not asserts_something(item),
        )

    def _overlooked(self, report: pytest.TestReport) -> Gathered:
        """Gather late, where another plugin made the report in our place."""
        if not (self.context.records or self.context.attachments or report.when == "call"):
            return _NOTHING
        item = next((item for item in self._items if item.nodeid == report.nodeid), None)
        return _NOTHING if item is None else self._gathered(item, report.when or "")

    def _fresh_measurements(self) -> tuple[Any, ...]:
        fresh = self.context.records[self._sent :]
        self._sent += len(fresh)
        return tuple(jsonable(record) for record in fresh)

    def _fresh_attachments(self) -> tuple[Any, ...]:
        fresh = self.context.attachments[self._attached :]
        self._attached += len(fresh)
        return tuple(jsonable(record) for record in fresh)

    def stamp(self, report: pytest.TestReport) -> None:
        """Put on a report of this process what was gathered for it."""
        gathered = self.waiting.pop((report.nodeid, report.when or ""), None) or self._overlooked(report)
        if report.user_properties:  # record_property takes anything; xdist does not
            report.user_properties = [_pair(entry) for entry in report.user_properties]
        self._add_judgements(report, gathered)
        stamp = {**_waiving(report), **_stamp(report, gathered)}
        if stamp or hasattr(report, "iso23053"):
            report.iso23053 = stamp  # type: ignore[attr-defined]

    def _add_judgements(self, report: pytest.TestReport, gathered: Gathered) -> None:
        """Put judgements into JUnit, redacted: it is pytest's own, and takes what the teardown's report holds alone."""
        said = [("iso23053.judgement", self._redacted(_in_words(record))) for record in gathered.measurements]
        if report.when != "teardown":
            if said:
                self._judged.setdefault(report.nodeid, []).extend(said)
                self.waiting.setdefault((report.nodeid, "teardown"), _NOTHING)
        elif self._judged:
            said = [*self._judged.pop(report.nodeid, ()), *said]
        report.user_properties.extend(said)

    def _redacted(self, text: str) -> str:
        if self._redactor is _NOT_MADE:
            self._redactor = redactor_of(self._run)
        return self._redactor.name(text) if self._redactor is not None else text

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """Refuse an override of our fixtures that the ready-made suite cannot see, and tell of any other."""
        name = fixturedef.argname
        if name in _OURS and not fixturedef.func.__module__.startswith("pytest_iso23053."):
            self._run.cautions[f"fixture {name} is overridden in {_place(fixturedef, request)}"] = None
        if name in self._run.fixture_names and fixturedef.baseid:
            raise SubjectError(
                f"fixture {name!r} is overridden in {fixturedef.baseid!r}, where the ready-made suite does not see it, "
                "so that the two would test different subjects; move the override to the root conftest.py"
            )


def _place(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> str:
    """Say where a fixture is written; one that a test's own parameters stand for is written there."""
    code = getattr(fixturedef.func, "__code__", None)
    root = request.config.rootpath
    if code is None or not is_the_projects(code.co_filename, root):
        return f"{request.node.nodeid.partition('[')[0]} or a plugin"
    return f"{os.path.relpath(code.co_filename, root)}:{code.co_firstlineno}"


def _claims(item: pytest.Item) -> bool:
    entry = item.stash.get(entry_key, None)
    return entry is not None and bool(entry.clauses or entry.boundaries)


def _waiving(report: pytest.TestReport) -> dict[str, Any]:
    """Return what our own waiving put on a report, and nothing that somebody else may have put there."""
    told = getattr(report, "iso23053", None)
    is_ours = isinstance(told, dict) and told.keys() == {"outcome", "waived"} and told["outcome"] == "failed"
    return dict(told) if is_ours and told else {}


def _stamp(report: pytest.TestReport, gathered: Gathered) -> dict[str, Any]:
    stamp: dict[str, Any] = {}
    if gathered.attempt != 1:
        stamp["attempt"] = gathered.attempt
    if gathered.measurements:
        stamp["measurements"] = list(gathered.measurements)
    if gathered.attachments:
        stamp["attachments"] = list(gathered.attachments)
    if gathered.error is not None and report.outcome == "passed":
        # A hook made a pass of it. What was raised was raised.
        told = reason_of(gathered.error, report)
        stamp |= {"outcome": "failed", "failure": kind_of(gathered.error) or "other"}
        stamp["reason"] = f"it raised, and a hook reported it as passed: {told}"
    elif gathered.error is not None or report.outcome != "passed":
        _add_failure(report, gathered.error, stamp)
    elif gathered.unasserted:
        stamp["unasserted"] = True
    return stamp


def _add_failure(report: pytest.TestReport, error: BaseException | None, stamp: dict[str, Any]) -> None:
    stamp["reason"] = reason_of(error, report)
    if isinstance(error, Concluded):
        stamp["conclusion"] = error.conclusion
    elif report.outcome == "failed" or hasattr(report, "wasxfail"):
        stamp["failure"] = kind_of(error)


def _pair(entry: Any) -> tuple[str, Any]:
    """Return one of ``user_properties`` as it can travel; an item's are a plain list, open to anything."""
    if isinstance(entry, (tuple, list)) and len(entry) == 2:
        return str(jsonable(entry[0])), jsonable(entry[1])
    return "user_properties", jsonable(entry)


def _in_words(record: dict[str, Any]) -> str:
    interval = f" [{record['low']}, {record['high']}]" if record["low"] != record["high"] else ""
    limit = f" {record['operator']} {record['limit']}: {record['judgement']}" if record["judgement"] else ""
    return f"{record['measure']} = {record['value']}{interval}, n = {record['n']}{limit}"
