"""The one notation for clauses, aspects and boundaries, wherever they are written.

    expression = term { "," term }
    term       = side [ ">" side ]                      7.4   or   7.2>7.3
    side       = [ catalogue ":" ] name [ "/" aspect ]  iso23053-2022:8.5/robustness

A name is a clause's id, slug or alias, a phase, or a range of clauses (``7.2-7.4``). What a name stands for is the
resolver's business; this module only takes the notation apart.
"""

from __future__ import annotations

from typing import NamedTuple

from pytest_iso23053.catalogue.names import quote


class UnknownReference(ValueError):  # noqa: N818 - says what was met, like KeyError's «key»
    """A reference that names nothing in the catalogues, or is not in the notation. The message says what would be."""


class Side(NamedTuple):
    """A name with its catalogue and aspect, as written."""

    catalogue: str | None
    name: str
    aspect: str | None = None

    def __str__(self) -> str:
        catalogue = "" if self.catalogue is None else f"{self.catalogue}:"
        return catalogue + (self.name if self.aspect is None else f"{self.name}/{self.aspect}")


class Term(NamedTuple):
    """One clause, aspect or range; or, with ``to``, the boundary between two clauses."""

    side: Side
    to: Side | None = None


def parse(text: str) -> tuple[Term, ...]:
    """Take a comma-separated expression apart."""
    return tuple(_term(part, text) for part in text.split(","))


def _term(text: str, whole: str) -> Term:
    sides = text.replace("→", ">").replace("->", ">").split(">")
    if len(sides) > 2:
        raise UnknownReference(f"{quote(whole)}: a boundary joins two clauses, such as 7.2>7.3")
    side = _side(sides[0], whole)
    if len(sides) == 1:
        return Term(side)
    to = _side(sides[1], whole)
    # The catalogue is written once: iso23053-2022:8.3>8.4
    return Term(side, to._replace(catalogue=to.catalogue or side.catalogue))


def _side(text: str, whole: str) -> Side:
    catalogue, colon, rest = text.rpartition(":")
    name, slash, aspect = rest.partition("/")
    if ":" in catalogue or "/" in catalogue or "/" in aspect:
        raise UnknownReference(f"{quote(whole)}: write a clause as [catalogue:]clause[/aspect], such as 7.4/robustness")
    side = Side(catalogue.strip() if colon else None, name.strip(), aspect.strip() if slash else None)
    if "" in side:
        raise UnknownReference(
            f"{_what_is_empty(side)} in {quote(whole)}; write for example 7.4, 7.4/robustness or 7.2-7.4"
        )
    return side


def _what_is_empty(side: Side) -> str:
    if side.name == "":
        return "no clause"
    return "no aspect after the slash" if side.aspect == "" else "no catalogue before the colon"
