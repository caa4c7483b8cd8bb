"""What a merged report says of its run: with what its parts were made, and how each of them was narrowed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_iso23053.assurance.merging import Shard
    from pytest_iso23053.assurance.report import Report

SUITES = ("off", "fast", "full")
_OF_PART = ("started", "duration", "exit_status", "python", "pytest", "platform", "suite", "selection")
_SPOKEN = ("python", "pytest", "platform")
# Judged anew, or worked out below.
_NOT_TAKEN_OVER = frozenset({"policy", "gathered", "merged", "complete", "exit_status", "selection"})


def parts_of(shards: Sequence[Shard]) -> list[dict[str, Any]]:
    """List the reports of single runs that these are, or were merged from; one that comes twice counts once."""
    parts: dict[str, dict[str, Any]] = {}
    for shard in shards:
        run = shard.saved.report.run
        own = {"name": shard.name, "sha256": shard.digest} | {key: run[key] for key in _OF_PART if key in run}
        for part in (run.get("merged") or {}).get("reports") or [own]:
            parts[part["sha256"]] = part
    return sorted(parts.values(), key=lambda part: (str(part["name"]), str(part["sha256"])))


def described(reports: Sequence[Report], parts: Sequence[Mapping[str, Any]], expected: int | None) -> dict[str, Any]:
    """Return the merged ``run``: what all say alike, and what they say differently side by side."""
    runs = [report.run for report in reports]
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for run in runs for key in run if key not in _NOT_TAKEN_OVER):
        values = [run[key] for run in runs if key in run]
        if all(value == values[0] for value in values):
            found[key] = values[0]
        elif key in _SPOKEN:
            found[key] = _side_by_side(values)
    suite = max((str(run.get("suite", "off")) for run in runs), key=_suite)
    return found | {
        "started": min((str(run.get("started")) for run in runs if run.get("started")), default=""),
        "duration": round(math.fsum(run.get("duration") or 0 for run in runs), 3),
        "workers": sum(run.get("workers") or 0 for run in runs),
        "packages": _packages([run.get("packages") or {} for run in runs]),
        "git": _git([run["git"] for run in runs if run.get("git")]),
        "suite": suite,
        "merged": {"reports": list(parts), "expected": expected},
    }


def selection_of(selections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Say what narrowed the whole. How a run was cut into shards narrows nothing: what all of them share does.

    Tests that a shard deselected are ``not-run`` unless another ran them; what ``--lf`` and ``--sw`` leave out is not
    known to anybody. Paths add up. Tests that are named one by one are a way to cut a run, once there are several.
    """
    if len(selections) == 1:
        return dict(selections[0])
    every = list(selections)
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for selection in every for key in selection):
        values = [selection.get(key) for selection in every]
        shared = values[0] if all(value == values[0] for value in values) else None
        if key in ("lf", "sw"):
            found[key] = any(values)
        elif key == "paths":
            whole = any(not selection.get("paths") and not selection.get("nodeids") for selection in every)
            found[key] = [] if whole else sorted({path for value in values for path in value or ()})
        elif key == "nodeids":
            found[key] = []
        elif key == "ignore":
            found[key] = [path for path in values[0] or () if all(path in (value or ()) for value in values)]
        else:
            found[key] = shared if shared is not None else type(values[0])() if values[0] is not None else None
    return found


def _side_by_side(values: Sequence[Any]) -> str:
    return ", ".join(sorted({part for value in values for part in str(value).split(", ")}))


def _packages(every: Sequence[Mapping[str, str]]) -> dict[str, str]:
    names = sorted({name for packages in every for name in packages})
    return {name: _side_by_side([packages[name] for packages in every if name in packages]) for name in names}


def _git(states: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    if not states:
        return None
    return dict(states[0]) | {"dirty": any(state.get("dirty") for state in states)}


def _suite(name: str) -> int:
    return SUITES.index(name) if name in SUITES else -1
