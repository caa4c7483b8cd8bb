"""jamb: a marker, a tree of requirement files, a trace matrix in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, RefusedError, Tool, UnreadableError, read_json, run


class Jamb(Tool):
    name = "jamb"
    version = "2.0.0"
    packages = ("click", "jinja2", "openpyxl", "pyyaml", "tomlkit")
    without_dependencies = ("jamb==2.0.0",)
    note = (
        "Word: the roll-up status in its trace matrix, or its list of unknown items. Installed without quarto-cli, "
        "whose installation downloads a program; the pytest plugin does not use it."
    )

    def identifier(self, clause: int) -> str:
        return f"SRS{clause:03d}"

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.requirement({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        items = "".join(f"- uid: {self.identifier(clause)}\n  text: Requirement {clause}\n" for clause in clauses)
        (folder / "items.yml").write_text(f"documents:\n- prefix: SRS\n  path: reqs/srs\n  digits: 3\nitems:\n{items}")
        (folder / "pyproject.toml").write_text('[tool.jamb]\ntest_documents = ["SRS"]\n')
        run(["git", "init", "--quiet", "."], folder)

    def before(self, folder: Path, bin_folder: Path) -> None:
        imported = run([bin_folder / "jamb", "import", "items.yml"], folder)
        if imported.returncode:
            raise UnreadableError(f"import failed: {imported.stderr.strip()[-80:]}")

    def options(self) -> list[str]:
        return ["--jamb", "--jamb-trace-matrix=matrix.json", "--trace-from=SRS"]

    def strict(self) -> list[str]:
        return ["--jamb-fail-uncovered"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        if "jamb does not support pytest-xdist" in execution.output:
            raise RefusedError("refuses to run")
        report = read_json(execution.folder / "matrix.json")
        rows = [row for matrix in report["matrices"] for row in matrix["rows"]]
        status = {row["chain"]["SRS"]["uid"]: row["rollup_status"] for row in rows}
        _, _, unknown = execution.output.partition("Unknown items referenced in tests:")
        listed = {clause for clause in clauses if f"- {self.identifier(clause)}" in unknown}
        return {
            clause: status.get(self.identifier(clause), "listed as unknown" if clause in listed else ABSENT)
            for clause in clauses
        }

    def amounts_to(self, word: str) -> str:
        return "mixed" if word == "Partial" else super().amounts_to(word)
