"""What the tests of measures share."""

from __future__ import annotations

import functools

import pytest
from sklearn.base import BaseEstimator

from pytest_iso23053.measures import probes
from pytest_iso23053.measures.validation import panel


@pytest.fixture(autouse=True, scope="session")
def _signatures_read_once():
    """A forest reads the signature of its trees for each tree anew: a quarter of the time of a small one."""
    asked = BaseEstimator.__dict__["_get_param_names"]
    names = functools.cache(asked.__func__)
    BaseEstimator._get_param_names = classmethod(lambda cls: list(names(cls)))
    yield
    BaseEstimator._get_param_names = asked


@pytest.fixture
def few_trees(monkeypatch):
    """Fewer trees of the shared learner and of a panel, for what is found or refused whatever their number is."""
    monkeypatch.setattr(probes, "TREES", 20)
    monkeypatch.setattr(panel, "TREES", 15)
