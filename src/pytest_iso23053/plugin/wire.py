"""Between a worker and the controller: JSON text, sent with the worker's first report and again when it finishes.

With the first report, because a worker that is killed later delivers no ``workeroutput``, and its tests must not
vanish from the matrix (https://github.com/numirias/pytest-json-report/issues/75).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.report import Gap
from pytest_iso23053.plugin.describe import from_wire, to_wire

if TYPE_CHECKING:
    from pytest_iso23053.plugin.run import Run

WORKER_KEY = "iso23053"


class WorkerPlugin:
    """Registered in pytest-xdist's workers only."""

    def __init__(self, run: Run, config: pytest.Config) -> None:
        self._run = run
        self._output: dict[str, Any] = config.workeroutput  # type: ignore[attr-defined]
        self._sent = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self._sent:
            self._sent = True
            stamp = dict(getattr(report, "iso23053", None) or {})
            stamp["manifest"] = json.dumps({"manifest": to_wire(self._run.entries)})
            report.iso23053 = stamp  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        gathered: dict[str, Any] = {
            "foreign": sorted(self._run.foreign_markers),
            "gaps": [[gap.clause, gap.item, gap.needs] for gap in self._run.gaps.values()],
            "notes": list(self._run.notes),
            "loaded": self._run.loaded,
        }
        if not self._sent and self._run.collected:
            gathered["manifest"] = to_wire(self._run.entries)
        self._output[WORKER_KEY] = json.dumps(gathered)


def receive(run: Run, data: dict[str, Any]) -> None:
    """Merge what one worker sent. All workers collect the same, so the union is what one of them has."""
    if "manifest" in data:
        run.entries.update((entry.nodeid, entry) for entry in from_wire(data["manifest"]))
        run.collected = True
    run.foreign_markers.update(data.get("foreign", ()))
    run.notes.update(dict.fromkeys(data.get("notes", ())))
    for clause, item, needs in data.get("gaps", ()):
        run.gaps.setdefault((clause, item), Gap(clause, item, needs))
    for name, facts in data.get("loaded", {}).items():
        _agree(run, name, facts)


def _agree(run: Run, name: str, facts: dict[str, Any]) -> None:
    """One name, one subject: two workers that loaded different bytes did not test the same thing."""
    known = run.loaded.setdefault(name, facts)
    if known.get("sha256") != facts.get("sha256"):
        run.collection_errors.setdefault(
            name, f"two workers loaded different content for {name}: {known.get('sha256')} and {facts.get('sha256')}"
        )
