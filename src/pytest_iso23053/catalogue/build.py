"""From a checked catalogue file to the frozen records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.catalogue.check import Lookup
from pytest_iso23053.catalogue.crosswalk import framework_ids
from pytest_iso23053.catalogue.model import Aspect, Boundary, Catalogue, Clause, Phase, Profile
from pytest_iso23053.catalogue.shape import ASPECTS, BOUNDARIES, CLAUSES, PHASES, PROFILES, THREATS, Tables, identity
from pytest_iso23053.catalogue.shipped import CATALOGUES

if TYPE_CHECKING:
    from collections.abc import Mapping

_NESTED = {
    "phases": PHASES,
    "clauses": CLAUSES,
    "aspects": ASPECTS,
    "boundaries": BOUNDARIES,
    "profiles": PROFILES,
    "threats": THREATS,
}


def merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a catalogue over the one it extends: the same identity is overridden key by key, the rest is appended."""
    merged = dict(base)
    for key, value in own.items():
        tables = _NESTED.get(key)
        merged[key] = value if tables is None else _merge_tables(base.get(key, ()), value, tables)
    return merged


def _merge_tables(base: Any, own: Any, tables: Tables) -> list[dict[str, Any]]:
    merged = [dict(entry) for entry in base]
    places = {identity(entry, tables): place for place, entry in enumerate(merged)}
    for entry in own:
        # A place is taken once, so that an id that stands twice in one file stays visible as a mistake.
        place = places.pop(identity(entry, tables), None)
        if place is None:
            merged.append(entry)
        else:
            merged[place] = merge(merged[place], entry)
    return merged


def build(data: Mapping[str, Any], *, sha256: str, path: str, ancestors: tuple[str, ...]) -> Catalogue:
    """Make the records of a catalogue in which :func:`check.check` found no mistake."""
    lookup = Lookup(data)
    mapped_as = next((name for name in (data["id"], *ancestors) if name in CATALOGUES), None)
    return Catalogue(
        id=data["id"],
        title=data["title"],
        edition=data["edition"],
        sha256=sha256,
        phases=tuple(
            Phase(
                phase["id"],
                phase["title"],
                tuple(_clause(clause, lookup, mapped_as) for clause in phase["clauses"]),
                tuple(phase.get("aliases", ())),
            )
            for phase in data["phases"]
        ),
        boundaries=tuple(
            Boundary(str(from_clause), str(to_clause), **_chosen(entry, "title", "verb", "condition"))
            for (from_clause, to_clause), entry in lookup.boundaries.items()
        ),
        profiles=tuple(_profile(entry, lookup) for entry in data.get("profiles", ())),
        extends=ancestors,
        threats={entry["id"]: entry["title"] for entry in data.get("threats", ())},
        path=path,
        **_chosen(data, "verified", "source", "note"),
    )


def _chosen(entry: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Pick the keys that are there; for the others the record's own default holds."""
    return {key: entry[key] for key in keys if key in entry}


def _clause(entry: Mapping[str, Any], lookup: Lookup, mapped_as: str | None) -> Clause:
    aspects = tuple(_aspect(aspect, entry["id"], lookup, mapped_as) for aspect in entry.get("aspects", ()))
    return Clause(
        id=entry["id"],
        slug=entry["slug"],
        title=entry["title"],
        process=entry.get("process") or entry["title"],
        aspects=aspects or (_general(entry),),
        aliases=tuple(entry.get("aliases", ())),
        counterparts=tuple(entry.get("counterparts", ())),
        **_chosen(entry, "assumed", "verified", "source", "certainty", "note"),
    )


def _general(clause: Mapping[str, Any]) -> Aspect:
    """The one aspect of a clause that lists none; a descriptive clause does not require it."""
    required = not clause.get("descriptive", False)
    return Aspect("general", "General", required=required, condition=f"what clause {clause['id']} describes")


def _aspect(entry: Mapping[str, Any], clause: str, lookup: Lookup, mapped_as: str | None) -> Aspect:
    inherited = framework_ids(mapped_as, clause, entry["id"]) if mapped_as else {}
    own = {framework: tuple(ids) for framework, ids in entry.get("crosswalk", {}).items()}
    return Aspect(
        id=entry["id"],
        title=entry["title"],
        required=entry.get("required", True),
        also=tuple(str(lookup.aspect(reference)) for reference in entry.get("also", ())),
        condition=entry.get("condition") or entry["title"],
        crosswalk=own or inherited,
        **_chosen(entry, "computed", "verb", "note"),
    )


def _profile(entry: Mapping[str, Any], lookup: Lookup) -> Profile:
    return Profile(
        entry["id"],
        entry["title"],
        require=tuple(str(lookup.aspect(reference)) for reference in entry.get("require", ())),
        boundaries=tuple(
            ">".join(map(str, lookup.boundary(reference) or ())) for reference in entry.get("boundaries", ())
        ),
    )
