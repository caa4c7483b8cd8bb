"""The configured subjects, loaded lazily and once in each process."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance.errors import SubjectError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_iso23053.settings.model import DatasetSpec, ModelSpec, Settings
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model


class SubjectStore:
    """Loads what the configuration names. A failed load fails again, with the same words, for each test that asks."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._loaded: dict[tuple[str, str], Any] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, None] = {}

    def model(self, name: str, request: pytest.FixtureRequest) -> Model:
        spec = next((spec for spec in self._settings.models if spec.name == name), None)
        if spec is None:
            raise SubjectError("no model is configured; add [tool.iso23053.models.NAME] with a source")
        model: Model = self._once("models", spec, request, self._load_model)
        return model

    def dataset(self, name: str, request: pytest.FixtureRequest) -> Dataset:
        spec = next(spec for spec in self._settings.datasets if spec.name == name)
        dataset: Dataset = self._once("datasets", spec, request, self._load_dataset)
        return dataset

    def dataset_in_role(self, role: str, request: pytest.FixtureRequest) -> Dataset:
        """Return the data set of that role; with several, the one that bears the role's name comes first."""
        specs = [spec for spec in self._settings.datasets if spec.role == role]
        specs.sort(key=lambda spec: spec.name != role)
        if not specs:
            raise SubjectError(f"no {role} data set is configured; add [tool.iso23053.datasets.{role}] with a source")
        return self.dataset(specs[0].name, request)

    def preparation(self, request: pytest.FixtureRequest) -> Any:
        """Return the training data's own preparation, with the table that it is given."""
        from pytest_iso23053.subjects.preparation import load_preparation

        spec = next((spec for spec in self._settings.datasets if spec.role == "train"), None)
        if spec is None:
            raise SubjectError("no train data set is configured; add [tool.iso23053.datasets.train] with a source")
        return load_preparation(spec, self._settings.rootdir, fixture=_fixture_getter(request))

    def origins(self) -> Any:
        """Return what is said of the origin of each data file."""
        from pytest_iso23053.subjects.origins import origins_of

        return origins_of(self._settings.datasets, self._settings.provenance, self._settings.rootdir)

    def attribute(self, source: str, request: pytest.FixtureRequest) -> Any:
        """Return ``fixture:name`` or ``package.module:attribute`` as it is."""
        if source.startswith("fixture:"):
            return _fixture_getter(request)(source.removeprefix("fixture:"))
        module, _, name = source.partition(":")
        try:
            return getattr(importlib.import_module(module), name.removesuffix("()"))
        except (ImportError, AttributeError) as error:
            raise SubjectError(
                f"{source!r} could not be imported: {error}; the rootdir's packages are found "
                'through pytest\'s pythonpath, for example pythonpath = ["src"]'
            ) from error

    def _once(
        self, kind: str, spec: Any, request: pytest.FixtureRequest, load: Callable[[Any, pytest.FixtureRequest], Any]
    ) -> Any:
        if is_fixture(spec):  # of whatever scope: pytest keeps it as long as its scope lives
            return self._noted(kind, spec, load(spec, request))
        key = (kind, spec.name)
        if key not in self._loaded:
            try:
                self._loaded[key] = self._noted(kind, spec, load(spec, request))
            except SubjectError as error:
                self._loaded[key] = error
        found = self._loaded[key]
        if isinstance(found, SubjectError):
            raise SubjectError(str(found))
        return found

    def _load_model(self, spec: ModelSpec, request: pytest.FixtureRequest) -> Model:
        from pytest_iso23053.subjects.load import load_model
        from pytest_iso23053.subjects.model import Model

        found = self._config.hook.pytest_iso23053_load_model(spec=spec)
        if found is None:
            return load_model(spec, self._settings.rootdir, fixture=_fixture_getter(request))
        return found if isinstance(found, Model) else Model(found, task=spec.task, name=spec.name)

    def _load_dataset(self, spec: DatasetSpec, request: pytest.FixtureRequest) -> Dataset:
        from pytest_iso23053.subjects.dataset import Dataset
        from pytest_iso23053.subjects.load import load_dataset

        found = self._config.hook.pytest_iso23053_load_dataset(spec=spec)
        if found is None:
            return load_dataset(spec, self._settings.rootdir, fixture=_fixture_getter(request))
        if isinstance(found, Dataset):
            return found
        return Dataset(found, target=spec.target, sensitive=spec.sensitive, name=spec.name)

    def _noted(self, kind: str, spec: Any, subject: Any) -> Any:
        from pytest_iso23053.subjects.identity import configured

        configured(subject)
        self.facts[f"{kind}/{spec.name}"] = _facts(kind, spec, subject)
        self.notes.update(dict.fromkeys(f"{spec.name}: {note}" for note in getattr(subject, "notes", ())))
        return subject


def is_fixture(spec: Any) -> bool:
    sources = spec.source if isinstance(spec.source, tuple) else (spec.source,)
    return any(str(source).startswith("fixture:") for source in sources)


def _facts(kind: str, spec: Any, subject: Any) -> dict[str, Any]:
    if kind == "models":
        return {"sha256": subject.sha256, "task": subject.task}
    return {"sha256": subject.sha256, "rows": subject.n, "columns": len(subject.X.columns)}


def _fixture_getter(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        try:
            return request.getfixturevalue(name)
        except pytest.FixtureLookupError as error:
            raise SubjectError(
                f'fixture {name!r} (source = "fixture:{name}") is not visible to {request.node.nodeid}; '
                "define it in the root conftest.py or in a plugin, where the ready-made suite sees it too"
            ) from error

    return get


def described(settings: Settings, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the report's ``subjects``: what is configured, with what was found where it was loaded."""
    models = [
        {"name": spec.name, "kind": _source_kind(spec.source), "task": spec.task, "sha256": None}
        | dict(facts.get(f"models/{spec.name}", {}))
        for spec in settings.models
    ]
    datasets = [
        {"name": spec.name, "role": spec.role, "rows": None, "columns": None, "sha256": None}
        | dict(facts.get(f"datasets/{spec.name}", {}))
        for spec in settings.datasets
    ]
    return {"models": models, "datasets": datasets}


def _source_kind(source: str) -> str:
    if source.startswith("fixture:"):
        return "fixture"
    if ":" in source and "/" not in source.split(":", 1)[0] and "." not in source.rsplit(":", 1)[-1]:
        return "callable" if source.endswith("()") else "attribute"
    return source.rsplit(".", 1)[-1] if "." in source else "file"
