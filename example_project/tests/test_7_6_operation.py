"""7.6 Operation and monitoring, on held-out rows that stand in for the first month.

Incident response is not shown: nobody is on call for an example. The matrix says so, and the gate asks 7.6 for partial.
"""

from __future__ import annotations

import json

import pytest

from credit_risk.data import read_part
from credit_risk.monitoring import OWNER, TooFewRowsError, drift_alarms
from credit_risk.schema import FEATURES
from credit_risk.serving import InvalidApplicationError
from pytest_iso23053 import measures


@pytest.mark.clause("7.6/performance")
def test_ranking_stays_above_the_floor(iso_models, iso_production_data):
    """Below 0.65 the model is withdrawn. A month of 208 decisions shows no more than that."""
    assert measures.roc_auc(iso_models["credit"], iso_production_data) >= 0.65


@pytest.mark.clause("7.6/drift")
class TestDrift:
    @pytest.mark.parametrize("column", ["status", "duration", "amount", "savings", "age"])
    def test_population_is_the_one_trained_on(self, iso_train_data, iso_production_data, column):
        assert measures.psi(iso_train_data, iso_production_data, column=column) <= 0.25

    def test_no_alarm_without_cause(self):
        assert drift_alarms(read_part("train"), read_part("production")) == ()

    def test_inflation_raises_an_alarm_that_has_an_owner(self):
        later = read_part("production")
        later["amount"] = (later["amount"] * 1.5).round().astype(int)
        (alarm,) = drift_alarms(read_part("train"), later)
        assert (alarm.attribute, alarm.owner) == ("amount", OWNER)

    def test_silence_about_a_small_window_is_refused(self):
        with pytest.raises(TooFewRowsError, match="at least 200"):
            drift_alarms(read_part("train"), read_part("production").head(50))


@pytest.mark.clause("7.6/usage")
class TestUsage:
    def test_every_decision_leaves_one_line(self, service, iso_production_data):
        applications = iso_production_data.X.head(10).to_dict("records")
        answers = [service.score(application) for application in applications]
        lines = [json.loads(line) for line in service.log]
        assert [line["decision"] for line in lines] == [answer["decision"] for answer in answers]
        assert all(line["time"] and line["model"] == service.sha256 for line in lines)

    def test_a_refused_application_leaves_one_too(self, service):
        with pytest.raises(InvalidApplicationError):
            service.score({})
        assert len(json.loads(service.log[0])["refused"]) == len(FEATURES)
