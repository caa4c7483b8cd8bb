"""Waivers while tests run: pytest is told «xfailed» where they cover a failure; the stamp keeps the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_iso23053.plugin.failure import kind_of
from pytest_iso23053.plugin.keys import entry_key

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_iso23053.assurance.policy import Waiver
    from pytest_iso23053.assurance.waivers import WaiverBook


class WaivingPlugin:
    """Registered where tests run and waivers are configured."""

    def __init__(self, book: WaiverBook) -> None:
        self._book = book

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn a failure into an expected one where waivers cover everything the test speaks about.

        Here, and not when the report is logged: reruns and pytest's own count of failures must see it.
        """
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if report.when == "call" and report.outcome == "failed" and kind_of(error) != "subject":
            waiver = self._waiver(item)
            if waiver is not None:
                told = f"waived until {waiver.expires.isoformat()}, owner {waiver.owner}: {waiver.reason}"
                report.iso23053 = {"outcome": report.outcome, "waived": told}  # type: ignore[attr-defined]
                report.outcome = "skipped"
                report.wasxfail = told
        return report

    def _waiver(self, item: pytest.Item) -> Waiver | None:
        entry = item.stash.get(entry_key, None)
        return None if entry is None else self._book.wholly(entry.nodeid, entry.clauses, entry.boundaries)
