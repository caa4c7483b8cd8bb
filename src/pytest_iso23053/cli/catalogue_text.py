"""Catalogues as text for a terminal. Pure functions from records to lines."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.crosswalk import (
    EVERY_ID,
    counterparts,
    crosswalk_rows,
    frameworks,
)
from pytest_iso23053.catalogue.load import load_catalogue, shipped_catalogues
from pytest_iso23053.catalogue.reference import BoundaryReference, ClauseReference
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.catalogue.threats import shipped_mitigations, shipped_threats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_iso23053.catalogue.crosswalk import CrosswalkRow
    from pytest_iso23053.catalogue.model import Aspect, Boundary, Catalogue, Clause
    from pytest_iso23053.catalogue.reference import Reference

_WIDTH = 110


def title_line(catalogue: Catalogue) -> str:
    """Name a catalogue with its edition."""
    doubt = "" if catalogue.verified else ", not verified against its source"
    return f"{catalogue.id}: {catalogue.title}, edition {catalogue.edition}{doubt}"


def summary(catalogue: Catalogue) -> str:
    """Count what a catalogue holds."""
    clauses = list(catalogue.clauses())
    required = sum(aspect.required for clause in clauses for aspect in clause.aspects)
    counts = [
        _count(len(catalogue.phases), "phase"),
        _count(len(clauses), "clause"),
        _count(required, "required aspect"),
        _count(len(catalogue.boundaries), "boundary", "boundaries"),
    ]
    profiles = f"; profiles: {', '.join(profile.id for profile in catalogue.profiles)}" if catalogue.profiles else ""
    return ", ".join(counts) + profiles


def overview_lines(catalogue: Catalogue) -> Iterator[str]:
    """Tell what a catalogue asks for, clause by clause, and how sure that is."""
    yield title_line(catalogue)
    yield from _facts("", {"sha256": catalogue.sha256, "source": catalogue.source, "note": catalogue.note})
    for phase in catalogue.phases:
        yield ""
        aliases = f" (also {', '.join(phase.aliases)})" if phase.aliases else ""
        yield f"{phase.title}{aliases}"
        for clause in phase.clauses:
            yield from _clause_lines(clause)
    yield ""
    yield "Boundaries" if catalogue.boundaries else "No boundaries"
    for boundary in catalogue.boundaries:
        yield f"  {boundary}  {boundary.title}"
    for profile in catalogue.profiles:
        yield ""
        yield f"Profile {profile.id}: {profile.title}"
        yield from _facts("  ", {"requires too": ", ".join((*profile.require, *profile.boundaries))})


def detail_lines(catalogue: Catalogue, references: Sequence[Reference]) -> Iterator[str]:
    """Tell all that is known of some clauses, aspects and boundaries."""
    yield title_line(catalogue)
    for reference in references:
        yield ""
        if isinstance(reference, BoundaryReference):
            yield from _boundary_detail(catalogue, reference)
        else:
            yield from _clause_detail(catalogue, reference)


def crosswalk_lines(catalogue: Catalogue, references: Sequence[Reference] | None) -> Iterator[str]:
    """Tell how the lifecycle's clauses correspond to the published standard, and where their topics are met."""
    yield "No official mapping was found: what follows is our own inference."
    for clause in catalogue.clauses():
        rows = [row for row in crosswalk_rows() if row.clause == clause.id and _is_wanted(row, references)]
        if rows:
            yield ""
            yield _heading(clause)
            yield from _counterpart_facts(clause)
        for row in rows:
            yield ""
            aspects = f" ({', '.join(f'{row.clause}/{aspect}' for aspect in row.aspects)})" if row.aspects else ""
            yield f"  {row.topic}{aspects}"
            yield from _facts("    ", _framework_facts(row.ids) | {"note": row.note})
    yield ""
    yield "Editions, and how sure they are"
    for framework in frameworks().values():
        sure = "verified" if framework.verified else "not verified"
        yield from _facts("  ", {framework.title: f"{framework.edition}; {sure}: {framework.source}. {framework.note}"})


def _is_wanted(row: CrosswalkRow, references: Sequence[Reference] | None) -> bool:
    if references is None:
        return True
    return any(
        isinstance(reference, ClauseReference)
        and reference.clause == row.clause
        and (reference.aspect is None or reference.aspect in row.aspects)
        for reference in references
    )


def _heading(clause: Clause) -> str:
    return f"{clause.id}  {clause.slug}  {clause.title}"


def _clause_lines(clause: Clause) -> Iterator[str]:
    yield f"  {_heading(clause)}"
    if clause.descriptive:
        yield "      descriptive: requires nothing"
    else:
        required = [_aspect_name(aspect) for aspect in clause.aspects if aspect.required]
        further = [_aspect_name(aspect) for aspect in clause.aspects if not aspect.required]
        yield from _facts("      ", {"required": ", ".join(required), "further": ", ".join(further)})
    yield from _doubts(clause)


def _aspect_name(aspect: Aspect) -> str:
    return f"{aspect.id} (computed)" if aspect.computed else aspect.id


def _doubts(clause: Clause) -> Iterator[str]:
    doubts = [
        *(["assumed"] if clause.assumed else []),
        *([] if clause.verified else ["not verified"]),
        *([] if clause.certainty is None else [f"certainty {clause.certainty:.0%}"]),
        *([clause.source] if clause.source else []),
    ]
    yield from _facts("      ", {"doubt": ", ".join(doubts), "note": clause.note})


def _clause_detail(catalogue: Catalogue, reference: ClauseReference) -> Iterator[str]:
    clause = next(clause for clause in catalogue.clauses() if clause.id == reference.clause)
    yield _heading(clause)
    yield from _facts("      ", {"also called": ", ".join(clause.aliases)})
    yield from _facts("      ", dict(_elsewhere(catalogue, clause)))
    yield from _doubts(clause)
    for aspect in clause.aspects:
        if reference.aspect in (None, aspect.id):
            yield ""
            yield from _aspect_detail(clause, aspect)


def _elsewhere(catalogue: Catalogue, clause: Clause) -> Iterator[tuple[str, str]]:
    for name in shipped_catalogues():
        if name != catalogue.id:
            other = load_catalogue(name)
            answers = Resolver(other, [catalogue, *map(load_catalogue, shipped_catalogues())]).marker(
                [f"{catalogue.id}:{clause.id}"]
            )
            named = [f"{found.id} {found.title}" for found in other.clauses() if (found.id, None) in answers.clauses]
            yield f"in {name}", ", ".join(named) or "no counterpart"


def _aspect_detail(clause: Clause, aspect: Aspect) -> Iterator[str]:
    yield f"  {clause.id}/{aspect.id}  {aspect.title}  ({'required' if aspect.required else 'further'})"
    yield from _facts(
        "      ",
        {
            "finding": f"failure in the {clause.process} process to {aspect.verb} {aspect.condition}",
            "judged": f"after the run, by the rule {aspect.computed}; no test names it" if aspect.computed else "",
            "tests support too": ", ".join(aspect.also),
            "note": aspect.note,
        },
    )
    yield from _facts("      ", _framework_facts(aspect.crosswalk))


def _boundary_detail(catalogue: Catalogue, reference: BoundaryReference) -> Iterator[str]:
    boundary = next(item for item in catalogue.boundaries if _ends(item) == reference)
    ends = [clause for end in reference if (clause := catalogue.clause(end))]
    yield f"{boundary}  {boundary.title}"
    between = " and ".join(clause.process for clause in ends)
    sentence = f"failure at the boundary between {between} to {boundary.verb} {boundary.condition}"
    yield from _facts("      ", {"finding": sentence.rstrip()})


def _ends(boundary: Boundary) -> BoundaryReference:
    return BoundaryReference(boundary.from_clause, boundary.to_clause)


def _counterpart_facts(clause: Clause) -> Iterator[str]:
    for counterpart in counterparts():
        if counterpart.lifecycle == clause.id:
            related = f"; see also {', '.join(counterpart.related)}" if counterpart.related else ""
            answers = ", ".join(counterpart.published) or "no counterpart"
            yield from _facts("      ", {"in iso23053-2022": f"{answers}{related}", "fit": counterpart.fit})


def _framework_facts(ids_by_framework: Mapping[str, Sequence[str]]) -> dict[str, str]:
    known = frameworks()
    return {
        f"{known[name].title} ({known[name].edition})" if name in known else name: ", ".join(map(_titled, ids))
        for name, ids in ids_by_framework.items()
    }


def _titled(framework_id: str) -> str:
    if framework_id == EVERY_ID:
        return "all that this table maps"
    threat = shipped_threats().get(framework_id)
    if threat is None:
        mitigation = shipped_mitigations().get(framework_id)
        return f"{framework_id} {mitigation.title}" if mitigation else framework_id
    # Where the whole framework is unverified, its own line says so.
    is_doubtful = frameworks()[threat.framework].verified and not threat.verified
    return f"{framework_id} {threat.title}{' (doubtful)' if is_doubtful else ''}"


def _facts(indent: str, facts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is there to say, each fact under its name, wrapped with a hanging indent."""
    for name, text in facts.items():
        if text.strip():
            yield from textwrap.wrap(
                f"{name}: {text.strip()}",
                _WIDTH,
                initial_indent=indent,
                subsequent_indent=f"{indent}    ",
                break_long_words=False,
                break_on_hyphens=False,
            )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
