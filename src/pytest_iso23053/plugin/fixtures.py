"""The public fixtures. Every name is prefixed: users' conftest files define ``model``, ``data`` and ``test_data``.

They are made from the settings, because a test that uses ``iso_model`` runs once per configured model through the
fixture's own parameters: an override in a root conftest then drops them, as pytest users expect.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import pytest

from pytest_iso23053.assurance import context
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.plugin.running import derived_seed
from pytest_iso23053.plugin.subjects import SubjectStore, is_fixture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_iso23053.settings.model import Settings
    from pytest_iso23053.subjects.dataset import Dataset
    from pytest_iso23053.subjects.model import Model
    from pytest_iso23053.suite.requirements import RequirementCase

ROLE_FIXTURES = {
    "iso_train_data": "train",
    "iso_test_data": "test",
    "iso_reference_data": "reference",
    "iso_production_data": "production",
}
NAMES = frozenset({"iso_model", "iso_models", "iso_datasets", "iso_evidence", "iso_seed", *ROLE_FIXTURES})
# What the ready-made suite asks for besides; users may use them too.
SUITE_NAMES = frozenset(
    {
        "iso_baseline_data",
        "iso_sensitive",
        "iso_ingest",
        "iso_project",
        "iso_preparation",
        "iso_provenance",
        "iso_requirement",
    }
)


def make_fixtures(settings: Settings, store: SubjectStore, cases: tuple[RequirementCase, ...] = ()) -> types.ModuleType:
    """Return a plugin that holds the fixtures of these settings; ``iso_requirement`` runs through the cases."""
    module = types.ModuleType("pytest_iso23053_fixtures", "The fixtures of pytest-iso23053.")
    module.iso_model = _model_fixture(settings, store)  # type: ignore[attr-defined]
    module.iso_models = _collection_fixture(settings.models, "iso_models", store.model)  # type: ignore[attr-defined]
    module.iso_datasets = _collection_fixture(settings.datasets, "iso_datasets", store.dataset)  # type: ignore[attr-defined]
    for name, role in ROLE_FIXTURES.items():
        setattr(module, name, _role_fixture(settings, store, name, role))
    module.iso_evidence = iso_evidence  # type: ignore[attr-defined]
    module.iso_seed = _seed_fixture(settings)  # type: ignore[attr-defined]
    module.iso_baseline_data = _baseline_fixture(settings, store)  # type: ignore[attr-defined]
    module.iso_sensitive = _sensitive_fixture(settings)  # type: ignore[attr-defined]
    module.iso_project = _project_fixture(settings)  # type: ignore[attr-defined]
    module.iso_ingest = _ingest_fixture(settings, store)  # type: ignore[attr-defined]
    module.iso_preparation = _preparation_fixture(settings, store)  # type: ignore[attr-defined]
    module.iso_provenance = _provenance_fixture(store)  # type: ignore[attr-defined]
    module.iso_requirement = _requirement_fixture(settings, cases, store)  # type: ignore[attr-defined]
    return module


def make_failing_fixtures(message: str) -> types.ModuleType:
    """Return the fixtures of a configuration that cannot be read: each says so where a test asks for it."""
    module = types.ModuleType("pytest_iso23053_fixtures", "The fixtures of pytest-iso23053.")

    def fail() -> None:
        raise SubjectError(message)

    for name in sorted((NAMES | SUITE_NAMES) - {"iso_evidence"}):
        setattr(module, name, pytest.fixture(name=name)(fail))
    module.iso_evidence = iso_evidence  # type: ignore[attr-defined]
    return module


def _scope(specs: Any) -> Any:
    return "function" if any(is_fixture(spec) for spec in specs) else "session"


def _model_fixture(settings: Settings, store: SubjectStore) -> Any:
    names = [spec.name for spec in settings.models]

    def iso_model(request: pytest.FixtureRequest) -> Model:
        """Return a configured model; a test that uses it runs once for each."""
        return store.model(getattr(request, "param", ""), request)

    # An empty list of parameters would skip the test; without any the fixture says what to configure.
    parameters: dict[str, Any] = {"params": names, "ids": names} if names else {}
    return pytest.fixture(scope=_scope(settings.models), name="iso_model", **parameters)(iso_model)


def _collection_fixture(specs: Any, name: str, load: Callable[[str, pytest.FixtureRequest], Any]) -> Any:
    def collection(request: pytest.FixtureRequest) -> Mapping[str, Any]:
        return {spec.name: load(spec.name, request) for spec in specs}

    collection.__doc__ = f"Return every configured {name.removeprefix('iso_')[:-1]}, by name."
    return pytest.fixture(scope=_scope(specs), name=name)(collection)


def _role_fixture(settings: Settings, store: SubjectStore, name: str, role: str) -> Any:
    def dataset(request: pytest.FixtureRequest) -> Dataset:
        return store.dataset_in_role(role, request)

    dataset.__doc__ = f"Return the configured {role} data set."
    return pytest.fixture(scope=_scope(spec for spec in settings.datasets if spec.role == role), name=name)(dataset)


def _seed_fixture(settings: Settings) -> Any:
    def iso_seed(request: pytest.FixtureRequest) -> int:
        """Return this test's own seed, derived from the run's seed and the node id."""
        return derived_seed(settings.seed, request.node.nodeid)

    return pytest.fixture(name="iso_seed")(iso_seed)


def _baseline_role(settings: Settings) -> str:
    """What production is held against: the reference data set, else the training data."""
    return "reference" if any(spec.role == "reference" for spec in settings.datasets) else "train"


def _baseline_fixture(settings: Settings, store: SubjectStore) -> Any:
    role = _baseline_role(settings)

    def iso_baseline_data(request: pytest.FixtureRequest) -> Dataset:
        """Return what production is held against: the reference data set, else the training data."""
        return store.dataset_in_role(role, request)

    scope = _scope(spec for spec in settings.datasets if spec.role == role)
    return pytest.fixture(scope=scope, name="iso_baseline_data")(iso_baseline_data)


def _sensitive_fixture(settings: Settings) -> Any:
    columns = next((spec.sensitive for spec in settings.datasets if spec.role == "test"), ())

    def iso_sensitive(request: pytest.FixtureRequest) -> str:
        """Return the name of a sensitive column of the test set; a test that uses it runs once for each."""
        if not columns:
            raise SubjectError('no sensitive columns are configured; add sensitive = ["…"] to the test data set')
        return str(request.param)

    parameters: dict[str, Any] = {"params": columns, "ids": columns} if columns else {}
    return pytest.fixture(scope="session", name="iso_sensitive", **parameters)(iso_sensitive)


def _project_fixture(settings: Settings) -> Any:
    def iso_project() -> Any:
        """Return the project around the models: its folder, lock files, training records and ledger."""
        from pytest_iso23053.subjects.project import Project

        return Project.of(settings)

    return pytest.fixture(scope="session", name="iso_project")(iso_project)


def _ingest_fixture(settings: Settings, store: SubjectStore) -> Any:
    def iso_ingest(request: pytest.FixtureRequest) -> Any:
        """Return the project's own data gate."""
        if settings.ingest is None:
            raise SubjectError('no data gate is configured; add ingest = "package.module:function" or "fixture:name"')
        return store.attribute(settings.ingest, request)

    return pytest.fixture(name="iso_ingest")(iso_ingest)


def _preparation_fixture(settings: Settings, store: SubjectStore) -> Any:
    def iso_preparation(request: pytest.FixtureRequest) -> Any:
        """Return the training data's ``preprocess`` and the table that it is given."""
        return store.preparation(request)

    scope = _scope(spec for spec in settings.datasets if spec.role == "train")
    return pytest.fixture(scope=scope, name="iso_preparation")(iso_preparation)


def _provenance_fixture(store: SubjectStore) -> Any:
    def iso_provenance() -> Any:
        """Return what the configuration and manifests beside the data say of the origin of each data file."""
        return store.origins()

    return pytest.fixture(scope="session", name="iso_provenance")(iso_provenance)


def _requirement_fixture(settings: Settings, cases: tuple[RequirementCase, ...], store: SubjectStore) -> Any:
    def iso_requirement(request: pytest.FixtureRequest) -> Any:
        """Return a configured requirement that no other ready-made item judges."""
        from pytest_iso23053.suite.requirements import Required

        def subject(kind: str, name: str) -> Any:
            if kind == "model":
                return store.model(name, request)
            if kind == "project":
                return request.getfixturevalue("iso_project")
            if kind == "ingest":
                return store.attribute(settings.ingest or "", request)
            if kind == "dataset":
                return store.dataset(name, request)
            return store.dataset_in_role(_baseline_role(settings) if name == "reference" else name, request)

        return Required(request.param, subject, derived_seed(settings.seed, request.node.nodeid))

    parameters: dict[str, Any] = {"params": cases, "ids": str} if cases else {}
    return pytest.fixture(name="iso_requirement", **parameters)(iso_requirement)


class Evidence:
    """What a test adds to the report beside its judgements."""

    def __init__(self, log: context.Context) -> None:
        self._log = log

    def record(self, measurement: Any) -> None:
        """Keep a measurement that is not judged.

        Raises
        ------
        TypeError
            It is a bare number: wrap it, so that the report can say what was measured and on how many rows.
        """
        from pytest_iso23053.assurance.measurement import Measurement, record

        if not isinstance(measurement, Measurement):
            raise TypeError(
                f"iso_evidence.record() takes a Measurement, not {type(measurement).__name__}: "
                'write Measurement("name", value, n=rows)'
            )
        self._log.records.append(record(measurement) | {"origin": "recorded"})

    def attach(self, name: str, data: str | bytes) -> None:
        """Keep the digest and size of an artefact, and the text itself where it is short."""
        import hashlib

        raw = data.encode(errors="surrogatepass") if isinstance(data, str) else bytes(data)
        attachment = {"kind": "file", "name": name, "size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        if isinstance(data, str) and len(data) <= 2000:
            attachment["text"] = data
        self._log.attachments.append(attachment)

    def note(self, text: str) -> None:
        """Keep a sentence."""
        self._log.attachments.append({"kind": "note", "name": "note", "text": str(text)})


@pytest.fixture
def iso_evidence() -> Evidence:
    """Return the recorder of this test's evidence: ``record(measurement)``, ``attach(name, data)``, ``note(text)``."""
    return Evidence(context.current() or context.Context())
