"""Reading saved reports, for the commands that judge, merge or show them. What cannot be trusted is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_iso23053.assurance.errors import ReportError

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.assurance.saved import Saved
    from pytest_iso23053.catalogue.model import Catalogue

DEFAULT = Path("iso23053-report.json")
REPORT = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 5

catalogue_option = click.option(
    "--catalogue", "source", metavar="ID or PATH", help="The catalogue the report was made with, where it is your own."
)


def report_at(path: Path) -> Report:
    """Read a report as it stands, without judging it.

    Raises
    ------
    click.UsageError
        Where it is no report, truncated, hostile, or of a later version; the message names the file and the way out.
    """
    from pytest_iso23053.assurance.report_json import from_json

    try:
        return from_json(_json(path))
    except ReportError as error:
        raise click.UsageError(f"{path}: {error}") from None


def saved_at(path: Path, source: str | None = None) -> Saved:
    """Read a report so that it can be judged again; one whose verdicts do not follow from its tests is refused."""
    from pytest_iso23053.assurance.saved import contradictions, saved

    report = report_at(path)
    try:
        found = saved(report, catalogue_of(report, source))
        wrong = contradictions(found)
    except ReportError as error:
        raise click.UsageError(f"{path}: {error}") from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise click.UsageError(f"{path}: the report is damaged: {type(error).__name__}: {error}") from None
    if wrong:
        more = f"\n  … and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise click.UsageError(
            f"{path}: the verdicts do not follow from the tests that the report holds; it was changed after it was "
            "written, or written by another version of this plugin:\n  " + "\n  ".join(wrong[:_SHOWN]) + more
        )
    return found


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def catalogue_of(report: Report, source: str | None) -> Catalogue:
    """Load the catalogue that a report was made with: a shipped one, or the one at ``source``."""
    from pytest_iso23053.catalogue.load import CatalogueError, load_catalogue, shipped_catalogues

    name = str(report.catalogue.get("id"))
    if source is None and name not in shipped_catalogues():
        raise ReportError(
            f"it was made with the catalogue {name}, which is not shipped: name its file with --catalogue"
        )
    try:
        return load_catalogue(source or name, rootdir=Path.cwd())
    except CatalogueError as error:
        raise ReportError(str(error)) from None


def _json(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except OSError as error:
        hint = "; pytest --iso23053 --iso23053-report json writes one" if isinstance(error, FileNotFoundError) else ""
        raise ReportError(f"cannot be read: {error.strerror or error}{hint}") from None
    except UnicodeDecodeError as error:
        raise ReportError(f"is not UTF-8 (byte {error.start}): no report of this plugin") from None
    except json.JSONDecodeError as error:
        raise ReportError(
            f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg}): truncated or damaged"
        ) from None
    except RecursionError:
        raise ReportError("is nested too deep for a report of this plugin") from None
    except ValueError as error:
        raise ReportError(str(error)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: two readers would take two different values for it."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object: damaged, or made to be read in two ways")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON: damaged")
