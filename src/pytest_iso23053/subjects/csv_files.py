"""Separated text, with the mistakes that pandas makes good silently said aloud."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import brief, did_you_mean, listing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What says how the file is written, as opposed to what to make of its content; the header is read with these too.
_LAYOUT = {
    "comment", "compression", "delimiter", "encoding", "encoding_errors", "escapechar", "lineterminator", "quotechar",
    "quoting", "sep", "skip_blank_lines", "skipinitialspace", "skiprows",
}  # fmt: skip
_CONTENT = {
    "date_format", "dayfirst", "decimal", "dtype", "engine", "false_values", "header", "index_col", "keep_default_na",
    "na_filter", "na_values", "names", "nrows", "on_bad_lines", "parse_dates", "skipfooter", "thousands",
    "true_values", "usecols",
}  # fmt: skip
OPTIONS = _LAYOUT | _CONTENT
_SEPARATORS = {";": '";"', "\t": '"\\t"', "|": '"|"', ",": '","', " ": '"\\\\s+"'}


def read_separated(path: Path, options: Mapping[str, Any], where: str) -> pd.DataFrame:
    """A csv or tsv file as a frame; ``options`` are those of :func:`pandas.read_csv`.

    Raises
    ------
    SubjectError
        The file is empty, cannot be decoded or split into columns, repeats a column name, or an option is unknown.
    """
    chosen = _with_defaults(path, options, where)
    try:
        _refuse_repeated_names(path, chosen, where)
        frame: pd.DataFrame = pd.read_csv(path, **chosen)
    except pd.errors.EmptyDataError:
        raise SubjectError(f"{where}: {path.name} is empty") from None
    except UnicodeDecodeError as error:
        raise SubjectError(
            f'{where}: {path.name} is not {error.encoding}: byte {error.start}; say read = {{ encoding = "latin-1" }}, '
            "or what it is"
        ) from error
    except (pd.errors.ParserError, ValueError, TypeError, LookupError) as error:
        raise SubjectError(f"{where}: {path.name} cannot be read: {brief(error)}{_hint(path, chosen)}") from error
    if frame.shape[1] == 1 and (hint := _hint(path, chosen)):
        raise SubjectError(f"{where}: {path.name} was read as a single column{hint}")
    return frame


def _with_defaults(path: Path, options: Mapping[str, Any], where: str) -> dict[str, Any]:
    strange = [name for name in options if name not in OPTIONS]
    if strange:
        raise SubjectError(
            f"{where}: read = {{ {strange[0]} = … }} is no option{did_you_mean(strange[0], OPTIONS)}; there are "
            f"{listing(sorted(OPTIONS), limit=40, quote=False)}"
        )
    chosen = dict(options)
    if chosen.get("header") is False:  # TOML has no word for None
        chosen["header"] = None
    if not {"sep", "delimiter"} & chosen.keys() and re.search(r"\.(tsv|tab)(\.\w+)?\Z", path.name, re.IGNORECASE):
        chosen["sep"] = "\t"
    separator = str(chosen.get("sep", chosen.get("delimiter", ",")))
    if len(separator) > 1 and separator != r"\s+":
        chosen.setdefault("engine", "python")
    elif chosen.get("engine") != "python" and "skipfooter" not in chosen:
        chosen["low_memory"] = False  # types are inferred from whole columns, whatever the size of the file
    return chosen


def _refuse_repeated_names(path: Path, chosen: Mapping[str, Any], where: str) -> None:
    """Pandas would make «age», «age.1» of two columns «age», and a test would speak about whichever came first."""
    header = chosen.get("header", 0)
    if "names" in chosen or not isinstance(header, int):
        return
    layout = {name: value for name, value in chosen.items() if name in _LAYOUT}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.ParserWarning)
            first = pd.read_csv(path, **layout, header=None, nrows=header + 1, dtype=str, keep_default_na=False)
    except pd.errors.ParserError:
        return  # rows of different width: the file itself is read next, and says so
    names = [name for name in first.iloc[-1].tolist() if isinstance(name, str) and name]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise SubjectError(f"{where}: {path.name} has columns of the same name: {listing(twice)}; rename one of each")


def _hint(path: Path, chosen: Mapping[str, Any]) -> str:
    """What separates the columns, if the first lines agree on it."""
    try:
        with path.open(encoding=str(chosen.get("encoding", "utf-8")), errors="replace") as file:
            lines = [line.strip() for line in (file.readline(100_000), file.readline(100_000)) if line.strip()]
    except (OSError, LookupError):
        return ""
    used = chosen.get("sep", chosen.get("delimiter", ","))
    for separator, spelled in _SEPARATORS.items():
        counts = [len(re.findall(r" +", line)) if separator == " " else line.count(separator) for line in lines]
        if counts and separator != used and counts[0] > 0 and len(set(counts)) == 1:
            return f"; its lines hold {separator!r} {counts[0]} times each: read = {{ sep = {spelled} }}"
    return ""
