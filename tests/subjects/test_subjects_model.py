"""The model: what its answers mean, that they are checked, and that it is asked once."""

from __future__ import annotations

import gc
import pickle
import warnings
import weakref

import numpy as np
import pandas as pd
import pytest

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.model import Model, as_model


@pytest.fixture
def data(credit):
    return Dataset(credit, target="default", name="test")


def numbers(y, **said):
    return Dataset(np.arange(float(len(y))).reshape(-1, 1) / 10, y, **said)


class Counting:
    """A predictor that counts how often it is asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, 0

    def __call__(self, frame):
        self.asked += 1
        return self.answer(frame)


class TestEstimators:
    def test_pipeline_on_mixed_columns(self, pipeline, credit, data):
        model = Model(pipeline)
        features = credit.drop(columns="default")
        assert (model.predict(data) == pipeline.predict(features)).all()
        assert np.allclose(model.predict_proba(data), pipeline.predict_proba(features))
        assert np.allclose(model.scores(data), pipeline.predict_proba(features)[:, 1])
        assert model.task == "classification"
        assert model.classes.tolist() == model.classes_for(data).tolist() == ["No", "Yes"]
        assert model.positive_class(data) == "Yes"

    def test_the_other_class_can_be_positive(self, pipeline, credit):
        data = Dataset(credit, target="default", positive="No")
        model = Model(pipeline)
        assert model.positive_class(data) == "No"
        assert np.allclose(model.scores(data), model.predict_proba(data)[:, 0])

    def test_decision_values_point_to_the_positive_class(self, credit):
        from sklearn.svm import LinearSVC

        X, y = credit[["amount"]] / 1000, credit["default"]
        fitted = LinearSVC().fit(X, y)
        model = Model(fitted)
        assert model.predict_proba(Dataset(X, y)) is None
        assert np.allclose(model.scores(Dataset(X, y)), fitted.decision_function(X))
        assert np.allclose(model.scores(Dataset(X, y, positive="No")), -fitted.decision_function(X))

    def test_decision_values_of_several_classes(self):
        from sklearn.datasets import load_iris
        from sklearn.svm import LinearSVC

        iris = load_iris(as_frame=True)
        fitted = LinearSVC().fit(iris.data, iris.target)
        scores = Model(fitted).scores(Dataset(iris.data, iris.target, positive=2))
        assert np.allclose(scores, fitted.decision_function(iris.data)[:, 2])

    def test_several_classes_need_a_positive_one_for_scores(self):
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression

        X, y = load_iris(return_X_y=True)
        model = Model(LogisticRegression(max_iter=500).fit(X, y))
        assert model.predict_proba((X, y)).shape == (150, 3)
        with pytest.raises(NotMeasurableError, match=r"which of the 3 classes 0, 1, 2 is positive\? Say positive"):
            model.scores((X, y))
        two = Dataset(X, y).subset(y < 2)
        with pytest.raises(NotMeasurableError, match="3 classes"):
            model.positive_class(two)
        assert model.positive_class(Dataset(X, y, positive="2")) == 2

    def test_regression(self, credit):
        from sklearn.linear_model import LinearRegression

        data = Dataset(credit[["amount"]], credit["amount"] * 2)
        model = Model(LinearRegression().fit(data.X, data.y))
        assert model.task == "regression"
        assert np.allclose(model.predict(data), data.y)
        assert model.predict_proba(data) is None
        with pytest.raises(SubjectError, match="no scores of a positive class"):
            model.scores(data)

    def test_fitted_on_arrays_is_given_arrays(self, credit):
        from sklearn.linear_model import LogisticRegression

        X, y = credit[["amount"]], credit["default"]
        model = Model(LogisticRegression().fit(X.to_numpy(), y))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (model.predict(Dataset(X, y)) == model.predict(Dataset(X.to_numpy(), y))).all()

    def test_fitted_on_a_frame_is_given_arrays_by_position(self, credit):
        from sklearn.linear_model import LogisticRegression

        X, y = credit[["amount"]], credit["default"]
        model = Model(LogisticRegression().fit(X, y))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (model.predict((X.to_numpy(), y)) == model.predict((X, y))).all()

    def test_the_order_of_columns_does_not_matter(self, pipeline, credit, data):
        turned = Dataset(credit[list(credit.columns[::-1])], target="default")
        assert (Model(pipeline).predict(turned) == Model(pipeline).predict(data)).all()

    def test_search_and_threshold_wrappers(self, credit):
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV

        X, y = credit[["amount"]], credit["default"]
        model = Model(GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(X, y))
        assert model.task == "classification"
        assert model.scores((X, y)).shape == (240,)

    def test_a_task_that_contradicts_the_estimator(self, pipeline):
        with pytest.raises(SubjectError, match='task = "regression", but Pipeline is for classification'):
            Model(pipeline, task="regression")
        with pytest.raises(ValueError, match="did you mean 'classification'"):
            Model(pipeline, task="classifcation")


class TestColumnsThatDoNotFit:
    def test_missing_and_unexpected_are_named(self, pipeline, credit):
        wrong = credit.rename(columns={"age": "years"})
        with pytest.raises(SubjectError) as caught:
            Model(pipeline, name="credit").predict(Dataset(wrong, target="default", name="test"))
        for words in ("model 'credit' on data set 'test'", "missing 'age'", "unexpected 'years'", 'drop = ["years"]'):
            assert words in str(caught.value)

    def test_a_column_too_many_for_a_model_without_names(self, credit):
        from sklearn.linear_model import LogisticRegression

        X = credit[["amount"]].to_numpy()
        model = Model(LogisticRegression().fit(X, credit["default"]))
        with pytest.raises(SubjectError, match="fitted on 1 columns, the data set has 2: 'x0', 'x1'"):
            model.predict(Dataset(np.hstack([X, X]), credit["default"]))

    def test_not_fitted(self, credit):
        from sklearn.linear_model import LogisticRegression

        with pytest.raises(SubjectError, match="not fitted"):
            Model(LogisticRegression()).predict(Dataset(credit[["amount"]], credit["default"]))

    def test_whatever_a_callable_raises(self, data):
        def broken(frame):
            return frame["gone"]

        with pytest.raises(SubjectError, match=r"KeyError: 'gone'.*The data set has 'age', 'amount'"):
            Model(broken).predict(data)

    @pytest.mark.parametrize("what", [KeyboardInterrupt, SystemExit])
    def test_interruptions_pass(self, data, what):
        def interrupted(_):
            raise what

        with pytest.raises(what):
            Model(interrupted).predict(data)


class TestCallables:
    def test_labels(self, data):
        model = Model(lambda frame: np.where(frame["amount"] > 3000, "Yes", "No"))
        assert set(model.predict(data)) == {"No", "Yes"}
        assert model.task is None
        assert model.task_for(data) == "classification"
        assert model.classes is None
        assert model.classes_for(data).tolist() == ["No", "Yes"]
        assert model.predict_proba(data) is None
        with pytest.raises(SubjectError, match="labels alone"):
            model.scores(data)

    def test_scores_of_the_positive_class(self):
        model = Model(lambda frame: frame["x0"])
        data = numbers(["bad"] * 6 + ["good"] * 4)
        assert model.predict(data).tolist() == ["bad"] * 5 + ["good"] * 5
        assert np.allclose(model.scores(data), data.X["x0"])
        assert np.allclose(model.predict_proba(data).sum(axis=1), 1)
        assert model.classes_for(data).tolist() == ["bad", "good"]
        other = numbers(["bad"] * 6 + ["good"] * 4, positive="bad")
        assert model.predict(other).tolist() == ["good"] * 5 + ["bad"] * 5
        assert np.allclose(model.scores(other), data.X["x0"])

    def test_scores_without_labels_are_zero_and_one(self):
        assert Model(lambda frame: frame["x0"]).predict(np.array([[0.2], [0.5]])).tolist() == [0, 1]

    def test_booleans_are_scores_where_the_labels_are_none(self):
        assert Model(lambda frame: frame["x0"] > 0.1).predict(numbers(["a", "b", "b"])).tolist() == ["a", "a", "b"]
        assert Model(lambda frame: frame["x0"] > 0.1).predict(numbers([True, False, True])).tolist() == [
            False,
            False,
            True,
        ]

    def test_whole_floats_that_are_labels_stay_labels(self):
        model = Model(lambda frame: np.ones(len(frame)))
        assert model.predict(numbers([1, 2, 2])).tolist() == [1, 1, 1]
        assert Model(lambda frame: np.array([1.0, 2.0, 2.0])).predict(numbers([1, 2, 2])).tolist() == [1, 2, 2]

    def test_scores_of_exactly_zero_and_one_are_still_scores(self):
        data = numbers([0, 1, 1])
        model = Model(lambda frame: np.array([0.0, 1.0, 0.0]))
        assert model.predict(data).tolist() == [0, 1, 0]
        assert model.scores(data).tolist() == [0.0, 1.0, 0.0]
        other = numbers([0, 1, 1], positive=0)
        assert model.predict(other).tolist() == [0, 1, 0], "labels, as the two readings would disagree"

    def test_numbers_in_objects(self):
        assert Model(lambda f: np.array([0.2, 0.7, 0.9], dtype=object)).scores(numbers([0, 1, 1])).tolist() == [
            0.2,
            0.7,
            0.9,
        ]

    def test_booleans_without_any_known_label(self):
        assert Model(lambda frame: frame["x0"] > 0).predict([[0.0], [1.0]]).tolist() == [False, True]

    def test_columns_of_probabilities(self):
        table = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.2, 0.5, 0.3]])
        data = numbers(["a", "b", "c"])
        model = Model(lambda _: table)
        assert model.predict(data).tolist() == ["a", "c", "b"]
        assert np.allclose(model.predict_proba(data), table)

    def test_columns_of_probabilities_beyond_the_labels_that_occur(self):
        table = np.full((2, 10), 0.1)
        assert Model(lambda _: table).classes_for(numbers([3, 7])).tolist() == list(range(10))
        with pytest.raises(SubjectError, match=r"10 columns of probabilities.*classes=\["):
            Model(lambda _: table).predict(numbers(["a", "b"]))
        named = Model(lambda _: table[:, :2] * 5, classes=["b", "a"])
        assert named.predict(numbers(["a", "b"])).tolist() == ["b", "b"]

    def test_regression_by_the_target_or_by_the_task(self):
        assert Model(lambda frame: frame["x0"]).predict(numbers([0.3, 1.7])).tolist() == [0.0, 0.1]
        assert Model(lambda frame: frame["x0"], task="regression").predict(numbers([0, 1])).tolist() == [0.0, 0.1]

    def test_a_target_that_could_be_either_is_asked_for(self):
        with pytest.raises(SubjectError, match='task = "classification" or task = "regression"'):
            Model(lambda frame: np.zeros(len(frame))).predict(numbers(list(range(30))))
        model = Model(lambda frame: np.arange(30), task="classification")
        assert model.predict(numbers(list(range(30)))).tolist() == list(range(30))

    def test_a_callable_written_for_arrays(self):
        assert Model(lambda X: X[:, 0] > 0.15).predict(numbers([0, 1, 1])).tolist() == [0, 0, 1]

    def test_predict_alone_is_read_like_a_callable(self):
        class Network:
            def predict(self, frame):
                return np.asarray(frame)  # one column of scores, as Keras answers

        assert Model(Network()).predict(numbers(["a"] * 6 + ["b"] * 4)).tolist() == ["a"] * 5 + ["b"] * 5

    def test_predict_proba_alone(self):
        class Only:
            classes_ = np.array(["a", "b"])

            def predict_proba(self, frame):
                return np.column_stack([1 - frame["x0"], frame["x0"]])

        model = Model(Only())
        assert model.predict(numbers(["a"] * 6 + ["b"] * 4)).tolist() == ["a"] * 6 + ["b"] * 4

    def test_predict_proba_without_classes(self):
        class Bare:
            def predict_proba(self, frame):
                return np.column_stack([1 - frame["x0"], frame["x0"]])

        class Labelled(Bare):
            def predict(self, frame):
                return np.array(["b"] * len(frame))

        data = numbers(["a"] * 6 + ["b"] * 4)
        assert Model(Bare()).predict(data).tolist() == ["a"] * 6 + ["b"] * 4
        model = Model(Labelled())
        assert model.predict(data).tolist() == ["b"] * 10
        assert np.allclose(model.scores(data), data.X["x0"])
        assert model.classes_for(data).tolist() == ["a", "b"]

    def test_probabilities_of_the_positive_class_alone(self):
        class Single:
            classes_ = np.array(["a", "b"])

            def predict(self, frame):
                return ["a"] * len(frame)

            def predict_proba(self, frame):
                return np.asarray(frame["x0"])

        data = numbers(["a", "b"])
        assert np.allclose(Model(Single()).scores(data), [0.0, 0.1])

    def test_decision_values_without_classes(self):
        class Margin:
            def predict(self, frame):
                return [0, 1]

            def decision_function(self, frame):
                return [-2.0, 3.0]

        assert Model(Margin()).scores(numbers([0, 1])).tolist() == [-2.0, 3.0]

    @pytest.mark.parametrize("kind", [pd.Series, list, tuple, lambda values: pd.Series(values, dtype="Int64")])
    def test_answers_of_any_kind(self, kind):
        assert Model(lambda frame: kind([0, 1, 1])).predict(numbers([0, 1, 1])).tolist() == [0, 1, 1]

    def test_a_series_is_read_by_position(self):
        answer = pd.Series([0, 1, 1], index=[2, 1, 0])
        assert Model(lambda _: answer).predict(numbers([0, 1, 1])).tolist() == [0, 1, 1]


class TestAnswersThatDoNotCount:
    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (lambda f: [0, 1], "2 predictions for 3 rows"),
            (lambda f: [[1, 2], [3], [4]], "is no array"),
            (lambda f: 1, "a int instead of one label"),
            (lambda f: None, "a NoneType instead of one label"),
            (lambda f: np.zeros((3, 2, 2)), r"shape \(3, 2, 2\)"),
            (lambda f: [0.1, np.nan, 0.2], "NaN, infinite or nothing for 1 of 3 rows, first for row 1"),
            (lambda f: ["a", None, "b"], "for 1 of 3 rows"),
            (lambda f: [0.1, 0.2, 7.5], "neither labels nor scores in"),
            (lambda f: np.full((3, 2), 0.9), "add up to"),
            (lambda f: np.array([[2.0, -1.0]] * 3), "from -1 to 2, not from 0 to 1"),
            (lambda f: np.array([[0.5, np.nan]] * 3), "for 3 of 3 rows"),
        ],
    )
    def test_of_a_classifier(self, answer, words):
        with pytest.raises(SubjectError, match=words):
            Model(answer).predict(numbers([0, 1, 1]))

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (lambda f: [1.0, np.inf, 2.0], "infinite"),
            (lambda f: ["a", "b", "c"], 'for labels, task = "classification"'),
            (lambda f: np.zeros((3, 2)), "2 values a row"),
        ],
    )
    def test_of_a_regressor(self, answer, words):
        with pytest.raises(SubjectError, match=words):
            Model(answer, task="regression").predict(numbers([0.5, 1.0, 1.5]))

    def test_one_score_for_three_labels(self):
        with pytest.raises(SubjectError, match="cannot tell the labels 'a', 'b', 'c' apart"):
            Model(lambda f: [0.1, 0.2, 0.3]).predict(numbers(["a", "b", "c"]))

    def test_probabilities_of_the_wrong_shape(self):
        class Wrong:
            classes_ = np.array([0, 1, 2])

            def predict(self, frame):
                return np.zeros(len(frame), dtype=int)

            def predict_proba(self, frame):
                return np.full((len(frame), 2), 0.5)

        model = Model(Wrong())
        assert model.predict(numbers([0, 1, 2])).tolist() == [0, 0, 0]
        with pytest.raises(SubjectError, match=r"shape \(3, 2\), not \(3, 3\)"):
            model.predict_proba(numbers([0, 1, 2]))

    def test_labels_that_can_never_agree(self, pipeline, credit):
        data = Dataset(credit.assign(default=(credit["default"] == "Yes").astype(int)), target="default")
        with pytest.raises(SubjectError, match=r"no label in common.*labels = \{ \"0\" = \"No\", \"1\" = \"Yes\" \}"):
            Model(pipeline).predict(data)
        with pytest.raises(SubjectError, match="no label in common"):
            Model(lambda frame: ["x"] * len(frame)).predict(data)

    def test_simply_wrong_is_no_error(self):
        assert Model(lambda frame: ["b", "b"]).predict(numbers(["a", "a"])).tolist() == ["b", "b"]

    def test_a_positive_label_that_the_model_lacks(self, pipeline, credit):
        data = Dataset(credit.drop(columns="default"), positive="Perhaps")
        with pytest.raises(SubjectError, match="'Perhaps' is none of the model's 'No', 'Yes'"):
            Model(pipeline).scores(data)

    def test_one_hot_columns_from_a_classifier(self):
        class OneHot:
            classes_ = np.array([0, 1])

            def predict(self, frame):
                return np.eye(2)

        with pytest.raises(SubjectError, match=r"\.argmax\(axis=1\)"):
            Model(OneHot()).predict(numbers([0, 1]))

    def test_a_callable_that_can_read_neither_frame_nor_array(self):
        def broken(_):
            raise RuntimeError("neither")

        with pytest.raises(SubjectError, match="RuntimeError: neither"):
            Model(broken).predict(numbers([0, 1]))

    def test_several_outputs(self):
        from sklearn.tree import DecisionTreeClassifier

        X, y = np.zeros((4, 1)), np.array([[0, 1], [1, 0], [0, 1], [1, 1]])
        with pytest.raises(SubjectError, match="several outputs"):
            Model(DecisionTreeClassifier().fit(X, y)).predict((X, y[:, 0]))

    @pytest.mark.parametrize(("thing", "words"), [(3, "a int cannot predict"), (Counting, "Counting is a class")])
    def test_things_that_cannot_predict(self, thing, words):
        for make in (Model, as_model):
            with pytest.raises(SubjectError, match=words):
                make(thing)


class TestLabelMaps:
    def test_a_model_that_speaks_the_mapped_labels(self, credit):
        from sklearn.linear_model import LogisticRegression

        X = credit[["amount"]]
        fitted = LogisticRegression().fit(X, (credit["default"] == "Yes").astype(int))
        data = Dataset(X, credit["default"], labels={"No": 0, "Yes": 1})
        assert (Model(fitted).predict(data) == fitted.predict(X)).all()
        assert Model(fitted).classes_for(data).tolist() == [0, 1]

    def test_a_model_that_speaks_the_raw_labels_is_translated(self, pipeline, credit):
        data = Dataset(credit, target="default", labels={"Yes": "late", "No": "on time"}, positive="late")
        model = Model(pipeline)
        assert set(model.predict(data)) == {"late", "on time"}
        assert model.classes.tolist() == ["No", "Yes"]
        assert model.classes_for(data).tolist() == ["on time", "late"], "in the order of the columns"
        assert np.allclose(model.scores(data), model.predict_proba(data)[:, 1])
        assert (model.predict(data) == data.y.to_numpy()).mean() > 0.6

    def test_numbers_that_are_both(self):
        from sklearn.linear_model import LogisticRegression

        X = np.arange(8.0).reshape(-1, 1)
        raw = np.array([1, 1, 1, 1, 2, 2, 2, 2])
        data = Dataset(X, raw, labels={"1": 0, "2": 1})
        for labels in (raw, raw - 1):
            model = Model(LogisticRegression().fit(X, labels))
            assert model.predict(data).tolist() == data.y.tolist()

    def test_without_declared_classes_only_what_cannot_be_mistaken(self):
        data = numbers(["n", "y"], labels={"n": 0, "y": 1})
        assert Model(lambda f: ["n", "y"]).predict(data).tolist() == [0, 1]
        assert Model(lambda f: [0, 1]).predict(data).tolist() == [0, 1]
        either = numbers([1, 2], labels={"1": 0, "2": 1})
        assert Model(lambda f: [0, 1]).predict(either).tolist() == [0, 1]

    @pytest.mark.parametrize("raw", [["n", "y"], [1, 2], [1.0, 2.0]])
    def test_scores_speak_the_mapped_labels(self, raw):
        data = numbers([*raw, raw[1]], labels={str(raw[0]).removesuffix(".0"): 0, str(raw[1]).removesuffix(".0"): 1})
        for classes in (None, raw, [0, 1]):
            model = Model(lambda f: [0.1, 0.2, 0.7], classes=classes)
            assert model.predict(data).tolist() == [0, 0, 1]
            assert model.classes_for(data).tolist() == [0, 1]

    def test_booleans_are_translated_before_they_count_as_scores(self):
        data = numbers([True, False], labels={"true": "a", "false": "b"})
        assert data.positive == "b"
        assert Model(lambda f: [True, False]).predict(data).tolist() == ["a", "b"]

    def test_classes_that_are_neither(self, pipeline, credit):
        data = Dataset(credit.assign(default=[0, 1] * 120), target="default", labels={"0": "good", "1": "bad"})
        with pytest.raises(SubjectError, match=r"'No', 'Yes' are neither the raw labels '0', '1' nor the mapped"):
            Model(pipeline).predict(data)

    def test_no_map_for_regression(self):
        assert Model(lambda f: f["x0"]).predict(numbers([0.5, 1.5])).tolist() == [0.0, 0.1]


class TestOnePass:
    def test_all_measures_share_one(self):
        counting = Counting(lambda frame: frame["x0"])
        model, data = Model(counting), numbers([0] * 6 + [1] * 4)
        for _ in range(3):
            model.predict(data)
            model.predict_proba(data)
            model.scores(data)
            model.classes_for(data)
        assert counting.asked == 1

    def test_each_method_of_an_estimator_once(self, data):
        class Estimator:
            classes_ = np.array(["No", "Yes"])
            asked: list[str] = []  # noqa: RUF012

            def predict(self, frame):
                self.asked.append("predict")
                return np.array(["No"] * len(frame))

            def predict_proba(self, frame):
                self.asked.append("predict_proba")
                return np.full((len(frame), 2), 0.5)

        model = Model(Estimator())
        model.predict(data)
        assert Estimator.asked == ["predict"], "labels alone need no probabilities"
        model.scores(data)
        model.predict_proba(data)
        model.predict(data)
        assert Estimator.asked == ["predict", "predict_proba"]

    def test_the_decision_function_once(self, data):
        class Margin:
            classes_ = np.array(["No", "Yes"])
            asked = 0

            def predict(self, frame):
                return np.array(["No"] * len(frame))

            def decision_function(self, frame):
                Margin.asked += 1
                return np.zeros(len(frame))

        model = Model(Margin())
        model.scores(data)
        model.scores(data)
        assert Margin.asked == 1

    def test_other_data_are_asked_for_anew(self):
        counting = Counting(lambda frame: frame["x0"] > 0.1)
        model, data = Model(counting), numbers([0, 1, 1])
        model.predict(data)
        model.predict(data.with_features(data.X + 1))
        assert counting.asked == 2

    def test_nobody_writes_into_what_is_shared(self, data):
        predicted = Model(lambda frame: ["No"] * len(frame)).predict(data)
        with pytest.raises(ValueError, match="read-only"):
            predicted[0] = "Yes"

    def test_an_array_of_the_users_own_stays_writable(self):
        own = np.array([0, 1, 1])
        Model(lambda _: own).predict(numbers([0, 1, 1]))
        own[0] = 1

    def test_the_cache_keeps_no_data_set_alive(self):
        model, data = Model(lambda frame: [0] * len(frame)), numbers([0, 1])
        model.predict(data)
        alive = weakref.ref(data)
        del data
        gc.collect()
        assert alive() is None
        assert len(model._cache) == 0

    def test_a_failure_is_not_kept(self):
        answers = iter([[0], [0, 1]])
        model, data = Model(lambda _: next(answers)), numbers([0, 1])
        with pytest.raises(SubjectError):
            model.predict(data)
        assert model.predict(data).tolist() == [0, 1]

    def test_it_travels_to_another_process(self, pipeline, data):
        model = Model(pipeline, name="credit", notes=("a note",))
        expected = model.predict(data)
        copy = pickle.loads(pickle.dumps(model))
        assert (copy.name, copy.notes) == ("credit", ("a note",))
        assert (copy.predict(data) == expected).all()


class TestPerturbed:
    def test_the_same_labels_as_for_the_clean_data(self):
        model = Model(lambda frame: frame["x0"])
        data = numbers(["a"] * 6 + ["b"] * 4)
        assert model.predict_frame(data.X + 0.1, like=data).tolist() == ["a"] * 4 + ["b"] * 5 + ["b"]
        stacked = pd.concat([data.X, data.X])
        assert model.predict_frame(stacked, like=data).tolist() == ["a"] * 5 + ["b"] * 5 + ["a"] * 5 + ["b"] * 5

    def test_is_not_cached(self):
        counting = Counting(lambda frame: [0] * len(frame))
        model, data = Model(counting), numbers([0, 1])
        for _ in range(2):
            model.predict_frame(data.X, like=data)
        assert counting.asked == 2

    def test_without_the_data_it_was_made_from(self, pipeline, credit):
        frame = credit.drop(columns="default")
        assert (Model(pipeline).predict_frame(frame) == pipeline.predict(frame)).all()

    def test_missing_labels_do_not_hinder_a_prediction(self):
        data = numbers([0.0, 1.0, np.nan])
        assert Model(lambda frame: [0, 1, 1]).predict(data).tolist() == [0, 1, 1]


def test_broken_tags_do_not_hinder():
    class Odd:
        def __sklearn_tags__(self):
            raise AttributeError("no tags here")

        def predict(self, frame):
            return [0] * len(frame)

    assert Model(Odd()).task is None


def test_without_labels_the_positive_one_is_1():
    model = Model(lambda frame: frame["x0"])
    assert model.positive_class(np.zeros((2, 1))) == 1
    assert model.scores(np.full((2, 1), 0.3)).tolist() == [0.3, 0.3]


def test_a_model_in_a_model(pipeline):
    assert Model(Model(pipeline), name="outer").predictor is pipeline


def test_as_model(pipeline):
    model = Model(pipeline)
    assert as_model(model) is model
    assert as_model(pipeline).name == "Pipeline"

    def rule(frame):
        return frame

    assert as_model(rule).name == "rule"
    assert repr(model) == "<Model 'model': Pipeline, classification>"


def test_pandas_dtypes_reach_the_model_as_they_are():
    frame = pd.DataFrame(
        {
            "n": pd.Series([1, None, 3], dtype="Int64"),
            "b": pd.Series([True, None, False], dtype="boolean"),
            "c": pd.Categorical(["u", "v", None]),
            "t": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
        }
    )
    seen = {}

    def look(X):
        seen.update(X.dtypes)
        return [0, 1, 0]

    Model(look).predict(Dataset(frame, [0, 1, 0]))
    assert {name: str(dtype) for name, dtype in seen.items()} == {name: str(d) for name, d in frame.dtypes.items()}


def test_what_is_public_shows_examples_that_run():
    import doctest

    from pytest_iso23053.subjects import dataset, model

    for one in (dataset, model):
        result = doctest.testmod(one)
        assert result.attempted > 0
        assert result.failed == 0
