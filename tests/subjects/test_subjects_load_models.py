"""Models from real files and objects: what loads, what is refused, and that refusing executes nothing."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import sys
import warnings
import zlib
from pathlib import Path

import joblib
import numpy as np
import pytest

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.load import load_model
from pytest_iso23053.subjects.model import Model
from pytest_iso23053.subjects.provenance import running_version

WRITTEN = f"written by scikit-learn {running_version()}, running {running_version()}"


class Payload:
    """Unpickling one creates a file: the proof that something was executed."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


WRITERS = {
    "plain.pkl": pickle.dumps,
    "protocol0.pkl": lambda model: pickle.dumps(model, 0),
    "protocol2.pickle": lambda model: pickle.dumps(model, 2),
    "gzip.pkl.gz": lambda model: gzip.compress(pickle.dumps(model)),
    "bz2.pkl.bz2": lambda model: bz2.compress(pickle.dumps(model)),
    "xz.pkl.xz": lambda model: lzma.compress(pickle.dumps(model)),
    "lzma.bin": lambda model: lzma.compress(pickle.dumps(model), format=lzma.FORMAT_ALONE),
    "zlib": lambda model: zlib.compress(pickle.dumps(model)),
    "suffix-that-lies.skops": pickle.dumps,
}


def write_joblib(compression):
    def write(model, path):
        joblib.dump(model, path, compress=compression)

    return write


JOBLIB = {
    "plain.joblib": 0,
    "zlib.joblib": ("zlib", 3),
    "gzip.joblib.gz": ("gzip", 3),
    "bz2.model": ("bz2", 3),
    "lzma.sav": ("lzma", 3),
    "xz.pkl": ("xz", 3),
}


@pytest.fixture(params=[*WRITERS, *JOBLIB], scope="module")
def pickled(request, pipeline, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / request.param
    if request.param in WRITERS:
        path.write_bytes(WRITERS[request.param](pipeline))
    else:
        joblib.dump(pipeline, path, compress=JOBLIB[request.param])
    return path


class TestPickles:
    def test_with_the_right_digest_it_loads_and_says_who_wrote_it(self, pickled, pipeline, credit, model_spec, digest):
        model = load_model(model_spec(pickled.name, sha256=digest(pickled)), pickled.parent)
        features = credit.drop(columns="default")
        assert (model.predict((features, credit["default"])) == pipeline.predict(features)).all()
        assert model.sha256 == digest(pickled)
        assert model.kind == ("joblib" if pickled.name in JOBLIB else "pickle")
        assert model.notes == (WRITTEN,)
        assert (model.name, model.task) == ("credit", "classification")

    def test_without_a_pin_it_is_refused_with_the_line_to_paste(self, pickled, model_spec, digest, monkeypatch):
        monkeypatch.setattr(joblib, "load", lambda *_: pytest.fail("it was loaded"))
        with pytest.raises(SubjectError) as caught:
            load_model(model_spec(pickled.name), pickled.parent)
        for words in ("models.credit", pickled.name, f'sha256 = "{digest(pickled)}"', WRITTEN):
            assert words in str(caught.value)

    def test_a_forest_in_every_layout(self, forest, credit, tmp_path, model_spec, digest):
        for name, compression in JOBLIB.items():
            path = tmp_path / name
            joblib.dump(forest, path, compress=compression)
            model = load_model(model_spec(name, sha256=digest(path)), tmp_path)
            assert model.notes[0] == WRITTEN
            assert (model.predict(credit[["amount"]]) == forest.predict(credit[["amount"]])).all()


class TestNothingIsExecuted:
    @pytest.mark.parametrize("name", ["m.pkl", "m.joblib", "m.pkl.gz", "model", "m.skops", "m.csv"])
    @pytest.mark.parametrize("pin", [None, "0" * 64, "env:ISO_TEST_PIN_THAT_IS_NOT_SET", "sidecar", "abc", ""], ids=str)
    def test_when_it_is_refused(self, tmp_path, model_spec, name, pin):
        marker = tmp_path / "executed"
        content = pickle.dumps(Payload(marker))
        (tmp_path / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
        with pytest.raises(SubjectError):
            load_model(model_spec(name, sha256=pin), tmp_path)
        assert not marker.exists()

    def test_and_the_payload_would_work(self, tmp_path, model_spec, digest):
        marker = tmp_path / "executed"
        path = tmp_path / "m.pkl"
        path.write_bytes(pickle.dumps(Payload(marker)))
        with pytest.raises(SubjectError, match=r"was not loaded, it is unsafe:\n    imports pathlib\.Path\.touch"):
            load_model(model_spec("m.pkl", sha256=digest(path)), tmp_path)
        assert not marker.exists()
        pickle.loads(path.read_bytes())
        assert marker.exists(), "otherwise the tests above would prove nothing"

    def test_when_a_skops_file_is_refused(self, tmp_path, model_spec):
        import skops.io

        skops.io.dump(Path.touch, tmp_path / "m.skops")
        with pytest.raises(SubjectError, match="does not trust"):
            load_model(model_spec("m.skops"), tmp_path)

    def test_a_pickle_with_an_archive_behind_it_is_read_as_the_archive_alone(self, tmp_path, model_spec, trusted):
        import skops.io

        marker = tmp_path / "executed"
        (tmp_path / "m.pkl").write_bytes(pickle.dumps(Payload(marker)) + skops.io.dumps(trusted))
        model = load_model(model_spec("m.pkl"), tmp_path)
        assert model.kind == "skops"
        assert not marker.exists()

    def test_when_the_source_is_data(self, tmp_path, data_spec):
        from pytest_iso23053.subjects.load import load_dataset

        marker = tmp_path / "executed"
        (tmp_path / "d.pkl").write_bytes(pickle.dumps(Payload(marker)))
        np.savez(tmp_path / "d.npz", X=np.array([Payload(marker)], dtype=object), y=np.zeros(1))
        np.save(tmp_path / "d.npy", np.array([Payload(marker)], dtype=object))
        for name in ("d.pkl", "d.npz", "d.npy"):
            with pytest.raises(SubjectError, match="pickle"):
                load_dataset(data_spec(name), tmp_path)
        assert not marker.exists()


class TestPins:
    @pytest.fixture
    def path(self, tmp_path, pipeline):
        path = tmp_path / "m.pkl"
        path.write_bytes(pickle.dumps(pipeline))
        return path

    def test_capitals_and_prefix(self, path, model_spec, digest):
        for pin in (digest(path).upper(), f"sha256:{digest(path)}"):
            assert load_model(model_spec("m.pkl", sha256=pin), path.parent).sha256 == digest(path)

    def test_another_digest_is_refused_and_both_are_shown(self, path, model_spec, digest):
        with pytest.raises(SubjectError) as caught:
            load_model(model_spec("m.pkl", sha256="a" * 64), path.parent)
        assert "a" * 64 in str(caught.value)
        assert digest(path) in str(caught.value)
        assert "not loaded" in str(caught.value)

    def test_in_the_environment(self, path, model_spec, digest, monkeypatch):
        spec = model_spec("m.pkl", sha256="env:CREDIT_SHA256")
        with pytest.raises(SubjectError, match="CREDIT_SHA256 is not set"):
            load_model(spec, path.parent)
        monkeypatch.setenv("CREDIT_SHA256", "nonsense")
        with pytest.raises(SubjectError, match="CREDIT_SHA256 holds no SHA-256 digest"):
            load_model(spec, path.parent)
        monkeypatch.setenv("CREDIT_SHA256", digest(path))
        assert load_model(spec, path.parent).name == "credit"
        monkeypatch.setenv("CREDIT_SHA256", "b" * 64)
        with pytest.raises(SubjectError, match="environment variable CREDIT_SHA256"):
            load_model(spec, path.parent)

    @pytest.mark.parametrize(
        "line",
        [
            "{digest}",
            "{digest}  m.pkl\n",
            "{digest} *m.pkl\r\n",
            "{digest}  build/models/m.pkl\n",
            "SHA256 (m.pkl) = {digest}\n",
            "{other}  other.pkl\n{digest}  m.pkl\n",
            "\ufeff{digest}  m.pkl\n",
        ],
    )
    def test_in_a_sidecar(self, path, model_spec, digest, line):
        sidecar = path.with_name("m.pkl.sha256")
        sidecar.write_text(line.format(digest=digest(path), other="0" * 64), encoding="utf-8")
        assert load_model(model_spec("m.pkl", sha256="sidecar"), path.parent).sha256 == digest(path)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "sha256sum m.pkl > m.pkl.sha256"),
            ("", "no single line"),
            ("not a digest  m.pkl", "no single line"),
            (f"{'0' * 64}  one\n{'1' * 64}  two\n", "no single line"),
            ("0" * 64, "not the file that was pinned"),
            (b"\xff\xfe\x00", "cannot be read"),
        ],
    )
    def test_a_sidecar_that_does_not_help(self, path, model_spec, content, words):
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            path.with_name("m.pkl.sha256").write_bytes(data)
        with pytest.raises(SubjectError, match=words):
            load_model(model_spec("m.pkl", sha256="sidecar"), path.parent)

    def test_a_pin_on_what_is_no_file_is_refused(self, tmp_path, model_spec):
        with pytest.raises(SubjectError, match="take the pin out"):
            load_model(model_spec("os.path:join", sha256="0" * 64), tmp_path)

    def test_a_pin_on_a_skops_file_is_verified(self, tmp_path, model_spec, pipeline):
        import skops.io

        skops.io.dump(pipeline, tmp_path / "m.skops")
        with pytest.raises(SubjectError, match="not the file that was pinned"):
            load_model(model_spec("m.skops", sha256="0" * 64), tmp_path)


class TestSkops:
    def test_what_skops_trusts_needs_no_pin(self, tmp_path, trusted, credit, model_spec, digest):
        import skops.io

        path = tmp_path / "m.skops"
        skops.io.dump(trusted, path)
        model = load_model(model_spec("m.skops"), tmp_path)
        features = credit[["amount"]]
        assert (model.predict(features) == trusted.predict(features)).all()
        assert (model.kind, model.sha256, model.notes) == ("skops", digest(path), (WRITTEN,))

    def test_by_content_whatever_the_suffix(self, tmp_path, trusted, model_spec):
        import skops.io

        (tmp_path / "m.pkl").write_bytes(skops.io.dumps(trusted))
        assert load_model(model_spec("m.pkl"), tmp_path).kind == "skops"

    def test_an_encoder_needs_the_pin(self, tmp_path, pipeline, credit, model_spec, digest):
        import skops.io

        path = tmp_path / "m.skops"
        skops.io.dump(pipeline, path)
        with pytest.raises(SubjectError, match=r"numpy\.dtype"):
            load_model(model_spec("m.skops"), tmp_path)
        model = load_model(model_spec("m.skops", sha256=digest(path)), tmp_path)
        features = credit.drop(columns="default")
        assert (model.predict(features) == pipeline.predict(features)).all()

    def test_trees_need_the_pin(self, tmp_path, forest, credit, model_spec, digest):
        import skops.io

        path = tmp_path / "m.skops"
        skops.io.dump(forest, path)
        with pytest.raises(SubjectError) as caught:
            load_model(model_spec("m.skops"), tmp_path)
        assert "sklearn.tree._tree.Tree" in str(caught.value)
        assert f'sha256 = "{digest(path)}"' in str(caught.value)
        assert "allow" not in str(caught.value)
        model = load_model(model_spec("m.skops", sha256=digest(path)), tmp_path)
        assert (model.predict(credit[["amount"]]) == forest.predict(credit[["amount"]])).all()

    def test_the_users_own_classes_need_to_be_allowed(self, tmp_path, module, model_spec, digest):
        import importlib

        import skops.io

        name = module(
            "from sklearn.base import BaseEstimator, ClassifierMixin\n"
            "import numpy as np\n"
            "class Rule(ClassifierMixin, BaseEstimator):\n"
            "    def fit(self, X, y):\n"
            "        self.classes_ = np.unique(y)\n"
            "        return self\n"
            "    def predict(self, X):\n"
            "        return np.array([self.classes_[0]] * len(X))\n"
        )
        rule = importlib.import_module(name).Rule().fit([[0]], [0])
        skops.io.dump(rule, tmp_path / "m.skops")
        pinned = digest(tmp_path / "m.skops")
        for said in ({}, {"sha256": pinned}, {"allow": ("other.*",)}):
            with pytest.raises(SubjectError, match=rf'allow = \[.*"{name}.Rule"\]'):
                load_model(model_spec("m.skops", **said), tmp_path)
        for allow in ((f"{name}.*",), (f"{name}.Rule",)):
            assert load_model(model_spec("m.skops", allow=allow), tmp_path).predict([[1.0]]).tolist() == [0]

    @pytest.mark.parametrize("pattern", ["*", "*.Rule", "?.x", ""])
    def test_allowing_everything_is_refused(self, tmp_path, forest, model_spec, pattern):
        import skops.io

        skops.io.dump(forest, tmp_path / "m.skops")
        with pytest.raises(SubjectError, match="must begin with the name of a package"):
            load_model(model_spec("m.skops", allow=(pattern,)), tmp_path)

    def test_what_runs_commands_is_not_admitted_by_a_pin(self, tmp_path, model_spec, digest):
        import numpy as np
        import skops.io

        path = tmp_path / "m.skops"
        skops.io.dump(np.testing.assert_equal, path)
        with pytest.raises(SubjectError, match=r"numpy\.testing"):
            load_model(model_spec("m.skops", sha256=digest(path)), tmp_path)

    def test_a_pin_does_not_mend_what_cannot_be_built(self, tmp_path, trusted, model_spec, digest):
        import zipfile

        import skops.io

        skops.io.dump(trusted, tmp_path / "whole.skops")
        with zipfile.ZipFile(tmp_path / "whole.skops") as whole, zipfile.ZipFile(tmp_path / "m.skops", "w") as broken:
            for member in whole.namelist():
                if member.endswith(".npy"):
                    broken.writestr(member, b"no array")
                else:
                    broken.writestr(member, whole.read(member))
        spec = model_spec("m.skops", sha256=digest(tmp_path / "m.skops"))
        with pytest.raises(SubjectError, match=r"written by scikit-learn .* cannot be loaded"):
            load_model(spec, tmp_path)

    def test_a_damaged_file(self, tmp_path, pipeline, model_spec):
        import zipfile

        import skops.io

        content = skops.io.dumps(pipeline)
        (tmp_path / "cut.skops").write_bytes(content[: len(content) // 2])
        with zipfile.ZipFile(tmp_path / "empty.skops", "w") as archive:
            archive.writestr("schema.json", "{}")
        for name in ("cut.skops", "empty.skops"):
            with pytest.raises(SubjectError, match=name):
                load_model(model_spec(name), tmp_path)


class TestWrittenByAnotherVersion:
    def test_it_is_said_and_no_warning_is_raised(self, tmp_path, pipeline, model_spec, digest, monkeypatch):
        import sklearn.base

        path = tmp_path / "m.joblib"
        with monkeypatch.context() as patch:
            patch.setattr(sklearn.base, "__version__", "1.3.2")
            joblib.dump(pipeline, path, compress=3)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = load_model(model_spec("m.joblib", sha256=digest(path)), tmp_path)
        assert model.notes[0] == f"written by scikit-learn 1.3.2, running {running_version()}"

    def test_in_skops(self, tmp_path, trusted, model_spec, monkeypatch):
        import sklearn.base
        import skops.io

        with monkeypatch.context() as patch:
            patch.setattr(sklearn.base, "__version__", "1.4.0")
            skops.io.dump(trusted, tmp_path / "m.skops")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = load_model(model_spec("m.skops"), tmp_path)
        assert model.notes == (f"written by scikit-learn 1.4.0, running {running_version()}",)

    def test_it_is_said_where_loading_fails(self, tmp_path, model_spec, digest):
        path = tmp_path / "m.pkl"
        content = pickle.dumps({"_sklearn_version": "0.18.2", "a": 1}, 2)[:-1]
        path.write_bytes(content + b"cno_such_module\nThing\n.")
        with pytest.raises(SubjectError, match=r"written by scikit-learn 0\.18\.2.*No module named 'no_such_module'"):
            load_model(model_spec("m.pkl", sha256=digest(path), allow=("no_such_module.*",)), tmp_path)

    def test_what_is_not_clean_is_refused_with_the_line_that_admits_it(self, tmp_path, model_spec, digest):
        path = tmp_path / "m.pkl"
        path.write_bytes(b"\x80\x02cmypackage.parts\nThing\n.")
        with pytest.raises(SubjectError, match=r'allow = \["mypackage\.\*"\]'):
            load_model(model_spec("m.pkl", sha256=digest(path)), tmp_path)
        path.write_bytes(b"\x80\x04\x95")
        with pytest.raises(SubjectError, match="it is unreadable"):
            load_model(model_spec("m.pkl", sha256=digest(path)), tmp_path)

    def test_a_class_of_a_script(self, tmp_path, model_spec, digest):
        path = tmp_path / "m.pkl"
        path.write_bytes(b"\x80\x02c__main__\nMyModelOfAScript\n.")
        with pytest.raises(SubjectError, match="move these into a module"):
            load_model(model_spec("m.pkl", sha256=digest(path)), tmp_path)


class TestObjects:
    def test_attribute_and_factory(self, tmp_path, module, model_spec):
        name = module(
            "class Inner:\n"
            "    @staticmethod\n"
            "    def rule(frame):\n"
            "        return [0] * len(frame)\n"
            "def factory():\n"
            "    return lambda frame: [1] * len(frame)\n"
            "def needs(path):\n"
            "    return path\n"
        )
        model = load_model(model_spec(f"{name}:Inner.rule", task="classification"), tmp_path)
        assert model.predict([[1.0]]).tolist() == [0]
        assert (model.name, model.kind, model.task, model.sha256) == ("credit", "python", "classification", None)
        assert load_model(model_spec(f"{name}:factory()"), tmp_path).predict([[1.0]]).tolist() == [1]
        with pytest.raises(SubjectError, match=rf"write {name}:factory\(\)"):
            load_model(model_spec(f"{name}:factory"), tmp_path)
        with pytest.raises(SubjectError, match="failed: TypeError"):
            load_model(model_spec(f"{name}:needs()"), tmp_path)

    @pytest.mark.parametrize(
        ("text", "source", "words"),
        [
            ("raise RuntimeError('no data')", "m:x", "importing .* failed: RuntimeError: no data"),
            ("import sys; sys.exit(3)", "m:x", "importing .* failed: SystemExit"),
            ("import no_such_dependency", "m:x", "No module named 'no_such_dependency'"),
            ("model = 1", "m:modle", "did you mean 'model'"),
            ("model = 1", "m:model", "a int cannot predict"),
            ("model = 1", "m:model()", "cannot be called; leave out the"),
            ("class Model: pass", "m:Model", "is a class"),
            ("def make(): raise ValueError('no')", "m:make()", "failed: ValueError: no"),
            ("syntax error", "m:x", "SyntaxError"),
        ],
    )
    def test_what_can_go_wrong_is_said(self, tmp_path, module, model_spec, text, source, words):
        name = module(text)
        with pytest.raises(SubjectError, match=words) as caught:
            load_model(model_spec(source.replace("m:", f"{name}:", 1)), tmp_path)
        assert "models.credit" in str(caught.value)

    def test_a_module_that_is_not_found(self, tmp_path, model_spec):
        with pytest.raises(SubjectError, match=r'pythonpath = \["src"\]'):
            load_model(model_spec("no_such_package.models:model"), tmp_path)

    def test_a_model_is_adopted_under_the_configured_name(self, tmp_path, model_spec):
        own = Model(lambda frame: [0.5] * len(frame), name="own", classes=["a", "b"], notes=("kept",))
        model = load_model(model_spec("fixture:own"), tmp_path, fixture={"own": own}.__getitem__)
        assert (model.name, model.notes) == ("credit", ("kept",))
        assert model.predict([[1.0]]).tolist() == ["b"]

    def test_fixture(self, tmp_path, pipeline, model_spec):
        asked = []

        def fixture(name):
            asked.append(name)
            return pipeline

        model = load_model(model_spec("fixture:trained"), tmp_path, fixture=fixture)
        assert (asked, model.kind, model.task) == (["trained"], "fixture", "classification")
        with pytest.raises(SubjectError, match="only be used in a test run"):
            load_model(model_spec("fixture:trained"), tmp_path)


class TestSourcesThatAreNotThere:
    @pytest.mark.parametrize(
        "source",
        ["https://models.example.org/credit", "http://localhost:8000", "asgi:app.main:app", "models:/credit/3"],
    )
    def test_not_supported_yet(self, tmp_path, model_spec, source):
        with pytest.raises(SubjectError, match=r"not supported yet.*package\.module:factory\(\)"):
            load_model(model_spec(source), tmp_path)

    def test_a_scheme_nobody_knows(self, tmp_path, model_spec):
        with pytest.raises(SubjectError, match="no kind of source 'ftp'"):
            load_model(model_spec("ftp://x/y"), tmp_path)

    def test_folders(self, tmp_path, model_spec):
        (tmp_path / "mlflow").mkdir()
        (tmp_path / "mlflow" / "MLmodel").touch()
        (tmp_path / "models").mkdir()
        with pytest.raises(SubjectError, match="MLflow is not supported yet"):
            load_model(model_spec("mlflow"), tmp_path)
        with pytest.raises(SubjectError, match="is a folder"):
            load_model(model_spec("models"), tmp_path)

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("m.onnx", b"\x08\x07\x12\x07skl2onnx", "ONNX model, which is not supported yet"),
            ("m.h5", b"\x89HDF\r\n\x1a\n", "HDF5"),
            ("m.json", b'{"learner": 1}', "JSON"),
            ("m.pmml", b"<?xml version='1.0'?>", "PMML"),
            ("m.txt", b"hello", "unknown kind"),
            ("outs", b"outs:\n- md5: 1\n", "dvc pull"),
            ("m.zst", b"\x28\xb5\x2f\xfd....", "holds no pickle"),
            ("m.gz", gzip.compress(b"hello", mtime=0), "holds no pickle"),
            ("m.pkl", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
            ("m.skops.dvc", b"outs:\n- md5: 1\n", "name m.skops as the source"),
            ("m.pkl", b"", "m.pkl is empty"),
        ],
    )
    def test_files_of_another_kind(self, tmp_path, model_spec, name, content, words):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SubjectError, match=words):
            load_model(model_spec(name, sha256="0" * 64), tmp_path)

    def test_archives_of_another_kind(self, tmp_path, model_spec):
        import zipfile

        for member, words in (("archive/data.pkl", "PyTorch"), ("X.npy", "npz"), ("a.txt", "zip archive")):
            with zipfile.ZipFile(tmp_path / "m.pt", "w") as archive:
                archive.writestr(member, "x")
            with pytest.raises(SubjectError, match=words):
                load_model(model_spec("m.pt"), tmp_path)

    def test_missing_files(self, tmp_path, model_spec):
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / "credit.skops").touch()
        (tmp_path / "models" / "other.pkl.dvc").touch()
        (tmp_path / "dvc.lock").write_text("outs:\n- path: models/built.pkl\n  md5: 1\n")
        for source, words in (
            ("models/credti.skops", "did you mean 'credit.skops'"),
            ("models/other.pkl", "dvc pull"),
            ("models/built.pkl", "dvc repro"),
            ("modles/credit.skops", "no folder .*modles; relative paths start at the rootdir"),
        ):
            with pytest.raises(SubjectError, match=words):
                load_model(model_spec(source), tmp_path)


def test_paths_start_at_the_rootdir_and_nothing_of_the_process_changes(tmp_path, trusted, model_spec, monkeypatch):
    import skops.io

    (tmp_path / "project").mkdir()
    (tmp_path / "elsewhere").mkdir()
    skops.io.dump(trusted, tmp_path / "project" / "m.skops")
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = list(sys.path)
    assert load_model(model_spec("m.skops"), tmp_path / "project").kind == "skops"
    assert load_model(model_spec(str(tmp_path / "project" / "m.skops")), tmp_path / "other").kind == "skops"
    assert Path.cwd() == tmp_path / "elsewhere"
    assert sys.path == path
