"""Where reports go: files that are written whole or not at all, and the terminal when there is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.plugin.run import Run

TERMINAL = "term"


def renderers(config: pytest.Config) -> dict[str, tuple[Callable[[Report], str], str]]:
    """Return every file format by name; those of other plugins come after ours and cannot replace them."""
    found: dict[str, tuple[Callable[[Report], str], str]] = {}
    more: list[Mapping[str, Any]] = config.hook.pytest_iso23053_renderers()
    for mapping in more:
        found.update(mapping)
    found.update(FORMATS)
    return found


def write_reports(run: Run, report: Report, config: pytest.Config) -> tuple[list[str], list[str]]:
    """Write each report that was asked for, and return what was written and what could not be.

    A failure to write one loses no other, and nothing that pytest has yet to say: it is no exception.
    """
    from pytest_iso23053.render.write import write_text

    known = renderers(config)
    written, failures = [], []
    for name, wanted in run.reports:
        if name == TERMINAL:
            continue
        render, default = known[name]
        path = config.rootpath / Path(wanted or default).expanduser()  # a shell leaves the ~ of json:~/x.json alone
        try:
            write_text(path, render(report))
        except OSError as error:
            failures.append(f"iso23053: the {name} report could not be written to {path}: {error}")
        else:
            written.append(f"{name} report: {_shown(path)}")
    return written, failures


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def print_report(terminal: Any, report: Report, written: list[str], *, static: bool) -> None:
    """Print the matrix and the gate; with ``-q`` the gate's lines alone."""
    from pytest_iso23053.render.terminal import render_gate, render_static, render_terminal

    width, colour = terminal._tw.fullwidth, terminal.hasmarkup
    encoding = getattr(terminal._tw._file, "encoding", None) or "utf-8"
    unicode = _can_encode(encoding)
    terminal.section("ISO/IEC 23053 life-cycle assurance", sep="=", blue=True)
    if static:
        lines = render_static(report, width=width, colour=colour, unicode=unicode)
    elif terminal.config.get_verbosity() < 0:
        lines = render_gate(report, width=width, colour=colour, unicode=unicode)
    else:
        lines = render_terminal(report, width=width, colour=colour, unicode=unicode)
    for line in [*lines, *written]:
        terminal.write_line(line)


def _can_encode(encoding: str) -> bool:
    if os.environ.get("TERM") == "dumb":
        return False
    try:
        "✓✗→≥–".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
