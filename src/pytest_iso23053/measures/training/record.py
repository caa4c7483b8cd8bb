"""Is what was evaluated what was trained? The training record says what came out, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.cases import role_of
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.dataset import as_dataset
from pytest_iso23053.subjects.digests import digest_of_handle
from pytest_iso23053.subjects.model import as_model
from pytest_iso23053.subjects.project import as_project, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_iso23053.subjects.model import Model
    from pytest_iso23053.subjects.project import Project

NAMED = 10
FILE_KEYS = ("file", "path", "name", "source")
SETTING_KEYS = ("hyperparameters", "parameters", "params")


@measure(
    clause="7.4",
    boundary=("7.3", "7.4"),
    unit="entries",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="SLSA provenance; Torres-Arias et al. 2019 (in-toto)",
    needs=("model", "train", "project", "record"),
    threats=("ML06", "AML.T0010"),
)
def training_record_mismatches(model: Any, train: Any, project: Any) -> Measurement:
    """Number of digests in the training record that are not those of the artefact and the data under test.

    The record of the training is written when it ends. What is evaluated later is the same artefact, from the same
    rows, if their digests still stand in it.

    Parameters
    ----------
    model : Model
        The artefact under test; one loaded from a file has its digest.
    train : Dataset
        The training data, as configured.
    project : Project
        With the model's training record: a JSON file of any shape, in which each ``sha256`` stands beside the ``file``
        that it is of, relative to the record or to the project.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name what does not agree. Counted are recorded files with another digest now, and
        an artefact or training file whose digest the record does not hold. Its n is the number of digests compared.

    Raises
    ------
    NotMeasurableError
        A ValueError: no record is configured for the model, or it holds no digest.
    SubjectError
        The record is missing, or no JSON.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from pytest_iso23053 import Model, measures
    >>> from pytest_iso23053.subjects.project import Project
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "TRAINING.json"
    >>> _ = file.write_text('{"artefact": {"sha256": "' + "ab" * 32 + '"}}')
    >>> other = Model(lambda frame: frame["x0"], name="credit", sha256="cd" * 32)
    >>> record = Project(file.parent, records={"credit": file})
    >>> measures.training_record_mismatches(other, [[1]], record).params["mismatches"]
    ["the record does not hold the digest of model 'credit'"]
    """
    held, known, where = as_model(model), as_dataset(train), as_project(project)
    path, content = _record(held, where)
    entries = list(_digests(content))
    if not entries:
        raise NotMeasurableError(f"{path} holds no sha256 of anything")
    wrong = []
    for name, digest in entries:
        file = _found(name, path.parent, where.root)
        if file is not None and _digest(file) != digest:
            wrong.append(f"{name} has another digest than the record")
    recorded = {digest for _, digest in entries}
    if held.sha256 is not None and held.sha256.lower() not in recorded:
        wrong.append(f"the record does not hold the digest of model {held.name!r}")
    if known.from_file and len(entries) > 1 and known.sha256.lower() not in recorded:
        wrong.append(f"the record does not hold the digest of the training data {known.name!r}")
    return Measurement(
        "",
        len(wrong),
        n=len(entries),
        params={"record": path.name, "mismatches": wrong[:NAMED]},
        subjects=(held.name, known.name),
        roles=("model", role_of(known)),
    )


@measure(
    clause="7.3",
    aspect="hyperparameters",
    unit="settings",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="Pineau et al. 2021 (reproducibility checklist); Mitchell et al. 2019 (model cards)",
    needs=("model", "project", "record"),
)
def hyperparameter_mismatches(model: Any, project: Any) -> Measurement:
    """Number of recorded hyperparameters that the artefact does not have.

    Parameters
    ----------
    model : Model
        A scikit-learn estimator.
    project : Project
        With the model's training record: a JSON file that holds a table ``hyperparameters``. A name may leave out the
        steps before it: ``C`` for ``regression__C``.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name each setting with what is recorded and what is there. Why a value was chosen,
        and after which search, no file of this kind can show.

    Raises
    ------
    NotMeasurableError
        A ValueError: no record is configured, it holds no hyperparameters, or the model shows none.
    SubjectError
        The record is missing, or no JSON.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from sklearn.linear_model import LogisticRegression
    >>> from pytest_iso23053 import Model, measures
    >>> from pytest_iso23053.subjects.project import Project
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "TRAINING.json"
    >>> _ = file.write_text('{"hyperparameters": {"C": 0.5}}')
    >>> credit = Model(LogisticRegression().fit([[0], [1]], [0, 1]), name="credit")
    >>> measures.hyperparameter_mismatches(credit, Project(file.parent, records={"credit": file})).params["mismatches"]
    {'C': 'recorded 0.5, found 1.0'}
    """
    held, where = as_model(model), as_project(project)
    path, content = _record(held, where)
    recorded = next((content[key] for key in SETTING_KEYS if isinstance(content, dict) and key in content), None)
    if not isinstance(recorded, dict) or not recorded:
        raise NotMeasurableError(f'{path} holds no table "hyperparameters"')
    if not hasattr(held.predictor, "get_params"):
        raise NotMeasurableError(f"model {held.name!r} is a {held.estimator}, which shows no hyperparameters")
    given = held.predictor.get_params(deep=True)
    wrong = {}
    for name, value in recorded.items():
        there = [found for key, found in given.items() if key == name or key.endswith(f"__{name}")]
        if not any(_is_equal(found, value) for found in there):
            shown = ", ".join(sorted({repr(found)[:40] for found in there})) or "no such setting"
            wrong[str(name)] = f"recorded {value!r}, found {shown}"
    params = {"record": path.name, "mismatches": dict(list(wrong.items())[:NAMED])}
    return Measurement("", len(wrong), n=len(recorded), params=params, subjects=(held.name,), roles=("model",))


def _record(model: Model, project: Project) -> tuple[Path, Any]:
    path = project.records.get(model.name)
    if path is None:
        raise NotMeasurableError(f'no training record is configured for model {model.name!r}; write record = "…json"')
    return path, read_json(path, f"the training record of model {model.name!r}")


def _digests(content: Any) -> Iterator[tuple[str, str]]:
    """Each recorded digest with the name of the file that it is of, or nothing for a name."""
    if isinstance(content, dict):
        digest = content.get("sha256")
        if isinstance(digest, str):
            name = next((content[key] for key in FILE_KEYS if isinstance(content.get(key), str)), "")
            yield name, digest.removeprefix("sha256:").lower()
        for value in content.values():
            yield from _digests(value)
    elif isinstance(content, list):
        for value in content:
            yield from _digests(value)


def _found(name: str, *folders: Path) -> Path | None:
    return next((folder / name for folder in folders if name and (folder / name).is_file()), None)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return digest_of_handle(handle)


def _is_equal(found: Any, recorded: Any) -> bool:
    """Whether a setting is the recorded one; JSON knows neither tuples nor types of numbers."""
    if isinstance(found, list | tuple):
        return bool(list(found) == recorded)
    comparable = type(found) is type(recorded) or _numbers(found, recorded)
    return found is recorded or bool(comparable and found == recorded)


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
