"""Evaluation on all 1,000 rows: 300 held-out rows cannot decide what a credit team has to know.

Each applicant is scored by a model that was trained without that applicant. What is judged so is the *procedure* that
also made the deployed model; the deployed artefact itself is judged on the test part, which it has never seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from credit_risk.data import bucket, row_digests, source_of_record
from credit_risk.ingest import require_clean
from credit_risk.model import COST_OF_BAD_CALLED_GOOD, COST_OF_GOOD_CALLED_BAD
from credit_risk.schema import BAD, FEATURES, GOOD
from credit_risk.train import fit

FOLDS = 5


class OutOfFoldModel:
    """Five models, each trained without one fifth of the rows; an applicant is scored by the one not shown that row.

    The fifth follows from a digest of the features, so that it needs no list, and equal applicants share it. A row that
    is none of the 1,000 is scored by one of the five as well, by the same rule.
    """

    def __init__(self, rows: pd.DataFrame, learn: Callable[[pd.DataFrame], Any] = fit) -> None:
        rows = require_clean(rows)
        folds = self._folds(rows)
        self.models = [learn(rows[folds != fold]) for fold in range(FOLDS)]
        self.classes_ = self.models[0].classes_

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._by_fold(X, "predict", np.empty(len(X), dtype=object))

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self._by_fold(X, "predict_proba", np.empty((len(X), len(self.classes_))))

    def _by_fold(self, X: pd.DataFrame, method: str, answers: np.ndarray) -> np.ndarray:
        folds = self._folds(X)
        for fold in np.unique(folds):
            answers[folds == fold] = getattr(self.models[fold], method)(X.loc[folds == fold, list(FEATURES)])
        return answers

    @staticmethod
    def _folds(rows: pd.DataFrame) -> np.ndarray:
        return bucket(row_digests(rows, FEATURES), FOLDS).to_numpy()


def out_of_fold_model() -> OutOfFoldModel:
    return OutOfFoldModel(source_of_record())


def costs(outcomes: np.ndarray, decisions: np.ndarray) -> np.ndarray:
    """Return the cost of each decision under the source's cost matrix."""
    granted = np.asarray(decisions) == GOOD
    bad = np.asarray(outcomes) == BAD
    return COST_OF_BAD_CALLED_GOOD * (granted & bad) + COST_OF_GOOD_CALLED_BAD * (~granted & ~bad)
