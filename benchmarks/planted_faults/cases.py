"""A case is a fault planted in one data set under one family of models, or a control; each is a folder of its own."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import faults
import joblib
import numpy as np
from planting import FAULTS, ROLES, Fault, Parts
from real_data import BASES, Base, divide, table

assert faults.__all__  # imported for what it registers
HERE = Path(__file__).resolve().parent
PINNED = ("numpy", "pandas", "scikit-learn", "scipy", "joblib")


@dataclass(frozen=True)
class Case:
    """One project to be examined."""

    base: str
    family: str
    fault: str = "clean"

    @property
    def id(self) -> str:
        return f"{self.fault}@{self.base}-{self.family}"

    @property
    def planted(self) -> Fault | None:
        """The fault, or None where the case is a control."""
        found = FAULTS.get(self.fault)
        return None if found is None or found.phase == "control" else found

    @property
    def control(self) -> Case:
        return Case(self.base, self.family)

    def parts(self, cache: Path) -> Parts:
        """Everything about the case, made from the same seeds wherever it is made."""
        base = BASES[self.base]
        parts = Parts(base, self.family, **divide(base, table(base, cache)))
        if self.fault != "clean":
            parts = FAULTS[self.fault].plant(parts, np.random.default_rng(zlib.crc32(self.id.encode())))
        return parts.fitted()


def planted_cases() -> list[Case]:
    return [Case(*place, fault.name) for fault in FAULTS.values() if fault.phase != "control" for place in fault.at]


def control_cases() -> list[Case]:
    """Every data set under every family in which a fault is planted, and the changes that are no faults."""
    plain = dict.fromkeys(case.control for case in planted_cases())
    benign = [Case(*place, fault.name) for fault in FAULTS.values() if fault.phase == "control" for place in fault.at]
    return [*plain, *benign]


def write(case: Case, folder: Path, cache: Path) -> None:
    """Write the project as a user would have it: data, model with its digest, lock file and a short configuration."""
    parts = case.parts(cache)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    for role in ROLES:
        getattr(parts, role).to_parquet(folder / "data" / f"{role}.parquet", index=False)
    provenance = _provenance(parts, folder) if parts.signed else ""
    if parts.after_signing is not None:
        parts.after_signing(parts.train).to_parquet(folder / "data" / "train.parquet", index=False)
    shutil.copy(HERE / "subject.py", folder)
    _write_model(parts, folder / "model.joblib")
    lock = "".join(f"{name}=={importlib.metadata.version(name)}\n" for name in PINNED)
    for name, text in {"requirements.txt": lock, **parts.files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(_configuration(parts) + provenance, encoding="utf-8")
    (folder / "case.json").write_text(json.dumps(_columns(parts.base), indent=1), encoding="utf-8")


def _write_model(parts: Parts, path: Path) -> None:
    if parts.written_by is None:
        joblib.dump(parts.model, path)
    else:
        with mock.patch("sklearn.base.__version__", parts.written_by):
            joblib.dump(parts.model, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")


def _provenance(parts: Parts, folder: Path) -> str:
    """Where each file comes from, and the digest it had when that was written down."""
    entries = []
    for role in ROLES:
        path = folder / "data" / f"{role}.parquet"
        said = {
            "file": f"data/{path.name}",
            "source": parts.base.source,
            "licence": "as the source says",
            "date": "2026-11-02",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        lines = [f"{key} = {value if key == 'date' else json.dumps(value)}" for key, value in said.items()]
        entries.append("\n".join(["[[tool.iso23053.provenance]]", *lines]))
    return "\n" + "\n\n".join(entries) + "\n"


def _columns(base: Base) -> dict[str, Any]:
    """What the peers' drivers have to know of the columns."""
    return {
        "task": base.task,
        "target": base.target,
        "aside": sorted(base.aside() - {base.target}),
        "id": base.id,
        "time": base.time,
        "sensitive": list(base.sensitive),
    }


def _configuration(parts: Parts) -> str:
    base = parts.base
    train: dict[str, Any] = {"source": "data/train.parquet", "target": base.target}
    for key in ("positive", "sensitive", "drop", "id", "time"):
        value = getattr(base, key)
        if value:
            train[key] = list(value) if isinstance(value, tuple) else value
    model = {"source": "model.joblib", "task": base.task, "sha256": "sidecar"}
    if type(parts.model).__module__ == "subject":  # the project's own code, which the scan of artefacts asks after
        model["allow"] = ["subject.*"]
    tables: dict[str, Mapping[str, Any]] = {
        "tool.pytest.ini_options": {"pythonpath": ["."]},
        "tool.iso23053": dict(parts.settings),
        "tool.iso23053.models.model": model,
        "tool.iso23053.datasets.train": train | dict(parts.configuration),
        "tool.iso23053.datasets.test": {"source": "data/test.parquet"},
        "tool.iso23053.datasets.production": {"source": "data/production.parquet"},
    }
    return "\n".join(
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in entries.items()), ""])
        for name, entries in tables.items()
    )
