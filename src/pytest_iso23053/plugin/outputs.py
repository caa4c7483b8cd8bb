"""Where reports go: files that are written whole or not at all, and the terminal when there is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.formats import FORMATS, folder_renderer_for, renderer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pytest

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.plugin.run import Run

TERMINAL = "term"
ANNOTATIONS = "github"


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
    known = renderers(config)
    written, failures = [], []
    for name, wanted in run.reports:
        target = wanted or (known[name][1] if name != TERMINAL else "")
        if not target:  # the terminal's own, and annotations
            continue
        path = config.rootpath / Path(target).expanduser()  # a shell leaves the ~ of json:~/x.json alone
        try:
            if in_folder := folder_renderer_for(name, wanted):
                path = _write_folder(path, in_folder(report))
            else:
                _write(path, renderer_for(name, wanted, known)(report))
        except OSError as error:
            failures.append(f"iso23053: the {name} report could not be written to {path}: {error}")
        else:
            written.append(f"{name} report: {_shown(path)}")
    return written, failures


def _write(path: Path, text: str) -> None:
    from pytest_iso23053.render.write import write_text

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and path.exists() and path.resolve() == Path(summary).resolve():
        # What the step has said before stands in it too.
        text = f"{path.read_text(encoding='utf-8', errors='replace')}{text}"
    write_text(path, text)


def _write_folder(path: Path, files: Mapping[str, str]) -> Path:
    """Write a page with its files, and return where the page is."""
    from pytest_iso23053.render.write import write_folder

    write_folder(path, files)
    return path / list(files)[-1]


def annotation_lines(run: Run, report: Report) -> list[str]:
    """Return GitHub's annotations as lines for standard output, where they were asked for or a runner reads it."""
    is_asked = (ANNOTATIONS, None) in run.reports
    if not is_asked and os.environ.get("GITHUB_ACTIONS") != "true":
        return []
    from pytest_iso23053.render.github import render_github

    return render_github(report).splitlines()


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def print_report(
    terminal: Any, report: Report, written: list[str], *, static: bool, annotated: Iterable[str] = ()
) -> None:
    """Print the matrix and the gate; with ``-q`` the gate's lines alone."""
    from pytest_iso23053.render.terminal import render_gate, render_static, render_terminal

    width, colour = terminal._tw.fullwidth, terminal.hasmarkup
    encoding = getattr(terminal._tw._file, "encoding", None) or "utf-8"
    unicode = _can_encode(encoding)
    for command in annotated:
        terminal.write_line(command)
    terminal.section("ISO/IEC 23053 life-cycle assurance", sep="=", blue=True)
    if static:
        lines = render_static(report, width=width, colour=colour, unicode=unicode)
    elif terminal.config.get_verbosity() < 0:
        lines = render_gate(report, width=width, colour=colour, unicode=unicode)
    else:
        lines = render_terminal(report, width=width, colour=colour, unicode=unicode)
    for line in [*lines, *written]:
        terminal.write_line(_no_command(line))


def _no_command(line: str) -> str:
    """Keep a GitHub runner from taking foreign text at the start of a line for one of its workflow commands."""
    return f"| {line}" if line.lstrip().startswith(("::", "##[")) else line


def _can_encode(encoding: str) -> bool:
    if os.environ.get("TERM") == "dumb":
        return False
    try:
        "✓✗→≥–".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
