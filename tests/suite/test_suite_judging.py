from __future__ import annotations

import pytest

from pytest_iso23053 import Measurement
from pytest_iso23053.assurance.context import Context, activate
from pytest_iso23053.assurance.policy import Requirement
from pytest_iso23053.suite.conclusion import Concluded
from pytest_iso23053.suite.judging import judge

WITH_CONTROL = "slice_weakness"  # <= 0.05 over its own control
BY_NULL = "conformal_coverage"  # >= 0.85, an identity


def measured(measure: str, value: float, low: float, high: float) -> Measurement:
    return Measurement(measure, value, low=low, high=high, n=80)


def concluded(measurement: Measurement) -> tuple[str, str]:
    with pytest.raises(Concluded) as caught:
        judge(measurement)
    return caught.value.conclusion, str(caught.value)


def test_a_breach_of_its_own_control_fails_although_nobody_set_a_limit():
    with pytest.raises(pytest.fail.Exception, match="is not met"):
        judge(measured(WITH_CONTROL, 0.2, 0.1, 0.3))


def test_a_control_that_is_kept_passes():
    judge(measured(WITH_CONTROL, 0.01, -0.02, 0.04))


def test_what_a_control_leaves_open_is_observed_with_its_judgement_on_record():
    with activate(Context()) as running:
        conclusion, said = concluded(measured(WITH_CONTROL, 0.2, 0.0, 0.4))
    assert conclusion == "observed"
    assert "no requirement asks for it" in said
    assert [record["judgement"] for record in running.records] == ["inconclusive"]


def test_a_null_that_is_left_open_is_inconclusive():
    assert concluded(measured(BY_NULL, 0.86, 0.8, 0.9))[0] == "inconclusive"


def test_what_a_requirement_asks_for_is_inconclusive_where_it_is_left_open():
    asked = Requirement(WITH_CONTROL, WITH_CONTROL, "<=", 0.1, basis="P")
    with activate(Context(requirements=(asked,))):
        assert concluded(measured(WITH_CONTROL, 0.2, 0.0, 0.4))[0] == "inconclusive"


def test_without_limit_or_control_it_is_observed():
    with activate(Context()) as running:
        conclusion, said = concluded(measured("accuracy", 0.8, 0.7, 0.9))
    assert (conclusion, [record["judgement"] for record in running.records]) == ("observed", [None])
    assert "no limit is configured for it" in said


def test_a_limit_on_a_summary_says_nothing_of_the_single_value():
    assert concluded(measured("selection_rate", 0.5, 0.4, 0.6))[0] == "observed"
