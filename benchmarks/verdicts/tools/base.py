"""What an adapter has to know of a tool: how a test is linked, how the tool is run, and where its words stand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

ABSENT = "absent"
NOT_WRITTEN = "no report"


class UnreadableError(Exception):
    """The tool was run and left no report to read; the message is what the table shows."""


class RefusedError(UnreadableError):
    """The tool declines to run this way, and says so: an honest answer, not a wrong one."""


@dataclass(frozen=True)
class Execution:
    """A run of pytest with the tool's plugin, and of the tool's own command where it has one."""

    folder: Path
    pytest_status: int
    output: str
    gate_status: int | None = None

    @property
    def exit_status(self) -> int:
        """What a CI job that runs both commands ends with."""
        return self.pytest_status if self.gate_status is None else max(self.pytest_status, self.gate_status)


class Tool:
    """A tool with pinned packages. Subclasses say how it is driven; each follows the tool's own documentation."""

    name: str
    version: str
    packages: Sequence[str] = ()
    without_dependencies: Sequence[str] = ()
    imports: str = ""
    note: str = ""
    lists_requirements: bool = True
    failed_words: frozenset[str] = frozenset({"failed", "failure", "fail", "error", "broken", "failing"})
    shown_words: frozenset[str] = frozenset({"passed", "pass", "verified", "covered"})

    def identifier(self, clause: int) -> str:
        return f"FS-{clause:03d}"

    def marker(self, *clauses: int) -> str:
        raise NotImplementedError

    def prepare(self, folder: Path, clauses: Sequence[int]) -> None:
        """Write the requirements, and whatever configuration the tool asks for."""

    def before(self, folder: Path, bin_folder: Path) -> None:
        """Run the tool's own command, if it needs one before pytest."""

    def options(self) -> list[str]:
        """Options of pytest that switch the tool on and its report."""
        return []

    def strict(self) -> list[str]:
        """Options that make the tool's gate as strict as it goes."""
        return []

    def afterwards(self, folder: Path, bin_folder: Path, strict: bool) -> int | None:
        """Run the tool's own command, if it has one, and return its exit status."""
        return None

    def words(self, execution: Execution, clauses: Sequence[int]) -> dict[int, str]:
        """The tool's verdict on each requirement, in its own words; ``absent`` where it has none."""
        raise NotImplementedError

    def amounts_to(self, word: str) -> str:
        """Reduce a verdict to one of ``cases.Shown``, by the tool's own vocabulary."""
        if word == ABSENT:
            return "absent"
        parts = {part.strip().lower() for part in word.split(" (", maxsplit=1)[0].split("+")}
        failed, shown = parts & self.failed_words, parts & self.shown_words
        if failed and shown:
            return "mixed"
        if failed:
            return "failed"
        return "shown" if shown else "open"


def joined(words: Sequence[str]) -> str:
    """Several tests of one requirement, which the tool lists side by side."""
    return " + ".join(sorted(set(words))) if words else ABSENT


def read_json(path: Path) -> Any:
    if not path.exists():
        raise UnreadableError(NOT_WRITTEN)
    return json.loads(path.read_text(encoding="utf-8"))


def junit_outcomes(path: Path, property_name: str) -> dict[str, list[str]]:
    """Requirement id to the outcomes of the test cases that carry it as a property."""
    if not path.exists():
        raise UnreadableError(NOT_WRITTEN)
    outcomes: dict[str, list[str]] = {}
    for case in ET.parse(path).iter("testcase"):
        outcome = next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed")
        for item in case.iter("property"):
            if item.get("name") == property_name:
                outcomes.setdefault(item.get("value", ""), []).append(outcome)
    return outcomes


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
