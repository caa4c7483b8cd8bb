"""What measures leave for the report to draw: the right numbers, few of them, and nobody's row."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.measurement import record
from pytest_iso23053.assurance.series import MOST_ROWS, plain
from pytest_iso23053.measures import series as drawn
from pytest_iso23053.measures.column_profile import MOMENT, profile_column
from pytest_iso23053.measures.series_columns import of_columns, of_quantity

random = np.random.default_rng(5)
P = random.random(4_000)
Y = random.random(4_000) < P**2
CLAIMS = (P[:, None], Y)


def area_of(rows):
    x, y, _ = np.array(rows).T
    return np.trapezoid(y, x) if hasattr(np, "trapezoid") else np.trapz(y, x)


def given_probability(frame):
    return frame["x0"]


def column(values):
    return profile_column(pd.Series(values))


def both(before, after, of="x"):
    return of_columns(of, ("train", "production"), [column(before), column(after)])


def test_the_area_under_the_roc_curve_is_the_value():
    found = measures.roc_auc(given_probability, CLAIMS)
    held = record(found)["series"]
    assert (held["kind"], held["of"], held["over"]) == ("area", "true positive rate", "false positive rate")
    assert area_of(held["rows"]) == pytest.approx(found.value, abs=2e-3)
    assert held["rows"][0] == [0, 0, 0]
    assert held["rows"][-1] == [1, 1, 1]
    assert np.all(np.diff(np.array(held["rows"]), axis=0) >= 0)


@pytest.mark.parametrize("measure", [measures.risk_coverage_area, measures.selective_error])
def test_the_risk_coverage_curve_ends_at_the_error_rate_and_its_area_is_the_value(measure):
    held = record(measure(given_probability, CLAIMS))["series"]
    wrong = 1 - measures.accuracy(given_probability, CLAIMS).value
    assert held["rows"][-1] == [1, pytest.approx(wrong, abs=1e-6), pytest.approx(wrong, abs=1e-6)]
    area = measures.risk_coverage_area(given_probability, CLAIMS).value
    assert area_of(held["rows"]) == pytest.approx(area, abs=0.005)


@pytest.mark.parametrize(
    ("rows", "scores"),
    [(9, np.arange(9.0)), (20, np.full(20, 0.5)), (20, [*np.arange(19.0), np.nan])],
    ids=["few rows", "one score", "no number"],
)
def test_of_few_rows_or_one_score_there_is_no_line(rows, scores):
    flags = np.arange(rows) % 2 == 0
    assert drawn.risk_coverage(flags, scores) is None
    found = drawn.roc(flags, scores)
    assert found is None or [row[:2] for row in found["rows"]] == [[0, 0], [1, 1]]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=10, max_size=60))
def test_between_two_points_of_a_curve_lies_a_handful_of_rows(pairs):
    flags, scores = (np.array(each) for each in zip(*pairs, strict=True))
    found = drawn.risk_coverage(flags, scores)
    if found is not None:
        answered = np.round(np.array([0.0, *(row[0] for row in found["rows"])]) * len(pairs))
        assert np.diff(answered).min() >= drawn.LEAST_ROWS


@pytest.mark.parametrize(
    "measure",
    [
        measures.expected_calibration_error,
        measures.debiased_calibration_error,
        measures.brier_score,
        measures.calibration_in_the_large,
    ],
)
def test_measures_of_calibration_carry_the_reliability_curve(measure):
    held = record(measure(given_probability, CLAIMS))["series"]
    assert (held["kind"], held["of"]) == ("reliability", "probability of True")
    assert len(held["rows"]) == 15
    assert sum(row[0] for row in held["rows"]) == 4_000
    for _, mean, rate, low, high in held["rows"]:
        assert low <= rate <= high
        assert low <= mean**2 + 0.03
        assert high >= mean**2 - 0.03
    means = [row[1] for row in held["rows"]]
    assert means == sorted(means)


def test_of_many_classes_the_predicted_one_is_held_against_how_often_it_is_right():
    labels = np.array(["a", "b", "c"])
    given = random.dirichlet([2, 2, 2], 600)
    truth = np.array([random.choice(labels, p=row) for row in given])

    class Model:
        classes_ = labels

        def predict_proba(self, frame):
            return frame.to_numpy()

        def predict(self, frame):
            return labels[frame.to_numpy().argmax(axis=1)]

    held = measures.expected_calibration_error(Model(), (given, truth)).series
    assert held["of"] == "probability of the predicted class"
    assert held["rows"][0][1] > 1 / 3


def test_of_few_rows_there_are_few_points():
    held = measures.brier_score(given_probability, (P[:300, None], Y[:300])).series
    assert [row[0] for row in held["rows"]] == [43, 43, 43, 42, 43, 43, 43]


def test_rows_of_one_probability_share_a_point():
    held = drawn.reliability(np.repeat([0.2, 0.7], 500), np.tile([0, 1], 500), "p", 0.95)
    assert [row[:3] for row in held["rows"]] == [[500, 0.2, 0.5], [500, 0.7, 0.5]]
    assert drawn.reliability([], [], "p", 0.95) is None


def test_summaries_over_groups_carry_the_groups_with_intervals_for_all_at_once():
    people = pd.DataFrame({"x": random.random(600), "sex": ["f", "m", "x"] * 200, "y": random.random(600) < 0.5})
    rates = measures.selection_rate(
        lambda frame: frame["x"] > 0.4, Dataset(people, target="y", sensitive=["sex"]), by="sex"
    )
    for summary in (rates.difference(), rates.ratio(), rates.worst()):
        held = summary.series
        assert (held["kind"], held["of"], held["over"]) == ("groups", "selection_rate", "sex")
        assert [row[0] for row in held["rows"]] == list(rates)
        for name, n, value, low, high in held["rows"]:
            alone = rates[name]
            assert (n, pytest.approx(value, abs=1e-5)) == (alone.n, alone.value)
            assert low < alone.low
            assert high > alone.high
    assert rates.overall.series is None
    assert rates["f"].series is None


def test_by_group_a_measure_of_calibration_draws_groups_and_no_curve():
    frame = pd.DataFrame({"x0": P, "sex": ["f", "m"] * 2_000, "y": Y})
    found = measures.brier_score(
        lambda rows: rows["x0"], Dataset(frame, target="y", sensitive=["sex"], positive=True), by="sex"
    )
    assert found.difference().series["kind"] == "groups"
    assert found["f"].series is None
    assert found.overall.series is None


def test_nothing_is_told_of_what_was_measured_on_a_handful():
    held = drawn.groups("m", "by", ["few", "enough"], ([1.0, 0.5], [0.4, 0.4], [1.0, 0.6], [4, 5]))
    assert held["rows"] == [["few", 4, None, None, None], ["enough", 5, 0.5, 0.4, 0.6]]


def test_of_very_many_groups_both_ends_are_kept():
    labels, values = [f"g{number}" for number in range(150)], np.arange(150) / 150
    held = plain(drawn.groups("m", "by", labels, (values, values, values, np.full(150, 50))))
    assert [row[0] for row in held["rows"]] == labels[:20] + labels[-20:]
    assert held["more"] == 110


def test_a_drifted_column_is_counted_in_bins_that_both_share():
    before, after = random.normal(size=(3_000, 2)), random.normal([0, 0.8], size=(2_000, 2))
    for measure in (measures.psi, measures.ks, measures.wasserstein, measures.jensen_shannon, measures.feature_drift):
        held = measure(before, after).series
        assert (held["kind"], held["of"]) == ("histogram", "x1")
        assert (sum(row[2] for row in held["rows"]), sum(row[3] for row in held["rows"])) == (3_000, 2_000)
        for start, end, first, second in held["rows"]:
            for values, count in ((before[:, 1], first), (after[:, 1], second)):
                low, high = -math.inf if start is None else start, math.inf if end is None else end
                assert count == ((values >= low) & (values < high)).sum()


def test_bins_end_at_round_numbers_and_tell_nobodys_value():
    ages = random.integers(18, 97, 2_000).astype(float) + 0.37
    held = both(ages, ages + 1)
    edges = {edge for row in held["rows"] for edge in row[:2] if edge is not None}
    assert all(edge % 2.5 == 0 for edge in edges)
    assert held["rows"][0][0] is None or held["rows"][0][0] < ages.min()
    assert not edges & set(ages)


def test_a_salary_beyond_all_others_widens_nothing():
    held = both([*random.normal(50, 5, 500), 9e9], random.normal(50, 5, 500))
    assert held["rows"][-1][1] is None
    assert held["rows"][-1][0] < 80


def test_values_that_are_few_or_no_numbers_are_counted_each_and_rare_ones_together():
    held = both([0, 1] * 50, [1] * 100)
    assert (held["kind"], held["rows"]) == ("categories", [["0", 50, 0], ["1", 50, 100]])
    plans = ["basic"] * 60 + ["full"] * 40 + ["Anna's own"] + [None] * 4
    held = both(plans, ["basic"] * 30)
    assert held["rows"] == [["basic", 60, 30], ["full", 40, 0]]
    assert held["besides"] == [["other values", 1, 0], ["missing", 4, 0]]


def test_free_text_and_what_has_one_value_are_not_drawn():
    texts = [f"text {number}" for number in range(100)]
    assert both(texts, texts) is None
    assert both([], []) is None
    assert both([1.5] * 9, ["a"] * 9) is None
    assert both([math.nan] * 9, [math.nan] * 9) is None
    assert of_quantity("distance", "test", [0.5] * 9, ()) is None


@pytest.mark.parametrize(("step", "first"), [("1D", "from 2023-12-"), ("1min", "2024-01-01 00:")])
def test_moments_are_told_by_the_day_or_by_the_minute(step, first):
    days = pd.Series(pd.date_range("2024-01-01", periods=300, freq=step))
    held = both(days, days + pd.Timedelta(step) * 60)
    assert held["kind"] == "categories"
    assert held["rows"][0][0].startswith(first)
    assert sum(row[1] for row in held["rows"]) == 300


def test_years_beyond_the_calendar():
    seconds = column(np.linspace(0.0, 1e12, 300))
    moments = replace(seconds, kinds={MOMENT: 300})
    held = of_columns("when", ["train"], [moments])
    assert held["rows"][0][0] == "from 1970-01-01"
    assert held["rows"][-1][0].endswith(" s")


@given(st.lists(st.floats(), max_size=60), st.lists(st.floats(allow_nan=False), max_size=60))
def test_whatever_the_numbers_the_rows_are_counted_and_the_bins_are_few(before, after):
    held = both(before, after)
    if held is None:
        return
    kept = plain(held)
    assert kept["rows"] == json.loads(json.dumps(kept["rows"], allow_nan=False))
    assert len(held["rows"]) <= MOST_ROWS
    counts = [sum(row[-2 + place] for row in (*held["rows"], *held["besides"])) for place in (0, 1)]
    assert counts == [len(before), len(after)]
    if held["kind"] == "histogram":
        edges = [edge for row in kept["rows"] for edge in row[:2] if edge is not None]
        assert edges == sorted(edges)


def test_whole_numbers_have_whole_bins():
    edits = np.repeat(np.arange(1, 16), 10)
    held = of_quantity("characters", "test", edits, [["withstood", 3]])
    assert all(row[0] % 1 == 0 for row in held["rows"])
    assert [row[2] for row in held["rows"]] == [10] * 15
    assert held["besides"] == [["withstood", 3]]


def test_the_balance_of_classes_and_of_groups():
    rows = pd.DataFrame({"x": 0, "sex": ["f", "m", "m", "m"] * 50, "y": ["no", "no", "no", "yes"] * 50})
    data = Dataset(rows, target="y", sensitive=["sex"], positive="yes", name="train")
    even = Dataset(rows.assign(sex=["f", "m"] * 100), target="y", sensitive=["sex"], positive="yes", name="test")
    assert measures.class_balance(data).series["rows"] == [["no", 150], ["yes", 50]]
    held = measures.representation_ratio(even, data).series
    assert (held["of"], held["samples"], held["rows"]) == ("sex", ["test", "train"], [["f", 100, 50], ["m", 100, 150]])
    assert measures.class_share_ratio(data, even).series["rows"] == [["no", 150, 150], ["yes", 50, 50]]
    held = measures.base_rate_ratio(data).series
    assert [row[:3] for row in held["rows"]] == [["f", 50, 0.0], ["m", 150, pytest.approx(1 / 3, abs=1e-5)]]


def test_of_many_classes_the_rarest_are_drawn():
    counts = [(f"c{number}", (100 - number,)) for number in range(60)]
    held = drawn.categories("class", ["train"], counts)
    assert [row[0] for row in held["rows"]] == [f"c{number}" for number in range(59, 19, -1)]
    assert held["besides"] == [["other values", sum(100 - number for number in range(20))]]
    assert held["more"] == 20


def test_drift_of_labels_answers_and_values():
    before = ([[0.1], [0.9]] * 200, ["no", "yes"] * 200)
    after = ([[0.1], [0.9], [0.9], [0.8]] * 100, ["no", "no", "no", "yes"] * 100)
    assert sorted(measures.label_drift(before, after).series["rows"]) == [["no", 200, 300], ["yes", 200, 100]]
    held = measures.prediction_drift(lambda frame: frame["x0"] > 0.5, before[0], after[0]).series
    assert (held["of"], sorted(held["rows"])) == ("answer", [["False", 200, 100], ["True", 200, 300]])
    plans = [pd.DataFrame({"plan": ["a"] * 490 + ["b"] * rest + ["c"] * (510 - rest)}) for rest in (490, 400)]
    assert measures.value_share_ratio(*plans).series["of"] == "plan"


def above(frame):
    return frame["x0"] > 0


ROWS = np.random.default_rng(0).normal(size=(200, 2))


def test_the_success_of_an_attack_grows_with_what_it_spends_up_to_what_was_measured():
    found = measures.evasion_rate(above, ROWS, epsilon=0.3, queries=100, seed=1)
    held = found.series
    assert (held["kind"], held["over"]) == ("curve", "queries spent on a row")
    xs, shares = [row[0] for row in held["rows"]], [row[1] for row in held["rows"]]
    assert (xs[0], xs[-1]) == (0, 100)
    assert xs == sorted(xs)
    assert shares == sorted(shares)
    assert held["rows"][-1][1:] == [pytest.approx(each, rel=1e-5) for each in (found.value, found.low, found.high)]
    turned = found.details.distances <= 0.3
    for x, share, low, high in held["rows"]:
        assert share == pytest.approx((turned & (found.details.queries <= x)).mean(), abs=1e-5)
        assert low <= share <= high
    assert len(held["rows"]) <= 20


def test_the_distances_of_an_attack_are_counted_and_who_withstood():
    found = measures.minimal_perturbation(above, ROWS, seed=1)
    held = found.series
    assert (held["kind"], held["of"], held["samples"]) == ("histogram", "distance to another answer", ["data"])
    assert sum(row[2] for row in held["rows"]) == 200
    assert "besides" not in held


def test_an_attack_on_two_models_draws_both():
    train, test = (ROWS[:100], ROWS[:100, 0] > 0), (ROWS[100:], ROWS[100:, 0] > 0)
    found = measures.excess_evasion_rate(above, train, test, queries=60)
    (model, *one), (control, *other) = found.series["rows"]
    assert (model, control) == ("model", "control")
    assert one[1] - other[1] == pytest.approx(found.value, abs=1e-4)


def test_of_rows_that_nobody_knows_of_the_band_allows():
    held = drawn.turned_over([3.0, 5.0], 10, 4, over="queries", most=20.0, confidence=0.95)
    assert [row[:2] for row in held["rows"]] == [
        [0, 0],
        [3, pytest.approx(1 / 6, abs=1e-5)],
        [5, 0.333333],
        [20, 0.333333],
    ]
    nothing = drawn.turned_over([], 10, 10, over="queries", most=20.0, confidence=0.95)
    assert [row[1] for row in nothing["rows"]] == [0, 0]
    assert nothing["rows"][-1][3] == 1


def test_a_backdoor_is_drawn_with_and_without_the_poison():
    X = np.random.default_rng(0).normal(size=(600, 3))
    y = (X[:, 0] > 0).astype(int)
    model = DecisionTreeClassifier(random_state=0).fit(X[:400], y[:400])
    train, test = (X[:400], y[:400]), (X[400:], y[400:])
    found = measures.backdoor_success_rate(model, train, test, trigger={"x2": 9.0}, target=1, rate=0.05, seed=1)
    (poisoned, *one), (clean, *other) = found.series["rows"]
    assert (poisoned, clean) == ("poisoned", "clean")
    assert (one[1], other[1]) == (pytest.approx(found.params["with_poison"]), pytest.approx(found.params["without"]))


def test_a_slice_that_was_searched_for_is_drawn_beside_the_rest_without_intervals():
    x = np.random.default_rng(0).random((600, 2))
    truth = x[:, 0] > 0.5
    found = measures.slice_weakness(lambda frame: (frame["x0"] > 0.5) ^ (frame["x1"] > 0.9), (x, truth), seed=0)
    rows = {name: rest for name, *rest in found.series["rows"]}
    assert list(rows) == ["error", "error elsewhere", "auditor's error", "auditor's error elsewhere"]
    for name, (n, value, low, high) in rows.items():
        assert value == pytest.approx(found.params[name], abs=1e-4)
        assert n == (600 - found.n if name.endswith("elsewhere") else found.n)
        assert (low, high) == (None, None)


def test_of_few_rows_nobodys_number_can_be_read():
    salaries = [51_250.0, 48_930.0, 61_110.0, 39_870.0, 72_340.0, 55_555.0]
    held = both(salaries, [salary + 10 for salary in salaries])
    assert held["kind"] == "histogram"
    edges = {edge for row in held["rows"] for edge in row[:2] if edge is not None}
    assert len(edges) <= 6
    assert all(edge % 10_000 == 0 for edge in edges)
