"""Threats by phase and boundary: tested, failed, undecided, untested or waived.

A test counts where it names the threat and belongs to the place. A test of a sub-technique (AML.T0043.004) can break
the technique (AML.T0043) and shows a part of it, but does not cover it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import outcome, verdict
from pytest_iso23053.assurance.report import TestRecord, ThreatCell, ThreatVerdict
from pytest_iso23053.assurance.verdict import Tally
from pytest_iso23053.catalogue.threats import shipped_threats, threat_frameworks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.policy import ThreatInScope
    from pytest_iso23053.assurance.waivers import WaiverBook
    from pytest_iso23053.catalogue.model import Catalogue

TESTED, FAILED, UNDECIDED, UNTESTED, WAIVED = "tested", "failed", "undecided", "untested", "waived"
STATES = (FAILED, UNDECIDED, UNTESTED, WAIVED, TESTED)
_STATE = {
    verdict.DEMONSTRATED: TESTED,
    verdict.FAILED: FAILED,
    verdict.UNTESTED: UNTESTED,
    verdict.WAIVED: WAIVED,
}

Tests = dict[str, list[TestRecord]]


def lay_out(
    catalogue: Catalogue, scoped: Sequence[ThreatInScope], records: Sequence[TestRecord], book: WaiverBook
) -> tuple[ThreatVerdict, ...]:
    """Return the threats in scope, in their order, then those that only tests name."""
    by_threat: Tests = {}
    for record in records:
        for name in record.threats:
            by_threat.setdefault(name, []).append(record)
    found = []
    for each in scoped:
        cells = tuple(_cell(each.id, place, by_threat, book) for place in each.places)
        found.append(_verdict(catalogue, each.id, cells, in_scope=True, reason=each.reason))
    listed = {each.id for each in scoped}
    for name in sorted(by_threat.keys() - listed):
        places = _places(by_threat[name], catalogue)
        cells = tuple(_cell(name, place, {name: by_threat[name]}, book) for place in places)
        found.append(_verdict(catalogue, name, cells, in_scope=False))
    return tuple(found)


def used_waivers(threats: Sequence[ThreatVerdict], book: WaiverBook) -> dict[str, tuple[str, ...]]:
    """Return the waivers that accept a threat which is not tested, or whose tests failed, with those tests."""
    used: dict[str, tuple[str, ...]] = {}
    for each in threats:
        for cell in each.cells:
            waiver = book.accepting(each.id, cell.place) if cell.verdict != verdict.DEMONSTRATED else None
            if waiver is not None and each.in_scope:
                used[waiver.id] = (*used.get(waiver.id, ()), *cell.tests)
    return used


def _verdict(
    catalogue: Catalogue, name: str, cells: tuple[ThreatCell, ...], *, in_scope: bool, reason: str = ""
) -> ThreatVerdict:
    shipped = shipped_threats().get(name)
    if shipped is None:
        title, framework, edition = catalogue.threats.get(name, ""), catalogue.title, catalogue.edition
    else:
        body = threat_frameworks()[shipped.framework]
        title, framework, edition = shipped.title, body.title, body.edition
    return ThreatVerdict(name, title, framework, edition, in_scope, reason, cells)


def _cell(name: str, place: str, by_threat: Mapping[str, Sequence[TestRecord]], book: WaiverBook) -> ThreatCell:
    own = [record for record in by_threat.get(name, ()) if _within(record, place)]
    parts = [
        record
        for threat, records in by_threat.items()
        if threat.startswith(f"{name}.")
        for record in records
        if _within(record, place)
    ]
    tests = {record.nodeid: record for record in (*own, *parts)}
    found = _folded(own, tests.values(), place)
    waivers = {record.waiver for record in tests.values() if record.waiver and record.outcome in outcome.WAIVABLE}
    state = _STATE.get(found, UNDECIDED)
    accepted = book.accepting(name, place) if book.enabled and state not in (TESTED, WAIVED) else None
    if accepted is not None:
        state = WAIVED
        waivers.add(accepted.id)
    return ThreatCell(place, state, found, tuple(sorted(tests)), tuple(sorted(waivers)))


def _folded(own: Collection[TestRecord], every: Collection[TestRecord], place: str) -> str:
    tally, whole = Tally(), Tally()
    for record in every:
        tally.add(record, waived=_is_waived(record, place))
    for record in own:
        whole.add(record, waived=_is_waived(record, place))
    found = verdict.aspect_verdict(tally)
    covered = whole.supporting or whole.waived
    return found if found not in (verdict.DEMONSTRATED, verdict.WAIVED) or covered else verdict.PARTIAL


def _is_waived(record: TestRecord, place: str) -> bool:
    """Tell whether waivers cover everything that a test says here, and not only one of its aspects."""
    return set(record.waived) >= set(_here(record, place))


def _within(record: TestRecord, place: str) -> bool:
    return next(_here(record, place), None) is not None


def _here(record: TestRecord, place: str) -> Iterator[str]:
    """Return what a test speaks about in a place: a clause holds its aspects."""
    for reference in (*record.clauses, *record.boundaries):
        if reference == place or reference.startswith(f"{place}/"):
            yield reference


def _places(records: Sequence[TestRecord], catalogue: Catalogue) -> list[str]:
    """Return the clauses and boundaries that tests belong to, in the catalogue's order."""
    named = {reference.partition("/")[0] for record in records for reference in (*record.clauses, *record.boundaries)}
    order = [*(clause.id for clause in catalogue.clauses()), *map(str, catalogue.boundaries)]
    return [place for place in order if place in named]
