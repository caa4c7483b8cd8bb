"""7.6 Operation & Monitoring: has what the model sees in production moved away from what it was trained on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset, Model


@ready_made("psi", needs=("train", "production"))
def test_population_stability(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.psi(iso_baseline_data, iso_production_data))


@ready_made("ks", needs=("train", "production"), level="full")
def test_kolmogorov_smirnov_distance(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.ks(iso_baseline_data, iso_production_data))


@ready_made("wasserstein", needs=("train", "production"), level="full")
def test_wasserstein_distance(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.wasserstein(iso_baseline_data, iso_production_data))


@ready_made("feature_drift", needs=("train", "production"))
def test_features_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.feature_drift(iso_baseline_data, iso_production_data))


@ready_made("correlation_drift", needs=("train", "production"))
def test_correlations_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.correlation_drift(iso_baseline_data, iso_production_data))


@ready_made("prediction_drift", needs=("model", "test", "production"))
def test_predictions_in_production(iso_model: Model, iso_test_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.prediction_drift(iso_model, iso_test_data, iso_production_data))


@ready_made("value_share_ratio", needs=("train", "production"))
def test_values_are_as_frequent_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.value_share_ratio(iso_baseline_data, iso_production_data))


@ready_made("column_order_effect", needs=("model", "train", "production"), evidence_for="7.6/drift")
def test_columns_in_production_stand_as_in_training(
    iso_model: Model, iso_train_data: Dataset, iso_production_data: Dataset
) -> None:
    judge(measures.column_order_effect(iso_model, iso_train_data, iso_production_data))


@ready_made("label_drift", needs=("train labels", "production labels"))
def test_labels_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.label_drift(iso_baseline_data, iso_production_data))


@ready_made("schema_changes", needs=("train", "production"), evidence_for="7.6/drift")
def test_schema_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.schema_changes(iso_baseline_data, iso_production_data))


@ready_made("out_of_range_rate", needs=("train", "production"), evidence_for="7.6/drift")
def test_ranges_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.out_of_range_rate(iso_baseline_data, iso_production_data))


@ready_made("unseen_value_rate", needs=("train", "production"), evidence_for="7.6/drift")
def test_unseen_values_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.unseen_value_rate(iso_baseline_data, iso_production_data))


@ready_made("missing_rate_change", needs=("train", "production"), evidence_for="7.6/drift")
def test_missing_values_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.missing_rate_change(iso_baseline_data, iso_production_data))


@ready_made("unit_changes", needs=("train", "production"), evidence_for="7.6/drift")
def test_units_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.unit_changes(iso_baseline_data, iso_production_data))


@ready_made("swapped_columns", needs=("train", "production"), evidence_for="7.6/drift")
def test_columns_in_their_places_in_production(iso_baseline_data: Dataset, iso_production_data: Dataset) -> None:
    judge(measures.swapped_columns(iso_baseline_data, iso_production_data))
