"""No sample goes unsaid: where a measure looks at fewer rows than it was given, its n or its params change with it."""

from __future__ import annotations

import sys
from types import ModuleType

import odd_subjects as odd
import pytest

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.measures import probes, registry
from pytest_iso23053.measures.validation.evasion import starts
from pytest_iso23053.stats import search

# How many rows a module may take, to measure, to learn from or to start from.
CAPS = {
    "MOST_ROWS", "MOST_TRAINING", "MOST_MADE", "MOST_LEARNED", "MOST_OF_FOREST", "MOST_OTHERS", "CONFIRMED_ROWS",
    "SEARCHED_ROWS",
}  # fmt: skip
HERE = ("pytest_iso23053.measures", "pytest_iso23053.stats.search")
FEW = 120
SHIPPED = [each for each in registry.all_measures() if each.origin == "shipped"]  # before an example declares one


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(odd, "ROWS", {"train": 400, "test": 300})
    monkeypatch.setattr(probes, "TREES", 6)


def modules() -> list[tuple[ModuleType, str, int]]:
    loaded = [module for name, module in sys.modules.items() if name.startswith(HERE) and module is not None]
    named = [(module, cap, vars(module).get(cap)) for module in loaded for cap in CAPS]
    return [(module, cap, value) for module, cap, value in named if type(value) is int]


def results() -> dict[str, object]:
    sets, model = odd.made("ordinary")
    found = {}
    for declared in SHIPPED:
        if declared.id not in odd.OF_FILES:
            try:
                result = odd.called(declared, sets, model)
            except NotMeasurableError:
                continue
            found[declared.id] = result[0] if isinstance(result, list) else result
    return found


def said_of_rows(result: object) -> tuple[object, ...]:
    words = ("row", "train", "drawn", "of")
    told = {name: value for name, value in (result.params or {}).items() if any(word in name for word in words)}
    return result.n, *(value for value in told.values() if isinstance(value, int | str))


def test_each_sample_is_declared(many, monkeypatch):
    whole = results()
    assert len(whole) > 100
    assert all(result.n is not None for result in whole.values())
    for module, cap, value in modules():
        monkeypatch.setattr(module, cap, min(value, FEW))
    part = results()
    moved = {
        name: (whole[name], result)
        for name, result in part.items()
        if name in whole and repr((result.value, result.low, result.high)) != repr(
            (whole[name].value, whole[name].low, whole[name].high)
        )
    }  # fmt: skip
    assert len(moved) > 10
    assert [name for name, (first, second) in moved.items() if said_of_rows(first) == said_of_rows(second)] == []


def test_a_null_says_from_how_many_rows_it_was_drawn(many, monkeypatch):
    sets, model = odd.made("ordinary")
    assert "null_drawn_from" not in odd.called(registry.get("worst_slice_gap"), sets, model).params
    monkeypatch.setattr(search, "MOST_ROWS", FEW)
    said = odd.called(registry.get("worst_slice_gap"), sets, model).params["null_drawn_from"]
    assert said == "120 of 300 rows"


def test_an_attack_says_among_how_many_rows_it_looked_for_starts(many, monkeypatch):
    sets, model = odd.made("ordinary")
    names = "minimal_perturbation", "evasion_rate", "excess_evasion_rate"
    assert not any("starts_drawn_from" in odd.called(registry.get(name), sets, model).params for name in names)
    monkeypatch.setattr(starts, "MOST_OTHERS", FEW)
    said = [odd.called(registry.get(name), sets, model).params["starts_drawn_from"] for name in names]
    assert said == ["120 of 300 rows", "120 of 300 rows", "120 of 400 rows"]
