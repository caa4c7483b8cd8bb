"""The names of one catalogue: which clauses a spelling stands for, and what was probably meant if for none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.expression import Side, UnknownReference
from pytest_iso23053.catalogue.names import close_names, did_you_mean, normalise, quote
from pytest_iso23053.catalogue.reference import ClauseReference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.catalogue.model import Catalogue, Clause

_HYPHEN = re.compile(r"[-–]")
_MOST_LISTED = 12


class Index:
    """Looks names up in a catalogue: ids, slugs, aliases, phases, and ranges of them in the catalogue's order."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._order = tuple(catalogue.clauses())
        self._names: dict[str, tuple[Clause, ...]] = {}
        for phase in catalogue.phases:
            for name in (phase.id, *phase.aliases):
                self._names[normalise(name)] = phase.clauses
        for clause in self._order:  # after the phases: where both have a name, it is the clause's
            for name in (clause.id, clause.slug, *clause.aliases):
                self._names[normalise(name)] = (clause,)

    def clauses(self, name: str) -> tuple[Clause, ...]:
        """Return the clauses that a name or range stands for; none where it is unknown.

        Raises
        ------
        UnknownReference
            For a range that runs backwards.
        """
        return self._names.get(normalise(name)) or self._range(name)

    def _range(self, name: str) -> tuple[Clause, ...]:
        # Every hyphen may be the range's own: names have hyphens too.
        for hyphen in _HYPHEN.finditer(name):
            first = self._names.get(normalise(name[: hyphen.start()]))
            last = self._names.get(normalise(name[hyphen.end() :]))
            if first and last:
                start, end = self._order.index(first[0]), self._order.index(last[-1])
                if start > end:
                    forwards = quote(f"{last[0].id}-{first[-1].id}")
                    raise UnknownReference(f"the range {quote(name)} runs backwards: write {forwards}")
                return self._order[start : end + 1]
        return ()

    def references(self, side: Side) -> tuple[ClauseReference, ...]:
        """Return what a name stands for; an aspect is taken from those of its clauses that have it.

        Raises
        ------
        UnknownReference
            With suggestions, if there is no such clause, or none of them has the aspect.
        """
        clauses = self.clauses(side.name)
        if not clauses:
            raise UnknownReference(self._unknown_clause(side))
        if side.aspect is None:
            return tuple(ClauseReference(clause.id) for clause in clauses)
        aspect = normalise(side.aspect)
        found = tuple(ClauseReference(clause.id, aspect) for clause in clauses if clause.aspect(aspect))
        if not found:
            raise UnknownReference(self._unknown_aspect(side, clauses))
        return found

    def _spellings(self) -> Iterator[str]:
        """Yield every single name, and every aspect under its clause's id and slug."""
        yield from self._names
        for clause in self._order:
            for aspect in clause.aspects:
                yield f"{clause.id}/{aspect.id}"
                yield f"{clause.slug}/{aspect.id}"

    def _unknown_clause(self, side: Side) -> str:
        close = close_names(side.name, self._names)
        if side.aspect is not None:
            close = self._with_aspect(side, close)
        elif not close:  # perhaps an aspect without its clause: «robustness»
            close = self._homes(side.name)
        listed = ", ".join(f"{clause.id} {clause.slug}" for clause in self._order[:_MOST_LISTED])
        more = ", …" if len(self._order) > _MOST_LISTED else ""
        unknown = f"unknown clause {quote(side.name)} in catalogue {self.catalogue.id}"
        return f"{unknown}{did_you_mean(close)} Its clauses are {listed}{more}"

    def _with_aspect(self, side: Side, close: list[str]) -> list[str]:
        """Prefer, among similar clauses, those that have the aspect; then any clause that has it."""
        aspect = normalise(side.aspect or "")
        fitting = [f"{name}/{aspect}" for name in close if any(clause.aspect(aspect) for clause in self._names[name])]
        return fitting or self._homes(aspect) or close_names(f"{side.name}/{aspect}", self._spellings())

    def _unknown_aspect(self, side: Side, clauses: tuple[Clause, ...]) -> str:
        written = side.aspect or ""
        close = self._homes(written) or _close_aspects(written, clauses)
        if not close:
            close = _close_aspects(written, self._order)
        if len(clauses) == 1:
            who = f"clause {clauses[0].id} ({clauses[0].title}) of catalogue {self.catalogue.id} has no aspect"
        else:
            who = f"no clause of {quote(side.name)} in catalogue {self.catalogue.id} has an aspect"
        own = ", ".join(f"{clause.id}/{aspect.id}" for clause in clauses for aspect in clause.aspects)
        return f"{who} {quote(written)}{did_you_mean(close)} There is {own}"

    def _homes(self, aspect: str) -> list[str]:
        """The right aspect, where it belongs."""
        wanted = normalise(aspect)
        return [f"{clause.id}/{wanted}" for clause in self._order if clause.aspect(wanted)][:3]


def _close_aspects(written: str, clauses: tuple[Clause, ...]) -> list[str]:
    """Aspects of these clauses that are spelled like what was written, the most similar first."""
    homes: dict[str, list[str]] = {}
    for clause in clauses:
        for aspect in clause.aspects:
            homes.setdefault(aspect.id, []).append(f"{clause.id}/{aspect.id}")
    return [home for name in close_names(written, homes) for home in homes[name]][:3]
