"""What a failing assert says, and the number of rows that it names."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from pytest_iso23053 import Measurement
from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.explanation import rows_to_decide
from pytest_iso23053.assurance.measurement import explain_comparison
from pytest_iso23053.stats.intervals import wilson

ACCURACY = Measurement("accuracy", 0.783, low=0.741, high=0.821, n=400)


def test_inconclusive():
    assert (ACCURACY >= 0.75).explain() == [
        "accuracy >= 0.75 is not demonstrated: 0.783, 95 % interval 0.741 to 0.821, n = 400",
        "the interval holds both sides of the limit: inconclusive; about 1 610 rows would decide (90 % power)",
    ]


def test_not_met():
    assert (ACCURACY >= 0.9).explain() == [
        "accuracy >= 0.9 is not met: 0.783, 95 % interval 0.741 to 0.821, n = 400",
        "the whole interval lies below the limit",
    ]
    assert (ACCURACY <= 0.5).explain()[1] == "the whole interval lies above the limit"
    assert (ACCURACY > 0.821).explain()[1] == "the whole interval lies below the limit or on it"


def test_met_and_exact_say_it_in_one_line():
    assert (ACCURACY >= 0.7).explain() == [
        "accuracy >= 0.7 is demonstrated: 0.783, 95 % interval 0.741 to 0.821, n = 400"
    ]
    assert (Measurement("overlap_rate", 0.0125, n=12_000) <= 0).explain() == [
        "overlap_rate <= 0 is not met: 0.0125 (exact), n = 12 000"
    ]


def test_no_number_of_rows_decides_at_the_limit():
    measured = Measurement("accuracy", 0.75, low=0.70, high=0.80, n=300)
    judgement = measured >= 0.75
    assert judgement.required_n is None
    assert judgement.explain()[1].endswith("inconclusive; no number of rows would decide at this value")


@pytest.mark.parametrize(
    ("measured", "line"),
    [
        (Measurement("recall", math.nan, n=0), "the value is not defined on these rows: inconclusive"),
        (
            Measurement("r2", 0.5, low=math.nan, high=math.nan, n=1),
            "no bounded interval could be computed from these rows: inconclusive",
        ),
        (
            Measurement("selection_rate.ratio", 0.5, low=0.1, high=math.inf, n=4),
            "no bounded interval could be computed from these rows: inconclusive",
        ),
    ],
)
def test_undecided_for_want_of_numbers(measured, line):
    judgement = measured >= 0.4
    assert judgement.explain()[1] == line
    assert judgement.required_n is None


def test_the_worst_column_or_group_is_named():
    measured = Measurement("psi", 0.31, low=0.27, high=0.35, n=900, params={"column": "age", "bins": 10})
    assert "n = 900, column age" in (measured <= 0.25).explain()[0]
    measured = Measurement("recall.worst", 0.4, low=0.3, high=0.5, n=90, params={"by": ["sex"], "group": "F"})
    assert (measured >= 0.8).explain()[0] == (
        "recall.worst(sex) >= 0.8 is not met: 0.40, 95 % interval 0.30 to 0.50, n = 90, group F"
    )


def test_digits_follow_the_width_and_tell_a_number_from_its_limit():
    narrow = Measurement("accuracy", 0.783214, low=0.782714, high=0.783714, n=1_000_000)
    assert repr(narrow) == "accuracy = 0.78321, 95 % interval 0.78271 to 0.78371, n = 1 000 000"
    wide = Measurement("root_mean_squared_error", 12_345.6, low=11_000.0, high=14_000.0, n=50, confidence=0.999)
    assert repr(wide) == "root_mean_squared_error = 12 346, 99.9 % interval 11 000 to 14 000, n = 50"
    close = Measurement("accuracy", 0.8, low=0.74996, high=0.85, n=50)
    assert "interval 0.74996 to" in (close >= 0.75).explain()[0]


def test_shown_in_one_line_and_printed_in_two():
    judgement = ACCURACY >= 0.75
    assert repr(judgement) == "; ".join(judgement.explain())
    assert str(judgement) == "\n".join(judgement.explain())


def test_an_assertion_hook_gets_the_lines_from_either_side_and_leaves_no_record():
    with context.activate(context.Context()) as surroundings:
        lines = explain_comparison(">=", ACCURACY, 0.75)
        assert lines == explain_comparison("<=", 0.75, ACCURACY)
        assert explain_comparison("==", ACCURACY, 0.75) is None
        assert explain_comparison(">=", ACCURACY, "x") is None
        assert explain_comparison(">=", 1, 2) is None
        assert surroundings.records == []
        assert lines == (ACCURACY >= 0.75).explain()


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("limit", [0.55, 0.75, 0.9])
def test_rows_agree_with_the_textbook_sample_size(share, limit):
    """n = p (1 - p) ((z₁₋α/₂ + z₁₋β) / (p - limit))², the one-sample Wald formula at the observed variance."""
    n = 2_000
    low, high = wilson(round(share * n), n, 0.95)
    textbook = share * (1 - share) * ((stats.norm.ppf(0.975) + stats.norm.ppf(0.9)) / (share - limit)) ** 2
    rows = rows_to_decide(Measurement("accuracy", share, low=low, high=high, n=n), limit)
    assert rows is not None
    assert rows == pytest.approx(max(textbook, n + 1), rel=0.02)


def test_that_many_rows_do_decide_nine_times_in_ten():
    share, limit, n = 0.80, 0.75, 400
    low, high = wilson(int(share * n), n, 0.95)
    rows = rows_to_decide(Measurement("accuracy", share, low=low, high=high, n=n), limit)
    outcomes = stats.binom(rows, share)
    decided = sum(outcomes.pmf(k) for k in range(rows + 1) if wilson(k, rows, 0.95)[0] >= limit)
    assert decided == pytest.approx(0.9, abs=0.04)


def test_an_interval_cut_off_at_the_end_of_the_range_does_not_promise_too_much():
    """At a ratio of 1.0 the upper half of the interval is missing; half of what is left would halve the rows."""
    cut, whole = (Measurement("selection_rate.ratio", 1.0, low=0.76, high=high, n=200) for high in (1.0, 1.24))
    assert rows_to_decide(cut, 0.8) == rows_to_decide(whole, 0.8)


def test_a_level_that_nobody_stated_is_not_claimed():
    measured = Measurement("cost", 3.0, low=2.0, high=4.0, confidence=None, n=10)
    assert not measured.exact
    assert repr(measured) == "cost = 3.0, interval 2.0 to 4.0, n = 10"


def test_numbers_far_from_one_are_written_with_an_exponent():
    assert "2.5e+12" in repr(Measurement("squared_error", 2.5e12, low=1e12, high=4e12, n=10))
    assert "3e-11" in repr(Measurement("p", 3e-11, n=10))


def test_what_was_found_stands_in_the_failure():
    measured = Measurement("personal_data_count", 2, n=10, params={"what": "note: 2 of IBAN", "found": {"note": 2}})
    assert str(measured <= 0).startswith("personal_data_count <= 0 is not met: 2 (exact), n = 10, note: 2 of IBAN")
