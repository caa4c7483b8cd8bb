"""Whom an attack stands for: the configured attacker, with what a single call says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.policy import Attacker

KNOWLEDGE = ("black-box", "probabilities", "white-box")
_WORDS = {
    "black-box": "sees labels",
    "probabilities": "sees probabilities",
    "white-box": "has the model",
}


def attacker(**said: Any) -> Attacker:
    """The attacker that the configuration states; what is said here and is not None comes first.

    Raises
    ------
    ValueError
        The knowledge is none of the three, or there are no queries.
    """
    surroundings = context.current()
    stated = surroundings.attacker if surroundings is not None else Attacker()
    found = replace(stated, **{key: value for key, value in said.items() if value is not None})
    if found.knowledge not in KNOWLEDGE:
        raise ValueError(f"knowledge = {found.knowledge!r} is not known; it is one of {', '.join(KNOWLEDGE)}")
    if isinstance(found.queries, bool) or not found.queries >= 1:
        raise ValueError(f"queries = {found.queries!r} is no number of rows to ask about; write 500, for example")
    return replace(found, queries=int(found.queries))


def in_words(one: Attacker, reach: str = "") -> str:
    """The attacker as a finding quotes it: «sees labels, 400 queries a row, within 0.5 in l2, age fixed»."""
    parts = [_WORDS[one.knowledge], f"{one.queries} {'query' if one.queries == 1 else 'queries'} a row", reach]
    limits = {
        "fixed": one.immutable,
        "raised only": one.increase_only,
        "lowered only": one.decrease_only,
        "whole": one.integer,
        "within a range": tuple(one.ranges),
        "weighed": tuple(one.costs),
    }
    parts += [f"{_few(names)} {what}" for what, names in limits.items() if names]
    parts += [f"{len(one.one_hot)} one-hot groups"] if one.one_hot else []
    parts += ["limits as in the training data"] if one.infer else []
    return ", ".join(part for part in parts if part)


def _few(names: tuple[str, ...]) -> str:
    shown = " and ".join(map(str, names[:2]))
    return shown if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more columns"


def examples() -> int:
    """How many rows of data a measurement may show in a report."""
    surroundings = context.current()
    return surroundings.examples if surroundings is not None else 0
