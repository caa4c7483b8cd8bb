"""What the commands that judge saved reports share: the gate's options, its lines, and the exit status."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pytest_iso23053.assurance.policy import GateRule
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.catalogue.model import Catalogue

F = TypeVar("F", bound="Callable[..., Any]")


def gate_options(function: F) -> F:
    """Give a command the options by which a gate is asked for."""
    for option in (
        click.option(
            "--fail-under", type=click.FloatRange(0, 100), metavar="PCT",
            help="Least percentage of the required aspects in scope that are demonstrated.",
        ),
        click.option(
            "--gate", "gates", multiple=True, metavar="EXPR[:LEVEL]",
            help="Instead of what the run was asked: 7.4, 7.4/robustness:partial, 7.2-7.4, 7.2>7.3, off. Repeatable.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def gate_rules(gates: Sequence[str], catalogue: Catalogue) -> tuple[GateRule, ...] | None:
    """Return the rules that were asked for; () where the gate is switched off, None where nothing was asked."""
    from pytest_iso23053.catalogue.resolver import Resolver
    from pytest_iso23053.settings.command_line import parse_gate

    resolver = Resolver(catalogue)
    try:
        rules = [rule for text in gates for rule in parse_gate(text, resolver) or ()]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--gate") from None
    return tuple(rules) if gates else None


def finish(report: Report, lines: Iterable[str] = ()) -> None:
    """Print the gate, then what else there is to say, and end with the status of the report."""
    from pytest_iso23053.render.terminal import render_gate

    for line in [*render_gate(report, width=_width(), colour=False, unicode=can_encode()), *lines]:
        click.echo(line)
    status = int(report.run["exit_status"])
    # A run may leave its configured gate unjudged. Who asks for a judgement and gets none has not got a yes.
    click.get_current_context().exit(_INCOMPLETE if report.gate.status == "not-judged" and status in (0, 5) else status)


def of_which_run(report: Report) -> Iterator[str]:
    """Say which run it was, and which of its waivers have ended since: they were judged by the run's own day."""
    run = report.run
    gathered = run.get("gathered")
    day = str(gathered.get("day")) if isinstance(gathered, dict) else ""
    commit = str((run.get("git") or {}).get("commit") or "")[:12]
    told = [f"the run of {run.get('started') or day}", *([f"commit {commit}"] if commit else [])]
    yield ", ".join(told)
    today = date.today().isoformat()
    for waiver in report.waivers:
        expires = str(waiver.get("expires"))
        if day <= expires < today:
            about = f"{waiver.get('id')} ({waiver.get('clause')}, owner {waiver.get('owner')})"
            yield f"! waiver {about} has ended on {expires}, after the day of the run: with --today it covers nothing"


_INCOMPLETE = 23


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from pytest_iso23053.render.write import write_text

    try:
        write_text(path, text)
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror or error}") from None


def write_folder(path: Path, files: Mapping[str, str]) -> None:
    """Write a page and the files it asks for."""
    from pytest_iso23053.render.write import write_folder

    try:
        write_folder(path, files)
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror or error}") from None


def _width() -> int:
    return max(40, min(shutil.get_terminal_size().columns, 120))


def can_encode() -> bool:
    """Tell whether the terminal shows our marks."""
    try:
        "✓✗→≥–".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
