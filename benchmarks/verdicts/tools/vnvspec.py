"""vnvspec: a specification, and evidence read from JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .base import Execution, Tool, UnreadableError, joined, read_json, run

CONFTEST = """
def pytest_collection_modifyitems(items):
    for item in items:
        for mark in item.iter_markers("vnvspec"):
            item.user_properties.extend(("vnvspec", identifier) for identifier in mark.args)
"""
COLLECT = """
import json, sys
from vnvspec import Requirement, Spec
from vnvspec.collectors import EvidenceCollector

identifiers = sys.argv[1].split(",")
requirements = [
    Requirement(
        id=identifier, statement="The system shall work.", rationale="It is needed.",
        verification_method="test", acceptance_criteria=["It works."],
    )
    for identifier in identifiers
]
collector = EvidenceCollector(Spec(name="suite", requirements=requirements))
collector.from_pytest_junit("junit.xml")
report = collector.build_report()
verdicts = {}
for evidence in report.evidence:
    verdicts.setdefault(evidence.requirement_id, []).append(evidence.verdict)
json.dump({"verdicts": verdicts, "overall": report.verdict()}, open("evidence.json", "w"))
sys.exit(0 if report.verdict() == "pass" else 1)
"""


class Vnvspec(Tool):
    name = "vnvspec"
    version = "0.3.2"
    packages = ("vnvspec==0.3.2",)
    note = (
        "Word: the verdicts of the evidence that its collector reads from JUnit XML. The property that it looks for is "
        "written by a conftest.py of ours, at collection, because its wheel has no pytest plugin; «no evidence» is "
        "what its dashboard says of a requirement without any. Gate: the report's own verdict."
    )

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.vnvspec({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        (folder / "conftest.py").write_text(CONFTEST)
        (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  vnvspec: a requirement\n")
        (folder / "collect.py").write_text(COLLECT)
        (folder / "identifiers").write_text(",".join(self.identifier(clause) for clause in clauses))

    def options(self) -> list[str]:
        return ["--junit-xml=junit.xml"]

    def afterwards(self, folder: Path, bin_folder: Path, strict: bool) -> int | None:
        if not (folder / "junit.xml").exists():
            return None
        collected = run([bin_folder / "python", "collect.py", (folder / "identifiers").read_text()], folder)
        if not (folder / "evidence.json").exists():
            raise UnreadableError(collected.stderr.strip()[-80:])
        (folder / "collect.txt").write_text(collected.stderr)
        return collected.returncode

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        verdicts = read_json(execution.folder / "evidence.json")["verdicts"]
        warned = (execution.folder / "collect.txt").read_text()
        return {
            clause: "warning, dropped"
            if f"unknown requirement '{self.identifier(clause)}'" in warned
            else joined(verdicts.get(self.identifier(clause), ["no evidence"]))
            for clause in clauses
        }
