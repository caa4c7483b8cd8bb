"""What importing the package costs: numpy and pandas, and nothing else that is heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["load", "model", "dataset", "model_files", "tables"])
def test_heavy_libraries_are_imported_where_they_are_used(module):
    code = (
        f"import sys, pytest_iso23053.subjects.{module}\n"
        "print(sorted({'sklearn', 'scipy', 'skops', 'joblib', 'polars', 'pytest'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
