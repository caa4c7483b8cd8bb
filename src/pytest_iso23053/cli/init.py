"""``pytest-iso23053 init``: look at a repository and draft its configuration. Nothing is loaded, run or overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_iso23053.settings.files import OWN_FILE, PYPROJECT, find_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.cli.draft import Rule, StartingPoint
    from pytest_iso23053.cli.repository import Repository


@click.command("init")
@click.argument(
    "folder",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[DIR]",
)
@click.option(
    "--stdout",
    "to_stdout",
    is_flag=True,
    help="Print the configuration and write nothing.",
)
@click.option(
    "--requirements",
    is_flag=True,
    help="Write requirements to start from, marked «starting point, unsigned», for what can be measured.",
)
def command(folder: Path, *, to_stdout: bool, requirements: bool) -> None:
    """Look at the repository in DIR (default: here) and write its configuration, iso23053.toml.

    Models, data sets and tests are found by the names of files, columns and tests. Every guess is marked as a proposal.
    """
    root = folder.resolve()
    existing = find_configuration(root)
    if existing is not None and not to_stdout:
        raise click.ClickException(
            f"{existing.name} holds a configuration already, and nothing was written. "
            "To see what would be proposed: pytest-iso23053 init --stdout"
        )
    from pytest_iso23053.cli.clause_guesses import proposals
    from pytest_iso23053.cli.draft import draft
    from pytest_iso23053.cli.repository import look_at

    repository = look_at(root)
    rules = list(proposals(root, repository.tests))
    text = draft(repository, rules, _starting_points(repository) if requirements else None)
    if to_stdout:
        click.echo(text, nl=False)
        return
    _write(root / OWN_FILE, text)
    for line in (
        *_found(repository, rules),
        "",
        f"Wrote {folder / OWN_FILE}.",
        *_to_settle(root),
        *_what_next(),
    ):
        click.echo(line)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:  # never over a file that appeared meanwhile
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error.strerror or error}") from error


def _starting_points(repository: Repository) -> list[StartingPoint]:
    """Take the starting points of the registry, with what each needs beyond what the repository has."""
    from pytest_iso23053.cli.draft import has_target
    from pytest_iso23053.measures import registry

    there = {*repository.datasets, *(["model", "probabilities"] if repository.models else [])}
    if has_target(repository):
        there.add("labels")
    return [
        (measure.name, measure.starting_point, f"{measure.clause}/{measure.aspect}", sorted({*measure.needs} - there))
        for measure in registry.all_measures()
        if measure.starting_point and measure.aspect
    ]


def _found(repository: Repository, rules: list[Rule]) -> Iterator[str]:
    limit = "" if repository.complete else ", and there are more"
    files = _count(repository.files, "file")
    yield f"Looked at {files} in {repository.root}{limit} (virtual environments and caches aside)."
    yield f"  models  {', '.join(repository.models) or 'none'}"
    data = [f"{_one(source)} ({role})" for role, source in repository.datasets.items()]
    yield f"  data    {', '.join(data) or 'none whose name says what it is for'}"
    proposed = sum(tests for _, _, tests in rules)
    yield f"  tests   {_count(len(repository.tests), 'file')}; clauses are proposed for {_count(proposed, 'test')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _one(source: str | tuple[str, str]) -> str:
    return source if isinstance(source, str) else " with ".join(source)


def _to_settle(root: Path) -> Iterator[str]:
    """Say what the draft gets wrong by itself, so that nobody meets it first as a usage error."""
    from pytest_iso23053.settings.load import SettingsError, load_settings

    try:
        load_settings(root)
    except SettingsError as error:
        yield "It needs your hand before it can be used:"
        for mistake in error.mistakes:
            yield f"  {mistake}"


def _what_next() -> Iterator[str]:
    yield ""
    yield "Next:"
    yield f"  1. Read {OWN_FILE}: what is marked «proposal» is a guess. You may move its tables to {PYPROJECT}."
    yield "  2. pytest --iso23053 --collect-only    shows what would be covered"
    yield "  3. pytest --iso23053                   measures, and shows what is demonstrated and what is not"
