"""Hooks with which other plugins and conftest files extend the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pytest_iso23053.assurance.report import Report
    from pytest_iso23053.settings.model import DatasetSpec, ModelSpec


@pytest.hookspec
def pytest_iso23053_catalogues() -> Mapping[str, Path]:  # type: ignore[empty-body]
    """Return further catalogues: a name for ``--iso23053-catalogue`` and the TOML file that holds it."""


@pytest.hookspec(firstresult=True)
def pytest_iso23053_load_model(spec: ModelSpec) -> Any:
    """Return a model for this specification (anything with ``predict``, or a ``Model``), or None to pass it on."""


@pytest.hookspec(firstresult=True)
def pytest_iso23053_load_dataset(spec: DatasetSpec) -> Any:
    """Return a data set for this specification (a frame or a ``Dataset``), or None to pass it on."""


@pytest.hookspec
def pytest_iso23053_measures() -> Iterable[Callable[..., Any]]:  # type: ignore[empty-body]
    """Return measures of your own, each declared with ``@measures.measure(...)``; requirements may then name them."""


@pytest.hookspec
def pytest_iso23053_report(report: Report, config: pytest.Config) -> None:
    """Called once, in the process that judges, after the gate is decided and before reports are written."""


@pytest.hookspec
def pytest_iso23053_renderers() -> Mapping[str, tuple[Callable[[Report], str], str]]:  # type: ignore[empty-body]
    """Return further report formats: name → (a function from report to text, default path)."""
