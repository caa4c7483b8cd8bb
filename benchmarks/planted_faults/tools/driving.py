"""What the drivers share: arguments, tables as every tool gets them, the model rebuilt, and signals written down."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dataclass(frozen=True)
class Subject:
    """A case as a peer sees it: tables without the columns that are no features, and the model."""

    columns: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    model: Any

    @property
    def target(self) -> str:
        return self.columns["target"]

    @property
    def classifies(self) -> bool:
        return self.columns["task"] == "classification"

    def features(self, role: str) -> pd.DataFrame:
        aside = {self.target, self.columns["id"], self.columns["time"]}
        return self.tables[role].drop(columns=[name for name in aside if name in self.tables[role]])

    def texts(self, role: str) -> list[str]:
        frame = self.features(role)
        numbers = set(frame.select_dtypes("number").columns)
        return [column for column in frame.columns if column not in numbers]


def drive(examine: Callable[[Subject], list[dict[str, Any]]]) -> None:
    """Read the case that the command line names, examine it, and write the signals.

    The model is fitted again, here, from the same rows and seeds: a pickle of another scikit-learn does not load.
    """
    limit = int(os.environ.get("CPU_LIMIT", "900"))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    from cases import Case

    name, folder, cache, output = sys.argv[1], *map(Path, sys.argv[2:5])
    fault, _, place = name.partition("@")
    base, _, family = place.partition("-")
    columns = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    hidden = [name for name in columns["aside"] if name not in (columns["id"], columns["time"])]
    tables = {
        role: _plain(pd.read_parquet(folder / "data" / f"{role}.parquet").drop(columns=hidden, errors="ignore"))
        for role in ("train", "test", "production")
    }
    subject = Subject(columns, tables, Case(base, family, fault).parts(cache).model)
    signals = examine(subject)
    output.write_text(json.dumps({"signals": signals}, default=str), encoding="utf-8")


def signal(check: str, outcome: str, says: str = "", about: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"check": check, "outcome": outcome, "says": says[:2000], "about": list(about)}


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text as Python objects: what every one of the tools was written for."""
    texts = [column for column in frame.columns if frame[column].dtype.name in ("str", "string")]
    return frame.astype(dict.fromkeys(texts, object))
