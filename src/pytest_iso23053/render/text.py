"""Foreign text made fit to be shown: node ids, reasons and names come from outside and may hold anything.

An escape sequence in a parameter must not repaint a terminal, a bidirectional override must not turn a verdict round,
and a lone surrogate (pytest makes them of undecodable file names) must not end the run when the report is encoded. Such
characters are shown as the escapes a Python programmer would write for them, not dropped: one sees what was there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

# Controls, bidirectional and invisible formatting, surrogates, noncharacters. Zero-width joiners stay: Persian and
# emoji are spelled with them.
_UNFIT = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff9-\\ufffb\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff\\U000e0000-\\U000e007f"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
)
UNFIT = re.compile(f"[{_UNFIT}]")
_breaks = re.compile("[\\t\\n\\x0b\\x0c\\r\\x85\\u2028\\u2029]+")
_lines = re.compile("\r\n|[\\n\\x0b\\x0c\\r\\x85\\u2028\\u2029]")

# Our own typography in ASCII, for a terminal or a file that knows no other encoding.
_ASCII = str.maketrans(
    {
        "«": '"', "»": '"', "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "·": "-",
        "→": "->", "≥": ">=", "≤": "<=", "×": "x", "±": "+/-", "ε": "epsilon", "∞": "inf", "−": "-",
        "\u202f": " ", "\u2009": " ",
    }
)  # fmt: skip


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: object) -> str:
    """Return ``text`` on one line, with nothing in it that acts on the display instead of showing."""
    plain = str(text)
    if plain.isascii() and plain.isprintable():
        return plain
    return UNFIT.sub(_escape, _breaks.sub(" ", plain))


def visible_lines(text: object) -> list[str]:
    """Like `visible`, line by line."""
    return [visible(line) for line in _lines.split(str(text).strip())]


def ascii_only(text: str) -> str:
    """Spell ``text`` in ASCII, no-break spaces aside; what has no counterpart becomes an escape."""
    if text.isascii():
        return text
    pieces = text.translate(_ASCII).split("\u00a0")
    return "\u00a0".join(piece.encode("ascii", "backslashreplace").decode("ascii") for piece in pieces)


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def columns(text: str) -> int:
    """Count the terminal columns that ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _head(text: str, width: int) -> str:
    """Return the longest beginning of ``text`` that fits."""
    used = 0
    for index, character in enumerate(text):
        used += columns(character)
        if used > width:
            return text[:index]
    return text


def shorten(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Cut the middle out of ``text``; of a node id, the end says more than the beginning."""
    if columns(text) <= width:
        return text
    room = max(width - columns(ellipsis), 0)
    front = room // 3
    tail = _head(text[::-1], room - front)[::-1]
    return f"{_head(text, front)}{ellipsis}{tail}"


def abridge(text: str, limit: int) -> str:
    """Cut the middle out of an overlong ``text`` and say so: its length and a digest keep it apart from its likes."""
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{shorten(text, limit)} ({len(text)} characters, sha256 {digest}…)"


def wrap(text: str, width: int) -> list[str]:
    """Break ``text`` at spaces, and inside a word only where the word is wider than the line."""
    width = max(width, 1)
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if columns(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        current = word
        while columns(current) > width:
            piece = _head(current, width) or current[0]
            lines.append(piece)
            current = current[len(piece) :]
    return [*lines, current] if current or not lines else lines
