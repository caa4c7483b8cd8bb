"""The configured requirements that no other item of the suite judges, each as an item of its own."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.light import dataclass
from pytest_iso23053.settings.mistakes import did_you_mean
from pytest_iso23053.suite.contents import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pytest_iso23053.assurance.measurement import Measurement
    from pytest_iso23053.assurance.policy import Requirement
    from pytest_iso23053.settings.model import Settings

ROLES = ("train", "test", "reference", "production")


@dataclass(frozen=True)
class RequirementCase:
    """One requirement on one model; the measures of data have none."""

    requirement: Requirement
    model: str | None

    def __str__(self) -> str:
        name = self.requirement.id or self.requirement.key
        return f"{name}-{self.model}" if self.model else name


@dataclass(frozen=True)
class Required:
    """What ``iso_requirement`` gives to the test: the measurement that the requirement is about."""

    case: RequirementCase
    subject: Callable[[str, str], Any]  # ("model", name), ("role", "test"), ("dataset", name), ("ingest", "")
    seed: int

    def measure(self) -> Measurement:
        """Measure as the requirement says: its subjects, its parameters, its groups and their summary."""
        from pytest_iso23053.measures import registry  # noqa: PLC0415 - brings numpy; only an item that runs needs it

        requirement = self.case.requirement
        declared = registry.get(requirement.measure)
        keywords: dict[str, Any] = dict(requirement.params)
        if requirement.by:
            keywords["by"] = list(requirement.by)
        taken = inspect.signature(declared.function).parameters
        _check_keywords(requirement, keywords, taken)
        if "seed" in taken:
            keywords.setdefault("seed", self.seed)
        if isinstance(keywords.get("champion"), str):  # the model in use, which stands in the configuration as well
            keywords["champion"] = self.subject("model", keywords["champion"])
        found = declared.function(*self._arguments(declared.needs), **keywords)
        result: Measurement = getattr(found, requirement.summary)() if requirement.summary else found
        return result

    def _arguments(self, needs: tuple[str, ...]) -> list[Any]:
        """Return the subjects in the order in which a measure declares to need them, which is that of its arguments."""
        roles = [need for need in needs if need in ROLES]
        arguments = []
        for need in needs:
            if need == "model":
                arguments.append(self.subject("model", self.case.model or ""))
            elif need == "project":
                arguments.append(self.subject("project", ""))
            elif need == "ingest":
                arguments.append(self.subject("ingest", ""))
            elif need in ROLES:
                named = self.case.requirement.dataset if need == roles[-1] else None
                arguments.append(self.subject("dataset", named) if named else self.subject("role", need))
        return arguments


def _check_keywords(requirement: Requirement, given: Iterable[str], taken: Mapping[str, inspect.Parameter]) -> None:
    """Refuse what the measure does not take: a mistake of the configuration, and none of the model."""
    kinds = {parameter.kind for parameter in taken.values()}
    unknown = [name for name in given if name not in taken]
    if unknown and inspect.Parameter.VAR_KEYWORD not in kinds:
        # What stands before the star are the subjects, which other keys of the configuration name.
        known = [name for name, parameter in taken.items() if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
        raise SubjectError(
            f'requirement "{requirement.key}": {requirement.measure} takes no {", ".join(unknown)}'
            + (did_you_mean(unknown[0], known) or f"; known: {', '.join(known)}")
        )


def requirement_cases(settings: Settings) -> tuple[RequirementCase, ...]:
    """Return the requirements left over, once for each model that they are about."""
    if not settings.requirements:
        return ()
    judged = set(_judged_elsewhere())
    return tuple(
        case
        for requirement in settings.requirements
        if not _is_judged(requirement, judged, settings)
        for case in _cases(requirement, settings)
    )


def _judged_elsewhere() -> Iterator[tuple[str, str | None]]:
    for name in FILES.values():
        module = importlib.import_module(f"pytest_iso23053.suite.{name}")
        for function in vars(module).values():
            declared = getattr(function, "iso23053_item", None)
            if declared is not None:
                yield declared.measure, declared.summary


def _is_judged(requirement: Requirement, judged: set[tuple[str, str | None]], settings: Settings) -> bool:
    """Whether an ordinary item measures just this: the test set, the default parameters, one sensitive column."""
    test = next((spec for spec in settings.datasets if spec.role == "test"), None)
    usual_data = requirement.dataset is None or (test is not None and requirement.dataset == test.name)
    usual_groups = not requirement.by or (
        len(requirement.by) == 1 and test is not None and requirement.by[0] in test.sensitive
    )
    usual = usual_data and usual_groups and not requirement.params
    return usual and (requirement.measure, requirement.summary) in judged


def _cases(requirement: Requirement, settings: Settings) -> Iterator[RequirementCase]:
    from pytest_iso23053.measures import registry  # noqa: PLC0415 - the registry knows what needs a model

    if "model" not in registry.get(requirement.measure).needs:
        yield RequirementCase(requirement, None)
        return
    for spec in settings.models:
        if requirement.model in (None, spec.name):
            yield RequirementCase(requirement, spec.name)
