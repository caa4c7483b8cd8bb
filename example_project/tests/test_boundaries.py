"""What each phase assumes of the one before, probed where a red teamer would begin."""

from __future__ import annotations

import json

import pytest

from credit_risk.data import DATA, MANIFEST, file_digest, read_part
from credit_risk.ingest import ingest
from credit_risk.schema import TARGET
from credit_risk.serving import Service
from credit_risk.train import ARTEFACT, RECORD
from pytest_iso23053 import measures


@pytest.mark.boundary("7.2", "7.3")
@pytest.mark.threat("AML.T0020", "ML02")
class TestIntoTraining:
    def test_hardly_any_row_can_have_come_from_elsewhere(self, iso_reference_data, iso_train_data):
        assert measures.unsourced_rate(iso_reference_data, iso_train_data, confidence=0.95) <= 0.01

    def test_the_file_is_the_one_that_the_manifest_lists(self):
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        assert file_digest(DATA / "train.csv") == manifest["parts"]["train"]["sha256"]

    def test_the_model_was_trained_on_that_file(self):
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
        assert record["data"]["sha256"] == manifest["parts"]["train"]["sha256"]

    @pytest.mark.parametrize("faults", ["label-flip", "duplicate", "out-of-range", "unseen-category"])
    def test_gate_stops_planted_faults(self, iso_reference_data, faults):
        assert measures.gate_detection_rate(ingest, iso_reference_data, faults=faults, rate=0.05) >= 0.90

    def test_gate_lets_every_signed_off_row_pass(self, source):
        assert len(ingest(source)) == len(source)


@pytest.mark.boundary("7.3", "7.4")
class TestIntoValidation:
    @pytest.mark.parametrize("held_out", ["test", "production"])
    def test_no_applicant_stands_on_both_sides(self, iso_train_data, iso_datasets, held_out):
        assert measures.overlap_rate(iso_train_data, iso_datasets[held_out]) <= 0

    def test_the_evaluated_artefact_is_the_trained_one(self, iso_models):
        assert iso_models["credit"].sha256 == file_digest(ARTEFACT)


@pytest.mark.boundary("7.4", "7.5")
class TestIntoDeployment:
    def test_the_deployed_artefact_is_the_evaluated_one(self, service, iso_models):
        assert service.sha256 == iso_models["credit"].sha256

    def test_served_probabilities_are_the_evaluated_ones(self, service, iso_models, iso_test_data):
        applications = iso_test_data.X.head(25).to_dict("records")
        served = [service.score(application)["probability_good"] for application in applications]
        assert served == pytest.approx(iso_models["credit"].scores(iso_test_data)[:25])


@pytest.mark.boundary("7.5", "7.6")
def test_a_decision_can_be_repeated_from_its_log_line(service, iso_production_data):
    answer = service.score(iso_production_data.X.iloc[0].to_dict())
    line = json.loads(service.log[-1])
    assert Service.load().score(line["application"]) == answer


@pytest.mark.boundary("7.6", "7.2")
@pytest.mark.threat("ML08")
def test_what_the_service_decided_is_no_training_data(iso_models, iso_production_data):
    """A model that learns from its own decisions learns to repeat them, and whoever applies often teaches it."""
    fed_back = read_part("production").assign(**{TARGET: iso_models["credit"].predict(iso_production_data)})
    fed_back["amount"] += 1  # a new application, not one of the source
    assert len(ingest(fed_back)) == 0
