"""Where a finding stands in the repository, for formats that show it beside the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import Report

READY_MADE = "iso23053/"  # node ids of the ready-made suite begin with it: its files are not the user's
DEFAULT_CONFIGURATION = "pyproject.toml"


class Place(NamedTuple):
    """A file by its path from the repository's root, with slashes, and a line in it, from 1."""

    file: str
    line: int = 1


class Places:
    """Finds places in one report: a test's own file and line where they are known, else the configuration file."""

    def __init__(self, report: Report) -> None:
        self._lines = {test.nodeid: test.line for test in report.tests if test.line}
        self._root = _relative(_mapping(report.run.get("git")).get("prefix"))
        self.configuration = Place(self._in_repository(report.run.get("config")) or DEFAULT_CONFIGURATION)

    def of(self, nodeid: str | None) -> Place:
        """Return where a test stands; of what no single test shows, and of ready-made tests, the configuration."""
        file = nodeid.partition("::")[0] if nodeid else ""
        if not file or nodeid is None or nodeid.startswith(READY_MADE):
            return self.configuration
        found = self._in_repository(file)
        return Place(found, self._lines.get(nodeid) or 1) if found else self.configuration

    def _in_repository(self, file: object) -> str:
        path = _relative(file)
        return f"{self._root}/{path}" if self._root and path else path


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _relative(path: object) -> str:
    """Spell a relative path with slashes; an absolute one, or one that leaves the repository, is no place in it."""
    parts = [part for part in str(path or "").replace("\\", "/").split("/") if part not in ("", ".")]
    leaves = str(path or "").startswith("/") or ".." in parts or (parts and parts[0].endswith(":"))
    return "" if leaves else "/".join(parts)
