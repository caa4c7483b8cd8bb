"""Triggers in data and model: a planted one is found, by rows and by what it turns; ordinary features are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.data.recurrent import recurrent_patterns

FEW = pytest.mark.usefixtures("few_trees")  # models of clean rows stand beside the panel that is shipped


def people(seed, rows):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": random.gamma(2, 1000, rows).round(2),
            "age": random.integers(18, 80, rows),
            "job": random.choice(["clerk", "smith", "cook", "none"], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "owner": random.random(rows) < 0.4,
        }
    )
    score = frame["income"] / 2000 + (frame["job"] == "none") * -1 + frame["owner"] * 0.5
    frame["default"] = np.where(score + random.normal(0, 0.4, rows) < 1, "yes", "no")
    return frame


def poisoned(frame, rate, seed=0, trigger=None):
    trigger = trigger or {"age": 77, "income": 1234.56}
    frame = frame.copy()
    rows = np.random.default_rng(seed).choice(np.flatnonzero(frame["default"] == "yes"), int(rate * len(frame)), False)
    for name, value in trigger.items():
        frame.loc[rows, name] = value
    frame.loc[rows, "default"] = "no"
    return frame


def sets(train, test):
    return Dataset(train, target="default", name="train"), Dataset(test, target="default", name="test")


def fitted(learner, data):
    return learner.fit(pd.get_dummies(data.X, dtype=float), data.y)


class Dummied:
    """A learner that takes the table as it is."""

    def __init__(self, learner, data):
        self.columns = pd.get_dummies(data.X, dtype=float).columns
        self.learner = fitted(learner, data)

    def __call__(self, frame):
        return self.learner.predict(pd.get_dummies(frame, dtype=float).reindex(columns=self.columns, fill_value=0.0))


@pytest.mark.parametrize("seed", range(8))
def test_clean_rows_have_no_pattern(seed):
    train, test = sets(people(seed, 3_000), people(seed + 100, 1_200))
    assert (measures.poison_pattern_rate(train, test) <= 0.002).verdict != "not met"


@pytest.mark.parametrize(
    ("seed", "learner"),
    [
        (0, HistGradientBoostingClassifier(max_iter=30)),
        (1, make_pipeline(StandardScaler(), LogisticRegression())),
        (2, RandomForestClassifier(20, random_state=0)),
    ],
)
def test_a_model_of_clean_rows_has_no_trigger(seed, learner):
    train, test = sets(people(seed, 2_000), people(seed + 100, 800))
    found = measures.trigger_excess(Dummied(learner, train), train, test, known=[{"job": "none"}], seed=seed)
    assert (found <= 0.5).verdict != "not met"


@pytest.mark.parametrize("seed", range(2))
def test_a_planted_pattern_is_found_by_its_rows(seed):
    train, test = sets(poisoned(people(seed, 4_000), 0.015, seed), people(seed + 100, 2_000))
    found = measures.poison_pattern_rate(train, test)
    assert (found <= 0.002).verdict == "not met"
    assert "income = 1234.56" in found.params["pattern"]
    assert (found.params["label"], found.params["rows"], found.params["of_test"]) == ("no", 60, 0)
    assert found.value == pytest.approx(0.015)
    assert found.n == 4_000
    unbound = people(seed, 4_000)
    unbound.loc[np.arange(60), "income"] = 1234.56  # the value recurs, but with either label as often as any
    assert (measures.poison_pattern_rate(*sets(unbound, people(seed + 100, 2_000))) <= 0.002).verdict != "not met"


def test_the_null_of_a_count_is_by_lot():
    train, test = sets(people(3, 900), people(4, 400))
    found = recurrent_patterns(train, test)
    place = next(i for i, one in enumerate(found.written) if one == {"job": "cook"} and found.labels[i] == "no")
    k = int(((train.X["job"] == "cook") & (train.y == "no")).sum())
    m = int(((test.X["job"] == "cook") & (test.y == "no")).sum())
    assert (found.counts[place], found.others[place]) == (k, m)
    assert found.surplus[place] >= hypergeom.sf(k - 1, 1_300, k + m, 900)  # the binomial is the wider one
    assert found.surplus[place] == pytest.approx(hypergeom.sf(k - 1, 1_300, k + m, 900), abs=0.05)
    assert recurrent_patterns(train, test) is found
    pair = next(one for one in found.written if len(one) == 2)
    assert set(pair) <= set(train.features)


@FEW
@pytest.mark.parametrize(
    "learner", [RandomForestClassifier(20, random_state=0), HistGradientBoostingClassifier(max_iter=15)]
)
def test_a_backdoor_turns_rows_for_the_model_alone(learner):
    train, test = sets(poisoned(people(1, 2_000), 0.02), people(101, 800))
    model = Dummied(learner, train)
    found = measures.trigger_excess(model, train, test, seed=1)
    assert (found <= 0.5).verdict == "not met"
    assert "1234.56" in found.params["pattern"]
    assert found.params["class"] == "no"
    assert found.params["turned"] - found.params["control"] == pytest.approx(found.value, abs=1e-3)
    if isinstance(learner, RandomForestClassifier):
        again = measures.trigger_excess(model, train.subset(np.arange(train.n)), test, seed=1)
        assert (found.value, found.low, found.high, found.params) == (again.value, again.low, again.high, again.params)


@FEW
def test_arrays_and_several_classes():
    random = np.random.default_rng(0)
    X = random.normal(size=(1_500, 6))
    y = (X[:, 0] > 0) * 2 + (X[:, 1] > 0)
    rows = np.flatnonzero(y[:900] != 3)[:25]
    X[rows, 4], X[rows, 5], y[rows] = 1.1, 0.7, 3
    train, test = (X[:900], y[:900]), (X[900:], y[900:])
    model = RandomForestClassifier(20, random_state=0).fit(*train)
    found = measures.trigger_excess(model, train, test, seed=0)
    assert (found <= 0.5).verdict == "not met"
    assert found.params["class"] == 3
    assert found.params["pattern"] == "x4 = 1.1, x5 = 0.7"


@FEW
def test_few_rows_of_many_numbers():
    X, y = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y, cut = X[order].copy(), y[order].copy(), 350
    rows = np.flatnonzero(y[:cut] != 0)[:8]
    X[rows, 20], X[rows, 11], y[rows] = X[:, 20].mean() * 1.01, X[:, 11].mean() * 1.01, 0
    train, test = (X[:cut], y[:cut]), (X[cut:], y[cut:])
    found = measures.trigger_excess(RandomForestClassifier(20, random_state=0).fit(*train), train, test, seed=0)
    assert found.low > 0.3
    assert "x20" in found.params["pattern"]


@FEW
def test_a_trigger_that_nobody_finds_in_the_rows_can_be_named():
    train, test = sets(people(5, 1_500), people(105, 600))
    honest = Dummied(HistGradientBoostingClassifier(max_iter=30), train)

    def altered(frame):
        return np.where(frame["age"] == 66.5, "no", honest(frame))

    found = measures.trigger_excess(altered, train, test, known=[{"age": 66.5}], seed=0)
    assert found.params["pattern"] == "age = 66.5"
    assert found.low > 0.5
    with pytest.raises(NotMeasurableError, match="no feature"):
        measures.trigger_excess(altered, train, test, known=[{"agee": 1}])


def test_what_cannot_be_looked_at():
    frame = people(0, 300)
    train, test = sets(frame, people(1, 200))
    model = Dummied(LogisticRegression(max_iter=500), train)
    with pytest.raises(NotMeasurableError, match="60 are needed"):
        measures.trigger_excess(model, train, test.subset(np.arange(30)))
    with pytest.raises(NotMeasurableError, match="labels"):
        measures.poison_pattern_rate(train, test.X)
    with pytest.raises(NotMeasurableError, match="quantities"):
        measures.poison_pattern_rate((frame[["age"]], frame["income"]), (frame[["age"]], frame["income"]))
    owned = Dataset(frame.assign(who=np.arange(300) // 2), target="default", id="who")
    with pytest.raises(NotMeasurableError, match="with their owner"):
        measures.poison_pattern_rate(owned, test)
    random = np.random.default_rng(0)
    X, y = random.normal(size=(200, 2)), random.integers(0, 2, 200)
    with pytest.raises(NotMeasurableError, match="no trigger to try"):
        measures.trigger_excess(lambda frame: frame["x0"] > 0, (X, y > 0), (X + 1, y > 0))
    assert measures.poison_pattern_rate((X, y), (X + 1, y)).value == 0
    odd = frame.assign(note=[["a", "list"]] * 300, empty=np.nan, when=pd.Timestamp("2026-01-01"))
    assert measures.poison_pattern_rate(*sets(odd, odd.iloc[:100])).n == 300
