"""The group of commands: a module is loaded when its command is asked for, so that none pays for the others."""

from __future__ import annotations

from importlib import import_module

import click

from pytest_iso23053 import __version__
from pytest_iso23053.catalogue.names import close_names, did_you_mean, quote
from pytest_iso23053.cli import COMMANDS


def load_command(name: str) -> click.Command:
    """Load the module of a command, and return the command."""
    command: click.Command = import_module(f"pytest_iso23053.cli.{name}").command
    return command


class LazyGroup(click.Group):
    """A group that knows its commands by name alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; an unknown one ends the program with what was probably meant."""
        if cmd_name in COMMANDS:
            return load_command(cmd_name)
        close = did_you_mean(close_names(cmd_name, COMMANDS))
        raise click.UsageError(f"unknown command {quote(cmd_name)}{close} Commands are {', '.join(COMMANDS)}", ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pytest-iso23053")
def group() -> None:
    """Assurance testing of machine-learning systems, traced to the life cycle of ISO/IEC 23053.

    The tests themselves run with pytest: pytest --iso23053
    """
