"""Threats by phase and boundary: tested, failed, undecided, untested or waived.

A test counts where it names the threat and belongs to the place. A test of a sub-technique (AML.T0043.004) can break
the technique (AML.T0043) and shows a part of it, but does not cover it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import verdict
from pytest_iso23053.assurance.report import TestRecord, ThreatCell, ThreatVerdict
from pytest_iso23053.assurance.verdict import Tally
from pytest_iso23053.catalogue.threats import shipped_threats, threat_frameworks

if TYPE_CHECKING:
    from collections.abc import Sequence

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

Named = dict[str, dict[str, list[TestRecord]]]  # threat → clause, aspect or boundary → the tests there that name it


def lay_out(
    catalogue: Catalogue, scoped: Sequence[ThreatInScope], records: Sequence[TestRecord], book: WaiverBook
) -> tuple[ThreatVerdict, ...]:
    """Return the threats in scope, in their order, then those that only tests name."""
    named = _named(records)
    found = []
    for each in scoped:
        cells = tuple(_cell(each.id, place, named, book) for place in each.places)
        found.append(_verdict(catalogue, each.id, cells, in_scope=True, reason=each.reason))
    order = [*(clause.id for clause in catalogue.clauses()), *map(str, catalogue.boundaries)]
    for name in sorted(named.keys() - {each.id for each in scoped}):
        own: Named = {name: named[name]}
        cells = tuple(_cell(name, place, own, book) for place in order if place in named[name])
        found.append(_verdict(catalogue, name, cells, in_scope=False))
    return tuple(found)


def _named(records: Sequence[TestRecord]) -> Named:
    """Sort the tests by threat and place; a clause holds its aspects. Thousands of tests share a few places."""
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}
    found: Named = {}
    for record in records:
        if not record.threats:
            continue
        key = (record.clauses, record.boundaries)
        places = known.get(key)
        if places is None:
            every = (*record.clauses, *(text.partition("/")[0] for text in record.clauses), *record.boundaries)
            places = known[key] = tuple(dict.fromkeys(every))
        for name in record.threats:
            here = found.setdefault(name, {})
            for place in places:
                here.setdefault(place, []).append(record)
    return found


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


def _cell(name: str, place: str, named: Named, book: WaiverBook) -> ThreatCell:
    own = named.get(name, {}).get(place, [])
    parts = [
        record
        for threat, places in named.items()
        if threat.startswith(f"{name}.")
        for record in places.get(place, ())
        if name not in record.threats
    ]
    found = _folded(own, parts, place)
    tests = {record.nodeid: record for record in (*own, *parts)}
    waivers = {record.waiver for record in tests.values() if record.waiver}
    state = _STATE.get(found, UNDECIDED)
    accepted = book.accepting(name, place) if book.enabled and state not in (TESTED, WAIVED) else None
    if accepted is not None:
        state = WAIVED
        waivers.add(accepted.id)
    return ThreatCell(place, state, found, tuple(sorted(tests)), tuple(sorted(waivers)))


def _folded(own: Sequence[TestRecord], parts: Sequence[TestRecord], place: str) -> str:
    tally = Tally()
    for record in own:
        tally.add(record, waived=_is_waived(record, place))
    covered = tally.supporting or tally.waived
    for record in parts:
        tally.add(record, waived=_is_waived(record, place))
    found = verdict.aspect_verdict(tally)
    return found if found not in (verdict.DEMONSTRATED, verdict.WAIVED) or covered else verdict.PARTIAL


def _is_waived(record: TestRecord, place: str) -> bool:
    """Tell whether waivers cover everything that a test says in a place, and not only one of its aspects."""
    return bool(record.waived) and all(
        reference in record.waived
        for reference in (*record.clauses, *record.boundaries)
        if reference == place or reference.startswith(f"{place}/")
    )
