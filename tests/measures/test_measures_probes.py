"""The shared learner: what it says of rows it has not seen, of whatever type the columns are."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.dummy import DummyClassifier

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.context import Context, activate
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures import probes
from pytest_iso23053.measures.cases import Case
from pytest_iso23053.measures.control import control_of
from pytest_iso23053.measures.probes import out_of_fold, stratified_folds

pytestmark = pytest.mark.filterwarnings("error")
FEW = pytest.mark.usefixtures("few_trees")


def table(n, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.normal(size=n), "group": random.choice(["a", "b", None], n)})
    frame["label"] = np.where(frame["x"] + (frame["group"] == "a") + random.normal(0, 0.2, n) > 0, "yes", "no")
    return frame


@pytest.mark.parametrize(("loader", "least"), [(load_iris, 0.92), (load_breast_cancer, 0.94)])
def test_it_learns_real_data(loader, least):
    probe = out_of_fold(Dataset(*loader(return_X_y=True, as_frame=True)), seed=3)
    assert probe.agrees.mean() > least
    np.testing.assert_allclose(probe.probabilities.sum(axis=1), 1)


def test_it_has_not_seen_the_rows_it_speaks_about():
    frame = table(400).assign(label=np.random.default_rng(1).choice(["no", "yes"], 400))
    probe = out_of_fold(Dataset(frame, target="label"), seed=3)
    assert 0.4 < probe.agrees.mean() < 0.6
    assert np.bincount(probe.folds).tolist() == [80] * 5


@pytest.mark.parametrize("n", [300, 2500])
def test_answers_for_other_rows(n):
    train, test = Dataset(table(n), target="label"), Dataset(table(200, seed=5), target="label")
    probe = out_of_fold(train, seed=3)
    given = probe.on(train, test)
    assert given.shape == (len(probe.learners), 200, 2)
    truth = np.searchsorted(probe.classes, test.y.to_numpy())
    assert (given.argmax(axis=2) == truth).mean() > 0.85


@FEW
def test_other_rows_are_asked_about_once_by_all_measures():
    train, test = Dataset(table(300), target="label"), Dataset(table(200, seed=5), target="label")
    probe = out_of_fold(train, seed=3)
    assert probe.on(train, test) is probe.on(train, test)
    assert not probe.on(train, test).flags.writeable
    kept = weakref.ref(test)
    del test
    gc.collect()
    assert kept() is None


def test_the_control_too_is_asked_once():
    train, test = Dataset(table(300), target="label"), Dataset(table(200, seed=5), target="label")
    first = control_of(Case(DummyClassifier().fit(train.X, train.y), train)).probabilities(test)
    again = control_of(Case(DummyClassifier().fit(train.X, train.y), train)).probabilities(test)
    assert again is first
    assert not first.flags.writeable


@FEW
def test_rows_without_a_label_are_left_out_and_many_rows_drawn(monkeypatch):
    frame = table(300)
    frame.loc[:9, "label"] = None
    data = Dataset(frame, target="label")
    assert out_of_fold(data, seed=3).rows.tolist() == list(range(10, 300))
    monkeypatch.setattr(probes, "MOST_ROWS", 100)
    drawn = out_of_fold(data, seed=4)
    assert len(drawn.rows) == len(drawn.probabilities) == 100
    assert np.all(drawn.rows >= 10)


@FEW
def test_another_target_and_fewer_features():
    data = Dataset(table(200), target="label")
    assert out_of_fold(data, seed=3, target="group").features == ("x",)
    assert out_of_fold(data, seed=3, without=["x"]).features == ("group",)
    assert out_of_fold(data, seed=3) is out_of_fold(data, seed=3)


@FEW
def test_it_goes_with_its_data_set():
    data = Dataset(table(60), target="label")
    watched = weakref.ref(data)
    out_of_fold(data, seed=3)
    del data
    gc.collect()
    assert watched() is None


@FEW
def test_a_class_of_one_row():
    frame = table(200)
    frame.loc[0, "label"] = "perhaps"
    assert out_of_fold(Dataset(frame, target="label"), seed=3).probabilities.shape == (200, 3)


@FEW
def test_hostile_columns():
    frame = table(60).assign(nothing=None, same=1, infinite=np.inf, when=pd.date_range("2026", periods=60, tz="UTC"))
    frame["nullable"] = pd.array([1, None] * 30, dtype="Int64")
    frame["label"] = frame["label"].astype("category")
    for many in (frame, pd.concat([frame] * 40, ignore_index=True)):
        assert out_of_fold(Dataset(many, target="label"), seed=3).agrees.mean() > 0.6


@pytest.mark.parametrize(
    ("frame", "target", "says"),
    [
        (table(100), None, "has no labels"),
        (table(100).assign(label=0.5 + np.arange(100)), "label", "holds quantities"),
        (table(100).assign(label=np.arange(100)), "label", "holds quantities"),
        (table(100).assign(label="yes"), "label", "of 1 classes"),
        (table(100).assign(label=None), "label", "0 labelled rows"),
        (table(29), "label", "29 labelled rows"),
        (table(1), "label", "1 labelled rows"),
    ],
)
def test_what_it_cannot_learn(frame, target, says):
    with pytest.raises(NotMeasurableError, match=says):
        out_of_fold(Dataset(frame, target=target), seed=3)


def test_folds_spread_each_class():
    codes = np.repeat([0, 1, 2], [50, 7, 3])
    folds = stratified_folds(codes, np.arange(60), 5, np.random.default_rng(0))
    assert np.bincount(folds).tolist() == [12] * 5
    assert np.bincount(folds[codes == 0], minlength=5).tolist() == [10] * 5
    assert np.bincount(folds[codes == 1], minlength=5).max() <= 2


@FEW
def test_twins_share_a_fold():
    frame = pd.concat([table(100), table(100)], ignore_index=True)
    probe = out_of_fold(Dataset(frame, target="label"), seed=3)
    assert np.array_equal(probe.folds[:100], probe.folds[100:])


@FEW
def test_coarse_rows_stand_for_themselves():
    frame = pd.concat([table(2)] * 60, ignore_index=True)
    frame["label"] = frame["x"] > frame["x"].mean()
    assert out_of_fold(Dataset(frame, target="label"), seed=3).agrees.all()


@FEW
def test_measures_of_one_run_share_a_fit_although_each_test_has_a_seed_of_its_own(monkeypatch):
    class Running(Context):
        run_seed = 7

    fits = []
    fitted = probes._fitted
    monkeypatch.setattr(probes, "_fitted", lambda *given: fits.append(given[1:]) or fitted(*given))
    random = np.random.default_rng(0)
    x = random.normal(size=(600, 3)).round(1)
    labels = x[:, 0] + random.normal(size=600) > 0
    train, test = Dataset(x[:400], labels[:400]), Dataset(x[400:], labels[400:])
    asked = (
        lambda: measures.label_error_rate(train),
        lambda: measures.label_noise_excess(train, test),
        lambda: measures.conflicting_label_excess(train),
        lambda: measures.target_leakage(train),
    )
    for seed, ask in enumerate(asked):
        with activate(Running(seed=seed)):
            assert ask().seed == 7
    assert len(fits) == 1
