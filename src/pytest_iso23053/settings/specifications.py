"""The tables ``models`` and ``datasets`` as specifications, and what can be found wrong with them without loading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.settings.mistakes import (
    Findings,
    KeyPath,
    did_you_mean,
    key_text,
    shown,
)
from pytest_iso23053.settings.model import ROLES, DatasetSpec, ModelSpec
from pytest_iso23053.settings.sources import (
    digest,
    exists,
    is_object,
    is_path,
    is_pickle_based,
    members_of_archive,
    missing_file,
    portable,
    real_path,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_INHERITED = (
    "target",
    "drop",
    "features",
    "sensitive",
    "labels",
    "positive",
    "preprocess",
    "id",
    "time",
    "read",
)
_COLUMNS = ("drop", "features", "sensitive")
_MAY_BE_NONE = (
    "target",
    "preprocess",
    "id",
    "time",
)  # ``false`` undoes what would be inherited
# Drift is measured against the training or test data as often as not; that is no second use of one sample.
_MAY_SHARE = ({"train", "reference"}, {"test", "reference"})


def read_models(table: Mapping[str, Any], rootdir: Path, findings: Findings) -> tuple[ModelSpec, ...]:
    """Return a specification for each model whose table has the right shape."""
    specs = []
    for name, said in table.items():
        path = ("models", name)
        if "source" not in said:
            continue
        source = portable(said["source"], rootdir)
        _check_file(source, rootdir, (*path, "source"), findings)
        _check_pin(source, said.get("sha256"), rootdir, (*path, "sha256"), findings)
        _check_pickle(source, said.get("sha256"), rootdir, (*path, "sha256"), findings)
        if said.get("record"):
            _check_file(said["record"], rootdir, (*path, "record"), findings)
        allow = tuple(pattern for pattern in said.get("allow", ()) if pattern)
        specs.append(
            ModelSpec(
                name,
                source,
                task=said.get("task"),
                sha256=said.get("sha256"),
                allow=allow,
                record=said.get("record"),
                signature=_signature(said, source, rootdir, path, findings),
            )
        )
    return tuple(specs)


def _signature(
    said: Mapping[str, Any], source: str, rootdir: Path, path: KeyPath, findings: Findings
) -> dict[str, Any] | None:
    if "signature" not in said:
        return None
    from pytest_iso23053.settings.signatures import read_signature

    return read_signature(said["signature"], source, rootdir, (*path, "signature"), findings)


def read_datasets(table: Mapping[str, Any], rootdir: Path, findings: Findings) -> tuple[DatasetSpec, ...]:
    """Return a specification for each data set, with what it inherits from the training set filled in."""
    roles = {name: _role(name, said, findings) for name, said in table.items()}
    trains = [name for name, role in roles.items() if role == "train"]
    parent = table[min(trains, key=lambda name: name != "train")] if trains else {}
    specs = []
    for name, said in table.items():
        path = ("datasets", name)
        sources = _sources(said, rootdir, path, findings)
        merged = {key: parent[key] for key in _INHERITED if key in parent} | dict(said)
        _check_columns(said, merged, path, findings)
        if sources and (role := roles[name]):
            source = sources[0] if len(sources) == 1 else (sources[0], sources[1])
            specs.append(_specification(name, role, source, merged))
    _check_roles(specs, rootdir, findings)
    return tuple(specs)


def _specification(name: str, role: str, source: str | tuple[str, str], merged: Mapping[str, Any]) -> DatasetSpec:
    said = {key: merged[key] for key in (*_INHERITED, "sha256", "take") if key in merged}
    for key in _MAY_BE_NONE:
        if said.get(key) is False:
            del said[key]
    for key in _COLUMNS:
        if key in said:
            said[key] = tuple(column for column in said[key] if column)
    return DatasetSpec(name=name, role=role, source=source, **said)


def _role(name: str, said: Mapping[str, Any], findings: Findings) -> str | None:
    role: str | None = said.get("role")
    path = ("datasets", name, "role")
    if role is None and name not in ROLES:
        known = ", ".join(f'"{known}"' for known in ROLES)
        near = did_you_mean(name, ROLES)
        findings.add(
            path,
            f"is missing, because {shown(name)} is not itself a role{near}; write role = one of {known}",
        )
    elif role is not None and name in ROLES and role != name:
        findings.add(
            path,
            f'a data set named "{name}" cannot be the {role} data; rename it, or take the role out',
        )
    return role or (name if name in ROLES else None)


def _sources(said: Mapping[str, Any], rootdir: Path, path: KeyPath, findings: Findings) -> list[str]:
    source = said.get("source", [])
    listed = [source] if isinstance(source, str) else [part for part in source if part is not None]
    sources = [portable(part, rootdir) for part in listed]
    for part in sources:
        _check_file(part, rootdir, (*path, "source"), findings)
        _check_pin(part, said.get("sha256"), rootdir, (*path, "sha256"), findings)
    if "take" in said and sources and all(is_path(part, rootdir) for part in sources):
        findings.add(
            (*path, "take"),
            "says which part of what a callable returns, but the source is a file; drop it",
        )
    return sources


def _check_file(source: str, rootdir: Path, path: KeyPath, findings: Findings) -> None:
    if source.startswith("fixture:") and not source.removeprefix("fixture:").isidentifier():
        findings.add(
            path,
            f'{shown(source)} names no fixture; write for example "fixture:credit_data"',
        )
    elif is_path(source, rootdir) and (message := missing_file(source, rootdir)):
        findings.add(path, message)


def _check_pin(source: str, pin: str | None, rootdir: Path, path: KeyPath, findings: Findings) -> None:
    """A pin that nothing could be held against would be a promise without anything behind it."""
    if pin is None:
        return
    if is_object(source):
        findings.add(
            path,
            f"pins the digest of a file, but the source {shown(source)} is not one; take the pin out",
        )
    elif pin == "sidecar" and is_path(source, rootdir) and exists(rootdir / source):
        name = (rootdir / source).name
        if not exists((rootdir / source).with_name(f"{name}.sha256")):
            findings.add(
                path,
                f"there is no {name}.sha256 beside {name}; write it: sha256sum {name} > {name}.sha256",
            )


def _check_pickle(source: str, pin: str | None, rootdir: Path, path: KeyPath, findings: Findings) -> None:
    file = rootdir / source
    if pin is not None or not is_path(source, rootdir) or not exists(file) or not file.is_file():
        return
    if is_pickle_based(file):
        findings.add(
            path,
            f"is missing: {source} is a pickle, and loading one runs the code in it; "
            f'if you trust this file, pin it: sha256 = "{digest(file)}"',
        )


def _check_columns(
    said: Mapping[str, Any],
    merged: Mapping[str, Any],
    path: KeyPath,
    findings: Findings,
) -> None:
    """Only what the data set says itself is reported: an inherited contradiction is reported where it stands."""
    features, target = merged.get("features"), merged.get("target")
    if features and target in features and {"features", "target"} & said.keys():
        key = "features" if "features" in said else "target"
        findings.add(
            (*path, key),
            f"the model would see the target {shown(target)} among its features; take it out",
        )
    both = [column for column in features or () if column and column in merged.get("drop", ())]
    if both and {"features", "drop"} & said.keys():
        key = "features" if "features" in said else "drop"
        findings.add(
            (*path, key),
            f"{shown(both)} cannot be both in features and in drop; take it out of one",
        )


def _check_roles(specs: list[DatasetSpec], rootdir: Path, findings: Findings) -> None:
    """A model that is tested on the rows it was trained on has shown nothing."""
    for position, spec in enumerate(specs):
        for other in specs[:position]:
            if spec.role == other.role or {spec.role, other.role} in _MAY_SHARE or spec.take != other.take:
                continue
            if _identity(spec, rootdir) == _identity(other, rootdir):
                findings.add(
                    ("datasets", spec.name, "source"),
                    f"{shown(spec.source)} is the source of datasets.{key_text((other.name,))} too, and cannot be "
                    f"both {other.role} and {spec.role} data; give each its own",
                )


def _identity(spec: DatasetSpec, rootdir: Path) -> tuple[str, str]:
    """What tells two sources apart: the resolved file, or the text of what is no file; of a pair, the features.

    A npz file may hold the arrays of several roles.
    """
    source = spec.source if isinstance(spec.source, str) else spec.source[0]
    if not is_path(source, rootdir):
        return source, ""
    file = real_path(rootdir / source)
    own = {f"X_{spec.role}.npy", f"x_{spec.role}.npy"}
    array = "x_" + spec.role if own & members_of_archive(file) else ""
    return str(file), str(spec.read.get("x", array))
