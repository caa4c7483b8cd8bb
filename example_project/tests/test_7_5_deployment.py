"""7.5 Deployment: what runs is what was released, configured as agreed, and answers as it should."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from credit_risk import model as agreed
from credit_risk.schema import BAD, GOOD
from credit_risk.serving import ArtefactRefusedError, InvalidApplicationError, Service
from credit_risk.train import ARTEFACT, SIDECAR
from pytest_iso23053 import Dataset, Model, measures


@pytest.fixture(scope="module")
def applicants(iso_test_data):
    return iso_test_data.subset(np.arange(200))


@pytest.fixture(scope="module")
def served(applicants):
    """What the service answers to these applicants, one by one, as their applications come out of JSON."""
    service = Service.load()
    return [service.score(application) for application in json.loads(applicants.X.to_json(orient="records"))]


@pytest.mark.clause("7.5/integration")
class TestIntegration:
    def test_service_decides_as_evaluated(self, served, iso_models, applicants):
        """The evaluated decisions take the labels' place, so that accuracy is the share of equal decisions."""
        evaluated = Dataset(applicants.X, iso_models["credit"].predict(applicants), name="evaluated decisions")
        decisions = np.array([answer["decision"] for answer in served])
        service = Model(lambda frame: decisions[frame.index], name="service", task="classification")
        assert measures.accuracy(service, evaluated) >= 0.98

    @pytest.mark.parametrize(
        "change",
        [{"age": "old"}, {"amount": float("nan")}, {"amount": -1}, {"status": "A99"}, {"housing": None}],
        ids=["text", "not-a-number", "negative", "unknown-code", "null"],
    )
    def test_malformed_application_is_refused_and_the_field_named(self, service, applicants, change):
        application = applicants.X.iloc[0].to_dict() | change
        with pytest.raises(InvalidApplicationError, match=next(iter(change))):
            service.score(application)

    def test_reasons_are_given_for_every_refusal(self, served):
        assert all(answer["reasons"] for answer in served if answer["decision"] == BAD)


@pytest.mark.clause("7.5/packaging")
class TestPackaging:
    @pytest.fixture
    def release(self, tmp_path):
        return [Path(shutil.copy(file, tmp_path)) for file in (ARTEFACT, SIDECAR)]

    def test_released_artefact_loads(self, release):
        assert Service.load(*release).sha256

    def test_altered_artefact_is_refused(self, release):
        artefact, sidecar = release
        content = bytearray(artefact.read_bytes())
        content[len(content) // 2] ^= 1
        artefact.write_bytes(content)
        with pytest.raises(ArtefactRefusedError, match="is not the released artefact"):
            Service.load(artefact, sidecar)


@pytest.mark.clause("7.5/configuration")
class TestConfiguration:
    def test_threshold_in_the_artefact_follows_from_the_cost_matrix(self, service):
        assert service.model.threshold == pytest.approx(5 / 6)
        assert agreed.COST_OF_BAD_CALLED_GOOD / agreed.COST_OF_GOOD_CALLED_BAD == 5

    def test_decisions_follow_from_the_threshold(self, served):
        assert all((answer["probability_good"] >= 5 / 6) == (answer["decision"] == GOOD) for answer in served)
