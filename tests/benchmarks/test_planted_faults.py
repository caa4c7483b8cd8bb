"""The planted faults of ``benchmarks/planted_faults``: each changes what it says it changes, and nothing else."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "planted_faults"
OFFLINE = ("credit", "breast", "wine", "diabetes")  # the others need statsmodels, or time


@pytest.fixture(scope="module")
def planting() -> Any:
    """The registry of faults; the folder is on the path only while it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        importlib.import_module("faults")
        yield importlib.import_module("planting")


@pytest.fixture(scope="module")
def project(planting: ModuleType) -> Any:
    """Make the clean parts of a data set, read once."""
    real_data = importlib.import_module("real_data")
    read: dict[str, pd.DataFrame] = {}

    def parts(name: str, family: str) -> Any:
        base = real_data.BASES[name]
        frame = read.setdefault(name, base.read())
        quick = {"n_estimators": 2} if family == "forest" else {}
        return planting.Parts(base, family, **real_data.divide(base, frame), hyperparameters=quick)

    return parts


def planted(planting: ModuleType, project: Any, name: str, place: tuple[str, str]) -> tuple[Any, Any]:
    before = project(*place)
    return before, planting.FAULTS[name].plant(before, np.random.default_rng(0))


def test_there_are_enough_faults_and_each_says_what_it_is(planting: ModuleType) -> None:
    faults = [fault for fault in planting.FAULTS.values() if fault.phase != "control"]
    assert len(faults) >= 40
    assert all(fault.title.endswith(".") and fault.ours and fault.at for fault in faults)


def test_the_parts_of_a_data_set_share_no_row_and_lose_none(project: Any) -> None:
    parts = project("diabetes", "forest")
    counts = [len(getattr(parts, role)) for role in ("train", "test", "production")]
    assert sum(counts) == 442
    assert len(pd.concat([parts.train, parts.test, parts.production]).drop_duplicates()) == 442


def test_every_fault_changes_something_and_leaves_the_clean_tables_alone(planting: ModuleType, project: Any) -> None:
    for fault in planting.FAULTS.values():
        place = next((place for place in fault.at if place[0] in OFFLINE), None)
        if place is None:
            continue
        pristine = project(*place)
        before, after = planted(planting, project, fault.name, place)
        same = all(getattr(before, role).equals(getattr(after, role)) for role in planting.ROLES)
        aside = ("model", "hyperparameters", "files", "after_signing", "written_by")
        assert not same or any(getattr(before, name) != getattr(after, name) for name in aside), fault.name
        assert all(getattr(before, role).equals(getattr(pristine, role)) for role in planting.ROLES), fault.name


@pytest.mark.parametrize(
    ("name", "place", "share"),
    [("label_flips", ("breast", "logistic"), 0.10), ("label_flips_in_one_group", ("breast", "boosting"), 0.05)],
)
def test_labels_are_flipped_at_the_size_that_is_stated(
    planting: ModuleType, project: Any, name: str, place: tuple[str, str], share: float
) -> None:
    before, after = planted(planting, project, name, place)
    assert (before.train["target"] != after.train["target"]).mean() == pytest.approx(share, abs=0.01)
    assert before.train.drop(columns="target").equals(after.train.drop(columns="target"))


def test_a_twentieth_of_the_test_rows_comes_from_train(planting: ModuleType, project: Any) -> None:
    before, after = planted(planting, project, "rows_of_train_in_test", ("breast", "forest"))
    assert len(after.test) == len(before.test)
    assert len(after.test.merge(before.train)) == round(0.05 * len(before.test))


def test_a_unit_changes_in_one_column_of_test_alone(planting: ModuleType, project: Any) -> None:
    before, after = planted(planting, project, "unit_change_in_test", ("credit", "logistic"))
    assert after.test["age"].equals(before.test["age"] * 12)
    assert after.test.drop(columns="age").equals(before.test.drop(columns="age"))
    assert after.train.equals(before.train)


def test_inverted_answers_are_the_opposite(planting: ModuleType, project: Any) -> None:
    before, after = planted(planting, project, "labels_swapped", ("breast", "logistic"))
    right = before.fitted().model.predict(before.features(before.test))
    assert (after.model.predict(after.features(after.test)) != right).all()
