"""The records of a catalogue. A catalogue is data (TOML beside this file); these are its shapes."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Aspect:
    """What a clause asks to be shown, and what a test demonstrates.

    ``required`` aspects make up the denominator of the coverage; further ones deepen it. ``computed`` names the rule
    that judges an aspect no test can demonstrate by itself. ``also`` lists what a test of this one supports too.
    ``verb`` and ``condition`` are the finding's words: *failure in the … process to <verb> <condition>*.
    ``crosswalk`` maps a framework's id to that framework's ids, which are our inference and not an official mapping.
    """

    id: str
    title: str
    required: bool
    computed: str | None = None
    also: tuple[str, ...] = ()
    verb: str = "demonstrate"
    condition: str = ""
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Clause:
    """A clause of the life cycle.

    ``assumed`` and ``verified`` carry the doubt about its number and wording, ``certainty`` its size (0 to 1, None
    where nobody has put a number on it). ``counterparts`` are clauses of other catalogues, written ``catalogue:id``.
    """

    id: str
    slug: str
    title: str
    process: str
    aspects: tuple[Aspect, ...]
    aliases: tuple[str, ...] = ()
    assumed: bool = False
    verified: bool = True
    source: str = ""
    certainty: float | None = None
    note: str = ""
    counterparts: tuple[str, ...] = ()

    @property
    def descriptive(self) -> bool:
        """Whether the clause requires nothing by itself: it explains, and stays out of every denominator."""
        return not any(aspect.required for aspect in self.aspects)

    @cached_property
    def _aspects(self) -> dict[str, Aspect]:
        return {aspect.id: aspect for aspect in self.aspects}

    def aspect(self, aspect_id: str) -> Aspect | None:
        """Look an aspect up by its id."""
        return self._aspects.get(aspect_id)


@dataclass(frozen=True)
class Phase:
    """A phase of the life cycle: one clause, or several that belong together."""

    id: str
    title: str
    clauses: tuple[Clause, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Boundary:
    """A hand-over between two phases, where one assumes what the other should have ensured."""

    from_clause: str
    to_clause: str
    title: str = ""
    verb: str = "uphold"
    condition: str = ""

    def __str__(self) -> str:
        return f"{self.from_clause}>{self.to_clause}"


@dataclass(frozen=True)
class Profile:
    """A named tailoring: aspects it requires beyond the catalogue's own, and boundaries it requires."""

    id: str
    title: str
    require: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """A numbering of the life cycle, with an edition and a digest, so that a verdict names what it was judged by."""

    id: str
    title: str
    edition: str
    sha256: str
    phases: tuple[Phase, ...]
    boundaries: tuple[Boundary, ...] = ()
    profiles: tuple[Profile, ...] = ()
    verified: bool = True
    source: str = ""
    note: str = ""
    extends: tuple[str, ...] = ()  # ids of the catalogues this one was built on, the nearest first
    threats: Mapping[str, str] = field(default_factory=dict)  # ids of its own, beside the shipped ones, with titles
    path: str = ""  # the file it was read from

    def clauses(self) -> Iterator[Clause]:
        """Yield the clauses of all phases, in order."""
        for phase in self.phases:
            yield from phase.clauses

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses()}

    def clause(self, clause_id: str) -> Clause | None:
        """Look a clause up by its number alone; slugs and aliases are the resolver's business."""
        return self._clauses.get(clause_id)

    def profile(self, profile_id: str) -> Profile | None:
        """Look a profile up by its id."""
        return next((profile for profile in self.profiles if profile.id == profile_id), None)
