"""The table ``attacker``: whom every attack stands for, held against itself before anything is attacked."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.policy import Attacker
from pytest_iso23053.settings.mistakes import Findings, KeyPath, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COLUMNS = ("immutable", "increase_only", "decrease_only", "integer")
_SIMPLE = ("knowledge", "infer")
_CONTRARY = (
    ("immutable", "increase_only"),
    ("immutable", "decrease_only"),
    ("immutable", "ranges"),
    ("immutable", "one_hot"),
    ("increase_only", "decrease_only"),
)


def read_attacker(said: Mapping[str, Any], findings: Findings) -> Attacker:
    """Return the attacker. Whether the columns exist is known only where there are data to attack."""
    _check_groups(said, findings)
    for first, second in _CONTRARY:
        for name in sorted(set(_named(said, first)) & set(_named(said, second))):
            findings.add(("attacker", second), f"{shown(name)} stands in {first} as well; take it out of one of them")
    simple: dict[str, Any] = {key: said[key] for key in _SIMPLE if key in said}
    simple |= {key: tuple(name for name in said[key] if name is not None) for key in _COLUMNS if key in said}
    if "queries" in said:
        simple["queries"] = int(said["queries"])  # JSON Schema takes 5.0 for a whole number
    return Attacker(
        **simple,
        epsilon=_numbers(said, "epsilon", findings),
        costs=_numbers(said, "costs", findings),
        ranges=_ranges(said, findings),
        one_hot=tuple(tuple(group) for group in said.get("one_hot", ()) if group is not None),
    )


def _named(said: Mapping[str, Any], key: str) -> Iterator[str]:
    for entry in said.get(key, ()):
        if isinstance(entry, str):
            yield entry
        elif entry is not None:
            yield from entry


def _check_groups(said: Mapping[str, Any], findings: Findings) -> None:
    for name, count in Counter(_named(said, "one_hot")).items():
        if count > 1:
            findings.add(("attacker", "one_hot"), f"{shown(name)} stands there {count} times; a column is in one group")


def _numbers(said: Mapping[str, Any], key: str, findings: Findings) -> dict[str, float]:
    """Numbers above 0. The schema lets nan pass, as it is not below anything, and inf."""
    numbers = {name: float(value) for name, value in said.get(key, {}).items()}
    for name, value in numbers.items():
        if not math.isfinite(value):
            findings.add(("attacker", key, name), f"must be a number above 0, not {value}; write for example 0.5")
    return numbers


def _ranges(said: Mapping[str, Any], findings: Findings) -> dict[str, tuple[float, float]]:
    ranges = {}
    for name, bounds in said.get("ranges", {}).items():
        path: KeyPath = ("attacker", "ranges", name)
        if len(bounds) != 2 or None in bounds:
            continue
        low, high = map(float, bounds)
        if not low <= high:
            findings.add(path, f"from {low:g} to {high:g} holds no value; write the lower bound first")
        ranges[name] = (low, high)
    return ranges
