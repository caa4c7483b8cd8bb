from __future__ import annotations

import bz2
import gzip
import pickle
import zipfile

import pytest

from pytest_iso23053.settings.sources import (
    exists,
    is_object,
    is_path,
    is_pickle_based,
    members_of_archive,
    missing_file,
    portable,
    real_path,
)


@pytest.mark.parametrize(
    "source",
    [
        "models/credit.skops",
        "credit.skops",
        "../x.csv",
        "/abs/x.csv",
        r"C:\models\x.skops",
        "C:/x",
        "data/*.csv",
    ],
)
def test_paths(tmp_path, source):
    assert is_path(source, tmp_path)
    assert not is_object(source)


@pytest.mark.parametrize(
    "source",
    ["fixture:model", "credit.model:build()", "credit:model", "sklearn:breast_cancer"],
)
def test_objects(tmp_path, source):
    assert not is_path(source, tmp_path)
    assert is_object(source)


@pytest.mark.parametrize(
    "source",
    [
        "models:/credit/3",
        "https://example.org",
        "sqlite:///f.db?query=x",
        "asgi:a.b:app",
    ],
)
def test_other_schemes_are_left_to_those_who_load_them(tmp_path, source):
    assert not is_path(source, tmp_path)
    assert not is_object(source)


def test_a_file_with_a_colon_in_its_name_is_a_file(tmp_path):
    (tmp_path / "a:b").touch()
    assert is_path("a:b", tmp_path)


def test_windows_separators_name_the_same_file(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").touch()
    assert portable(r"data\x.csv", tmp_path) == "data/x.csv"
    assert missing_file(portable(r"data\x.csv", tmp_path), tmp_path) is None
    assert portable(r"package.module:x\y", tmp_path) == r"package.module:x\y"


def test_a_missing_file_comes_with_the_nearest_name(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "credit.skops").touch()
    assert 'did you mean "credit.skops"?' in missing_file("models/credti.skops", tmp_path)
    assert "a folder that does not exist" in missing_file("model/credit.skops", tmp_path)
    assert "package.module:attribute" in missing_file("credit", tmp_path)


def test_files_folders_globs_and_dvc_pointers_are_there(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "1.parquet").touch()
    (tmp_path / "data.csv.dvc").touch()
    for source in (
        "parts",
        "parts/1.parquet",
        "parts/*.parquet",
        "**/*.parquet",
        str(tmp_path / "parts/*"),
        "data.csv",
    ):
        assert missing_file(source, tmp_path) is None
    assert "no file matches" in missing_file("parts/*.csv", tmp_path)


@pytest.mark.parametrize("source", ["a\0b", "x" * 5000, "[", "**x", "..", "/"])
def test_odd_paths_raise_nothing(tmp_path, source):
    is_path(source, tmp_path)
    portable(source, tmp_path)
    missing_file(source, tmp_path)


def test_what_dvc_keeps_elsewhere_is_no_mistake(tmp_path):
    (tmp_path / "data.dvc").touch()
    (tmp_path / "dvc.lock").write_text("stages:\n  train:\n    outs:\n    - path: models/credit.skops\n      md5: 1\n")
    assert missing_file("data/train.csv", tmp_path) is None
    assert missing_file("models/credit.skops", tmp_path) is None
    assert missing_file("models/other.skops", tmp_path)


def zipped(path, name):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")


def test_pickles_are_told_by_content_and_by_name(tmp_path):
    model = pickle.dumps([1])
    contents = {
        "a.pkl": model,
        "b.bin": model,
        "renamed.skops": model,
        "c.joblib.gz": gzip.compress(model),
        "d.model": bz2.compress(model),
        "protocol0.pickle": pickle.dumps([1], protocol=0),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        assert is_pickle_based(tmp_path / name), name
    zipped(tmp_path / "torch.zip", "archive/data.pkl")
    assert is_pickle_based(tmp_path / "torch.zip")


def test_what_is_no_pickle_needs_no_pin(tmp_path):
    zipped(tmp_path / "credit.skops", "schema.json")
    (tmp_path / "credit.onnx").write_bytes(b"\x08\x07\x12\x07skl2onnx")
    (tmp_path / "text.model").write_text("x,y\n")
    (tmp_path / "pointer.pkl").write_text("version https://git-lfs.github.com/spec/v1\n")
    (tmp_path / "empty.pkl").touch()
    for name in (
        "credit.skops",
        "credit.onnx",
        "text.model",
        "pointer.pkl",
        "empty.pkl",
        "missing.pkl",
    ):
        assert not is_pickle_based(tmp_path / name), name


def test_a_real_skops_file_is_no_pickle(tmp_path):
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    dump(LogisticRegression().fit([[0], [1]], [0, 1]), tmp_path / "model.skops")
    assert not is_pickle_based(tmp_path / "model.skops")


def test_a_damaged_archive_raises_nothing(tmp_path):
    zipped(tmp_path / "whole.npz", "X.npy")
    content = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "damaged.npz").write_bytes(content[:10] + b"\xff" * 40 + content[50:])
    assert members_of_archive(tmp_path / "whole.npz") == {"X.npy"}
    assert members_of_archive(tmp_path / "damaged.npz") in ({"X.npy"}, frozenset())
    assert members_of_archive(tmp_path / "missing.npz") == frozenset()


def test_real_paths_follow_links_and_raise_nothing(tmp_path):
    (tmp_path / "x").touch()
    (tmp_path / "link").symlink_to("x")
    (tmp_path / "loop").symlink_to("loop")
    assert real_path(tmp_path / "link") == real_path(tmp_path / "x")
    for name in ("loop", "a\0b"):
        real_path(tmp_path / name)
        assert not exists(tmp_path / name)
