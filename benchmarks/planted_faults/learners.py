"""Three families of models with ordinary settings, for whatever columns a table has."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FAMILIES = ("forest", "logistic", "boosting")
_BOOSTING = {"max_iter": 60, "learning_rate": 0.08, "max_leaf_nodes": 8, "random_state": 0}


def learner(family: str, task: str, features: pd.DataFrame, **settings: Any) -> Pipeline:
    """Return an unfitted pipeline: imputation, one-hot codes, scaling where the family wants it, and the estimator."""
    numbers = list(features.select_dtypes("number").columns)
    texts = [column for column in features.columns if column not in numbers]
    scaling = [StandardScaler()] if family == "logistic" else []
    steps = [
        ("numbers", make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), *scaling), numbers),
        ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False, min_frequency=5), texts),
    ]
    columns = ColumnTransformer([step for step in steps if step[2]])
    return Pipeline([("columns", columns), ("estimator", estimator(family, task, **settings))])


def estimator(family: str, task: str, **settings: Any) -> Any:
    classifies = task == "classification"
    if family == "forest":
        kind = RandomForestClassifier if classifies else RandomForestRegressor
        return kind(**({"n_estimators": 100, "min_samples_leaf": 3, "random_state": 0} | settings))
    if family == "boosting":
        kind = HistGradientBoostingClassifier if classifies else HistGradientBoostingRegressor
        return kind(**(_BOOSTING | settings))
    return LogisticRegression(**({"max_iter": 1000} | settings)) if classifies else Ridge(**settings)
