"""What pytest's in-process runs share with this process instead of loading it anew.

They forget each module that they loaded. numpy refuses to be loaded a second time, a module of ours that another one
still holds would be there twice, each with a current context of its own, and whatever else a run needs would be loaded
again by each of hundreds: the ready-made suite's learners, and hypothesis, loaded at each end.
"""

from __future__ import annotations

import importlib
import pkgutil

import hypothesis.internal.observability  # noqa: F401
import jsonschema  # noqa: F401
import sklearn.compose
import sklearn.discriminant_analysis
import sklearn.ensemble
import sklearn.linear_model
import sklearn.neighbors
import sklearn.pipeline
import sklearn.preprocessing  # noqa: F401
import xdist.dsession
import xdist.workermanage  # noqa: F401

import pytest_iso23053.measures.registry

for part in ("assurance", "catalogue", "plugin", "render", "settings", "subjects", "suite"):
    folder = importlib.import_module(f"pytest_iso23053.{part}")
    for found in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        importlib.import_module(found.name)
pytest_iso23053.measures.registry.names()  # loads them all
