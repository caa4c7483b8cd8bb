"""allure-pytest: a label on the test, results in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .base import Execution, Tool, UnreadableError, joined


class Allure(Tool):
    name = "allure-pytest"
    lists_requirements = False
    version = "2.16.2"
    packages = ("allure-pytest==2.16.2",)
    imports = "import allure\n"
    note = (
        "Word: the status of the results that carry the requirement as a label; of results with one history id, the "
        "last, as Allure's report takes the earlier ones for retries. It knows no list of requirements; gates belong "
        "to Allure's report."
    )

    def marker(self, *clauses: int) -> str:
        return f"@allure.label('requirement', {', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def options(self) -> list[str]:
        return ["--alluredir=results"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        results = [json.loads(path.read_text()) for path in (execution.folder / "results").glob("*-result.json")]
        if not results:
            raise UnreadableError("no report")
        last = {
            result.get("historyId", result["uuid"]): result
            for result in sorted(results, key=lambda result: result["stop"])
        }
        status: dict[str, list[str]] = {}
        for result in last.values():
            for label in result.get("labels", []):
                if label["name"] == "requirement":
                    status.setdefault(label["value"], []).append(result.get("status", "unknown"))
        return {clause: joined(status.get(self.identifier(clause), [])) for clause in clauses}
