"""The command ``pytest-iso23053``. It knows nothing of pytest; each command is a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

COMMANDS = (
    "catalogue",
    "demo",
    "diff",
    "explain",
    "gate",
    "init",
    "measures",
    "merge",
    "render",
    "scan",
    "scope",
    "threats",
)


def main() -> None:
    """Run the command line: the entry point of the package."""
    from pytest_iso23053.cli.group import group

    group(prog_name="pytest-iso23053")


def commands() -> dict[str, click.Command]:
    """Every command by its name; this loads them all."""
    from pytest_iso23053.cli.group import load_command

    return {name: load_command(name) for name in COMMANDS}
