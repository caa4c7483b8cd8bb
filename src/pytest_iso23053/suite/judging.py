"""How a ready-made item judges: by the user's requirement, else by a convention or a null, else not at all.

The outcome follows the bound of the interval: a breach fails, a limit that is kept passes, and what the sample cannot
decide is inconclusive, never passed. A measure without an accepted limit is observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.measurement import record
from pytest_iso23053.assurance.requirements import RequirementMissingError
from pytest_iso23053.suite.conclusion import conclude

if TYPE_CHECKING:
    from pytest_iso23053.assurance.measurement import Judgement, Measurement


def judge(measurement: Measurement) -> None:
    """Judge one measurement and end the item accordingly."""
    judgement = _judgement(measurement)
    if judgement is None:
        _keep(measurement)
        conclude("observed", f"{measurement!r}; no limit is configured for it, so nothing is judged")
    explanation = str(judgement)
    if judgement.verdict == "not met":
        pytest.fail(explanation, pytrace=False)
    if judgement.verdict == "inconclusive":
        conclude("inconclusive", explanation)


def _judgement(measurement: Measurement) -> Judgement | None:
    from pytest_iso23053.measures import registry  # noqa: PLC0415 - brings numpy; only an item that runs needs it
    from pytest_iso23053.settings.limits import parse_limit  # noqa: PLC0415

    try:
        return measurement.meets_requirement()
    except RequirementMissingError:
        pass
    name, _, summary = measurement.measure.partition(".")
    measure = registry.get(name)
    if measure.limit is None or (measure.summary or "") != summary:
        return None
    operator, limit = parse_limit(measure.limit)
    return measurement.judge(operator, limit, basis=measure.basis)


def _keep(measurement: Measurement) -> None:
    surroundings = context.current()
    if surroundings is not None:
        surroundings.records.append(record(measurement))
