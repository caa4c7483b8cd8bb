"""What ``also`` in a catalogue derives: a test of one aspect belongs to others too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_iso23053.catalogue.model import Catalogue


class Derivation:
    """The closure of ``also``, looked up by reference (``7.4/fairness``)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._also = {
            f"{clause.id}/{aspect.id}": aspect.also
            for clause in catalogue.clauses()
            for aspect in clause.aspects
            if aspect.also
        }

    def of(self, reference: str) -> frozenset[str]:
        """Return what is derived from a reference, itself left out."""
        found: set[str] = set()
        waiting = [reference]
        while waiting:
            fresh = [also for also in self._also.get(waiting.pop(), ()) if also not in found]
            found.update(fresh)
            waiting.extend(fresh)
        return frozenset(found - {reference})

    def named(self, references: Sequence[str]) -> tuple[str, ...]:
        """Return the references that a test names itself, without those it has only through another of them."""
        derived = frozenset().union(*map(self.of, references))
        return tuple(reference for reference in references if reference not in derived)
