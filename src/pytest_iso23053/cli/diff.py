"""``pytest-iso23053 diff``: what became worse, or was made easier, between two saved reports."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.cli import saved_reports

if TYPE_CHECKING:
    from pathlib import Path


@click.command("diff")
@click.argument("earlier", type=saved_reports.REPORT)
@click.argument("now", default=saved_reports.DEFAULT, type=saved_reports.REPORT)
@saved_reports.catalogue_option
def command(earlier: Path, now: Path, source: str | None) -> None:
    """Hold a saved report against an earlier one.

    Told are coverage that is lost, measures that are worse beyond their intervals, limits that were loosened, waivers
    that are new or longer, a smaller scope and a laxer gate: each of them ends with 1. Tests that are gone and other
    subjects are told alone. In a run --iso23053-baseline does the same, and fails the gate.
    """
    from pytest_iso23053.assurance.comparison import compare

    before, after = (saved_reports.saved_at(path, source).report for path in (earlier, now))
    try:
        changes = compare(before, after)
    except ReportError as error:
        raise click.UsageError(str(error)) from None
    for kind, found in groupby(changes, key=lambda change: change.kind):
        click.echo(f"{kind}:")
        for change in found:
            click.echo(f"  {'✗' if change.fails else '·'} {change.sentence}")
    if not changes:
        click.echo("nothing is worse, and nothing was made easier")
    click.get_current_context().exit(int(any(change.fails for change in changes)))
