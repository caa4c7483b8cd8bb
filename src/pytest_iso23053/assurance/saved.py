"""A saved report as what it was judged from: to be judged again, and held against the verdicts that it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance import basis, consistency
from pytest_iso23053.assurance.build import judge
from pytest_iso23053.assurance.collected import Collected
from pytest_iso23053.assurance.errors import ReportError
from pytest_iso23053.assurance.inputs import RunInputs
from pytest_iso23053.assurance.report_json import to_json
from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report, TestRecord
    from pytest_iso23053.catalogue.model import Catalogue

# What decides, and nothing that merely words it: sentences may change from version to version.
_DECISIVE = ("catalogue", "summary", "phases", "boundaries", "gate", "run", "tests", "waivers")
_OF_RUN = ("complete", "exit_status")
_WORDS = frozenset({"title", "reason", "reasons", "counts"})


@dataclass(frozen=True)
class Saved:
    """A report that was read from a file, ready to be judged again."""

    report: Report
    inputs: RunInputs
    records: tuple[TestRecord, ...]  # without the waivers that were applied to them
    collected: Collected

    def judged(self, **otherwise: Any) -> Report:
        """Judge the saved tests; what is named here takes the place of what the run was judged by."""
        return judge(replace(self.inputs, **otherwise), self.records, self.collected)


def saved(report: Report, catalogue: Catalogue) -> Saved:
    """Take a report apart.

    Raises
    ------
    ReportError
        Where it was made with another catalogue, or does not hold what it was judged by.
    """
    made_with = report.catalogue
    if (made_with.get("id"), made_with.get("sha256")) != (catalogue.id, catalogue.sha256):
        raise ReportError(
            f"the report was made with the catalogue {made_with.get('id')} of digest {made_with.get('sha256')}, and "
            f"{catalogue.id} here has {catalogue.sha256}: judge it by the one it was made with"
        )
    inputs = RunInputs(catalogue=catalogue, entries=None, events=(), **basis.read_inputs(report))
    bare = (replace(each, waiver=None, waived=()) if each.waiver or each.waived else each for each in report.tests)
    records = sorted(bare, key=lambda each: each.nodeid)
    for before, after in pairwise(records):
        if before.nodeid == after.nodeid:
            raise ReportError(f"the report holds two records of {after.nodeid}: it is damaged")
    return Saved(report, inputs, tuple(records), Collected(**basis.read_collected(report)))


def contradictions(given: Saved) -> tuple[str, ...]:
    """Say where the report's verdicts are not those that follow from its tests: somebody changed one or the other."""
    told, follows = _decisive(given.report), _decisive(given.judged())
    of_tests = consistency.contradictions(given.records, given.inputs.decide, given.inputs.requirements)
    return (*of_tests, *_differences(told, follows, ""))


def _decisive(report: Report) -> dict[str, Any]:
    # Of the tests only what waivers made of them is held against the judgement: the rest is what it rests on.
    data = {key: value for key, value in to_json(replace(report, tests=(), findings=())).items() if key in _DECISIVE}
    data["run"] = {key: report.run.get(key) for key in _OF_RUN}
    data["tests"] = {each.nodeid: {"waiver": each.waiver, "waived": list(each.waived)} for each in report.tests}
    data["claims"] = {each.id: {"status": each.status, "verdict": each.verdict} for each in report.claims}
    data["threats"] = {each.id: {cell.place: cell.state for cell in each.cells} for each in report.threats}
    return data


def _differences(told: Any, follows: Any, path: str) -> Iterator[str]:
    """Walk both in step, down to the first thing on each branch that is not the same."""
    if told == follows:
        return
    if isinstance(told, Mapping) and isinstance(follows, Mapping):
        for key in sorted({*told, *follows} - _WORDS):
            yield from _differences(told.get(key), follows.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(told, list) and isinstance(follows, list) and len(told) == len(follows):
        for place, (one, other) in enumerate(zip(told, follows, strict=True)):
            yield from _differences(one, other, f"{path}[{_name(one, place)}]")
    else:
        yield f"{path} says {_short(told)}, and what it holds gives {_short(follows)}"


def _name(value: Any, place: int) -> str:
    """Call a record by its id rather than by its place."""
    if isinstance(value, Mapping):
        ends = (value.get("from"), value.get("to"))
        return str(value.get("id") or ">".join(map(str, ends)) if any(ends) or value.get("id") else place)
    return str(place)


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
