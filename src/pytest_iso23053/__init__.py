"""Assurance testing of machine-learning systems with pytest, traced to the ML life cycle of ISO/IEC 23053.

Every pytest run on a machine imports this module (it is the parent package of the entry point), so it imports
nothing itself: the public names below are resolved on first use (https://github.com/patrick-kidger/jaxtyping/issues/220).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Dataset", "Judgement", "Measurement", "Model", "__version__", "measures"]

if TYPE_CHECKING:
    from pytest_iso23053 import measures
    from pytest_iso23053.assurance.measurement import Judgement, Measurement
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model

_HOMES = {
    "Dataset": "pytest_iso23053.subjects.dataset",
    "Judgement": "pytest_iso23053.assurance.measurement",
    "Measurement": "pytest_iso23053.assurance.measurement",
    "Model": "pytest_iso23053.subjects.model",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name == "measures":
        return importlib.import_module("pytest_iso23053.measures")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
