"""7.5 Deployment: does the artefact that ships predict what was validated, whatever it is asked along with?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053 import measures
from pytest_iso23053.suite.declare import ready_made
from pytest_iso23053.suite.judging import judge

if TYPE_CHECKING:
    from pytest_iso23053 import Dataset, Model
    from pytest_iso23053.subjects.project import Project


@ready_made("artefact_parity", needs=("model", "test"))
def test_artefact_parity(iso_model: Model, iso_test_data: Dataset) -> None:
    judge(measures.artefact_parity(iso_model, iso_test_data))


@ready_made("row_order_invariance", needs=("model", "test"))
def test_row_order_invariance(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.row_order_invariance(iso_model, iso_test_data, seed=iso_seed))


@ready_made("extraction_fidelity", needs=("model", "test"))
def test_answers_give_the_model_away(iso_model: Model, iso_test_data: Dataset, iso_seed: int) -> None:
    judge(measures.extraction_fidelity(iso_model, iso_test_data, seed=iso_seed))


@ready_made("attribute_inference_advantage", needs=("model", "train labels", "sensitive"), level="full")
def test_answers_tell_no_attribute(
    iso_model: Model, iso_train_data: Dataset, iso_sensitive: str, iso_seed: int
) -> None:
    judge(measures.attribute_inference_advantage(iso_model, iso_train_data, iso_sensitive, seed=iso_seed))


@ready_made("class_inversion_advantage", needs=("classifier", "model", "train labels", "test labels"), level="full")
def test_answers_draw_no_training_rows(iso_model: Model, iso_train_data: Dataset, iso_test_data: Dataset) -> None:
    judge(measures.class_inversion_advantage(iso_model, iso_train_data, iso_test_data))


@ready_made("unsafe_artefacts", needs=("model",))
def test_artefacts_are_clean(iso_project: Project) -> None:
    judge(measures.unsafe_artefacts(iso_project))
