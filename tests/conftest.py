"""What the tests share: pytest's own pytester, and one way to run a project and read its JSON report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]


class Outcome:
    """A finished run: pytest's result, and the JSON report if one was written."""

    def __init__(self, result: pytest.RunResult, path: Path) -> None:
        self.result = result
        self.ret = int(result.ret)
        self.out = result.stdout.str()
        self.err = result.stderr.str()
        self.path = path
        # Read at once: the next run of the same project writes to the same place.
        self._written = path.read_text(encoding="utf-8") if path.exists() else None

    @property
    def report(self) -> dict[str, Any]:
        assert self._written is not None, f"no report was written\n{self.out}"
        return json.loads(self._written)

    @property
    def tests(self) -> dict[str, dict[str, Any]]:
        return {test["nodeid"]: test for test in self.report["tests"]}

    def outcome(self, name: str) -> str:
        found = [test["outcome"] for nodeid, test in self.tests.items() if nodeid.split("::", 1)[1] == name]
        assert len(found) == 1, (name, sorted(self.tests))
        return found[0]

    def aspect(self, clause: str, aspect: str) -> dict[str, Any]:
        return next(found for found in self.clause(clause)["aspects"] if found["id"] == aspect)

    def clause(self, clause: str) -> dict[str, Any]:
        clauses = [found for phase in self.report["phases"] for found in phase["clauses"]]
        return next(found for found in clauses if found["id"] == clause)

    def boundary(self, text: str) -> dict[str, Any]:
        return next(found for found in self.report["boundaries"] if f"{found['from']}>{found['to']}" == text)

    @property
    def gate(self) -> dict[str, Any]:
        return self.report["gate"]


@pytest.fixture
def run_iso(pytester: pytest.Pytester) -> Callable[..., Outcome]:
    """Run the project in pytester's folder with ``--iso23053`` and a JSON report."""

    def run(*arguments: str, subprocess: bool = False) -> Outcome:
        path = pytester.path / "report.json"
        path.unlink(missing_ok=True)
        start = pytester.runpytest_subprocess if subprocess else pytester.runpytest_inprocess
        # At the end of a run hypothesis' plugin loads the whole of it: as much work as the rest of a small run.
        less = ("-p", "no:hypothesispytest") if subprocess else ()
        result = start("--iso23053", f"--iso23053-report=json:{path}", *less, *arguments)
        return Outcome(result, path)

    return run
