"""What importing the package costs: numpy and pandas, and nothing else that is heavy."""

from __future__ import annotations

import subprocess
import sys

MODULES = ("load", "model", "dataset", "model_files", "tables")
ASKED = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(f"pytest_iso23053.subjects.{module}")
    print(module, sorted({"sklearn", "scipy", "skops", "joblib", "polars", "pytest"} & set(sys.modules)))
"""


def test_heavy_libraries_are_imported_where_they_are_used():
    """One after the other in one process: the first that brings a library is the one to blame."""
    done = subprocess.run([sys.executable, "-c", ASKED, *MODULES], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{module} []" for module in MODULES]
