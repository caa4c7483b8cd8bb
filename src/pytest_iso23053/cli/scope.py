"""``pytest-iso23053 scope``: the questions before an engagement, and the file in which they are answered."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_iso23053.settings.mistakes import SettingsError


@click.command("scope")
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[DIR]")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file of claims. [default: the configured one, else assurance-claims.toml]",
)
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the questions and write nothing.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Another configuration file.")
def command(folder: Path, output: Path | None, *, to_stdout: bool, config: Path | None) -> None:
    """Ask what is in place, phase by phase, and write the file in which it is answered.

    The questions are about the project in DIR (default: here). Answers that stand in the file are never touched: only
    new questions are added. `pytest --iso23053` holds the answers against its evidence.
    """
    from pytest_iso23053.cli.claims_file import question_lines, write_claims
    from pytest_iso23053.cli.project import look_up
    from pytest_iso23053.settings.claims import CLAIMS_FILE, read_claims

    try:
        project = look_up(folder.resolve(), config)
        path = output or folder / project.table.get("claims", CLAIMS_FILE)
        # A file with a mistake in it ends this before anything is written.
        claims = read_claims(path, project.resolver) if path.exists() else ()
        for line in question_lines(project.resolver, {claim.id: claim.answer for claim in claims}):
            click.echo(line)
        if to_stdout:
            return
        had, added = write_claims(path, project.resolver)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    click.echo("")
    if not added:
        click.echo(f"{path} holds every question already; nothing was changed.")
    else:
        kept = f"; what stood there ({had}) was left as it is" if had else ""
        click.echo(f"Wrote {path}: {added} questions to be answered{kept}.")
    click.echo("Then: pytest --iso23053    holds the answers against the evidence")
