"""A step fitted on all data is told from one fitted on the training rows, wherever it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, QuantileTransformer, RobustScaler, StandardScaler

from pytest_iso23053 import Dataset, measures
from pytest_iso23053.assurance.errors import NotMeasurableError

pytestmark = pytest.mark.filterwarnings("error")
RANDOM = np.random.default_rng(5)
N = 300
FRAME = pd.DataFrame(
    {
        "age": RANDOM.normal(40, 10, N),
        "income": np.where(RANDOM.random(N) < 0.1, np.nan, RANDOM.lognormal(8, 1, N)),
        "city": [*RANDOM.choice(["Bonn", "Ulm"], 250), *RANDOM.choice(["Bonn", "Jena"], 50)],
        "text": [f"w{place} same" for place in range(N)],
        "y": RANDOM.integers(0, 2, N),
    }
)
TRAIN, TEST = FRAME.iloc[:250], FRAME.iloc[250:].reset_index(drop=True)
SETS = [Dataset(rows, target="y", name=name) for name, rows in (("train", TRAIN), ("test", TEST))]

PREPARATIONS = {
    "standard": (StandardScaler, ["age"]),
    "min-max": (MinMaxScaler, ["income"]),
    "robust": (RobustScaler, ["age"]),
    "imputer": (lambda: SimpleImputer(strategy="median"), ["income"]),
    "one-hot": (lambda: OneHotEncoder(handle_unknown="ignore"), ["city"]),
    "quantile": (lambda: QuantileTransformer(n_quantiles=20), ["age"]),
    "pca": (lambda: make_pipeline(SimpleImputer(), PCA(1)), ["age", "income"]),
    "tf-idf": (TfidfVectorizer, "text"),
}


def model(kind, rows):
    """A model whose preparation is fitted on the rows, and whose learner is fitted on the training rows."""
    made, columns = PREPARATIONS[kind]
    preparation = ColumnTransformer([("step", made(), columns)], sparse_threshold=0).fit(rows.drop(columns="y"))
    learner = RandomForestClassifier(3, random_state=0)
    learner.fit(preparation.transform(TRAIN.drop(columns="y")), TRAIN["y"])
    return make_pipeline(preparation, learner)


@pytest.mark.parametrize("kind", PREPARATIONS)
def test_fitted_on_training_rows(kind):
    measured = measures.steps_fitted_on_test(model(kind, TRAIN), *SETS)
    assert (measured.value, measured.exact) == (0, True)
    assert measured.n >= 1


@pytest.mark.parametrize("kind", PREPARATIONS)
def test_fitted_on_all_rows(kind):
    measured = measures.steps_fitted_on_test(model(kind, FRAME), *SETS)
    assert measured.value >= 1
    assert measured.params["steps"][0].startswith("columntransformer/step")


def test_fitted_on_a_part_is_not_judged():
    with pytest.raises(NotMeasurableError, match="cannot be told"):
        measures.steps_fitted_on_test(model("standard", TRAIN.head(200)), *SETS)


def test_the_later_step_is_found_behind_an_honest_one():
    X, y = load_breast_cancer(return_X_y=True)
    scaler = StandardScaler().fit(X[:400])
    pca = PCA(3).fit(scaler.transform(X))
    learner = LogisticRegression().fit(pca.transform(scaler.transform(X[:400])), y[:400])
    pipeline = make_pipeline(StandardScaler(), PCA(3), LogisticRegression())
    for place, fitted in enumerate((scaler, pca, learner)):
        pipeline.steps[place] = (pipeline.steps[place][0], fitted)
    measured = measures.steps_fitted_on_test(pipeline, (X[:400], y[:400]), (X[400:], y[400:]))
    assert measured.params == {"steps": ["pca"], "told_apart": ["standardscaler", "pca"]}


def test_within_a_search_and_a_union():
    X, y = load_breast_cancer(return_X_y=True)
    union = FeatureUnion([("scaled", StandardScaler()), ("ranked", MinMaxScaler())])
    search = GridSearchCV(
        make_pipeline(union, LogisticRegression(max_iter=5000)), {"logisticregression__C": [1.0]}, cv=2
    )
    search.fit(X[:400], y[:400])
    measured = measures.steps_fitted_on_test(search, (X[:400], y[:400]), (X[400:], y[400:]))
    assert (measured.value, measured.n) == (0, 2)


@pytest.mark.parametrize("predictor", [lambda frame: frame["age"] > 40, LogisticRegression().fit([[0], [1]], [0, 1])])
def test_without_a_pipeline_nothing_is_known(predictor):
    with pytest.raises(NotMeasurableError):
        measures.steps_fitted_on_test(predictor, *SETS)


@pytest.mark.parametrize("kind", ["robust", "standard", "quantile"])
@pytest.mark.parametrize(("parts", "expected"), [(1, 0), (2, 1), (3, 1)])
def test_fitted_with_rows_of_production(kind, parts, expected):
    cuts = [FRAME.iloc[start:end].reset_index(drop=True) for start, end in ((0, 150), (150, 200), (200, 300))]
    train, test, later = (Dataset(rows, target="y") for rows in cuts)
    made, columns = PREPARATIONS[kind]
    step = ColumnTransformer([("step", made(), columns)]).fit(pd.concat(cuts[:parts]).drop(columns="y"))
    learner = RandomForestClassifier(2, random_state=0).fit(step.transform(train.X), train.y)
    measured = measures.steps_fitted_on_test(make_pipeline(step, learner), train, test, further=later)
    assert (measured.value, measured.subjects[2:]) == (expected, (test.name, later.name))
    if parts == 3:  # without those rows it is not known what the step was fitted on
        with pytest.raises(NotMeasurableError, match="cannot be told"):
            measures.steps_fitted_on_test(make_pipeline(step, learner), train, test)
