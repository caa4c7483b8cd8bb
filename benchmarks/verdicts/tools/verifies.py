"""pytest-verifies: a decorator, a baseline of requirements, a matrix in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .base import ABSENT, Execution, Tool, read_json


class Verifies(Tool):
    name = "pytest-verifies"
    version = "1.1.1"
    packages = ("pytest-verifies==1.1.1",)
    imports = "from pytest_verifies import verifies\n"
    note = "Word: the requirement's status in the JSON matrix; in brackets the statuses of its tests there."

    def marker(self, *clauses: int) -> str:
        return f"@verifies({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        baseline = [{"id": self.identifier(clause), "text": f"Requirement {clause}"} for clause in clauses]
        (folder / "requirements.json").write_text(json.dumps({"requirements": baseline}))

    def options(self) -> list[str]:
        return ["--verifies-baseline=requirements.json", "--verifies-json=matrix.json"]

    def strict(self) -> list[str]:
        return ["--verifies-fail-under=100", "--verifies-disallow-orphans"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        report = read_json(execution.folder / "matrix.json")
        rows = {row["req_id"]: row for row in report["requirements"]}
        return {clause: self._word(rows.get(self.identifier(clause))) for clause in clauses}

    def _word(self, row: dict[str, Any] | None) -> str:
        if row is None:
            return ABSENT
        tests = sorted({record["status"].lower() for record in row["records"]})
        orphan = ["orphan"] if row["is_orphan"] else []
        return f"{row['status']} ({', '.join([*orphan, *tests]) or 'no test'})"

    def amounts_to(self, word: str) -> str:
        return "mixed" if word.startswith("PARTIAL") else super().amounts_to(word)
