"""pytest-gxp: markers, requirements in Markdown, a coverage report in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, Tool, UnreadableError


class Gxp(Tool):
    name = "pytest-gxp"
    version = "0.3.0"
    packages = ("pytest-gxp==0.3.0",)
    note = "Word: the requirement's status in requirement_coverage.md, or the finding printed about it."

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.gxp\n@pytest.mark.requirements({[self.identifier(clause) for clause in clauses]})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        specifications = folder / "gxp_spec_files"
        specifications.mkdir()
        blocks = [
            f"### {self.identifier(clause)}: Requirement {clause}\n\n#### Description\nText.\n" for clause in clauses
        ]
        text = "# Requirements\n\n## Version: 1.0\n\n" + "\n".join(blocks)
        (specifications / "functional_specification.md").write_text(text)

    def options(self) -> list[str]:
        return ["--gxp", "--gxp-output-formats=json,md"]

    def strict(self) -> list[str]:
        return ["--gxp-strict", "--gxp-strict-coverage"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        path = execution.folder / "gxp_report_files" / "requirement_coverage.md"
        if not path.exists():
            raise UnreadableError("no report")
        rows = re.findall(r"^\| (\S+) \| .* \| (\d+) \| (.+?) \|$", path.read_text(), flags=re.MULTILINE)
        status = {identifier: word for identifier, _, word in rows}
        found: dict[int, str] = {}
        for clause in clauses:
            identifier = self.identifier(clause)
            finding = re.search(rf"^ERROR (unknown-requirement-ref)\b.*{identifier}", execution.output, re.MULTILINE)
            found[clause] = status.get(identifier) or (f"finding: {finding[1]}" if finding else ABSENT)
        return found
