"""The tables that name clauses: ``map``, ``require``, ``gate``, ``waivers`` and ``not_applicable``."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.policy import GateRule, NotApplicable, ThreatInScope, Waiver
from pytest_iso23053.catalogue.reference import (
    BoundaryReference,
    ClauseReference,
    Reference,
)
from pytest_iso23053.catalogue.resolver import Resolver, UnknownReference
from pytest_iso23053.settings.model import MapRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_iso23053.catalogue.model import Catalogue
    from pytest_iso23053.settings.mistakes import Findings, KeyPath

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")  # date.fromisoformat also reads 20270131 and 2027-W05-7


def read_map(table: Mapping[str, Any], resolver: Resolver, findings: Findings) -> tuple[MapRule, ...]:
    """Return the rules in their order; each clause is one that a marker could name."""
    rules = []
    for pattern, said in table.items():
        clauses = [said] if isinstance(said, str) else [clause for clause in said if clause]
        for clause in clauses:
            try:
                resolver.marker([clause])
            except UnknownReference as error:
                findings.add(("map", pattern), str(error))
        if not pattern.strip():
            findings.add(
                ("map", pattern),
                'the glob is empty and matches no test; write for example "tests/test_data*"',
            )
        rules.append(MapRule(pattern, tuple(clauses)))
    return tuple(rules)


def read_require(
    said: Sequence[Any], resolver: Resolver, catalogue: Catalogue, findings: Findings
) -> tuple[ClauseReference, ...]:
    """Return the aspects that are required beyond those of the catalogue."""
    required = []
    for position, text in enumerate(said):
        path = ("require", position)
        for reference in _references(text, resolver, path, findings):
            if isinstance(reference, BoundaryReference):
                findings.add(
                    path,
                    f"{reference} is a boundary; name an aspect, or use a profile that requires boundaries",
                )
            elif reference.aspect is None:
                findings.add(
                    path,
                    f"{reference} names no aspect; write for example {_some_aspect(reference, catalogue)}",
                )
            else:
                required.append(reference)
    return tuple(dict.fromkeys(required))


def read_gate(table: Mapping[str, str], resolver: Resolver, findings: Findings) -> tuple[GateRule, ...]:
    """Return one rule for each clause, aspect and boundary that an entry names."""
    return tuple(
        GateRule(target=reference, level=level, spelled=text)
        for text, level in table.items()
        for reference in _references(text, resolver, ("gate", text), findings)
    )


def read_waivers(said: Sequence[Any], resolver: Resolver | None, findings: Findings) -> tuple[Waiver, ...]:
    """Return the complete waivers; their ids are their positions. An expired one is no mistake."""
    waivers = []
    for position, entry in enumerate(said):
        clause, expires = _claim("waivers", position, entry, resolver, findings)
        if clause is not None and expires is not None and entry.keys() >= {"reason", "owner"}:
            kept = {key: entry[key] for key in ("reason", "owner", "test", "approved_by", "ticket") if key in entry}
            threat = _threat(position, entry, resolver, findings)
            waivers.append(Waiver(clause=clause, expires=expires, threat=threat, id=f"W{position + 1}", **kept))
    return tuple(waivers)


def read_threats(table: Mapping[str, Any], resolver: Resolver, findings: Findings) -> tuple[ThreatInScope, ...]:
    """Return the threats in scope, each with the clauses and boundaries that it is to be tested in."""
    found: dict[str, ThreatInScope] = {}
    for text, said in table.items():
        entry = said if isinstance(said, dict) else {"in": said}
        key: KeyPath = ("threats", text)
        path: KeyPath = (*key, "in") if isinstance(said, dict) else key
        places = tuple(
            str(reference)
            for position, place in enumerate(entry.get("in", ()))
            for reference in _references(place, resolver, (*path, position), findings)
        )
        try:
            threat = resolver.threat(text)
        except UnknownReference as error:
            findings.add(key, str(error))
            continue
        if threat in found:
            findings.add(key, f"{threat} has an entry already; put the two together")
        found[threat] = ThreatInScope(threat, tuple(dict.fromkeys(places)), entry.get("reason", ""))
    return tuple(found.values())


def read_not_applicable(
    said: Sequence[Any], resolver: Resolver | None, findings: Findings
) -> tuple[NotApplicable, ...]:
    """Return the complete declarations of what does not apply."""
    declared = []
    for position, entry in enumerate(said):
        clause, expires = _claim("not_applicable", position, entry, resolver, findings)
        if clause is not None and expires is not None and entry.keys() >= {"reason", "owner"}:
            declared.append(NotApplicable(clause, entry["reason"], entry["owner"], expires))
    return tuple(declared)


def _threat(position: int, entry: Mapping[str, Any], resolver: Resolver | None, findings: Findings) -> str | None:
    """Read the threat that a waiver accepts, if it names one."""
    if resolver is None or "threat" not in entry:
        return None
    if "test" in entry:
        message = "stands beside threat; a waiver accepts a threat, or covers the failures of tests"
        findings.add(("waivers", position, "test"), message)
    try:
        return resolver.threat(entry["threat"])
    except UnknownReference as error:
        findings.add(("waivers", position, "threat"), str(error))
        return None


def _claim(
    table: str, position: int, entry: Any, resolver: Resolver | None, findings: Findings
) -> tuple[Reference | None, date | None]:
    """Read what both tables have in common: one clause, and a day on which the claim ends."""
    if not isinstance(entry, dict):
        return None, None
    expires = read_date(entry.get("expires"), (table, position, "expires"), findings)
    if resolver is None or "clause" not in entry:
        return None, expires
    try:
        return resolver.reference(entry["clause"]), expires
    except UnknownReference as error:
        findings.add((table, position, "clause"), str(error))
        return None, expires


def read_date(text: str | None, path: KeyPath, findings: Findings) -> date | None:
    """Return a day of the calendar; what is none is a mistake."""
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    findings.add(
        path,
        f'"{text}" is not a day of the calendar; write for example {path[-1]} = 2027-01-31',
    )
    return None


def _references(text: Any, resolver: Resolver, path: KeyPath, findings: Findings) -> Iterator[Reference]:
    if not isinstance(text, str):
        return
    try:
        yield from resolver.expression(text)
    except UnknownReference as error:
        findings.add(path, str(error))


def _some_aspect(reference: ClauseReference, catalogue: Catalogue) -> str:
    """Name an aspect of the clause that is worth requiring: one that is not required already, if there is one."""
    clause = catalogue.clause(reference.clause)
    aspects = sorted(clause.aspects, key=lambda aspect: aspect.required) if clause else []
    return f"{reference.clause}/{aspects[0].id if aspects else 'ASPECT'}"
