"""The project's own preparation, and hostile input to a model: what fails, and what honest code does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.settings.model import DatasetSpec
from pytest_iso23053.subjects.preparation import load_preparation

INVARIANTS = (measures.preprocessing_determinism, measures.preprocessing_batch_invariance)


def table(n=101, seed=0):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": np.where(random.random(n) < 0.1, np.nan, random.normal(size=n)),
            "whole": random.integers(0, 9, n),
            "text": random.choice(["a", "b", None], n),
            "kind": pd.Categorical(random.choice(["u", "v"], n)),
            "at": pd.to_datetime("2026-01-01") + pd.to_timedelta(random.integers(0, 999, n), "h"),
            "flag": random.random(n) < 0.5,
        }
    )


HONEST = {
    "copy": lambda frame: frame.copy(),
    "derived": lambda frame: frame.assign(ratio=frame["x"] / (1 + frame["whole"]), month=frame["at"].dt.month),
    "filled": lambda frame: frame.fillna({"x": 0.0, "text": "none"}),
    "dropped column": lambda frame: frame.drop(columns="kind"),
    "in place": lambda frame: frame.__setitem__("x", frame["x"] * 2) or frame,
    "sorted": lambda frame: frame.sort_values("at", kind="stable").reset_index(drop=True),
}


@pytest.mark.parametrize("name", [name for name in HONEST if name != "sorted"])
@pytest.mark.parametrize("seed", range(2))
def test_honest_preparations_pass(name, seed):
    frame = table(seed=seed)
    before = frame.copy()
    for function in INVARIANTS:
        assert function(HONEST[name], frame).value == 1
    assert measures.preprocessing_row_loss(HONEST[name], frame).value == 0
    pd.testing.assert_frame_equal(frame, before)  # what it is given stays as it is


def test_rows_that_are_left_out_are_counted():
    frame = table()
    measured = measures.preprocessing_row_loss(lambda rows: rows.dropna(subset="x"), frame)
    assert measured.value == frame["x"].isna().mean()
    assert (measured.params["before"], measured.params["after"]) == (101, 101 - int(frame["x"].isna().sum()))
    assert f"{measured.params['after']} of 101 rows" in str(measured <= 0)
    assert (measured <= 0).verdict == "not met"
    assert measures.preprocessing_row_loss(lambda rows: pd.concat([rows, rows]), frame).value == 1
    assert measures.preprocessing_batch_invariance(lambda rows: rows.dropna(subset="x"), frame).value == 1


def test_chance_in_a_preparation_is_found():
    random = np.random.default_rng(1)

    def jittered(rows):
        return rows.assign(x=rows["x"].fillna(0) + random.normal(0, 1e-6, len(rows)))

    measured = measures.preprocessing_determinism(jittered, table())
    assert (measured.value, measured.params["differing"]) == (0, ["x"])
    calls = iter(range(9))
    assert measures.preprocessing_determinism(lambda rows: rows.iloc[next(calls) :], table()).value == 0
    assert measures.preprocessing_determinism(lambda rows: rows.assign(**{f"c{next(calls)}": 1}), table()).value == 0


@pytest.mark.parametrize(
    "learned",
    [
        lambda rows: rows.assign(x=(rows["x"] - rows["x"].mean()) / rows["x"].std()),
        lambda rows: rows.assign(x=rows["x"].rank()),
        lambda rows: rows.assign(x=rows["x"].fillna(rows["x"].mean())),
    ],
    ids=["scaled", "ranked", "filled"],
)
def test_what_is_learned_from_the_table_is_found(learned):
    measured = measures.preprocessing_batch_invariance(learned, table())
    assert measured.value < 1
    assert measured.params["differing"] == ["x"]
    assert measures.preprocessing_determinism(learned, table()).value == 1


def test_columns_that_depend_on_the_rows_are_found():
    measured = measures.preprocessing_batch_invariance(
        lambda rows: rows.assign(**{f"first is {rows['whole'].iloc[0]}": 1}), table().assign(whole=range(101))
    )
    assert measured.value == 0
    assert measured.params["differing"]


@pytest.mark.parametrize("function", [*INVARIANTS, measures.preprocessing_row_loss])
def test_what_is_no_frame_is_an_error(function):
    with pytest.raises(Exception, match="returned ndarray; it must return the prepared frame"):
        function(lambda rows: rows.to_numpy(), table())
    assert np.isnan(function(lambda rows: rows, pd.DataFrame({"x": []})).value) or function in INVARIANTS


def test_the_table_before_preparation_is_loaded(tmp_path, monkeypatch):
    (tmp_path / "train.csv").write_text("a,y\n1,0\n,1\n3,0\n", encoding="utf-8")
    (tmp_path / "own_preparation.py").write_text("def prepared(frame):\n    return frame.dropna()\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    spec = DatasetSpec("train", "train", "train.csv", target="made_by_it", preprocess="own_preparation:prepared")
    loaded = load_preparation(spec, tmp_path)
    assert (loaded.table.n, loaded.table.name, loaded.table.role) == (3, "train", "train")
    assert measures.preprocessing_row_loss(loaded.function, loaded.table).value == pytest.approx(1 / 3)
    with pytest.raises(Exception, match="no preparation is configured"):
        load_preparation(DatasetSpec("train", "train", "train.csv"), tmp_path)


# Hostile input


def credit(n=150, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "amount": random.lognormal(7, 1, n),
            "age": random.integers(18, 80, n),
            "purpose": random.choice(["car", "flat", "other"], n),
            "flag": random.random(n) < 0.5,
        }
    )
    return Dataset(frame, (frame["amount"] > 1_000).astype(int) ^ (random.random(n) < 0.1), name="test")


def pipeline(model, encoder, *, impute=True):
    numbers = make_pipeline(SimpleImputer(), StandardScaler()) if impute else StandardScaler()
    return make_pipeline(make_column_transformer((numbers, ["amount", "age"]), (encoder, ["purpose"])), model)


MODELS = {
    "logistic": lambda: pipeline(LogisticRegression(), OneHotEncoder(handle_unknown="ignore")),
    "forest": lambda: pipeline(RandomForestClassifier(20, random_state=0), OrdinalEncoder(), impute=False),
    "boosting": lambda: pipeline(
        HistGradientBoostingClassifier(max_iter=20),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        impute=False,
    ),
    "neighbours": lambda: pipeline(KNeighborsClassifier(), OneHotEncoder(handle_unknown="ignore")),
    "network": lambda: pipeline(
        MLPClassifier((8,), max_iter=20, random_state=0), OneHotEncoder(handle_unknown="ignore")
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_usual_pipelines_do_not_fail_in_silence(name):
    data = credit()
    model = MODELS[name]().fit(data.X, data.y)
    measured = measures.silent_failure_count(model, data, seed=0)
    assert (measured.value, measured.params["silent"]) == (0, {})
    assert measured.n == 6
    assert measures.row_order_invariance(model, data, seed=0).value == 1


@pytest.mark.parametrize("learner", [LinearRegression, lambda: RandomForestRegressor(20, random_state=0)])
def test_usual_regressors_do_not_fail_in_silence(learner):
    X, y = datasets.load_diabetes(return_X_y=True, as_frame=True)
    measured = measures.silent_failure_count(learner().fit(X, y), (X, y), seed=0)
    assert measured.value == 0
    assert "missing values" in measured.params["refused"] or learner is not LinearRegression


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (lambda frame: frame.dropna()["amount"] > 1_000, "missing values"),  # rows are lost
        (lambda frame: frame["amount"] > frame["amount"].mean(), "huge numbers"),  # one row spoils the others
        (lambda frame: frame["amount"].map(lambda v: np.nan if v > 1e9 else float(v > 900)), "huge numbers"),
        (lambda frame: frame[frame["purpose"].isin(["car", "flat", "other"])]["age"] > 40, "unseen categories"),
        (lambda frame: frame[frame["purpose"].str.strip() == frame["purpose"]]["age"] > 40, "blanks around texts"),
    ],
    ids=["lost", "spoiled", "missing", "filtered", "stripped"],
)
def test_silent_failures_are_found(model, kind):
    measured = measures.silent_failure_count(model, credit(), seed=0)
    assert kind in measured.params["silent"]
    assert (measured <= 0).verdict == "not met"


def test_a_refusal_is_listed_and_no_failure():
    def strict(frame):
        if frame.isna().any().any() or (frame["amount"].astype(float) > 1e9).any():
            raise ValueError("refused")
        return frame["amount"].astype(float) > 1_000

    measured = measures.silent_failure_count(strict, credit(), seed=0)
    assert measured.value == 0
    assert set(measured.params["refused"]) == {"missing values", "infinite numbers", "huge numbers"}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [1.0]}),
        pd.DataFrame({"x": pd.array([1, None, 3], "Int64"), "t": pd.Categorical(["u", None, "v"])}),
        pd.DataFrame({"x": [1, 2], "t": [None, None], "d": pd.to_datetime(["2026-01-01", None])}),
    ],
)
def test_any_table_gives_a_result(frame):
    assert measures.silent_failure_count(lambda rows: np.zeros(len(rows)), frame, seed=0).value == 0


def test_a_table_that_cannot_be_hostile_is_not_measurable():
    for column in ([True, False], pd.to_datetime(["2026-01-01", None])):
        with pytest.raises(ValueError, match="no column of numbers or texts"):
            measures.silent_failure_count(lambda rows: np.zeros(len(rows)), pd.DataFrame({"x": column}), seed=0)


@pytest.mark.parametrize("seed", range(3))
def test_noise_that_moves_probabilities_alone_is_found(seed):
    random, data = np.random.default_rng(seed), credit()
    fitted = MODELS["logistic"]().fit(data.X, data.y)

    class Noisy:
        classes_ = fitted.classes_

        def predict(self, frame):
            return fitted.predict(frame)

        def predict_proba(self, frame):
            given = fitted.predict_proba(frame)[:, 1]
            moved = np.clip(given + random.normal(0, 0.001, len(given)), 0, 1)
            return np.column_stack([1 - moved, moved])

    assert measures.row_order_invariance(Noisy(), data, seed=seed).value < 1
