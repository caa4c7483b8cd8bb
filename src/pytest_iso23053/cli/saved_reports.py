"""Reading saved reports, for the commands that judge, merge or show them. What cannot be trusted is refused."""

from __future__ import annotations

import hashlib
import json
import math
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_iso23053.assurance.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.assurance.saved import Saved
    from pytest_iso23053.catalogue.model import Catalogue

DEFAULT = Path("iso23053-report.json")
REPORT = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 5
_DEEPEST = 40  # a report is 8 deep, and what a parameter holds is no tree
_MOST_DIGITS = 18

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
    from pytest_iso23053.assurance.report import FORMAT, FORMAT_VERSION
    from pytest_iso23053.assurance.report_json import from_json

    try:
        data = _json(path)
        if isinstance(data, dict) and data.get("format_version") == FORMAT_VERSION and data.get("format") == FORMAT:
            _check_shape(data)  # one of a later version is told as such below, and not for its shape
        return from_json(data)
    except ReportError as error:
        raise click.UsageError(f"{path}: {error}") from None


def checked_at(path: Path, source: str | None = None) -> Report:
    """Read a report to show it; say so where its own catalogue is not here to hold its verdicts against."""
    report = report_at(path)
    try:
        catalogue = catalogue_of(report, source)
    except ReportError as error:
        click.echo(f"{path}: its verdicts were not held against its tests: {error}", err=True)
        return report
    if catalogue.sha256 != report.catalogue.get("sha256"):
        other = "another version of its catalogue is installed"
        click.echo(f"{path}: its verdicts were not held against its tests: {other}", err=True)
        return report
    return saved_at(path, source).report


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
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float, parse_int=_int
        )
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


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _int(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} digits counts nothing: damaged")
    return int(text)


def _check_shape(data: dict[str, Any]) -> None:
    """Hold the report against its schema; of a large one, one test of each shape stands for those like it."""
    import jsonschema

    if _depth(data) > _DEEPEST:
        raise ReportError("is nested too deep for a report of this plugin")
    schema = json.loads(files("pytest_iso23053").joinpath("report.schema.json").read_text(encoding="utf-8"))
    tests = data.get("tests")
    if isinstance(tests, list):
        data = data | {"tests": [test for test in tests if not _is_plain(test)]}
    found = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(data), key=lambda error: list(map(str, error.path))
    )
    if found:
        shown = [f"{_place(error.absolute_path)}: {error.message[:160]}" for error in found[:_SHOWN]]
        more = [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise ReportError(
            "\n  ".join(["damaged, it does not have the shape of a report (report.schema.json):", *shown, *more])
        )


_PLAIN = {
    "clauses": list, "boundaries": list, "threats": list, "supports": bool, "attempts": int, "flaky": bool,
    "reason": str, "ready_made": bool, "unasserted": bool,
}  # fmt: skip
_REFERENCE = re.compile(r"[^/>]+([/>][^/>]+)?\Z")
_EMPTY = ("waived", "subtests_skipped", "measurements", "attachments")


def _is_plain(test: Any) -> bool:
    """Tell a passed test that left nothing else and is of the right types: nearly all are, and jsonschema is slow."""
    if not isinstance(test, dict) or test.get("outcome") != "passed" or test.get("waiver", 0) is not None:
        return False
    known = {*_PLAIN, *_EMPTY, "outcome", "waiver", "nodeid", "duration"}
    return (
        test.keys() - {"line"} == known
        and (test.get("line") is None or (type(test["line"]) is int and test["line"] >= 1))
        and all(test[key] == [] for key in _EMPTY)
        and all(type(test[key]) is kind for key, kind in _PLAIN.items())
        and not test["threats"]
        and all(type(named) is str and _REFERENCE.match(named) for named in (*test["clauses"], *test["boundaries"]))
        and isinstance(test["nodeid"], str)
        and bool(test["nodeid"])
        and type(test["duration"]) in (int, float)
        and test["duration"] >= 0
        and test["attempts"] >= 1
    )


def _depth(data: Any) -> int:
    depth, level = 0, [data]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, (dict, list))
        ]
    return depth


def _place(path: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".") or "report"


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON: damaged")
