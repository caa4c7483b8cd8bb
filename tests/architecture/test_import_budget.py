"""Every pytest run on the machine loads the entry point, so what it loads is everybody's cost.

import-linter cannot tell a lazy import from an eager one, so a fresh interpreter says what was really imported.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = frozenset(
    {"numpy", "pandas", "scipy", "sklearn", "joblib", "skops", "jinja2", "jsonschema", "click", "tomllib"}
)
DUMP = """
import json, sys

def pytest_unconfigure(config):
    with open("modules.json", "w") as file:
        json.dump(sorted(sys.modules), file)
"""
MARKED = """
import pytest

@pytest.mark.clause("7.4/performance")
@pytest.mark.boundary("7.2", "7.3")
@pytest.mark.threat("AML.T0015")
def test_marked():
    assert 1 + 1 == 2
"""
ALONE = ("--disable-plugin-autoload", "-p", "pytest_iso23053.plugin")
OTHERS_OFF = ("-p", "no:html", "-p", "no:metadata", "-p", "no:randomly", "-p", "no:hypothesispytest")


def modules_after(folder, *options):
    (folder / "dump.py").write_text(DUMP)
    command = [sys.executable, "-m", "pytest", "-p", "dump", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 5}, done.stdout + done.stderr
    return frozenset(json.loads((folder / "modules.json").read_text()))


def test_a_bare_start_imports_nothing_heavy(tmp_path):
    modules = modules_after(tmp_path, "--collect-only", *ALONE)
    assert "pytest_iso23053.plugin" in modules
    assert sorted(modules & HEAVY) == []


def test_beside_other_plugins_nothing_heavy_comes_through_us(tmp_path):
    with_us = modules_after(tmp_path, "--collect-only", *OTHERS_OFF)
    without_us = modules_after(tmp_path, "--collect-only", *OTHERS_OFF, "-p", "no:iso23053")
    assert "pytest_iso23053.plugin" in with_us - without_us
    assert sorted((with_us - without_us) & HEAVY) == []


def test_markers_cost_nothing_without_the_option(tmp_path):
    (tmp_path / "test_marked.py").write_text(MARKED)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\nstrict = true\n")
    modules = modules_after(tmp_path, *ALONE)
    assert sorted(modules & HEAVY) == ["tomllib"]  # pytest itself reads pyproject.toml


def test_a_configured_project_does_not_load_the_numeric_stack_until_a_test_asks(tmp_path):
    (tmp_path / "test_marked.py").write_text(MARKED)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest]\nstrict = true\n\n[tool.iso23053.datasets.test]\nsource = "sklearn:breast_cancer"\n'
    )
    modules = modules_after(tmp_path, *ALONE)
    assert sorted(modules & (HEAVY - {"jsonschema", "tomllib"})) == []


@pytest.mark.parametrize("module", ["pytest_iso23053", "pytest_iso23053.cli"])
def test_packages_stay_light(module):
    program = f"import sys; before = set(sys.modules); import {module}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert sorted(imported & (HEAVY | {"pytest", "_pytest"})) == []


def test_the_entry_point_is_cheap_to_import():
    """Under 15 ms of CPU beside pytest; the least of several starts, since other work can only add to it."""
    program = (
        "import pytest, time; start = time.process_time(); import pytest_iso23053.plugin; "
        "print(time.process_time() - start)"
    )
    runs = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True) for _ in range(7)
    )
    assert min(float(done.stdout) for done in runs) < 0.015
