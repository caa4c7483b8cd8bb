"""From an item's markers and the map to its entry in the manifest; hooks are elsewhere, meaning is the resolver's."""

from __future__ import annotations

from dataclasses import field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.evidence import Entry
from pytest_iso23053.catalogue.resolver import UnknownReference
from pytest_iso23053.light import dataclass
from pytest_iso23053.plugin import markers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from pytest_iso23053.catalogue.reference import ClauseReference
    from pytest_iso23053.catalogue.resolver import Resolver
    from pytest_iso23053.settings.model import MapRule


@dataclass
class _Claims:
    """What the markers of one item name, before it is made an entry."""

    clauses: list[ClauseReference] = field(default_factory=list)
    boundaries: list[str] = field(default_factory=list)
    threats: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    translated: list[str] = field(default_factory=list)


class Describer:
    """Reads what a test speaks about, once per item, and collects every mistake on the way."""

    def __init__(self, resolver: Resolver, rules: tuple[MapRule, ...]) -> None:
        self._resolver = resolver
        self._rules = rules
        self.mistakes: dict[str, list[str]] = {}  # collector node id → messages with file:line
        self.foreign: set[str] = set()  # names of markers that are somebody else's

    def entry(self, item: pytest.Item, marks: Sequence[pytest.Mark], *, ready_made: bool = False) -> Entry:
        """Return what an item speaks about, by these of its markers or by the map."""
        if not marks and not self._rules:
            return Entry(item.nodeid, ready_made=ready_made)
        claims = _Claims()
        for mark in marks:
            self._read(item, mark, claims)
        if not claims.clauses and self._rules:
            self._apply_map(item, claims)
        if not (claims.clauses or claims.boundaries or claims.threats or claims.outside):
            return Entry(item.nodeid, ready_made=ready_made)
        return Entry(
            nodeid=item.nodeid,
            clauses=tuple(str(clause) for clause in self._resolver.with_also(claims.clauses)),
            boundaries=_unique(claims.boundaries),
            threats=_unique(claims.threats),
            outside=_unique(claims.outside),
            translated=_unique(claims.translated),
            ready_made=ready_made,
        )

    def _read(self, item: pytest.Item, mark: pytest.Mark, claims: _Claims) -> None:
        try:
            understood = getattr(self, f"_read_{mark.name}")(mark, claims)
        except UnknownReference as error:
            self._mistake(item, f"@pytest.mark.{mark.name}: {error}")
        else:
            if not understood:
                self.foreign.add(mark.name)

    def _read_clause(self, mark: pytest.Mark, claims: _Claims) -> bool:
        ids = markers.clause_ids(mark)
        if ids is None:
            return False
        resolution = self._resolver.marker(ids, mark.kwargs.get("aspect"))
        claims.clauses.extend(resolution.clauses)
        claims.outside.extend(resolution.outside)
        claims.translated.extend(resolution.translated)
        return True

    def _read_boundary(self, mark: pytest.Mark, claims: _Claims) -> bool:
        ends = markers.boundary_ends(mark)
        if ends is None:
            return False
        if len(ends) != 2:
            raise UnknownReference('a boundary joins two clauses: write boundary("7.2", "7.3")')
        reference = self._resolver.boundary(*ends)
        if reference is None:
            claims.outside.append(f"{ends[0]}>{ends[1]}")
        else:
            claims.boundaries.append(str(reference))
        return True

    def _read_threat(self, mark: pytest.Mark, claims: _Claims) -> bool:
        ids = markers.threat_ids(mark)
        if ids is None:
            return False
        claims.threats.extend(self._resolver.threat(threat) for threat in ids)
        return True

    def _apply_map(self, item: pytest.Item, claims: _Claims) -> None:
        """Give an unmarked test the clauses of the first matching rule; a marker of its own is the better witness."""
        for rule in self._rules:
            if item.nodeid == rule.pattern or fnmatchcase(item.nodeid, rule.pattern):
                resolution = self._resolver.marker(rule.clauses)
                claims.clauses.extend(resolution.clauses)
                claims.outside.extend(resolution.outside)
                claims.translated.extend(resolution.translated)
                return

    def report_clash(self, item: pytest.Item) -> None:
        """Two tests of one node id are one test to every report: the claims of one of them would be lost."""
        self._mistake(item, f"two tests of different clauses share the node id {item.nodeid!r}; give each its own name")

    def _mistake(self, item: pytest.Item, message: str) -> None:
        path, line, _ = item.reportinfo()
        where = f"{path}:{line + 1}" if line is not None else f"{path}"
        collector = item.nodeid.split("::", 1)[0]
        text = f"{where}: {message}"
        messages = self.mistakes.setdefault(collector, [])
        if text not in messages:  # one marker, many parameters
            messages.append(text)


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def to_wire(entries: dict[str, Entry]) -> list[str | list[object]]:
    """Return the manifest in JSON values; the many tests that speak about nothing cost their node id alone."""
    return [_entry_to_wire(entry) for entry in entries.values()]


def _entry_to_wire(entry: Entry) -> str | list[object]:
    plain = not (entry.clauses or entry.boundaries or entry.threats or entry.outside or entry.ready_made)
    if plain and entry.selected:
        return entry.nodeid
    return [
        entry.nodeid,
        list(entry.clauses),
        list(entry.boundaries),
        list(entry.threats),
        list(entry.outside),
        list(entry.translated),
        entry.ready_made,
        entry.selected,
    ]


def from_wire(data: list[str | list[object]]) -> Iterator[Entry]:
    for record in data:
        if isinstance(record, str):
            yield Entry(record)
        else:
            nodeid, clauses, boundaries, threats, outside, translated, ready_made, selected = record
            yield Entry(
                str(nodeid),
                _names(clauses),
                _names(boundaries),
                _names(threats),
                _names(outside),
                _names(translated),
                ready_made=bool(ready_made),
                selected=bool(selected),
            )


def _names(group: Any) -> tuple[str, ...]:
    return tuple(map(str, group))
