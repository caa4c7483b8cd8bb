"""The data set: which columns are what, what it refuses, and that it never changes."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.dataset import Dataset, as_dataset


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"id": [7, 8, 9], "age": [25, 61, 40], "sex": ["f", "m", "f"], "when": [1, 2, 3], "default": [0, 1, 0]}
    )


class TestColumns:
    def test_target_is_no_feature_and_sensitive_columns_stay(self, frame):
        data = Dataset(frame, target="default", sensitive=["sex"])
        assert list(data.X) == ["id", "age", "sex", "when"]
        assert data.y.tolist() == [0, 1, 0]
        assert data.sensitive == ("sex",)

    def test_dropped_columns_can_still_be_read(self, frame):
        data = Dataset(frame, target="default", sensitive=["sex"], drop=["sex", "id"])
        assert list(data.X) == ["age", "when"]
        assert data.column("sex").tolist() == ["f", "m", "f"]
        assert data.column("default").tolist() == [0, 1, 0]

    def test_id_and_time_are_no_features_unless_listed(self, frame):
        assert list(Dataset(frame, target="default", id="id", time="when").X) == ["age", "sex"]
        assert list(Dataset(frame, target="default", time="when", features=["when", "age"]).X) == ["when", "age"]

    def test_features_give_the_order(self, frame):
        assert list(Dataset(frame, target="default", features=["sex", "age"]).X) == ["sex", "age"]

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"target": "defualt"}, ["target", "'defualt'", "did you mean 'default'?"]),
            ({"target": "default", "sensitive": ["Sex"]}, ["sensitive", "'Sex'", "did you mean 'sex'?"]),
            ({"drop": ["gone"]}, ["drop", "'gone'", "'age'"]),
            ({"features": ["agee"]}, ["features", "did you mean 'age'?"]),
            ({"target": "default", "features": ["default"]}, ["features", "'default'"]),
            ({"features": ["age"], "drop": ["age"]}, ["features", "'age'"]),
            ({"id": "key"}, ["id names column 'key'"]),
            ({"drop": ["id", "age", "sex", "when", "default"]}, ["no feature is left"]),
            ({"sensitive": "sex"}, ['["sex"]']),
        ],
    )
    def test_a_wrong_column_is_named_with_the_way_out(self, frame, said, words):
        with pytest.raises(SubjectError) as caught:
            Dataset(frame, name="credit", **said)
        for word in ["data set 'credit'", *words]:
            assert word in str(caught.value)

    def test_unknown_column_is_an_error_that_names_it(self, frame):
        with pytest.raises(SubjectError, match=r"'agee'.*did you mean 'age'"):
            Dataset(frame).column("agee")

    def test_repeated_column_names_are_refused(self):
        with pytest.raises(SubjectError, match="same name: 'a'"):
            Dataset(pd.DataFrame([[1, 2, 3]], columns=["a", "a", "b"]))

    def test_column_levels_are_refused(self):
        columns = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
        with pytest.raises(SubjectError, match="2 levels"):
            Dataset(pd.DataFrame([[1, 2]], columns=columns))

    def test_numbered_columns_answer_to_text(self):
        data = Dataset(pd.DataFrame([[1, 2, 0], [3, 4, 1]]), target="2", sensitive=["1"])
        assert data.y.tolist() == [0, 1]
        assert data.column("1").tolist() == [2, 4]

    def test_an_index_is_dropped_unless_it_is_the_id(self, frame):
        indexed = frame.set_index("id")
        assert list(Dataset(indexed, target="default").frame) == ["age", "sex", "when", "default"]
        data = Dataset(indexed, target="default", id="id")
        assert data.column("id").tolist() == [7, 8, 9]
        assert "id" not in data.X

    def test_rows_keep_together_whatever_the_index(self, frame):
        shuffled = frame.sample(frac=1, random_state=3)
        data = Dataset(shuffled.drop(columns="default"), shuffled["default"].reset_index(drop=True))
        assert data.frame["default"].tolist() == shuffled["default"].tolist()
        assert data.X.index.tolist() == [0, 1, 2]


class TestShapesOfInput:
    def test_arrays_get_column_names(self):
        data = Dataset(np.arange(6).reshape(3, 2), [0, 1, 0])
        assert list(data.X) == ["x0", "x1"]
        assert data.target == "target"
        assert data.from_array

    def test_lists_of_rows(self):
        assert Dataset([[1, 2.5], [3, 4]], [0, 1]).X.shape == (2, 2)

    def test_structured_arrays_bring_their_names(self):
        rows = np.array([(1, 2.0), (3, 4.0)], dtype=[("age", int), ("amount", float)])
        assert list(Dataset(rows).X) == ["age", "amount"]

    @pytest.mark.parametrize("y", [np.array([[0], [1]]), pd.DataFrame({"y": [0, 1]}), (0, 1), pd.Series([0, 1])])
    def test_targets_of_a_single_column(self, y):
        assert Dataset(np.zeros((2, 2)), y).y.tolist() == [0, 1]

    def test_the_target_keeps_its_own_name(self):
        assert Dataset(np.zeros((2, 2)), pd.Series([0, 1], name="late")).target == "late"
        assert Dataset(np.zeros((2, 2)), pd.Series([0, 1], name="late"), target="y").target == "y"

    def test_a_target_made_from_a_column_may_bear_its_name(self, frame):
        data = Dataset(frame[["age", "when"]], frame["age"] > 30)
        assert data.target == "target"
        assert data.y.tolist() == [False, True, True]
        with pytest.raises(SubjectError, match="the features hold the target, column 'age'"):
            Dataset(frame[["age", "when"]], frame["age"])

    @pytest.mark.parametrize(
        ("data", "y", "words"),
        [
            (np.zeros((2, 8, 8)), None, "reshape"),
            (np.zeros((2, 2)), [0, 1, 0], "2 rows of features and 3 of the target"),
            (np.zeros((2, 2)), np.eye(2), "argmax"),
            (pd.DataFrame({"target": [0, 1]}), [0, 1], "the features hold the target, column 'target'"),
            ("data.csv", None, "a str is not a table"),
            (3, None, "a int is not a table"),
            ([[1, 2], [3]], None, "differ in length"),
        ],
    )
    def test_other_shapes_are_refused_with_advice(self, data, y, words):
        with pytest.raises(SubjectError, match=words):
            Dataset(data, y)

    def test_sparse_matrices_are_refused_with_advice(self):
        from scipy import sparse

        with pytest.raises(SubjectError, match="vectoriser into the model's pipeline"):
            Dataset(sparse.csr_matrix(np.eye(3)))

    def test_polars_frames(self):
        polars = pytest.importorskip("polars")
        table = polars.DataFrame({"age": [25, 61], "sex": ["f", "m"], "default": [0, 1]})
        data = Dataset(table, target="default", sensitive=["sex"])
        assert data.X["age"].tolist() == [25, 61]
        assert Dataset(table.drop("default"), table["default"]).y.tolist() == [0, 1]

    def test_polars_frames_without_pyarrow(self, monkeypatch):
        polars = pytest.importorskip("polars")
        table = polars.DataFrame({"age": [25, 61], "sex": ["f", "m"]})

        def to_pandas(self, **_):
            raise ModuleNotFoundError("pyarrow is required")

        monkeypatch.setattr(polars.DataFrame, "to_pandas", to_pandas)
        assert Dataset(table).X["sex"].tolist() == ["f", "m"]

    def test_arrow_tables(self):
        pyarrow = pytest.importorskip("pyarrow")
        assert Dataset(pyarrow.table({"a": [1, 2]})).X["a"].tolist() == [1, 2]

    def test_a_series_is_a_table_of_one_column(self):
        assert list(Dataset(pd.Series(["a", "b"], name="text")).X) == ["text"]
        assert list(Dataset([1, 2, 3]).X) == ["x0"]

    def test_another_library_whose_table_cannot_be_converted(self):
        class Table:
            columns = ("a",)

            def __dataframe__(self):
                raise NotImplementedError

            def __getitem__(self, name):
                raise KeyError(name)

        with pytest.raises(SubjectError, match=r"Table cannot be made a pandas frame.*convert it yourself"):
            Dataset(Table())

    @pytest.mark.parametrize("y", ["yes", 3])
    def test_what_is_no_target(self, y):
        with pytest.raises(SubjectError, match="is not a target"):
            Dataset(np.zeros((2, 2)), y)

    def test_names_for_the_columns_of_other_features(self):
        with pytest.raises(SubjectError, match="2 column names for 3 columns"):
            Dataset(np.zeros((2, 2))).with_features(np.zeros((2, 3)))

    def test_sensitive_columns_beside_an_array(self):
        data = Dataset(np.zeros((2, 2)), [0, 1], sensitive={"sex": ["f", "m"]})
        assert data.column("sex").tolist() == ["f", "m"]
        assert data.sensitive == ("sex",)
        assert list(data.X) == ["x0", "x1"]
        with pytest.raises(SubjectError, match="another length"):
            Dataset(np.zeros((2, 2)), [0, 1], sensitive={"sex": ["f"]})

    def test_as_dataset(self, frame):
        from sklearn.datasets import load_iris

        data = Dataset(frame)
        assert as_dataset(data) is data
        assert as_dataset((frame[["age"]], frame["default"])).target == "default"
        assert as_dataset(load_iris()).n == 150
        assert as_dataset(load_iris(as_frame=True)).target == "target"
        assert as_dataset(frame).y is None
        with pytest.raises(SubjectError, match="tuple of 3"):
            as_dataset((1, 2, 3))


class TestTarget:
    @pytest.mark.parametrize(
        "column",
        [
            pd.Series(["a", "b", "a"], dtype="category"),
            pd.Series(["a", "b", "a"], dtype="string"),
            pd.Series([1, 0, 1], dtype="Int64"),
            pd.Series([True, False, True], dtype="boolean"),
            pd.Series([1, 0, 1], dtype="category"),
            pd.Series([0.5, 1.5, 0.5], dtype="Float64"),
        ],
    )
    def test_whatever_its_dtype_numpy_compares_it(self, column):
        y = np.asarray(Dataset(pd.DataFrame({"x": [1, 2, 3], "y": column}), target="y").y)
        assert (y == np.asarray(column.tolist())).all()
        assert y.dtype.kind in "Obif"

    def test_some_missing_labels_are_an_error_where_labels_are_read(self):
        data = Dataset(pd.DataFrame({"x": [1, 2, 3], "y": [1.0, np.nan, 0.0]}), target="y")
        assert data.column("y").isna().sum() == 1
        with pytest.raises(SubjectError, match=r"1 of 3 rows have no value in the target column 'y'"):
            _ = data.y

    def test_no_labels_at_all_are_none(self):
        assert Dataset(pd.DataFrame({"x": [1, 2], "y": [None, None]}), target="y").y is None

    def test_labels_are_mapped_and_the_frame_with_them(self):
        frame = pd.DataFrame({"x": [1, 2, 3], "y": ["No", "Yes", None]})
        data = Dataset(frame, target="y", labels={"No": 0, "Yes": 1})
        assert data.column("y").tolist()[:2] == [0, 1]
        assert frame["y"].tolist()[:2] == ["No", "Yes"], "the user's frame stays as it is"

    @pytest.mark.parametrize(
        ("values", "labels", "mapped"),
        [
            ([1, 2, 1], {"1": "good", "2": "bad"}, ["good", "bad", "good"]),
            ([1.0, 2.0, 1.0], {"1": 0, "2": 1}, [0, 1, 0]),
            ([True, False, True], {"true": "yes", "false": "no"}, ["yes", "no", "yes"]),
            ([0, 1, 0], {"No": 0, "Yes": 1}, [0, 1, 0]),
            (["True", "False", "True"], {"True": 1, "False": 0}, [1, 0, 1]),
        ],
    )
    def test_labels_match_whatever_their_type(self, values, labels, mapped):
        assert Dataset(pd.DataFrame({"x": [1, 2, 3], "y": values}), target="y", labels=labels).y.tolist() == mapped

    def test_an_unmapped_label_is_an_error(self):
        with pytest.raises(SubjectError, match=r"'Perhaps'.*does not map.*'No', 'Yes'"):
            Dataset(pd.DataFrame({"x": [1, 2], "y": ["No", "Perhaps"]}), target="y", labels={"No": 0, "Yes": 1})


class TestPositive:
    def test_second_of_two_by_default(self, frame):
        assert Dataset(frame, target="default").positive == 1
        assert Dataset(pd.DataFrame({"x": [1, 2], "y": ["good", "bad"]}), target="y").positive == "good"

    def test_labels_that_cannot_be_ordered(self):
        labels = pd.Series(["a", 1, "b", 1], dtype=object)
        assert Dataset(np.zeros((4, 1)), labels).classes.tolist() == [1, "a", "b"]

    def test_none_where_that_says_nothing(self):
        assert Dataset(np.zeros((3, 1)), ["a", "b", "c"]).positive is None
        assert Dataset(np.zeros((3, 1))).positive is None

    @pytest.mark.parametrize(("spelled", "labels"), [("1", None), (1.0, None), ("Yes", {"No": 0, "Yes": 1})])
    def test_spelled_as_in_toml_or_as_a_raw_label(self, spelled, labels):
        values = ["No", "Yes"] if labels else [0, 1]
        data = Dataset(np.zeros((2, 1)), values, positive=spelled, labels=labels)
        assert data.positive == 1
        assert isinstance(data.positive, int)

    def test_a_typing_mistake_is_an_error(self):
        with pytest.raises(SubjectError, match=r"'>50k' does not occur.*did you mean '>50K'"):
            Dataset(np.zeros((2, 1)), ["<=50K", ">50K"], positive=">50k")

    def test_kept_where_there_are_no_labels(self):
        assert Dataset(np.zeros((2, 1)), positive="Yes").positive == "Yes"


class TestNeverChanges:
    def test_a_column_added_to_the_features_is_not_added_to_the_data(self, frame):
        data = Dataset(frame, target="default")
        for given in (data.X, data.frame):
            given["new"] = 1
        assert "new" not in data.X
        assert "new" not in data.frame

    def test_the_users_frame_may_change_afterwards(self, frame):
        data = Dataset(frame, target="default")
        before = data.sha256
        frame.loc[0, "age"] = 99
        assert data.X["age"].tolist() == [25, 61, 40]
        assert Dataset(frame, target="default").sha256 != before

    def test_it_travels_to_another_process(self, frame):
        data = Dataset(frame, target="default", sensitive=["sex"], name="credit", role="test")
        copy = pickle.loads(pickle.dumps(data))
        assert (copy.name, copy.role, copy.sha256, copy.sensitive) == ("credit", "test", data.sha256, ("sex",))


class TestDerived:
    def test_other_features_keep_what_the_labels_mean(self, frame):
        data = Dataset(frame, target="default", sensitive=["sex"], drop=["sex"], positive=0)
        other = data.with_features(data.X.assign(age=0))
        assert other.X["age"].tolist() == [0, 0, 0]
        assert other.y.tolist() == [0, 1, 0]
        assert other.column("sex").tolist() == ["f", "m", "f"]
        assert other.positive == 0
        assert other.sha256 != data.sha256

    def test_more_rows_have_no_target_but_the_same_classes(self, frame):
        data = Dataset(frame, target="default")
        stacked = data.with_features(pd.concat([data.X, data.X]))
        assert stacked.n == 6
        assert stacked.y is None
        assert stacked.classes.tolist() == [0, 1]

    def test_features_as_an_array(self, frame):
        data = Dataset(frame[["age", "default"]], target="default")
        assert data.with_features(np.array([[1], [2], [3]])).X["age"].tolist() == [1, 2, 3]

    @pytest.mark.parametrize("rows", [[True, False, True], [0, 2], np.array([0, 2])])
    def test_subset(self, frame, rows):
        part = Dataset(frame, target="default", sensitive=["sex"]).subset(rows)
        assert part.X["age"].tolist() == [25, 40]
        assert part.classes.tolist() == [0, 1], "of the whole"
        assert part.positive == 1

    def test_repr_says_what_it_is(self, frame):
        assert repr(Dataset(frame, target="default", name="credit")) == (
            "<Dataset 'credit': 3 rows, 4 features, target 'default'>"
        )
