"""Data sets from real files and objects, and the mistakes people make with them."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.load import load_dataset
from pytest_iso23053.subjects.model import Model


@pytest.fixture
def written(tmp_path, credit):
    """The same table in every format."""
    credit.to_csv(tmp_path / "credit.csv", index=False)
    credit.to_csv(tmp_path / "credit.tsv", index=False, sep="\t")
    credit.to_csv(tmp_path / "credit.csv.gz", index=False)
    credit.to_csv(tmp_path / "semicolons.csv", index=False, sep=";", decimal=",")
    credit.to_csv(tmp_path / "bare.txt", index=False, header=False, sep=" ")
    credit.to_json(tmp_path / "credit.jsonl", orient="records", lines=True)
    credit.to_json(tmp_path / "credit.json", orient="records")
    return tmp_path


class TestFiles:
    @pytest.mark.parametrize(
        ("source", "read"),
        [
            ("credit.csv", {}),
            ("credit.tsv", {}),
            ("credit.csv.gz", {}),
            ("semicolons.csv", {"sep": ";", "decimal": ","}),
            ("bare.txt", {"sep": " ", "names": ["age", "amount", "purpose", "sex", "employed", "default"]}),
            ("credit.jsonl", {}),
            ("credit.json", {}),
        ],
    )
    def test_text(self, written, credit, data_spec, pipeline, source, read):
        spec = data_spec(source, target="default", sensitive=("sex",), read=read)
        data = load_dataset(spec, written)
        pd.testing.assert_frame_equal(data.frame, credit, check_dtype=False)
        assert (data.name, data.role, data.n, data.sensitive) == ("test", "test", 240, ("sex",))
        assert data.sha256 == hashlib.sha256((written / source).read_bytes()).hexdigest()
        assert Model(pipeline).predict(data).shape == (240,)

    @pytest.mark.parametrize("name", ["credit.parquet", "credit.feather", "no-suffix"])
    def test_columnar(self, tmp_path, credit, data_spec, name):
        pytest.importorskip("pyarrow")
        write = credit.to_feather if "feather" in name else credit.to_parquet
        write(tmp_path / name)
        data = load_dataset(data_spec(name, target="default"), tmp_path)
        pd.testing.assert_frame_equal(data.frame, credit, check_dtype=False)
        some = load_dataset(data_spec(name, target="default", read={"columns": ["age", "default"]}), tmp_path)
        assert list(some.X) == ["age"]

    def test_columnar_without_pyarrow_names_the_extra(self, tmp_path, credit, data_spec, monkeypatch):
        pytest.importorskip("pyarrow")
        credit.to_parquet(tmp_path / "credit.parquet")
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(
            SubjectError, match=r'credit\.parquet needs pyarrow: pip install "pytest-iso23053\[columnar\]"'
        ):
            load_dataset(data_spec("credit.parquet"), tmp_path)

    def test_a_damaged_file(self, tmp_path, data_spec):
        pytest.importorskip("pyarrow")
        (tmp_path / "d.parquet").write_bytes(b"PAR1....PAR1")
        with pytest.raises(SubjectError, match=r"d\.parquet cannot be read"):
            load_dataset(data_spec("d.parquet"), tmp_path)

    def test_folder_and_glob_of_parquet(self, tmp_path, credit, data_spec):
        pytest.importorskip("pyarrow")
        (tmp_path / "parts").mkdir()
        credit[:100].to_parquet(tmp_path / "parts" / "a.parquet")
        credit[100:].to_parquet(tmp_path / "parts" / "b.parquet")
        (tmp_path / "parts" / "_SUCCESS").touch()
        digests = set()
        for source in ("parts", "parts/*.parquet", str(tmp_path / "parts" / "*.parquet")):
            data = load_dataset(data_spec(source, target="default"), tmp_path)
            assert data.frame["amount"].tolist() == credit["amount"].tolist()
            digests.add(data.sha256)
        assert len(digests) == 1
        credit.rename(columns={"age": "years"}).to_parquet(tmp_path / "parts" / "c.parquet")
        with pytest.raises(SubjectError, match=r"c\.parquet and a\.parquet have different columns"):
            load_dataset(data_spec("parts"), tmp_path)

    def test_pandas_dtypes_survive(self, tmp_path, data_spec):
        pytest.importorskip("pyarrow")
        frame = pd.DataFrame(
            {
                "n": pd.Series([1, None, 3], dtype="Int64"),
                "b": pd.Series([True, None, False], dtype="boolean"),
                "c": pd.Categorical(["u", "v", None]),
                "t": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
                "y": pd.Categorical(["no", "yes", "no"]),
            }
        )
        frame.to_parquet(tmp_path / "typed.parquet")
        data = load_dataset(data_spec("typed.parquet", target="y", labels={"no": 0, "yes": 1}), tmp_path)
        assert [str(dtype) for dtype in data.X.dtypes][:3] == ["Int64", "boolean", "category"]
        assert data.X.isna().sum().sum() == 4
        assert data.y.tolist() == [0, 1, 0]
        assert len(data.content_sha256) == 64


class TestMistakesInText:
    def write(self, tmp_path, content, name="d.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    @pytest.mark.parametrize(
        ("content", "read", "words"),
        [
            ("a;b;y\n1;2;0\n3;4;1\n", {}, r"single column; its lines hold ';' 2 times each: read = \{ sep = \";\" \}"),
            ("a\tb\ty\n1\t2\t0\n", {}, r'sep = "\\t"'),
            ("a|b|y\n1|2|0\n", {}, r'sep = "\|"'),
            ("1 2 0\n3 4 1\n", {"header": False}, r'sep = "\\\\s\+"'),
            ("a,b,y\n1,2,0\n", {"sep": ";"}, r'sep = ","'),
            ("", {}, "d.csv is empty"),
            ("\n\n", {}, "d.csv is empty"),
            ("a,b,y\n", {}, "no rows"),
            ("a,b\n1,2\n1,2,3\n", {}, "Expected 2 fields in line 3, saw 3"),
            ("a,a,y\n1,2,0\n", {}, "columns of the same name: 'a'"),
            ("a,b\n1,2\n", {"names": ["a", "a"]}, "Duplicate names"),
            (b"a,y\n\xe9,1\n", {}, r'is not utf-8: byte .*encoding = "latin-1"'),
            (b"a,y\n1,1\n", {"encoding": "utf-99"}, "unknown encoding"),
            ("a,y\n1,1\n", {"seperator": ";"}, r"seperator = … \} is no option.*\(did you mean 'sep"),
            ("a,y\n1,1\n", {"nrows": "many"}, "cannot be read"),
        ],
    )
    def test_are_said_with_the_way_out(self, tmp_path, data_spec, content, read, words):
        source = self.write(tmp_path, content)
        with pytest.raises(SubjectError, match=words) as caught:
            load_dataset(data_spec(source, read=read), tmp_path)
        assert "datasets.test (d.csv)" in str(caught.value)

    def test_another_encoding_and_no_header(self, tmp_path, data_spec):
        source = self.write(tmp_path, "é,1\nü,0\n".encode("latin-1"))
        for header in (False, None):
            spec = data_spec(source, target="1", read={"encoding": "latin-1", "header": header})
            assert load_dataset(spec, tmp_path).X.iloc[:, 0].tolist() == ["é", "ü"]

    def test_a_single_column_may_be_meant(self, tmp_path, data_spec):
        source = self.write(tmp_path, "text\nwell; that is it\nno\n")
        assert load_dataset(data_spec(source), tmp_path).n == 2

    def test_lines_before_the_header(self, tmp_path, data_spec):
        source = self.write(tmp_path, "# exported,2026\n\na,b,y\n1,2,0\n")
        assert list(load_dataset(data_spec(source, target="y", read={"skiprows": 1}), tmp_path).X) == ["a", "b"]
        repeated = self.write(tmp_path, "# exported\na,a,y\n1,2,0\n")
        with pytest.raises(SubjectError, match="same name: 'a'"):
            load_dataset(data_spec(repeated, read={"comment": "#"}), tmp_path)

    def test_unnamed_columns_are_not_repeated_names(self, tmp_path, data_spec):
        assert load_dataset(data_spec(self.write(tmp_path, ",,y\n1,2,0\n"), target="y"), tmp_path).n == 1

    def test_a_long_separator(self, tmp_path, data_spec):
        source = self.write(tmp_path, "a::b::y\n1::2::0\n")
        assert list(load_dataset(data_spec(source, read={"sep": "::"}), tmp_path).X) == ["a", "b", "y"]

    def test_types_do_not_depend_on_the_size_of_the_file(self, tmp_path, data_spec):
        rows = "\n".join(["1,0"] * 300_000 + ["x,1"])
        data = load_dataset(data_spec(self.write(tmp_path, f"a,y\n{rows}\n"), target="y"), tmp_path)
        assert set(data.X["a"].map(type)) == {str}

    def test_a_missing_column_names_file_and_column(self, tmp_path, data_spec):
        source = self.write(tmp_path, "age,defualt\n1,0\n")
        with pytest.raises(SubjectError, match=r"datasets\.test \(d\.csv\): target names column 'default'.*'defualt'"):
            load_dataset(data_spec(source, target="default"), tmp_path)


class TestArrays:
    X = np.arange(8.0).reshape(4, 2)
    y = np.array([0, 1, 0, 1])

    @pytest.mark.parametrize(
        ("keys", "read"),
        [
            (("X", "y"), {}),
            (("x", "y"), {}),
            (("data", "target"), {}),
            (("x_test", "y_test"), {}),
            (("features", "labels"), {"x": "features", "y": "labels"}),
        ],
    )
    def test_npz(self, tmp_path, data_spec, keys, read):
        np.savez_compressed(tmp_path / "d.npz", **{keys[0]: self.X, keys[1]: self.y})
        data = load_dataset(data_spec("d.npz", read=read), tmp_path)
        assert list(data.X) == ["x0", "x1"]
        assert data.y.tolist() == [0, 1, 0, 1]
        assert data.from_array

    def test_npz_by_role(self, tmp_path, data_spec):
        np.savez(tmp_path / "d.npz", x_train=self.X[:3], y_train=self.y[:3], x_test=self.X, y_test=self.y)
        assert load_dataset(data_spec("d.npz", role="train"), tmp_path).n == 3
        assert load_dataset(data_spec("d.npz", role="test"), tmp_path).n == 4
        with pytest.raises(SubjectError, match=r"holds 'x_train'.*read = \{ x = "):
            load_dataset(data_spec("d.npz", role="production"), tmp_path)

    def test_a_single_array(self, tmp_path, data_spec):
        whole = np.column_stack([self.X, self.y])
        np.savez(tmp_path / "d.npz", whole)
        np.save(tmp_path / "d.npy", whole)
        for source in ("d.npz", "d.npy"):
            assert load_dataset(data_spec(source, target="x2"), tmp_path).y.tolist() == [0, 1, 0, 1]
            named = load_dataset(data_spec(source, target="y", read={"names": ["a", "b", "y"]}), tmp_path)
            assert list(named.X) == ["a", "b"]
            with pytest.raises(SubjectError, match="2 names for 3 columns"):
                load_dataset(data_spec(source, read={"names": ["a", "b"]}), tmp_path)
            with pytest.raises(SubjectError, match="sep = … } is no option for an array"):
                load_dataset(data_spec(source, read={"sep": ";"}), tmp_path)

    def test_pair_of_files(self, tmp_path, data_spec):
        np.save(tmp_path / "X.npy", self.X)
        np.save(tmp_path / "y.npy", self.y)
        data = load_dataset(data_spec(("X.npy", "y.npy"), target="late"), tmp_path)
        assert (data.target, data.y.tolist()) == ("late", [0, 1, 0, 1])
        np.save(tmp_path / "y.npy", self.y[:3])
        with pytest.raises(SubjectError, match="4 rows of features and 3 of the target"):
            load_dataset(data_spec(("X.npy", "y.npy")), tmp_path)

    def test_pair_of_csv(self, tmp_path, data_spec):
        (tmp_path / "X.csv").write_text("a,b\n1,2\n3,4\n")
        (tmp_path / "y.csv").write_text("late\n0\n1\n")
        data = load_dataset(data_spec(("X.csv", "y.csv")), tmp_path)
        assert (list(data.X), data.target, data.y.tolist()) == (["a", "b"], "late", [0, 1])
        with pytest.raises(SubjectError, match="the target must be one column, not 2"):
            load_dataset(data_spec(("y.csv", "X.csv")), tmp_path)

    def test_damaged(self, tmp_path, data_spec):
        np.savez(tmp_path / "whole.npz", X=self.X, y=self.y)
        content = (tmp_path / "whole.npz").read_bytes()
        (tmp_path / "d.npz").write_bytes(content[:200])
        (tmp_path / "d.npy").write_bytes(b"\x93NUMPY\x01")
        for source in ("d.npz", "d.npy"):
            with pytest.raises(SubjectError, match="cannot be read"):
                load_dataset(data_spec(source), tmp_path)


SHAPES = """
import numpy as np, pandas as pd
X = pd.DataFrame({"a": range(6), "b": range(6)})
y = pd.Series([0, 1] * 3, name="late")
X_test, y_test = X[:2], y[:2]
def frame(): return X.assign(late=y)
def pair(): return X, y
def listed(): return [X, y]
def frames(): return X.assign(late=y), X_test.assign(late=y_test)
def split(): return X, X_test, y, y_test
def flat(): return X, y, X_test, y_test
def nested(): return (X.to_numpy(), y.to_numpy()), (X_test.to_numpy(), y_test.to_numpy())
def three(): return X, X_test, X[:3], y, y_test, y[:3]
def nothing(): return None
def broken(): raise OSError("no disk")
def strange(): return ("a", 3)
"""


class TestObjects:
    @pytest.mark.parametrize(
        ("function", "take", "rows", "target"),
        [
            ("frame", None, 6, "late"),
            ("pair", None, 6, "late"),
            ("listed", None, 6, "late"),
            ("frames", 0, 6, "late"),
            ("frames", 1, 2, "late"),
            ("split", 0, 6, "late"),
            ("split", 1, 2, "late"),
            ("flat", 1, 2, "late"),
            ("nested", 1, 2, "late"),
            ("three", 2, 3, "late"),
        ],
    )
    def test_what_functions_return(self, tmp_path, module, data_spec, function, take, rows, target):
        name = module(SHAPES)
        data = load_dataset(data_spec(f"{name}:{function}()", target=target, take=take), tmp_path)
        assert (data.n, data.target, data.y.tolist()) == (rows, "late", ([0, 1] * 3)[:rows])
        assert data.X.shape[1] == 2
        assert data.sha256 == data.content_sha256

    @pytest.mark.parametrize(
        ("source", "take", "words"),
        [
            ("frames()", None, "2 data sets to choose from: say take = 0 … 1"),
            ("split()", 2, "take = 2, but there are 2: 0 … 1"),
            ("split()", -1, "take = -1"),
            ("pair()", 0, "leave `take` out"),
            ("frame()", 1, "leave `take` out"),
            ("nothing()", None, "a NoneType is not a table"),
            ("broken()", None, "failed: OSError: no disk"),
            ("strange()", None, "no table stands"),
            ("frame", None, r"is a function; to call it, write .*frame\(\)"),
            ("frmae()", None, "did you mean 'frame'"),
        ],
    )
    def test_what_can_go_wrong_is_said(self, tmp_path, module, data_spec, source, take, words):
        with pytest.raises(SubjectError, match=words):
            load_dataset(data_spec(f"{module(SHAPES)}:{source}", take=take), tmp_path)

    def test_attributes_and_pairs_of_them(self, tmp_path, module, data_spec):
        name = module(SHAPES)
        assert load_dataset(data_spec(f"{name}:X"), tmp_path).y is None
        data = load_dataset(data_spec((f"{name}:X_test", f"{name}:y_test")), tmp_path)
        assert (data.n, data.y.tolist()) == (2, [0, 1])
        with pytest.raises(SubjectError, match="a whole data set already"):
            load_dataset(data_spec((f"{name}:pair()", f"{name}:y_test")), tmp_path)

    def test_fixtures_and_pairs_of_them(self, tmp_path, credit, data_spec):
        fixtures = {
            "table": credit,
            "X": credit.drop(columns="default").to_numpy(),
            "y": credit["default"].to_numpy(),
            "own": Dataset(credit, target="default", positive="No", name="own"),
        }
        get = fixtures.__getitem__
        assert load_dataset(data_spec("fixture:table", target="default"), tmp_path, fixture=get).n == 240
        pair = load_dataset(data_spec(("fixture:X", "fixture:y")), tmp_path, fixture=get)
        assert (pair.n, pair.from_array) == (240, True)
        own = load_dataset(data_spec("fixture:own", role="production"), tmp_path, fixture=get)
        assert (own.name, own.role, own.positive) == ("production", "production", "No")
        with pytest.raises(SubjectError, match="only be used in a test run"):
            load_dataset(data_spec("fixture:table"), tmp_path)

    @pytest.mark.parametrize("name", ["breast_cancer", "digits", "iris", "wine", "diabetes"])
    def test_sklearn(self, tmp_path, data_spec, name):
        data = load_dataset(data_spec(f"sklearn:{name}"), tmp_path)
        assert data.target == "target"
        assert data.n == len(data.y) > 100
        assert "target" not in data.X

    def test_sklearn_that_is_not_there(self, tmp_path, data_spec):
        with pytest.raises(SubjectError, match=r"no sklearn:breast_cancr \(did you mean 'breast_cancer'\?\)"):
            load_dataset(data_spec("sklearn:breast_cancr"), tmp_path)
        with pytest.raises(SubjectError, match="leave `take` out"):
            load_dataset(data_spec("sklearn:iris", take=1), tmp_path)

    @pytest.mark.parametrize("source", ["sqlite:///f.db?query=select 1", "duckdb:f.db", "https://x.example/d.csv"])
    def test_sources_to_come(self, tmp_path, data_spec, source):
        with pytest.raises(SubjectError, match=r"not supported yet.*package\.module:function\(\)"):
            load_dataset(data_spec(source), tmp_path)


class TestPreprocess:
    def test_is_given_the_whole_table(self, tmp_path, module, written, data_spec):
        name = module(
            "def clean(frame):\n"
            "    frame = frame.dropna(subset=['age'])\n"
            "    return frame.assign(late=(frame.pop('default') == 'Yes').astype(int))\n"
        )
        spec = data_spec("credit.csv", target="late", preprocess=f"{name}:clean")
        data = load_dataset(spec, written)
        assert data.n == 225
        assert sorted(data.y.unique()) == [0, 1]
        assert data.sha256 == hashlib.sha256((written / "credit.csv").read_bytes()).hexdigest()
        assert data.content_sha256 != data.sha256

    def test_of_a_pair_the_target_is_a_column_too(self, tmp_path, module, data_spec):
        name = module("def half(frame):\n    return frame[frame['target'] == 1]\n")
        np.savez(tmp_path / "d.npz", X=np.eye(4), y=[0, 1, 0, 1])
        assert load_dataset(data_spec("d.npz", preprocess=f"{name}:half"), tmp_path).y.tolist() == [1, 1]

    def test_the_users_own_frame_stays_as_it_is(self, tmp_path, module, data_spec):
        import importlib

        name = module(
            "import pandas as pd\n"
            "table = pd.DataFrame({'a': [1, 2], 'y': [0, 1]})\n"
            "def spoil(frame):\n"
            "    frame.loc[:, 'a'] = 0\n"
            "    return frame\n"
        )
        spec = data_spec(f"{name}:table", target="y", preprocess=f"{name}:spoil")
        assert load_dataset(spec, tmp_path).X["a"].tolist() == [0, 0]
        assert importlib.import_module(name).table["a"].tolist() == [1, 2]

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("frame.dropna()", "returned None; it must return the frame"),
            ("return frame.to_numpy()", "returned a ndarray; it must return a frame"),
            ("return frame['gone']", "preprocess: .* failed: KeyError: 'gone'"),
            ("return frame[:0]", "no rows"),
        ],
    )
    def test_what_can_go_wrong_is_said(self, written, module, data_spec, body, words):
        name = module(f"def clean(frame):\n    {body}\n")
        with pytest.raises(SubjectError, match=words):
            load_dataset(data_spec("credit.csv", preprocess=f"{name}:clean"), written)


class TestRoles:
    def test_everything_the_specification_says_of_columns(self, written, data_spec):
        spec = data_spec(
            "credit.csv",
            target="default",
            features=("amount", "age"),
            sensitive=("sex",),
            labels={"No": 0, "Yes": 1},
            positive="Yes",
            id="purpose",
            time="employed",
        )
        data = load_dataset(spec, written)
        assert list(data.X) == ["amount", "age"]
        assert (data.positive, data.id, data.time) == (1, "purpose", "employed")
        assert data.column("sex").nunique() == 2

    def test_production_may_lack_labels_and_what_is_dropped_anyway(self, tmp_path, credit, data_spec):
        credit.drop(columns=["default", "sex"]).to_csv(tmp_path / "p.csv", index=False)
        said = {"target": "default", "sensitive": ("sex",), "drop": ("gone",), "id": "key", "time": "when"}
        data = load_dataset(data_spec("p.csv", role="production", positive="Yes", **said), tmp_path)
        assert data.y is None
        assert data.notes == (
            "production has no target column 'default': no measure that needs labels can judge it",
            "production has no sensitive column 'sex'",
        )
        assert data.positive == "Yes"
        for key, value in said.items():
            with pytest.raises(SubjectError, match=f"{key} names column"):
                load_dataset(data_spec("p.csv", role="test", **{key: value}), tmp_path)

    def test_a_pin_is_verified_before_anything_is_read(self, tmp_path, data_spec, digest):
        path = tmp_path / "d.csv"
        path.write_text("a,y\n1,0\n")
        assert load_dataset(data_spec("d.csv", sha256=digest(path)), tmp_path).n == 1
        with pytest.raises(SubjectError, match=r"datasets\.test \(d\.csv\): this is not the file that was pinned"):
            load_dataset(data_spec("d.csv", sha256="0" * 64), tmp_path)
        with pytest.raises(SubjectError, match="take the pin out"):
            load_dataset(data_spec("sklearn:iris", sha256="0" * 64), tmp_path)


class TestNotThere:
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("d.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
            ("d.csv.dvc", b"outs:\n- md5: 0\n  path: d.csv\n", r"dvc pull, and name d\.csv as the source"),
            ("d.parquet", b"", r"d\.parquet is empty"),
            ("d.db", b"SQLite format 3\0", "SQLite file, which is not supported"),
            ("d.xlsx", b"PK\x03\x04....", "Excel"),
            ("d.h5", b"\x89HDF\r\n", "HDF5"),
            ("d.jsonl", b"{'a': 1}\n", r"d\.jsonl cannot be read"),
        ],
    )
    def test_files_of_another_kind(self, tmp_path, data_spec, name, content, words):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SubjectError, match=words):
            load_dataset(data_spec(name), tmp_path)

    def test_missing_files(self, tmp_path, data_spec):
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "test.csv").touch()
        (tmp_path / "data" / "train.csv.dvc").touch()
        (tmp_path / "tracked.dvc").touch()
        for source, words in (
            ("data/tets.csv", r"did you mean 'test\.csv'"),
            ("data/train.csv", r"only its DVC pointer train\.csv\.dvc; fetch it: dvc pull"),
            ("tracked/a/b.csv", r"only its DVC pointer tracked\.dvc"),
            ("data/*.parquet", "no file matches"),
            ("dta/test.csv", "no folder"),
        ):
            with pytest.raises(SubjectError, match=words):
                load_dataset(data_spec(source), tmp_path)
        (tmp_path / "empty").mkdir()
        with pytest.raises(SubjectError, match="holds no file"):
            load_dataset(data_spec("empty"), tmp_path)


def test_german_credit_as_it_is_published(tmp_path, data_spec):
    rows = ["A11 6 A34 1169 67 1", "A12 48 A32 5951 22 2", "A14 12 A34 2096 49 1"]
    (tmp_path / "german.data").write_text("\n".join(rows) + "\n")
    names = ["status", "duration", "history", "amount", "age", "risk"]
    spec = data_spec(
        "german.data",
        target="risk",
        labels={"1": "good", "2": "bad"},
        positive="bad",
        read={"sep": r"\s+", "names": names},
    )
    data = load_dataset(spec, tmp_path)
    assert data.y.tolist() == ["good", "bad", "good"]
    assert data.positive == "bad"


def test_text_that_is_json_is_read_as_such_whatever_its_suffix(tmp_path, data_spec):
    lines = "\n".join(json.dumps({"a": value, "y": value % 2}) for value in range(4))
    (tmp_path / "records.log").write_text(lines)
    assert load_dataset(data_spec("records.log", target="y"), tmp_path).y.tolist() == [0, 1, 0, 1]
    (tmp_path / "records.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    assert load_dataset(data_spec("records.jsonl.gz", target="y"), tmp_path).n == 4
