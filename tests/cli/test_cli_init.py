from __future__ import annotations

import pickle
import re
import subprocess
import sys
import tomllib

import numpy as np
import pytest
from click.testing import CliRunner

from pytest_iso23053.catalogue.load import load_catalogue
from pytest_iso23053.catalogue.resolver import Resolver
from pytest_iso23053.cli.clause_guesses import (
    _GUESSES,
    guess,
    names_of_tests,
    proposals,
)
from pytest_iso23053.cli.columns import header_of
from pytest_iso23053.cli.draft import draft
from pytest_iso23053.cli.init import command
from pytest_iso23053.cli.repository import look_at, role_of
from pytest_iso23053.settings.load import load_settings


@pytest.fixture
def repository(tmp_path):
    """A small repository: a pickled model, a scaler, data of three roles, tests that cannot be imported."""
    for name, content in {
        "pyproject.toml": '[project]\nname = "credit"\nversion = "2.2"\n',
        "models/credit.pkl": pickle.dumps([1]),
        "models/scaler.joblib": pickle.dumps([2]),
        "data/train.csv": "age,sex,income,default\n1,m,3,0\n",
        "data/test.csv": "age,sex,income,default\n2,f,3,1\n",
        "data/production.csv": "age;sex;income\n2;f;3\n",
        "tests/test_data.py": "import nothing\ndef test_schema(): pass\ndef test_fairness_by_sex(): pass\n",
        "tests/test_app.py": "class TestApi:\n    def test_predict(self): raise SystemExit\n",
        ".venv/models/hidden.pkl": pickle.dumps([3]),
        "node_modules/x/test.csv": "a,b\n",
        "other/pyvenv.cfg": "",
        "other/train.csv": "a,b\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def init(root, *arguments):
    return CliRunner().invoke(command, [str(root), *arguments])


def test_the_draft_loads_without_mistakes(repository):
    result = init(repository)
    assert result.exit_code == 0, result.output
    assert "your hand" not in result.output
    settings, _, _ = load_settings(repository)
    assert settings.path == repository / "iso23053.toml"
    assert settings.system == {"name": "credit", "version": "2.2"}
    assert [(spec.name, spec.source) for spec in settings.models] == [("credit", "models/credit.pkl")]
    assert len(settings.models[0].sha256) == 64
    assert [(spec.role, spec.source, spec.target) for spec in settings.datasets] == [
        ("train", "data/train.csv", "default"),
        ("test", "data/test.csv", "default"),
        ("production", "data/production.csv", "default"),
    ]
    assert settings.datasets[2].read == {"sep": ";"}
    assert settings.datasets[1].read == {}


def test_every_guess_is_marked_and_claims_wait_for_a_reader(repository):
    init(repository)
    text = (repository / "iso23053.toml").read_text()
    settings, _, _ = load_settings(repository)
    assert (
        settings.map,
        settings.requirements,
        settings.gate,
        settings.datasets[0].sensitive,
    ) == ((), (), (), ())
    for line in (
        '"tests/test_data.py::test_fairness_by_sex*" = "7.4/fairness"',
        '"tests/test_app.py::*" = "7.5/integration"',
    ):
        assert any(found.startswith(f"# {line} ") and "proposal" in found for found in text.splitlines()), line
    assert '# sensitive = ["sex"]' in text
    assert "# Not proposed as models, by their names: models/scaler.joblib" in text
    assert "hidden.pkl" not in text


def test_the_proposals_load_too_when_their_marks_are_taken_away(repository):
    init(repository)
    path = repository / "iso23053.toml"
    lines = path.read_text().splitlines()
    start = lines.index("# [tool.iso23053.map]")
    path.write_text("\n".join(lines[:start] + [line.removeprefix("# ") for line in lines[start:]]))
    assert len(load_settings(repository)[0].map) == 3


def test_it_says_what_it_found_and_what_to_do(repository):
    output = init(repository).output
    for words in (
        "models/credit.pkl",
        "data/train.csv (train)",
        "2 files; clauses are proposed for 3 tests",
    ):
        assert words in output
    for words in (
        "iso23053.toml",
        "pytest --iso23053 --collect-only",
        "pytest --iso23053",
    ):
        assert words in output


@pytest.mark.parametrize("name", ["iso23053.toml", "pyproject.toml"])
def test_nothing_is_ever_overwritten(repository, name):
    (repository / name).write_text("[tool.iso23053]\nseed = 7\n")
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    result = init(repository)
    assert result.exit_code == 1
    assert f"{name} holds a configuration already, and nothing was written" in result.output
    assert "--stdout" in result.output
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


def test_stdout_prints_the_same_text_and_writes_nothing(repository):
    before = sorted(repository.rglob("*"))
    printed = init(repository, "--stdout")
    assert sorted(repository.rglob("*")) == before
    init(repository)
    assert printed.output == (repository / "iso23053.toml").read_text()
    assert init(repository, "--stdout").exit_code == 0, "also beside a configuration"


def test_an_empty_folder_gets_a_draft_that_loads(tmp_path):
    result = init(tmp_path)
    assert result.exit_code == 0
    settings, _, _ = load_settings(tmp_path)
    assert (settings.models, settings.datasets) == ((), ())
    text = (tmp_path / "iso23053.toml").read_text()
    assert '# source = "package.module:factory()"' in text
    uncommented = text.replace("# [tool", "[tool").replace("# source", "source").replace("# target", "target")
    assert set(tomllib.loads(uncommented)["tool"]["iso23053"]) >= {
        "models",
        "datasets",
        "requirements",
        "gate",
    }


def test_a_draft_that_needs_a_hand_says_so(tmp_path):
    (tmp_path / "train.csv").write_text("a,b\n")
    (tmp_path / "test.csv").symlink_to("train.csv")
    output = init(tmp_path).output
    assert "It needs your hand" in output
    assert "datasets.test.source" in output


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "pathlib.Path.open",
        lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "denied")),
    )
    result = init(tmp_path)
    assert result.exit_code == 1
    assert "could not be written: denied" in result.output


def test_it_runs_nothing_and_needs_no_numeric_stack(repository):
    script = (
        "import sys\nfrom pytest_iso23053.cli.init import command\n"
        f"command([{str(repository)!r}], standalone_mode=False)\n"
        "print({'numpy', 'pandas', 'sklearn', 'pytest', 'joblib'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip().endswith("set()")
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("data/train.csv", "train"),
        ("data/X_train.npy", "train"),
        ("data/creditTest.csv", "test"),
        ("holdout2024.parquet", "test"),
        ("data/train/part-0.parquet", "train"),
        ("live_requests.jsonl", "production"),
        ("baseline.csv", "reference"),
        ("latest.csv", None),
        ("train_test.csv", None),
        ("data.csv", None),
    ],
)
def test_roles_are_guessed_from_whole_words(name, role):
    assert role_of(name) == role


def test_pairs_parts_and_archives_become_one_source(tmp_path):
    for name in (
        "X_train.npy",
        "y_train.npy",
        "test/part-0.parquet",
        "test/part-1.parquet",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert look_at(tmp_path).datasets == {
        "train": ("X_train.npy", "y_train.npy"),
        "test": "test/*.parquet",
    }


def test_one_archive_may_hold_both_roles(tmp_path):
    np.savez(tmp_path / "digits.npz", X_train=[1], y_train=[1], X_test=[1], y_test=[1])
    assert look_at(tmp_path).datasets == {"train": "digits.npz", "test": "digits.npz"}
    init(tmp_path)
    assert len(load_settings(tmp_path)[0].datasets) == 2


def test_dvc_pointers_stand_for_their_data(tmp_path):
    for name in ("train.csv.dvc", "model.skops.dvc", "pipeline.dvc"):
        (tmp_path / name).touch()
    found = look_at(tmp_path)
    assert (found.datasets, found.models) == ({"train": "train.csv"}, ("model.skops",))


def test_what_lies_near_the_root_comes_first(tmp_path):
    for name in ("tests/data/train.csv", "data/train.csv", "data/old/train.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = look_at(tmp_path)
    assert found.datasets == {"train": "data/train.csv"}
    assert found.other_data == ("data/old/train.csv", "tests/data/train.csv")


def test_the_work_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("pytest_iso23053.cli.repository._MOST_FILES", 5)
    for number in range(9):
        (tmp_path / f"{number}.txt").touch()
    assert (look_at(tmp_path).files, look_at(tmp_path).complete) == (5, False)
    assert "and there are more" in init(tmp_path).output


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"age,default\n", (("age", "default"), ",", "utf-8", "default")),
        (b'"a;b";Class\n', (("a;b", "Class"), ";", "utf-8", "Class")),
        (b"\xef\xbb\xbfage\tx\n", (("age", "x"), "\t", "utf-8", None)),
        ("größe,y\n".encode("latin-1"), (("größe", "y"), ",", "latin-1", "y")),
    ],
)
def test_headers(tmp_path, content, expected):
    (tmp_path / "x.csv").write_bytes(content)
    header = header_of(tmp_path / "x.csv")
    assert (
        header.columns,
        header.separator,
        header.encoding,
        header.target,
    ) == expected


@pytest.mark.parametrize("content", [b"", b"1,2,3\n", b"a,a\n", b"one column\n", b"A11,6,A34\n"])
def test_rows_are_no_headers(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    assert header_of(tmp_path / "x.csv") is None
    assert header_of(tmp_path / "missing.csv") is None
    assert header_of(tmp_path / "x.parquet") is None


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("test_accuracy_under_noise", "7.4/robustness"),
        ("test_no_bias_against_groups", "7.4/fairness"),
        ("test_schema", "7.2/quality"),
        ("TestApiEndpoint", "7.5/integration"),
        ("test_drift_monitor", "7.6/drift"),
        ("test_append", None),
        ("test_dating", None),
    ],
)
def test_clauses_are_guessed_from_the_words_of_a_name(name, clause):
    assert guess(name) == clause


def test_every_clause_that_is_proposed_exists():
    resolver = Resolver(load_catalogue("lifecycle"))
    for clause, _ in _GUESSES:
        assert resolver.marker([clause]).clauses


def test_rules_go_from_the_special_to_the_general(tmp_path):
    (tmp_path / "test_data.py").write_text("def test_a(): pass\ndef test_bias(): pass\ndef test_b(): pass\n")
    (tmp_path / "test_misc.py").write_text("def test_a(): pass\ndef test_auc(): pass\n")
    (tmp_path / "test_none.py").write_text("def test_a(): pass\n")
    assert list(proposals(tmp_path, ["test_data.py", "test_misc.py", "test_none.py"])) == [
        ("test_data.py::test_bias*", "7.4/fairness", 1),
        ("test_data.py::*", "7.2/quality", 2),
        ("test_misc.py::test_auc*", "7.4/performance", 1),
    ]


def test_marked_tests_are_left_to_their_markers(tmp_path):
    (tmp_path / "test_x.py").write_text(
        "@pytest.mark.clause('7.4')\ndef test_a(): pass\n"
        "@mark.clause('7.4')\nclass TestB:\n    def test_b(self): pass\n"
        "class TestC:\n    async def test_c(self): pass\n    def helper(self): pass\n"
    )
    assert names_of_tests(tmp_path / "test_x.py") == ["TestC::test_c"]
    (tmp_path / "test_y.py").write_text("pytestmark = [pytest.mark.clause('7.4')]\ndef test_a(): pass\n")
    assert names_of_tests(tmp_path / "test_y.py") == []


@pytest.mark.parametrize("content", [b"def test_a(:", b"\0", b"\xff\xfe", b"x" * (2 << 20), b"(" * 5000])
def test_what_is_not_python_is_passed_over(tmp_path, content):
    (tmp_path / "test_x.py").write_bytes(content)
    assert names_of_tests(tmp_path / "test_x.py") is None
    assert list(proposals(tmp_path, ["test_x.py"])) == []


def test_a_table_without_a_header_is_proposed_with_names_to_give(tmp_path):
    (tmp_path / "train.csv").write_text("A11,6,A34\n")
    text = init(tmp_path, "--stdout").output
    assert '# read = { header = false, names = ["…"] }' in text
    assert '# target = "…"' in text


def test_without_a_telling_name_the_last_column_is_proposed(tmp_path):
    (tmp_path / "train.csv").write_text("age,sex,zz\n")
    text = init(tmp_path, "--stdout").output
    assert re.search(r'^# target = "zz" +# proposal: the last column$', text, re.MULTILINE)


def test_models_of_one_name_are_told_apart_and_the_rest_is_listed(tmp_path):
    for number in range(13):
        path = tmp_path / f"v{number:02}" / "credit model.onnx"
        path.parent.mkdir()
        path.write_bytes(b"\x08")
    init(tmp_path)
    settings, _, _ = load_settings(tmp_path)
    names = [spec.name for spec in settings.models]
    assert names[:2] == ["credit_model", "credit_model_2"]
    assert len(set(names)) == 10
    assert "# More model files: v10/credit model.onnx" in (tmp_path / "iso23053.toml").read_text()


def test_a_long_map_is_cut(tmp_path):
    tests = "".join(f"def test_accuracy_{number}(): pass\ndef test_{number}(): pass\n" for number in range(250))
    (tmp_path / "test_misc.py").write_text(tests)
    text = init(tmp_path, "--stdout").output
    assert text.count("7.4/performance") == 200
    assert "# … and 50 more" in text


def test_starting_points_are_requirements_that_nobody_signed(tmp_path):
    text = draft(
        look_at(tmp_path), [], [("accuracy", ">= 0.75", "7.4/performance", []), ("f1", ">= 0.5", "7.4/x", ["labels"])]
    )
    (tmp_path / "iso23053.toml").write_text(text)
    (requirement,) = load_settings(tmp_path)[0].requirements
    assert (requirement.measure, requirement.limit) == ("accuracy", 0.75)
    assert requirement.basis == "starting point, unsigned"


@pytest.mark.parametrize("project", ["[project]\nname = 3\n", "project = 1\n", "[", "\xff"])
def test_an_odd_pyproject_is_no_obstacle(tmp_path, project):
    (tmp_path / "pyproject.toml").write_text(project, encoding="latin-1")
    assert init(tmp_path).exit_code == 0
    assert load_settings(tmp_path)[0].system == {}


def test_requirements_to_start_from_come_from_the_registry(repository):
    from pytest_iso23053.measures import registry

    output = init(repository, "--requirements").output
    assert "your hand" not in output
    settings, _, _ = load_settings(
        repository,
        measure_names=registry.names,
        measure_range=lambda name: registry.get(name).range,
    )
    proposed = {requirement.measure for requirement in settings.requirements}
    assert {"flip_rate", "generalisation_gap"} <= proposed
    assert all(requirement.basis == "starting point, unsigned" for requirement in settings.requirements)
    assert all(registry.get(name).basis == "P" for name in proposed)


def test_what_cannot_be_measured_yet_stays_behind_a_comment_sign(tmp_path):
    (tmp_path / "train.csv").write_text("age,zz\n")
    text = init(tmp_path, "--stdout", "--requirements").output
    assert re.search("^missing_rate = .*# 7.2/quality$", text, re.MULTILINE)
    assert re.search("^# flip_rate = .*; needs model, test$", text, re.MULTILINE)
    assert re.search("^# conflicting_label_rate = .*; needs .*labels", text, re.MULTILINE)


def test_groups_are_columns_that_speak_of_people(tmp_path):
    (tmp_path / "train.csv").write_text("Age,personal_status_sex,Foreign Worker,sextant,income\n")
    assert header_of(tmp_path / "train.csv").groups == ("personal_status_sex", "Foreign Worker")
