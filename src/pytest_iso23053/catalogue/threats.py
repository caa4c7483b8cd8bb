"""Threats by the ids of MITRE ATLAS, OWASP and NIST, each with the edition it was taken from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pytest_iso23053.catalogue.expression import UnknownReference
from pytest_iso23053.catalogue.names import close_names, did_you_mean, normalise, quote, quote_object
from pytest_iso23053.catalogue.shipped import shipped_data
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Framework:
    """A body of text that ids belong to, in one edition. ``verified`` says whether its ids were read in a source."""

    id: str
    title: str
    edition: str
    verified: bool
    source: str
    note: str = ""


@dataclass(frozen=True)
class Threat:
    """A threat of a framework. ``verified`` is False where id or title rest on memory or on a secondary list."""

    id: str
    title: str
    framework: str
    verified: bool


@dataclass(frozen=True)
class Mitigation:
    """What a framework sets against threats, and the lifecycle clause in which it is at home."""

    id: str
    title: str
    clause: str | None


@cache
def threat_frameworks() -> Mapping[str, Framework]:
    """The frameworks whose threats are known, by id."""
    keys = ("title", "edition", "verified", "source", "note")
    data = shipped_data("threats")
    return {name: Framework(name, **{key: entry[key] for key in keys if key in entry}) for name, entry in data.items()}


@cache
def shipped_threats() -> Mapping[str, Threat]:
    """Every threat known, by its canonical id."""
    return {
        threat_id: Threat(threat_id, title, framework, verified=entry["verified"] and group == "ids")
        for framework, entry in shipped_data("threats").items()
        for group in ("ids", "doubtful")
        for threat_id, title in entry.get(group, {}).items()
    }


@cache
def shipped_mitigations() -> Mapping[str, Mitigation]:
    """Every mitigation known, by its canonical id."""
    return {
        mitigation_id: Mitigation(mitigation_id, entry["title"], entry.get("clause"))
        for framework in shipped_data("threats").values()
        for mitigation_id, entry in framework.get("mitigations", {}).items()
    }


def canonical_threat(text: object, own: Mapping[str, str]) -> str:
    """Return the canonical id of a threat; ``own`` holds those that the run's catalogue declares itself.

    Raises
    ------
    UnknownReference
        If no framework and no catalogue has it.
    """
    if not isinstance(text, str) or not text.strip():
        raise UnknownReference(f'{quote_object(text)} is no threat id: write text, such as threat("AML.T0015")')
    wanted = _without_edition(normalise(text))
    known = {threat_id.casefold(): threat_id for threat_id in (*shipped_threats(), *own)}
    if wanted in known:
        return known[wanted]
    for mitigation in shipped_mitigations().values():
        if wanted == mitigation.id.casefold():
            raise UnknownReference(
                f"{mitigation.id} is a mitigation ({mitigation.title}), not a threat: name the attack that is tested"
            )
    raise UnknownReference(f"unknown threat {quote(text)}{did_you_mean(_suggestions(text, wanted, known))}{_way_out()}")


def _without_edition(text: str) -> str:
    """OWASP's own spelling carries the year: LLM01:2025."""
    threat_id, colon, edition = text.partition(":")
    editions = {framework.edition[:4] for framework in threat_frameworks().values()}
    return threat_id if colon and edition in editions else text


def _suggestions(text: str, wanted: str, known: Mapping[str, str]) -> list[str]:
    titled = [threat.id for threat in shipped_threats().values() if normalise(threat.title) == normalise(text)]
    return titled or [known[name] for name in close_names(wanted, known)]


def _way_out() -> str:
    editions = ", ".join(f"{framework.title} {framework.edition}" for framework in threat_frameworks().values())
    return f" Known are ids of {editions}; declare others under [[threats]] in a catalogue of your own"
