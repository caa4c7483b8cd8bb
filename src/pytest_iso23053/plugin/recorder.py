"""The process that judges (serial, or pytest-xdist's controller): turn reports into events, and take in manifests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.attempts import PHASES
from pytest_iso23053.assurance.evidence import Event
from pytest_iso23053.assurance.jsonable import jsonable
from pytest_iso23053.plugin.failure import REASON_LENGTH
from pytest_iso23053.plugin.manifest import receive

if TYPE_CHECKING:
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.plugin.stamping import StampingPlugin

WORKER_KEY = "iso23053"  # in ``workeroutput``


class RecorderPlugin:
    """Never judges from one report: a sub-test's parent arrives as passed (pytest-dev/pytest-html#981)."""

    def __init__(self, run: Run, stamping: StampingPlugin) -> None:
        self._run = run
        self._stamping = stamping
        self._waiting = stamping.waiting
        self._records = stamping.context.records
        self._add_pass = run.events.add_pass

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if (
            report.outcome == "passed"
            and not self._waiting
            and not self._records
            and not report.user_properties
            and type(report) is pytest.TestReport
            and "iso23053" not in (held := report.__dict__)
            and "wasxfail" not in held
            and "context" not in held
        ):
            self._add_pass(report.nodeid, report.when, report.duration)  # nearly every report there is
        else:
            self._take_in(report)

    def _take_in(self, report: pytest.TestReport) -> None:
        if not hasattr(report, "node"):  # pytest-xdist's mark on what a worker made, and stamped
            self._stamping.stamp(report)
        stamp = getattr(report, "iso23053", None)
        if stamp and "manifest" in stamp:
            receive(self._run, json.loads(stamp.pop("manifest")))
        if report.when not in PHASES:  # xdist reports the crash on the test that was running: it left a trace
            self._forget_lost(report)
        self._run.events.add(to_event(report, stamp or {}))

    def _forget_lost(self, report: pytest.TestReport) -> None:
        name = _worker(getattr(report, "node", None))
        if name in self._run.lost_workers:
            self._run.lost_workers.remove(name)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            message = str(report.longrepr)[:REASON_LENGTH]
            self._run.collection_errors.setdefault(report.nodeid or "the session", message)
        elif report.skipped:  # its tests were never collected: nobody knows what they would have spoken about
            why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            note = f"{report.nodeid} was skipped whole, before its tests were known: {why}"[:REASON_LENGTH]
            self._run.notes[str(jsonable(note))] = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in what a worker gathered; one that died delivers nothing."""
        output = getattr(node, "workeroutput", None) or {}
        if WORKER_KEY in output:
            receive(self._run, json.loads(output[WORKER_KEY]))
        elif error is not None:
            self._run.lost_workers.append(_worker(node))
        self._run.workers += 1


def _worker(node: Any) -> str:
    return str(getattr(getattr(node, "gateway", None), "id", "worker"))


def to_event(report: pytest.TestReport, stamp: dict[str, Any]) -> Event:
    """Copy named fields only; a report's ``__dict__`` holds whatever other plugins put there."""
    when = report.when or ""
    outcome = str(report.outcome)
    if outcome != "rerun":
        outcome = stamp.get("outcome", outcome)
    if outcome == "passed" and stamp.get("failure"):
        outcome = "failed"  # somebody rewrote on the controller what a worker reported
    return Event(
        nodeid=report.nodeid,
        when=when,
        outcome=outcome,
        attempt=stamp.get("attempt", 1),
        subtest=stamp.get("subtest") or subtest_description(report),
        xfail=hasattr(report, "wasxfail") and not stamp.get("waived"),
        failure=stamp.get("failure", ""),
        reason=stamp.get("reason") or _lost(report),
        duration=report.duration or 0.0,
        conclusion=stamp.get("conclusion", ""),
        unasserted=stamp.get("unasserted", False),
        measurements=tuple(stamp.get("measurements", ())),
        attachments=tuple(stamp.get("attachments", ())),
        waived=stamp.get("waived", ""),
        line=_line(report) if report.outcome != "passed" or stamp.get("measurements") else None,
    )


def _line(report: pytest.TestReport) -> int | None:
    """Return where the test stands, from 1; one that is inherited from another file stands nowhere in its own."""
    file, line, _ = report.location or ("", None, "")
    own = report.nodeid.partition("::")[0]
    return line + 1 if line is not None and file.replace("\\", "/") == own else None


def subtest_description(report: pytest.TestReport) -> str | None:
    """Return the description of a native sub-test; its report carries a context, whatever its class is called.

    Other plugins put a ``context`` of their own on reports, a browser's for instance: that makes no sub-test of them.
    """
    context: Any = getattr(report, "context", None)
    if not (hasattr(context, "msg") and isinstance(getattr(context, "kwargs", None), Mapping)):
        return None
    parts = [f"[{context.msg}]"] if context.msg is not None else []
    if context.kwargs:
        parts.append("(" + ", ".join(f"{name}={value}" for name, value in context.kwargs.items()) + ")")
    return " ".join(parts) or "(<subtest>)"


def _lost(report: pytest.TestReport) -> str:
    """A worker's crash arrives without a stamp, and with ``when="???"``; its text is all there is."""
    return str(report.longrepr)[:REASON_LENGTH] if report.outcome in ("failed", "rerun") and report.longrepr else ""
