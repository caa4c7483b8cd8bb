"""7.3 Model Building & Training, and its boundary to verification: was something learned, and is the test set fresh?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset, Model


@ready_made("gain_over_baseline", needs=("model", "train labels", "test labels"))
def test_gain_over_baseline(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.gain_over_baseline(iso_model, iso_test_data))


@ready_made("generalisation_gap", needs=("model", "train labels", "test labels"))
def test_generalisation_gap(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.generalisation_gap(iso_model, iso_train_data, iso_test_data))


@ready_made("overlap_rate", needs=("train", "test"))
def test_test_rows_are_not_training_rows(iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.overlap_rate(iso_train_data, iso_test_data))
