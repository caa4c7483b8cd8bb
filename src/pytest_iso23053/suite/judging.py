"""How a ready-made item judges: by the user's requirement, else by a convention or a null, else not at all.

The outcome follows the bound of the interval: a breach fails, a limit that is kept passes, and what the sample cannot
decide is inconclusive, never passed. A measure without an accepted limit is judged against its own null or control, if
it has one: a breach fails; and where the sample cannot decide it is observed, as nobody asked for the demonstration.
Without a control it is observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.measurement import record
from pytest_iso23053.assurance.requirements import RequirementMissingError
from pytest_iso23053.settings.limits import parse_limit
from pytest_iso23053.suite.conclusion import conclude

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Judgement, Measurement


def judge(measurement: Measurement) -> None:
    """Judge one measurement and end the item accordingly."""
    judgement = _required(measurement)
    asked_for = judgement is not None
    declared = _declared(measurement)
    if judgement is None and declared is not None and declared.limit is not None:
        operator, limit = parse_limit(declared.limit)
        judgement = measurement.judge(operator, limit, basis=declared.basis)
        asked_for = declared.basis != "P"
    if judgement is None:
        _keep(measurement)
        conclude("observed", f"{measurement!r}; no limit is configured for it, so nothing is judged")
    _conclude(judgement, asked_for=asked_for)


def _conclude(judgement: Judgement, *, asked_for: bool) -> None:
    explanation = str(judgement)
    if judgement.verdict == "not met":
        pytest.fail(explanation, pytrace=False)
    if judgement.verdict == "inconclusive":
        if not asked_for:
            conclude("observed", f"{explanation}; no requirement asks for it, so nothing is held against the system")
        conclude("inconclusive", explanation)


def _required(measurement: Measurement) -> Judgement | None:
    try:
        return measurement.meets_requirement()
    except RequirementMissingError:
        return None


def _declared(measurement: Measurement) -> Any:
    """Return the measure's declaration, if what it says about a limit is about this measurement."""
    from pytest_iso23053.measures import registry  # noqa: PLC0415 - brings numpy; only an item that runs needs it

    name, _, summary = measurement.measure.partition(".")
    declared = registry.get(name)
    return declared if (declared.summary or "") == summary else None


def _keep(measurement: Measurement) -> None:
    surroundings = context.current()
    if surroundings is not None:
        surroundings.records.append(record(measurement))
