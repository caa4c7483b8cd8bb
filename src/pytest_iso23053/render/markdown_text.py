"""Foreign text in Markdown: shown as it is, and nothing in it becomes a link, a mention, an image or markup.

What GitHub makes a link of by itself (addresses, ``@names``, ``#12``, ``$formulas$``, ``:emoji:``) cannot be escaped:
backslashes are gone before it looks. Only a code span keeps it out, so words that hold such signs are code, and the
rest is escaped.
"""

from __future__ import annotations

import re
from html import escape

from pytest_iso23053.render.text import abridge, visible

_SPAN = re.compile(r"`+")
_HOT = re.compile(r"[@$\\`<>\[\]]|::|//|:\w|\w/\w|www\.|#\w|gh-\d", re.IGNORECASE)
_EMOJI = re.compile(r":[\w+-]+:")
_ACTIVE = re.compile(r"([*_|~])")
_BLOCK = re.compile(
    r"^(\d{0,9})([.)]|[-+=]+|#{1,6})(?= |$)"
)  # at the start of an item it would open a list or a heading in it
_AROUND = "(),;.:"
_MOST = 1_000


def code(text: object, *, most: int = _MOST) -> str:
    """Return text as a code span, in a table too."""
    shown = abridge(visible(text), most)
    fence = "`" * (max((len(run) for run in _SPAN.findall(shown)), default=0) + 1)
    room = " " if shown[:1] in ("`", " ", "") or shown[-1:] in ("`", " ") else ""
    # In a table a bar ends a cell even within code, and the backslash before it is taken away there.
    return f"{fence}{room}{shown}{room}{fence}".replace("|", "\\|")


def prose(text: object, *, most: int = _MOST) -> str:
    """Return text to be read as it is: nothing in it acts, and line breaks are spaces."""
    words = " ".join(_word(word) for word in abridge(visible(text), most).split(" ")).strip()
    return _BLOCK.sub(r"\1\\\2", words)


def _word(word: str) -> str:
    core = word if _EMOJI.search(word) else word.strip(_AROUND)
    if not _HOT.search(core):
        return _ACTIVE.sub(r"\\\1", escape(word, quote=False))
    before, _, after = word.partition(core)
    return f"{before}{code(core)}{after}"


def row(*cells: str) -> str:
    """Return a row of a table from cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table(*headings: str) -> str:
    """Return the first two lines of a table."""
    return f"{row(*headings)}\n{row(*('---' for _ in headings))}"
