"""What a catalogue of somebody's own asks less strictly than the shipped one that it extends.

To require less is a team's right. The report says so, since its percentages would not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.shipped import CATALOGUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_iso23053.catalogue.model import Catalogue

_SHOWN = 6


def laxer_than_shipped(catalogue: Catalogue) -> tuple[str, ...]:
    """Say in sentences what a catalogue gives up; nothing of a shipped one, and of one that asks as much.

    Of one that extends none there is nothing to hold it against, which is said.
    """
    if catalogue.id in CATALOGUES:
        return ()
    named = f"the catalogue {catalogue.id} {catalogue.edition}"
    base = next((load_catalogue(name) for name in catalogue.extends if name in CATALOGUES), None)
    if base is None:
        return (f"{named} is the project's own and extends none that is shipped: what it requires, its author chose",)
    return tuple(f"{named} {said}" for said in _given_up(catalogue, base))


def _given_up(own: Catalogue, base: Catalogue) -> Iterator[str]:
    # To extend is to lay over: everything of the base is there, with or without changes.
    pairs = [
        (f"{clause.id}/{mine.id}", mine, was)
        for clause in own.clauses()
        for mine in clause.aspects
        if (known := base.clause(clause.id)) and (was := known.aspect(mine.id))
    ]
    if dropped := [reference for reference, mine, was in pairs if was.required and not mine.required]:
        yield f"does not require {_some(dropped)}, as {base.id} does"
    if otherwise := [reference for reference, mine, was in pairs if was.computed != mine.computed]:
        yield f"has {_some(otherwise)} worked out otherwise than {base.id}"
    if unlinked := [reference for reference, mine, was in pairs if not set(was.also) <= set(mine.also)]:
        yield f"does not count tests of {_some(unlinked)} for other clauses, as {base.id} does"
    kept = {profile.id: {*profile.require, *profile.boundaries} for profile in own.profiles}
    for profile in base.profiles:
        asked = (*profile.require, *profile.boundaries)
        if missing := [reference for reference in asked if reference not in kept[profile.id]]:
            yield f"requires less by its profile {profile.id} than {base.id}: not {_some(missing)}"


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"
