"""Spelling: what counts as the same name, how a name is quoted in a message, and what was probably meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAPS = re.compile(r"[\s_&]+")
_LONGEST_QUOTE = 60


def normalise(text: str) -> str:
    """Reduce a spelling to what names are compared by: ``Data Collection`` and ``data_collection`` are the same."""
    return _GAPS.sub("-", text.strip()).casefold()


def quote(text: str) -> str:
    """Quote text of any origin for a one-line message: bounded, and without control characters."""
    return f'"{_one_line(text)}"'


def quote_object(value: object) -> str:
    """Show an object of any kind, whose ``repr`` may be endless or raise."""
    try:
        shown = repr(value)
    except Exception:  # the repr is somebody else's code
        shown = f"<{type(value).__name__}>"
    return _one_line(shown)


def _one_line(text: str) -> str:
    shown = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in shown)


def alternatives(words: Sequence[str]) -> str:
    """Join words as a sentence offers them: ``a, b or c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def close_names(text: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that are spelled most like the text, best first."""
    import difflib  # noqa: PLC0415 - only a mistake pays for it

    return difflib.get_close_matches(normalise(text)[:_LONGEST_QUOTE], list(dict.fromkeys(candidates)), n=3)


def did_you_mean(suggestions: Sequence[str]) -> str:
    """Phrase suggestions as the end of a sentence; with nothing to suggest, the sentence just ends."""
    return f"; did you mean {alternatives([quote(name) for name in suggestions])}?" if suggestions else "."
