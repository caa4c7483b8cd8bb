"""A pytest plugin that writes the outcome of every phase of every test to the file that ``OUTCOMES`` names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


class Outcomes:
    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        expected = "x" if hasattr(report, "wasxfail") else ""
        self.entries.append((report.nodeid, report.when or "", expected + report.outcome))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self.entries.append((report.nodeid, "collect", report.outcome))

    def pytest_sessionfinish(self) -> None:
        Path(os.environ["OUTCOMES"]).write_text(json.dumps(self.entries))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(), "outcomes-recorder")
