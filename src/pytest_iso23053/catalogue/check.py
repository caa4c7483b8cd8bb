"""What must hold between the parts of a catalogue: unique names, references that lead somewhere, no circles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pytest_iso23053.catalogue.names import close_names, did_you_mean, normalise, quote
from pytest_iso23053.catalogue.shipped import CATALOGUES, shipped_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_iso23053.catalogue.shape import Mistakes

COMPUTED = ("requirements", "threats-covered", "waivers-owned")
_REQUIRED_KEYS = {
    "catalogue": ("id", "title", "edition", "phases"),
    "phase": ("title", "clauses"),
    "clause": ("slug", "title"),
}

_Name = TypeVar("_Name")


class Located(NamedTuple):
    """A clause of a file under check, and its place there."""

    where: str
    phase: str
    entry: Mapping[str, Any]


class Lookup:
    """Resolves the references inside a catalogue file: ids, slugs and aliases, ``clause/aspect``, ``from>to``."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.clauses = tuple(located_clauses(data))
        self._names: dict[str, str] = {}
        for located in self.clauses:
            for name in names_of_clause(located.entry):
                # The first has the name: a name given twice is one mistake, and does not make others.
                self._names.setdefault(normalise(name), located.entry["id"])
        self.aspects = {
            f"{located.entry['id']}/{aspect['id']}": aspect
            for located in self.clauses
            for aspect in located.entry.get("aspects", ())
        }
        self.boundaries = {self.ends(entry): entry for entry in data.get("boundaries", ())}

    def clause(self, text: str) -> str | None:
        """Return the id of the clause of that name, or None."""
        return self._names.get(normalise(text))

    def aspect(self, text: str) -> str | None:
        """Return the canonical spelling of an aspect, or None where there is no such aspect."""
        clause, _, aspect = text.partition("/")
        found = f"{self.clause(clause)}/{normalise(aspect)}"
        return found if found in self.aspects else None

    def ends(self, boundary: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """Return the ids of the two clauses that an entry of ``boundaries`` joins, None for an unknown one."""
        return self.clause(boundary["from"]), self.clause(boundary["to"])

    def boundary(self, text: str) -> tuple[str | None, str | None] | None:
        """Return the two clauses of a boundary of this catalogue, or None where there is no such boundary."""
        from_clause, _, to_clause = text.replace("→", ">").partition(">")
        found = (self.clause(from_clause), self.clause(to_clause))
        return found if found in self.boundaries else None

    def names(self) -> tuple[str, ...]:
        """Every name of a clause, as names are compared."""
        return tuple(self._names)


def located_clauses(data: Mapping[str, Any]) -> Iterator[Located]:
    """Yield the clauses of a catalogue in order."""
    for phase in data.get("phases", ()):
        for clause in phase.get("clauses", ()):
            yield Located(f"phases[{phase['id']}].clauses[{clause['id']}]", phase["id"], clause)


def names_of_clause(clause: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything a clause may be called by."""
    return tuple(name for name in (clause["id"], clause.get("slug", ""), *clause.get("aliases", ())) if name)


def check(data: Mapping[str, Any], mistakes: Mistakes) -> None:
    """Note every mistake in a catalogue whose parts are well formed and whose base is merged in."""
    lookup = Lookup(data)
    _check_missing(data, mistakes)
    _check_unique(data, lookup, mistakes)
    for located in lookup.clauses:
        _check_clause(located, lookup, mistakes)
    _check_circles(lookup, mistakes)
    _check_boundaries(data, lookup, mistakes)
    _check_profiles(data, lookup, mistakes)


def _check_missing(data: Mapping[str, Any], mistakes: Mistakes) -> None:
    _need(data, _REQUIRED_KEYS["catalogue"], "", mistakes)
    if data.get("phases") == []:
        mistakes.add("phases", "a catalogue needs at least one phase")
    for phase in data.get("phases", ()):
        _need(phase, _REQUIRED_KEYS["phase"], f"phases[{phase['id']}]", mistakes)
        if phase.get("clauses") == []:
            mistakes.add(f"phases[{phase['id']}].clauses", "a phase needs at least one clause")
    for where, _, clause in located_clauses(data):
        _need(clause, _REQUIRED_KEYS["clause"], where, mistakes)
        for aspect in clause.get("aspects", ()):
            _need(aspect, ("title",), f"{where}.aspects[{aspect['id']}]", mistakes)
    for kind in ("profiles", "threats"):
        for entry in data.get(kind, ()):
            _need(entry, ("title",), f"{kind}[{entry['id']}]", mistakes)


def _need(entry: Mapping[str, Any], keys: Iterable[str], where: str, mistakes: Mistakes) -> None:
    for key in keys:
        if key not in entry:
            mistakes.add(f"{where}.{key}" if where else key, "missing")


def _check_unique(data: Mapping[str, Any], lookup: Lookup, mistakes: Mistakes) -> None:
    for kind in ("profiles", "threats"):
        for entry_id in _repeated(normalise(entry["id"]) for entry in data.get(kind, ())):
            mistakes.add(f"{kind}[{entry_id}].id", "used twice: each needs an id of its own")
    owners = _check_clause_names(lookup, mistakes)
    _check_phase_names(data, owners, mistakes)
    pairs = [pair for pair in map(lookup.ends, data.get("boundaries", ())) if None not in pair]
    for from_clause, to_clause in _repeated(pairs):
        mistakes.add(f"boundaries[{from_clause}>{to_clause}]", "stands here twice")


def _check_clause_names(lookup: Lookup, mistakes: Mistakes) -> dict[str, str]:
    """Note names that would mean two clauses; return where each name is at home."""
    owners: dict[str, str] = {}
    ids: dict[str, str] = {}
    for where, _, clause in lookup.clauses:
        clause_id = normalise(clause["id"])
        if clause_id in ids:
            mistakes.add(f"{where}.id", f"used twice: it is the id of {ids[clause_id]} too")
            continue
        ids[clause_id] = where
        for name in dict.fromkeys(map(normalise, names_of_clause(clause))):
            if name in owners:
                mistakes.add(
                    where, f"{quote(name)} is a name of {owners[name]} too: ids, slugs and aliases must differ"
                )
            owners.setdefault(name, where)
        for aspect_id in _repeated(aspect["id"] for aspect in clause.get("aspects", ())):
            mistakes.add(f"{where}.aspects[{aspect_id}].id", "used twice in this clause")
    return owners


def _check_phase_names(data: Mapping[str, Any], owners: Mapping[str, str], mistakes: Mistakes) -> None:
    """Note phases whose name means something else; a phase may share a name with its only clause."""
    phases: dict[str, str] = {}
    for phase in data.get("phases", ()):
        where = f"phases[{phase['id']}]"
        clauses = phase.get("clauses", ())
        only_clause = f"{where}.clauses[{clauses[0]['id']}]" if len(clauses) == 1 else ""
        for name in dict.fromkeys(map(normalise, (phase["id"], *phase.get("aliases", ())))):
            owner = phases.get(name) or owners.get(name, only_clause)
            if owner != only_clause:
                mistakes.add(where, f"{quote(name)} is a name of {owner} too: it would mean two things")
            phases.setdefault(name, where)


def _repeated(names: Iterable[_Name]) -> list[_Name]:
    return [name for name, count in Counter(names).items() if count > 1]


def _check_clause(located: Located, lookup: Lookup, mistakes: Mistakes) -> None:
    where, _, clause = located
    aspects = clause.get("aspects", ())
    if clause.get("descriptive") and aspects:
        mistakes.add(f"{where}.descriptive", "a descriptive clause has no aspects of its own: leave out one of the two")
    for reference in clause.get("counterparts", ()):
        _check_counterpart(reference, f"{where}.counterparts", mistakes)
    for aspect in aspects:
        path = f"{where}.aspects[{aspect['id']}]"
        rule = aspect.get("computed")
        if rule and rule not in COMPUTED:
            close = did_you_mean(close_names(rule, COMPUTED))
            mistakes.add(f"{path}.computed", f"unknown rule {quote(rule)}{close} Rules are {', '.join(COMPUTED)}")
        if rule and aspect.get("also"):
            mistakes.add(f"{path}.also", "no test demonstrates a computed aspect, so nothing follows from one")
        for reference in aspect.get("also", ()):
            _check_also(reference, path, lookup, mistakes)


def _check_counterpart(reference: str, path: str, mistakes: Mistakes) -> None:
    """Note a counterpart in a wrong spelling, or one that a shipped catalogue lacks; others cannot be looked into."""
    catalogue, colon, clause = reference.partition(":")
    if not colon or not catalogue.strip() or not clause.strip():
        mistakes.add(path, f'{quote(reference)} names no catalogue: write it as "lifecycle:7.4"')
    elif catalogue in CATALOGUES:
        lookup = Lookup(shipped_data(catalogue))
        if lookup.clause(clause) is None:
            close = did_you_mean([f"{catalogue}:{name}" for name in close_names(clause, lookup.names())])
            mistakes.add(path, f"no clause {quote(clause)} in catalogue {catalogue}{close}")


def _check_also(reference: str, path: str, lookup: Lookup, mistakes: Mistakes) -> None:
    target = lookup.aspect(reference)
    if target is None:
        mistakes.add(f"{path}.also", _no_aspect(reference, lookup))
    elif lookup.aspects[target].get("computed"):
        mistakes.add(f"{path}.also", f"{target} is computed: no test can support it")


def _no_aspect(reference: str, lookup: Lookup) -> str:
    return f"no aspect {quote(reference)} in this catalogue{did_you_mean(close_names(reference, lookup.aspects))}"


def _check_circles(lookup: Lookup, mistakes: Mistakes) -> None:
    """Note each circle of ``also`` once, at the aspect of it that comes first."""
    follows = {
        name: [target for target in map(lookup.aspect, aspect.get("also", ())) if target]
        for name, aspect in lookup.aspects.items()
    }
    settled: set[str] = set()
    for start in follows:
        circle = [] if start in settled else _circle_through(start, follows)
        if circle:
            clause, _, aspect = start.partition("/")
            where = next(located.where for located in lookup.clauses if located.entry["id"] == clause)
            mistakes.add(f"{where}.aspects[{aspect}].also", f"runs in a circle: {' → '.join(circle)}")
            settled.update(circle)


def _circle_through(start: str, follows: Mapping[str, list[str]]) -> list[str]:
    trails = [[start]]
    seen: set[str] = set()
    while trails:
        trail = trails.pop()
        for target in follows[trail[-1]]:
            if target == start:
                return [*trail, start]
            if target not in seen:
                seen.add(target)
                trails.append([*trail, target])
    return []


def _check_boundaries(data: Mapping[str, Any], lookup: Lookup, mistakes: Mistakes) -> None:
    for entry in data.get("boundaries", ()):
        where = f"boundaries[{entry['from']}>{entry['to']}]"
        for key in ("from", "to"):
            if lookup.clause(entry[key]) is None:
                close = did_you_mean(close_names(entry[key], lookup.names()))
                mistakes.add(f"{where}.{key}", f"no clause {quote(entry[key])} in this catalogue{close}")
        from_clause, to_clause = lookup.ends(entry)
        if from_clause is not None and from_clause == to_clause:
            mistakes.add(where, "a boundary lies between two different clauses")


def _check_profiles(data: Mapping[str, Any], lookup: Lookup, mistakes: Mistakes) -> None:
    boundaries = [f"{from_clause}>{to_clause}" for from_clause, to_clause in lookup.boundaries]
    for profile in data.get("profiles", ()):
        where = f"profiles[{profile['id']}]"
        for reference in profile.get("require", ()):
            if lookup.aspect(reference) is None:
                mistakes.add(f"{where}.require", _no_aspect(reference, lookup))
        for reference in profile.get("boundaries", ()):
            if lookup.boundary(reference) is None:
                close = did_you_mean(close_names(reference, boundaries))
                mistakes.add(f"{where}.boundaries", f"no boundary {quote(reference)} in this catalogue{close}")
