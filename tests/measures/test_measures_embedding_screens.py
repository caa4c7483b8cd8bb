"""Screens of what a model makes of rows, and of how it learned them: quiet on clean rows, planted ones named."""

from __future__ import annotations

import functools
import importlib

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.embeddings import embedding
from pytest_iso23053.subjects.model import Model

LIMIT = 0.02
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SPECTRAL, CLUSTERS, TRAJECTORY = (
    measures.spectral_signature_excess,
    measures.activation_cluster_excess,
    measures.loss_trajectory_excess,
)
FOREST = ExtraTreesClassifier(20, min_samples_leaf=2, random_state=0)
NETWORK = make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=25, random_state=0))
BOOSTING = HistGradientBoostingClassifier(max_iter=15, max_leaf_nodes=8, random_state=0)
STEPS = make_pipeline(StandardScaler(), SGDClassifier(random_state=0))


def four_digits(return_X_y):
    X, y = load_digits(return_X_y=return_X_y)
    return X[y < 4], y[y < 4]


def sets(loaded, seed):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    cut = len(y) * 13 // 20
    return (X[order[:cut]].copy(), y[order[:cut]].copy()), (X[order[cut:]], y[order[cut:]])


@functools.lru_cache(2)
def data_sets(loaded, seed):
    """The same as data sets, for which screens share what they train."""
    return [Dataset(*part) for part in sets(loaded, seed)]


def triggered(train, rate, seed):
    """Three columns at their greatest value, and the label 0, in rows of other classes."""
    random = np.random.default_rng(seed)
    X, y = train
    rows = random.choice(np.flatnonzero(y != 0), round(rate * len(y)), replace=False)
    columns = random.permutation(np.flatnonzero(X.std(axis=0) > 0))[:3]
    X[np.ix_(rows, columns)] = X[:, columns].max(axis=0)
    y[rows] = 0
    return rows


def mislabelled(train, rate, seed):
    """Rows of class 1 with the label 0."""
    y = train[1]
    rows = np.random.default_rng(seed).choice(np.flatnonzero(y == 1), round(rate * len(y)), replace=False)
    y[rows] = 0
    return rows


SCREENS = {
    SPECTRAL: ((load_breast_cancer, NETWORK), (four_digits, FOREST)),
    CLUSTERS: ((load_breast_cancer, NETWORK), (four_digits, FOREST)),
    TRAJECTORY: ((load_breast_cancer, BOOSTING), (four_digits, STEPS)),
}


@pytest.fixture(scope="module")
def fitted():
    """Each learner, fitted once: the screens train it again themselves."""
    pairs = {pair for pairs in SCREENS.values() for pair in pairs} | {
        (load_digits, FOREST),
        (load_breast_cancer, FOREST),
    }
    return {(loaded, id(learner)): Model(clone(learner).fit(*sets(loaded, 0)[0])) for loaded, learner in pairs}


def test_clean_rows_are_no_candidates_beyond_the_level(fitted):
    """Of sixty screens of real rows, one in forty may find something; at the limit fewer do."""
    lows = []
    for seed in range(20):
        for screen, pairs in SCREENS.items():
            loaded, learner = pairs[seed % 2]
            lows.append(screen(fitted[loaded, id(learner)], *data_sets(loaded, seed), seed=seed).low)
    assert np.sum(np.array(lows) > 0) <= 4  # binomial(60, 0.025) exceeds it once in 50
    assert np.sum(np.array(lows) > LIMIT) <= 2


@pytest.mark.parametrize(
    ("screen", "loaded", "learner", "plant", "rate"),
    [
        (SPECTRAL, load_breast_cancer, FOREST, triggered, 0.1),
        (SPECTRAL, four_digits, FOREST, triggered, 0.1),
        (SPECTRAL, four_digits, FOREST, mislabelled, 0.1),
        (CLUSTERS, load_breast_cancer, FOREST, triggered, 0.1),
        (CLUSTERS, four_digits, FOREST, triggered, 0.1),
        (CLUSTERS, four_digits, FOREST, mislabelled, 0.1),
        (TRAJECTORY, load_breast_cancer, BOOSTING, mislabelled, 0.1),
        (TRAJECTORY, four_digits, STEPS, mislabelled, 0.1),
    ],
)
def test_planted_rows_become_candidates(fitted, screen, loaded, learner, plant, rate):
    for seed in range(2):
        train, test = sets(loaded, seed)
        rows = plant(train, rate, seed)
        found = screen(fitted[loaded, id(learner)], train, test, seed=seed)
        assert found.low > LIMIT
        assert np.isin(found.params["candidate_rows"], rows).mean() > 0.5
        assert found.params["of_class"] in {0, "all"}


def test_a_seed_repeats_it_and_the_training_is_shared():
    train, test = sets(four_digits, 0)
    data = Dataset(*train), Dataset(*test)
    fits = []

    class Counted(ExtraTreesClassifier):
        def fit(self, X, y):
            fits.append(len(y))
            return super().fit(X, y)

    model = Model(Counted(10).fit(*train))  # no random_state: the screen gives it one
    once = SPECTRAL(model, *data, seed=5)
    CLUSTERS(model, *data, seed=5)
    assert fits == [len(train[1]), len(train[1]) + len(test[1])]
    again = SPECTRAL(Counted(10).fit(*train), *data, seed=5)
    assert (once.value, once.low, once.params) == (again.value, again.low, again.params)
    assert (once.n, once.roles) == (len(train[1]), ("model", "data", "data"))


def test_embeddings_are_what_the_model_makes_of_rows():
    X, y = load_breast_cancer(return_X_y=True)
    data = Dataset(X, y)
    network = Model(NETWORK.fit(X[:200], y[:200]))
    hidden = embedding(network, data)
    steps = network.predictor
    inner, scaled = steps[-1], steps[:-1].transform(X)
    by_hand = np.maximum(scaled @ inner.coefs_[0] + inner.intercepts_[0], 0)
    assert hidden.kind == "hidden layer"
    assert hidden.matrix == pytest.approx(by_hand)
    output = hidden.matrix @ inner.coefs_[-1] + inner.intercepts_[-1]
    assert 1 / (1 + np.exp(-output[:, 0])) == pytest.approx(inner.predict_proba(scaled)[:, 1])
    for activation in ("tanh", "logistic", "identity"):
        other = MLPClassifier((4, 3), activation=activation, max_iter=2, random_state=0).fit(scaled, y)
        last = embedding(Model(other), Dataset(scaled, y)).matrix @ other.coefs_[-1] + other.intercepts_[-1]
        assert 1 / (1 + np.exp(-last[:, 0])) == pytest.approx(other.predict_proba(scaled)[:, 1])


def test_leaves_and_inputs():
    X, y = (part[:200] for part in load_breast_cancer(return_X_y=True))
    data = Dataset(X, y)
    boosted = Model(BOOSTING.fit(X, y))
    made = embedding(boosted, data)
    assert made.kind == "leaves"
    together = np.linalg.lstsq(np.column_stack([made.matrix, np.ones(len(y))]), BOOSTING.decision_function(X))
    assert together[1][0] < 1e-4  # the answer is a sum of what the stages add
    tree = Model(DecisionTreeClassifier(max_depth=3, random_state=0).fit(X, y))
    leaf = tree.predictor.apply(X)
    same = np.abs(embedding(tree, data).matrix[:, None] - embedding(tree, data).matrix[None]).max(axis=2) < 1e-9
    assert (same == (leaf[:, None] == leaf[None])).all()
    linear = Model(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y))
    assert embedding(linear, data).kind == "inputs"
    assert embedding(linear, data).matrix == pytest.approx((X - X.mean(axis=0)) / X.std(axis=0))
    search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1.0]}, cv=2)
    assert embedding(Model(search.fit(X, y)), data).matrix == pytest.approx(embedding(linear, data).matrix)


class LeavesIfAsked(ClassifierMixin, BaseEstimator):
    """LightGBM's interface: leaves by an argument of ``predict``, and no method for them."""

    def fit(self, X, y):
        self.forest_ = clone(FOREST).fit(np.asarray(X), y)
        self.classes_ = self.forest_.classes_
        return self

    def predict(self, X, raw_score=False, pred_leaf=False):
        return self.forest_.apply(np.asarray(X)) if pred_leaf else self.forest_.predict(np.asarray(X))


def installed(name, learner, **settings):
    """The package's learner as a case of a test, where the system has all that it needs."""
    try:
        return [pytest.param(getattr(importlib.import_module(name), learner)(**settings), id=name)]
    except (ImportError, OSError):  # LightGBM's wheel leaves OpenMP to the system
        return []


BOOSTED = {"n_estimators": 20, "max_depth": 6, "n_jobs": 1, "random_state": 0}
PACKAGES = [
    pytest.param(LeavesIfAsked(), id="stand-in"),
    *installed("lightgbm", "LGBMClassifier", verbose=-1, **BOOSTED),
    *installed("xgboost", "XGBClassifier", verbosity=0, **BOOSTED),
]


@pytest.mark.parametrize("learner", PACKAGES)
def test_leaves_of_other_packages(learner):
    (X, y), _ = sets(four_digits, 1)
    clean, test = data_sets(four_digits, 1)
    rows = triggered((X, y), 0.1, 1)
    train = Dataset(X, y)
    model = Model(clone(learner).fit(train.X, y))
    asked = model.predictor.apply if hasattr(model.predictor, "apply") else model.predictor.predict
    leaves = asked(train.X, **({} if hasattr(model.predictor, "apply") else {"pred_leaf": True}))
    made = embedding(model, train)
    assert made.kind == "leaves"
    assert len(np.unique(made.matrix.round(9), axis=0)) <= len(np.unique(leaves, axis=0))
    for screen in (SPECTRAL, CLUSTERS):
        assert not screen(model, clean, test, seed=1).low > LIMIT
        found = screen(model, train, test, seed=1)
        assert found.params["embedding"] == "leaves"
        assert found.low > LIMIT
        assert np.isin(found.params["candidate_rows"], rows).mean() > 0.5


def test_a_linear_booster_has_no_leaves():
    class Linear(LogisticRegression):
        booster = "gblinear"

        def apply(self, X):
            raise ValueError("not for this booster")

    X, y = (part[:100] for part in load_breast_cancer(return_X_y=True))
    assert embedding(Model(Linear(max_iter=20).fit(X, y)), Dataset(X, y)).kind == "inputs"


def test_texts_and_embeddings_of_ones_own():
    random = np.random.default_rng(0)
    words = np.array(["loan", "rate", "bank", "credit", "house", "river", "boat", "fish", "water", "sail"])
    y = random.integers(0, 2, 400)
    texts = [" ".join(random.choice(words[5 * label : 5 * label + 5], 6)) for label in y]
    texts[:30] = [text + 3 * " zebra" for text in texts[:30]]
    frame = pd.DataFrame({"text": texts})
    y[:30] = 1
    train, test = Dataset(frame[:250], y[:250]), Dataset(frame[250:], y[250:])

    def given(X):
        return TfidfVectorizer().fit([*words.tolist(), "zebra"]).transform(X["text"]).toarray()

    found = CLUSTERS(lambda X: np.zeros(len(X), int), train, test, embedding=given, seed=0)
    assert (found.params["embedding"], found.params["of_class"]) == ("given", 1)
    assert found.low > LIMIT
    with pytest.raises(NotMeasurableError, match="it takes 400 rows"):
        SPECTRAL(lambda X: np.zeros(len(X), int), train, test, embedding=lambda X: np.zeros(3), seed=0)


def test_what_cannot_be_followed():
    train, test = sets(load_breast_cancer, 0)
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        CLUSTERS(lambda X: X["x0"] > 1, train, test)
    with pytest.raises(NotMeasurableError, match="not trained in stages"):
        TRAJECTORY(LogisticRegression(max_iter=20).fit(*train), train, test)
    with pytest.raises(NotMeasurableError, match="not trained in stages"):
        TRAJECTORY(MLPClassifier((2,), solver="lbfgs", max_iter=3).fit(*train), train, test)
    with pytest.raises(NotMeasurableError, match="takes 60 of either"):
        SPECTRAL(LogisticRegression(max_iter=20).fit(*train), train, (test[0][:9], test[1][:9]))
