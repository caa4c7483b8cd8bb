"""Scores of classifiers and regressors against scikit-learn, and at the edges of what is defined."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.stats.intervals import clopper_pearson

pytestmark = pytest.mark.filterwarnings("error")


def two_classes(labels=(0, 1), n=400):
    random = np.random.default_rng(1)
    X = pd.DataFrame(random.normal(size=(n, 3)), columns=["a", "b", "c"])
    hidden = X["a"] + random.normal(size=n)
    return X, np.where(hidden > 0.4, labels[1], labels[0])


@pytest.fixture(params=[(0, 1), ("bad", "good"), (False, True), (-1.0, 1.0)], ids=str)
def case(request):
    X, y = two_classes(request.param)
    model = LogisticRegression().fit(X[:200], y[:200])
    return model, X[200:], y[200:], request.param[1]


def test_scores_of_two_classes_agree_with_scikit_learn(case):
    model, X, y, positive = case
    predicted, probability = model.predict(X), model.predict_proba(X)[:, 1]
    truth = y == positive
    expected = {
        "accuracy": metrics.accuracy_score(y, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, predicted),
        "precision": metrics.precision_score(truth, predicted == positive),
        "recall": metrics.recall_score(truth, predicted == positive),
        "f1": metrics.f1_score(truth, predicted == positive),
        "roc_auc": metrics.roc_auc_score(truth, probability),
        "average_precision": metrics.average_precision_score(truth, probability),
        "brier_score": metrics.brier_score_loss(truth, probability),
        "log_loss": metrics.log_loss(truth, probability),
        "selection_rate": np.mean(predicted == positive),
        "true_positive_rate": metrics.recall_score(truth, predicted == positive),
        "false_positive_rate": np.mean((predicted == positive)[~truth]),
        "false_negative_rate": np.mean((predicted != positive)[truth]),
    }
    for name, value in expected.items():
        measured = getattr(measures, name)(model, (X, y))
        assert measured.value == pytest.approx(value), name
        assert measured.low <= measured.value <= measured.high, name
        assert measured.measure == name
        assert measured.origin == "shipped"


def test_intervals_and_counts_of_rates(case):
    model, X, y, positive = case
    predicted, truth = model.predict(X) == positive, y == positive
    both = (predicted & truth).sum()
    for name, hits, rows in (
        ("accuracy", (predicted == truth).sum(), len(y)),
        ("precision", both, predicted.sum()),
        ("recall", both, truth.sum()),
    ):
        measured = getattr(measures, name)(model, (X, y), confidence=0.9)
        assert (measured.low, measured.high) == pytest.approx(clopper_pearson(hits, rows, 0.9))
        assert (measured.n, measured.confidence) == (rows, 0.9)


def test_several_classes_agree_with_scikit_learn():
    random = np.random.default_rng(2)
    X = random.normal(size=(600, 2))
    y = np.array(["low", "middle", "high"])[np.digitize(X[:, 0] + random.normal(size=600) / 2, [-0.5, 0.8])]
    model = LogisticRegression().fit(X[:300], y[:300])
    data = (X[300:], y[300:])
    predicted, probabilities = model.predict(X[300:]), model.predict_proba(X[300:])
    one_hot = (y[300:, None] == model.classes_).astype(float)
    assert measures.accuracy(model, data).value == pytest.approx(np.mean(predicted == y[300:]))
    assert measures.balanced_accuracy(model, data).value == pytest.approx(
        metrics.balanced_accuracy_score(y[300:], predicted)
    )
    assert measures.log_loss(model, data).value == pytest.approx(
        metrics.log_loss(y[300:], probabilities, labels=model.classes_)
    )
    assert measures.brier_score(model, data).value == pytest.approx(
        np.mean(np.sum((probabilities - one_hot) ** 2, axis=1)) / 2
    )
    confidence, right = probabilities.max(axis=1), predicted == y[300:]
    assert 0 <= measures.expected_calibration_error(model, data).value <= np.abs(confidence - right).max()
    with pytest.raises(NotMeasurableError, match="positive"):
        measures.roc_auc(model, data)
    one_against_rest = Dataset(*data, positive="high")
    place = list(model.classes_).index("high")
    assert measures.roc_auc(model, one_against_rest).value == pytest.approx(
        metrics.roc_auc_score(y[300:] == "high", probabilities[:, place])
    )
    assert measures.recall(model, one_against_rest).value == pytest.approx(
        metrics.recall_score(y[300:] == "high", predicted == "high")
    )


def test_scores_of_quantities_agree_with_scikit_learn():
    random = np.random.default_rng(3)
    X = random.normal(size=(300, 2))
    y = X @ [1.0, -2.0] + random.normal(size=300)
    model = LinearRegression().fit(X[:150], y[:150])
    predicted = model.predict(X[150:])
    for name, reference in (
        ("mean_absolute_error", metrics.mean_absolute_error),
        ("root_mean_squared_error", metrics.root_mean_squared_error),
        ("r2", metrics.r2_score),
    ):
        measured = getattr(measures, name)(model, (X[150:], y[150:]))
        assert measured.value == pytest.approx(reference(y[150:], predicted))
        assert measured.low < measured.value < measured.high
    assert measures.gain_over_baseline(model, (X[150:], y[150:])).value == pytest.approx(
        metrics.r2_score(y[150:], predicted)
    )


def always(label):
    return Model(lambda frame: np.full(len(frame), label), name="constant", task="classification")


def test_one_class_alone_is_undefined_and_never_met():
    rows = Dataset(pd.DataFrame({"x": range(8)}), pd.Series([1] * 8), name="ones")
    model = Model(lambda frame: frame["x"] / 8, classes=[0, 1])
    for name in ("roc_auc", "balanced_accuracy"):
        measured = getattr(measures, name)(model, rows)
        assert np.isnan(measured.value), name
        assert (measured >= 0).verdict == "inconclusive"
    assert measures.accuracy(always(1), rows).value == 1


def test_a_single_row_shows_next_to_nothing():
    row = (pd.DataFrame({"x": [0.9]}), [1])
    model = Model(lambda frame: frame["x"], classes=[0, 1])
    assert measures.accuracy(model, row).value == 1
    assert not measures.accuracy(model, row) >= 0.5
    assert measures.brier_score(model, row).high > 0.5
    assert np.isnan(measures.log_loss(model, row).high)


def test_no_rate_without_rows_of_its_kind():
    data = (pd.DataFrame({"x": range(6)}), [0, 1] * 3)
    never = always(0)
    measured = measures.precision(never, data)
    assert np.isnan(measured.value)
    assert measured.n == 0
    assert (measured >= 0.1).verdict == "inconclusive"
    assert measures.f1(never, data).value == 0
    assert measures.recall(never, data).value == 0


def test_a_label_that_the_model_does_not_know_had_no_probability():
    X, y = two_classes()
    model = LogisticRegression().fit(X, y)
    data = Dataset(X[:3], pd.Series([0, 1, 2]), positive=1)
    assert measures.log_loss(model, data).value > 10
    assert measures.accuracy(model, data).n == 3


@pytest.mark.parametrize("name", ["accuracy", "roc_auc", "brier_score", "true_positive_rate", "gain_over_baseline"])
def test_without_labels_the_error_says_how_to_name_them(name):
    frame = Dataset(pd.DataFrame({"x": [1, 2]}), name="unlabelled")
    with pytest.raises(ValueError, match=r"'unlabelled' has no labels .* target"):
        getattr(measures, name)(Model(lambda frame: frame["x"] / 3, classes=[0, 1]), frame)


def test_labels_that_are_missing_in_part_are_an_error():
    data = Dataset(pd.DataFrame({"x": [1, 2, 3], "y": [0, 1, None]}), target="y")
    with pytest.raises(SubjectError, match="1 of 3 rows have no value"):
        measures.accuracy(lambda frame: frame["x"] > 1, data)


def test_the_wrong_kind_of_model_is_told_what_fits():
    X = np.arange(12.0).reshape(6, 2)
    regressor = LinearRegression().fit(X, X[:, 0] / 7)
    with pytest.raises(NotMeasurableError, match="regressor: use root_mean_squared_error"):
        measures.accuracy(regressor, (X, X[:, 0] / 7))
    classifier = LogisticRegression().fit(X, [0, 1] * 3)
    with pytest.raises(NotMeasurableError, match="classifier: use accuracy"):
        measures.r2(classifier, (X, [0, 1] * 3))


def test_labels_alone_have_no_brier_score():
    data = (pd.DataFrame({"x": range(4)}), ["no", "no", "yes", "yes"])
    with pytest.raises(NotMeasurableError, match="no probabilities; give an estimator with predict_proba"):
        measures.brier_score(lambda frame: np.where(frame["x"] > 1, "yes", "no"), data)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_an_impossible_level_is_refused(confidence):
    with pytest.raises(ValueError, match=r"write 0.95 for 95 %"):
        measures.accuracy(always(1), ([[1], [2]], [0, 1]), confidence=confidence)


def test_a_model_that_predicts_nothing_on_no_relation_is_not_shown_to_be_better_than_chance():
    """The null: scores that have nothing to do with the labels pass «> 0.5» one time in forty."""
    random, shown = np.random.default_rng(4), 0
    for _ in range(200):
        rows = pd.DataFrame({"score": random.random(120)})
        model = Model(lambda frame: frame["score"], classes=[0, 1])
        shown += bool(measures.roc_auc(model, Dataset(rows, random.integers(0, 2, 120))) > 0.5)
    assert shown <= 12


def test_calibration_bins_are_a_parameter_and_evidence():
    data = (pd.DataFrame({"x": range(10)}), [0, 1] * 5)
    measured = measures.expected_calibration_error(lambda frame: frame["x"] / 10, data, bins=5)
    assert measured.params == {"bins": 5}
    with pytest.raises(ValueError, match="at least one bin"):
        measures.expected_calibration_error(lambda frame: frame["x"] / 10, data, bins=0)
