"""Attacks on privacy and theft where there is nothing to find: chance lies in the interval as often as is promised.

Null models were trained on other rows, or on labels that mean nothing where these were taken out of the comparison. Of
n intervals each holds chance with a probability of 0.9 at least; so few as `least` says would come once in twenty.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.measures import probes

SEEDS = range(20)
TREE = DecisionTreeClassifier(random_state=0)
LINEAR = make_pipeline(StandardScaler(), LogisticRegression(max_iter=100))


def least(n):
    """The fewest of n that leave the promise of nine in ten believable."""
    return int(binom.ppf(0.05, n, 0.9))


def rows(seed, n=300):
    """Rows whose labels are half a matter of chance: a model that has seen them knows more than it could know."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, 4))
    return X, (X[:, 0] + random.normal(size=n) > 0).astype(int)


def thirds(seed):
    X, y = rows(seed, 450)
    return (X[:150], y[:150]), (X[150:300], y[150:300]), (X[300:], y[300:])


# Membership


@pytest.mark.parametrize("attack", ["threshold", "lira"])
def test_members_of_a_model_of_other_rows(attack, monkeypatch):
    monkeypatch.setattr(probes, "TREES", 5)  # of the control's forests, which take most of the time
    held = []
    for seed in SEEDS:
        train, test, other = thirds(seed)
        model = (TREE, LINEAR)[seed % 2].fit(*other)
        found = measures.membership_inference_auc(model, train, test, attack=attack, shadows=4, seed=seed)
        held.append(found.low <= 0.5 <= found.high)
    assert sum(held) >= least(len(held))


def test_few_false_accusations_of_a_model_of_other_rows():
    """At a rate of 5 % of false accusations a twentieth is right by chance; the threshold's own error widens it."""
    shares = []
    for seed in SEEDS:
        train, test, other = thirds(seed)
        model = LINEAR.fit(*other)
        found = measures.membership_inference_tpr(model, train, test, fpr=0.05, attack="lira", shadows=4, seed=seed)
        shares.append(found.value)
    assert np.mean(shares) == pytest.approx(0.05, abs=0.025)


def test_random_labels_removed():
    """A tree knows labels dealt by lot by heart; without the rows it has seen, two sets of others are left: chance."""
    held = []
    for seed in SEEDS:
        train, test, other = (
            (X, np.random.default_rng((seed, place)).integers(0, 2, len(y)))
            for place, (X, y) in enumerate(thirds(seed))
        )
        model = TREE.fit(*train)
        assert np.mean(model.predict(train[0]) == train[1]) == 1
        found = measures.membership_inference_auc(model, other, test, attack="lira", shadows=4, seed=seed)
        held.append(found.low <= 0.5 <= found.high)
    assert measures.membership_inference_auc(model, train, test, seed=0).low > 0.6
    assert sum(held) >= least(len(held))


# Published relations


@pytest.mark.parametrize("seed", range(3))
def test_advantage_of_the_bounded_loss_adversary_is_the_gap(seed):
    """Yeom et al. 2018, theorem 2: of zero-one loss the advantage, true less false positives, is the gap itself."""
    train, test, _ = thirds(seed)
    model = DecisionTreeClassifier(max_depth=2 * seed + 2, random_state=0).fit(*train)
    gap = accuracy_score(train[1], model.predict(train[0])) - accuracy_score(test[1], model.predict(test[0]))
    labels = Dataset(*train), Dataset(*test)
    found = measures.membership_inference_auc(lambda X: model.predict(np.asarray(X)), *labels, seed=seed)
    assert not found.params["corrected"]
    assert 2 * found.value - 1 == pytest.approx(gap, abs=1e-9)


def test_without_a_gap_labels_alone_tell_nothing():
    """Yeom et al. 2018: where the model errs on both alike, the adversary of its errors has no advantage."""
    train, test, _ = thirds(1)

    def constant(X):
        return np.ones(len(X), int)

    share = [(labels == 1).mean() for _, labels in (train, test)]
    found = measures.membership_inference_auc(constant, Dataset(*train), Dataset(*test), seed=0)
    assert found.value == pytest.approx(0.5 + (share[0] - share[1]) / 2)


def test_shadow_models_beat_the_threshold_where_few_may_be_accused():
    """Carlini et al. 2022, figure 1: at 1 % of false accusations, on the same rows and the same model."""
    X, y = rows(0, 1_200)
    train, test = (X[:600], y[:600]), (X[600:], y[600:])
    model = ExtraTreesClassifier(20, random_state=0).fit(*train)
    both = [
        measures.membership_inference_tpr(model, train, test, fpr=0.01, attack=attack, shadows=8, seed=0).value
        for attack in ("lira", "threshold")
    ]
    assert both[0] > both[1]
    assert both[0] > 0.05


# Attributes


def people(seed, n=600):
    random = np.random.default_rng(seed)
    sex = random.choice(["f", "m"], n)
    height = 165 + 12 * (sex == "m") + random.normal(0, 7, n)
    sick = np.where(random.normal(size=n) + 0.5 * (sex == "m") > 0.2, "yes", "no")
    return Dataset(pd.DataFrame({"male": (sex == "m").astype(int), "height": height, "sick": sick}), target="sick")


def test_attributes_of_people_whom_the_model_has_not_seen():
    """Sex goes with height and with the label: whoever guesses well by these has learned nothing of the model."""
    held, alone = [], []
    for seed in range(20):
        data, other = people(seed), people(seed + 100)
        model = DecisionTreeClassifier(min_samples_leaf=10, random_state=0).fit(other.X, other.y)
        found = measures.attribute_inference_advantage(model, data, "male", rows=150, seed=seed)
        held.append(found.low <= 0 <= found.high)
        alone.append(found.params["without"])
    assert np.mean(alone) > 0.7
    assert sum(held) >= least(len(held))


# Theft


def test_of_noise_a_copy_is_worth_a_guess():
    """The interval of the copy's fidelity holds the share of the most frequent answer, or lies below it."""
    held = []
    for seed in range(20):
        X = np.random.default_rng(seed).normal(size=(600, 3))

        def noise(frame):
            return (np.floor(np.asarray(frame).sum(axis=1) * 1e7) % 10 < 7).astype(int)

        found = measures.extraction_fidelity(noise, (X, noise(X)), queries=200, seed=seed)
        held.append(found.low <= found.params["baseline"])
    assert sum(held) >= least(len(held))


def test_extraction_does_not_hang_on_what_the_model_was_trained_on():
    """What is stolen is the function: of a linear model all of it, whoever's rows the attacker draws from."""
    X, y = load_breast_cancer(return_X_y=True)
    model = LINEAR.fit(X[:250], y[:250])
    for part in (slice(250), slice(250, 569)):
        found = measures.extraction_fidelity(model, (X[part], y[part]), queries=100, knowledge="probabilities", seed=0)
        assert (found.value, found.params["attack"]) == (1, "equations")
