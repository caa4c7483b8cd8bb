"""Between a worker and the controller: JSON text, sent with the worker's first report and again when it finishes.

With the first report, because a worker that is killed later delivers no ``workeroutput``, and its tests must not
vanish from the matrix (https://github.com/numirias/pytest-json-report/issues/75).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.plugin.describe import to_wire
from pytest_iso23053.plugin.recorder import WORKER_KEY, subtest_description
from pytest_iso23053.plugin.redacting import secrets_here

if TYPE_CHECKING:
    from pytest_iso23053.plugin.run import Run
    from pytest_iso23053.plugin.stamping import StampingPlugin


class WorkerPlugin:
    """Registered in pytest-xdist's workers only."""

    def __init__(self, run: Run, stamping: StampingPlugin, config: pytest.Config) -> None:
        self._run = run
        self._stamping = stamping
        self._output: dict[str, Any] = config.workeroutput  # type: ignore[attr-defined]
        self._sent = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._stamping.stamp(report)
        stamp = dict(getattr(report, "iso23053", None) or {})
        if hasattr(report, "context"):
            # Here and not on the controller: pytest quotes a sub-test's values anew on each side of the wire.
            stamp["subtest"] = subtest_description(report)
        if not self._sent:
            self._sent = True
            stamp["manifest"] = json.dumps({"manifest": to_wire(self._run.entries)})
        if stamp:
            report.iso23053 = stamp  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        from pytest_iso23053.plugin.surroundings import look_around

        look_around(session.config, self._run)
        gathered: dict[str, Any] = {
            "foreign": sorted(self._run.foreign_markers),
            "gaps": [[gap.clause, gap.item, gap.needs] for gap in self._run.gaps.values()],
            "notes": list(self._run.notes),
            "cautions": list(self._run.cautions),
            "shortcomings": list(self._run.shortcomings),
            "loaded": self._run.loaded,
            # What a conftest put into the environment of this process alone: the controller redacts, and must know it.
            "secrets": {value: name for value, name in secrets_here().items() if value not in self._run.secrets},
        }
        if not self._sent and self._run.collected:
            gathered["manifest"] = to_wire(self._run.entries)
        self._output[WORKER_KEY] = json.dumps(gathered)
