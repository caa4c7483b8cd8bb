"""A sample of ``benchmarks/untouched``: numpy's tests come out the same with the plugin off, on, and on under xdist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "untouched" / "run.py"


def test_outcomes_of_an_existing_suite_stay_as_they_were():
    pytest.importorskip("xdist")
    command = [sys.executable, str(SCRIPT), "numpy.lib.tests.test_index_tricks"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("0 outcomes differ") == 3
