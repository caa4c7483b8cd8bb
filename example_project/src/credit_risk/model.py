"""The model: a logistic regression whose every decision can be added up by hand, and the rule that decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from credit_risk.schema import CODES, FEATURES, GOOD, RANGES

# The source's cost matrix: a bad customer called good costs 5, a good one called bad costs 1.
COST_OF_BAD_CALLED_GOOD = 5
COST_OF_GOOD_CALLED_BAD = 1

# Granting is worth it when the expected loss is smaller than the expected loss of refusing.
THRESHOLD = COST_OF_BAD_CALLED_GOOD / (COST_OF_BAD_CALLED_GOOD + COST_OF_GOOD_CALLED_BAD)

# scikit-learn's default, taken as it is. Nothing was searched, so no result has to be corrected for a search.
HYPERPARAMETERS = {"C": 1.0}

NUMBERS = [column for column in FEATURES if column in RANGES]
CATEGORIES = [column for column in FEATURES if column in CODES]


def build_model(**hyperparameters: float) -> FixedThresholdClassifier:
    """Return the untrained model: probabilities from the regression, decisions from the cost matrix."""
    numbers = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    # The codes come from the schema and not from the rows, so that every training set gives the same columns.
    known = [list(CODES[column]) for column in CATEGORIES]
    codes = OneHotEncoder(categories=known, handle_unknown="ignore", sparse_output=False)
    columns = ColumnTransformer([("numbers", numbers, NUMBERS), ("codes", codes, CATEGORIES)])
    # This solver goes to the very optimum, so that the same rows give the same model on another machine.
    regression = LogisticRegression(solver="newton-cholesky", **{**HYPERPARAMETERS, **hyperparameters})
    scorecard = Pipeline([("columns", columns), ("regression", regression)])
    return FixedThresholdClassifier(scorecard, threshold=THRESHOLD, pos_label=GOOD, response_method="predict_proba")


def contributions(model: FixedThresholdClassifier, applications: pd.DataFrame) -> pd.DataFrame:
    """Return what each attribute adds to the log-odds of a good credit, with the ``base`` that all start from.

    The columns of a row add up to the model's own log-odds: the explanation is exact, not an approximation.
    """
    columns, regression = (model.estimator_.named_steps[step] for step in ("columns", "regression"))
    parts = columns.transform(applications[list(FEATURES)]) * regression.coef_[0]
    widths = [1] * len(NUMBERS) + [len(CODES[column]) for column in CATEGORIES]
    starts = np.cumsum([0, *widths[:-1]])
    summed = pd.DataFrame(np.add.reduceat(parts, starts, axis=1), applications.index, [*NUMBERS, *CATEGORIES])
    return summed.assign(base=float(regression.intercept_[0]))
