from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pytest_iso23053.cli import demo

CHECKOUT = Path(__file__).resolve().parents[2] / "example_project"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def contents(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def started(monkeypatch):
    """What the demo would have started, and where; nothing runs."""
    calls = []

    def run(arguments, *, cwd, check):
        calls.append((arguments, cwd))
        return subprocess.CompletedProcess(arguments, 23)

    monkeypatch.setattr(demo.subprocess, "run", run)
    return calls


class TestUnpack:
    def test_whole_example_byte_for_byte(self, tmp_path):
        demo.unpack(tmp_path / "new" / "folder")
        unpacked = tmp_path / "new" / "folder"
        assert {"pyproject.toml", "conftest.py", "README.md", "data/german.data", "data/LICENSE.md"} <= contents(
            unpacked
        )
        assert {"models/credit.skops", "models/credit.skops.sha256", "data/MANIFEST.json"} <= contents(unpacked)
        for name in contents(unpacked):
            assert (unpacked / name).read_bytes() == (CHECKOUT / name).read_bytes()

    def test_what_a_run_leaves_behind_stays_behind(self, tmp_path, monkeypatch):
        source = tmp_path / "source"
        for name in ("pyproject.toml", "iso23053-report.html", "src/__pycache__/a.pyc", ".pytest_cache/x", "src/a.py"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text("")
        monkeypatch.setattr(demo, "example_project", lambda: source)
        demo.unpack(tmp_path / "copy")
        assert contents(tmp_path / "copy") == {"pyproject.toml", "src/a.py"}

    def test_empty_folder_is_used(self, tmp_path):
        demo.unpack(tmp_path)
        assert (tmp_path / "pyproject.toml").is_file()

    @pytest.mark.parametrize("kind", ["folder", "file"])
    def test_nothing_is_overwritten(self, tmp_path, kind):
        target = tmp_path / "work"
        if kind == "folder":
            target.mkdir()
            (target / "thesis.txt").write_text("mine")
        else:
            target.write_text("mine")
        before = contents(tmp_path)
        with pytest.raises(
            click.UsageError, match=r"nothing was written. Name another one \(pytest-iso23053 demo .*-2\)"
        ):
            demo.unpack(target)
        assert contents(tmp_path) == before

    def test_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(click.ClickException, match=r"could not be written to .*file.*inside"):
            demo.unpack(tmp_path / "file" / "inside")


class TestWhereTheExampleComesFrom:
    def test_checkout_before_a_stale_copy_in_the_package(self, tmp_path, monkeypatch):
        shutil.copytree(CHECKOUT, tmp_path / "example_project", ignore=shutil.ignore_patterns("tests"))
        monkeypatch.setattr(demo, "files", lambda package: tmp_path)
        # As imported from the checkout; these tests themselves may run on an installed wheel.
        monkeypatch.setattr(demo, "__file__", str(CHECKOUT.parent / "src" / "pytest_iso23053" / "cli" / "demo.py"))
        assert Path(str(demo.example_project())) == CHECKOUT

    def test_package_data_where_there_is_no_checkout(self, tmp_path, monkeypatch):
        package = tmp_path / "site-packages" / "pytest_iso23053"
        shutil.copytree(CHECKOUT, package / "example_project")
        monkeypatch.setattr(demo, "files", lambda name: package)
        monkeypatch.setattr(demo, "__file__", str(package / "cli" / "demo.py"))
        assert Path(str(demo.example_project())) == package / "example_project"

    def test_partial_copy_is_not_taken_for_the_example(self, tmp_path, monkeypatch):
        package = tmp_path / "site-packages" / "pytest_iso23053"
        (package / "example_project" / "data").mkdir(parents=True)
        (package / "example_project" / "data" / "LICENSE.md").write_text("")
        monkeypatch.setattr(demo, "files", lambda name: package)
        monkeypatch.setattr(demo, "__file__", str(package / "cli" / "demo.py"))
        with pytest.raises(click.ClickException, match="pip install --force-reinstall pytest-iso23053"):
            demo.example_project()


class TestPoison:
    @pytest.fixture
    def attacked(self, tmp_path):
        return Path(shutil.copy(CHECKOUT / "data" / "train.csv", tmp_path))

    def test_one_label_in_ten_and_nothing_else(self, attacked):
        before = rows(attacked)
        said = demo.poison(attacked)
        changed = [(old, new) for old, new in zip(before, rows(attacked), strict=True) if old != new]
        assert len(changed) == round(0.1 * len(before))
        assert all(old | {"credit": ""} == new | {"credit": ""} for old, new in changed)
        assert said.startswith(f"Attack: the labels of {len(changed)} of {len(before)} rows in {attacked} were flipped")
        assert "10% of the rows, seed 23053" in said

    def test_same_seed_same_victims(self, attacked, tmp_path):
        other = Path(shutil.copy(attacked, tmp_path / "other.csv"))
        demo.poison(attacked)
        demo.poison(other)
        assert attacked.read_bytes() == other.read_bytes()

    def test_no_share_changes_no_byte(self, attacked):
        before = attacked.read_bytes()
        demo.poison(attacked, share=0)
        assert attacked.read_bytes() == before


class TestCommand:
    def test_runs_this_python_there_and_passes_its_status_on(self, tmp_path, started):
        folder = tmp_path / "demo"
        result = CliRunner().invoke(demo.command, [str(folder)])
        ((arguments, where),) = started
        assert arguments == [
            sys.executable, "-m", "pytest", "--iso23053", "--iso23053-report", "html", "--iso23053-report", "json"
        ]  # fmt: skip
        assert where == folder
        assert result.exit_code == 23

    def test_default_folder(self, tmp_path, monkeypatch, started):
        monkeypatch.chdir(tmp_path)
        CliRunner().invoke(demo.command, [])
        assert (tmp_path / "iso23053-demo" / "pyproject.toml").is_file()

    def test_says_what_to_read_and_opens_no_page_that_was_not_written(self, tmp_path, started):
        result = CliRunner().invoke(demo.command, [str(tmp_path / "demo")])
        assert "Open" not in result.output
        for line in result.output.splitlines():
            if line.startswith(("Read ", "      ")):
                path = line[6:].split(": ")[0]
                assert Path(path).is_file(), path

    def test_attack_is_told_and_done_before_the_run(self, tmp_path, started):
        result = CliRunner().invoke(demo.command, [str(tmp_path / "demo"), "--attack"])
        assert result.output.index("Attack: the labels of 49 of 489 rows") < result.output.index("-m pytest")
        attacked = tmp_path / "demo" / "data" / "train.csv"
        assert attacked.read_bytes() != (CHECKOUT / "data" / "train.csv").read_bytes()
        assert "test_boundaries.py" in result.output

    def test_without_attack_the_data_is_untouched(self, tmp_path, started):
        CliRunner().invoke(demo.command, [str(tmp_path / "demo")])
        untouched = tmp_path / "demo" / "data" / "train.csv"
        assert untouched.read_bytes() == (CHECKOUT / "data" / "train.csv").read_bytes()

    def test_occupied_folder_is_a_usage_error_and_nothing_starts(self, tmp_path, started):
        (tmp_path / "thesis.txt").write_text("mine")
        result = CliRunner().invoke(demo.command, [str(tmp_path), "--attack"])
        assert result.exit_code == 2
        assert "exists and is not an empty folder" in result.output
        assert not started
