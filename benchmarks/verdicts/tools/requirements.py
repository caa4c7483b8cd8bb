"""pytest-requirements: a marker that becomes a property of the test case in pytest's JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence

from .base import Execution, Tool, joined, junit_outcomes


class Requirements(Tool):
    name = "pytest-requirements"
    lists_requirements = False
    version = "0.3.0"
    packages = ("pytest-requirements==0.3.0",)
    note = (
        "Word: the JUnit outcomes of the test cases that carry the requirement. It knows no list of "
        "requirements and has no gate."
    )

    def marker(self, *clauses: int) -> str:
        return "\n".join(f"@pytest.mark.verifies_requirement({self.identifier(clause)!r})" for clause in clauses)

    def options(self) -> list[str]:
        return ["--junit-xml=junit.xml"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        outcomes = junit_outcomes(execution.folder / "junit.xml", "requirement_id")
        return {clause: joined(outcomes.get(self.identifier(clause), [])) for clause in clauses}
