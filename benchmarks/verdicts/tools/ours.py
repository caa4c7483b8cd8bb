"""This project: a marker, a catalogue in TOML, the report in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, Tool, read_json

REPOSITORY = Path(__file__).resolve().parents[3]


CLAUSE = """
[[phases.clauses]]
id = "{id}"
slug = "r{id}"
title = "Requirement {id}"
process = "Suite"
"""


class Ours(Tool):
    name = "pytest-iso23053"
    version = "this checkout"
    packages = (str(REPOSITORY),)
    note = "Word: the clause's verdict in the JSON report, against a catalogue written for this suite."
    failed_words = frozenset({"failed", "error", "collection error"})
    shown_words = frozenset({"demonstrated"})

    def identifier(self, clause: int) -> str:
        return f"{clause}/general"

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.clause({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        blocks = "".join(CLAUSE.format(id=clause) for clause in clauses)
        (folder / "requirements.toml").write_text(
            'id = "suite"\ntitle = "The suite"\nedition = "1"\n\n[[phases]]\nid = "suite"\ntitle = "Suite"\n' + blocks
        )
        (folder / "iso23053.toml").write_text('catalogue = "requirements.toml"\n')

    def options(self) -> list[str]:
        return ["--iso23053", "--iso23053-report=json:report.json"]

    def strict(self) -> list[str]:
        return ["--iso23053-gate=1-4"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        report = read_json(execution.folder / "report.json")
        verdicts = {clause["id"]: clause["verdict"] for phase in report["phases"] for clause in phase["clauses"]}
        return {
            clause: "collection error"
            if f'unknown clause "{clause}"' in execution.output
            else verdicts.get(str(clause), ABSENT)
            for clause in clauses
        }
