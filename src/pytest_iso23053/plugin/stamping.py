"""Where tests run: gather the evidence of each attempt and stamp it on pytest's reports, in JSON scalars.

The stamp is the attribute ``iso23053`` of a report; pytest-xdist carries attributes of plain values to the controller
as they are. Reports that pass and leave nothing get no stamp.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.context import Context, activate
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.assurance.jsonable import jsonable
from pytest_iso23053.plugin.asserting import asserts_something
from pytest_iso23053.plugin.keys import entry_key
from pytest_iso23053.suite.conclusion import Concluded

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_iso23053.assurance.evidence import Entry
    from pytest_iso23053.assurance.policy import Waiver
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.settings.model import Settings

REASON_LENGTH = 500


def derived_seed(seed: int, nodeid: str) -> int:
    """Return a test's own seed: the same in any process, any order and any selection."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{nodeid}".encode(errors="replace")).digest()[:4], "big")


class TestContext(Context):
    """The context of whichever test is running: one object for all of them, emptied in between.

    Ten thousand trivial tests must not notice it, so a test's seed is derived only when something asks for it.
    """

    __test__ = False

    def __init__(self, settings: Settings) -> None:
        self._item: pytest.Item | None = None
        super().__init__(
            requirements=settings.requirements,
            decide=settings.decide,
            seed=settings.seed,
            attacker=settings.attacker,
            examples=settings.examples,
        )

    def start(self, item: pytest.Item) -> None:
        self._item = item
        if self.records or self.attachments:
            self.records, self.attachments = [], []

    @property
    def seed(self) -> int:
        return derived_seed(self._base_seed, self._item.nodeid if self._item else "")

    @seed.setter
    def seed(self, value: int) -> None:
        self._base_seed = value

    @property
    def run_seed(self) -> int:
        return self._base_seed


class StampingPlugin:
    """Registered in every process that runs tests."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._context = TestContext(run.settings)
        self._stack = ExitStack()
        self._sent = self._attached = 0

    def pytest_sessionstart(self) -> None:
        self._stack.enter_context(activate(self._context))

    def pytest_unconfigure(self) -> None:
        self._stack.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        # Anew for each attempt: under reruns everything an earlier attempt left is dropped
        # (https://github.com/pytest-dev/pytest-html/issues/374).
        self._context.start(item)
        self._sent = self._attached = 0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo is None and report.outcome == "passed" and not self._has_more(item, report):
            return report  # nearly every report there is
        if report.user_properties:  # record_property takes anything; xdist does not
            report.user_properties = [_pair(entry) for entry in report.user_properties]
        stamp = self._stamp(item, call, report)
        if stamp:
            report.iso23053 = stamp  # type: ignore[attr-defined]
        return report

    def _has_more(self, item: pytest.Item, report: pytest.TestReport) -> bool:
        """Whether a report that passed may need a stamp, or cleaning."""
        context = self._context
        if context.records or context.attachments or report.user_properties or "execution_count" in item.__dict__:
            return True
        return report.when == "call" and self._claims(item)

    def _stamp(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> dict[str, Any]:
        stamp: dict[str, Any] = {}
        attempt = getattr(item, "execution_count", 1)  # pytest-rerunfailures
        if attempt != 1:
            stamp["attempt"] = attempt
        self._add_evidence(report, stamp)
        if call.excinfo is not None or report.outcome != "passed":
            self._add_failure(item, call, report, stamp)
        elif report.when == "call" and not self._sent and self._claims(item) and not asserts_something(item):
            stamp["unasserted"] = True
        return stamp

    def _claims(self, item: pytest.Item) -> bool:
        entry = item.stash.get(entry_key, None)
        return entry is not None and bool(entry.clauses or entry.boundaries)

    def _add_evidence(self, report: pytest.TestReport, stamp: dict[str, Any]) -> None:
        context = self._context
        if len(context.records) > self._sent:
            fresh = [jsonable(record) for record in context.records[self._sent :]]
            self._sent = len(context.records)
            stamp["measurements"] = fresh
            report.user_properties.extend(("iso23053.judgement", _in_words(record)) for record in fresh)
        if len(context.attachments) > self._attached:
            stamp["attachments"] = [jsonable(record) for record in context.attachments[self._attached :]]
            self._attached = len(context.attachments)

    def _add_failure(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, stamp: dict[str, Any]
    ) -> None:
        error = call.excinfo.value if call.excinfo is not None else None
        stamp["reason"] = _reason(error, report)
        if isinstance(error, Concluded):
            stamp["conclusion"] = error.conclusion
        elif report.outcome == "failed":
            stamp["failure"] = _kind(error)
            self._waive(item, report, stamp)
        elif hasattr(report, "wasxfail"):
            stamp["failure"] = _kind(error)

    def _waive(self, item: pytest.Item, report: pytest.TestReport, stamp: dict[str, Any]) -> None:
        """Tell pytest «xfailed» where waivers cover everything the test speaks about; the stamp keeps the truth."""
        if report.when != "call" or stamp["failure"] == "subject":
            return
        entry = item.stash.get(entry_key, None)
        waiver = self._waiver(entry) if entry is not None else None
        if waiver is not None:
            stamp["outcome"] = report.outcome
            stamp["waived"] = f"waived until {waiver.expires.isoformat()}, owner {waiver.owner}: {waiver.reason}"
            report.outcome = "skipped"
            report.wasxfail = stamp["waived"]

    def _waiver(self, entry: Entry) -> Waiver | None:
        return self._run.waiver_book.wholly(entry.nodeid, entry.clauses, entry.boundaries)

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """Refuse an override of our fixtures that the ready-made suite cannot see."""
        name = fixturedef.argname
        if name in self._run.fixture_names and fixturedef.baseid:
            raise SubjectError(
                f"fixture {name!r} is overridden in {fixturedef.baseid!r}, where the ready-made suite does not see it, "
                "so that the two would test different subjects; move the override to the root conftest.py"
            )


def _pair(entry: Any) -> tuple[str, Any]:
    """Return one of ``user_properties`` as it can travel; an item's are a plain list, open to anything."""
    if isinstance(entry, (tuple, list)) and len(entry) == 2:
        return str(jsonable(entry[0])), jsonable(entry[1])
    return "user_properties", jsonable(entry)


def _kind(error: BaseException | None) -> str:
    if isinstance(error, pytest.xfail.Exception):
        return ""  # somebody said so: nothing raised
    if isinstance(error, SubjectError):
        return "subject"
    if isinstance(error, BaseExceptionGroup) and error.subgroup(SubjectError) is not None:
        return "subject"  # several finalisers that failed arrive as one group
    return "assertion" if isinstance(error, AssertionError) else "other"


def _reason(error: BaseException | None, report: pytest.TestReport) -> str:
    """Return the first lines of what was said, without parsing ``longrepr`` (it differs between processes)."""
    if error is None:
        text = report.longrepr if isinstance(report.longrepr, str) else getattr(report, "wasxfail", "")
    else:
        text = str(getattr(error, "msg", None) or error)
        if not isinstance(error, (AssertionError, SubjectError, pytest.fail.Exception, pytest.skip.Exception)):
            text = f"{type(error).__name__}: {text}"
    return str(jsonable(str(text)[:REASON_LENGTH]))


def _in_words(record: dict[str, Any]) -> str:
    interval = f" [{record['low']}, {record['high']}]" if record["low"] != record["high"] else ""
    limit = f" {record['operator']} {record['limit']}: {record['judgement']}" if record["judgement"] else ""
    return f"{record['measure']} = {record['value']}{interval}, n = {record['n']}{limit}"
