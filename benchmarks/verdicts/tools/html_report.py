"""pytest-html: a report for people, with a column of requirements added by the hook that its documentation shows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from .base import Execution, Tool, UnreadableError, joined

CONFTEST = """
import pytest

def pytest_html_results_table_header(cells):
    cells.insert(2, "<th>Requirement</th>")

def pytest_html_results_table_row(report, cells):
    cells.insert(2, f"<td>{getattr(report, 'requirement', '')}</td>")

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    marks = item.iter_markers("requirement")
    outcome.get_result().requirement = " ".join(identifier for mark in marks for identifier in mark.args)
"""


class Html(Tool):
    name = "pytest-html"
    lists_requirements = False
    version = "4.2.0"
    packages = ("pytest-html==4.2.0",)
    note = (
        "Word: the results of the rows that show the requirement, in a column added as its documentation says. It is a "
        "report for people: it knows no list of requirements and has no gate."
    )
    shown_words = frozenset({"passed"})

    def marker(self, *clauses: int) -> str:
        return f"@pytest.mark.requirement({', '.join(repr(self.identifier(clause)) for clause in clauses)})"

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        (folder / "conftest.py").write_text(CONFTEST)
        (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  requirement: a requirement\n")

    def options(self) -> list[str]:
        return ["--html=report.html", "--self-contained-html"]

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        path = execution.folder / "report.html"
        if not path.exists():
            raise UnreadableError("no report")
        blob = re.search(r'data-jsonblob="([^"]*)"', path.read_text())
        rows = [row for rows in json.loads(html.unescape(blob[1]))["tests"].values() for row in rows] if blob else []
        return {
            clause: joined(
                [row["result"] for row in rows if self.identifier(clause) in "".join(row["resultsTableRow"])]
            )
            for clause in clauses
        }
