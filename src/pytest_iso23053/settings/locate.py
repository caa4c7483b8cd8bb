"""Where in a TOML file a key stands: tomllib keeps no lines, and a mistake without its line is hard to find."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_iso23053.settings.mistakes import KeyPath

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # up to two quotes may stand before the closing three
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def locate(text: str) -> dict[KeyPath, int]:
    """Map each key path of a valid TOML document, and each of its prefixes, to the line where it is first written.

    The paths found are held against what tomllib reads: where they differ the result is empty, because no line is
    better than a wrong one.
    """
    import tomllib

    try:
        document = tomllib.loads(text)
        lines = _Scanner(text.replace("\r\n", "\n")).scan()
    except (ValueError, IndexError, RecursionError):
        return {}
    return lines if lines.keys() == set(_paths(document)) else {}


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of a key, or of the innermost table around it that is written in the file."""
    return next(
        (lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines),
        None,
    )


def _paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


def _unquoted(raw: str) -> str:
    import tomllib

    return str(tomllib.loads(f"key = {raw}")["key"])


class _Scanner:
    """One pass over a document that is known to be valid, so it need not look for mistakes of syntax."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.last_index: dict[KeyPath, int] = {}  # of each array of tables
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_blank()
        return self.lines

    def header(self) -> KeyPath:
        start, double = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        path = self.enter((), self.key())
        if double:
            # ``enter`` steps into the newest table of an array, and this header opens the next one
            array = path[:-1] if isinstance(path[-1], int) else path
            self.last_index[array] = self.last_index.get(array, -1) + 1
            path = (*array, self.last_index[array])
        self.mark(path, start)
        self.at += 2 if double else 1
        return path

    def pair(self, table: KeyPath) -> None:
        start = self.at
        path = self.enter(table, self.key())
        self.mark(path, start)
        self.at += 1  # the equals sign
        self.skip_blank()
        self.value(path)

    def value(self, path: KeyPath) -> None:
        self.mark(path, self.at)
        opening = self.text[self.at]
        if opening == "[":
            self.items(path)
        elif opening == "{":
            self.pairs(path)
        else:
            self.consume(_STRING if opening in "\"'" else _BARE_VALUE)

    def items(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self.another_before("]"):
            self.value((*path, index))
            index += 1

    def pairs(self, path: KeyPath) -> None:
        self.at += 1
        while self.another_before("}"):
            self.pair(path)

    def another_before(self, closing: str) -> bool:
        """Step to the next member of an array or inline table; False past the closing bracket."""
        self.skip_blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.skip_blank()
        if self.text[self.at] != closing:
            return True
        self.at += 1
        return False

    def key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self.skip_blank()
            quoted = self.text[self.at] in "\"'"
            raw = self.consume(_STRING if quoted else _BARE_KEY)
            parts.append(_unquoted(raw) if quoted else raw)
            self.skip_blank()
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def enter(self, table: KeyPath, key: tuple[str, ...]) -> KeyPath:
        path = table
        for part in key:
            path = (*path, part)
            if path in self.last_index:
                path = (*path, self.last_index[path])
        return path

    def mark(self, path: KeyPath, offset: int) -> None:
        line = bisect_left(self.newlines, offset) + 1
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], line)

    def skip_blank(self) -> None:
        self.consume(_BLANK)

    def consume(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not the TOML that was expected at offset {self.at}")
        self.at = match.end()
        return match.group()
