from __future__ import annotations

import hashlib
import pickle

import numpy as np
import pytest

from pytest_iso23053.settings.model import DatasetSpec


def test_a_data_set_inherits_from_train_what_it_does_not_say(project):
    for name in ("train.csv", "test.csv", "now.csv"):
        project.write(name)
    settings = project.settings(
        """
        [datasets.test]
        source = "test.csv"
        drop = []
        [datasets.now]
        role = "production"
        source = "now.csv"
        target = false
        sensitive = ["race"]
        [datasets.train]
        source = "train.csv"
        sha256 = "env:TRAIN"
        target = "y"
        drop = ["a"]
        features = ["b", "sex"]
        sensitive = ["sex"]
        labels = { No = 0, Yes = 1 }
        positive = 1
        preprocess = "package.module:prepare"
        id = "row"
        time = "day"
        read = { sep = ";", header = false }
        """
    )
    test, now, train = settings.datasets
    shared = {
        "target": "y", "features": ("b", "sex"), "labels": {"No": 0, "Yes": 1}, "positive": 1,
        "preprocess": "package.module:prepare", "id": "row", "time": "day", "read": {"sep": ";", "header": False},
    }  # fmt: skip
    assert train == DatasetSpec(
        "train",
        "train",
        "train.csv",
        drop=("a",),
        sensitive=("sex",),
        sha256="env:TRAIN",
        **shared,
    )
    assert test == DatasetSpec("test", "test", "test.csv", drop=(), sensitive=("sex",), **shared)
    assert now == DatasetSpec(
        "now",
        "production",
        "now.csv",
        drop=("a",),
        sensitive=("race",),
        **{**shared, "target": None},
    )


def test_the_training_set_may_have_another_name(project):
    settings = project.settings(
        '[datasets.history]\nrole = "train"\nsource = "m:a"\ntarget = "y"\n[datasets.test]\nsource = "m:b"\n'
    )
    assert settings.datasets[1].target == "y"


@pytest.mark.parametrize(
    "source",
    ['"sklearn:wine"', '"data/*.parquet"', '["X.npy", "y.npy"]', '["m:X", "m:y"]', '"fixture:d"', '"m.n:load()"',
     '"sqlite:///f.db?query=select 1"', '"folder"', r"'data\1.parquet'"],
)  # fmt: skip
def test_sources_of_every_kind(project, source):
    for name in ("data/1.parquet", "X.npy", "y.npy", "folder/1.parquet"):
        project.write(name)
    (spec,) = project.settings(f"[datasets.test]\nsource = {source}\n").datasets
    assert "\\" not in str(spec.source)
    assert isinstance(spec.source, tuple) == source.startswith("[")


@pytest.mark.parametrize("outside", ["../elsewhere/x.csv", "absolute"])
def test_paths_lead_out_of_the_rootdir_too(project, tmp_path, outside):
    root = tmp_path / "project"
    root.mkdir()
    project.write("elsewhere/x.csv")
    project.root = root
    source = tmp_path / "elsewhere" / "x.csv" if outside == "absolute" else outside
    assert project.settings(f"[datasets.test]\nsource = '{source}'\n").datasets[0].source == str(source)


def test_missing_files_are_mistakes_each(project):
    project.write("models/credit.skops")
    found = project.mistakes(
        """
        [models.a]
        source = "models/credti.skops"
        [datasets.test]
        source = ["X.npy", "m:y"]
        """
    )
    assert 'did you mean "credit.skops"?' in found["models.a.source"]
    assert 'there is no "X.npy"' in found["datasets.test.source"]
    assert project.lines == {"models.a.source": 3, "datasets.test.source": 5}


def test_a_dvc_pointer_stands_for_its_file(project):
    project.write("model.skops.dvc")
    assert project.settings('[models.a]\nsource = "model.skops"\n').models


def test_a_pickle_needs_a_pin_and_the_message_holds_it(project):
    content = pickle.dumps([1])
    project.write("model.pkl", content)
    found = project.mistakes('[models.credit]\nsource = "model.pkl"\n')
    line = f'sha256 = "{hashlib.sha256(content).hexdigest()}"'
    assert line in found["models.credit.sha256"]
    assert project.settings(f'[models.credit]\nsource = "model.pkl"\n{line}\n').models[0].sha256 in line


@pytest.mark.parametrize("pin", ["env:CREDIT", "sidecar", "A" * 64, "sha256:" + "a" * 64])
def test_pins(project, pin):
    project.write("model.pkl", b"x")
    project.write("model.pkl.sha256", "x")
    assert project.settings(f'[models.a]\nsource = "model.pkl"\nsha256 = "{pin}"\n').models[0].sha256 == pin


def test_a_pin_without_anything_behind_it_is_a_mistake(project):
    project.write("a.skops")
    found = project.mistakes(
        """
        [models.a]
        source = "a.skops"
        sha256 = "sidecar"
        [models.b]
        source = "package:model"
        sha256 = "sidecar"
        [datasets.test]
        source = "fixture:data"
        sha256 = "env:X"
        """
    )
    assert "sha256sum a.skops > a.skops.sha256" in found["models.a.sha256"]
    assert "is not one" in found["models.b.sha256"]
    assert "is not one" in found["datasets.test.sha256"]


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        (
            "[datasets.tset]\nsource = 'fixture:a'",
            "datasets.tset.role",
            'did you mean "test"?',
        ),
        (
            "[datasets.more]\nsource = 'fixture:a'",
            "datasets.more.role",
            'write role = one of "train"',
        ),
        (
            "[datasets.test]\nrole = 'train'\nsource = 'fixture:a'",
            "datasets.test.role",
            "cannot be the train data",
        ),
        (
            "[datasets.test]\nsource = 'fixture:a b'",
            "datasets.test.source",
            "names no fixture",
        ),
        (
            "[datasets.test]\nsource = 'x.csv'\ntake = 1",
            "datasets.test.take",
            "the source is a file",
        ),
        (
            "[datasets.test]\nsource = 'x.csv'\ntarget = 'y'\nfeatures = ['x', 'y']",
            "datasets.test.features",
            'the target "y" among its features',
        ),
        (
            "[datasets.test]\nsource = 'x.csv'\ndrop = ['x']\nfeatures = ['x', 'y']",
            "datasets.test.features",
            '["x"] cannot be both',
        ),
    ],
)
def test_what_contradicts_itself(project, table, key, words):
    project.write("x.csv")
    assert words in project.mistakes(table)[key]


def test_an_inherited_contradiction_is_told_once(project):
    found = project.mistakes(
        "[datasets.train]\nsource='m:a'\ndrop=['x']\nfeatures=['x']\n[datasets.test]\nsource='m:b'\n"
    )
    assert list(found) == ["datasets.train.features"]


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("train = 'x.csv'", "test = 'x.csv'", True),
        ("train = 'x.csv'", "test = './link.csv'", True),
        ("train = ['x.csv', 'y.csv']", "test = ['x.csv', 'z.csv']", True),
        ("train = 'm:load()'", "test = 'm:load()'", True),
        ("test = 'x.csv'", "production = 'x.csv'", True),
        ("reference = 'x.csv'", "production = 'x.csv'", True),
        ("train = 'x.csv'", "reference = 'x.csv'", False),
        ("test = 'x.csv'", "reference = 'x.csv'", False),
        ("train = 'x.csv'", "test = 'y.csv'", False),
        ("train = ['x.csv', 'y.csv']", "test = ['z.csv', 'y.csv']", False),
        ("train = 'both.npz'", "test = 'both.npz'", False),
        ("train = 'one.npz'", "test = 'one.npz'", True),
    ],
)
def test_two_roles_for_one_source(project, first, second, wrong):
    for name in ("x.csv", "y.csv", "z.csv"):
        project.write(name)
    (project.root / "link.csv").symlink_to("x.csv")
    np.savez(project.root / "both.npz", X_train=[1], X_test=[1])
    np.savez(project.root / "one.npz", X=[1], y=[1])
    tables = [
        f"[datasets.{role}]\nsource = {source}\n" for role, source in (t.split(" = ", 1) for t in (first, second))
    ]
    if wrong:
        found = project.mistakes("".join(tables))
        (key,) = found
        assert "give each its own" in found[key]
        assert f"datasets.{first.split()[0]}" in found[key]
    else:
        assert len(project.settings("".join(tables)).datasets) == 2


@pytest.mark.parametrize("more", ["take = {}", "read = {{ x = 'X{}' }}"])
def test_parts_of_one_source_are_several(project, more):
    np.savez(project.root / "x.npz", X0=[1], X1=[1])
    source = "m:split()" if "take" in more else "x.npz"
    text = "".join(
        f"[datasets.{role}]\nsource = '{source}'\n{more.format(part)}\n" for part, role in enumerate(("train", "test"))
    )
    assert len(project.settings(text).datasets) == 2


class TestSignatures:
    def settings(self, project, text):
        project.write("credit.skops")
        project.write("team.pub")
        project.write("ca.pem")
        return f'[models.credit]\nsource = "credit.skops"\nsignature = {text}\n'

    def test_paths_start_at_the_rootdir(self, project):
        (model,) = project.settings(self.settings(project, '{ key = "team.pub" }')).models
        assert model.signature == {"key": str(project.root / "team.pub")}
        (model,) = project.settings(self.settings(project, '{ certificates = ["ca.pem"], file = "team.pub" }')).models
        assert model.signature == {
            "certificates": (str(project.root / "ca.pem"),),
            "file": str(project.root / "team.pub"),
        }

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('{ file = "team.pub" }', "must say one of"),
            ("{}", "must say one of"),
            ('{ key = "team.pub", certificates = ["ca.pem"] }', "must say one of"),
            ('{ identity = "team@example.com", issuer = "https://example.com" }', "must say one of"),
            ('{ key = "gone.pub" }', "gone.pub"),
            ('{ certificates = ["gone.pem"] }', "gone.pem"),
        ],
    )
    def test_what_is_wrong_with_it(self, project, text, words):
        assert words in str(project.mistakes(self.settings(project, text)))

    def test_of_what_is_no_file(self, project):
        project.write("team.pub")
        text = '[models.credit]\nsource = "package.module:model"\nsignature = { key = "team.pub" }\n'
        assert "this source is none" in str(project.mistakes(text))
