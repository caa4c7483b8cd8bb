"""Flips under noise, gain over a constant, the gap to training, the same answer after packaging and in any order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.stats.intervals import newcombe

pytestmark = pytest.mark.filterwarnings("error")


def positive(frame):
    return (frame["x"] > 0).astype(int)


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(60)
    return pd.DataFrame({"x": random.normal(size=4_000) * 5, "kind": random.choice(["a", "b"], 4_000)})


@pytest.mark.parametrize("scale", [0.1, 0.5, 2.0])
def test_flips_under_gaussian_noise_agree_with_theory(rows, scale):
    """Of normal x and noise, the sign changes with probability arctan(scale) / π."""
    measured = measures.flip_rate(positive, rows, scale=scale, seed=1)
    assert measured.low <= np.arctan(scale) / np.pi <= measured.high
    assert (measured.params, measured.seed, measured.n) == ({"noise": "gaussian", "scale": scale}, 1, 4_000)


def test_no_noise_flips_nothing(rows):
    assert measures.flip_rate(positive, rows, scale=0, seed=1).value == 0
    assert measures.flip_rate(lambda frame: np.zeros(len(frame)), rows, scale=9, seed=1).value == 0


def test_flips_under_missing_values(rows):
    """A missing x is no longer above 0: half of a tenth of the rows flip."""
    measured = measures.flip_rate(positive, rows, noise="missing", seed=2)
    assert measured.low <= 0.05 <= measured.high
    assert measured.params == {"noise": "missing", "share": 0.1}
    assert measures.flip_rate(positive, rows, noise="missing", share=1.0, seed=2).value == pytest.approx(0.5, abs=0.03)


def test_every_kind_of_column_can_go_missing_and_the_data_stay_as_they_are():
    frame = pd.DataFrame(
        {
            "whole": range(50),
            "flag": [True, False] * 25,
            "text": ["a", "b"] * 25,
            "category": pd.Categorical(["u", "v"] * 25),
            "day": pd.date_range("2026-01-01", periods=50),
            "nullable": pd.array(range(50), dtype="Int64"),
        }
    )
    data, before = Dataset(frame), frame.copy(deep=True)
    model = Model(lambda rows: rows.isna().any(axis=1), classes=[False, True])
    assert measures.flip_rate(model, data, noise="missing", share=0.3, seed=3).value > 0.7
    noisy = Model(lambda rows: rows["whole"] + rows["nullable"] != 2 * frame["whole"], classes=[False, True])
    assert measures.flip_rate(noisy, data, scale=0.1, seed=3).value == 1
    pd.testing.assert_frame_equal(data.X, before)


def test_only_the_columns_asked_for(rows):
    wide = rows.assign(z=1.0 * rows["x"])
    measured = measures.flip_rate(positive, wide, scale=1.0, columns=["z"], seed=4)
    assert measured.value == 0
    assert measured.params["columns"] == ["z"]
    with pytest.raises(ValueError, match="names 'w', which the model does not see"):
        measures.flip_rate(positive, wide, columns=["w"])


def test_flips_by_group(rows):
    groups = measures.flip_rate(positive, Dataset(rows, sensitive=["kind"]), by="kind", scale=0.5, seed=5)
    assert groups["a"].n + groups["b"].n == 4_000
    assert groups.difference() <= 0.1
    assert groups.worst().value == max(each.value for each in groups.values())


def test_the_seed_is_the_tests_own_unless_given(rows):
    with context.activate(context.Context(seed=77)):
        measured = measures.flip_rate(positive, rows)
    assert measured.seed == 77
    assert measured.value == measures.flip_rate(positive, rows, seed=77).value
    assert measured.value != measures.flip_rate(positive, rows, seed=78).value
    assert measures.flip_rate(positive, rows).seed == 23053


def test_disturbances_that_cannot_be(rows):
    text = pd.DataFrame({"kind": ["a", "b"]})
    with pytest.raises(NotMeasurableError, match='try noise="missing"'):
        measures.flip_rate(lambda frame: frame["kind"] == "a", text)
    for wrong, message in (
        ({"noise": "salt"}, "one of gaussian, missing"),
        ({"scale": -1}, "no standard deviation"),
        ({"noise": "missing", "share": 0}, "no share of the cells"),
    ):
        with pytest.raises(ValueError, match=message):
            measures.flip_rate(positive, rows, **wrong)
    X = np.arange(20.0).reshape(10, 2)
    with pytest.raises(NotMeasurableError, match="regressor"):
        measures.flip_rate(LinearRegression().fit(X, X[:, 0] / 3), (X, X[:, 0] / 3))


def test_a_model_that_refuses_missing_values_is_not_measurable_and_one_with_an_imputer_is():
    random = np.random.default_rng(6)
    X = random.normal(size=(100, 2))
    y = (X[:, 0] > 0).astype(int)
    strict = LogisticRegression().fit(X, y)
    with pytest.raises(NotMeasurableError, match=r"refuses rows with missing values.* imputer"):
        measures.flip_rate(strict, (X, y), noise="missing", seed=1)
    imputing = make_pipeline(SimpleImputer(), LogisticRegression()).fit(X, y)
    assert 0 < measures.flip_rate(imputing, (X, y), noise="missing", seed=1).value < 0.3
    with pytest.raises(SubjectError):  # a model that cannot answer at all is an error, not a refusal
        measures.flip_rate(lambda frame: frame["absent"], (X, y), noise="missing", seed=1)


def test_gain_over_any_constant_prediction():
    y = np.array([0] * 60 + [1] * 40)
    predicted = np.array([0] * 55 + [1] * 5 + [1] * 30 + [0] * 10)
    data = (np.zeros((100, 1)), y)
    measured = measures.gain_over_baseline(lambda frame: predicted[: len(frame)], data)
    balanced = measures.balanced_accuracy(lambda frame: predicted[: len(frame)], data)
    assert measured.value == pytest.approx((55 / 60 + 30 / 40) / 2 - 1 / 2)
    assert (measured.low, measured.high) == pytest.approx((balanced.low - 0.5, balanced.high - 0.5))
    assert measured > 0


def test_a_constant_model_gains_nothing():
    data = (np.zeros((50, 1)), [0] * 30 + [1] * 20)
    for label in (0, 1):
        measured = measures.gain_over_baseline(lambda frame, label=label: np.full(len(frame), label), data)
        assert measured.value == pytest.approx(0)
        assert (measured > 0).verdict == "inconclusive"


def test_a_threshold_that_follows_unequal_costs_is_no_loss():
    random = np.random.default_rng(62)
    y = (random.random(2000) < 0.3).astype(int)
    score = y + random.normal(size=2000)
    cautious = (score > -0.5).astype(int)  # more errors than «never», and still far from blind
    data = (np.zeros((2000, 1)), y)
    assert measures.accuracy(lambda frame: cautious, data).value < 0.7
    assert measures.gain_over_baseline(lambda frame: cautious, data) > 0


def test_a_model_without_relation_to_the_labels_is_not_said_to_gain():
    random, shown = np.random.default_rng(61), 0
    for _ in range(1000):
        answers = random.integers(0, 2, 80)
        data = (np.zeros((80, 1)), random.integers(0, 2, 80))
        shown += bool(measures.gain_over_baseline(lambda frame, answers=answers: answers, data) > 0)
    assert shown <= 40  # 2.5 % of them, and three standard errors


def test_generalisation_gap_of_labels_and_of_quantities():
    train, test = (np.zeros((100, 1)), [1] * 95 + [0] * 5), (np.zeros((80, 1)), [1] * 60 + [0] * 20)
    measured = measures.generalisation_gap(lambda frame: np.ones(len(frame), dtype=int), train, test)
    assert measured.value == pytest.approx(0.95 - 0.75)
    assert (measured.low, measured.high) == pytest.approx(newcombe(95, 100, 60, 80))
    assert measured.n == 80
    random = np.random.default_rng(7)
    X = random.normal(size=(300, 1))
    near, far = X[:, 0] + random.normal(size=300) / 4, X[:, 0] + random.normal(size=300)
    model = Model(lambda frame: frame["x0"], task="regression")
    gap = measures.generalisation_gap(model, (X, near), (X, far))
    assert gap.value == pytest.approx(measures.r2(model, (X, near)).value - measures.r2(model, (X, far)).value)
    assert gap > 0.1


def test_a_gap_is_about_both_data_sets():
    frame = pd.DataFrame({"x": [-1.0, 1.0] * 10, "y": [0, 1] * 10})
    train, test = (Dataset(frame, target="y", name=name, role=name) for name in ("train", "test"))
    measured = measures.generalisation_gap(Model(positive, name="credit"), train, test)
    assert measured.subjects == ("credit", "train", "test")
    assert measured.roles == ("model", "train", "test")
    quantities = ([[1.0], [2.0]], [0.5, 0.7])
    with pytest.raises(NotMeasurableError, match="a regressor there"):
        measures.generalisation_gap(lambda rows: rows["x0"], quantities, ([[1.0], [2.0]], ["a", "b"]))


class Forgetful(LogisticRegression):
    """Loses what was set after training: a threshold that pickling drops."""

    def __getstate__(self):
        return {key: value for key, value in super().__getstate__().items() if key != "threshold"}

    def predict(self, X):
        return (self.predict_proba(X)[:, 1] > getattr(self, "threshold", 0.5)).astype(int)


def test_what_the_artefact_loses_is_found():
    random = np.random.default_rng(8)
    X = random.normal(size=(200, 1))
    y = (X[:, 0] + random.normal(size=200) > 0).astype(int)
    whole = LogisticRegression().fit(X, y)
    for kind in ("python", "skops", "joblib"):
        measured = measures.artefact_parity(Model(whole, kind=kind), (X, y))
        assert measured.value == 1
        assert measured.exact
        assert measured >= 1
    forgetful = Forgetful().fit(X, y)
    forgetful.threshold = 0.8
    measured = measures.artefact_parity(forgetful, (X, y))
    assert 0.3 < measured.value < 0.9
    assert (measured >= 1).verdict == "not met"
    regressor = LinearRegression().fit(X, X[:, 0] / 3)
    assert measures.artefact_parity(regressor, (X, X[:, 0] / 3)).value == 1


def test_what_cannot_be_written_is_not_measurable():
    with pytest.raises(NotMeasurableError, match="cannot be written and read again"):
        measures.artefact_parity(lambda frame: frame["x0"] > 0, [[1], [2]])


def test_answers_that_depend_on_the_company_are_found():
    rows = np.random.default_rng(9).normal(size=(120, 1))
    assert measures.row_order_invariance(lambda frame: frame["x0"] > 0, rows, seed=1).value == 1
    alone = measures.row_order_invariance(lambda frame: frame["x0"] > frame["x0"].mean(), rows, seed=1)
    assert alone.value == pytest.approx(1 - 10 / 120)  # of the twenty that are asked alone, those above the average
    assert alone.value < 0.95
    assert (alone >= 1).verdict == "not met"
    ranks = measures.row_order_invariance(lambda frame: np.arange(len(frame)) % 2, rows, seed=1)
    assert ranks.value < 0.7
    assert (ranks >= 1).verdict == "not met"


def test_answers_that_change_when_asked_again_are_found():
    random = np.random.default_rng(10)
    rows = np.zeros((60, 1))
    assert measures.row_order_invariance(lambda frame: random.integers(0, 2, len(frame)), rows, seed=1).value < 0.7
    regressor = Model(lambda frame: frame["x0"] + random.normal(size=len(frame)), task="regression")
    assert measures.row_order_invariance(regressor, rows, seed=1).value == 0


def test_a_millionth_is_no_difference_of_quantities():
    calls = iter(range(1_000))
    model = Model(lambda frame: frame["x0"] * (1 + 1e-9 * next(calls)), task="regression")
    assert measures.row_order_invariance(model, np.ones((60, 1)), seed=1).value == 1
