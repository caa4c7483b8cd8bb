"""The layers of ARCHITECTURE.md, as import-linter reads them from pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def test_imports_point_down():
    pytest.importorskip("importlinter")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_plugin_and_the_suite_know_pytest():
    """import-linter forbids it package by package; this holds it for packages that are yet to come."""
    package = REPOSITORY / "src" / "pytest_iso23053"
    if not package.is_dir():
        import pytest_iso23053

        package = Path(pytest_iso23053.__file__).parent
    folders = {"plugin", "suite", "example_project"}
    offending = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in folders
        and any(
            line.lstrip().startswith(("import pytest\n", "import pytest ", "from pytest ", "from _pytest"))
            for line in path.open()
        )
    ]
    assert offending == []
