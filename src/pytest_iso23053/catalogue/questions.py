"""What is asked before an engagement, phase by phase, and what in a catalogue an answer is about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.expression import UnknownReference
from pytest_iso23053.catalogue.shipped import CATALOGUES, shipped_data
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from pytest_iso23053.catalogue.resolver import Resolver


@dataclass(frozen=True)
class Question:
    """One question. ``about`` is in the numbers of the catalogue lifecycle; yes means that there is a control."""

    id: str
    phase: str
    question: str
    probe: str
    about: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()


@cache
def shipped_questions() -> tuple[Question, ...]:
    """Return the questions in the order in which they are asked."""
    return tuple(
        Question(
            said["id"],
            phase["title"],
            said["question"],
            said["probe"],
            *(tuple(said.get(key, ())) for key in ("about", "measures", "threats")),
        )
        for phase in shipped_data("questions")["phases"]
        for said in phase["questions"]
    )


def about_in(resolver: Resolver, question: Question) -> tuple[str, ...]:
    """Return what a question is about in the run's catalogue; what has no counterpart there is left out."""
    found: list[str] = []
    for text in question.about:
        before, separator, after = text.partition(">")
        named = f"{CATALOGUES[0]}:{before}" + (f">{CATALOGUES[0]}:{after}" if separator else "")
        try:
            found.extend(map(str, resolver.expression(named)))
        except UnknownReference:
            continue
    return tuple(dict.fromkeys(found))
