"""The standard's words for what was found: the process, what it was to do, and the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeGuard

from pytest_iso23053.assurance.explanation import grouped, rounded_up
from pytest_iso23053.assurance.requirements import spelling
from pytest_iso23053.assurance.scope import GENERAL
from pytest_iso23053.catalogue.model import Aspect, Boundary, Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMED_AT_MOST = 3
LINE_LENGTH = 200
MOST_DECIMALS = 12


class Vocabulary:
    """Turns a reference of the catalogue into the words of a finding.

    *Failure in the ⟨process⟩ process to ⟨verb⟩ ⟨condition⟩*; at a boundary, *between* two processes.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._boundaries = {str(boundary): boundary for boundary in catalogue.boundaries}

    def knows(self, reference: str) -> bool:
        """Tell whether the catalogue has what a reference names."""
        before, separator, after = reference.partition(">")
        if separator:
            return self._catalogue.clause(before) is not None and self._catalogue.clause(after) is not None
        clause, separator, _ = reference.partition("/")
        return self._catalogue.clause(clause) is not None and (not separator or self.aspect(reference) is not None)

    def aspect(self, reference: str) -> Aspect | None:
        """Look up the aspect that a reference names, if it names one."""
        clause_id, _, aspect_id = reference.partition("/")
        clause = self._catalogue.clause(clause_id)
        if clause is None:
            return None
        return GENERAL if not clause.aspects and aspect_id == GENERAL.id else clause.aspect(aspect_id)

    def place(self, reference: str) -> str:
        """Return ``in the Verification & Validation process``, or ``at the boundary between … and …``."""
        before, separator, after = reference.partition(">")
        if separator:
            return f"at the boundary between {self._process(before)} and {self._process(after)}"
        return f"in the {self._process(before.partition('/')[0])} process"

    def task(self, reference: str) -> str:
        """Return what is asked of the process, ``detect adversarial evasion``; nothing for a clause as a whole."""
        if ">" in reference:
            boundary = self._boundaries.get(reference) or Boundary(*reference.split(">", 1))
            return f"{boundary.verb} {boundary.condition or 'what the later phase assumes of the earlier one'}"
        aspect = self.aspect(reference)
        if aspect is None:
            return ""
        return f"{aspect.verb} {aspect.condition or aspect.title[:1].lower() + aspect.title[1:]}"

    def crosswalk(self, reference: str) -> Mapping[str, tuple[str, ...]]:
        """Return the aspect's counterparts in other frameworks."""
        aspect = self.aspect(reference)
        return aspect.crosswalk if aspect else {}

    def _process(self, clause_id: str) -> str:
        clause = self._catalogue.clause(clause_id)
        return clause.process if clause is not None else clause_id


def evidence(record: Mapping[str, Any]) -> str:
    """Spell a measurement record out: value, interval, limit, n, and what was measured."""
    name = spelling(str(record.get("measure")), record.get("params") or {})
    limit = record.get("limit")
    decimals = _decimals(record)
    parts = [f"{name} {_number(record.get('value'), decimals)}{_interval(record, decimals)}"]
    parts.append(f"limit {record.get('operator')} {_limit(limit, decimals)}" if _finite(limit) else "no limit")
    if record.get("n"):
        parts.append(f"n = {grouped(int(record['n']))}")
    subjects = ", ".join(str(subject) for subject in record.get("subjects") or ())
    attacker = (record.get("params") or {}).get("attacker")
    return ", ".join(parts) + (f", on {subjects}" if subjects else "") + (f", attacker {attacker}" if attacker else "")


def what_would_decide(record: Mapping[str, Any]) -> str:
    """Say how many rows an undecided judgement asks for."""
    rows = record.get("required_n")
    if not rows:
        return "the interval holds both sides of the limit"
    enough = grouped(rounded_up(int(rows)))
    return f"the interval holds both sides of the limit; about {enough} rows would decide (90 % power)"


def beyond_limit(record: Mapping[str, Any]) -> bool:
    """Tell whether the point itself lies beyond the limit, so that an undecided judgement leans towards a failure."""
    value, limit = record.get("value"), record.get("limit")
    if not (_finite(value) and _finite(limit)):
        return False
    return value < limit if str(record.get("operator")).startswith(">") else value > limit


def some(names: Iterable[str], at_most: int = NAMED_AT_MOST) -> str:
    """Name a few and count the rest: a message must not grow with the suite."""
    every = list(names)
    more = f" and {len(every) - at_most} more" if len(every) > at_most else ""
    return ", ".join(every[:at_most]) + more


def counted(count: int, noun: str) -> str:
    """Say ``1 test`` and ``2 tests``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def first_line(text: str) -> str:
    """Return the first line of what was said, shortened."""
    line = text.strip().split("\n", 1)[0].strip()
    return line if len(line) <= LINE_LENGTH else f"{line[: LINE_LENGTH - 1]}…"


def _finite(number: Any) -> TypeGuard[float]:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and math.isfinite(number)


def _interval(record: Mapping[str, Any], decimals: int) -> str:
    low, high, confidence = record.get("low"), record.get("high"), record.get("confidence")
    if confidence is None:  # every row was counted: there is no interval to leave out by oversight
        return " (exact)"
    bounds = " to ".join(_number(bound, decimals) for bound in (low, high))
    return f" ({100 * confidence:.10g} % interval {bounds})"


def _decimals(record: Mapping[str, Any]) -> int:
    """The first digit of the half width, and more where a number would be rounded onto the limit; two at least."""
    value, low, high, limit = (record.get(key) for key in ("value", "low", "high", "limit"))
    scale = (high - low) / 2 if _finite(low) and _finite(high) else 0.0
    decimals = max(2, -math.floor(math.log10(scale))) if scale > 0 else 2
    numbers = [number for number in (value, low, high) if _finite(number) and number != limit]
    while (
        _finite(limit)
        and decimals < 12
        and any(round(number, decimals) == round(limit, decimals) for number in numbers)
    ):
        decimals += 1
    return min(decimals, 12)


def _number(number: Any, decimals: int) -> str:
    if not _finite(number):
        return "unknown"
    if number == int(number) and abs(number) >= 10:
        return grouped(int(number))
    return f"{number:.{decimals}f}"


def _limit(limit: Any, decimals: int) -> str:
    """A limit is never rounded."""
    text = _number(limit, decimals)
    return text if float(text.replace(" ", "")) == limit else f"{limit:.12g}"
