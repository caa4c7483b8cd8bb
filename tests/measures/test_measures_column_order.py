"""A model that counts its columns is told from one that knows them by name, by its answers alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError

FRAME = load_breast_cancer(as_frame=True).frame
TRAIN, TEST = Dataset(FRAME[:400], target="target", role="train"), FRAME[400:].reset_index(drop=True)
ALPHABETICAL = Dataset(TEST[sorted(TEST.columns)], target="target", role="test")
X, Y = TRAIN.X, TRAIN.y


class ByPosition:
    """Takes a bare array, whatever it is given."""

    def __init__(self, model):
        self.model = model
        self.asked = 0

    def fit(self, X, y):
        self.model.fit(np.asarray(X), y)
        return self

    def __call__(self, frame):
        self.asked += 1
        return self.model.predict(np.asarray(frame))


@pytest.mark.parametrize(
    ("kind", "task"), [(RandomForestClassifier, "classification"), (RandomForestRegressor, "regression")]
)
def test_a_model_of_positions_reads_one_column_as_another(kind, task):
    model = ByPosition(kind(20, random_state=0)).fit(X, Y)
    measured = measures.column_order_effect(Model(model, task=task), TRAIN, ALPHABETICAL)
    assert measured.exact
    assert measured.value > 0.05
    assert measured.params["moved"] == 26
    assert not measured <= 0


def test_a_model_of_names_does_not():
    model = RandomForestClassifier(20, random_state=0).fit(X, Y)
    assert measures.column_order_effect(model, TRAIN, ALPHABETICAL).value == 0


def test_probabilities_count_where_labels_stay():
    def model(frame):
        return np.where(np.asarray(frame)[:, 0] > 1, 0.9, 0.8)

    before = pd.DataFrame({"a": [0, 0, 2, 2], "b": [0, 2, 0, 2]})
    data = Dataset(before.assign(y=[1, 0, 1, 1]), target="y")
    moved = Dataset(before[["b", "a"]].assign(y=[1, 0, 1, 1]), target="y")
    assert measures.column_order_effect(model, data, moved).value == 0.5


def test_the_same_order_costs_no_question():
    model = ByPosition(RandomForestClassifier(5, random_state=0)).fit(X, Y)
    measured = measures.column_order_effect(model, TRAIN, Dataset(TEST, target="target"))
    assert (measured.value, measured.params, model.asked) == (0, {}, 0)


def test_numbers_of_a_regression_may_differ_in_rounding_alone():
    def total(frame):
        return np.asarray(frame, dtype=float).sum(axis=1)

    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(200, 9)) * 10.0 ** np.arange(9), columns=list("abcdefghi"))
    model = Model(total, task="regression")
    assert measures.column_order_effect(model, frame, frame[frame.columns[::-1]]).value == 0


@pytest.mark.parametrize("other", [FRAME.drop(columns="mean_radius", errors="ignore").iloc[:, :5], FRAME.head(0)])
def test_other_columns_or_no_rows_are_refused(other):
    with pytest.raises(NotMeasurableError, match="different columns, or no rows"):
        measures.column_order_effect(lambda frame: frame.iloc[:, 0], FRAME, other)
