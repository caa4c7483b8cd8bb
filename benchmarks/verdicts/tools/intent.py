"""pytest-intent: a marker, requirements in Doorstop files, complaints about untested and failing requirements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, Tool, read_json


class Intent(Tool):
    name = "pytest-intent"
    version = "0.10.2"
    packages = ("pytest-intent==0.10.2",)
    note = (
        "Word: «untested» or «failing» as its validation lists it, «accepted» where it does not; in brackets "
        "the recorded results."
    )

    def marker(self, *clauses: int) -> str:
        return "\n".join(f"@pytest.mark.intent(requirement={self.identifier(clause)!r})" for clause in clauses)

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        requirements = folder / "requirements"
        requirements.mkdir()
        (requirements / ".doorstop.yml").write_text("settings:\n  digits: 3\n  prefix: FS\n  sep: '-'\n")
        for clause in clauses:
            (requirements / f"{self.identifier(clause)}.yml").write_text(
                f"active: true\nderived: false\nheader: ''\nlevel: 1.{clause}\nlinks: []\nnormative: true\nref: ''\n"
                f"reviewed: null\ntext: 'Requirement {clause}.'\n"
            )

    def options(self) -> list[str]:
        return ["--intent-requirements-path=requirements", "--intent-coverage-report=coverage.json"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        report = read_json(execution.folder / "coverage.json")
        untested = set(report["untested_requirements"])
        listed = re.search(r"^\s*- Requirements with failing tests .*$", execution.output, re.MULTILINE)
        failing = set(re.findall(r"(FS-\d+) \(failing tests", listed[0])) if listed else set()
        found: dict[int, str] = {}
        for clause in clauses:
            identifier = self.identifier(clause)
            tests = report["requirement_coverage"].get(identifier, [])
            results = sorted(
                {
                    result
                    for nodeid, result in report["test_results"].items()
                    if any(nodeid == test or nodeid.startswith(f"{test}[") for test in tests)
                }
            )
            if identifier in untested:
                found[clause] = "untested"
            elif identifier not in report["all_requirements"]:
                found[clause] = ABSENT
            else:
                word = "failing" if identifier in failing else "accepted"
                found[clause] = f"{word} ({', '.join(results) or 'no result'})"
        return found

    def amounts_to(self, word: str) -> str:
        return "shown" if word.startswith("accepted") else super().amounts_to(word)
