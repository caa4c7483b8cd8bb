"""Evidence that contradicts itself: a judgement that its own numbers do not give, or a limit that nobody configured.

Somebody changed one or the other, in a report or while the tests ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.outcome import MET, PASSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_iso23053.assurance.policy import Requirement
    from pytest_iso23053.assurance.report import TestRecord

_REQUIREMENT = "requirement"  # the basis of a limit that the configuration states without naming another


def contradictions(records: Iterable[TestRecord], decide: str, requirements: Sequence[Requirement]) -> Iterator[str]:
    """Say which tests support by what they do not hold, and which judgements do not follow from their numbers."""
    for record in records:
        if record.supports and not _may_support(record):
            yield f"tests[{record.nodeid}] says that it supports, and its outcome and judgements give that it does not"
        for found in record.measurements:
            measured = found.get("measure")
            if decide == "bound" and found.get("judgement") == MET and not _met(found):
                yield f"tests[{record.nodeid}] says that {measured} is met, and the bound of its interval is not"
            if found.get("limit_basis") == _REQUIREMENT and not any(_states(each, found) for each in requirements):
                limit = f"{found.get('operator')} {found.get('limit')}"
                yield f"tests[{record.nodeid}] judges {measured} by a requirement {limit} that nobody configured"


def _may_support(record: TestRecord) -> bool:
    judged = all(each.get("judgement") in (None, MET) for each in record.measurements)
    return judged and record.outcome in PASSING and not record.unasserted


def _met(found: Mapping[str, Any]) -> bool:
    """Tell whether the bound that decides keeps the limit; what is not known keeps none."""
    operator, limit = found.get("operator"), found.get("limit")
    bound = found.get("low") if operator in (">=", ">") else found.get("high")
    if bound is None or limit is None:
        return False
    return bool({">=": bound >= limit, ">": bound > limit, "<=": bound <= limit, "<": bound < limit}.get(str(operator)))


def _states(requirement: Requirement, found: Mapping[str, Any]) -> bool:
    name, _, summary = str(found.get("measure")).partition(".")
    stated = (requirement.measure, requirement.summary or "", requirement.operator, requirement.limit)
    return stated == (name, summary, found.get("operator"), found.get("limit"))
