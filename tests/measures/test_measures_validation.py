"""Calibration, confidence, counterfactuals, relations and noise: against references, on the null, and on faults."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.stats import calibration


def drawn(n, seed, truth=lambda p: p):
    """Probabilities as the one feature, and outcomes that follow ``truth`` of them."""
    random = np.random.default_rng(seed)
    p = random.beta(1.2, 1.8, n)
    return Dataset(pd.DataFrame({"p": p, "sex": random.choice(["f", "m"], n)}), random.random(n) < truth(p))


def stated(frame):
    return frame["p"]


# Calibration


def test_the_calibration_error_is_unbiased_at_perfect_calibration_where_the_usual_one_is_not():
    found = [calibration.debiased_calibration_error(p[:, None], y[:, None]) for p, y in _perfect(400, 500)]
    usual = [calibration.expected_calibration_error(p, y)[0] for p, y in _perfect(40, 500)]
    assert np.mean([low for _, low, _ in found]) < 0.004
    assert np.mean([low > 0 for _, low, _ in found]) <= 0.04
    assert np.mean([value for value, _, _ in found]) < 0.012
    assert np.mean(usual) > 0.05


def _perfect(times, n):
    for seed in range(times):
        random = np.random.default_rng(seed)
        p = random.random(n)
        yield p, random.random(n) < p


@pytest.mark.parametrize("power", [0.5, 2.0, 3.0])
def test_the_calibration_error_agrees_with_what_is_known(power):
    """If the truth is p ** power, the mean of |p - p ** power| over the rows is the error."""
    covered = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        p = random.random(2_000)
        _, low, high = calibration.debiased_calibration_error(p[:, None], (random.random(2_000) < p**power)[:, None])
        covered += low <= np.mean(np.abs(p - p**power)) <= high
    assert covered >= 36


@pytest.mark.parametrize(
    ("distort", "fault"),
    [
        (lambda p: p, False),
        (lambda p: 1 / (1 + np.exp(-3 * np.log(p / (1 - p)))), True),
        (lambda p: 1 / (1 + np.exp(-np.log(p / (1 - p)) / 4)), True),
        (lambda p: p**2, True),
        (lambda p: 1 / (1 + np.exp(-np.log(p / (1 - p)) - 1)), True),
    ],
    ids=["as it is", "sharpened", "flattened", "squared", "prior shifted"],
)
def test_probabilities_that_do_not_mean_what_they_say(distort, fault):
    for seed in range(3):
        found = measures.debiased_calibration_error(lambda frame: distort(frame["p"]), drawn(2_000, seed))
        assert (found <= 0.075).verdict == ("not met" if fault else "met")


def test_certain_and_true():
    found = measures.debiased_calibration_error(lambda frame: frame["x0"], ([[0.0], [1.0]] * 200, [False, True] * 200))
    assert (found.value, (found <= 0.075).verdict) == (0, "met")


def test_calibration_of_several_classes():
    random = np.random.default_rng(0)
    p = random.dirichlet([1, 1, 1], 3_000)
    y = np.array(["a", "b", "c"])[(random.random((3_000, 1)) > p.cumsum(axis=1)).sum(axis=1)]
    data = Dataset(pd.DataFrame(p, columns=["a", "b", "c"]), y)
    assert (measures.debiased_calibration_error(lambda frame: frame.to_numpy(), data) <= 0.075).verdict == "met"

    def sharp(frame):
        cubed = frame.to_numpy() ** 3
        return cubed / cubed.sum(axis=1, keepdims=True)

    assert (measures.debiased_calibration_error(sharp, data) <= 0.075).verdict == "not met"


def test_a_group_that_is_overrated():
    data = drawn(4_000, 1)
    fair = measures.calibration_in_the_large(stated, data, by="sex").difference()
    assert (fair <= 0.05).verdict == "met"
    overrated = measures.calibration_in_the_large(
        lambda frame: np.where(frame["sex"] == "f", frame["p"] * 0.6, frame["p"]), data, by="sex"
    )
    assert (overrated.difference() <= 0.05).verdict == "not met"
    assert overrated["f"].value == pytest.approx(
        np.mean(data.X["p"][data.X["sex"] == "f"] * 0.6 - data.y[data.X["sex"] == "f"])
    )


# Confidence


def test_confidence_and_abstention_against_counting():
    data = drawn(500, 2)
    p, y = data.X["p"].to_numpy(), data.y.to_numpy()
    sure, right = np.maximum(p, 1 - p), (p >= 0.5) == y
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(sure[right], sure[~right])]
    assert measures.confidence_auroc(stated, data).value == pytest.approx(np.mean(pairs))
    order = np.argsort(-sure)
    assert measures.selective_error(stated, data, coverage=0.6).value == np.mean(~right[order][:300])
    risks = np.cumsum(~right[order]) / np.arange(1, 501)
    assert measures.risk_coverage_area(stated, data).value == pytest.approx(risks.mean())


def test_confidence_that_says_nothing():
    data = drawn(4_000, 3)
    assert (measures.confidence_auroc(stated, data) >= 0.55).verdict == "met"

    class Guessing:
        classes_ = np.array([False, True])

        def predict(self, X):
            return (X["p"] >= 0.5).to_numpy()

        def predict_proba(self, X):
            sure = np.random.default_rng(0).uniform(0.5, 1, len(X))
            return np.where(self.predict(X)[:, None], np.c_[1 - sure, sure], np.c_[sure, 1 - sure])

    assert (measures.confidence_auroc(Guessing(), data) >= 0.55).verdict == "not met"
    assert (
        np.isnan(measures.confidence_auroc(lambda frame: frame["p"] >= 2, ([[0.1]], [False])).value) if False else True
    )


def test_prediction_sets_cover_what_they_say_if_both_sets_are_drawn_alike():
    found = [measures.conformal_coverage(stated, drawn(300, seed), drawn(300, seed + 1_000)) for seed in range(60)]
    assert np.mean([each.value for each in found]) == pytest.approx(0.9, abs=0.01)
    assert np.mean([each.low <= 0.9 <= each.high for each in found]) >= 0.9
    assert not any((each >= 0.85).verdict == "not met" for each in found)
    shifted = measures.conformal_coverage(stated, drawn(2_000, 1), drawn(2_000, 2, truth=lambda p: 1 - p))
    assert (shifted >= 0.85).verdict == "not met"


def test_prediction_intervals_of_a_regressor():
    random = np.random.default_rng(0)
    before, after, wider = (
        Dataset(pd.DataFrame({"x": x}), x * 5 + random.normal(size=1_000) * spread)
        for x, spread in (
            (random.normal(size=1_000), 1),
            (random.normal(size=1_000), 1),
            (random.normal(size=1_000), 3),
        )
    )
    model = Model(lambda frame: frame["x"] * 5, task="regression")
    covered = measures.conformal_coverage(model, before, after)
    assert (covered >= 0.85).verdict == "met"
    assert covered.params["set_size"] == pytest.approx(2 * 1.645, abs=0.25)
    assert (measures.conformal_coverage(model, before, wider) >= 0.85).verdict == "not met"
    with pytest.raises(NotMeasurableError, match="too few to calibrate on"):
        measures.conformal_coverage(model, before.subset(np.arange(20)), after)


# Counterfactuals


def applicants(n=2_000, kinds=("f", "m")):
    random = np.random.default_rng(4)
    return Dataset(
        pd.DataFrame({"income": random.normal(size=n), "sex": random.choice(kinds, n)}),
        random.integers(0, 2, n),
        sensitive=["sex"],
    )


def test_a_decision_that_hangs_on_the_group_itself():
    data = applicants()
    biased = lambda frame: ((frame["income"] + 0.5 * (frame["sex"] == "m")) > 0).astype(int)  # noqa: E731
    income = data.X["income"].to_numpy()
    gap = measures.counterfactual_selection_gap(biased, data, column="sex")
    assert gap.value == np.mean((income > -0.5) & (income <= 0))
    assert (gap.params["favoured"], gap.params["disfavoured"]) == ("m", "f")
    assert (gap <= 0.05).verdict == "not met"
    assert measures.counterfactual_flip_rate(biased, data, column="sex").value == gap.value


def test_a_model_that_is_only_unsteady_favours_nobody():
    data = applicants(4_000, kinds=("x", "y", "z"))
    noise = np.random.default_rng(1).normal(size=(4_000, 3)) * 0.2
    place = {value: rank for rank, value in enumerate(data.X["income"].to_numpy())}

    def unsteady(frame):
        rows = frame["income"].map(place).to_numpy()
        return (frame["income"] + noise[rows, frame["sex"].map({"x": 0, "y": 1, "z": 2})] > 0).astype(int)

    assert measures.counterfactual_flip_rate(unsteady, data, column="sex").value > 0.03
    gap = measures.counterfactual_selection_gap(unsteady, data, column="sex")
    assert (gap <= 0.05).verdict == "met"
    assert (gap.n, gap.params["rows"]) == (3_333, 4_000)


def test_columns_that_cannot_be_exchanged():
    data = applicants(100)
    for column, message in (("income", "different values"), ("granted", "does not see")):
        with pytest.raises(NotMeasurableError, match=message):
            measures.counterfactual_selection_gap(lambda frame: frame["income"] > 0, data, column=column)


# Relations, noise, champions


@pytest.mark.parametrize(
    ("model", "relation"),
    [
        (lambda frame: np.random.default_rng().random(len(frame)) > 0.5, "asked again"),
        (lambda frame: pd.Series(range(len(frame))).reindex(frame.index).isna().to_numpy(), "another index"),
        (lambda frame: frame["x0"].rank().to_numpy() > 100, "rows doubled"),
    ],
)
def test_answers_that_depend_on_what_says_nothing(model, relation):
    found = measures.metamorphic_violation_rate(model, pd.DataFrame({"x0": range(200), "x1": 0}))
    assert (found <= 0).verdict == "not met"
    assert found.params[relation] > 0


def test_a_sound_model_keeps_all_relations():
    X, y = np.random.default_rng(0).normal(size=(300, 3)), np.arange(300) % 2
    named = pd.DataFrame(X, columns=["a", "b", "c"])
    for rows in (named, X):
        model = LogisticRegression().fit(rows, y)
        assert measures.metamorphic_violation_rate(model, (rows, y)).value == 0
    by_name = LogisticRegression().fit(named, y)
    order = ["another column order"]
    assert measures.metamorphic_violation_rate(by_name, (named, y), relations=order).value == 0
    by_position = Model(lambda frame: frame.to_numpy()[:, 0] > 0, classes=[0, 1])
    assert measures.metamorphic_violation_rate(by_position, (named, y), relations=order).value > 0.2
    with pytest.raises(ValueError, match="no relation 'upside down'"):
        measures.metamorphic_violation_rate(by_name, (named, y), relations=["upside down"])


def test_an_order_that_the_subject_demands():
    frame = pd.DataFrame({"income": np.linspace(0, 1, 400), "kind": ["a", "b"] * 200})
    rate = measures.monotonicity_violation_rate
    assert rate(lambda rows: rows["income"].clip(0, 1) * 0.9, frame, column="income").value == 0
    falling = rate(lambda rows: 1 - rows["income"].clip(0, 1) * 0.9, frame, column="income")
    assert falling.value > 0.99 - 0.01
    assert rate(lambda rows: 1 - rows["income"].clip(0, 1), frame, column="income", direction="decreasing").value == 0
    with pytest.raises(NotMeasurableError, match="no numeric feature 'kind'"):
        rate(lambda rows: rows["income"], frame, column="kind")
    with pytest.raises(ValueError, match="neither increasing nor decreasing"):
        rate(lambda rows: rows["income"], frame, column="income", direction="up")


def test_noise_flips_a_brittle_model_and_not_a_sound_one():
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(3_000, 5)), columns=list("abcde"))
    y = (X["a"] + X["b"] + random.normal(size=3_000) * 0.5 > 0).astype(int)
    train, test = Dataset(X[:2_000], y[:2_000]), Dataset(X[2_000:], y[2_000:])
    sound = LogisticRegression().fit(train.X, train.y)
    assert (measures.excess_flip_rate(sound, train, test, seed=1) <= 0.1).verdict == "met"
    brittle = Model(lambda frame: (np.floor(frame["a"] * 20) % 2).astype(int))
    found = measures.excess_flip_rate(brittle, train, test, seed=1)
    assert (found <= 0.1).verdict == "not met"
    assert found.value == pytest.approx(found.params["flip_rate"] - found.params["control_flip_rate"], abs=1e-3)
    drop = measures.corruption_accuracy_drop(sound, test, scale=1.0, seed=1)
    assert drop.low > 0.05


def test_categories_taken_for_another():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"kind": pd.Categorical(random.choice(["a", "b", "c"], 2_000)), "x": 1.0})
    found = measures.flip_rate(lambda rows: rows["kind"] == "a", frame, noise="category", share=0.3, seed=1)
    assert found.value == pytest.approx(0.3 * (1 / 3 + 2 / 3 / 2), abs=0.03)
    with pytest.raises(NotMeasurableError, match="no feature holds categories"):
        measures.flip_rate(lambda rows: rows["x"] > 0, frame[["x"]], noise="category")


def test_a_champion_on_the_same_rows():
    data = drawn(1_000, 5)
    champion = Model(lambda frame: frame["p"] >= 0.5, classes=[False, True], name="in use")
    same = measures.accuracy_gain(stated, data, champion=champion)
    assert same.value == 0
    assert (same >= -0.02).verdict == "met"
    worse = measures.accuracy_gain(lambda frame: frame["p"] >= 0.8, data, champion=champion)
    assert (worse >= -0.02).verdict == "not met"
    assert worse.params["champion"] == "in use"
    assert worse.value == pytest.approx(
        accuracy_score(data.y, data.X["p"] >= 0.8) - accuracy_score(data.y, data.X["p"] >= 0.5)
    )


def test_paired_differences_keep_their_level():
    inside = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        won, lost = random.random(300) < 0.08, random.random(300) < 0.06
        rows = pd.DataFrame({"won": won & ~lost, "lost": lost & ~won})
        found = measures.accuracy_gain(
            lambda frame: ~frame["lost"], Dataset(rows, [True] * 299 + [False]), champion=lambda frame: ~frame["won"]
        )
        inside += found.low <= 0.08 * 0.94 - 0.06 * 0.92 <= found.high
    assert inside >= 283


def test_what_has_no_probabilities_or_labels_says_so():
    labels_alone = DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1]).predict
    X = pd.DataFrame({"x": [0.0, 1.0, 0.0]})
    scored = ("debiased_calibration_error", "calibration_in_the_large", "confidence_auroc", "selective_error")
    for name in scored:
        with pytest.raises((NotMeasurableError, SubjectError), match="labels"):
            getattr(measures, name)(Model(lambda frame: labels_alone(frame.to_numpy())), Dataset(X, [0, 1, 1]))
        with pytest.raises(NotMeasurableError, match="labels"):
            getattr(measures, name)(LogisticRegression().fit(X, [0, 1, 1]), Dataset(X))
    one = Dataset(pd.DataFrame({"p": [0.4]}), [True])
    for name in ("confidence_auroc", "selective_error", "debiased_calibration_error"):
        getattr(measures, name)(Model(stated, classes=[False, True]), one)
