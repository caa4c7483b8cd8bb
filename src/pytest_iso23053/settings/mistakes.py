"""Mistakes in a configuration: collected while it is read, and raised together."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KeyPath = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN_LENGTH = 60


@dataclass(frozen=True)
class Mistake:
    """One mistake: the key it is about (empty: the file), what is wrong with the way out, and its line if known."""

    key: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else ""
        return ": ".join(part for part in (place, self.key, self.message) if part)


class SettingsError(ValueError):
    """A configuration that cannot be used; its text is the whole message, with every mistake found."""

    def __init__(
        self, mistakes: Iterable[Mistake], path: Path | str | None = None, *, what: str = "the configuration"
    ) -> None:
        self.mistakes = tuple(sorted(set(mistakes), key=lambda mistake: (mistake.line or 0, mistake.key)))
        self.path = path
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        heading = f"{path or 'iso23053 configuration'}: {count} in {what}"
        super().__init__("\n".join([heading, *(f"  {mistake}" for mistake in self.mistakes)]))


class Findings:
    """Where the readers of the single tables leave what they find wrong, so that all of it can be said at once."""

    def __init__(self) -> None:
        self.found: list[tuple[KeyPath, str]] = []

    def add(self, path: KeyPath, message: str) -> None:
        """Keep one mistake; its text is a single line."""
        self.found.append((path, " ".join(message.split())))


def key_text(path: KeyPath) -> str:
    """Spell a key path as TOML does; positions in an array count from 0."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += "." * bool(text) + (part if _BARE_KEY.fullmatch(part) else _json(part))
    return text


def toml_text(value: Any) -> str:
    """Write a value of text, numbers, truth values, lists and tables as TOML."""
    if isinstance(value, dict):
        pairs = [f"{key_text((str(key),))} = {toml_text(inner)}" for key, inner in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_text(inner) for inner in value) + "]"
    if isinstance(value, bool | str):
        return _json(value)
    return str(value)


def shown(value: Any) -> str:
    """Write a value as TOML, shortened where it is long, for a message of one line."""
    text = toml_text(value)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return «; did you mean "…"?» for the nearest of the known words, or nothing."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f'; did you mean "{folded[near[0]]}"?' if near else ""


def _json(value: bool | str) -> str:
    """JSON's text and truth values are TOML's too, but for one character that TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
