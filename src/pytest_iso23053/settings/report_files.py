"""Reading saved reports: for the commands that judge, merge or show them, and for a run that has a baseline."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.settings.report_shape import check_shape

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.assurance.saved import Saved
    from pytest_iso23053.catalogue.model import Catalogue

_SHOWN = 5
_MOST_DIGITS = 18
_MOST_BYTES = 128 * 2**20  # a report of 100,000 tests takes 40


def read_report(path: Path) -> Report:
    """Read a report as it stands, without judging it.

    Raises
    ------
    ReportError
        Where it is no report, truncated, hostile, or of a later version.
    """
    from pytest_iso23053.assurance.report import FORMAT, FORMAT_VERSION
    from pytest_iso23053.assurance.report_json import from_json

    data = _json(path)
    if isinstance(data, dict) and data.get("format_version") == FORMAT_VERSION and data.get("format") == FORMAT:
        check_shape(data)  # one of a later version is told as such below, and not for its shape
    return from_json(data)


def read_saved(path: Path, catalogue: Catalogue | str | None = None) -> Saved:
    """Read a report so that it can be judged again; one whose verdicts do not follow from its tests is refused.

    ``catalogue`` is the one it was made with, or where that lies; a shipped one is known by its id.
    """
    from pytest_iso23053.assurance.saved import contradictions, saved

    report = read_report(path)
    try:
        known = catalogue_of(report, catalogue) if catalogue is None or isinstance(catalogue, str) else catalogue
        found = saved(report, known)
        wrong = contradictions(found)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ReportError(f"the report is damaged: {type(error).__name__}: {error}") from None
    if wrong:
        more = f"\n  … and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise ReportError(
            "the verdicts do not follow from the tests that the report holds; it was changed after it was "
            "written, or written by another version of this plugin:\n  " + "\n  ".join(wrong[:_SHOWN]) + more
        )
    return found


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


def _bytes(path: Path) -> bytes:
    """Read a file that may be a report, and of a larger one nothing: as JSON it would take ten times the room."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        content = b"" if size > _MOST_BYTES else file.read(_MOST_BYTES + 1)  # a pipe has no size
    if max(size, len(content)) > _MOST_BYTES:
        raise ReportError(f"is larger than any report ({_MOST_BYTES // 2**20} MiB): damaged, or no report")
    return content


def _json(path: Path) -> Any:
    try:
        text = _bytes(path).decode("utf-8")
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


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON: damaged")
