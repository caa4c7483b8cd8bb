"""The matrix and the evidence inside pytest-html's report; nothing happens where pytest-html is absent or switched off.

pytest-html does not escape what it is given, node ids included, so every fragment comes escaped from the renderer.
"""

from __future__ import annotations

import html
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from pytest_iso23053.plugin.keys import report_key
from pytest_iso23053.plugin.recorder import to_event
from pytest_iso23053.plugin.redacting import redactor_of

if TYPE_CHECKING:
    from pytest_iso23053.assurance.redaction import Redactor
    from pytest_iso23053.plugin.run import Run


class HtmlBridgePlugin:
    """Hooks of pytest-html, all optional."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], session: pytest.Session) -> None:
        from pytest_iso23053.render.pytest_html import matrix_section

        report = session.config.stash.get(report_key, None)
        if report is not None:
            prefix.append(matrix_section(report))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Escape the node id in pytest-html's own cell: a parameter's id may be markup."""
        shown = self._redactor.name(report.nodeid) if self._redactor else report.nodeid
        escaped = html.escape(shown, quote=False)
        if escaped != report.nodeid:
            cells[:] = [cell.replace(report.nodeid, escaped) for cell in cells]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Add the evidence of one test; called while tests run, before anything is judged."""
        from pytest_iso23053.assurance.redaction import redact_record
        from pytest_iso23053.assurance.report import TestRecord
        from pytest_iso23053.render.pytest_html import evidence_cell

        entry = self._run.entries.get(report.nodeid)
        event = to_event(report, getattr(report, "iso23053", None) or {})
        if not event.measurements and not (entry and (entry.clauses or entry.boundaries)):
            return
        record = TestRecord(
            nodeid=report.nodeid,
            outcome=event.outcome,
            clauses=entry.clauses if entry else (),
            boundaries=entry.boundaries if entry else (),
            measurements=event.measurements,
            attachments=event.attachments,
        )
        redactor = self._redactor
        data.append(evidence_cell(redact_record(record, redactor) if redactor else record))

    @cached_property
    def _redactor(self) -> Redactor | None:
        return redactor_of(self._run)
