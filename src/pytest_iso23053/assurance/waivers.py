"""Which waiver covers which test, for which of the things it speaks about: section 6 of the truth table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.derived import Derivation
from pytest_iso23053.assurance.globbing import matches
from pytest_iso23053.assurance.outcome import WAIVABLE
from pytest_iso23053.catalogue.reference import ClauseReference, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pytest_iso23053.assurance.policy import Waiver
    from pytest_iso23053.assurance.report import TestRecord
    from pytest_iso23053.catalogue.model import Catalogue

USED, UNUSED, EXPIRED = "used", "unused", "expired"


class WaiverBook:
    """The waivers of a run on one day. A waiver holds to the end of the day it names.

    ``enabled=False`` is the auditor's view: nothing is covered, but what each waiver would cover can still be told.
    ``spelled`` gives the node ids of tests that are shown by another name: a waiver's author knew those.
    """

    def __init__(
        self,
        waivers: Sequence[Waiver],
        today: date,
        *,
        catalogue: Catalogue,
        enabled: bool = True,
        spelled: Mapping[str, str] | None = None,
    ) -> None:
        self._spelled = spelled or {}
        self.enabled = enabled
        self.waivers = tuple(
            waiver if waiver.id else replace(waiver, id=f"W{place}") for place, waiver in enumerate(waivers, start=1)
        )
        self.expired = tuple(waiver for waiver in self.waivers if waiver.expires < today)
        self._in_date = tuple(waiver for waiver in self.waivers if waiver.expires >= today)
        self._derivation = Derivation(catalogue)

    def covering(self, nodeid: str, reference: Reference | str, clauses: Iterable[str] = ()) -> Waiver | None:
        """Return the first waiver that covers a test for one clause, aspect or boundary.

        ``clauses`` is all that the test speaks about: a waiver on one of its aspects covers it for what ``also``
        derives from that aspect too, and no other test there.
        """
        return self.would_be_covering(nodeid, reference, clauses) if self.enabled else None

    def would_be_covering(self, nodeid: str, reference: Reference | str, clauses: Iterable[str] = ()) -> Waiver | None:
        """Return what ``covering`` does, also where waivers are switched off."""
        return next(self._covering(nodeid, str(reference), clauses), None)

    def accepting(self, threat: str, place: str) -> Waiver | None:
        """Return the first waiver in date that accepts a threat in a clause, an aspect or at a boundary."""
        return next(
            (each for each in self._in_date if each.threat == threat and _names(each.clause, place)),
            None,
        )

    def wholly(self, nodeid: str, clauses: Sequence[str], boundaries: Sequence[str]) -> Waiver | None:
        """Return a waiver where waivers cover everything that a test speaks about: the one that ends first."""
        ending = []
        for reference in (*clauses, *boundaries) if self.enabled else ():
            found = max(self._covering(nodeid, reference, clauses), key=lambda waiver: waiver.expires, default=None)
            if found is None:
                return None
            ending.append(found)
        return min(ending, key=lambda waiver: waiver.expires, default=None)

    def applied(self, record: TestRecord) -> TestRecord:
        """Return the record with the waiver it carries; its outcome stays what it was."""
        if record.outcome not in WAIVABLE or not self.enabled or not self._in_date:
            return record
        found = {
            reference: waiver
            for reference in (*record.clauses, *record.boundaries)
            if (waiver := self.covering(record.nodeid, reference, record.clauses)) is not None
        }
        first = next((waiver.id for waiver in self.waivers if waiver in found.values()), None)
        return replace(record, waiver=first, waived=tuple(found)) if found else record

    def statements(
        self, records: Iterable[TestRecord], also_used: Mapping[str, Iterable[str]] | None = None
    ) -> tuple[dict[str, Any], ...]:
        """Return what the report says of each waiver: its terms, its state, and the tests whose failure it covers.

        Switched off, a waiver still counts as used where it would cover something: it is not one to strike out.
        ``also_used`` adds the tests that a waiver covers for a computed aspect.
        """
        used: dict[str, set[str]] = {waiver.id: set() for waiver in self.waivers}
        for record in records:
            if record.outcome in WAIVABLE:
                for reference in (*record.clauses, *record.boundaries):
                    for waiver in self._covering(record.nodeid, reference, record.clauses):
                        used[waiver.id].add(record.nodeid)
        for identifier, nodeids in (also_used or {}).items():
            used[identifier].update(nodeids)
        known = {waiver for waiver, tests in used.items() if tests} | {*(also_used or ())}
        return tuple(
            self._statement(waiver, sorted(used[waiver.id]), used=waiver.id in known) for waiver in self.waivers
        )

    def would_cover(self, waiver: Waiver, record: TestRecord) -> bool:
        """Tell whether a waiver, in date or not, is about a test, whatever its outcome."""
        return any(
            self._is_about(waiver, record.nodeid, reference, record.clauses)
            for reference in (*record.clauses, *record.boundaries)
        )

    def _statement(self, waiver: Waiver, tests: list[str], *, used: bool) -> dict[str, Any]:
        state = EXPIRED if waiver in self.expired else USED if used else UNUSED
        threat = {"threat": waiver.threat} if waiver.threat else {}
        return threat | {
            "id": waiver.id,
            "clause": str(waiver.clause),
            "test": waiver.test,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat(),
            "approved_by": waiver.approved_by,
            "ticket": waiver.ticket,
            "state": state,
            "tests": tests,
        }

    def _covering(self, nodeid: str, reference: str, clauses: Iterable[str]) -> Iterator[Waiver]:
        return (waiver for waiver in self._in_date if self._is_about(waiver, nodeid, reference, clauses))

    def _is_about(self, waiver: Waiver, nodeid: str, reference: str, clauses: Iterable[str]) -> bool:
        if waiver.threat is not None or (
            waiver.test is not None and not matches(self._spelled.get(nodeid, nodeid), waiver.test)
        ):
            return False
        if _names(waiver.clause, reference):
            return True
        return any(_names(waiver.clause, clause) and reference in self._derivation.of(clause) for clause in clauses)


def _names(target: Reference, reference: str) -> bool:
    """A clause names all of its aspects, and the tests that name it alone."""
    whole_clause = isinstance(target, ClauseReference) and target.aspect is None
    return str(target) == reference or (whole_clause and reference.startswith(f"{target}/"))
