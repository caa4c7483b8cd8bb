"""Which file the configuration stands in, and its table; nothing is ever written."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.locate import line_of, locate
from pytest_iso23053.settings.mistakes import KeyPath, Mistake, SettingsError, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PYPROJECT = "pyproject.toml"
OWN_FILE = "iso23053.toml"
TABLE = ("tool", "iso23053")

_OUR_NAME = re.compile(r"(pytest)?iso23053")


class ConfigurationFile:
    """A file that was read: its table, and where in the text a key of the table stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.prefix: KeyPath = ()
        self.text = _read(path)
        self.table, self.prefix = self._table(_parsed(self.text, path))

    def mistake(self, path: KeyPath, message: str) -> Mistake:
        """Name a mistake by its key in the table, with the line of the file where that can be told."""
        of_option = bool(path) and str(path[0]).startswith("--")  # no line of the file is to blame
        line = None if of_option else line_of(self._lines, (*self.prefix, *path))
        return Mistake(key_text(path), message, line)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return locate(self.text)

    def _table(self, document: Mapping[str, Any]) -> tuple[dict[str, Any], KeyPath]:
        """Return the table and its key path; in a file of our own the tables may stand at the top."""
        tool = document.get("tool")
        inside = tool.get("iso23053") if isinstance(tool, dict) else None
        own = self.path.name != PYPROJECT
        if inside is None and isinstance(tool, dict) and (misnamed := _misnamed(tool)):
            raise self._error(("tool", misnamed), "is not read; name the table [tool.iso23053]")
        if inside is None and own and "tool" not in document:
            return dict(document), ()
        if inside is None:
            raise self._error(
                (),
                "there is no table [tool.iso23053] in this file; add it, or name another file",
            )
        if not isinstance(inside, dict):
            raise self._error(TABLE, "must be a table, headed [tool.iso23053]")
        if own and (beside := [key for key in document if key != "tool"]):
            raise SettingsError(
                [
                    self.mistake(
                        (key,),
                        f"stands beside [tool.iso23053]; move it to [tool.iso23053.{key_text((key,))}]",
                    )
                    for key in beside
                ],
                self.path,
            )
        return inside, TABLE

    def _error(self, path: KeyPath, message: str) -> SettingsError:
        return SettingsError([self.mistake(path, message)], self.path)


def find_configuration(rootdir: Path) -> Path | None:
    """Return the file that holds the configuration of a project, or None.

    ``pyproject.toml`` where it has a table ``[tool.iso23053]`` (or something that looks like one and cannot be read),
    else ``iso23053.toml``. A ``pyproject.toml`` that does not mention us is not parsed.
    """
    pyproject, own = rootdir / PYPROJECT, rootdir / OWN_FILE
    if pyproject.is_file() and _speaks_of_us(pyproject):
        return pyproject
    return own if own.is_file() else None


def _speaks_of_us(pyproject: Path) -> bool:
    import tomllib

    try:
        content = pyproject.read_bytes()
        if b"23053" not in content:
            return False
        tool = tomllib.loads(content.decode("utf-8-sig")).get("tool")
    except (OSError, ValueError, RecursionError):
        return True  # reading it as the configuration says what is wrong with it
    return isinstance(tool, dict) and ("iso23053" in tool or _misnamed(tool) is not None)


def _misnamed(tool: Mapping[str, Any]) -> str | None:
    """Find ``[tool.pytest-iso23053]`` and its like, which would otherwise be a configuration that nobody reads."""
    return next(
        (key for key in tool if _OUR_NAME.fullmatch(re.sub(r"[\W_]", "", key.casefold()))),
        None,
    )


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
    except FileNotFoundError:
        message = "there is no such file; correct the path of the configuration"
    except (OSError, ValueError) as error:
        message = f"cannot be read ({getattr(error, 'strerror', None) or error}); correct the path of the configuration"
    raise SettingsError([Mistake("", message)], path)


def _parsed(text: str, path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, line, column = _place(str(error), text)
        lines = text.splitlines()
        shown = lines[line - 1].strip()[:80] if line <= len(lines) else ""
        message = f"not valid TOML at column {column}: {reason}" + (f", in «{shown}»" if shown else "")
        raise SettingsError([Mistake("", message, line)], path) from None
    except RecursionError:
        raise SettingsError([Mistake("", "is nested too deeply to be read; write it flatter")], path) from None


def _place(message: str, text: str) -> tuple[str, int, int]:
    """Take line and column from tomllib's message: as attributes they come with Python 3.14."""
    match = re.fullmatch(
        r"(?P<reason>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)",
        message,
        re.DOTALL,
    )
    if match:
        return match["reason"], int(match["line"]), int(match["column"])
    last = text.rstrip("\n").count("\n") + 1
    return (
        message.removesuffix(" (at end of document)"),
        last,
        len(text.rstrip("\n").rpartition("\n")[2]) + 1,
    )


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a file, and what it says; what cannot be read is a `SettingsError`."""
    text = _read(path)
    return text, _parsed(text, path)
