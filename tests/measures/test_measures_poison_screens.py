"""Poison screens: clean rows raise no alarm beyond the stated level, planted ones become candidates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom
from sklearn.datasets import load_breast_cancer, load_digits

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures.candidates import EVERY, Cell, pooled, screened, tails

LIMIT = 0.01


def digits(return_X_y):
    """Every second digit: of as many classes as all of them."""
    X, y = load_digits(return_X_y=return_X_y)
    return X[::2], y[::2]


REAL = (load_breast_cancer, digits)


def sets(loaded, seed):
    X, y = loaded(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(y))
    cut = len(y) * 13 // 20
    return (X[order[:cut]], y[order[:cut]]), (X[order[cut:]], y[order[cut:]])


def flipped(train, rate, seed):
    """Labels of some rows exchanged for another one, by lot."""
    random = np.random.default_rng(seed)
    X, y = train[0], train[1].copy()
    rows = random.choice(len(y), round(rate * len(y)), replace=False)
    y[rows] = (y[rows] + random.integers(1, y.max() + 1, rows.size)) % (y.max() + 1)
    return (X, y), rows


# The null


def two_kinds(seed, rows=600):
    random = np.random.default_rng(seed)
    X, y = random.normal(size=(rows, 2)), random.integers(0, 3, rows)
    half = rows * 3 // 5
    return Dataset(X[:half], y[:half]), Dataset(X[half:], y[half:])


def test_tail_probabilities_are_those_of_a_draw_without_replacement():
    both = two_kinds(0)
    pool = pooled(*both, seed=1)
    rows = np.zeros(600, dtype=bool)
    rows[pool.of_class(1)[:40]] = True
    found = screened(pool, [Cell("by lot", 1, rows)], both, 0.95, 1)
    of_class = pool.codes == 1
    n, drawn = int(of_class.sum()), int((of_class & pool.trained).sum())
    k = int((rows & pool.trained).sum())
    assert found.params["p"] == pytest.approx(hypergeom.sf(k - 1, n, drawn, 40), abs=0.03)
    assert found.params["candidates"] == k
    assert found.value == pytest.approx((k / drawn - (40 - k) / (n - drawn)) * drawn / 360)
    assert (found.n, found.params["of_class"]) == (360, 1)


def test_what_is_drawn_by_lot_is_no_candidate_beyond_the_level():
    """Of 120 screens of sixteen sets each, cut by lot, one in forty may find something (a bound of one side)."""
    found = []
    for seed in range(120):
        both = two_kinds(seed)
        pool = pooled(*both, seed=seed)
        scores = np.random.default_rng(seed).random((4, 600))
        cells = [
            cell
            for among, score in zip((EVERY, 0, 1, 2), scores, strict=True)
            for cell in tails(pool, score, "by lot", among)
        ]
        found.append(screened(pool, cells, both, 0.95, seed).low > 0)
    assert np.sum(found) <= 7  # binomial(120, 0.025) exceeds it once in 100


def test_a_single_bound_keeps_its_level_without_a_search():
    held = []
    for seed in range(100):
        both = two_kinds(seed)
        pool = pooled(*both, seed=seed)
        rows = np.random.default_rng(seed).random(600) < 0.1
        one = screened(pool, [Cell("by lot", EVERY, rows)], both, 0.95, seed)
        held.append(one.low <= 0 <= one.high)
    assert np.mean(held) >= 0.93


# Neighbours


@pytest.mark.parametrize("loaded", REAL)
def test_neighbours_of_clean_rows_agree(loaded):
    alarms = [measures.neighbour_disagreement_excess(*sets(loaded, seed), seed=seed).low > 0 for seed in range(20)]
    assert sum(alarms) <= 2  # at a level of one in forty, three and more come once in 70


@pytest.mark.parametrize(("loaded", "rate", "least"), [(load_breast_cancer, 0.1, 4), (digits, 0.05, 5)])
def test_neighbours_disagree_with_flipped_labels(loaded, rate, least):
    found = []
    for seed in range(5):
        train, test = sets(loaded, seed)
        planted, rows = flipped(train, rate, seed)
        one = measures.neighbour_disagreement_excess(planted, test, seed=seed)
        found.append(one.low > LIMIT)
        assert np.isin(one.params["candidate_rows"], rows).mean() > 0.5
        assert one.value == pytest.approx(rate, abs=0.05)
    assert sum(found) >= least


def test_neighbours_count_what_a_loop_counts_and_a_seed_repeats_it():
    train, test = sets(load_breast_cancer, 0)
    planted, _ = flipped(train, 0.2, 0)
    one, again = (measures.neighbour_disagreement_excess(planted, test, neighbours=5, seed=3) for _ in range(2))
    assert (one.value, one.low, one.params) == (again.value, again.low, again.params)
    X, y = np.concatenate([planted[0], test[0]]), np.concatenate([planted[1], test[1]])
    X = np.clip((X - X.mean(axis=0)) / X.std(axis=0), -5, 5)
    against = np.empty(len(y))
    for row in range(len(y)):
        distance = ((X - X[row]) ** 2).sum(axis=1)
        distance[row] = np.inf
        against[row] = np.mean(y[np.argsort(distance)[:5]] != y[row])
    share = float(one.params["picked_by"].partition("%")[0]) / 100
    picked = against[: len(planted[1])] >= share - 1e-9
    assert one.params["of_class"] == "all"
    assert one.params["candidates"] == pytest.approx(picked.sum(), abs=1)


def test_tables_of_all_kinds_are_looked_at():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": random.integers(18, 80, 400).astype(float),
            "job": pd.Categorical(random.choice(["clerk", "smith"], 400)),
            "when": pd.Timestamp("2026-01-01"),
            "owner": pd.array(random.random(400) < 0.5, dtype="boolean"),
        }
    )
    frame.loc[:20, ["age", "owner"]] = None
    frame["sick"] = np.where(frame["age"] > 50, "yes", "no")
    data = Dataset(frame, target="sick")
    assert measures.neighbour_disagreement_excess(data, data).low <= 0
    rare = Dataset(frame.assign(sick=["rare", *frame["sick"][1:]]), target="sick")
    assert measures.neighbour_disagreement_excess(rare, data).n == 400


def test_what_cannot_be_screened():
    train, test = sets(load_breast_cancer, 0)
    with pytest.raises(NotMeasurableError, match="labels"):
        measures.neighbour_disagreement_excess(train[0], test)
    with pytest.raises(NotMeasurableError, match="takes 60 of either"):
        measures.neighbour_disagreement_excess(train, (test[0][:20], test[1][:20]))
    with pytest.raises(NotMeasurableError, match="quantities"):
        measures.neighbour_disagreement_excess((train[0], train[0][:, 0]), (test[0], test[0][:, 0]))
    with pytest.raises(NotMeasurableError, match="one class"):
        measures.neighbour_disagreement_excess((train[0], train[1] * 0), (test[0], test[1] * 0))
    with pytest.raises(ValueError, match="2 or more"):
        measures.neighbour_disagreement_excess(train, test, neighbours=1)
    frame = pd.DataFrame(train[0]).add_prefix("x").assign(y=train[1], who=np.arange(len(train[1])) // 2)
    with pytest.raises(NotMeasurableError, match="several rows of one 'who'"):
        measures.neighbour_disagreement_excess(Dataset(frame, target="y", id="who"), Dataset(frame, target="y"))
