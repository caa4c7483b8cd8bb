"""The command says of each file what it would do, in words and as JSON, and imports nothing heavy for it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys

import pytest
from click.testing import CliRunner

from pytest_iso23053.cli.group import group


class Own:
    """A class that no allow-list knows."""


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.pkl"
    path.write_bytes(pickle.dumps({"weights": [1.0, 2.0]}))
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.pkl"
    path.write_bytes(pickle.dumps(os.system))
    return path


@pytest.fixture
def cut(tmp_path):
    path = tmp_path / "cut.pkl"
    path.write_bytes(pickle.dumps({"weights": [1.0, 2.0]})[:-4])
    return path


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(group, ["scan", *map(str, arguments)], prog_name="pytest-iso23053")
    assert result.exit_code == status, result.output
    return result.output


class TestJson:
    def test_each_file_has_its_path_verdict_and_reasons(self, good, bad, cut):
        files = json.loads(run(good, bad, cut, "--json", status=1))["files"]
        assert [(each["path"], each["verdict"]) for each in files] == [
            (str(good), "clean"),
            (str(bad), "unsafe"),
            (str(cut), "unreadable"),
        ]
        assert files[0]["reasons"] == []
        assert "system" in files[1]["reasons"][0]
        assert files[2]["reasons"]
        assert all(isinstance(reason, str) for each in files for reason in each["reasons"])

    def test_a_folder_is_walked_in_order(self, tmp_path, good):
        (tmp_path / "inner").mkdir()
        (tmp_path / "inner" / "a.pkl").write_bytes(good.read_bytes())
        files = json.loads(run(tmp_path, "--json"))["files"]
        assert [each["path"] for each in files] == [str(good), str(tmp_path / "inner" / "a.pkl")]

    def test_a_strange_name_stays_valid_json(self, tmp_path, bad):
        path = bad.rename(tmp_path / 'a "b"\n\x1b[31m.pkl')
        assert json.loads(run(path, "--json", status=1))["files"][0]["path"] == str(path)


class TestStatus:
    def test_0_where_all_are_clean(self, good):
        assert "clean" in run(good)

    def test_1_where_one_is_not(self, good, bad, cut):
        assert "unsafe" in run(good, bad, status=1)
        assert "unreadable" in run(good, cut, status=1)

    def test_an_empty_folder_clears_nothing(self, tmp_path):
        (tmp_path / "empty").mkdir()
        assert "no file was found" in run(tmp_path / "empty", status=1)

    def test_a_missing_path_is_a_usage_error(self, tmp_path, good):
        text = run(good, tmp_path / "gone.pkl", status=2)
        assert "Usage:" in text
        assert "gone.pkl" in text

    def test_no_path_is_a_usage_error(self):
        assert "Usage:" in run(status=2)


class TestWords:
    def test_counts_and_advice(self, good, bad, cut):
        text = run(good, bad, cut, status=1)
        assert "3 files: 1 clean, 1 unsafe, 1 unreadable" in text
        assert "Do not load it" in text

    def test_names_cannot_write_to_the_terminal(self, tmp_path, bad):
        text = run(bad.rename(tmp_path / "a\x1b[2J.pkl"), status=1)
        assert "\x1b" not in text


class TestKey:
    """What a signature shows is tested with the scan itself; here, that the options arrive."""

    @pytest.mark.parametrize("option", ["--key", "--certificate"])
    def test_an_unsigned_file_is_not_let_through(self, good, tmp_path, option):
        (tmp_path / "keys").mkdir()
        key = tmp_path / "keys" / "team.pub"
        key.write_text("-----BEGIN PUBLIC KEY-----")
        assert "none lies beside good.pkl" in run(good, option, key, status=1)

    def test_two_ways_are_one_too_many(self, good):
        assert "leave one out" in run(good, "--key", good, "--certificate", good, status=2)

    def test_a_missing_key_is_a_usage_error(self, good, tmp_path):
        assert "--key" in run(good, "--key", tmp_path / "gone.pub", status=2)


class TestAllow:
    @pytest.fixture
    def own(self, tmp_path):
        path = tmp_path / "own.pkl"
        path.write_bytes(pickle.dumps(Own()))
        return path

    def test_admits_classes_of_ones_own(self, own):
        run(own, status=1)
        run(own, "--allow", f"{Own.__module__}.*")
        run(own, "--allow", "elsewhere.*", "--allow", f"{Own.__module__}.Own")
        run(own, "--allow", "elsewhere.*", status=1)

    def test_admits_no_more_than_named(self, own, bad):
        run(bad, "--allow", f"{Own.__module__}.*", status=1)

    @pytest.mark.parametrize("pattern", ["*", "*.system", "", "?s.*", "[a-z]*"])
    def test_everything_is_no_package(self, bad, pattern):
        assert "--allow" in run(bad, "--allow", pattern, status=2)


def test_a_scan_imports_nothing_heavy(good, bad):
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from pytest_iso23053.cli.group import group\n"
        f"result = CliRunner().invoke(group, ['scan', {str(good)!r}, {str(bad)!r}, '--json'])\n"
        "assert result.exit_code == 1, result.output\n"
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy', 'joblib', 'skops', 'h5py', 'jsonschema', 'jinja2'}\n"
        "heavy |= {'pytest', '_pytest', 'model_signing', 'cryptography', 'unittest', 'asyncio', 'http.client'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_350_files_take_no_minutes(tmp_path):
    """Nothing is scanned twice; ``benchmarks/scan/run.py`` measures it, and shows less than two seconds of CPU."""
    import resource

    content = pickle.dumps([{"weights": [float(each) for each in range(100)]}] * 20)
    for place in range(350):
        (tmp_path / f"{place}.pkl").write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", "from pytest_iso23053.cli import main; main()", "scan", str(tmp_path)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
