"""The table ``requirements``: limits on measures, checked for sense before anything is measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pytest_iso23053.assurance.policy import Requirement
from pytest_iso23053.settings.limits import parse_limit, parse_requirement_key
from pytest_iso23053.settings.mistakes import Findings, KeyPath, did_you_mean, shown

Range = tuple[float | None, float | None]
MeasureNames = Callable[[], Collection[str]]
MeasureRange = Callable[[str], Range | None]
MeasureNeeds = Callable[[str], Collection[str] | None]

_TEXTS = ("id", "owner", "rationale", "basis", "model", "dataset")


def read_requirements(
    table: Mapping[str, Any],
    findings: Findings,
    *,
    models: Collection[str],
    datasets: Collection[str],
    measure_names: MeasureNames | None = None,
    measure_range: MeasureRange | None = None,
    measure_needs: MeasureNeeds | None = None,
) -> tuple[Requirement, ...]:
    """Return the requirements whose key and limit can be read.

    The callables are asked only where there is a requirement: they load every measure.
    """
    known = measure_names() if table and measure_names is not None else None
    requirements = []
    for key, said in table.items():
        path: KeyPath = ("requirements", key)
        limit_path = path if isinstance(said, str) else (*path, "limit")
        entry: dict[str, Any] = {"limit": said} if isinstance(said, str) else dict(said)
        _check_subject("model", entry, models, path, findings)
        _check_subject("dataset", entry, datasets, path, findings)
        named = _parsed(parse_requirement_key, key, path, findings)
        if named and known is not None and named[0] not in known:
            findings.add(path, _unknown_measure(named[0], known))
            named = None
        limited = _parsed(parse_limit, entry["limit"], limit_path, findings) if "limit" in entry else None
        if not (named and limited):
            continue
        requirement = _requirement(key, named, limited, entry)
        if measure_range is not None and (message := _impossible(requirement, measure_range(requirement.measure))):
            findings.add(limit_path, message)
        if "model" in entry and measure_needs is not None and _is_of_data(measure_needs(requirement.measure)):
            findings.add((*path, "model"), f"{requirement.measure} is about data, not about a model: leave it out")
        requirements.append(requirement)
    return tuple(requirements)


def _requirement(
    key: str,
    named: tuple[str, str | None, tuple[str, ...]],
    limited: tuple[str, float],
    entry: Mapping[str, Any],
) -> Requirement:
    texts = {name: entry[name] for name in _TEXTS if name in entry}
    measure, summary, by = named
    operator, limit = limited
    return Requirement(
        key,
        measure,
        operator,
        limit,
        summary,
        by,
        params=entry.get("params", {}),
        **texts,
    )


def _parsed(parse: Callable[[str], Any], text: str, path: KeyPath, findings: Findings) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        findings.add(path, str(error))
        return None


def _check_subject(
    kind: str,
    entry: Mapping[str, Any],
    known: Collection[str],
    path: KeyPath,
    findings: Findings,
) -> None:
    name = entry.get(kind)
    if name is not None and name not in known:
        noun = {"model": "model", "dataset": "data set"}[kind]
        way_out = (
            did_you_mean(name, known) or f"; add [tool.iso23053.{kind}s.{name}], or name one of: {', '.join(known)}"
        )
        findings.add((*path, kind), f"there is no {noun} {shown(name)}{way_out}")


def _unknown_measure(measure: str, known: Collection[str]) -> str:
    way_out = did_you_mean(measure, known) or "; `pytest-iso23053 measures` lists those there are"
    return f"unknown measure {shown(measure)}{way_out}"


def _is_of_data(needs: Collection[str] | None) -> bool:
    """Whether a measure says what it needs, and no model is among it: nobody would judge it for that model."""
    return bool(needs) and "model" not in (needs or ())


def _impossible(requirement: Requirement, bounds: Range | None) -> str | None:
    """Say so if no value within the measure's range could meet the limit."""
    if bounds is None:
        return None
    low, high = _summary_range(bounds, requirement.summary)
    limit, operator = requirement.limit, requirement.operator
    possible = {
        ">=": limit <= high,
        ">": limit < high,
        "<=": limit >= low,
        "<": limit > low,
    }
    if possible[operator]:
        return None
    about = f"{requirement.summary} of {requirement.measure}" if requirement.summary else requirement.measure
    return f"no value can meet {operator} {limit:g}: {about} lies between {low:g} and {high:g}; correct the limit"


def _summary_range(bounds: Range, summary: str | None) -> tuple[float, float]:
    low = -math.inf if bounds[0] is None else bounds[0]
    high = math.inf if bounds[1] is None else bounds[1]
    if summary == "difference":
        return 0.0, high - low
    if summary == "ratio":
        return (0.0, 1.0) if low >= 0 else (-math.inf, math.inf)
    return low, high
