"""The scan executes nothing, clears no crafted file and refuses no genuine one, and never raises."""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import io
import os
import pickle
import shutil
import subprocess
import time
import warnings
from pathlib import Path

import crafted
import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_iso23053.subjects.scan import names
from pytest_iso23053.subjects.scan.files import scan_file, scan_handle, scan_paths
from pytest_iso23053.subjects.scan.verdict import CLEAN, UNREADABLE, UNSAFE


@pytest.fixture
def marker(tmp_path, request):
    """Whatever a test scans, it never appears; a test that loads on purpose asks for ``loaded``."""
    path = tmp_path / "marker"
    yield path
    if "loaded" not in request.fixturenames:
        assert not path.exists()


@pytest.fixture
def loaded():
    """Load for good, to see that a payload does what it is said to do."""

    def load(content: bytes) -> None:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pickle.loads(content)

    return load


def not_clean(verdicts) -> list[str]:
    return [f"{each.path}: {each.verdict} {each.reasons[:2]}" for each in verdicts if each.verdict != CLEAN]


def not_unsafe(verdicts) -> list[str]:
    return [f"{each.path}: {each.verdict} {each.reasons[:2]}" for each in verdicts if each.verdict != UNSAFE]


ATTACKS = sorted(crafted.payloads(Path("marker")))
UNANSWERED = {"extension code", "persistent id"}  # nobody can say what they would bring
FIRST_ONLY = {"behind the first", "behind three"}  # what PyTorch's reader never comes to


class TestCrafted:
    def test_there_are_enough(self):
        assert len(ATTACKS) >= 60

    @pytest.mark.parametrize("attack", [each for each in ATTACKS if each not in crafted.SILENT])
    def test_the_payload_works(self, marker, loaded, attack):
        loaded(crafted.payloads(marker)[attack])
        assert marker.exists()

    @pytest.mark.parametrize("container", crafted.CONTAINERS)
    def test_in_every_container(self, tmp_path, marker, container):
        suffix, wrap = crafted.CONTAINERS[container]
        folder = tmp_path / "scanned"
        folder.mkdir()
        for attack, content in crafted.payloads(marker).items():
            (folder / f"{attack}{suffix}").write_bytes(wrap(content))
        verdicts = list(scan_paths([folder]))
        assert len(verdicts) == len(ATTACKS)
        unread = UNANSWERED | (FIRST_ONLY if container == "torch" else set())
        unanswered = {str(folder / f"{each}{suffix}") for each in unread}
        assert not_unsafe(each for each in verdicts if each.path not in unanswered) == []
        assert {each.path for each in verdicts if each.clean} == set()

    def test_as_joblib_and_numpy_write_them(self, tmp_path, marker):
        paths = list(crafted.written(tmp_path, marker))
        assert len(paths) >= 30
        assert not_unsafe(scan_paths(paths)) == []

    @pytest.mark.parametrize("recipe", sorted(crafted.recipes(Path("marker"))))
    def test_in_recipes(self, tmp_path, marker, recipe):
        path = tmp_path / recipe
        path.write_bytes(crafted.recipes(marker)[recipe])
        assert scan_file(path).verdict == UNSAFE

    def test_the_suffix_promises_nothing(self, tmp_path, marker):
        for suffix in (".txt", ".json", ".safetensors", ".onnx", ".h5", ".skops", ""):
            path = tmp_path / f"model{suffix}"
            path.write_bytes(pickle.dumps(crafted.Touch(marker)))
            assert scan_file(path).verdict == UNSAFE

    def test_the_reason_names_the_import_and_the_place(self, tmp_path, marker):
        path = tmp_path / "model.zip"
        path.write_bytes(crafted.archive({"inner/model.pkl": pickle.dumps(crafted.Touch(marker))}))
        reason = scan_file(path).reasons[0]
        assert "posix.system" in reason
        assert "inner/model.pkl" in reason
        assert "at byte" in reason


@pytest.fixture(scope="module")
def traps():
    return crafted.traps()


class TestTraps:
    def test_are_unreadable_and_cost_little(self, tmp_path, traps):
        for name, content in traps.items():
            (tmp_path / name).write_bytes(content)
        began = time.process_time()
        verdicts = list(scan_paths([tmp_path]))
        assert len(verdicts) == len(traps)
        assert [(each.path, each.verdict) for each in verdicts if each.verdict != UNREADABLE] == []
        assert all(each.reasons for each in verdicts)
        assert time.process_time() - began < 10

    def test_a_pipe_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "model.pkl")
        assert scan_file(tmp_path / "model.pkl").verdict == UNREADABLE
        assert [each.verdict for each in scan_paths([tmp_path])] == [UNREADABLE]

    def test_links_in_a_circle_end(self, tmp_path):
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        (tmp_path / "folder").symlink_to(tmp_path)
        assert [each.verdict for each in scan_paths([tmp_path])] == [UNREADABLE] * 3
        assert scan_file(tmp_path / "a").verdict == UNREADABLE

    def test_links_out_of_the_folder_are_not_followed(self, tmp_path):
        folder = tmp_path / "folder"
        folder.mkdir()
        (tmp_path / "good.pkl").write_bytes(pickle.dumps(1))
        (folder / "link.pkl").symlink_to(tmp_path / "good.pkl")
        assert [each.verdict for each in scan_paths([folder])] == [UNREADABLE]
        assert scan_file(folder / "link.pkl").verdict == CLEAN

    def test_a_missing_file_is_unreadable(self, tmp_path):
        assert scan_file(tmp_path / "gone.pkl").verdict == UNREADABLE

    @pytest.mark.parametrize("member", ["../model.pkl", "/model.pkl", "a/../../model.pkl"])
    def test_members_that_leave_the_archive(self, tmp_path, member):
        (tmp_path / "a.zip").write_bytes(crafted.archive({member: pickle.dumps(1)}))
        (tmp_path / "a.tar").write_bytes(crafted.tape({member: pickle.dumps(1)}))
        assert [each.clean for each in scan_paths([tmp_path])] == [False, False]

    def test_a_zip_behind_a_pickle_is_seen(self, tmp_path, marker):
        path = tmp_path / "both.pkl"
        path.write_bytes(pickle.dumps(1) + crafted.archive({"data.pkl": pickle.dumps(crafted.Touch(marker))}))
        assert not scan_file(path).clean

    def test_the_handle_is_left_at_its_beginning(self):
        handle = io.BytesIO(pickle.dumps([1, 2]))
        assert scan_handle(handle, "a").clean
        assert handle.tell() == 0


def fitted():
    """Yield all of scikit-learn's estimators that can be fitted with a little data."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.utils import all_estimators

    rng = np.random.default_rng(3)
    X = rng.random((24, 4)) + 0.1
    y = np.tile([0, 1], 12)
    small = {"n_estimators": 3, "max_iter": 20, "n_init": 1, "random_state": 0, "cv": 2, "n_jobs": 1, "max_trials": 10}
    small |= {"max_subpopulation": 50, "thresholds": 3}
    targets = (y, np.c_[y, 1 - y], rng.random((24, 2)), None)
    for name, cls in all_estimators():
        estimator = None
        for arguments in (
            (),
            (LogisticRegression(),),
            (Ridge(),),
            ([("a", LogisticRegression())],),
            ([("a", Ridge())],),
        ):
            with contextlib.suppress(Exception):
                estimator = cls(*arguments)
                known = estimator.get_params(deep=False)
                estimator.set_params(**{key: value for key, value in small.items() if key in known})
            if estimator is not None and any(_fits(estimator, X, target) for target in targets):
                yield name, estimator
                break


def _fits(estimator, X, y) -> bool:
    try:
        estimator.fit(X, y)
    except Exception:
        return False
    return True


@pytest.fixture(scope="module")
def genuine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("genuine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (name, estimator) in enumerate(fitted()):
            joblib.dump(estimator, folder / f"{name}.joblib")
            if number % 2:
                (folder / f"{name}.pkl").write_bytes(pickle.dumps(estimator, number // 2 % 6))
            else:
                how = ("zlib", "gzip", "bz2", "lzma", "xz")[number // 2 % 5]
                joblib.dump(estimator, folder / f"{name}.joblib.z", compress=(how, 1))
    return folder


@pytest.fixture(scope="module")
def skops_folder(genuine, tmp_path_factory):
    io_ = pytest.importorskip("skops.io")
    made = tmp_path_factory.mktemp("skops")
    for path in sorted(genuine.glob("*.joblib")):
        with contextlib.suppress(Exception), warnings.catch_warnings():  # what skops cannot write
            warnings.simplefilter("ignore")
            io_.dump(joblib.load(path), made / f"{path.stem}.skops")
    return made


class TestGenuine:
    def test_scikit_learn(self, genuine):
        verdicts = list(scan_paths([genuine]))
        assert len(verdicts) >= 150
        assert not_clean(verdicts) == []

    def test_skops(self, skops_folder):
        verdicts = [each for each in scan_paths([skops_folder]) if Path(each.path).stat().st_size]
        assert len(verdicts) >= 100
        assert not_clean(verdicts) == []

    def test_in_archives(self, tmp_path, genuine):
        some = {path.name: path.read_bytes() for path in sorted(genuine.iterdir())[::25]}
        (tmp_path / "all.zip").write_bytes(crafted.archive(some))
        (tmp_path / "all.tar.gz").write_bytes(crafted.tape(some, "w:gz"))
        assert not_clean(scan_paths([tmp_path])) == []

    def test_a_pipeline_of_columns(self, tmp_path, pipeline, forest, trusted):
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import FeatureUnion

        union = FeatureUnion([("a", pipeline[:-1]), ("b", pipeline[:-1])])
        search = GridSearchCV(pipeline, {"logisticregression__C": [0.1, 1.0]}, cv=2, scoring="roc_auc")
        for number, model in enumerate((pipeline, forest, trusted, union, search)):
            joblib.dump(model, tmp_path / f"{number}.joblib")
            joblib.dump({"model": model, "version": 2}, tmp_path / f"{number}.joblib.gz", compress=3)
            for protocol in range(6):
                (tmp_path / f"{number}-{protocol}.pkl").write_bytes(pickle.dumps(model, protocol))
        assert not_clean(scan_paths([tmp_path])) == []

    def test_text_and_labels(self, tmp_path):
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
        from sklearn.isotonic import IsotonicRegression
        from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MultiLabelBinarizer

        words = ["a good model", "a bad model"]
        models = [
            *(cls().fit(words) for cls in (CountVectorizer, TfidfVectorizer, LabelEncoder, LabelBinarizer)),
            MultiLabelBinarizer().fit([["a", "b"], ["c"]]),
            DictVectorizer().fit([{"a": 1.0}, {"b": "x"}]),
            IsotonicRegression().fit([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]),
        ]
        for model in models:
            joblib.dump(model, tmp_path / f"{type(model).__name__}.joblib")
            (tmp_path / f"{type(model).__name__}.pkl").write_bytes(pickle.dumps(model, 2))
        assert not_clean(scan_paths([tmp_path])) == []

    def test_keys_and_copies(self, tmp_path):
        pairs = {(place, str(place)): place for place in range(200)}
        values = [
            pairs,
            set(pairs),
            frozenset(pairs),
            {((1, (2, 3)), "a"): 1},
            collections.Counter(pairs),
            collections.OrderedDict(pairs),
            collections.defaultdict(list, pairs),
            collections.deque(pairs),
            [dt.date(2000, 1, 1 + day) for day in range(31)] * 3,
            {dt.datetime(2000, 1, 1, 0, 0, second) for second in range(60)} | set(range(60)),
            np.array([[None, "a"], [(1, 2), []]], dtype=object),
            np.array([], dtype=object),
            np.array(None, dtype=object),
            np.ma.masked_array(["a", "b"], [True, False]),
            np.ma.masked_array([1.0, 2.0], [True, False]),
        ]
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for number, value in enumerate(values):
                (tmp_path / f"{number}-{protocol}.pkl").write_bytes(pickle.dumps(value, protocol))
        assert not_clean(scan_paths([tmp_path])) == []

    def test_frames_and_arrays(self, tmp_path, credit):
        joblib.dump(credit, tmp_path / "credit.joblib")
        joblib.dump(credit["age"], tmp_path / "age.joblib", compress=True)
        np.save(tmp_path / "a.npy", np.arange(10))
        np.save(tmp_path / "texts.npy", np.array(["a", None], dtype=object))
        np.savez_compressed(tmp_path / "a.npz", a=np.arange(10), b=np.array(["a", "b"]))
        assert not_clean(scan_paths([tmp_path])) == []

    @pytest.mark.parametrize(
        ("package", "model"),
        [
            ("lightgbm", "LGBMClassifier"),
            ("lightgbm", "LGBMRegressor"),
            ("xgboost", "XGBClassifier"),
            ("xgboost", "XGBRegressor"),
        ],
    )
    def test_boosting(self, tmp_path, package, model):
        try:
            module = pytest.importorskip(package)
        except OSError as error:  # of LightGBM's wheel, which leaves OpenMP to the system
            pytest.skip(f"{error}: apt-get install libgomp1")
        X, y = np.random.default_rng(0).random((40, 3)), np.tile([0, 1], 20)
        quiet = {"verbose": -1} if package == "lightgbm" else {"verbosity": 0}
        made = getattr(module, model)(n_estimators=3, n_jobs=1, **quiet).fit(X, y)
        joblib.dump(made, tmp_path / "a.joblib")
        joblib.dump(made, tmp_path / "a.joblib.gz", compress=3)
        (tmp_path / "a.pkl").write_bytes(pickle.dumps(made))
        if package == "lightgbm":
            made.booster_.save_model(tmp_path / "a.txt")
        else:
            made.save_model(tmp_path / "a.json")
            made.save_model(tmp_path / "a.ubj")
        assert not_clean(scan_paths([tmp_path])) == []

    def test_distributions_and_interpolations(self, tmp_path):
        import scipy.stats
        from scipy.interpolate import interp1d
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import RandomizedSearchCV

        X, y = np.random.default_rng(0).random((20, 2)), np.tile([0, 1], 10)
        search = RandomizedSearchCV(LogisticRegression(), {"max_iter": scipy.stats.randint(50, 99)}, n_iter=2, cv=2)
        discrete = [
            scipy.stats.poisson(2),
            scipy.stats.binom(3, 0.5),
            scipy.stats.rv_discrete(values=([1, 2], [0.5, 0.5])),
        ]
        kinds = ("linear", "nearest", "previous", "cubic", "slinear")
        models = [search.fit(X, y), *discrete, *(interp1d(range(6), range(6), kind=kind) for kind in kinds)]
        for number, model in enumerate(models):
            joblib.dump(model, tmp_path / f"{number}.joblib")
            for protocol in range(2 if isinstance(model, interp1d) else 0, 6):  # its slots need it
                (tmp_path / f"{number}-{protocol}.pkl").write_bytes(pickle.dumps(model, protocol))
        assert not_clean(scan_paths([tmp_path])) == []


class Calls:
    """What unpickling would call, with what, and the state that the result would get."""

    def __init__(self, *made: object) -> None:
        self.made = made

    def __reduce__(self):
        return self.made

    def __call__(self):
        """Be callable, as pickle asks of what it writes a call of."""


class TestMethods:
    """``getattr`` gives what some genuine objects hold, and leads nowhere else."""

    @staticmethod
    def scanned(value: object) -> list[str]:
        return [
            scan_handle(io.BytesIO(pickle.dumps(value, protocol)), "a").verdict
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ]

    def cases(self):
        import scipy.stats
        from scipy.interpolate import interp1d

        discrete = scipy.stats.poisson
        held = Calls(getattr, (discrete, "_entropy"))
        return {
            "another method": Calls(getattr, (discrete, "rvs")),
            "of the language": Calls(getattr, (discrete, "__class__")),
            "of a continuous one": Calls(getattr, (scipy.stats.norm, "_entropy")),
            "of a class": Calls(getattr, (scipy.stats.rv_discrete, "_entropy")),
            "of a method": Calls(getattr, (held, "_entropy")),
            "with a default": Calls(getattr, (discrete, "_entropy", os.system)),
            "of an interpolation": Calls(getattr, (interp1d, "__init__")),
            "a changed method": Calls(getattr, (discrete, "_entropy"), {"a": 1}),
            "a changed function": Calls(getattr, (interp1d, "_call_linear_np"), {"a": 1}),
            "a called method": Calls(Calls(getattr, (discrete, "_entropy")), ()),
            "vectorised": np.vectorize(print),
            "vectorised by itself": np.vectorize(np.log),
            "alone": getattr,
        }

    def test_are_all_refused(self):
        assert {name: self.scanned(value) for name, value in self.cases().items()} == {
            name: [UNSAFE] * 6 for name in self.cases()
        }


class Watching(pickle.Unpickler):
    """Notes what would be imported, and imports nothing."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.refused: list[str] = []

    def find_class(self, module: str, name: str) -> type:
        if names.kind_of(module, name) == names.REFUSED:
            self.refused.append(f"{module}.{name}")
        return type("Nothing", (), {"__new__": lambda cls, *_, **__: object.__new__(cls)})


def scanned(content: bytes) -> str:
    return scan_handle(io.BytesIO(content), "fuzz").verdict


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
HARMFUL = st.sampled_from([os.system, eval, exec, getattr, subprocess.Popen, __import__, shutil.rmtree, crafted.Touch])
AROUND = st.recursive(
    HARMFUL,
    lambda inner: (
        st.tuples(st.lists(PLAIN, max_size=4), inner, st.lists(PLAIN, max_size=70)).map(
            lambda parts: [*parts[0], parts[1], *parts[2]]
        )
        | st.tuples(st.dictionaries(st.text(max_size=4), PLAIN, max_size=4), inner).map(
            lambda parts: {**parts[0], "last": parts[1]}
        )
        | st.tuples(PLAIN, inner)
    ),
    max_leaves=4,
)
SEEDS = [
    *crafted.payloads(Path("/nowhere/marker")).values(),
    pickle.dumps({"a": [1, 2.0, "b"], "c": np.arange(4), "d": np.dtype("f8")}),
]


def key(name: bytes) -> bytes:
    return b"L" + len(name).to_bytes(8, "big") + name


def ubjson(**entries: bytes) -> bytes:
    entries = {"learner": b"{}", "version": b"[$i#U\x02\x03\x01"} | entries
    return b"{" + b"".join(key(name.encode()) + value for name, value in entries.items()) + b"}"


class TestUbjson:
    @pytest.mark.parametrize(
        "value",
        [
            b"Z", b"T", b"i\x05", b"U\xff", b"I\0\1", b"l\0\0\0\1", b"L" + bytes(8), b"d" + bytes(4), b"D" + bytes(8),
            b"Ca", b"S" + key(b"text"), b"H" + key(b"1e400"), b"[]", b"[NZNTN]", b"[#U\2TF", b"[$S#U\1" + key(b"a"),
            b"[$d#U\2" + bytes(8),
            b"{#U\1" + key(b"a") + b"T", b"{$l#U\1" + key(b"a") + bytes(4), b"[[[{}]]]", b"[$T#L\x7f" + b"\xff" * 7,
        ],
    )  # fmt: skip
    def test_every_type(self, value):
        found = scan_handle(io.BytesIO(ubjson(a=value)), "a.ubj")
        assert (found.verdict, found.kind) == (CLEAN, "ubjson"), found.reasons

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (ubjson()[:-1], "cut short"),
            (ubjson() + b"more", "4 bytes behind its end"),
            (ubjson(a=b"[$d#L\x0f" + bytes(7)), "a claim of"),
            (ubjson(a=b"[$d#L\xff" + bytes(7)), "a negative size"),
            (ubjson(a=b"S" + b"L\x0f" + bytes(7)), "a claim of"),
            (ubjson(a=b"[" * 500), "deeper"),
            (ubjson(a=b"[$[#L\x7f" + b"\xff" * 7), "no UBJSON"),
            (ubjson(a=b"q"), "byte 0x71 is no type"),
            (ubjson(a=b"[$d]"), "a type without a count"),
            (ubjson(a=b"SS"), "a size that is no number"),
            (b"{" + key(b"learner") + b"T" + b"L\0\0\0\0\1\0\0\0" + bytes(1 << 16), "a key of"),
            (ubjson().replace(b"learner", b"pickled"), "no model that is known"),
        ],
        ids=[
            "cut",
            "longer",
            "claim",
            "negative",
            "long text",
            "deep",
            "many",
            "type",
            "no count",
            "size",
            "key",
            "other",
        ],
    )
    def test_what_cannot_be_read(self, content, words):
        found = scan_handle(io.BytesIO(content), "a.ubj")
        assert found.verdict == UNREADABLE
        assert words in found.reasons[0]


class TestFuzz:
    @settings(max_examples=300, deadline=None)
    @given(
        st.binary(max_size=300),
        st.sampled_from([b"", crafted.HEAD, b"PK\x03\x04", b"\x93NUMPY\x01\0", b"\x1f\x8b\x08"]),
    )
    def test_random_bytes_never_raise(self, content, head):
        assert scanned(head + content) in {CLEAN, UNSAFE, UNREADABLE}

    @settings(max_examples=400, deadline=None)
    @given(
        st.sampled_from(SEEDS),
        st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3)), max_size=4),
    )
    def test_a_mutated_pickle_that_is_clean_imports_nothing_else(self, content, changes):
        for place, new, gone in changes:
            at = place % (len(content) + 1)
            content = content[:at] + new + content[at + gone :]
        if scanned(content) == CLEAN:
            watching = Watching(content)
            with contextlib.suppress(Exception):
                watching.load()
            assert watching.refused == []

    @settings(max_examples=200, deadline=None)
    @given(AROUND, st.integers(0, 5))
    def test_a_disallowed_import_is_never_clean(self, value, protocol):
        assert scanned(pickle.dumps(value, protocol)) == UNSAFE

    @settings(max_examples=100, deadline=None)
    @given(AROUND, st.integers(0, 5), st.integers(0, 3000))
    def test_nor_when_cut_short(self, value, protocol, length):
        content = pickle.dumps(value, protocol)
        assert scanned(content[: length % len(content)]) != CLEAN

    @settings(max_examples=100, deadline=None)
    @given(
        st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20),
        st.integers(0, 5),
    )
    def test_plain_values_are_clean(self, value, protocol):
        assert scanned(pickle.dumps(value, protocol)) == CLEAN
