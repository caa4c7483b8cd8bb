"""From what people write to what a catalogue knows: the one way for markers, options, gate, map and waivers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pytest_iso23053.catalogue.arguments import as_text, with_aspect
from pytest_iso23053.catalogue.expression import Side, Term, UnknownReference, parse
from pytest_iso23053.catalogue.index import Index
from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.names import close_names, did_you_mean, quote
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference, Reference
from pytest_iso23053.catalogue.threats import canonical_threat
from pytest_iso23053.catalogue.translation import Translation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_iso23053.catalogue.model import Aspect, Boundary, Catalogue

__all__ = ["Resolution", "Resolver", "UnknownReference"]

_Item = TypeVar("_Item")


class Resolution(NamedTuple):
    """What a marker speaks about in the run's catalogue, and what was said in another catalogue's numbers."""

    clauses: tuple[ClauseReference, ...]
    outside: tuple[str, ...] = ()  # no counterpart in the run's catalogue: listed, never dropped
    translated: tuple[str, ...] = ()  # "iso23053-2022:8.5 = 7.4"


class Resolver:
    """Resolves references against the catalogue of a run.

    ``others`` are the catalogues that ``catalogue:id`` may name besides; without it, the shipped ones, which are read
    only when a reference asks for one.
    """

    def __init__(self, catalogue: Catalogue, others: Iterable[Catalogue] | None = None) -> None:
        self.catalogue = catalogue
        self._index = Index(catalogue)
        self._others = others
        self._resolved: dict[str, tuple[_Found, ...]] = {}  # a suite writes the same few references thousands of times

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        others = map(load_catalogue, shipped_catalogues()) if self._others is None else self._others
        return {other.id: Index(other) for other in others} | {self.catalogue.id: self._index}

    @cached_property
    def _translation(self) -> Translation:
        return Translation(self._indexes)

    def marker(self, ids: Sequence[object], aspect: object = None) -> Resolution:
        """Resolve a marker's arguments, of whatever kind they are; ``also`` is not applied.

        Raises
        ------
        UnknownReference
            For what no catalogue knows, what is no text, a boundary, and an aspect that only the run itself can judge.
        """
        if not ids:
            raise UnknownReference('no clause named: write for example clause("7.4/robustness")')
        texts = [as_text(argument, "clause") for argument in ids]
        if aspect is not None:
            texts = [with_aspect(text, as_text(aspect, "aspect")) for text in texts]
        found = [item for text in texts for item in self._expression(text)]
        for item in found:
            self._refuse_for_tests(item)
        return Resolution(
            clauses=_unique(
                reference for item in found for reference in item.here if isinstance(reference, ClauseReference)
            ),
            outside=_unique(item.written for item in found if not item.here),
            translated=_unique(
                f"{item.written} = {', '.join(map(str, item.here))}" for item in found if item.foreign and item.here
            ),
        )

    def boundary(self, from_clause: object, to_clause: object) -> BoundaryReference | None:
        """Resolve the two ends of a boundary; None where the boundary lies outside the run's catalogue."""
        ends = [parse(as_text(end, "boundary")) for end in (from_clause, to_clause)]
        if any(len(terms) != 1 or terms[0].to for terms in ends):
            raise UnknownReference('a boundary joins two clauses: write boundary("7.2", "7.3")')
        return self._boundary(ends[0][0].side, ends[1][0].side)

    def reference(self, text: str) -> Reference:
        """Resolve what must be one clause, aspect or boundary of the run's catalogue.

        Raises
        ------
        UnknownReference
            Also where the text names several.
        """
        references = self.expression(text)
        if len(references) > 1:
            named = ", ".join(map(str, references))
            raise UnknownReference(f"{quote(text)} names several ({named}): write an entry for each")
        return references[0]

    def expression(self, text: str) -> tuple[Reference, ...]:
        """Resolve comma-separated clauses, aspects, ranges and boundaries to those of the run's catalogue.

        Raises
        ------
        UnknownReference
            Also for what has no counterpart in the run's catalogue: what is not there cannot be judged or selected.
        """
        found = self._expression(as_text(text, "clause"))
        for item in found:
            if not item.here:
                raise UnknownReference(f"{item.written} has no counterpart in the run's catalogue, {self.catalogue.id}")
        return _unique(reference for item in found for reference in item.here)

    def with_also(self, clauses: Iterable[ClauseReference]) -> tuple[ClauseReference, ...]:
        """Add the aspects that tests of these support too, and so on; first what was given, then what follows."""
        reached = dict.fromkeys(clauses)
        waiting = list(reached)
        for reference in waiting:
            found = _aspect(self.catalogue, reference)
            for text in found.also if found else ():
                clause, _, aspect_id = text.partition("/")
                derived = ClauseReference(clause, aspect_id)
                if derived not in reached:
                    reached[derived] = None
                    waiting.append(derived)
        return tuple(reached)

    def threat(self, text: object) -> str:
        """Return the canonical id of a threat of MITRE ATLAS, OWASP, NIST AI 100-2, or of the run's catalogue."""
        return canonical_threat(text, self.catalogue.threats)

    def _expression(self, text: str) -> tuple[_Found, ...]:
        if text not in self._resolved:
            self._resolved[text] = tuple(item for term in parse(text) for item in self._term(term))
        return self._resolved[text]

    def _term(self, term: Term) -> tuple[_Found, ...]:
        if term.to is None:
            return self._side(term.side)
        boundary = self._boundary(term.side, term.to)
        foreign = self._home(term.side) is not self._index or self._home(term.to) is not self._index
        return (_Found(f"{term.side}>{term.to}", (boundary,) if boundary else (), foreign, is_boundary=True),)

    def _side(self, side: Side) -> tuple[_Found, ...]:
        home = self._home(side)
        return tuple(self._found(home, reference) for reference in self._references(home, side))

    def _found(self, home: Index, reference: ClauseReference) -> _Found:
        aspect = _aspect(home.catalogue, reference)
        computed = aspect is not None and aspect.computed is not None
        if home is self._index:
            return _Found(str(reference), (reference,), computed=computed)
        name = home.catalogue.id
        here = self._translation.reference(name, reference, self.catalogue.id)
        return _Found(f"{name}:{reference}", here, foreign=True, computed=computed)

    def _home(self, side: Side) -> Index:
        name = side.catalogue
        if name is None or name.casefold() == self.catalogue.id.casefold():
            return self._index
        known = {catalogue_id.casefold(): index for catalogue_id, index in self._indexes.items()}
        if name.casefold() not in known:
            close = did_you_mean([f"{close}:{side.name}" for close in close_names(name, known)])
            raise UnknownReference(f"unknown catalogue {quote(name)}{close} Known are {', '.join(self._indexes)}")
        return known[name.casefold()]

    def _references(self, home: Index, side: Side) -> tuple[ClauseReference, ...]:
        try:
            return home.references(side)
        except UnknownReference as error:
            # Only a name without catalogue may have been meant for another one.
            elsewhere = [] if side.catalogue else self._elsewhere(side)
            hint = f". Another catalogue knows {', '.join(elsewhere)}" if elsewhere else ""
            raise UnknownReference(f"{error}{hint}") from None

    def _elsewhere(self, side: Side) -> list[str]:
        found = []
        for name, index in self._indexes.items():
            try:
                if index is not self._index and index.references(side):
                    found.append(str(side._replace(catalogue=name)))
            except UnknownReference:
                continue
        return found

    def _boundary(self, from_side: Side, to_side: Side) -> BoundaryReference | None:
        if from_side.aspect is not None or to_side.aspect is not None:
            raise UnknownReference("a boundary joins two clauses, not their aspects: write for example 7.2>7.3")
        from_home, to_home = self._home(from_side), self._home(to_side)
        from_ids = {reference.clause for reference in self._references(from_home, from_side)}
        to_ids = {reference.clause for reference in self._references(to_home, to_side)}
        if from_home is to_home and from_home is not self._index:
            foreign = self._one_boundary(from_home, from_ids, to_ids)
            from_here, to_here = self._here(from_home, {foreign.from_clause}), self._here(to_home, {foreign.to_clause})
            return next(iter(_boundaries_between(self.catalogue, from_here, to_here)), None)
        from_ids, to_ids = self._here(from_home, from_ids), self._here(to_home, to_ids)
        return self._one_boundary(self._index, from_ids, to_ids) if from_ids and to_ids else None

    def _here(self, home: Index, clauses: set[str]) -> set[str]:
        """Return the run's clauses that these are, or that answer them."""
        if home is self._index:
            return clauses
        name, wanted = home.catalogue.id, self.catalogue.id
        return {found for clause in clauses for found in self._translation.counterparts(name, clause, wanted)}

    def _one_boundary(self, home: Index, from_ids: set[str], to_ids: set[str]) -> BoundaryReference:
        matches = _boundaries_between(home.catalogue, from_ids, to_ids)
        if len(matches) == 1:
            return matches[0]
        catalogue = f"catalogue {home.catalogue.id}"
        if matches:
            raise UnknownReference(f"this names several boundaries of {catalogue}: {', '.join(map(str, matches))}")
        written = f"{min(from_ids)}>{min(to_ids)}"
        turned = [str(match) for match in _boundaries_between(home.catalogue, to_ids, from_ids)]
        listed = ", ".join(map(str, home.catalogue.boundaries)) or "none"
        raise UnknownReference(f"{quote(written)} is no boundary of {catalogue}{did_you_mean(turned)} It has {listed}")

    def _refuse_for_tests(self, item: _Found) -> None:
        if item.is_boundary:
            raise UnknownReference(
                f'{item.written} is a boundary: a test names it with a marker of its own, boundary("7.2", "7.3")'
            )
        if item.computed:
            clause = item.written.partition("/")[0]
            raise UnknownReference(
                f"{item.written} is judged after the run, from its other results: no test can demonstrate it. "
                f"Name the aspect that the test measures, or the clause alone: {clause}"
            )


class _Found(NamedTuple):
    """One reference as written, canonically spelled, and what it is in the run's catalogue."""

    written: str
    here: tuple[Reference, ...]
    foreign: bool = False
    computed: bool = False
    is_boundary: bool = False


def _aspect(catalogue: Catalogue, reference: ClauseReference) -> Aspect | None:
    clause = catalogue.clause(reference.clause)
    return clause.aspect(reference.aspect) if clause and reference.aspect else None


def _boundaries_between(catalogue: Catalogue, from_ids: set[str], to_ids: set[str]) -> list[BoundaryReference]:
    def between(boundary: Boundary) -> bool:
        return boundary.from_clause in from_ids and boundary.to_clause in to_ids

    return [BoundaryReference(item.from_clause, item.to_clause) for item in catalogue.boundaries if between(item)]


def _unique(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
