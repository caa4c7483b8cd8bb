"""What the manifests of a run said, beyond what stands in each test's record."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from pytest_iso23053.light import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_iso23053.assurance.evidence import Entry
    from pytest_iso23053.assurance.report import TestRecord

Named = dict[str, tuple[str, ...]]  # what was written → the tests that wrote it


@dataclass(frozen=True)
class Collected:
    """What collection knew. It travels in the report, so that shards can be judged together, and anew."""

    manifest: bool = True  # False: no process told which tests it collected
    strays: tuple[str, ...] = ()  # results of tests that nobody collected
    outside: Named = field(default_factory=dict)  # ids that have no counterpart in the run's catalogue
    translated: Named = field(default_factory=dict)  # "iso23053-2022:8.5 = 7.4"


def collected(entries: Mapping[str, Entry] | None, records: Iterable[TestRecord]) -> Collected:
    """Sum a manifest up; None is the lack of one."""
    if entries is None:
        return Collected(manifest=False)
    return Collected(
        manifest=True,
        strays=tuple(record.nodeid for record in records if record.nodeid not in entries),
        outside=_named((each.nodeid, each.outside) for each in entries.values() if each.outside),
        translated=_named((each.nodeid, each.translated) for each in entries.values() if each.translated),
    )


def united(parts: Iterable[Collected]) -> Collected:
    """Put the manifests of shards together: what one shard did not collect, another may have; order never matters."""
    every = list(parts)
    known = {nodeid for part in every for nodeid in part.strays}
    return Collected(
        manifest=all(part.manifest for part in every),
        strays=tuple(sorted(known)),
        outside=_named((nodeid, (name,)) for part in every for name, tests in part.outside.items() for nodeid in tests),
        translated=_named(
            (nodeid, (name,)) for part in every for name, tests in part.translated.items() for nodeid in tests
        ),
    )


def _named(pairs: Iterable[tuple[str, Iterable[str]]]) -> Named:
    found: dict[str, set[str]] = {}
    for nodeid, names in pairs:
        for name in names:
            found.setdefault(name, set()).add(nodeid)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}
