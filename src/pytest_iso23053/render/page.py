"""A column of terminal lines: wrapping, indenting and colouring, so that the renderer says only what comes where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_iso23053.render.text import ascii_only, columns, shorten, visible, wrap
from pytest_iso23053.render.words import WORD_WIDTH

if TYPE_CHECKING:
    from pytest_iso23053.render.words import Mark

_NARROWEST = 30
_LONGEST = 800  # characters of one paragraph; a node id can have thousands
_spaces = re.compile(" +")
_gate = re.compile("iso23053[ \u00a0]+gate:", re.IGNORECASE)
_RESET = "\x1b[0m"
_STYLES = {
    "good": "\x1b[32m",
    "bad": "\x1b[1;31m",
    "open": "\x1b[33m",
    "waived": "\x1b[36m",
    "none": "\x1b[2m",
    "bold": "\x1b[1m",
    "faint": "\x1b[2m",
}


class Page:
    """Lines that fit a terminal ``width`` columns wide.

    Foreign text goes through `say` and thereby through `visible`. Styles are put on last, around text that is already
    broken into lines, so that their codes never count as columns.
    """

    def __init__(self, width: int, *, colour: bool, unicode: bool) -> None:
        # One column is left free: a line that fills the last one makes some terminals break it.
        self.width = max(width - 1, _NARROWEST)
        self.lines: list[str] = []
        self._colour = colour
        self._unicode = unicode
        self._ellipsis = "…" if unicode else "..."

    def say(self, text: object) -> str:
        """Make foreign text fit for this terminal."""
        plain = visible(text)
        # Pipelines search for the gate's line: no note and no node id may look like it.
        return _gate.sub(r"iso23053 gate :", plain if self._unicode else ascii_only(plain))

    def gate(self, mark: Mark) -> None:
        """Add the line that the contract promises, once."""
        self.blank()
        self._add("", f"iso23053 gate: {mark.word}", mark.tone)

    def blank(self) -> None:
        """Separate what follows by one empty line."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def heading(self, text: str, aside: str = "") -> None:
        """Begin a section."""
        self.blank()
        self.text(f"{text} · {aside}" if aside else text, style="bold", indent=0)

    def text(self, text: object, *, indent: int = 2, hang: int = 2, style: str = "") -> None:
        """Add a paragraph; its further lines are indented by ``hang`` more."""
        said = shorten(self.say(text), _LONGEST, ellipsis=self._ellipsis)
        first, *rest = _paragraph(said, self.width - indent, self.width - indent - hang)
        self._add(" " * indent, first, style)
        for line in rest:
            self._add(" " * (indent + hang), line, style)

    def command(self, command: str, *, indent: int = 4) -> None:
        """Add a command to be copied: on one line however long, since a broken one cannot be pasted."""
        self._add(" " * indent, shorten(self.say(command), _LONGEST, ellipsis=self._ellipsis), "")

    def nodeid(self, nodeid: str, *, indent: int = 4) -> None:
        """Add a node id on one line, its middle cut out where it is too long."""
        self._add(" " * indent, shorten(self.say(nodeid), self.width - indent, ellipsis=self._ellipsis))

    def row(self, mark: Mark, label: str, detail: str = "", *, depth: int = 0, label_width: int = 0) -> None:
        """Add a row of the matrix: glyph and word, then what they are about, then the counts beside or below it."""
        indent = 2 * depth
        glyph = mark.glyph if self._unicode else mark.ascii
        word = shorten(self.say(mark.word), WORD_WIDTH, ellipsis=self._ellipsis)
        cell = f"{glyph} {word}{' ' * (WORD_WIDTH - columns(word))} "
        room = max(self.width - indent - len(cell), 1)
        label, detail = (shorten(self.say(label), 4 * room, ellipsis=self._ellipsis), self.say(detail))
        first, *rest = wrap(label, room)
        padded = first + " " * (max(label_width, columns(first)) - columns(first))
        fitting = [beside for start in (padded, first) if columns(beside := f"{start}  {detail}") <= room]
        beside = fitting[0] if detail and fitting and not rest else ""
        self._row(indent, cell, beside or first, mark.tone, bold=depth == 0)
        for line in rest:
            self._add(" " * (indent + len(cell)), line)
        if detail and not beside:
            self.text(detail, indent=min(indent + len(cell) + 2, self.width // 3), hang=0)

    def _row(self, indent: int, cell: str, text: str, tone: str, *, bold: bool) -> None:
        if not self._colour:
            self._add(" " * indent, cell + text)
            return
        painted = f"{_STYLES[tone]}{cell}{_RESET}" + (f"{_STYLES['bold']}{text}{_RESET}" if bold else text)
        self._add(" " * indent, painted)

    def _add(self, indent: str, text: str, style: str = "") -> None:
        text = text.replace("\u00a0", " ")
        if style and self._colour:
            text = f"{_STYLES[style]}{text}{_RESET}"
        self.lines.append(f"{indent}{text}".rstrip())


def _paragraph(text: str, first_width: int, width: int) -> list[str]:
    """Wrap a text whose first line is wider than the others."""
    text = _spaces.sub(" ", text).strip(" ")
    first = wrap(text, first_width)[0]
    return [first, *wrap(text[len(first) :].removeprefix(" "), width)] if len(first) < len(text) else [first]
