"""``pytest-iso23053 threats``: which threats this system faces, by what its configuration says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_iso23053.catalogue.resolver import UnknownReference
from pytest_iso23053.settings.mistakes import SettingsError

if TYPE_CHECKING:
    from pytest_iso23053.cli.project import Project

_YOU_SAID = "you said so"


@click.command("threats")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[DIR]")
@click.option("--served/--not-served", default=None, help="The model answers others through an interface.")
@click.option("--retrained/--not-retrained", default=None, help="What comes in during operation is learnt from.")
@click.option("--text/--no-text", default=None, help="It reads text that others write.")
@click.option(
    "--third-party/--own", "third_party", default=None, help="The model, or a part of it, was trained elsewhere."
)
@click.option("--personal/--not-personal", default=None, help="The data are about people.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another configuration file.")
def command(folder: Path, config: Path | None, **said: bool | None) -> None:
    """Propose the table [tool.iso23053.threats] for the project in DIR (default: here), each entry with its reason.

    The reasons come from the configuration alone; what it does not tell can be said by an option. Nothing is written.
    """
    from pytest_iso23053.cli.project import look_up
    from pytest_iso23053.cli.threat_proposals import not_seen, proposal_lines, proposed
    from pytest_iso23053.cli.threat_signs import signs

    root = folder.resolve()
    try:
        project = look_up(root, config)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    found = signs(project.table, root)
    for name, answer in said.items():
        key = name.replace("_", "-")
        if answer:
            found.setdefault(key, _YOU_SAID)
        elif answer is not None:
            found.pop(key, None)
    listed = _listed(project)
    unsaid = [key for key in not_seen(found) if said[key.replace("-", "_")] is None]
    if proposed(found, listed):
        for line in proposal_lines(found, listed, project.resolver, project.heading("threats")):
            click.echo(line)
    else:
        nothing = "nothing in the configuration points to a threat" if not listed else "nothing beyond what is in scope"
        click.echo(f"# {nothing}.")
    if listed:
        click.echo(f"# In scope already: {', '.join(sorted(listed))}. Add the lines above to that table.")
    if unsaid:
        click.echo(f"# The configuration does not tell: {', '.join(f'--{key}' for key in unsaid)}?")


def _listed(project: Project) -> set[str]:
    """Return the threats that are in scope already."""
    try:
        return {project.resolver.threat(text) for text in project.table.get("threats", {})}
    except UnknownReference as error:
        raise click.ClickException(f"{project.path}: threats: {error}") from error
