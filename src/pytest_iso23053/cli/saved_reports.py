"""Reading saved reports, for the commands that judge, merge or show them. What cannot be trusted is refused."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.settings import report_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.assurance.saved import Saved

DEFAULT = Path("iso23053-report.json")
REPORT = click.Path(path_type=Path, dir_okay=False)

catalogue_option = click.option(
    "--catalogue", "source", metavar="ID or PATH", help="The catalogue the report was made with, where it is your own."
)


def report_at(path: Path) -> Report:
    """Read a report as it stands, without judging it; what cannot be trusted is a usage error that names the file."""
    with _told(path):
        return report_files.read_report(path)


def checked_at(path: Path, source: str | None = None) -> Report:
    """Read a report to show it; say so where its own catalogue is not here to hold its verdicts against."""
    report = report_at(path)
    try:
        catalogue = report_files.catalogue_of(report, source)
    except ReportError as error:
        return _unchecked(report, path, str(error))
    if catalogue.sha256 != report.catalogue.get("sha256"):
        return _unchecked(report, path, "another version of its catalogue is installed")
    return saved_at(path, source).report


def _unchecked(report: Report, path: Path, why: str) -> Report:
    """Say it here and on what is rendered: who edits a report may name a catalogue that nobody has."""
    said = f"the verdicts were not held against the tests: {why}"
    click.echo(f"{path}: {said}", err=True)
    gathered = report.run.get("gathered")
    gathered = dict(gathered) if isinstance(gathered, dict) else {}
    cautions = [*(gathered.get("cautions") or ()), said]
    return replace(report, run={**report.run, "gathered": gathered | {"cautions": cautions}})


def saved_at(path: Path, source: str | None = None) -> Saved:
    """Read a report so that it can be judged again; one whose verdicts do not follow from its tests is refused."""
    with _told(path):
        return report_files.read_saved(path, source)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except ReportError as error:
        raise click.UsageError(f"{path}: {error}") from None
