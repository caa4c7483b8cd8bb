"""pytest-reqcov: a marker, requirements in CSV, a status for each in CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, Tool, UnreadableError


class ReqcovPlugin(Tool):
    name = "pytest-reqcov"
    version = "0.2.0"
    packages = ("pytest-reqcov==0.2.0",)
    note = "Word: the status in its CSV. It has no gate."

    def marker(self, *clauses: int) -> str:
        return "\n".join(f"@pytest.mark.req(id={self.identifier(clause)!r})" for clause in clauses)

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        rows = "".join(f"{self.identifier(clause)},Requirement {clause}\n" for clause in clauses)
        (folder / "requirements.csv").write_text("id,title\n" + rows)
        (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  req: a requirement\n  product: a product\n")

    def options(self) -> list[str]:
        return ["--reqcov-reqs=requirements.csv", "--reqcov-output=coverage.csv"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        path = execution.folder / "coverage.csv"
        if not path.exists():
            raise UnreadableError("crash: no report" if "req_coverage" in execution.output else "no report")
        with path.open(newline="") as file:
            status = {row["item"]: row["status"] for row in csv.DictReader(file, delimiter=";")}
        return {clause: status.get(self.identifier(clause), ABSENT) for clause in clauses}
