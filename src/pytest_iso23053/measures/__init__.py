"""What can be measured: one folder for each phase of the life cycle, every measure declared once, with its decorator.

Importing this package loads nothing; the first measure asked for loads them all, with numpy and pandas.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_iso23053.measures.data.gate import gate_detection_rate, gate_false_rejection_rate
    from pytest_iso23053.measures.data.identity import (
        conflicting_label_rate,
        duplicate_rate,
        overlap_rate,
        unsourced_rate,
    )
    from pytest_iso23053.measures.data.quality import class_balance, missing_rate
    from pytest_iso23053.measures.deployment.parity import artefact_parity, row_order_invariance
    from pytest_iso23053.measures.operation.drift import jensen_shannon, ks, psi, wasserstein
    from pytest_iso23053.measures.registry import measure
    from pytest_iso23053.measures.training.generalisation import gain_over_baseline, generalisation_gap
    from pytest_iso23053.measures.validation.classification import accuracy, balanced_accuracy, f1, precision, recall
    from pytest_iso23053.measures.validation.fairness import (
        false_negative_rate,
        false_positive_rate,
        selection_rate,
        true_positive_rate,
    )
    from pytest_iso23053.measures.validation.probabilities import (
        average_precision,
        brier_score,
        expected_calibration_error,
        log_loss,
        roc_auc,
    )
    from pytest_iso23053.measures.validation.regression import mean_absolute_error, r2, root_mean_squared_error
    from pytest_iso23053.measures.validation.robustness import flip_rate

    __all__ = [
        "accuracy",
        "artefact_parity",
        "average_precision",
        "balanced_accuracy",
        "brier_score",
        "class_balance",
        "conflicting_label_rate",
        "duplicate_rate",
        "expected_calibration_error",
        "f1",
        "false_negative_rate",
        "false_positive_rate",
        "flip_rate",
        "gain_over_baseline",
        "gate_detection_rate",
        "gate_false_rejection_rate",
        "generalisation_gap",
        "jensen_shannon",
        "ks",
        "log_loss",
        "mean_absolute_error",
        "measure",
        "missing_rate",
        "overlap_rate",
        "precision",
        "psi",
        "r2",
        "recall",
        "roc_auc",
        "root_mean_squared_error",
        "row_order_invariance",
        "selection_rate",
        "true_positive_rate",
        "unsourced_rate",
        "wasserstein",
    ]


def __getattr__(name: str) -> Any:
    # Not «from pytest_iso23053.measures import registry», which would ask this very function for it first.
    registry = importlib.import_module("pytest_iso23053.measures.registry")
    if name == "registry":
        return registry
    if name == "measure":
        return registry.measure
    if name.startswith("_") or name not in registry.names():
        raise AttributeError(f"there is no measure {name!r}{registry.suggestion(name)}")
    return registry.get(name).function


def __dir__() -> list[str]:
    registry = importlib.import_module("pytest_iso23053.measures.registry")
    return sorted([*registry.names(), "measure"])
