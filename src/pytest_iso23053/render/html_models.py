"""Which of several models a test, a measurement or a finding speaks about: what the page's filter goes by.

A test with measurements speaks about the subjects of these; another about the models that its parameters name, as
those of ``iso_model`` do. Most tests of data name no model, and are shown with every one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.render.text import visible
from pytest_iso23053.render.words import OUTCOMES, Mark, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_iso23053.assurance.report import Finding, Report, TestRecord

_MOST = 20  # models that can be chosen from


@dataclass(frozen=True)
class ModelCounts:
    """The tests of an aspect or a boundary that speak about one model, by outcome."""

    place: int
    name: str
    counts: tuple[tuple[int, Mark], ...]


class Models:
    """The models of a report, where there are several to choose from; their places stand for them in the page."""

    def __init__(self, report: Report) -> None:
        named = [str(model.get("name")) for model in report.subjects.get("models") or () if model.get("name")]
        several = len(named) > 1
        self.names = tuple(dict.fromkeys(named))[:_MOST] if several else ()
        self._places = {name: place for place, name in enumerate(self.names)}

    def of_test(self, test: TestRecord) -> tuple[int, ...]:
        """Return the places of the models that a test speaks about."""
        if not self.names:
            return ()
        subjects = [str(name) for record in test.measurements for name in _listed(record.get("subjects"))]
        return self._among(subjects) if subjects else self._in_parameters(test.nodeid)

    def of_finding(self, finding: Finding) -> str:
        """Return the places for a finding, as the page writes them."""
        if not self.names:
            return ""
        affected = [str(each.get("name")) for each in finding.affects]
        return _spelled(self._among(affected) if affected else self._in_parameters(finding.nodeid or ""))

    def of_row(self, nodeid: str, subjects: str) -> str:
        """Return the places for a row of measurements, from its subjects as they are listed there."""
        if not self.names:
            return ""
        return _spelled(self._among(subjects.split(", ")) if subjects else self._in_parameters(nodeid))

    def by_model(self, tests: Sequence[TestRecord]) -> tuple[ModelCounts, ...]:
        """Count tests for each model that they speak about."""
        found: dict[int, dict[str, int]] = {}
        for test in tests if self.names else ():
            for place in self.of_test(test):
                outcomes = found.setdefault(place, {})
                outcomes[test.outcome] = outcomes.get(test.outcome, 0) + 1
        return tuple(
            ModelCounts(place, visible(self.names[place]), tuple(counted(found[place], OUTCOMES)))
            for place in sorted(found)
        )

    def shared(self, tests: Sequence[TestRecord]) -> str:
        """Return the places of all models that tests speak about; nothing where one of them names no model."""
        places = [self.of_test(test) for test in tests] if self.names else []
        return _spelled(sorted({place for each in places for place in each})) if places and all(places) else ""

    def _among(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted({self._places[name] for name in names if name in self._places}))

    def _in_parameters(self, nodeid: str) -> tuple[int, ...]:
        _, opened, parameters = nodeid.partition("[")
        if not opened:
            return ()
        inside = f"-{parameters.removesuffix(']')}-"
        return tuple(place for name, place in self._places.items() if f"-{name}-" in inside)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _spelled(places: Iterable[int]) -> str:
    return " ".join(map(str, places))
