"""7.3 Model building and training: the artefact can be rebuilt, and every choice in it is written down."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest
import skops.io
from packaging.version import Version
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from credit_risk.data import file_digest, read_part
from credit_risk.evaluation import OutOfFoldModel
from credit_risk.ingest import RejectedRowsError
from credit_risk.model import HYPERPARAMETERS
from credit_risk.schema import BAD, FEATURES, GOOD, TARGET, WITHHELD
from credit_risk.serving import REVIEWED_TYPES
from credit_risk.train import ARTEFACT, RECORD, fit, train
from pytest_iso23053 import Dataset, Model, measures


@pytest.fixture(scope="module")
def record():
    return json.loads(RECORD.read_text(encoding="utf-8"))


@pytest.mark.clause("7.3/training-process")
class TestTrainingProcess:
    def test_retraining_gives_the_deployed_model(self, iso_models, iso_reference_data):
        deployed = iso_models["credit"].scores(iso_reference_data)
        retrained = Model(train(read_part("train")), name="retrained").scores(iso_reference_data)
        assert np.abs(retrained - deployed).max() < 1e-6

    def test_record_is_the_record_of_this_artefact(self, record):
        assert record["artefact"]["sha256"] == file_digest(ARTEFACT)

    def test_training_refuses_what_the_gate_rejects(self, source):
        rows = source.head(100).copy()
        rows.loc[7, TARGET] = BAD if rows.loc[7, TARGET] == GOOD else GOOD
        with pytest.raises(RejectedRowsError, match="1 of 100 rows are rejected; the first is row 7: not a row of"):
            train(rows)


@pytest.mark.clause("7.3/model-selection")
def test_model_beats_the_scorecard_of_one_attribute(source, iso_models, iso_reference_data):
    """The simplest rival is what a clerk could keep in mind: the state of the checking account, and nothing else."""

    def learn(rows):
        one_attribute = make_column_transformer((OneHotEncoder(), ["status"]))
        return make_pipeline(one_attribute, LogisticRegression()).fit(rows[list(FEATURES)], rows[TARGET])

    rival = measures.roc_auc(Model(OutOfFoldModel(source, learn), name="one_attribute"), iso_reference_data)
    assert measures.roc_auc(iso_models["credit_out_of_fold"], iso_reference_data) >= rival.value


@pytest.mark.clause("7.3/hyperparameters")
class TestHyperparameters:
    def test_the_artefact_holds_the_recorded_ones(self, record, service):
        regression = service.model.estimator_.named_steps["regression"]
        assert {name: getattr(regression, name) for name in HYPERPARAMETERS} == record["hyperparameters"]

    @pytest.mark.parametrize("factor", [0.5, 2.0])
    def test_the_requirement_does_not_hang_on_the_regularisation(self, source, iso_reference_data, factor):
        learn = partial(fit, C=HYPERPARAMETERS["C"] * factor)
        other = Model(OutOfFoldModel(source, learn), name=f"credit_out_of_fold, C times {factor}")
        assert measures.roc_auc(other, iso_reference_data) >= 0.72


@pytest.mark.clause("7.3/environment")
class TestEnvironment:
    def test_what_trained_the_model_is_written_down(self, record):
        assert all(Version(number) for number in [record["python"], *record["packages"].values()])

    def test_the_model_is_not_shown_what_is_withheld(self, record):
        assert record["features"] == list(FEATURES)
        assert not set(WITHHELD) & set(record["features"])


@pytest.mark.clause("7.3/supply-chain")
@pytest.mark.threat("ML06")
def test_the_artefact_holds_no_type_that_nobody_looked_at():
    assert set(skops.io.get_untrusted_types(file=ARTEFACT)) <= set(REVIEWED_TYPES)


@pytest.mark.clause("7.3/memorisation")
@pytest.mark.threat("ML04")
def test_confidence_does_not_tell_who_was_trained_on(iso_models, iso_train_data, iso_test_data):
    """The attack of Yeom et al. 2018: where the model is surest of what really happened, it has learnt it by heart."""

    def confidence(data):
        good = iso_models["credit"].scores(data)
        return np.where(data.y == GOOD, good, 1 - good)

    frame = pd.DataFrame({"confidence": np.concatenate([confidence(iso_train_data), confidence(iso_test_data)])})
    was_trained_on = np.repeat([1, 0], [iso_train_data.n, iso_test_data.n])
    attack = Model(lambda frame: frame["confidence"], name="confidence attack", task="classification")
    assert measures.roc_auc(attack, Dataset(frame, was_trained_on, name="train and test")) <= 0.60
