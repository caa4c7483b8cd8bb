"""The tables ``provenance``: where each data file comes from, who allows its use, since when, and what it must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.mistakes import Findings, shown
from pytest_iso23053.settings.model import ProvenanceRecord
from pytest_iso23053.settings.rules import read_date
from pytest_iso23053.settings.sources import exists, is_path, missing_file, portable, real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pytest_iso23053.settings.model import DatasetSpec

CROISSANT = ("croissant.json", "metadata.croissant.json", "croissant.jsonld")
_FIELDS = ("source", "licence", "sha256")


def read_provenance(said: Sequence[Any], rootdir: Path, findings: Findings) -> tuple[ProvenanceRecord, ...]:
    """Return the records whose file or manifest exists. What a record leaves out is measured, and is no mistake."""
    records: list[ProvenanceRecord] = []
    seen: dict[Path, int] = {}
    for position, entry in enumerate(said):
        path = ("provenance", position)
        if not isinstance(entry, dict):
            continue
        key = _subject(entry, (*path, "file"), findings)
        if key is None:
            continue
        name = portable(entry[key], rootdir)
        message = missing_file(name, rootdir)
        if message:
            findings.add((*path, key), message)
            continue
        first = seen.setdefault(real_path(rootdir / name), position)
        if first != position:
            findings.add((*path, key), f"{shown(name)} has a record already, provenance[{first}]; put them together")
            continue
        stated = {field: entry[field] for field in _FIELDS if field in entry}
        stated["date"] = read_date(entry.get("date"), (*path, "date"), findings)
        records.append(ProvenanceRecord(name, is_manifest=key == "manifest", **stated))
    return tuple(records)


def _subject(entry: dict[str, Any], path: tuple[str | int, ...], findings: Findings) -> str | None:
    named = [key for key in ("file", "manifest") if key in entry]
    if not named:
        findings.add(path, 'is missing; write for example file = "data/train.csv", or manifest = "croissant.json"')
        return None
    if len(named) == 2:
        findings.add(
            path, "stands beside manifest; a record is about a file, or names a manifest that is about several"
        )
        return None
    others = [key for key in (*_FIELDS, "date") if key in entry]
    if named == ["manifest"] and others:
        findings.add((*path[:-1], others[0]), "stands beside manifest, which says this of each file; take it out")
        return None
    return named[0]


def manifests_beside(datasets: Sequence[DatasetSpec], rootdir: Path) -> Iterator[Path]:
    """Find Croissant and DVC files beside the configured data files; nothing is read."""
    for spec in datasets:
        for source in (spec.source,) if isinstance(spec.source, str) else spec.source:
            if not is_path(source, rootdir):
                continue
            file = rootdir / source
            pointer = file.with_name(f"{file.name}.dvc")
            if exists(pointer):
                yield pointer
            for folder in dict.fromkeys((file if exists(file) and file.is_dir() else file.parent, rootdir)):
                yield from (folder / name for name in CROISSANT if exists(folder / name))
