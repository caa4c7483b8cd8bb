"""``pytest-iso23053 catalogue``: what the clauses are, how sure that is, and where else they are met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_iso23053.catalogue.load import CatalogueError, load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.resolver import Resolver, UnknownReference
from pytest_iso23053.cli.catalogue_text import (
    crosswalk_lines,
    detail_lines,
    overview_lines,
    summary,
    title_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.catalogue.model import Catalogue
    from pytest_iso23053.catalogue.reference import Reference


@click.group("catalogue")
def command() -> None:
    """Show the clauses that tests are traced to, and check catalogues of your own."""


@command.command("list")
def list_() -> None:
    """List the catalogues that come with the package."""
    for name in shipped_catalogues():
        catalogue = load_catalogue(name)
        click.echo(title_line(catalogue) + (" (the default)" if name == shipped_catalogues()[0] else ""))
        click.echo(f"    {summary(catalogue)}")


@command.command("show")
@click.argument("catalogue", default="lifecycle", metavar="[ID or PATH]")
@click.option(
    "--clause", "expression", metavar="EXPR", help="Only these, in detail: 7.4, 7.4/robustness, 7.2-7.4, 7.2>7.3."
)
def show(catalogue: str, expression: str | None) -> None:
    """Show a catalogue: phases, clauses, aspects, and every doubt about them."""
    loaded = _load(catalogue)
    if expression is None:
        _print(overview_lines(loaded))
    else:
        _print(detail_lines(loaded, _resolve(loaded, expression)))


@command.command("crosswalk")
@click.option("--clause", "expression", metavar="EXPR", help="Only these: 7.4, 7.4/robustness, 7.2-7.4.")
def crosswalk(expression: str | None) -> None:
    """Show where the topics of the life cycle are met in other frameworks: ISO/IEC 42001, NIST AI RMF, ATLAS, OWASP."""
    lifecycle = load_catalogue("lifecycle")
    _print(crosswalk_lines(lifecycle, None if expression is None else _resolve(lifecycle, expression)))


@command.command("lint")
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH")
def lint(path: Path) -> None:
    """Check a catalogue of your own, PATH: all mistakes at once. The exit status is 1 if there is one."""
    source = str(path)
    is_bare_name = path.name == source and path.suffix != ".toml"
    catalogue = _load(f"./{source}" if is_bare_name else source)  # otherwise the name of a shipped one
    click.echo(f"{path}: no mistakes")
    click.echo(f"    {title_line(catalogue)}")
    click.echo(f"    {summary(catalogue)}")


def _load(source: str) -> Catalogue:
    try:
        return load_catalogue(source)
    except CatalogueError as error:
        count = len(error.mistakes)
        heading = "" if count == 1 else f"{count} mistakes\n"
        raise click.ClickException(heading + "\n".join(error.mistakes)) from error


def _resolve(catalogue: Catalogue, expression: str) -> tuple[Reference, ...]:
    try:
        return Resolver(catalogue).expression(expression)
    except UnknownReference as error:
        raise click.BadParameter(str(error), param_hint="--clause") from error


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
