"""Secrets whose values are known, because an environment variable or a setting holds them."""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from pytest_iso23053.assurance.secret_patterns import LEAST, holds_secret, may_be_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FEWEST = 4  # characters of a secret that was cut in two
_HARMLESS = r"(?i)(?:true|false|none|null|enabled|disabled|default|required|optional|\d{1,11}|[./~]*)"


def secret_values(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of variables that look secret by their names, with the names."""
    return {
        value: name
        for name, value in environment.items()
        if holds_secret(name) and len(value.strip()) >= LEAST and not re.fullmatch(_HARMLESS, value.strip())
    }


class KnownSecrets:
    """Takes known values out of texts, as they are and as they are spelled in an address, in quotes or in base64.

    Parameters
    ----------
    secrets : mapping
        Value to the name that it is told by.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._told = {form: f"[redacted: {name}]" for value, name in secrets.items() for form in _forms(value)}
        longest_first = sorted(self._told, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        if self._pattern is None:
            return text
        found = self._pattern.sub(lambda match: self._told[match[0]], text)
        return self._without_halves(found) if may_be_cut(found) else found

    def _without_halves(self, text: str) -> str:
        """Take out what is left of a value where a text was cut: at its end, and on both sides of an ellipsis."""
        pieces = re.split(r"(\.\.\.|…)", text)
        for place in range(0, len(pieces), 2):
            if place > 0:
                pieces[place] = self._without_tail(pieces[place])
            pieces[place] = self._without_head(pieces[place])
        return "".join(pieces)

    def _without_head(self, piece: str) -> str:
        for form, told in self._told.items():
            for length in range(min(len(form) - 1, len(piece)), _FEWEST - 1, -1):
                if piece.endswith(form[:length]):
                    return f"{piece[: len(piece) - length]}{told}"
        return piece

    def _without_tail(self, piece: str) -> str:
        for form, told in self._told.items():
            for length in range(min(len(form) - 1, len(piece)), _FEWEST - 1, -1):
                if piece.startswith(form[len(form) - length :]):
                    return f"{told}{piece[length:]}"
        return piece


def _forms(value: str) -> Iterator[str]:
    """Spell a value as it is, in an address, in the quotes of Python and JSON, and in base64."""
    for text in (value, value.strip()):
        yield from dict.fromkeys(
            (text, quote(text, safe="", errors="surrogateescape"), repr(text)[1:-1], json.dumps(text)[1:-1])
        )
    yield from _in_base64(value.strip())


def _in_base64(text: str) -> Iterator[str]:
    """Spell what of it stands in any base64 text that holds it, alone or behind a user's name and a colon."""
    raw = text.encode("utf-8", "surrogateescape")
    for before in range(3):
        coded = b2a_base64(bytes(before) + raw, newline=False).decode("ascii")
        inner = coded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        if len(inner) >= LEAST:
            yield from dict.fromkeys((inner, inner.replace("+", "-").replace("/", "_")))
