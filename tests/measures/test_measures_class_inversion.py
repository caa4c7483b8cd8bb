"""Pictures drawn from a model's probabilities: those of rows learned by heart are told from those of a class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError

X, Y = load_digits(return_X_y=True)
LINEAR = LogisticRegression(C=100, max_iter=60)
FOREST = RandomForestClassifier(20, random_state=0)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def parts(seed, *sizes):
    order = np.random.default_rng(seed).permutation(len(Y))
    return [(X[part], Y[part]) for part in np.split(order, np.cumsum(sizes))]


@pytest.mark.parametrize(("learner", "least"), [(LINEAR, 5), (FOREST, 2)])
def test_few_rows_learned_by_heart_show_in_the_picture(learner, least):
    found = []
    for seed in range(5):
        train, test = parts(seed, 80)
        one = measures.class_inversion_advantage(learner.fit(*train), train, test, steps=8)
        found.append(one.low > 0)
        assert one.params["recognised"] >= 0.4  # by chance a tenth
        assert one.value == pytest.approx(one.params["likeness"] - one.params["baseline"], abs=2e-4)
    assert sum(found) >= least


def test_a_model_of_other_rows_gives_chance_however_well_it_draws():
    """A picture of the class is no leak: nine intervals in ten hold 0, and of twenty no fewer than chance allows."""
    held, drawn = [], []
    for seed in range(20):
        train, other, test = parts(seed, 150, 400)
        one = measures.class_inversion_advantage((LINEAR, FOREST)[seed % 2].fit(*other), train, test, steps=5)
        held.append(one.low <= 0 <= one.high)
        drawn.append(one.params["recognised"])
    assert sum(held) >= 16  # binomial(20, 0.9) is below it once in 23
    assert np.mean(drawn) > 0.7


def test_random_labels_draw_nothing():
    train, test = parts(0, 600)
    by_lot = np.random.default_rng(0).permutation(train[1])
    model = LogisticRegression(C=0.01, max_iter=60).fit(train[0], by_lot)
    assert measures.class_inversion_advantage(model, train, test, steps=5).params["recognised"] < 0.5


def test_of_a_linear_model_the_picture_is_uphill():
    """The first step from the mean goes along the weights of the class: its start is the mean, its end more likely."""
    train, test = parts(3, 500)
    model = LINEAR.fit(*train)
    asked = []

    class Watched:
        classes_ = model.classes_

        def predict(self, frame):
            return model.predict(np.asarray(frame))

        def predict_proba(self, frame):
            asked.append(np.asarray(frame))
            return model.predict_proba(asked[-1])

    found = measures.class_inversion_advantage(Watched(), train, test, steps=6)
    used = np.flatnonzero(test[0].std(axis=0) > 0)
    moves = 2 * used.size + 1
    steps = [given.reshape(10, moves, 64) for given in asked[-6:]]
    assert found.params["rows_asked"] == sum(map(len, asked[-6:])) == 6 * 10 * moves
    assert steps[0][:, -1] == pytest.approx(np.tile(test[0].mean(axis=0), (10, 1)))
    first, last = (np.diag(model.predict_proba(step[:, -1])) for step in (steps[0], steps[-1]))
    assert (last > first).all()
    assert last.mean() > 0.9
    for step in steps:
        assert (step >= test[0].min(axis=0)).all()
        assert (step <= test[0].max(axis=0)).all()


def test_it_repeats_and_takes_frames():
    train, test = parts(1, 100)
    frames = [
        Dataset(pd.DataFrame(rows).add_prefix("p").assign(y=labels), target="y") for rows, labels in (train, test)
    ]
    model = LINEAR.fit(frames[0].X, frames[0].y)
    once, again = (measures.class_inversion_advantage(model, *frames, steps=3) for _ in range(2))
    assert (once.value, once.low, once.params) == (again.value, again.low, again.params)
    arrays = measures.class_inversion_advantage(LINEAR.fit(*train), train, test, steps=3)
    assert arrays.value == pytest.approx(once.value, abs=1e-3)


def test_what_is_no_picture():
    train, test = parts(0, 200)
    model = LINEAR.fit(*train)
    with pytest.raises(NotMeasurableError, match="labels and no probabilities"):
        measures.class_inversion_advantage(
            lambda rows: model.predict(np.asarray(rows)), Dataset(*train), Dataset(*test)
        )
    with pytest.raises(NotMeasurableError, match="16 to 1024 numbers alike"):
        measures.class_inversion_advantage(model, (train[0][:, :9], train[1]), (test[0][:, :9], test[1]))
    tables = load_breast_cancer(return_X_y=True)
    with pytest.raises(NotMeasurableError, match="of different scales"):
        measures.class_inversion_advantage(LogisticRegression(max_iter=20).fit(*tables), tables, tables)
    with pytest.raises(NotMeasurableError, match="it takes 2"):
        measures.class_inversion_advantage(model, (train[0], np.zeros_like(train[1])), test)
    gaps = train[0].astype(float)
    gaps[0, 0] = np.nan
    with pytest.raises(NotMeasurableError, match="missing"):
        measures.class_inversion_advantage(model, (gaps, train[1]), test)
    with pytest.raises(ValueError, match="steps"):
        measures.class_inversion_advantage(model, train, test, steps=0)
