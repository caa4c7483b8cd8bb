"""What a ready-made item is about. Everything but its needs comes from the measure's own declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pytest_iso23053.settings.model import DatasetSpec, Settings

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class ReadyMade:
    """The declaration of one item: the measure it judges, and what must be configured for it to run."""

    measure: str
    needs: tuple[str, ...]
    level: str = "fast"

    @property
    def clauses(self) -> tuple[str, ...]:
        measure = self._declared
        return (f"{measure.clause}/{measure.aspect}",) if measure.aspect else ()

    @property
    def boundary(self) -> tuple[str, str] | None:
        ends: tuple[str, str] | None = self._declared.boundary
        return ends

    @property
    def threats(self) -> tuple[str, ...]:
        return tuple(self._declared.threats)

    @property
    def _declared(self) -> Any:
        from pytest_iso23053.measures import registry  # noqa: PLC0415 - brings numpy; only a collected suite needs it

        return registry.get(self.measure)

    def missing(self, settings: Settings, level: str) -> str | None:
        """Return None where the item can be collected, "" where the level leaves it out, else what it needs."""
        if self.level == "full" and level != "full":
            return ""
        unmet = [_NEEDS[need][1] for need in self.needs if not _NEEDS[need][0](settings)]
        return f"needs {' and '.join(unmet)}" if unmet else None


def ready_made(measure: str, *, needs: tuple[str, ...], level: str = "fast") -> Callable[[Function], Function]:
    """Declare a ready-made item."""

    def declare(function: Function) -> Function:
        function.iso23053_item = ReadyMade(measure, needs, level)  # type: ignore[attr-defined]
        return function

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


def _may_be(task: str) -> Callable[[Settings], bool]:
    return lambda settings: any(spec.task in (None, task) for spec in settings.models)


_NEEDS: dict[str, tuple[Callable[[Settings], bool], str]] = {
    "model": (lambda settings: bool(settings.models), "a model ([tool.iso23053.models.NAME])"),
    "classifier": (_may_be("classification"), "a classifier"),
    "regressor": (_may_be("regression"), "a regression model"),
    "train": (_has("train"), "a train data set ([tool.iso23053.datasets.train])"),
    "test": (_has("test"), "a test data set ([tool.iso23053.datasets.test])"),
    "production": (_has("production"), "a production data set ([tool.iso23053.datasets.production])"),
    "train labels": (_has_labels("train"), "the train set's labels (target = …)"),
    "test labels": (_has_labels("test"), "the test set's labels (target = …)"),
    "sensitive": (_is_sensitive, "sensitive columns (sensitive = […])"),
    "ingest": (lambda settings: settings.ingest is not None, 'your data gate (ingest = "package.module:function")'),
}
