"""Whether what a file holds has the shape of a report: what cannot be trusted is refused before anything reads it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 5
_DEEPEST = 40  # a report is 8 deep, and what a parameter holds is no tree


def check_shape(data: dict[str, Any]) -> None:
    """Hold the report against its schema; of a large one, one test of each shape stands for those like it."""
    import jsonschema

    if _depth(data) > _DEEPEST:
        raise ReportError("is nested too deep for a report of this plugin")
    schema = json.loads(files("pytest_iso23053").joinpath("report.schema.json").read_text(encoding="utf-8"))
    for key in ("tests", "findings"):
        if isinstance(data.get(key), list):
            data = data | {key: _one_of_each([record for record in data[key] if not _is_plain(record)])}
    found = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(data), key=lambda error: list(map(str, error.path))
    )
    if found:
        shown = [f"{_place(error.absolute_path)}: {error.message[:160]}" for error in found[:_SHOWN]]
        more = [f"… and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        raise ReportError(
            "\n  ".join(["damaged, it does not have the shape of a report (report.schema.json):", *shown, *more])
        )


def _one_of_each(records: list[Any]) -> list[Any]:
    """Keep one of those that the schema cannot tell apart: jsonschema takes a millisecond for each."""
    return list({shape_of(record): record for record in reversed(records)}.values())


def shape_of(value: Any, key: str = "") -> Any:
    """Return what the schema asks of a value: types, the words of enumerations, and on which side of a limit it is."""
    if isinstance(value, dict):
        return ("{", *((name, shape_of(inner, name)) for name, inner in sorted(value.items())))
    if isinstance(value, list):
        shapes = [shape_of(inner, key) for inner in value]
        return (
            "[",
            *(shapes if len(shapes) <= _MOST_COUNTED else dict.fromkeys(shapes)),
            min(len(shapes), _MOST_COUNTED),
        )
    if isinstance(value, str):
        is_named = key in _REFERRING and bool(_REFERENCE.match(value))
        return value if key in _ENUMERATIONS else (bool(value), is_named)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return type(value), value == int(value), value < 0, value == 0, value < 1, value == 1, value <= 100
    return value  # true, false and null


_ENUMERATIONS = frozenset(
    {"outcome", "origin", "operator", "judgement", "kind", "grade", "severity", "state", "answer", "status"}
)
_REFERRING = frozenset({"clauses", "boundaries", "waived", "clause"})
_MOST_COUNTED = 50  # no list in a test or a finding has a limit beyond this

_PLAIN = {
    "clauses": list, "boundaries": list, "threats": list, "supports": bool, "attempts": int, "flaky": bool,
    "reason": str, "ready_made": bool, "unasserted": bool,
}  # fmt: skip
_REFERENCE = re.compile(r"[^/>]+([/>][^/>]+)?\Z")
_EMPTY = ("waived", "subtests_skipped", "measurements", "attachments")


def _is_plain(test: Any) -> bool:
    """Tell a passed test that left nothing else and is of the right types: nearly all are, and jsonschema is slow."""
    if not isinstance(test, dict) or test.get("outcome") != "passed" or test.get("waiver", 0) is not None:
        return False
    known = {*_PLAIN, *_EMPTY, "outcome", "waiver", "nodeid", "duration"}
    return (
        test.keys() - {"line"} == known
        and (test.get("line") is None or (type(test["line"]) is int and test["line"] >= 1))
        and all(test[key] == [] for key in _EMPTY)
        and all(type(test[key]) is kind for key, kind in _PLAIN.items())
        and not test["threats"]
        and all(type(named) is str and _REFERENCE.match(named) for named in (*test["clauses"], *test["boundaries"]))
        and isinstance(test["nodeid"], str)
        and bool(test["nodeid"])
        and type(test["duration"]) in (int, float)
        and test["duration"] >= 0
        and test["attempts"] >= 1
    )


def _depth(data: Any) -> int:
    depth, level = 0, [data]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, (dict, list))
        ]
    return depth


def _place(path: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".") or "report"
