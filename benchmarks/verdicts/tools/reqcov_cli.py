"""reqcov: scans the sources for ids, reads JUnit XML, writes a coverage file in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .base import ABSENT, Execution, Tool, read_json, run


class ReqcovCommand(Tool):
    name = "reqcov"
    version = "0.3.1"
    packages = ("reqcov==0.3.1",)
    note = (
        "Word: the requirement's status in coverage.json, or the finding about it; from JUnit XML of a plain "
        "pytest run."
    )
    shown_words = frozenset({"verified"})  # «covered» says that a test exists, and nothing of its result

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.req({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        items = "\n".join(
            f"## {self.identifier(clause)} — Requirement {clause}\nText.\nVerification: test\n" for clause in clauses
        )
        (folder / "requirements.md").write_text(f"# Requirements\n\n{items}")
        (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  req: a requirement\n")
        (folder / "reqcov.yml").write_text(
            "requirements: [requirements.md]\nsources: []\ntests: ['test_*.py']\njunit: [junit.xml]\n"
            "rules:\n  min_test_coverage: 100\n  fail_on_unknown_ids: true\n  fail_on_failing_tests: true\n"
            "report:\n  out_dir: reqcov-report\n  formats: [json]\n"
        )

    def options(self) -> list[str]:
        return ["--junit-xml=junit.xml"]

    def afterwards(self, folder: Path, bin_folder: Path, strict: bool) -> int | None:
        if strict:  # the strictest rule it documents
            settings = folder / "reqcov.yml"
            settings.write_text(settings.read_text().replace("rules:\n", "rules:\n  min_verified: 100\n"))
        return run([bin_folder / "reqcov", "check"], folder).returncode

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        report = read_json(execution.folder / "reqcov-report" / "coverage.json")
        status = {row["id"]: row["status"] for row in report["requirements"]}
        findings = {
            clause: finding["code"]
            for finding in report["findings"]
            for clause in clauses
            if self.identifier(clause) in str(finding) and self.identifier(clause) not in status
        }
        return {
            clause: status.get(self.identifier(clause))
            or (f"finding: {findings[clause]}" if clause in findings else ABSENT)
            for clause in clauses
        }
