"""7.2 Data Acquisition & Preparation, and its boundary to training: are the data what training assumes?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge
from pytest_iso23053.suite.split import refuse_split_by_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pytest_iso23053 import Dataset, Model
    from pytest_iso23053.subjects.origins import Origin
    from pytest_iso23053.subjects.preparation import Preparation


@ready_made("missing_rate", needs=("train",))
def test_missing_rate(iso_train_data: Dataset) -> None:
    judge(measures.missing_rate(iso_train_data))


@ready_made("duplicate_rate", needs=("train",))
def test_duplicate_rate(iso_train_data: Dataset) -> None:
    judge(measures.duplicate_rate(iso_train_data))


@ready_made("unexplained_duplicate_rate", needs=("train",))
def test_duplicates_beyond_chance(iso_train_data: Dataset) -> None:
    judge(measures.unexplained_duplicate_rate(iso_train_data))


@ready_made("near_duplicate_rate", needs=("train",))
def test_near_duplicates_beyond_chance(iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.near_duplicate_rate(iso_train_data, seed=iso_seed))


@ready_made("conflicting_label_rate", needs=("train", "train labels"))
def test_conflicting_labels(iso_train_data: Dataset) -> None:
    judge(measures.conflicting_label_rate(iso_train_data))


@ready_made("class_balance", needs=("train", "train labels", "classifier"))
def test_class_balance(iso_train_data: Dataset) -> None:
    judge(measures.class_balance(iso_train_data))


@ready_made("disguised_missing_rate", needs=("train",))
def test_missing_values_in_disguise(iso_train_data: Dataset) -> None:
    judge(measures.disguised_missing_rate(iso_train_data))


@ready_made("mixed_type_rate", needs=("train",))
def test_columns_hold_one_kind_of_value(iso_train_data: Dataset) -> None:
    judge(measures.mixed_type_rate(iso_train_data))


@ready_made("mixed_unit_rate", needs=("train",))
def test_columns_hold_one_unit(iso_train_data: Dataset) -> None:
    judge(measures.mixed_unit_rate(iso_train_data))


@ready_made("spelling_variant_rate", needs=("train",))
def test_values_are_spelled_one_way(iso_train_data: Dataset) -> None:
    judge(measures.spelling_variant_rate(iso_train_data))


@ready_made("gate_detection_rate", needs=("ingest", "train", "train labels"))
def test_gate_detects_flipped_labels(iso_ingest: Callable[..., Any], iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.gate_detection_rate(iso_ingest, iso_train_data, faults="label-flip", seed=iso_seed))


@ready_made("gate_detection_rate", needs=("ingest", "train"))
def test_gate_detects_out_of_range_rows(iso_ingest: Callable[..., Any], iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.gate_detection_rate(iso_ingest, iso_train_data, faults="out-of-range", seed=iso_seed))


@ready_made("gate_detection_rate", needs=("ingest", "train", "train labels", "classifier"))
def test_gate_detects_triggered_rows(iso_ingest: Callable[..., Any], iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.gate_detection_rate(iso_ingest, iso_train_data, faults="triggered", seed=iso_seed))


@ready_made("gate_detection_rate", needs=("ingest", "train"))
def test_gate_detects_duplicates(iso_ingest: Callable[..., Any], iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.gate_detection_rate(iso_ingest, iso_train_data, faults="duplicate", seed=iso_seed))


@ready_made("gate_detection_rate", needs=("ingest", "train"))
def test_gate_detects_rows_without_a_source(
    iso_ingest: Callable[..., Any], iso_train_data: Dataset, iso_seed: int
) -> None:
    judge(measures.gate_detection_rate(iso_ingest, iso_train_data, faults="unsourced", seed=iso_seed))


@ready_made("label_flip_sensitivity", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_flipped_labels_cost_little(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.label_flip_sensitivity(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("backdoor_success_rate", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_poisoned_rows_teach_a_trigger(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(measures.backdoor_success_rate(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made(
    "backdoor_success_rate", needs=("classifier", "model", "ingest", "train labels", "test labels"), level="full"
)
def test_gate_keeps_a_backdoor_out(
    iso_ingest: Callable[..., Any], iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    judge(
        measures.backdoor_success_rate(iso_model, iso_train_data, iso_test_data, ingest=iso_ingest, seed=iso_seed),
    )


@ready_made("poison_pattern_rate", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_no_pattern_is_planted_in_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.poison_pattern_rate(iso_train_data, iso_test_data))


@ready_made("neighbour_disagreement_excess", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_neighbours_carry_the_same_label(iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.neighbour_disagreement_excess(iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("spectral_signature_excess", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_no_rows_stand_apart_in_the_models_embedding(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.spectral_signature_excess(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("activation_cluster_excess", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_no_cluster_is_found_in_training_alone(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.activation_cluster_excess(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("loss_trajectory_excess", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_training_rows_are_learned_as_trusted_rows_are(
    iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset, iso_seed: int
) -> None:
    refuse_split_by_time(iso_train_data, iso_test_data)
    judge(measures.loss_trajectory_excess(iso_model, iso_train_data, iso_test_data, seed=iso_seed))


@ready_made("personal_data_count", needs=("train",))
def test_no_personal_data(iso_train_data: Dataset) -> None:
    judge(measures.personal_data_count(iso_train_data))


@ready_made("hidden_text_count", needs=("train",))
def test_no_hidden_text(iso_train_data: Dataset) -> None:
    judge(measures.hidden_text_count(iso_train_data))


@ready_made("preprocessing_determinism", needs=("train", "preprocess"))
def test_preparation_gives_the_same_twice(iso_preparation: Preparation) -> None:
    judge(measures.preprocessing_determinism(iso_preparation.function, iso_preparation.table))


@ready_made("preprocessing_row_loss", needs=("train", "preprocess"))
def test_preparation_loses_no_rows(iso_preparation: Preparation) -> None:
    judge(measures.preprocessing_row_loss(iso_preparation.function, iso_preparation.table))


@ready_made("preprocessing_batch_invariance", needs=("train", "preprocess"))
def test_preparation_takes_each_row_by_itself(iso_preparation: Preparation) -> None:
    judge(measures.preprocessing_batch_invariance(iso_preparation.function, iso_preparation.table))


@ready_made("silent_failure_count", needs=("model", "test"))
def test_hostile_input_is_refused_or_answered(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.silent_failure_count(iso_model, iso_test_data, seed=iso_seed))


@ready_made("provenance_completeness", needs=("provenance",))
def test_origin_of_every_data_file(iso_provenance: list[Origin]) -> None:
    judge(measures.provenance_completeness(iso_provenance))


@ready_made("label_error_rate", needs=("train", "train labels", "classifier"))
def test_label_errors(iso_train_data: Dataset) -> None:
    judge(measures.label_error_rate(iso_train_data))


@ready_made("label_noise_excess", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_training_labels_are_no_noisier(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.label_noise_excess(iso_train_data, iso_test_data))


@ready_made("label_noise_excess", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_test_labels_are_no_noisier(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.label_noise_excess(iso_train_data, iso_test_data, swapped=True))


@ready_made("class_noise_excess", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_no_class_is_labelled_as_another_in_training(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.class_noise_excess(iso_train_data, iso_test_data))


@ready_made("slice_label_shift", needs=("train", "test", "train labels", "test labels", "classifier"))
def test_no_part_is_labelled_by_other_rules(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.slice_label_shift(iso_train_data, iso_test_data))


@ready_made("conflicting_label_excess", needs=("train", "train labels", "classifier"))
def test_conflicting_labels_beyond_chance(iso_train_data: Dataset) -> None:
    judge(measures.conflicting_label_excess(iso_train_data))


@ready_made("target_leakage", needs=("train", "train labels"))
def test_no_feature_knows_the_target(iso_train_data: Dataset) -> None:
    judge(measures.target_leakage(iso_train_data))


@ready_made("target_echo", needs=("train", "train labels"))
def test_no_feature_echoes_the_target(iso_train_data: Dataset) -> None:
    judge(measures.target_echo(iso_train_data))


@ready_made("identifier_features", needs=("train",))
def test_no_identifier_is_a_feature(iso_train_data: Dataset) -> None:
    judge(measures.identifier_features(iso_train_data))


@ready_made("representation_ratio", needs=("train", "test", "sensitive"))
def test_groups_are_represented_as_in_the_test_data(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.representation_ratio(iso_test_data, iso_train_data))


@ready_made("representation_ratio", needs=("train", "production", "sensitive"))
def test_groups_are_represented_as_in_production(iso_train_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.representation_ratio(iso_production_data, iso_train_data))


@ready_made("base_rate_ratio", needs=("train", "train labels", "sensitive", "classifier"))
def test_base_rates_of_groups(iso_train_data: Dataset) -> None:
    judge(measures.base_rate_ratio(iso_train_data))


@ready_made("base_rate_shift", needs=("train", "test", "train labels", "test labels", "sensitive", "classifier"))
def test_groups_are_labelled_alike(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.base_rate_shift(iso_train_data, iso_test_data))


@ready_made("proxy_auc", needs=("train", "sensitive"), level="full")
def test_proxies_of_groups(iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.proxy_auc(iso_train_data, seed=iso_seed))


@ready_made("hidden_attribute", needs=("train", "sensitive"))
def test_no_attribute_under_another_name(iso_train_data: Dataset, iso_seed: int) -> None:
    judge(measures.hidden_attribute(iso_train_data, seed=iso_seed))
