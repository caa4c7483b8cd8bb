"""Outcomes → the verdict on an aspect → on its clause → on its phase: sections 2 and 3 of the truth table.

Pure tables. Which tests belong where, and what is required, is decided in ``matrix``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.assurance import outcome
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pytest_iso23053.assurance.report import TestRecord

FAILED = "failed"
ERROR = "error"
INCOMPLETE = "incomplete"
INCONCLUSIVE = "inconclusive"
NOT_APPLICABLE = "not-applicable"
UNTESTED = "untested"
PARTIAL = "partial"
WAIVED = "waived"
DEMONSTRATED = "demonstrated"

VERDICTS = (
    FAILED,
    ERROR,
    INCOMPLETE,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    UNTESTED,
    PARTIAL,
    WAIVED,
    DEMONSTRATED,
)
UNSETTLED = (FAILED, ERROR, INCOMPLETE, INCONCLUSIVE)  # worst first; any of these decides a clause
SHOWN = frozenset({PARTIAL, WAIVED, DEMONSTRATED})  # something supports, or is waived


@dataclass
class Tally:
    """The tests of one aspect, boundary or clause, counted by what the truth table asks of them."""

    failed: int = 0  # failed and xfailed ones without a waiver
    error: int = 0
    not_run: int = 0
    inconclusive: int = 0  # without a waiver
    supporting: int = 0
    waived: int = 0
    skipped: int = 0  # sub-tests included

    def add(self, record: TestRecord, *, waived: bool) -> None:
        """Count a test; ``waived`` is whether a waiver covers it for this aspect."""
        kind = record.outcome
        if kind in outcome.PASSING:
            self.supporting += record.supports
            self.skipped += len(record.subtests_skipped)
        elif kind in outcome.WAIVABLE:
            if waived:
                self.waived += 1
            elif kind == outcome.INCONCLUSIVE:
                self.inconclusive += 1
            else:
                self.failed += 1
        elif kind == outcome.ERROR:
            self.error += 1
        elif kind == outcome.NOT_RUN:
            self.not_run += 1
        elif kind == outcome.SKIPPED:
            self.skipped += 1


def aspect_verdict(tally: Tally, *, not_applicable: bool = False) -> str:
    """Section 2: the first row that applies, top to bottom. A boundary's cell follows the same table."""
    shown = tally.supporting or tally.waived
    rows = (
        (FAILED, tally.failed),
        (ERROR, tally.error),
        (INCOMPLETE, tally.not_run),
        (INCONCLUSIVE, tally.inconclusive),
        (NOT_APPLICABLE, not_applicable),
        (UNTESTED, not shown),
        (PARTIAL, tally.skipped),
        (WAIVED, tally.waived),
    )
    return next((verdict for verdict, applies in rows if applies), DEMONSTRATED)


def clause_verdict(required: Sequence[str], further: Collection[str] = (), own: Tally | None = None) -> str:
    """Section 3: fold the verdicts of a clause's aspects, and the tests that name the clause alone.

    A further aspect that is failed, error, incomplete or inconclusive counts as a required one does; an untested one
    changes nothing. With nothing required, the further aspects are all there is to be not applicable.
    """
    tests = own or Tally()
    found = {*required, *further}
    own_verdict = aspect_verdict(tests)
    for verdict in UNSETTLED:
        if verdict in found or verdict == own_verdict:
            return verdict
    in_question = required or further
    if in_question and all(verdict == NOT_APPLICABLE for verdict in in_question):
        return NOT_APPLICABLE
    if not (found & SHOWN or tests.supporting or tests.waived):
        return UNTESTED
    if any(verdict in (UNTESTED, PARTIAL) for verdict in required):
        return PARTIAL
    return WAIVED if tests.waived or WAIVED in found else DEMONSTRATED


def phase_verdict(clauses: Sequence[str]) -> str:
    """Fold a phase's clauses the same way."""
    return clause_verdict(clauses)


def percentage(part: int, whole: int) -> float | None:
    """Return the exact share in percent, and None of nothing: an empty scope is incomplete, not fulfilled."""
    return 100 * part / whole if whole else None
