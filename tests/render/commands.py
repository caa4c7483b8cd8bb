"""Reads GitHub's workflow commands as the runner does (actions/runner, ActionCommand), for tests of what we print."""

from __future__ import annotations

import re
from typing import NamedTuple

# A line that starts with two colons, a name, properties behind a space, two colons, the data.
_COMMAND = re.compile(r"::(?P<kind>[^\s:]+)(?: (?P<properties>.*?))?::(?P<data>.*)")
_DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_PROPERTY = {**_DATA, "%3A": ":", "%2C": ","}


class Command(NamedTuple):
    kind: str
    properties: dict[str, str]
    message: str


def commands(text: str) -> list[Command]:
    """Read every line, and hold that each is a whole command."""
    return [_command(line) for line in text.splitlines()]


def _command(line: str) -> Command:
    match = _COMMAND.fullmatch(line)
    assert match, line
    pairs = [pair.partition("=") for pair in (match["properties"] or "").split(",") if pair]
    assert all(equals and name.isalpha() for name, equals, _ in pairs), line
    properties = {name: _plain(value, _PROPERTY) for name, _, value in pairs}
    assert len(properties) == len(pairs), line
    return Command(match["kind"], properties, _plain(match["data"], _DATA))


def _plain(text: str, escapes: dict[str, str]) -> str:
    return re.sub("%(0D|0A|25|3A|2C)", lambda found: escapes.get(found[0], found[0]), text)
