"""Our own measure, and what the tests share. The ready-made suite sees this file too: it lies in the root."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from credit_risk.data import source_of_record
from credit_risk.evaluation import costs
from credit_risk.schema import BAD, GOOD
from credit_risk.serving import Service
from pytest_iso23053 import Measurement, measures


@measures.measure(
    clause="7.4",
    aspect="performance",
    unit="cost per applicant",
    direction="lower",
    basis="N",
    limit="<= 0",
    source="Hofmann 1994 (the cost matrix of the data); Breck et al. 2017 (a trivial model as the baseline)",
    needs=("model", "test", "labels"),
)
def cost_over_best_constant_policy(model, data, *, confidence=0.95) -> Measurement:
    """Expected cost per applicant beyond what the better of «grant all» and «refuse all» costs; below 0 is a gain.

    The interval is a paired one: each applicant is its own control, and what makes both policies dear or cheap cancels.
    """
    outcomes = np.asarray(data.y)
    constant = min((costs(outcomes, np.full(len(outcomes), label)) for label in (GOOD, BAD)), key=np.mean)
    difference = costs(outcomes, model.predict(data)) - constant
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * difference.std(ddof=1) / np.sqrt(len(difference))
    return Measurement(
        "cost_over_best_constant_policy",
        difference.mean(),
        low=difference.mean() - half,
        high=difference.mean() + half,
        confidence=confidence,
        n=len(difference),
        subjects=(model.name, data.name),
    )


def pytest_iso23053_measures():
    """Register it: from here on requirements and `pytest-iso23053 measures` know it."""
    return [cost_over_best_constant_policy]


@pytest.fixture
def service() -> Service:
    """The service as it is started in production, with an empty log."""
    return Service.load()


@pytest.fixture(scope="session")
def source():
    """The signed-off rows, all 1,000."""
    return source_of_record()
