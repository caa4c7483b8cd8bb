"""What can be measured: one folder for each phase of the life cycle, every measure declared once, with its decorator.

Importing this package loads nothing; the first measure asked for loads them all, with numpy and pandas.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_iso23053.measures.data.annotators import annotator_agreement
    from pytest_iso23053.measures.data.class_noise import class_noise_excess
    from pytest_iso23053.measures.data.classes import class_share_ratio
    from pytest_iso23053.measures.data.consistency import mixed_type_rate, mixed_unit_rate, spelling_variant_rate
    from pytest_iso23053.measures.data.duplicates import near_duplicate_rate, unexplained_duplicate_rate
    from pytest_iso23053.measures.data.echo import target_echo
    from pytest_iso23053.measures.data.exchanged import swapped_columns, unit_changes
    from pytest_iso23053.measures.data.gate import gate_detection_rate, gate_false_rejection_rate
    from pytest_iso23053.measures.data.identity import (
        conflicting_label_rate,
        duplicate_rate,
        overlap_rate,
        unsourced_rate,
    )
    from pytest_iso23053.measures.data.label_errors import (
        conflicting_label_excess,
        label_error_rate,
        label_noise_excess,
    )
    from pytest_iso23053.measures.data.label_shift import slice_label_shift
    from pytest_iso23053.measures.data.leakage import target_leakage
    from pytest_iso23053.measures.data.missingness import missing_rate_change
    from pytest_iso23053.measures.data.neighbours import neighbour_disagreement_excess
    from pytest_iso23053.measures.data.overlap import near_overlap_rate, unexplained_overlap_rate
    from pytest_iso23053.measures.data.placeholders import disguised_missing_rate
    from pytest_iso23053.measures.data.poison_patterns import poison_pattern_rate
    from pytest_iso23053.measures.data.preprocessing import (
        preprocessing_batch_invariance,
        preprocessing_determinism,
        preprocessing_row_loss,
    )
    from pytest_iso23053.measures.data.privacy import personal_data_count
    from pytest_iso23053.measures.data.provenance import provenance_completeness
    from pytest_iso23053.measures.data.proxies import hidden_attribute, proxy_auc
    from pytest_iso23053.measures.data.quality import class_balance, missing_rate
    from pytest_iso23053.measures.data.representation import base_rate_ratio, base_rate_shift, representation_ratio
    from pytest_iso23053.measures.data.schema import out_of_range_rate, schema_changes, unseen_value_rate
    from pytest_iso23053.measures.data.singling_out import singling_out_rate
    from pytest_iso23053.measures.data.splits import identifier_features, shared_entity_rate, time_travel_rate
    from pytest_iso23053.measures.data.user_schema import schema_violations
    from pytest_iso23053.measures.data.visibility import hidden_text_count
    from pytest_iso23053.measures.deployment.artefacts import unsafe_artefacts
    from pytest_iso23053.measures.deployment.extraction import extraction_fidelity
    from pytest_iso23053.measures.deployment.inversion import attribute_inference_advantage
    from pytest_iso23053.measures.deployment.parity import artefact_parity, row_order_invariance
    from pytest_iso23053.measures.deployment.representatives import class_inversion_advantage
    from pytest_iso23053.measures.operation.correlation import correlation_drift
    from pytest_iso23053.measures.operation.drift import jensen_shannon, ks, psi, wasserstein
    from pytest_iso23053.measures.operation.shares import value_share_ratio
    from pytest_iso23053.measures.operation.shift import feature_drift, label_drift, prediction_drift
    from pytest_iso23053.measures.registry import measure
    from pytest_iso23053.measures.training.association import shortcut_shift
    from pytest_iso23053.measures.training.backdoor import backdoor_success_rate
    from pytest_iso23053.measures.training.canaries import canary_exposure
    from pytest_iso23053.measures.training.column_order import column_order_effect
    from pytest_iso23053.measures.training.domain import domain_classifier_auc
    from pytest_iso23053.measures.training.embedding_screens import (
        activation_cluster_excess,
        spectral_signature_excess,
    )
    from pytest_iso23053.measures.training.environment import (
        artefact_version_mismatch,
        known_vulnerabilities,
        unpinned_dependencies,
    )
    from pytest_iso23053.measures.training.fitted_statistics import steps_fitted_on_test
    from pytest_iso23053.measures.training.generalisation import gain_over_baseline, generalisation_gap
    from pytest_iso23053.measures.training.hyperparameters import hyperparameter_fragility
    from pytest_iso23053.measures.training.label_flips import label_flip_sensitivity
    from pytest_iso23053.measures.training.loss_trajectory import loss_trajectory_excess
    from pytest_iso23053.measures.training.membership import membership_inference_auc, membership_inference_tpr
    from pytest_iso23053.measures.training.permuted import permuted_label_skill
    from pytest_iso23053.measures.training.randomised import randomised_model_rank_correlation
    from pytest_iso23053.measures.training.record import hyperparameter_mismatches, training_record_mismatches
    from pytest_iso23053.measures.training.reliance import dominant_feature_share
    from pytest_iso23053.measures.training.reproducibility import refit_repeatability, retraining_disagreement
    from pytest_iso23053.measures.training.simplicity import gain_over_simple_baseline
    from pytest_iso23053.measures.training.stability import predictive_multiplicity, seed_spread
    from pytest_iso23053.measures.training.sufficiency import evaluated_models, score_half_width
    from pytest_iso23053.measures.validation.abstention import (
        confidence_auroc,
        risk_coverage_area,
        selective_error,
    )
    from pytest_iso23053.measures.validation.bias import slice_bias, systematic_error
    from pytest_iso23053.measures.validation.calibration import (
        calibration_in_the_large,
        debiased_calibration_error,
    )
    from pytest_iso23053.measures.validation.classification import accuracy, balanced_accuracy, f1, precision, recall
    from pytest_iso23053.measures.validation.comparison import accuracy_gain
    from pytest_iso23053.measures.validation.conformal import conformal_coverage
    from pytest_iso23053.measures.validation.counterfactual import (
        counterfactual_flip_rate,
        counterfactual_selection_gap,
    )
    from pytest_iso23053.measures.validation.disputed import disputed_slice_weakness
    from pytest_iso23053.measures.validation.evasion.excess import excess_evasion_rate
    from pytest_iso23053.measures.validation.evasion.rates import evasion_rate, minimal_perturbation
    from pytest_iso23053.measures.validation.explanation import explanation_stability
    from pytest_iso23053.measures.validation.fairness import (
        false_negative_rate,
        false_positive_rate,
        selection_rate,
        true_positive_rate,
    )
    from pytest_iso23053.measures.validation.far_out import out_of_distribution_auroc
    from pytest_iso23053.measures.validation.hostile import silent_failure_count
    from pytest_iso23053.measures.validation.probabilities import (
        average_precision,
        brier_score,
        expected_calibration_error,
        log_loss,
        roc_auc,
    )
    from pytest_iso23053.measures.validation.regression import mean_absolute_error, r2, root_mean_squared_error
    from pytest_iso23053.measures.validation.relations import metamorphic_violation_rate, monotonicity_violation_rate
    from pytest_iso23053.measures.validation.robustness import flip_rate
    from pytest_iso23053.measures.validation.stability import corruption_accuracy_drop, excess_flip_rate
    from pytest_iso23053.measures.validation.trigger_scan import trigger_excess
    from pytest_iso23053.measures.validation.weak_slices import (
        slice_overconfidence,
        slice_weakness,
        worst_slice_gap,
    )
    from pytest_iso23053.measures.validation.wording import rewording_excess

    __all__ = [
        "accuracy",
        "accuracy_gain",
        "activation_cluster_excess",
        "annotator_agreement",
        "artefact_parity",
        "artefact_version_mismatch",
        "attribute_inference_advantage",
        "average_precision",
        "backdoor_success_rate",
        "balanced_accuracy",
        "base_rate_ratio",
        "base_rate_shift",
        "brier_score",
        "calibration_in_the_large",
        "canary_exposure",
        "class_balance",
        "class_inversion_advantage",
        "class_noise_excess",
        "class_share_ratio",
        "column_order_effect",
        "confidence_auroc",
        "conflicting_label_excess",
        "conflicting_label_rate",
        "conformal_coverage",
        "correlation_drift",
        "corruption_accuracy_drop",
        "counterfactual_flip_rate",
        "counterfactual_selection_gap",
        "debiased_calibration_error",
        "disguised_missing_rate",
        "disputed_slice_weakness",
        "domain_classifier_auc",
        "dominant_feature_share",
        "duplicate_rate",
        "evaluated_models",
        "evasion_rate",
        "excess_evasion_rate",
        "excess_flip_rate",
        "expected_calibration_error",
        "explanation_stability",
        "extraction_fidelity",
        "f1",
        "false_negative_rate",
        "false_positive_rate",
        "feature_drift",
        "flip_rate",
        "gain_over_baseline",
        "gain_over_simple_baseline",
        "gate_detection_rate",
        "gate_false_rejection_rate",
        "generalisation_gap",
        "hidden_attribute",
        "hidden_text_count",
        "hyperparameter_fragility",
        "hyperparameter_mismatches",
        "identifier_features",
        "jensen_shannon",
        "known_vulnerabilities",
        "ks",
        "label_drift",
        "label_error_rate",
        "label_flip_sensitivity",
        "label_noise_excess",
        "log_loss",
        "loss_trajectory_excess",
        "mean_absolute_error",
        "measure",
        "membership_inference_auc",
        "membership_inference_tpr",
        "metamorphic_violation_rate",
        "minimal_perturbation",
        "missing_rate",
        "missing_rate_change",
        "mixed_type_rate",
        "mixed_unit_rate",
        "monotonicity_violation_rate",
        "near_duplicate_rate",
        "near_overlap_rate",
        "neighbour_disagreement_excess",
        "out_of_distribution_auroc",
        "out_of_range_rate",
        "overlap_rate",
        "permuted_label_skill",
        "personal_data_count",
        "poison_pattern_rate",
        "precision",
        "prediction_drift",
        "predictive_multiplicity",
        "preprocessing_batch_invariance",
        "preprocessing_determinism",
        "preprocessing_row_loss",
        "provenance_completeness",
        "proxy_auc",
        "psi",
        "r2",
        "randomised_model_rank_correlation",
        "recall",
        "refit_repeatability",
        "representation_ratio",
        "retraining_disagreement",
        "rewording_excess",
        "risk_coverage_area",
        "roc_auc",
        "root_mean_squared_error",
        "row_order_invariance",
        "schema_changes",
        "schema_violations",
        "score_half_width",
        "seed_spread",
        "selection_rate",
        "selective_error",
        "shared_entity_rate",
        "shortcut_shift",
        "silent_failure_count",
        "singling_out_rate",
        "slice_bias",
        "slice_label_shift",
        "slice_overconfidence",
        "slice_weakness",
        "spectral_signature_excess",
        "spelling_variant_rate",
        "steps_fitted_on_test",
        "swapped_columns",
        "systematic_error",
        "target_echo",
        "target_leakage",
        "time_travel_rate",
        "training_record_mismatches",
        "trigger_excess",
        "true_positive_rate",
        "unexplained_duplicate_rate",
        "unexplained_overlap_rate",
        "unit_changes",
        "unpinned_dependencies",
        "unsafe_artefacts",
        "unseen_value_rate",
        "unsourced_rate",
        "value_share_ratio",
        "wasserstein",
        "worst_slice_gap",
    ]


@functools.cache
def _unknown(name: str, known: int) -> str:  # noqa: ARG001 - a measure declared since then may be the one meant
    """What to say of it, made once: who looks at modules by introspection asks a thousand times for «__wrapped__»."""
    registry = importlib.import_module("pytest_iso23053.measures.registry")
    return f"there is no measure {name!r}{registry.suggestion(name)}"


def __getattr__(name: str) -> Any:
    # Not «from pytest_iso23053.measures import registry», which would ask this very function for it first.
    registry = importlib.import_module("pytest_iso23053.measures.registry")
    if name == "registry":
        return registry
    if name == "measure":
        return registry.measure
    if name.startswith("_") or name not in registry.names():
        raise AttributeError(_unknown(name, len(registry.names())))
    return registry.get(name).function


def __dir__() -> list[str]:
    registry = importlib.import_module("pytest_iso23053.measures.registry")
    return sorted([*registry.names(), "measure"])
