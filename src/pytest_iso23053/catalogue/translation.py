"""From one catalogue's numbers to another's: along the crosswalk, and along what a user's catalogue says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.crosswalk import counterpart_pairs
from pytest_iso23053.catalogue.expression import UnknownReference
from pytest_iso23053.catalogue.reference import ClauseReference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_iso23053.catalogue.index import Index

Node = tuple[str, str]
"""A clause and the catalogue it belongs to: (catalogue id, clause id)."""


class Translation:
    """Finds what answers a clause of one catalogue in another, directly or by way of a third."""

    def __init__(self, indexes: Mapping[str, Index]) -> None:
        self._indexes = indexes
        self._neighbours: dict[Node, list[Node]] = {}
        for one, other in self._pairs():
            self._neighbours.setdefault(one, []).append(other)
            self._neighbours.setdefault(other, []).append(one)

    def counterparts(self, catalogue: str, clause: str, wanted: str) -> tuple[str, ...]:
        """Return the clauses of the wanted catalogue that answer a clause of another, in the wanted one's order.

        The way leads through each catalogue at most once: 8.2 of one would otherwise answer 8.3 of the same one,
        because both answer 7.2 of another.
        """
        here: set[Node] = {(catalogue, clause)}
        visited = {catalogue}
        while here:
            here = {node for place in here for node in self._neighbours.get(place, ()) if node[0] not in visited}
            visited |= {name for name, _ in here}
            found = {clause_id for name, clause_id in here if name == wanted}
            if found:
                return tuple(item.id for item in self._indexes[wanted].catalogue.clauses() if item.id in found)
        return ()

    def reference(self, catalogue: str, reference: ClauseReference, wanted: str) -> tuple[ClauseReference, ...]:
        """Translate a clause, or an aspect: the one of the same id in those counterparts that have it."""
        target = self._indexes[wanted].catalogue
        return tuple(
            ClauseReference(clause_id, reference.aspect)
            for clause_id in self.counterparts(catalogue, reference.clause, wanted)
            if (clause := target.clause(clause_id)) and (reference.aspect is None or clause.aspect(reference.aspect))
        )

    def _pairs(self) -> Iterator[tuple[Node, Node]]:
        yield from counterpart_pairs()
        for name, index in self._indexes.items():
            for clause in index.catalogue.clauses():
                for ancestor in index.catalogue.extends:
                    yield (name, clause.id), (ancestor, clause.id)
                yield from (((name, clause.id), node) for node in self._nodes(clause.counterparts))

    def _nodes(self, counterparts: Iterable[str]) -> Iterator[Node]:
        for text in counterparts:
            catalogue, _, name = (part.strip() for part in text.partition(":"))
            index = self._indexes.get(catalogue)
            try:
                clauses = index.clauses(name) if index else ()
            except UnknownReference:  # a range that runs backwards: the catalogue cannot be looked into at loading
                clauses = ()
            yield from ((catalogue, clause.id) for clause in clauses)
