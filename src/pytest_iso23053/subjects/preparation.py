"""A project's own preparation of a table, and the table before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.load import load_table
from pytest_iso23053.subjects.python_sources import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from pytest_iso23053.settings.model import DatasetSpec


@dataclass(frozen=True, eq=False)
class Preparation:
    """What ``preprocess`` names, and the whole table that it is given, target included."""

    function: Callable[[pd.DataFrame], Any]
    table: Dataset


def load_preparation(spec: DatasetSpec, rootdir: Path, *, fixture: Callable[[str], Any] | None = None) -> Preparation:
    """The preparation of a data set, and its table as it was read.

    Raises
    ------
    SubjectError
        The data set has none, or one of the two cannot be loaded.
    """
    where = f"datasets.{spec.name}"
    if spec.preprocess is None:
        raise SubjectError(f'{where}: no preparation is configured; add preprocess = "package.module:function"')
    table = Dataset(load_table(spec, rootdir, fixture=fixture), name=spec.name, role=spec.role, where=where)
    return Preparation(resolve(spec.preprocess, f"{where}: preprocess"), table)
