"""Rows of data in messages: an assertion that fails on a frame prints the frame.

What is taken for rows: lines of columns with wide gaps between them, as pandas prints frames and series; lists of four
values or more; and records of three keys or more. Names of columns and keys stay, since without them nobody could tell
what a message was about.
"""

from __future__ import annotations

import re

_GAP = re.compile(r"(?<=\S)[ \t]{2,}+(?=\S)")
_KEY = re.compile(r"""['"][^'"\n]{1,80}['"]\s?:|\b[A-Za-z_]\w{0,60}=""")
_VALUE = re.compile(r"""\s*[\[({]*\s*(?:[-+]?\.?\d|['"]|(?:None|True|False|nan|inf|NaT|<NA>|Timestamp|np\.)\b)""")
_OPENING, _CLOSING = "[({", "])}"
_MOST_TEXT = 64 * 1024  # characters that are looked at, and brackets: what is beyond is cut
_MOST_BRACKETS = 400
_MOST_INSIDE = 2_000
_FEWEST_VALUES, _FEWEST_KEYS = 4, 3  # of a list and a record that are taken for rows


def without_rows(text: str, examples: int = 0) -> str:
    """Return the text without rows of data, all but the first ``examples`` of each block."""
    if len(text) > _MOST_TEXT:
        text = f"{text[:_MOST_TEXT]}… {len(text) - _MOST_TEXT} more characters"
    if "  " in text or "\t" in text:
        # Where pytest explains an assertion, the line breaks of a value are written as escapes.
        lines = [_without_lines(line, examples, "\\n") if "\\n" in line else line for line in text.split("\n")]
        text = _without_lines("\n".join(lines), examples, "\n")
    return _without_literals(text, examples) if any(sign in text for sign in "[{(") else text


def _without_lines(text: str, examples: int, end: str) -> str:
    kept: list[str] = []
    block: list[str] = []
    for line in [*text.split(end), ""]:
        if _is_row(line):
            block.append(line)
            continue
        kept += _told(block, examples)
        block = []
        kept.append(line)
    return end.join(kept[:-1])


def _is_row(line: str) -> bool:
    """Tell a line of columns: two wide gaps, or one behind a label of one word."""
    parts = _GAP.split(line[:_MOST_INSIDE].removeprefix("E ").lstrip(" \t+>-"))
    return len(parts) > 2 or (len(parts) == 2 and " " not in parts[0])


def _told(block: list[str], examples: int) -> list[str]:
    """A header, or a single line, is no row; of a series every line is one."""
    if len(block) < 2:
        return block
    head = _header(block[0])
    rows = block[len(head) :] if head != [_first_part(block[0])] else block
    left = len(rows) - examples
    if left <= 0:
        return block
    return [*head, *rows[:examples], f"[{left} {'row' if left == 1 else 'rows'} of data]"]


def _header(line: str) -> list[str]:
    """Return what of the first line stays: the names of columns, or what was said before the data began."""
    plain = line.removeprefix("E ")
    said = _first_part(line)
    if any(character.isdigit() for character in line[len(said) :]):
        return [said] if " " in said.strip() else []
    return [line] if plain[0].isspace() or " " in said.strip() else []


def _first_part(line: str) -> str:
    return _GAP.split(line, maxsplit=1)[0]


def _without_literals(text: str, examples: int) -> str:
    """Take out the outermost brackets that hold data; what is inside them goes with them."""
    pieces, done, told = [], 0, 0
    for start, end in _brackets(text):
        if start < done or not _holds_data(text, start, end):
            continue
        told += 1
        pieces += [text[done:start], text[start:end] if told <= examples else _named(text, start, end)]
        done = end
    return "".join([*pieces, text[done:]])


def _brackets(text: str) -> list[tuple[int, int]]:
    """Return the pairs, outer ones first; one whose end was cut off ends with the text."""
    opened: list[int] = []
    spans = []
    for number, found in enumerate(re.finditer(r"[\[\](){}]", text)):
        if number == _MOST_BRACKETS:
            break
        if found[0] in _OPENING:
            opened.append(found.start())
        elif opened and text[opened[-1]] == _OPENING[_CLOSING.index(found[0])]:
            spans.append((opened.pop(), found.end()))
    spans += [(start, len(text)) for start in opened]
    return sorted(spans)


def _holds_data(text: str, start: int, end: int) -> bool:
    inside = text[start + 1 : min(end, start + _MOST_INSIDE)]
    if text[start] != "[" and len(_KEY.findall(inside)) >= _FEWEST_KEYS:
        return True
    values = inside.split(",")
    return len(values) >= _FEWEST_VALUES and all(_VALUE.match(value) for value in values[:_FEWEST_VALUES])


def _named(text: str, start: int, end: int) -> str:
    inside, closing = text[start + 1 : end], _CLOSING[_OPENING.index(text[start])]
    keys = list(dict.fromkeys(key.strip("=: ") for key in _KEY.findall(inside[:_MOST_INSIDE])))
    if text[start] != "[" and len(keys) >= _FEWEST_KEYS:
        return f"{text[start]}{', '.join(keys[:8])}{', …' if len(keys) > 8 else ''}: row of data{closing}"
    return f"{text[start]}{inside.count(',') + 1} values of data{closing}"
