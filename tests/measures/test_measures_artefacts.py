"""The files of models, scanned and not loaded."""

from __future__ import annotations

import os
import pickle

import joblib
import pytest
from sklearn.linear_model import LogisticRegression

from pytest_iso23053 import measures
from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.subjects.project import Project


class Own:
    pass


def test_clean_files_count_nothing(tmp_path):
    joblib.dump(LogisticRegression().fit([[0], [1]], [0, 1]), tmp_path / "a.joblib", compress=3)
    found = measures.unsafe_artefacts(tmp_path)
    assert (found.value, found.low, found.high, found.n) == (0, 0, 0, 1)
    assert (found <= 0).verdict == "met"


def test_what_would_run_code_is_named(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(os.getcwd))
    found = measures.unsafe_artefacts([tmp_path / "a.pkl"])
    assert found.value == 1
    (told,) = found.params["files"]
    assert told.startswith(f"a.pkl: imports {os.getcwd.__module__}.getcwd (at byte ")


def test_a_projects_own_classes_are_admitted_by_its_configuration(tmp_path):
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps(Own()))
    assert measures.unsafe_artefacts(Project(tmp_path, artefacts={"credit": (path, ())})).value == 1
    allowed = (f"{Own.__module__}.*",)
    assert measures.unsafe_artefacts(Project(tmp_path, artefacts={"credit": (path, allowed)})).value == 0
    assert measures.unsafe_artefacts(str(path), allow=allowed).value == 0


def test_no_file_is_nothing_to_scan(tmp_path):
    with pytest.raises(NotMeasurableError, match="nothing to scan"):
        measures.unsafe_artefacts(Project(tmp_path))
