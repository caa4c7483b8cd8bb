"""Examples in docstrings run, and print what they say they print; each measure has one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import pytest_iso23053
from pytest_iso23053.measures.registry import all_measures

NOT_OURS_TO_IMPORT = ("pytest_iso23053.suite.", "pytest_iso23053.plugin.", "pytest_iso23053.example_project")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(pytest_iso23053.__path__, "pytest_iso23053.")
    if not module.name.startswith(NOT_OURS_TO_IMPORT)
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("measure", [one for one in all_measures() if one.origin == "shipped"], ids=lambda one: one.id)
def test_each_measure_has_an_example_and_a_source(measure):
    assert ">>> " in (measure.function.__doc__ or "")
    assert measure.source
