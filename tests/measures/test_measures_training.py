"""Simple rivals, told-apart rows and shortcuts: quiet where nothing is wrong, and found where it is planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.importances import exchanged, rows_in_pairs
from pytest_iso23053.measures.training.skill import skills_when_exchanged


def population(n, seed):
    """Loan applications of every kind of column, with an honest label."""
    random = np.random.default_rng(seed)
    income = random.lognormal(10, 0.5, n)
    age = random.integers(18, 80, n)
    city = random.choice(["Bonn", "Ulm", "Kiel", None], n, p=[0.6, 0.3, 0.05, 0.05])
    chance = 1 / (1 + np.exp(-(2 * np.log(income) - 20 + 0.03 * (age - 45) + (city == "Ulm"))))
    frame = pd.DataFrame({"income": income, "age": age, "city": pd.Categorical(city)})
    frame["name"] = [f"applicant {row}" for row in random.permutation(10**6)[:n]]
    frame["since"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 300, n), "D")
    frame["open"] = pd.array(random.random(n) < 0.5, dtype="boolean")
    frame.loc[random.random(n) < 0.1, "income"] = np.nan
    frame["granted"] = np.where(random.random(n) < chance, "yes", "no")
    return frame


def parts(train, test):
    return Dataset(train, target="granted", name="train"), Dataset(test, target="granted", name="test")


def split(loaded, seed, n=None):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))[:n]
    cut = len(order) * 2 // 3
    return (X[order[:cut]], y[order[:cut]]), (X[order[cut:]], y[order[cut:]])


# A simple rival


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("loaded", [load_breast_cancer, load_digits, load_diabetes])
def test_an_honest_model_is_not_blamed(loaded, seed):
    train, test = split(loaded, seed, 900)
    learner = Ridge() if loaded is load_diabetes else make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
    gain = measures.gain_over_simple_baseline(learner.fit(*train), train, test, seed=seed)
    assert (gain >= -0.03).verdict != "not met"
    assert gain.low > -0.1


def test_permuted_labels_and_swapped_columns_are_found():
    train, test = split(load_breast_cancer, 0)
    permuted = np.random.default_rng(0).permutation(train[1])
    unlearned = RandomForestClassifier(20, random_state=0).fit(train[0], permuted)
    swapped = make_pipeline(StandardScaler(), LogisticRegression()).fit(train[0][:, ::-1], train[1])
    for model in (unlearned, swapped):
        gain = measures.gain_over_simple_baseline(model, train, test, seed=0)
        assert (gain >= -0.03).verdict == "not met"
        assert gain.params["rival"] == "linear model"
    train, test = split(load_diabetes, 0)
    upside_down = Model(lambda frame: -frame["x2"], task="regression")
    worse = measures.gain_over_simple_baseline(upside_down, train, test, seed=0)
    assert (worse >= -0.03).verdict == "not met"
    assert worse.params["score"] == "concordance"


def test_a_threshold_tuned_to_costs_is_no_fault():
    train, test = split(load_breast_cancer, 1)
    learned = make_pipeline(StandardScaler(), LogisticRegression()).fit(*train)

    class OfLabels:
        classes_ = learned.classes_

        def predict(self, X):
            return (learned.predict_proba(np.asarray(X))[:, 1] > 0.98).astype(int)

    assert measures.accuracy(OfLabels(), test).value < measures.accuracy(learned, test).value - 0.05
    gain = measures.gain_over_simple_baseline(OfLabels(), train, test, seed=0)
    assert gain.value > -0.03
    assert (gain >= -0.03).verdict != "not met"


def test_of_every_kind_of_column_and_of_many_rows():
    train, test = parts(population(25_000, 0), population(1_000, 1))
    gain = measures.gain_over_simple_baseline(lambda frame: frame["age"] / 100, train, test, seed=0)
    assert (gain >= -0.03).verdict == "not met"
    assert (gain.params["trained_on"], gain.params["of"], gain.n) == (20_000, 25_000, 1_000)


def test_what_cannot_be_compared():
    rows, labels = [[x] for x in range(40)], [0, 1] * 20
    for train, test, match in (
        ((rows, [1] * 40), (rows, labels), "one class"),
        ((rows[:10], labels[:10]), (rows, labels), "too few"),
        (rows, (rows, labels), "no labels"),
        ((rows, labels), (rows, [1] * 40), "fewer than two classes"),
        ((pd.DataFrame({"t": [f"text {x}" for x in range(300)]}), [0, 1] * 150),) * 2 + ("free text",),
    ):
        with pytest.raises(NotMeasurableError, match=match):
            measures.gain_over_simple_baseline(lambda frame: np.full(len(frame), 0.5), train, test)


# Told apart


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_one_population_are_not_told_apart(seed):
    told = measures.domain_classifier_auc(*parts(population(2_000, seed), population(900, 100 + seed)), seed=seed)
    assert (told <= 0.6).verdict == "met"
    assert told.low < 0.52


def test_interval_on_the_null_holds_its_level():
    random = np.random.default_rng(5)
    missed = 0
    for seed in range(20):
        before, after = random.normal(size=(80, 2)), random.normal(size=(80, 2))
        told = measures.domain_classifier_auc(before, after, seed=seed)
        missed += told.low > 0.5
    assert missed <= 2


@pytest.mark.parametrize("column", ["income", "city", "since"])
def test_a_part_that_differs_is_told_apart_and_the_column_named(column):
    test = population(900, 8)
    changed = {
        "income": test["income"] / 1000,
        "city": test["city"].astype(object).replace("Ulm", "ULM"),
        "since": test["since"] + pd.Timedelta("200D"),
    }
    told = measures.domain_classifier_auc(*parts(population(2_000, 7), test.assign(**{column: changed[column]})))
    assert (told <= 0.6).verdict == "not met"
    assert next(iter(told.params["columns"])) == column


def test_rows_used_are_stated_and_too_few_are_refused():
    random = np.random.default_rng(9)
    told = measures.domain_classifier_auc(random.normal(size=(6_000, 2)), random.normal(size=(5_500, 2)))
    assert told.n == 5_000
    assert told.params["rows_of"] == 5_500
    with pytest.raises(NotMeasurableError, match="too few"):
        measures.domain_classifier_auc([[1]] * 30, [[1]] * 5)


def test_columns_that_say_nothing():
    empty = pd.DataFrame({"none": [None] * 60, "one": 1, "infinite": np.inf})
    assert measures.domain_classifier_auc(empty, empty).value == 0.5


# Shortcuts


@pytest.mark.parametrize("seed", range(8))
def test_honest_features_say_the_same_everywhere(seed):
    shift = measures.shortcut_shift(*parts(population(3_000, seed), population(1_500, 50 + seed)))
    assert (shift <= 0.05).verdict != "not met"


def test_many_rows_show_that_nothing_shifted():
    shift = measures.shortcut_shift(*parts(population(40_000, 3), population(15_000, 4)))
    assert (shift <= 0.05).verdict == "met"


def test_categories_of_a_few_rows_are_no_shortcut():
    random = np.random.default_rng(6)
    frames = [pd.DataFrame({"plate": random.integers(0, 200, n).astype(str)}) for n in (400, 400)]
    for frame in frames:
        frame["granted"] = random.choice(["yes", "no"], 400)
    assert measures.shortcut_shift(*parts(*frames)).low == 0


@pytest.mark.parametrize("copied", [0.95, 0.8])
def test_a_shortcut_in_training_alone_is_found_and_named(copied):
    train, test = population(2_000, 1), population(700, 2)
    random = np.random.default_rng(3)
    train["scanner"] = train["granted"]
    train["scanner"] = train["scanner"].where(random.random(2_000) < copied, random.choice(["yes", "no"], 2_000))
    test["scanner"] = random.choice(["yes", "no"], 700)
    shift = measures.shortcut_shift(*parts(train, test))
    assert (shift <= 0.05).verdict == "not met"
    assert next(iter(shift.params["columns"])) == "scanner"


def test_of_quantities_and_of_many_classes():
    train, test = split(load_diabetes, 0)
    assert (measures.shortcut_shift(train, test) <= 0.05).verdict == "inconclusive"
    shifted = (-test[0], test[1])
    assert (measures.shortcut_shift(train, shifted) <= 0.05).verdict == "not met"
    assert measures.shortcut_shift(*split(load_digits, 0)).low < 0.05


def test_labels_that_do_not_suffice():
    for labels, match in (([1] * 40, "no two classes"), ([1] * 35 + [0] * 5, "no two classes")):
        with pytest.raises(NotMeasurableError, match=match):
            measures.shortcut_shift(([[1]] * 40, labels), ([[1]] * 40, [0, 1] * 20))
    with pytest.raises(NotMeasurableError, match="no labels"):
        measures.shortcut_shift([[1]], [[1]])


def test_model_may_carry_its_own_task():
    train, test = split(load_diabetes, 1)
    named = Model(lambda frame: frame["x2"] * 1000 + 150, task="regression", name="by index")
    gain = measures.gain_over_simple_baseline(named, train, test, seed=1)
    assert gain.subjects[0] == "by index"
    assert gain.value > -0.2


# Reliance


def test_reliance_on_one_feature_and_on_many():
    random = np.random.default_rng(0)
    X = random.normal(size=(3_000, 8))
    y = (X @ np.ones(8) + random.logistic(size=3_000) > 0).astype(int)
    model = LogisticRegression().fit(X, y)
    shared = measures.dominant_feature_share(model, (X, y), seed=0)
    assert (shared <= 0.5).verdict == "met"
    assert (shared.n, shared.params["of"]) == (800, 3_000)
    y = (4 * X[:, 3] + random.logistic(size=3_000) > 0).astype(int)
    alone = measures.dominant_feature_share(LogisticRegression().fit(X, y), (X, y), seed=0)
    assert (alone <= 0.5).verdict == "not met"
    assert alone.params["column"] == "x3"
    assert alone.low < 1 < alone.high


@pytest.mark.parametrize("kind", ["probabilities", "decision values", "labels", "three classes", "quantities"])
def test_reliance_is_the_loss_of_skill_when_values_are_exchanged(kind):
    """Against scikit-learn's areas, feature by feature, for whatever the model can say; nothing is asked twice."""
    random = np.random.default_rng(5)
    X = pd.DataFrame(random.normal(size=(301, 4)), columns=list("abcd"))
    hidden = (3 * X["a"] + X["b"] + random.logistic(size=301)).to_numpy()
    y = hidden if kind == "quantities" else np.digitize(hidden, [-1, 1] if kind == "three classes" else [0])
    made = {"decision values": RidgeClassifier(), "quantities": LinearRegression()}.get(kind, LogisticRegression())
    fitted, asked = made.fit(X, y), []
    predictor = fitted
    if kind == "labels":

        def predictor(frame):
            asked.append(len(frame))
            return fitted.predict(frame)

    case = Case(predictor, (X, y))
    rows = rows_in_pairs(case.data, np.random.default_rng(9))
    part = Case(case.model, case.data.subset(rows))
    found = skills_when_exchanged(part, exchanged(case, rows))
    partner = np.roll(np.arange(300), 150)
    for place, name in enumerate(X):
        frame = X.iloc[rows].reset_index(drop=True)
        frame[name] = frame[name].to_numpy()[partner]
        assert found[place].value == pytest.approx(area(fitted, frame, y[rows], kind))
    calls = len(asked)
    exchanged(case, rows)
    assert len(asked) == calls


def area(fitted, frame, truth, kind):
    if kind == "quantities":
        return (kendalltau(truth, fitted.predict(frame)).statistic + 1) / 2
    if kind == "three classes":
        given = fitted.predict_proba(frame)
        return np.mean([roc_auc_score(truth == label, given[:, label]) for label in range(3)])
    answers = {"probabilities": "predict_proba", "decision values": "decision_function", "labels": "predict"}[kind]
    given = getattr(fitted, answers)(frame)
    return roc_auc_score(truth, given[:, 1] if given.ndim == 2 else given)


def test_reliance_on_every_kind_of_column():
    data = Dataset(population(400, 0), target="granted")
    found = measures.dominant_feature_share(lambda frame: frame["income"].fillna(0) / 1e6, data, seed=0)
    assert found.params["column"] == "income"
    assert set(found.params["columns"].values()) - {found.params["columns"]["income"]} == {0.0}
    with pytest.raises(NotMeasurableError, match="no better than chance"):
        measures.dominant_feature_share(lambda frame: np.full(len(frame), 0.5), data)
