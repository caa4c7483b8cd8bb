"""What a ready-made item is about. Everything but its needs comes from the measure's own declaration."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.light import dataclass
from pytest_iso23053.settings.provenance import manifests_beside
from pytest_iso23053.suite.conclusion import conclude

if TYPE_CHECKING:
    from pytest_iso23053.settings.model import DatasetSpec, Settings

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class ReadyMade:
    """The declaration of one item: the measure it judges, and what must be configured for it to run."""

    measure: str
    needs: tuple[str, ...]
    summary: str | None = None
    level: str = "fast"
    evidence_for: str | None = None  # «7.6/drift» or «7.3>7.4», where one measure serves several clauses

    @property
    def clauses(self) -> tuple[str, ...]:
        if self.evidence_for is not None:
            return () if ">" in self.evidence_for else (self.evidence_for,)
        measure = self._declared
        return (f"{measure.clause}/{measure.aspect}",) if measure.aspect else ()

    @property
    def boundary(self) -> tuple[str, str] | None:
        if self.evidence_for is not None:
            start, _, end = self.evidence_for.partition(">")
            return (start, end) if end else None
        ends: tuple[str, str] | None = self._declared.boundary
        return ends

    @property
    def threats(self) -> tuple[str, ...]:
        return tuple(self._declared.threats)

    @property
    def _declared(self) -> Any:
        from pytest_iso23053.measures import registry  # noqa: PLC0415 - brings numpy; only a collected suite needs it

        return registry.get(self.measure)

    def about(self, parameters: Mapping[str, Any]) -> ReadyMade:
        """Return the declaration of one parametrised item; a requirement's measure is known only there."""
        case = parameters.get("iso_requirement")
        return self if case is None else replace(self, measure=case.requirement.measure)

    def missing(self, settings: Settings, level: str) -> str | None:
        """Return None where the item can be collected, "" where it is not meant to be, else what it needs."""
        if self.level == "full" and level != "full":
            return ""
        if settings.models and any(not _NEEDS[need][0](settings) for need in self.needs if need in _TASKS):
            return ""  # a classifier lacks nothing by not being a regressor
        unmet = [_NEEDS[need][1] for need in self.needs if not _NEEDS[need][0](settings)]
        return f"needs {' and '.join(unmet)}" if unmet else None

    def suits(self, settings: Settings, parameters: Mapping[str, Any]) -> bool:
        """Whether the model of a parametrised item has the task that the item is about, as far as it is configured."""
        spec = next((spec for spec in settings.models if spec.name == parameters.get("iso_model")), None)
        return spec is None or all(spec.task in (None, _TASKS[need]) for need in self.needs if need in _TASKS)


def ready_made(
    measure: str,
    *,
    needs: tuple[str, ...],
    summary: str | None = None,
    level: str = "fast",
    evidence_for: str | None = None,
) -> Callable[[Function], Function]:
    """Declare a ready-made item. What the subject does not allow to be measured is observed to be so, not judged."""

    def declare(function: Function) -> Function:
        @functools.wraps(function)
        def item(*arguments: Any, **keywords: Any) -> None:
            try:
                function(*arguments, **keywords)
            except NotMeasurableError as error:
                conclude("observed", f"not measurable here: {error}")

        item.iso23053_item = ReadyMade(measure, needs, summary, level, evidence_for)  # type: ignore[attr-defined]
        return item  # type: ignore[return-value]

    return declare


def _dataset(settings: Settings, role: str) -> DatasetSpec | None:
    return next((spec for spec in settings.datasets if spec.role == role), None)


def _has(role: str) -> Callable[[Settings], bool]:
    return lambda settings: _dataset(settings, role) is not None


def _has_labels(role: str) -> Callable[[Settings], bool]:
    def labelled(settings: Settings) -> bool:
        spec = _dataset(settings, role)
        # Pairs, callables and fixtures bring their labels along; a file has to name its target.
        return spec is not None and (spec.target is not None or not _is_file(spec.source))

    return labelled


def _is_file(source: str | tuple[str, str]) -> bool:
    return isinstance(source, str) and ":" not in source and not source.endswith(".npz")


def _is_sensitive(settings: Settings) -> bool:
    spec = _dataset(settings, "test")
    return spec is not None and bool(spec.sensitive)


def _names(settings: Settings, key: str) -> bool:
    """Whether training and test data both name such a column; what comes from a fixture may bring its own."""
    specs = [_dataset(settings, role) for role in ("train", "test")]
    return all(spec is not None and (getattr(spec, key) is not None or not _is_file(spec.source)) for spec in specs)


def _may_be(task: str) -> Callable[[Settings], bool]:
    return lambda settings: any(spec.task in (None, task) for spec in settings.models)


_TASKS = {"classifier": "classification", "regressor": "regression"}
_NEEDS: dict[str, tuple[Callable[[Settings], bool], str]] = {
    "model": (lambda settings: bool(settings.models), "a model ([tool.iso23053.models.NAME])"),
    "classifier": (_may_be("classification"), "a classifier"),
    "regressor": (_may_be("regression"), "a regression model"),
    "train": (_has("train"), "a train data set ([tool.iso23053.datasets.train])"),
    "test": (_has("test"), "a test data set ([tool.iso23053.datasets.test])"),
    "production": (_has("production"), "a production data set ([tool.iso23053.datasets.production])"),
    "train labels": (_has_labels("train"), "the train set's labels (target = …)"),
    "test labels": (_has_labels("test"), "the test set's labels (target = …)"),
    "production labels": (_has_labels("production"), "labels in the production data (target = …)"),
    "entities": (lambda settings: _names(settings, "id"), "a column that identifies entities (id = …)"),
    "times": (lambda settings: _names(settings, "time"), "a column that says when a row arose (time = …)"),
    "sensitive": (_is_sensitive, "sensitive columns (sensitive = […])"),
    "provenance": (
        lambda settings: bool(settings.provenance) or any(manifests_beside(settings.datasets, settings.rootdir)),
        "the origin of the data ([[tool.iso23053.provenance]], or croissant.json or FILE.dvc beside them)",
    ),
    "preprocess": (
        lambda settings: (spec := _dataset(settings, "train")) is not None and spec.preprocess is not None,
        'the training data\'s preparation (preprocess = "package.module:function")',
    ),
    "record": (
        lambda settings: any(spec.record for spec in settings.models),
        'a training record (record = "models/TRAINING.json")',
    ),
    "audit": (lambda settings: settings.audit is not None, 'a vulnerability report (audit = "pip-audit.json")'),
    "ledger": (lambda settings: settings.ledger is not None, 'a ledger of evaluations (ledger = "iso23053-ledger")'),
    "ingest": (lambda settings: settings.ingest is not None, 'your data gate (ingest = "package.module:function")'),
    "requirements": (lambda settings: bool(settings.requirements), "requirements ([tool.iso23053.requirements])"),
}
