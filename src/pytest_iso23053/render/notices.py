"""What changes the meaning of every number of a report, and is therefore said before them; and the other notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_iso23053.render.facts import bounded
from pytest_iso23053.render.standing import behind
from pytest_iso23053.render.text import visible
from pytest_iso23053.render.words import plural

if TYPE_CHECKING:
    from pytest_iso23053.assurance.report import Report

_SPELLED = {
    "paths": "",
    "nodeids": "",
    "k": "-k ",
    "m": "-m ",
    "clause": "--iso23053-clause ",
    "lf": "--lf",
    "sw": "--sw",
    "ignore": "--ignore ",
    "deselect": "--deselect ",
}


def selection(report: Report) -> tuple[str, ...]:
    """Spell the ways in which a run was narrowed, as they were typed."""
    spelled = []
    for key, value in dict(report.run.get("selection") or {}).items():
        if not value:
            continue
        prefix = _SPELLED.get(key, f"{key} ")
        values = [""] if value is True else value if isinstance(value, (list, tuple)) else [value]
        spelled += [
            visible(prefix + (f'"{one}"' if prefix.endswith(" ") and " " in str(one) else str(one))) for one in values
        ]
    return tuple(spelled)


def notices(report: Report) -> tuple[str, ...]:
    """Collect what changes the meaning of every number below it, for the first screen."""
    found = []
    if report.run.get("complete") is False:
        found.append("The run is incomplete: not every test was collected and run to its end.")
    if narrowed := selection(report):
        found.append("Narrowed run, only this was selected: " + bounded(narrowed, 6))
    found += _of_shards(report)
    if report.run.get("no_waivers"):
        found.append("Waivers were not applied (--iso23053-no-waivers).")
    found += [visible(note) for note in report.notes if _changes_every_number(note)]
    if report.run.get("decide") == "point" and not any('decide = "point"' in note for note in report.notes):
        found.append('Judged by point estimates, not by the bounds of intervals (decide = "point").')
    return (*found, *behind(report))


def _of_shards(report: Report) -> list[str]:
    """Say where nobody knows whether all parts of a merged run are here."""
    merged = report.run.get("merged")
    if not isinstance(merged, dict) or merged.get("expected") is not None:
        return []
    parts = plural(len(merged.get("reports") or ()), "report")
    return [f"Merged from {parts}; how many there should be was not told (--shards), so a lost one would not be seen."]


def _changes_every_number(note: str) -> bool:
    return 'decide = "point"' in note or "was skipped whole, before its tests were known" in note


def other_notes(report: Report) -> tuple[str, ...]:
    """Return the notes that are not among the notices."""
    return tuple(visible(note) for note in report.notes if not _changes_every_number(note))
