"""What the first line of a text file says about its columns: the separator, the target, groups. No row is read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST_LINE = 1 << 16
_SEPARATORS = ",;\t|"
_TARGETS = (
    "target", "label", "labels", "class", "y", "outcome", "default", "churn", "exited", "fraud", "is_fraud", "survived",
    "approved", "income", "diagnosis", "response", "credit_risk", "risk", "price", "saleprice", "median_house_value",
)  # fmt: skip
_GROUP_WORDS = {
    "sex", "gender", "race", "ethnicity", "ethnic", "nationality", "religion", "disability", "foreign", "marital",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """The columns of a text file, and how they are written."""

    columns: tuple[str, ...]
    separator: str = ","
    encoding: str = "utf-8"
    usual_separator: bool = True  # the one that the suffix of the file stands for

    @property
    def target(self) -> str | None:
        """The column that is called like a target."""
        named = {_folded(column): column for column in self.columns}
        return next((named[name] for name in _TARGETS if name in named), None)

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns whose names speak of groups of people."""
        return tuple(column for column in self.columns if _GROUP_WORDS & set(_folded(column).split("_")))


def header_of(path: Path) -> Header | None:
    """Read the first line of a csv or tsv file; None for other files, and where it does not look like names."""
    if path.suffix.lower() not in {".csv", ".tsv"}:
        return None
    try:
        with path.open("rb") as file:
            raw = file.readline(_LONGEST_LINE)
    except OSError:
        return None
    encoding = "utf-8"
    try:
        line = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding, line = "latin-1", raw.decode("latin-1")
    separator = max(_SEPARATORS, key=line.count)
    columns = tuple(column.strip() for column in next(csv.reader([line], delimiter=separator), []))
    usual = separator == ("\t" if path.suffix.lower() == ".tsv" else ",")
    return Header(columns, separator, encoding, usual) if _are_names(columns) else None


def _are_names(columns: tuple[str, ...]) -> bool:
    """A line with a number in it, or the same text twice, is a row and no header."""
    named = [column for column in columns if column]
    return len(named) >= 2 and len(set(named)) == len(named) and not any(map(_is_number, named))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _folded(column: str) -> str:
    return column.strip().casefold().replace(" ", "_").replace("-", "_")
