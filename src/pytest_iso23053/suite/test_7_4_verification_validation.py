"""7.4 Verification & Validation: performance, robustness to noise, and fairness, each with its uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset, Model
    from pytest_iso23053.suite.requirements import Required

CLASSIFICATION = ("classifier", "model", "test labels")
REGRESSION = ("regressor", "model", "test labels")


@ready_made("accuracy", needs=CLASSIFICATION)
def test_accuracy(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.accuracy(iso_model, iso_test_data))


@ready_made("balanced_accuracy", needs=CLASSIFICATION)
def test_balanced_accuracy(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.balanced_accuracy(iso_model, iso_test_data))


@ready_made("roc_auc", needs=CLASSIFICATION)
def test_roc_auc(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.roc_auc(iso_model, iso_test_data))


@ready_made("brier_score", needs=CLASSIFICATION)
def test_brier_score(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.brier_score(iso_model, iso_test_data))


@ready_made("log_loss", needs=CLASSIFICATION)
def test_log_loss(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.log_loss(iso_model, iso_test_data))


@ready_made("root_mean_squared_error", needs=REGRESSION)
def test_root_mean_squared_error(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.root_mean_squared_error(iso_model, iso_test_data))


@ready_made("mean_absolute_error", needs=REGRESSION)
def test_mean_absolute_error(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.mean_absolute_error(iso_model, iso_test_data))


@ready_made("r2", needs=REGRESSION)
def test_r2(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.r2(iso_model, iso_test_data))


@ready_made("flip_rate", needs=("classifier", "model", "test"))
def test_flip_rate_under_gaussian_noise(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.flip_rate(iso_model, iso_test_data, noise="gaussian", seed=iso_seed))


@ready_made("flip_rate", needs=("classifier", "model", "test"), level="full")
def test_flip_rate_under_wrong_categories(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.flip_rate(iso_model, iso_test_data, noise="category", seed=iso_seed))


@ready_made("flip_rate", needs=("classifier", "model", "test"))
def test_flip_rate_under_missing_values(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.flip_rate(iso_model, iso_test_data, noise="missing", seed=iso_seed))


@ready_made("rewording_excess", needs=("classifier", "model", "test"))
def test_rewording_changes_no_more_than_a_lost_word(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.rewording_excess(iso_model, iso_test_data, seed=iso_seed))


@ready_made("selection_rate", summary="ratio", needs=("classifier", "model", "test", "sensitive"))
def test_selection_rate_ratio(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.selection_rate(iso_model, iso_test_data, by=iso_sensitive).ratio())


@ready_made("true_positive_rate", summary="difference", needs=(*CLASSIFICATION, "sensitive"))
def test_true_positive_rate_difference(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.true_positive_rate(iso_model, iso_test_data, by=iso_sensitive).difference())


@ready_made("false_positive_rate", summary="difference", needs=(*CLASSIFICATION, "sensitive"))
def test_false_positive_rate_difference(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.false_positive_rate(iso_model, iso_test_data, by=iso_sensitive).difference())


@ready_made("worst_slice_gap", needs=("model", "test labels"))
def test_worst_slice_gap(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.worst_slice_gap(iso_model, iso_test_data, seed=iso_seed))


@ready_made("slice_weakness", needs=("model", "test labels"))
def test_slice_weakness(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.slice_weakness(iso_model, iso_test_data, seed=iso_seed))


@ready_made("disputed_slice_weakness", needs=(*CLASSIFICATION, "train labels"))
def test_disputed_slice(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.disputed_slice_weakness(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("slice_overconfidence", needs=CLASSIFICATION)
def test_slice_overconfidence(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.slice_overconfidence(iso_model, iso_test_data, seed=iso_seed))


@ready_made("slice_bias", needs=REGRESSION)
def test_slice_bias(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.slice_bias(iso_model, iso_test_data, seed=iso_seed))


@ready_made("systematic_error", needs=REGRESSION)
def test_systematic_error(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.systematic_error(iso_model, iso_test_data))


@ready_made("debiased_calibration_error", needs=CLASSIFICATION)
def test_calibration(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.debiased_calibration_error(iso_model, iso_test_data))


@ready_made("calibration_in_the_large", summary="difference", needs=(*CLASSIFICATION, "sensitive"))
def test_calibration_by_group(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.calibration_in_the_large(iso_model, iso_test_data, by=iso_sensitive).difference())


@ready_made("confidence_auroc", needs=CLASSIFICATION)
def test_confidence_tells_right_from_wrong(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.confidence_auroc(iso_model, iso_test_data))


@ready_made("selective_error", needs=CLASSIFICATION)
def test_error_at_80_percent_coverage(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.selective_error(iso_model, iso_test_data))


@ready_made("conformal_coverage", needs=("model", "test labels", "production labels"))
def test_certainty_carries_over_to_production(
    iso_model: Model, iso_test_data: Dataset, iso_production_data: Dataset, iso_seed: int
) -> None:
    judge(measures.conformal_coverage(iso_model, iso_test_data, iso_production_data, seed=iso_seed))


@ready_made("excess_flip_rate", needs=("classifier", "model", "train labels", "test"))
def test_noise_flips_no_more_than_for_another_learner(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.excess_flip_rate(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("excess_flip_rate", needs=("classifier", "model", "train labels", "test"), level="full")
def test_wrong_categories_flip_no_more_than_for_another_learner(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.excess_flip_rate(iso_model, iso_train_data, iso_test_data, noise="category", seed=iso_seed))


@ready_made("corruption_accuracy_drop", needs=CLASSIFICATION, level="full")
def test_accuracy_drop_under_gaussian_noise(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.corruption_accuracy_drop(iso_model, iso_test_data, seed=iso_seed))


@ready_made("corruption_accuracy_drop", needs=CLASSIFICATION, level="full")
def test_accuracy_drop_under_wrong_categories(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.corruption_accuracy_drop(iso_model, iso_test_data, noise="category", seed=iso_seed))


@ready_made("out_of_distribution_auroc", needs=("classifier", "model", "train", "test"))
def test_confidence_far_from_training(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.out_of_distribution_auroc(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("out_of_distribution_auroc", needs=("classifier", "model", "train", "test"), level="full")
def test_confidence_in_unseen_categories(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.out_of_distribution_auroc(iso_model, iso_train_data, iso_test_data, kind="unseen", seed=iso_seed))


@ready_made("evasion_rate", needs=("classifier", "model", "test"))
def test_evasion(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.evasion_rate(iso_model, iso_test_data, attack="nearest", rows=200, seed=iso_seed))


@ready_made("evasion_rate", needs=("classifier", "model", "test"), level="full")
def test_evasion_with_all_queries(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.evasion_rate(iso_model, iso_test_data, rows=300, seed=iso_seed))


@ready_made("evasion_rate", needs=("classifier", "model", "test"))
def test_evasion_by_misspelt_words(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.evasion_rate(iso_model, iso_test_data, norm="edits", queries=200, rows=200, seed=iso_seed))


@ready_made("minimal_perturbation", needs=("classifier", "model", "test"), level="full")
def test_minimal_perturbation(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.minimal_perturbation(iso_model, iso_test_data, rows=300, seed=iso_seed))


@ready_made("excess_evasion_rate", needs=("classifier", "model", "train labels", "test labels"))
def test_evasion_is_no_easier_than_of_another_learner(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.excess_evasion_rate(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("explanation_stability", needs=("model", "test"))
def test_importance_of_features_holds_on_other_rows(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.explanation_stability(iso_model, iso_test_data))


@ready_made("randomised_model_rank_correlation", needs=("model", "train labels", "test"), level="full")
def test_importance_of_features_is_learned(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.randomised_model_rank_correlation(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("metamorphic_violation_rate", needs=("model", "test"))
def test_metamorphic_relations(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.metamorphic_violation_rate(iso_model, iso_test_data))


@ready_made("counterfactual_selection_gap", needs=("classifier", "model", "test", "sensitive"))
def test_counterfactual_selection_gap(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.counterfactual_selection_gap(iso_model, iso_test_data, column=iso_sensitive))


@ready_made("counterfactual_flip_rate", needs=("classifier", "model", "test", "sensitive"))
def test_counterfactual_flip_rate(iso_model: Model, iso_test_data: Dataset, iso_sensitive: str) -> None:
    judge(measures.counterfactual_flip_rate(iso_model, iso_test_data, column=iso_sensitive))


@ready_made("trigger_excess", needs=(*CLASSIFICATION, "train labels"), level="full")
def test_no_small_pattern_turns_the_model(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.trigger_excess(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("", needs=("requirements",))
def test_requirement(iso_requirement: Required) -> None:
    judge(iso_requirement.measure())
