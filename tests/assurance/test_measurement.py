"""The bound decides: verdicts at and around the limit, from either side, with every kind of number."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053 import Judgement, Measurement
from pytest_iso23053.assurance.measurement import INCONCLUSIVE, MET, NOT_MET

INTERVAL = Measurement("accuracy", 0.5, low=0.4, high=0.6, n=100)
EXACT = Measurement("duplicate_rate", 0.25, n=100)


@pytest.mark.parametrize(
    ("sign", "limit", "verdict"),
    [
        (">=", 0.39, MET),
        (">=", 0.4, MET),  # the limit itself is allowed
        (">", 0.4, INCONCLUSIVE),  # and here it is not
        (">=", 0.5, INCONCLUSIVE),
        (">=", 0.6, INCONCLUSIVE),  # the bound could still be the true value
        (">", 0.6, NOT_MET),
        (">=", 0.61, NOT_MET),
        ("<=", 0.61, MET),
        ("<=", 0.6, MET),
        ("<", 0.6, INCONCLUSIVE),
        ("<=", 0.4, INCONCLUSIVE),
        ("<", 0.4, NOT_MET),
        ("<=", 0.39, NOT_MET),
        (">=", -math.inf, MET),
        (">=", math.inf, NOT_MET),
    ],
)
def test_the_bound_decides(sign, limit, verdict):
    judgement = INTERVAL.judge(sign, limit)
    assert judgement.verdict == verdict
    assert bool(judgement) is (verdict == MET)


@pytest.mark.parametrize(("sign", "verdict"), [(">=", MET), ("<=", MET), (">", NOT_MET), ("<", NOT_MET)])
def test_an_exact_quantity_on_its_limit_is_never_undecided(sign, verdict):
    assert EXACT.exact
    assert (EXACT.low, EXACT.high, EXACT.confidence) == (0.25, 0.25, None)
    assert EXACT.judge(sign, 0.25).verdict == verdict


@pytest.mark.parametrize("sign", [">=", "<=", ">", "<"])
@pytest.mark.parametrize("limit", [-math.inf, 0.0, math.inf])
def test_an_undefined_value_is_inconclusive_whatever_its_bounds(sign, limit):
    undefined = Measurement("recall", math.nan, low=0.0, high=1.0, n=0)
    assert undefined.judge(sign, limit).verdict == INCONCLUSIVE
    assert Measurement("recall", math.nan).judge(sign, limit).verdict == INCONCLUSIVE
    assert Measurement("recall", None).judge(sign, limit).verdict == INCONCLUSIVE


def test_an_unknown_bound_decides_nothing_and_the_known_one_still_does():
    one_sided = Measurement("r2", 0.5, low=0.4, high=math.nan, n=10)
    assert (one_sided >= 0.4).verdict == MET
    assert (one_sided >= 0.9).verdict == INCONCLUSIVE
    assert (one_sided <= 0.9).verdict == INCONCLUSIVE
    assert (one_sided <= 0.3).verdict == NOT_MET
    assert (Measurement("r2", 0.5, low=0.4, n=10) <= 0.9).verdict == INCONCLUSIVE


@pytest.mark.parametrize(
    "limit",
    [0.4, np.float64(0.4), np.float32(0.25), np.int64(0), 0, Fraction(2, 5), Decimal("0.4"), np.array(0.4)],
    ids=lambda limit: type(limit).__name__,
)
def test_numbers_of_every_kind_on_either_side(limit):
    for judgement in (operator.ge(INTERVAL, limit), operator.le(limit, INTERVAL)):
        assert isinstance(judgement, Judgement)
        assert (judgement.operator, judgement.verdict) == (">=", MET)
    for judgement in (operator.lt(INTERVAL, limit), operator.gt(limit, INTERVAL)):
        assert isinstance(judgement, Judgement)
        assert judgement.operator == "<"
        assert not judgement


@pytest.mark.parametrize(
    "other", ["0.4", None, True, [0.4], np.array([0.4]), np.bool_(True), pd.Series([0.4])], ids=repr
)
def test_what_is_no_number_is_refused_on_either_side(other):
    with pytest.raises(TypeError):
        operator.ge(INTERVAL, other)
    with pytest.raises(TypeError):
        operator.le(other, INTERVAL)


def test_a_limit_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="cannot be judged"):
        operator.ge(INTERVAL, math.nan)
    with pytest.raises(ValueError, match="write >=, <=, >, < and a number"):
        INTERVAL.judge("==", 0.4)


def test_two_measurements_are_not_compared_by_their_bounds():
    with pytest.raises(TypeError, match=r"measure the difference"):
        operator.ge(INTERVAL, EXACT)


def test_no_truth_value_and_no_equality():
    with pytest.raises(TypeError, match=r"neither true nor false: compare it with a limit"):
        bool(INTERVAL)
    for compare in (operator.eq, operator.ne):
        for number in (0.5, np.float64(0.5), "0.5"):
            with pytest.raises(TypeError, match=r"compare m.value == x"):
                compare(INTERVAL, number)
            with pytest.raises(TypeError, match=r"compare m.value == x"):
                compare(number, INTERVAL)


def test_the_bare_number():
    assert float(INTERVAL) == 0.5
    assert math.isnan(Measurement("recall", math.nan))
    assert f"{INTERVAL:.2f}" == "0.50"
    assert f"{INTERVAL}" == repr(INTERVAL)
    assert INTERVAL.value >= 0.45


def test_numpy_arithmetic_is_refused_instead_of_building_arrays_of_objects():
    with pytest.raises(TypeError):
        np.array([1.0, 2.0]) + INTERVAL


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"value": "much"}, TypeError),
        ({"value": True}, TypeError),
        ({"value": 0.5, "low": 0.6, "high": 0.4}, ValueError),
        ({"value": 0.5, "low": 0.4, "high": 0.6, "confidence": 95}, ValueError),
    ],
)
def test_a_measurement_that_cannot_be_is_refused(arguments, error):
    with pytest.raises(error, match="accuracy"):
        Measurement("accuracy", **arguments)


def test_numpy_scalars_become_plain_floats():
    measured = Measurement("accuracy", np.float64(0.5), low=np.float32(0.25), high=np.float64(0.75), n=np.int64(9))
    assert [type(x) for x in (measured.value, measured.low, measured.high, measured.n)] == [float, float, float, int]


def test_it_travels_between_processes_and_hashes_by_identity():
    for twin in (pickle.loads(pickle.dumps(INTERVAL)), copy.deepcopy(INTERVAL)):
        assert (twin.measure, twin.value, twin.low, twin.high, twin.n) == ("accuracy", 0.5, 0.4, 0.6, 100)
    assert len({INTERVAL, INTERVAL, EXACT}) == 2
