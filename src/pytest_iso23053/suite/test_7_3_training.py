"""7.3 Model Building & Training, and its boundary to verification: was something learned, and is the test set fresh?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge
from pytest_iso23053.suite.split import refuse_split_by_time

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset, Model
    from pytest_iso23053.subjects.project import Project


@ready_made("gain_over_baseline", needs=("model", "train labels", "test labels"))
def test_gain_over_baseline(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.gain_over_baseline(iso_model, iso_test_data))


@ready_made("gain_over_simple_baseline", needs=("model", "train labels", "test labels"))
def test_gain_over_a_simple_learner(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.gain_over_simple_baseline(iso_model, iso_train_data, iso_test_data))


@ready_made("dominant_feature_share", needs=("model", "test labels"))
def test_no_feature_decides_alone(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.dominant_feature_share(iso_model, iso_test_data))


@ready_made("generalisation_gap", needs=("model", "train labels", "test labels"))
def test_generalisation_gap(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.generalisation_gap(iso_model, iso_train_data, iso_test_data))


@ready_made("overlap_rate", needs=("train", "test"))
def test_test_rows_are_not_training_rows(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.overlap_rate(iso_train_data, iso_test_data))


@ready_made("domain_classifier_auc", needs=("train", "test"))
def test_test_rows_cannot_be_told_from_training_rows(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.domain_classifier_auc(iso_train_data, iso_test_data))


@ready_made("shortcut_shift", needs=("train labels", "test labels"))
def test_features_say_the_same_of_the_test_labels(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.shortcut_shift(iso_train_data, iso_test_data))


@ready_made("shortcut_shift", needs=("train labels", "production labels"))
def test_features_say_the_same_of_the_labels_in_production(
    iso_train_data: Dataset, iso_production_data: Dataset
) -> None:
    judge(measures.shortcut_shift(iso_train_data, iso_production_data))


@ready_made("unexplained_overlap_rate", needs=("train", "test"))
def test_no_more_test_rows_are_training_rows_than_by_chance(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.unexplained_overlap_rate(iso_train_data, iso_test_data))


@ready_made("near_overlap_rate", needs=("train", "test"))
def test_no_more_test_rows_nearly_are_training_rows_than_by_chance(
    iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.near_overlap_rate(iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("schema_changes", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_has_the_schema_of_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.schema_changes(iso_train_data, iso_test_data))


@ready_made("out_of_range_rate", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_keeps_the_ranges_of_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.out_of_range_rate(iso_train_data, iso_test_data))


@ready_made("unseen_value_rate", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_has_no_values_unseen_in_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.unseen_value_rate(iso_train_data, iso_test_data))


@ready_made("missing_rate_change", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_lacks_no_more_values_than_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.missing_rate_change(iso_train_data, iso_test_data))


@ready_made("unit_changes", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_has_the_units_of_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.unit_changes(iso_train_data, iso_test_data))


@ready_made("swapped_columns", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_has_its_columns_in_place(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.swapped_columns(iso_train_data, iso_test_data))


@ready_made("column_order_effect", needs=("model", "train", "test"))
def test_columns_stand_as_in_training(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.column_order_effect(iso_model, iso_train_data, iso_test_data))


@ready_made("feature_drift", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_is_drawn_as_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.feature_drift(iso_train_data, iso_test_data))


@ready_made("correlation_drift", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_is_correlated_as_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.correlation_drift(iso_train_data, iso_test_data))


@ready_made("label_drift", needs=("train labels", "test labels"), evidence_for="7.3>7.4")
def test_test_set_has_the_labels_of_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.label_drift(iso_train_data, iso_test_data))


@ready_made("class_share_ratio", needs=("train labels", "test labels", "classifier"))
def test_test_set_has_every_class_as_often_as_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.class_share_ratio(iso_train_data, iso_test_data))


@ready_made("value_share_ratio", needs=("train", "test"), evidence_for="7.3>7.4")
def test_test_set_has_every_value_as_often_as_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.value_share_ratio(iso_train_data, iso_test_data))


@ready_made("score_half_width", needs=("model", "test labels"))
def test_the_test_set_is_large_enough(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.score_half_width(iso_model, iso_test_data))


@ready_made("evaluated_models", needs=("model", "test", "ledger"))
def test_the_test_set_is_not_worn_out(iso_model: Model, iso_test_data: Dataset, iso_project: Project) -> None:
    judge(measures.evaluated_models(iso_model, iso_test_data, iso_project))


# What the model was built with, and what its training record says of it


@ready_made("unpinned_dependencies", needs=("model",))
def test_dependencies_are_pinned(iso_project: Project) -> None:
    judge(measures.unpinned_dependencies(iso_project))


@ready_made("known_vulnerabilities", needs=("audit",))
def test_no_known_vulnerabilities(iso_project: Project) -> None:
    judge(measures.known_vulnerabilities(iso_project))


@ready_made("artefact_version_mismatch", needs=("model",))
def test_artefact_runs_where_it_was_written(iso_model: Model) -> None:
    judge(measures.artefact_version_mismatch(iso_model))


@ready_made("training_record_mismatches", needs=("model", "train", "record"))
def test_evaluated_artefact_is_the_recorded_one(
    iso_model: Model, iso_train_data: Dataset, iso_project: Project
) -> None:
    judge(measures.training_record_mismatches(iso_model, iso_train_data, iso_project))


@ready_made("hyperparameter_mismatches", needs=("model", "record"))
def test_hyperparameters_are_the_recorded_ones(iso_model: Model, iso_project: Project) -> None:
    judge(measures.hyperparameter_mismatches(iso_model, iso_project))


# What the model's answers tell of its training rows.


@ready_made("membership_inference_auc", needs=("model", "train labels", "test labels"))
def test_members_cannot_be_told(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.membership_inference_auc(iso_model, iso_train_data, iso_test_data))


@ready_made("membership_inference_auc", needs=("model", "train labels", "test labels"), level="full")
def test_members_cannot_be_told_by_shadow_models(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.membership_inference_auc(iso_model, iso_train_data, iso_test_data, attack="lira", seed=iso_seed))


@ready_made("canary_exposure", needs=("model", "train labels"), level="full")
def test_single_rows_are_not_learned_by_heart(iso_model: Model, iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.canary_exposure(iso_model, iso_train_data, seed=iso_seed))


# Training again: as a quick look where it takes no time, else in the full suite.


@ready_made("refit_repeatability", needs=("model", "train labels", "test"))
def test_small_model_trains_alike_twice(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.refit_repeatability(iso_model, iso_train_data, iso_test_data, effort="quick"))


@ready_made("retraining_disagreement", needs=("model", "train labels", "test"))
def test_small_model_is_what_its_training_rows_give(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset
) -> None:
    judge(measures.retraining_disagreement(iso_model, iso_train_data, iso_test_data, effort="quick"))


@ready_made("refit_repeatability", needs=("model", "train labels", "test"), level="full")
def test_model_trains_alike_twice(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.refit_repeatability(iso_model, iso_train_data, iso_test_data))


@ready_made("retraining_disagreement", needs=("model", "train labels", "test"), level="full")
def test_model_is_what_its_training_rows_give(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset
) -> None:
    judge(measures.retraining_disagreement(iso_model, iso_train_data, iso_test_data))


@ready_made("permuted_label_skill", needs=("model", "train labels", "test labels"), level="full")
def test_permuted_labels_teach_nothing(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.permuted_label_skill(iso_model, iso_train_data, iso_test_data))


@ready_made("seed_spread", needs=("model", "train labels", "test labels"), level="full")
def test_spread_over_seeds(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.seed_spread(iso_model, iso_train_data, iso_test_data))


@ready_made("predictive_multiplicity", needs=("model", "classifier", "train labels", "test"), level="full")
def test_decisions_do_not_hang_on_the_seed(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.predictive_multiplicity(iso_model, iso_train_data, iso_test_data))


@ready_made("hyperparameter_fragility", needs=("model", "train labels", "test labels"), level="full")
def test_hyperparameters_are_no_knife_edge(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.hyperparameter_fragility(iso_model, iso_train_data, iso_test_data))


@ready_made("steps_fitted_on_test", needs=("model", "train", "test"))
def test_steps_are_fitted_on_training_rows(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.steps_fitted_on_test(iso_model, iso_train_data, iso_test_data))


@ready_made("steps_fitted_on_test", needs=("model", "train", "test", "production"))
def test_steps_are_not_fitted_on_production_rows(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_production_data: Dataset
) -> None:
    judge(measures.steps_fitted_on_test(iso_model, iso_train_data, iso_test_data, further=iso_production_data))


@ready_made("shared_entity_rate", needs=("train", "test", "entities"))
def test_entities_are_on_one_side_of_the_split(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.shared_entity_rate(iso_train_data, iso_test_data))


@ready_made("time_travel_rate", needs=("train", "test", "times"))
def test_test_rows_come_after_training_rows(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.time_travel_rate(iso_train_data, iso_test_data))
