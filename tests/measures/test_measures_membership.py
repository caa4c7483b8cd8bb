"""Membership: found where rows were learned by heart, chance where they were not seen, and no matter of periods."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.stats.intervals import clopper_pearson


def thirds(loaded, seed=0):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    return [(X[part], y[part]) for part in np.array_split(order, 3)]


def fits(model, data):
    p = model.predict_proba(data[0])[np.arange(len(data[1])), data[1]]
    return np.round(p, 9)


@pytest.mark.parametrize("loaded", [load_digits, load_breast_cancer])
def test_the_threshold_attack_is_the_area_under_its_curve(loaded):
    train, test, _ = thirds(loaded)
    model = RandomForestClassifier(30, random_state=0).fit(*train)
    found = measures.membership_inference_auc(model, train, test)
    scores = np.concatenate([fits(model, train), fits(model, test)])
    member = np.arange(len(scores)) < len(train[1])
    assert found.value == pytest.approx(roc_auc_score(member, scores), abs=1e-9)
    assert found.value > 0.52
    assert not found.params["corrected"]
    assert found.n == len(scores)
    assert found.roles == ("model", "data", "data")


@pytest.mark.usefixtures("few_trees")
def test_of_labels_alone_it_is_half_the_gap_in_accuracy():
    """Yeom et al. 2018: the advantage of the adversary who knows whether the answer is right is the gap."""
    train, test, _ = thirds(load_digits, 1)
    model = DecisionTreeClassifier(max_depth=6, random_state=0).fit(*train)
    gap = accuracy_score(train[1], model.predict(train[0])) - accuracy_score(test[1], model.predict(test[0]))
    found = measures.membership_inference_auc(
        lambda X: model.predict(np.asarray(X)), Dataset(*train), Dataset(*test), seed=0
    )
    assert found.value == pytest.approx(0.5 + gap / 2, abs=1e-9)
    margins = measures.membership_inference_auc(LinearSVC(random_state=0).fit(*train), train, test)
    assert margins.value > 0.5


@pytest.mark.usefixtures("few_trees")
def test_published_order_of_attacks_and_models():
    """Carlini et al. 2022: shadow models find far more where few may be accused wrongly."""
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = ((X[part], y[part]) for part in np.array_split(order, 2))
    model = RandomForestClassifier(40, random_state=0).fit(*train)
    threshold = measures.membership_inference_auc(model, train, test)
    lira = measures.membership_inference_auc(model, train, test, attack="lira", shadows=8, seed=0)
    assert 0.7 < threshold.value < 0.82
    assert 0.7 < lira.value < 0.82
    assert lira.params["tpr_at_1%_fpr"][0] > 0.015
    assert lira.params["tpr_at_1%_fpr"][1] > threshold.params["tpr_at_1%_fpr"][2]
    assert lira.params["tpr_at_0.1%_fpr"] == "takes 1000 test rows"


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("attack", ["threshold", "lira"])
@pytest.mark.parametrize("learner", [DecisionTreeClassifier(random_state=0), LogisticRegression(max_iter=50)])
def test_a_model_of_other_rows_gives_chance(attack, learner):
    held = []
    for seed in range(8):
        train, test, other = thirds(load_breast_cancer, seed)
        model = make_pipeline(StandardScaler(), learner).fit(*other)
        found = measures.membership_inference_auc(model, train, test, attack=attack, shadows=4, seed=seed)
        held.append(found.low <= 0.5 <= found.high)
    assert sum(held) >= 7


@pytest.mark.parametrize("loaded", [load_diabetes])
def test_regressors(loaded):
    train, test, other = thirds(loaded)
    by_heart = DecisionTreeRegressor(min_samples_leaf=2, random_state=0).fit(*train)
    assert measures.membership_inference_auc(by_heart, train, test).low > 0.6
    elsewhere = RandomForestRegressor(20, random_state=0).fit(*other)
    found = measures.membership_inference_auc(elsewhere, train, test)
    assert found.low < 0.5 < found.high
    assert measures.membership_inference_auc(by_heart, train, test, attack="lira", shadows=4, seed=0).low > 0.6


def period(seed, rows, noise):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    return X, (X[:, 0] + noise * random.normal(size=rows) > 0).astype(int)


@pytest.mark.parametrize("seed", range(6))
def test_a_harder_period_is_no_membership(seed):
    train, test, other = period(seed, 3_000, 0.1), period(seed + 100, 3_000, 2.0), period(seed + 200, 3_000, 0.1)
    model = DecisionTreeClassifier(min_samples_leaf=30, random_state=0).fit(*other)
    found = measures.membership_inference_auc(model, train, test, seed=seed)
    assert found.params["corrected"]
    assert found.params["control"] > 0.6
    assert found.low - 0.03 < 0.5 < found.high + 0.03
    by_heart = RandomForestClassifier(20, random_state=0).fit(*train)
    assert measures.membership_inference_auc(by_heart, train, test, seed=seed).low > 0.5


@pytest.mark.usefixtures("few_trees")
def test_true_positives_at_few_false_ones():
    train, test, _ = thirds(load_digits)
    model = RandomForestClassifier(30, min_samples_leaf=2, random_state=0).fit(*train)
    found = measures.membership_inference_tpr(model, train, test, fpr=0.05)
    own, others = fits(model, train), fits(model, test)
    threshold = np.sort(others)[::-1][int(0.05 * len(others))]
    hits = int(np.sum(own > threshold))
    assert found.value == pytest.approx(hits / len(own))
    assert (found.low, found.high) == pytest.approx(clopper_pearson(hits, len(own)))
    assert found.params["fpr"] == 0.05
    lira = measures.membership_inference_tpr(model, train, test, fpr=0.05, attack="lira", shadows=4, seed=1)
    assert lira.low > 0.05
    with pytest.raises(NotMeasurableError, match="takes 1000"):
        measures.membership_inference_tpr(model, train, test, fpr=0.001)


def test_a_seed_repeats_it_serially_and_in_parallel():
    train, test, _ = thirds(load_breast_cancer)
    model = RandomForestClassifier(10).fit(*train)  # no random_state: the attack gives its shadows one
    once = measures.membership_inference_auc(model, train, test, attack="lira", shadows=4, seed=7)
    again = measures.membership_inference_auc(model, train, test, attack="lira", shadows=4, seed=7)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        parallel = measures.membership_inference_auc(model, train, test, attack="lira", shadows=4, seed=7)
    assert (once.value, once.low, once.params) == (again.value, again.low, again.params)
    assert (once.value, once.low, once.params) == (parallel.value, parallel.low, parallel.params)


def test_what_cannot_be_attacked():
    train, test, _ = thirds(load_breast_cancer)
    model = LogisticRegression(max_iter=50).fit(*train)
    with pytest.raises(NotMeasurableError, match="labels"):
        measures.membership_inference_auc(model, train[0], test)
    with pytest.raises(NotMeasurableError, match="10 of either kind"):
        measures.membership_inference_auc(model, train, (test[0][:5], test[1][:5]))
    with pytest.raises(NotMeasurableError, match="cannot be trained again"):
        measures.membership_inference_auc(lambda X: X["x0"] > 1, train, test, attack="lira")
    with pytest.raises(ValueError, match="threshold, lira"):
        measures.membership_inference_auc(model, train, test, attack="thresold")
    with pytest.raises(ValueError, match="in pairs"):
        measures.membership_inference_auc(model, train, test, attack="lira", shadows=5)
    with pytest.raises(ValueError, match="fpr"):
        measures.membership_inference_tpr(model, train, test, fpr=1)
    few = (train[0][:12], train[1][:12])
    assert measures.membership_inference_auc(model, few, test).params["control"].startswith("none: ")
