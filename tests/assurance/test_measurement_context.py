"""Judgements as evidence of the running test, and requirements that it is judged by."""

from __future__ import annotations

import json
import math
import threading

import pytest

from pytest_iso23053 import Measurement
from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.context import Context, activate, current
from pytest_iso23053.assurance.measurement import record
from pytest_iso23053.assurance.policy import Attacker, Requirement
from pytest_iso23053.assurance.requirements import RequirementMissingError, applies

RECORD_KEYS = {
    *("measure", "origin", "value", "low", "high", "confidence", "n", "unit", "limit", "limit_basis", "judgement"),
    *("seed", "params", "subjects", "operator", "required_n"),
}
ACCURACY = Measurement(
    "accuracy", 0.8, low=0.76, high=0.84, n=400, unit="share", subjects=("credit", "test"), origin="shipped", seed=7
)


def accuracy_requirement(operator=">=", limit=0.75, **more):
    return Requirement("accuracy", "accuracy", operator, limit, **more)


def test_what_the_first_screen_must_say_is_kept_once_and_only_in_a_run():
    context.caution("nobody hears this")
    with activate(Context()) as running:
        context.caution("twice")
        context.caution("twice")
    assert list(running.cautions) == ["twice"]


def test_no_context_outside_of_a_run_and_the_previous_one_comes_back():
    assert current() is None
    with activate(Context()) as outer:
        with activate(Context()) as inner:
            assert current() is inner
        assert current() is outer
        with pytest.raises(LookupError), activate(Context()):
            ACCURACY.meets_requirement()
        assert current() is outer
    assert current() is None
    assert ACCURACY >= 0.7  # a judgement needs no context


def test_each_judgement_leaves_one_record():
    with activate(Context()) as surroundings:
        assert ACCURACY >= 0.7
        assert not ACCURACY >= 0.8
        assert not ACCURACY.judge(">=", 0.9, basis="convention")
    first, second, third = surroundings.records
    assert set(first) == RECORD_KEYS
    assert first == {
        "measure": "accuracy",
        "origin": "shipped",
        "value": 0.8,
        "low": 0.76,
        "high": 0.84,
        "confidence": 0.95,
        "n": 400,
        "unit": "share",
        "operator": ">=",
        "limit": 0.7,
        "limit_basis": "stated",
        "judgement": "met",
        "required_n": None,
        "seed": 7,
        "params": {},
        "subjects": ["credit", "test"],
    }
    assert (second["judgement"], second["required_n"]) == ("inconclusive", None)
    assert (third["judgement"], third["limit_basis"]) == ("not met", "convention")
    assert json.loads(json.dumps(surroundings.records)) == surroundings.records


def test_a_record_holds_json_only():
    measured = Measurement("psi", math.nan, low=0, high=math.inf, n=3, params={"by": ("a", 1), "edges": {2.5}})
    kept = record(measured)
    assert set(kept) == RECORD_KEYS
    assert (kept["value"], kept["high"], kept["judgement"], kept["limit"]) == (None, None, None, None)
    assert kept["params"] == {"by": ["a", 1], "edges": [2.5]}
    json.dumps(kept, allow_nan=False)


def test_the_context_is_shared_by_the_threads_a_test_starts():
    with activate(Context()) as surroundings:
        threads = [threading.Thread(target=lambda: ACCURACY >= 0.7) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [kept["judgement"] for kept in surroundings.records] == ["met"] * 4


def test_decide_by_point_compares_the_value_and_says_so():
    with activate(Context(decide=context.POINT)):
        judgement = ACCURACY >= 0.79
        assert judgement
        assert judgement.decided_by_point
        assert "the interval was not asked" in judgement.explain()[1]
        assert (ACCURACY >= 0.81).verdict == "not met"
        assert (Measurement("recall", math.nan) >= 0).verdict == "inconclusive"
    assert not ACCURACY >= 0.79


def test_a_requirement_lives_once_in_the_configuration():
    with activate(Context(requirements=(accuracy_requirement(),))) as surroundings:
        assert ACCURACY.meets_requirement()
    assert surroundings.records[0]["limit"] == 0.75
    assert surroundings.records[0]["limit_basis"] == "requirement"


def test_an_unsigned_starting_point_is_recorded_as_such():
    requirement = accuracy_requirement(basis="starting point, unsigned")
    with activate(Context(requirements=(requirement,))) as surroundings:
        assert ACCURACY.meets_requirement()
    assert surroundings.records[0]["limit_basis"] == "starting point, unsigned"


def test_none_configured_is_an_error_that_holds_the_lines_to_add():
    with pytest.raises(LookupError) as raised:
        ACCURACY.meets_requirement()
    assert isinstance(raised.value, RequirementMissingError)
    assert '[tool.iso23053.requirements]\naccuracy = ">= LIMIT"' in str(raised.value)
    lower = Measurement("selection_rate.difference", 0.1, params={"by": ["sex", "race"]}, direction="lower")
    with pytest.raises(LookupError, match=r'"selection_rate.difference\(sex, race\)" = "<= LIMIT"'):
        lower.meets_requirement()


def test_an_error_names_the_requirement_that_comes_near():
    surroundings = Context(requirements=(accuracy_requirement(dataset="holdout"),))
    with activate(surroundings), pytest.raises(LookupError, match=r"accuracy >= 0.75 \(dataset = holdout\)"):
        ACCURACY.meets_requirement()


def test_the_most_specific_requirement_counts():
    requirements = (
        accuracy_requirement(),
        accuracy_requirement(limit=0.9, model="other"),
        accuracy_requirement(limit=0.5, model="credit", dataset="test"),
        accuracy_requirement(limit=0.85, model="credit"),
    )
    with activate(Context(requirements=requirements)) as surroundings:
        assert ACCURACY.meets_requirement()
    assert [kept["limit"] for kept in surroundings.records] == [0.5]


def test_equally_specific_requirements_are_all_judged_and_the_worst_is_returned():
    requirements = (accuracy_requirement(), accuracy_requirement("<=", 0.82), accuracy_requirement(limit=0.6))
    with activate(Context(requirements=requirements)) as surroundings:
        assert ACCURACY.meets_requirement().verdict == "inconclusive"
    assert [kept["judgement"] for kept in surroundings.records] == ["met", "inconclusive", "met"]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"subjects": ("credit", "test")}, True),
        ({"subjects": ("credit", "train")}, False),  # accuracy on the training rows shows nothing
        ({"subjects": ("credit", "data")}, True),  # a frame of the test's own making
        ({"subjects": ("credit", "fold_1"), "roles": ("model", "train")}, False),
        ({"subjects": ("credit", "train", "test")}, True),
        ({"subjects": ("reference", "production")}, True),  # a comparison has no default
        ({"subjects": ("train",)}, True),  # nor has a property of one data set
        ({"subjects": ()}, True),
        ({"subjects": ("credit", "test"), "measure": "accuracy.worst"}, False),
        ({"subjects": ("credit", "test"), "params": {"by": ["sex"]}}, False),
        ({"subjects": ("credit", "test"), "measure": "recall"}, False),
    ],
)
def test_a_requirement_without_a_data_set_is_about_the_test_set(about, expected):
    assert applies(accuracy_requirement(), **{"measure": "accuracy", "params": {}, **about}) is expected


def test_groups_summary_and_parameters_must_agree():
    requirement = Requirement(
        "flip_rate.worst(sex)", "flip_rate", "<=", 0.1, summary="worst", by=("sex",), params={"scale": 0.1}
    )
    about = {"measure": "flip_rate.worst", "subjects": ("credit", "test")}
    assert applies(requirement, **about, params={"by": ["sex"], "scale": 0.1, "seed": 1})
    assert applies(requirement, **about, params={"by": "sex", "scale": 0.1})
    assert not applies(requirement, **about, params={"by": ["sex"], "scale": 0.2})
    assert not applies(requirement, **about, params={"by": ["sex"]})
    assert not applies(requirement, **about, params={"by": ["age"], "scale": 0.1})


def test_the_seed_of_the_run_is_that_of_a_test_unless_tests_have_their_own():
    assert Context(seed=5).run_seed == 5


def test_details_are_for_whoever_holds_the_measurement_and_in_no_record():
    secret = {"rows": ["Ada Lovelace"]}
    with activate(Context()) as surroundings:
        held = Measurement("accuracy", 0.8, low=0.7, high=0.9, n=10, details=secret)
        assert held >= 0.5
    assert held.details is secret
    assert "Ada" not in repr(surroundings.records) + repr(held) + str(held >= 0.75)


def test_an_attacker_sees_labels_and_may_change_anything_unless_said_otherwise():
    assert Context().attacker == Attacker()
    assert Context().examples == 0
