"""What the model was built with, its record, and how often the test set was asked."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pytest_iso23053 import Dataset, Model, measures
from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.measures.training.dependencies import is_pinned
from pytest_iso23053.settings.load import load_settings
from pytest_iso23053.stats.ranking import delong
from pytest_iso23053.subjects.project import Project
from pytest_iso23053.subjects.provenance import note_on, running_version

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("requirement", "pinned"),
    [
        ("numpy==2.4.6", True),
        ("numpy == 2.4.6", True),
        ("numpy===2.4.6", True),
        ("uvicorn[standard]==0.30.1 ; python_version > '3.11'", True),
        (f"credit @ git+https://example.org/credit.git@{COMMIT}", True),
        ("credit @ https://example.org/credit.whl#sha256=" + "ab" * 32, True),
        ("numpy", False),
        ("numpy>=2", False),
        ("numpy==2.*", False),
        ("numpy~=2.4.6", False),
        ("numpy>=2,==2.4.6", False),
        ("credit @ git+https://example.org/credit.git@main", False),
        ("-e .", False),
    ],
)
def test_what_counts_as_pinned(requirement, pinned):
    assert is_pinned(requirement) is pinned


def test_a_lock_file_settles_it_also_above(tmp_path):
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "services" / "credit"
    inner.mkdir(parents=True)
    (inner / "requirements.txt").write_text("numpy\n")
    assert measures.unpinned_dependencies(inner).value == 1
    (tmp_path / "uv.lock").write_text("")
    locked = measures.unpinned_dependencies(inner)
    assert (locked.value, locked.params["lock"]) == (0, ["uv.lock"])


def test_a_lock_file_of_another_repository_does_not_count(tmp_path):
    (tmp_path / "poetry.lock").write_text("")
    inner = tmp_path / "credit"
    (inner / ".git").mkdir(parents=True)
    with pytest.raises(NotMeasurableError, match="no lock file"):
        measures.unpinned_dependencies(inner)


def test_requirements_in_pips_format(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "# what we need\nnumpy==2.4.6 \\\n    --hash=sha256:00\npandas>=2.2  # soon\n\n-r more.txt\n--index-url https://x\n"
    )
    (tmp_path / "requirements-serving.txt").write_text("flask\n")
    (tmp_path / "requirements-dev.txt").write_text("ruff\n")
    found = measures.unpinned_dependencies(tmp_path)
    assert (found.n, found.params["unpinned"]) == (3, ["flask", "pandas>=2.2"])
    assert (found <= 0).verdict == "not met"


def test_ranges_of_a_package_are_no_environment(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["numpy>=2", "pandas==3.1.1"]\n')
    with pytest.raises(NotMeasurableError, match="no lock file"):
        measures.unpinned_dependencies(tmp_path)


def test_versions_of_writer_and_reader():
    release = ".".join(running_version().split(".")[:2])
    for version, mismatch in ((running_version(), 0), (f"{release}.99", 0), ("0.24.2", 1)):
        model = Model(lambda frame: frame["x"], notes=("something else", note_on(version)))
        measured = measures.artefact_version_mismatch(model)
        assert measured.value == mismatch
        assert (measured <= 0).verdict == ("not met" if mismatch else "met")
    for notes in ((), (note_on(None),)):
        with pytest.raises(NotMeasurableError, match="does not say"):
            measures.artefact_version_mismatch(Model(lambda frame: frame["x"], notes=notes))


def test_vulnerabilities_are_counted_from_either_format(tmp_path):
    packages = [
        {"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]},
        {"name": "b", "version": "2", "vulns": []},
        {"name": "c", "skip_reason": "not on PyPI"},
    ]
    path = tmp_path / "audit.json"
    for content in (packages, {"dependencies": packages, "fixes": []}):
        path.write_text(json.dumps(content))
        found = measures.known_vulnerabilities(Project(tmp_path, audit=path))
        assert (found.value, found.n, found.params["packages"]) == (2, 3, {"a 1": ["CVE-1", "CVE-2"]})


def test_an_audit_that_is_none(tmp_path):
    with pytest.raises(NotMeasurableError, match="no audit is configured"):
        measures.known_vulnerabilities(tmp_path)
    path = tmp_path / "audit.json"
    for text, match in ((None, "is missing"), ("{", "cannot be read as JSON"), ('{"x": 1}', "no list of dependencies")):
        if text is not None:
            path.write_text(text)
        with pytest.raises(SubjectError, match=match):
            measures.known_vulnerabilities(Project(tmp_path, audit=path))


# The training record


def recorded(tmp_path, **settings):
    """A project with an artefact, training data and the record of both."""
    files = {"model.bin": b"the model", "train.csv": b"x,y\n1,0\n"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    record = {
        "artefact": {"file": "model.bin", "sha256": digests["model.bin"]},
        "data": [{"file": "train.csv", "sha256": f"sha256:{digests['train.csv'].upper()}"}],
        "hyperparameters": settings,
    }
    (tmp_path / "TRAINING.json").write_text(json.dumps(record))
    estimator = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=200))
    estimator.fit([[0.0], [1.0]], [0, 1])
    model = Model(estimator, name="credit", sha256=digests["model.bin"])
    train = Dataset(pd.DataFrame({"x": [1], "y": [0]}), target="y", sha256=digests["train.csv"])
    return model, train, Project(tmp_path, records={"credit": tmp_path / "TRAINING.json"})


def test_a_record_that_agrees(tmp_path):
    agreed = measures.training_record_mismatches(*recorded(tmp_path))
    assert (agreed.value, agreed.n) == (0, 2)
    assert (agreed <= 0).verdict == "met"


def test_another_artefact_or_other_rows_than_recorded(tmp_path):
    model, train, project = recorded(tmp_path)
    other = Model(model.predictor, name="credit", sha256="00" * 32)
    found = measures.training_record_mismatches(other, train, project)
    assert found.params["mismatches"] == ["the record does not hold the digest of model 'credit'"]
    rows = Dataset(train.frame, target="y", name="train", sha256="11" * 32)
    found = measures.training_record_mismatches(model, rows, project)
    assert found.params["mismatches"] == ["the record does not hold the digest of the training data 'train'"]
    (tmp_path / "train.csv").write_bytes(b"x,y\n1,1\n")
    found = measures.training_record_mismatches(model, train, project)
    assert found.params["mismatches"] == ["train.csv has another digest than the record"]
    assert (found <= 0).verdict == "not met"


def test_data_made_in_memory_have_no_digest_to_hold_against_it(tmp_path):
    model, train, project = recorded(tmp_path)
    assert measures.training_record_mismatches(model, Dataset(train.frame, target="y"), project).value == 0


def test_a_record_without_digests_or_none(tmp_path):
    model, train, project = recorded(tmp_path)
    project.records["credit"].write_text('{"sha256": 5}')
    with pytest.raises(NotMeasurableError, match="holds no sha256"):
        measures.training_record_mismatches(model, train, project)
    with pytest.raises(NotMeasurableError, match="no training record is configured for model 'credit'"):
        measures.training_record_mismatches(model, train, Project(tmp_path))


def test_hyperparameters_of_the_artefact_are_the_recorded_ones(tmp_path):
    model, _, project = recorded(tmp_path, C=0.5, logisticregression__max_iter=200.0, standardscaler__with_mean=True)
    agreed = measures.hyperparameter_mismatches(model, project)
    assert (agreed.value, agreed.n) == (0, 3)
    model, _, project = recorded(tmp_path, C=1.0, with_mean=1, depth=3)
    found = measures.hyperparameter_mismatches(model, project)
    assert found.params["mismatches"] == {
        "C": "recorded 1.0, found 0.5",
        "with_mean": "recorded 1, found True",
        "depth": "recorded 3, found no such setting",
    }
    model, _, project = recorded(tmp_path)
    with pytest.raises(NotMeasurableError, match="holds no table"):
        measures.hyperparameter_mismatches(model, project)
    bare = Model(lambda frame: frame["x"], name="credit")
    recorded(tmp_path, C=1)
    with pytest.raises(NotMeasurableError, match="shows no hyperparameters"):
        measures.hyperparameter_mismatches(bare, project)


# The test set


def test_half_width_is_delongs():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 200)
    rows = (random.normal(size=200) + labels).reshape(-1, 1)
    model = LogisticRegression().fit(rows, labels)
    found = measures.score_half_width(model, (rows, labels))
    _, variance = delong(labels == 1, model.predict_proba(rows)[:, 1])
    assert found.value == pytest.approx(1.96 * np.sqrt(variance), rel=0.01)
    assert found.exact


def test_small_groups_are_named():
    frame = pd.DataFrame({"x": range(100), "sex": ["f"] * 10 + ["m"] * 90, "y": [0, 1] * 50})
    data = Dataset(frame, target="y", sensitive=["sex"])
    found = measures.score_half_width(lambda rows: rows["x"] / 100, data)
    assert found.params["groups"] == {"sex = f": 10}
    with pytest.raises(NotMeasurableError, match="fewer than two classes"):
        measures.score_half_width(Model(lambda rows: rows["x0"] > 0, task="classification"), ([[1], [2]], [1, 1]))


def test_each_model_is_counted_once_for_each_test_set(tmp_path):
    project = Project(tmp_path, ledger=tmp_path / "new" / "ledger")
    test, other = ([[1.0], [2.0], [3.0]], [0, 1, 0]), ([[1.0], [2.0]], [0, 1])
    models = [Model(lambda frame, cut=cut: frame["x0"] > cut, name=f"cut {cut}") for cut in (0, 1, 2)]
    counts = [measures.evaluated_models(model, test, project).value for model in [*models, *models]]
    assert counts == [1, 2, 3, 3, 3, 3]
    assert measures.evaluated_models(models[0], other, project).value == 1
    files = list((tmp_path / "new" / "ledger").glob("*/*"))
    assert len(files) == 4
    assert {"model", "sha256", "test", "rows", "first"} == set(json.loads(files[0].read_text()))


def test_many_processes_may_write_at_once(tmp_path):
    project = Project(tmp_path, ledger=tmp_path)
    test = ([[float(x)] for x in range(20)], [0, 1] * 10)

    def evaluated(cut):
        return measures.evaluated_models(lambda frame: frame["x0"] > cut % 10, test, project).value

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(evaluated, range(40)))
    assert max(counts) == 10
    assert len(list(tmp_path.glob("*/*"))) == 10


def test_a_ledger_that_cannot_be_written(tmp_path):
    (tmp_path / "ledger").write_text("a file")
    with pytest.raises(SubjectError, match="cannot be written"):
        measures.evaluated_models(
            lambda frame: frame["x0"] > 0, ([[1]], [1]), Project(tmp_path, ledger=tmp_path / "ledger")
        )
    with pytest.raises(NotMeasurableError, match="no ledger is configured"):
        measures.evaluated_models(lambda frame: frame["x0"] > 0, ([[1]], [1]), tmp_path)


def test_the_configuration_says_where_they_lie(tmp_path):
    (tmp_path / "TRAINING.json").write_text("{}")
    (tmp_path / "iso23053.toml").write_text(
        'audit = "audit.json"\nledger = "ledger"\n'
        '[models.credit]\nsource = "fixture:credit"\nrecord = "TRAINING.json"\n'
    )
    settings, _, _ = load_settings(tmp_path)
    project = Project.of(settings)
    assert project == Project(
        tmp_path, tmp_path / "audit.json", {"credit": tmp_path / "TRAINING.json"}, tmp_path / "ledger"
    )
    (tmp_path / "TRAINING.json").unlink()
    with pytest.raises(ValueError, match=r"models\.credit\.record"):
        load_settings(tmp_path)
