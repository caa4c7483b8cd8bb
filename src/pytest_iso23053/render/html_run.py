"""What is known of the system and of the run, as labelled lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.render import facts
from pytest_iso23053.render.notices import selection
from pytest_iso23053.render.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.assurance.report import Report


def system_lines(system: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Label what is said of the system beside its name and version."""
    labels = {"intended_purpose": "Intended purpose", "responsible": "Responsible"}
    shown = {key: value for key, value in system.items() if key not in {"name", "version"} and value not in (None, "")}
    return tuple(
        (labels.get(key, visible(key).replace("_", " ").capitalize()), _value(value)) for key, value in shown.items()
    )


_RUN_LABELS = {
    "started": "Started",
    "duration": "Duration",
    "exit_status": "Exit status",
    "complete": "Complete",
    "plugin": "pytest-iso23053",
    "python": "Python",
    "pytest": "pytest",
    "packages": "Packages",
    "platform": "Platform",
    "git": "Source",
    "config_sha256": "Configuration (SHA-256)",
    "seed": "Seed",
    "workers": "Workers",
    "selection": "Selection",
}


def run_lines(report: Report) -> tuple[tuple[str, str], ...]:
    """Label what is known of the run; of a report from a later version also what has no label yet."""
    shown = dict(report.run)
    git = shown.get("git")
    if isinstance(git, dict):
        dirty = ", with uncommitted changes" if git.get("dirty") else ""
        shown["git"] = f"commit {git.get('commit')}{dirty}" if git.get("commit") else ""
    if isinstance(shown.get("duration"), float):
        shown["duration"] = f"{shown['duration']:.1f} s"
    shown["selection"] = list(selection(report)) or "everything"
    catalogue = report.catalogue
    named = " ".join(str(catalogue[key]) for key in ("id", "edition") if catalogue.get(key))
    rows = [("Catalogue", visible(named)), ("Catalogue (SHA-256)", visible(catalogue.get("sha256") or ""))]
    rows += [(_RUN_LABELS.get(key, visible(key)), _value(value)) for key, value in shown.items()]
    return tuple((label, value) for label, value in rows if value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return facts.described(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(visible, value))
    return "" if value is None else visible(value)
