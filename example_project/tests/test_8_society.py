"""8.2 to 8.5: what an outsider is told, and what an applicant can ask for.

Bias, fairness, security and privacy are shown where they arise, in 7.2 to 7.5; the catalogue carries the verdicts over.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from credit_risk.data import ROOT
from credit_risk.evaluation import costs
from credit_risk.model import contributions
from pytest_iso23053 import measures

CARD = (ROOT / "MODEL_CARD.md").read_text(encoding="utf-8")


def quoted(what: str) -> float:
    """The number that the model card gives in the table's row of that name."""
    (number,) = re.findall(rf"^\| {re.escape(what)} \| (-?[\d.]+) \|$", CARD, flags=re.MULTILINE)
    return float(number)


SECTIONS = ["Intended use", "Not for", "Data", "Performance", "Fairness", "Limits", "Contact"]


@pytest.mark.clause("8.3/documentation")
class TestModelCard:
    @pytest.mark.parametrize("section", SECTIONS)
    def test_section_is_written(self, section):
        assert re.search(rf"^## {section}\n\n\S", CARD, flags=re.MULTILINE)

    def test_quoted_roc_auc_reproduces(self, iso_models, iso_reference_data):
        found = measures.roc_auc(iso_models["credit_out_of_fold"], iso_reference_data)
        assert found.value == pytest.approx(quoted("ROC AUC"), abs=0.005)

    def test_quoted_cost_reproduces(self, iso_models, iso_reference_data):
        found = costs(iso_reference_data.y, iso_models["credit_out_of_fold"].predict(iso_reference_data)).mean()
        assert found == pytest.approx(quoted("Cost per applicant"), abs=0.005)


@pytest.mark.clause("8.3/explanation")
def test_reasons_add_up_to_the_decision(service, iso_test_data):
    """Whoever is refused is told what spoke against it, and that is all there was."""
    log_odds = service.model.estimator_.decision_function(iso_test_data.X)
    assert np.allclose(contributions(service.model, iso_test_data.X).sum(axis=1), log_odds)
