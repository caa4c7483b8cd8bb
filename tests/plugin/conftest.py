"""What pytest's in-process runs share with this process instead of loading it anew.

They forget each module that they loaded. numpy refuses to be loaded a second time, a module of ours that another one
still holds would be there twice, each with a current context of its own, and whatever else a run needs would be loaded
again by each of hundreds: the ready-made suite's learners, and hypothesis, loaded at each end.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import pytest_iso23053.measures.registry

LEARNERS = ("compose", "discriminant_analysis", "ensemble", "linear_model", "neighbors", "pipeline", "preprocessing")
for name in ("jsonschema", "xdist.dsession", "xdist.workermanage", *(f"sklearn.{part}" for part in LEARNERS)):
    importlib.import_module(name)
with contextlib.suppress(ModuleNotFoundError):  # a module that other versions may not have; without it runs are slower
    importlib.import_module("hypothesis.internal.observability")

for part in ("assurance", "catalogue", "plugin", "render", "settings", "subjects", "suite"):
    folder = importlib.import_module(f"pytest_iso23053.{part}")
    for found in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        importlib.import_module(found.name)
pytest_iso23053.measures.registry.names()  # loads them all
