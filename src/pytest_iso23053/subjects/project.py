"""The project around the model: where its lock file, its training record and its ledger lie."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.wording import brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.settings.model import Settings


@dataclass(frozen=True)
class Project:
    """A folder, and the files in it that say how a model came about.

    Parameters
    ----------
    root : Path
        The folder of the project.
    audit : Path, optional
        What ``pip-audit --format json`` wrote.
    records : mapping of str to Path
        The training record of each model, by the model's name.
    ledger : Path, optional
        The folder in which evaluations on a test set are counted.
    artefacts : mapping of str to (Path, tuple of str)
        The file of each model that is one, by the model's name, and the classes of the user's own that it may hold.
    signatures : mapping of str to mapping, optional
        Whose signature the file of a model must bear, by the model's name.
    """

    root: Path
    audit: Path | None = None
    records: Mapping[str, Path] = field(default_factory=dict)
    ledger: Path | None = None
    artefacts: Mapping[str, tuple[Path, tuple[str, ...]]] = field(default_factory=dict)
    signatures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Project:
        """The project that a configuration describes."""
        root = settings.rootdir
        return cls(
            root,
            root / settings.audit if settings.audit else None,
            {spec.name: root / spec.record for spec in settings.models if spec.record},
            root / settings.ledger if settings.ledger else None,
            {
                spec.name: (root / spec.source, spec.allow)
                for spec in settings.models
                if ":" not in spec.source and (root / spec.source).is_file()
            },
            {spec.name: spec.signature for spec in settings.models if spec.signature},
        )


def as_project(given: Any) -> Project:
    """A Project, or the folder of one."""
    return given if isinstance(given, Project) else Project(Path(given))


def read_json(path: Path, what: str) -> Any:
    """The content of a JSON file.

    Raises
    ------
    SubjectError
        It is missing, or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SubjectError(f"{what} {path} is missing; correct its path in the configuration") from None
    except (OSError, ValueError, RecursionError) as error:
        raise SubjectError(f"{what} {path} cannot be read as JSON: {brief(error)}") from error


def note_once(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Write a note unless there is one of that name: whole or not at all, however many processes write at once.

    Raises
    ------
    SubjectError
        The folder cannot be written.
    """
    target = folder / f"{name}.json"
    if target.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, sort_keys=True)
        Path(aside).replace(target)
    except OSError as error:
        raise SubjectError(f"the ledger {folder} cannot be written: {brief(error)}") from error


def count_of_notes(folder: Path) -> int:
    """How many notes a folder holds; those still being written aside do not count."""
    return sum(1 for path in folder.glob("*.json") if not path.name.startswith("."))
