"""Where a topic of the life cycle is met elsewhere: in the other catalogue, and in other frameworks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache, cached_property, partial
from typing import TypeVar

from pytest_iso23053.catalogue.shipped import shipped_data
from pytest_iso23053.catalogue.threats import Framework, threat_frameworks
from pytest_iso23053.light import dataclass

EVERY_ID = "*"
_PUBLISHED = "iso23053-2022"


@dataclass(frozen=True)
class Counterpart:
    """A lifecycle clause and what answers it in the published standard; ``related`` clauses only explain."""

    lifecycle: str
    published: tuple[str, ...]
    related: tuple[str, ...]
    fit: str


@dataclass(frozen=True)
class CrosswalkRow:
    """A topic of a lifecycle clause, the aspects it is about, and its ids in each framework.

    The single id ``"*"`` stands for every id of the framework that the table maps.
    """

    clause: str
    topic: str
    aspects: tuple[str, ...]
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


@cache
def frameworks() -> Mapping[str, Framework]:
    """Every framework of the crosswalk, by id, in the order of the table's columns."""
    others = {name: Framework(name, **entry) for name, entry in shipped_data("crosswalk")["frameworks"].items()}
    return {**others, **threat_frameworks()}


@cache
def counterparts() -> tuple[Counterpart, ...]:
    """How the lifecycle's clauses correspond to those of the published standard."""
    return tuple(
        Counterpart(entry["lifecycle"], tuple(entry[_PUBLISHED]), tuple(entry["related"]), entry["fit"])
        for entry in shipped_data("crosswalk")["counterparts"]
    )


def counterpart_pairs() -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield the corresponding clauses as pairs of (catalogue, clause)."""
    for counterpart in counterparts():
        for clause in counterpart.published:
            yield ("lifecycle", counterpart.lifecycle), (_PUBLISHED, clause)


@cache
def crosswalk_rows() -> tuple[CrosswalkRow, ...]:
    """The table of topics, in the order of the life cycle."""
    return tuple(
        CrosswalkRow(
            entry["clause"],
            entry["topic"],
            tuple(entry["aspects"]),
            {framework: tuple(entry[framework]) for framework in frameworks() if framework in entry},
            entry.get("note", ""),
        )
        for entry in shipped_data("crosswalk")["rows"]
    )


Value = TypeVar("Value")


class LookedUpLater(Mapping[str, Value]):
    """Shipped words that are looked up when first asked for.

    The table is larger than a catalogue, and only reports in files show it: what runs and prints does not pay for it.
    """

    def __init__(self, look_up: Callable[[], Mapping[str, Value]]) -> None:
        self._look_up = look_up

    @cached_property
    def _found(self) -> Mapping[str, Value]:
        return self._look_up()

    def __getitem__(self, key: str) -> Value:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


def framework_ids(catalogue: str, clause: str, aspect: str) -> Mapping[str, tuple[str, ...]]:
    """Return the frameworks' ids of one aspect of a shipped catalogue."""
    return LookedUpLater(partial(_framework_ids, catalogue, clause, aspect))


def editions(names: Iterable[str]) -> Mapping[str, str]:
    """Return the edition of each framework that is known here."""
    return LookedUpLater(partial(_editions, names))


def _framework_ids(catalogue: str, clause: str, aspect: str) -> dict[str, tuple[str, ...]]:
    published = {item.lifecycle for item in counterparts() if clause in item.published}
    clauses = {clause} if catalogue == "lifecycle" else published
    found: dict[str, dict[str, None]] = {}
    for row in crosswalk_rows():
        if row.clause in clauses and aspect in row.aspects:
            for framework, ids in row.ids.items():
                found.setdefault(framework, {}).update(dict.fromkeys(ids))
    return {framework: tuple(found[framework]) for framework in frameworks() if framework in found}


def _editions(names: Iterable[str]) -> dict[str, str]:
    return {name: frameworks()[name].edition for name in names if name in frameworks()}
