"""Which threats follow from which sign, and where they are to be tested; written as TOML that can be pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.resolver import UnknownReference
from pytest_iso23053.catalogue.shipped import CATALOGUES
from pytest_iso23053.catalogue.threats import shipped_threats, threat_frameworks
from pytest_iso23053.cli import threat_signs as sign
from pytest_iso23053.settings.mistakes import key_text, toml_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pytest_iso23053.catalogue.resolver import Resolver

# sign → threat, where. The places are in the numbers of the catalogue lifecycle; the choice is ours.
PROPOSALS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (sign.TRAINED, "AML.T0020", ("7.2", "7.2>7.3")),
    (sign.TRAINED, "ML02", ("7.2", "7.2>7.3")),
    (sign.TRAINED, "NISTAML.013", ("7.2", "7.2>7.3")),
    (sign.TRAINED, "AML.T0010.002", ("7.2",)),
    (sign.MODEL, "AML.T0015", ("7.4",)),
    (sign.MODEL, "ML01", ("7.4",)),
    (sign.MODEL, "NISTAML.022", ("7.4",)),
    (sign.THIRD_PARTY, "AML.T0010.003", ("7.3",)),
    (sign.THIRD_PARTY, "ML06", ("7.3",)),
    (sign.THIRD_PARTY, "NISTAML.05", ("7.3",)),
    (sign.THIRD_PARTY, "ML07", ("7.3",)),
    (sign.THIRD_PARTY, "AML.T0043.004", ("7.4",)),
    (sign.THIRD_PARTY, "NISTAML.023", ("7.4",)),
    (sign.PICKLE, "AML.T0011.000", ("7.5",)),
    (sign.PICKLE, "AML.T0018.002", ("7.5",)),
    (sign.SERVED, "AML.T0024.002", ("7.5",)),
    (sign.SERVED, "ML05", ("7.5",)),
    (sign.SERVED, "NISTAML.031", ("7.5",)),
    (sign.SERVED, "AML.T0029", ("7.5",)),
    (sign.SERVED, "NISTAML.014", ("7.5",)),
    (sign.SERVED, "ML09", ("7.4>7.5",)),
    (sign.PERSONAL, "AML.T0024.000", ("7.3",)),
    (sign.PERSONAL, "ML04", ("7.3",)),
    (sign.PERSONAL, "NISTAML.033", ("7.3",)),
    (sign.PERSONAL, "AML.T0024.001", ("7.5",)),
    (sign.PERSONAL, "ML03", ("7.5",)),
    (sign.TEXT, "AML.T0043.003", ("7.4",)),
    (sign.PRODUCTION, "AML.T0031", ("7.6",)),
    (sign.RETRAINED, "ML08", ("7.6", "7.6>7.2")),
    (sign.RETRAINED, "AML.T0059", ("7.6>7.2",)),
)
_WIDTH = 44


def proposed(signs: Mapping[str, str], listed: Collection[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what follows from the signs, by sign, without what is in scope already."""
    return [each for each in PROPOSALS if each[0] in signs and each[1] not in listed]


def proposal_lines(signs: Mapping[str, str], listed: Collection[str], resolver: Resolver, table: str) -> Iterator[str]:
    """Write the proposal as a table; it can be pasted as it is."""
    yield "# Proposed by `pytest-iso23053 threats` from the configuration. Strike out what does not apply, and"
    yield "# tell those who asked why; a threat that stays needs a test that names it, or a waiver with its id."
    yield f"[{table}]"
    why = ""
    for reason, threat, places in proposed(signs, listed):
        here = _here(resolver, places)
        if not here:
            continue
        if signs[reason] != why:
            why = signs[reason]
            yield f"# {why}"
        known = shipped_threats()[threat]
        body = threat_frameworks()[known.framework]
        yield f"{f'{key_text((threat,))} = {toml_text(here)}':<{_WIDTH}} # {known.title}; {body.title} {body.edition}"


def not_seen(signs: Mapping[str, str]) -> list[str]:
    """Return the signs that the configuration does not give, and that somebody may know of."""
    return [name for name in sign.ASKED if name not in signs]


def _here(resolver: Resolver, places: tuple[str, ...]) -> list[str]:
    """Return the places in the numbers of the run's catalogue; what has no counterpart there is left out."""
    found: list[str] = []
    for place in places:
        named = ">".join(f"{CATALOGUES[0]}:{side}" for side in place.split(">"))
        try:
            found.extend(map(str, resolver.expression(named)))
        except UnknownReference:
            continue
    return list(dict.fromkeys(found))
