"""From a specification in the configuration to the subject; nothing is unpickled or run that nobody asked for."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pandas as pd

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.settings.sources import exists, is_object, is_path
from pytest_iso23053.subjects.dataset import Dataset
from pytest_iso23053.subjects.digests import digest_of_files
from pytest_iso23053.subjects.frames import TARGET, as_frame, is_array_like, with_target
from pytest_iso23053.subjects.locate import existing_file, files_of, refuse_pointer
from pytest_iso23053.subjects.model import Model, checked_predictor
from pytest_iso23053.subjects.model_files import load_model_file
from pytest_iso23053.subjects.pins import verify
from pytest_iso23053.subjects.python_sources import FIXTURE, call, resolve
from pytest_iso23053.subjects.returned import material_of
from pytest_iso23053.subjects.tables import Material, read_file
from pytest_iso23053.subjects.wording import did_you_mean, listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_iso23053.settings.model import DatasetSpec, ModelSpec

    FixtureGetter = Callable[[str], Any]

SKLEARN = "sklearn:"
SKLEARN_SETS = ("breast_cancer", "diabetes", "digits", "iris", "wine")
_NOT_YET = "until then let a `package.module:factory()` return an object with predict, or a function"
_MODELS_TO_COME = {
    "http": "a model behind HTTP is not supported yet",
    "https": "a model behind HTTP is not supported yet",
    "asgi": "a web application is not supported yet",
    "models": "MLflow's registry is not supported yet",
    "runs": "MLflow's runs are not supported yet",
    "mlflow": "MLflow is not supported yet",
    "onnx": "ONNX is not supported yet",
}
_DATA_TO_COME = ("sqlite", "duckdb", "http", "https", "s3", "gs", "postgresql", "mysql")


def load_model(spec: ModelSpec, rootdir: Path, *, fixture: FixtureGetter | None = None) -> Model:
    """The model that a specification names.

    Parameters
    ----------
    spec : ModelSpec
        From the configuration.
    rootdir : Path
        Where relative paths start; the working directory is not looked at.
    fixture : callable, optional
        Gives the value of a fixture by its name, for ``fixture:name``.

    Raises
    ------
    SubjectError
        It cannot be loaded, or may not be: the message says which file or name, why, and the way out.
    """
    where = f"models.{spec.name}"
    source = spec.source
    if is_path(source, rootdir):
        path = existing_file(source, rootdir, where)
        if path.is_dir():
            raise SubjectError(f"{where}: {_folder(path, source)}")
        return load_model_file(spec, path, f"{where} ({source})")
    _refuse_pin(spec, where)
    if source.startswith(FIXTURE):
        return _adopted(_fixture_value(source, fixture, where), spec, "fixture", where)
    if is_object(source):
        found = resolve(source, where)
        if inspect.isfunction(found) and not inspect.signature(found).parameters:
            raise SubjectError(f"{where}: {source} takes no arguments, so it predicts nothing; write {source}()")
        return _adopted(found, spec, "python", where)
    scheme = source.partition(":")[0].lower()
    known = _MODELS_TO_COME.get(scheme, f"there is no kind of source {scheme!r}")
    raise SubjectError(f"{where}: {source!r}: {known}; {_NOT_YET}")


def _refuse_pin(spec: ModelSpec | DatasetSpec, where: str) -> None:
    """A pin that nothing is held against would be a promise with nothing behind it."""
    if spec.sha256 is not None:
        raise SubjectError(f"{where}: sha256 pins a file, and this source is none; take the pin out")


def _adopted(found: Any, spec: ModelSpec, kind: str, where: str) -> Model:
    if isinstance(found, Model):
        return found.configured(spec.name, spec.task)
    return Model(checked_predictor(found, where), task=spec.task, name=spec.name, kind=kind)


def _folder(path: Path, source: str) -> str:
    if exists(path / "MLmodel"):
        return f"{source} is an MLflow model folder: {_MODELS_TO_COME['mlflow']}; {_NOT_YET}"
    return f"{source} is a folder, not a model file; name the file in it, or {_NOT_YET.removeprefix('until then ')}"


def _fixture_value(source: str, fixture: FixtureGetter | None, where: str) -> Any:
    if fixture is None:
        raise SubjectError(f"{where}: {source!r} can only be used in a test run, where fixtures are")
    return fixture(source.removeprefix(FIXTURE))


def load_dataset(spec: DatasetSpec, rootdir: Path, *, fixture: FixtureGetter | None = None) -> Dataset:
    """The data set that a specification names; parameters and errors as for :func:`load_model`.

    ``preprocess`` is given the whole table, the target among its columns, and returns the one that is then described
    by ``target``, ``drop`` and so on. Data from production often lack the target, or columns that are dropped anyway:
    there, and only there, these may be missing, and a note says so.
    """
    where = _where(spec)
    found, digest = _material(spec, rootdir, fixture, where)
    if isinstance(found, Dataset):
        return found.renamed(spec.name, spec.role)
    frame, target = _table(found, spec, where)
    if spec.preprocess is not None:
        # A frame of the user's own module or fixture stays as it is, whatever the function does to its argument.
        frame = _preprocessed(frame.copy() if digest is None else frame, spec.preprocess, where)
    if frame.empty:
        raise SubjectError(f"{where}: no rows" if len(frame.columns) else f"{where}: no columns")
    said, notes = _without_missing(spec, target, frame)
    dataset = Dataset(
        frame,
        **said,
        labels=spec.labels,
        features=spec.features,
        name=spec.name,
        role=spec.role,
        sha256=digest,
        notes=notes,
        where=where,
    )
    dataset.from_array = is_array_like(found.data) and spec.preprocess is None
    return dataset


def load_table(spec: DatasetSpec, rootdir: Path, *, fixture: FixtureGetter | None = None) -> pd.DataFrame:
    """The whole table that ``preprocess`` is given; parameters and errors as for :func:`load_model`."""
    where = _where(spec)
    found = _material(spec, rootdir, fixture, where)[0]
    return found.frame if isinstance(found, Dataset) else _table(found, spec, where)[0].copy()


def _where(spec: DatasetSpec) -> str:
    source = spec.source if isinstance(spec.source, str) else ", ".join(spec.source)
    return f"datasets.{spec.name} ({source})"


def _material(spec: DatasetSpec, rootdir: Path, fixture: FixtureGetter | None, where: str) -> tuple[Any, str | None]:
    """The table, and the digest of the files it came from, if it came from files alone."""
    sources = (spec.source,) if isinstance(spec.source, str) else tuple(spec.source)
    if all(is_path(source, rootdir) for source in sources):
        files = [file for source in sources for file in files_of(source, rootdir, where)]
        digest = digest_of_files(files)
        if spec.sha256 is not None:
            verify(spec.sha256, files[0], digest, where)
    else:
        _refuse_pin(spec, where)
        digest = None
    parts = [_part(source, spec, rootdir, fixture, where) for source in sources]
    if len(parts) == 1:
        return parts[0], digest
    if any(isinstance(part, Dataset) or part.y is not None for part in parts):
        raise SubjectError(f"{where}: a pair is the features and the target; one of them is a whole data set already")
    return Material(parts[0].data, parts[1].data), digest


def _part(source: str, spec: DatasetSpec, rootdir: Path, fixture: FixtureGetter | None, where: str) -> Any:
    if is_path(source, rootdir):
        return _from_files(files_of(source, rootdir, where), spec, where)
    if source.startswith(FIXTURE):
        return material_of(_fixture_value(source, fixture, where), spec.take, where)
    if source.startswith(SKLEARN):
        return _from_sklearn(source.removeprefix(SKLEARN), spec, where)
    scheme = source.partition(":")[0].lower()
    if is_object(source) and scheme not in _DATA_TO_COME:
        found = resolve(source, where)
        if inspect.isroutine(found):
            raise SubjectError(f"{where}: {source} is a function; to call it, write {source}()")
        return material_of(found, spec.take, where)
    known = "is not supported yet" if scheme in _DATA_TO_COME else "is no kind of source"
    raise SubjectError(
        f"{where}: {scheme}: {known}; until then let a `package.module:function()` read it and return the frame"
    )


def _from_files(files: Sequence[Path], spec: DatasetSpec, where: str) -> Material:
    for file in files:
        refuse_pointer(file, where)
    parts = [read_file(file, spec.read, spec.role, where) for file in files]
    if len(parts) == 1:
        return parts[0]
    frames = [as_frame(part.data, where) for part in parts]
    for file, frame in zip(files, frames, strict=True):
        if list(frame.columns) != list(frames[0].columns):
            raise SubjectError(f"{where}: {file.name} and {files[0].name} have different columns")
    return Material(pd.concat(frames, ignore_index=True))


def _from_sklearn(name: str, spec: DatasetSpec, where: str) -> Material:
    if name not in SKLEARN_SETS:
        raise SubjectError(
            f"{where}: there is no sklearn:{name}{did_you_mean(name, SKLEARN_SETS)}; there are {listing(SKLEARN_SETS)}"
        )
    if spec.take is not None:
        raise SubjectError(f"{where}: sklearn:{name} is one data set; leave `take` out")
    from sklearn import datasets

    return Material(getattr(datasets, f"load_{name}")(as_frame=True).frame, None)


def _table(found: Material, spec: DatasetSpec, where: str) -> tuple[pd.DataFrame, str | None]:
    """All columns in one frame, and the name of the target in it."""
    frame = as_frame(found.data, where)
    if found.y is None:
        from_sklearn = isinstance(spec.source, str) and spec.source.startswith(SKLEARN)
        return frame, spec.target or (TARGET if from_sklearn else None)
    return with_target(frame, found.y, spec.target, where)


def _preprocessed(frame: pd.DataFrame, source: str, where: str) -> pd.DataFrame:
    where = f"{where}: preprocess"
    made = call(resolve(source, where), source, where, frame)
    if made is None:
        raise SubjectError(f"{where}: {source!r} returned None; it must return the frame")
    if is_array_like(made):
        raise SubjectError(f"{where}: {source!r} returned a {type(made).__name__}; it must return a frame")
    return as_frame(made, where)


def _without_missing(
    spec: DatasetSpec, target: str | None, frame: pd.DataFrame
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the specification says of columns; of production data, without the columns that are not there."""
    said: dict[str, Any] = {
        "target": target,
        "drop": spec.drop,
        "sensitive": spec.sensitive,
        "positive": spec.positive,
        "id": spec.id,
        "time": spec.time,
    }
    if spec.role != "production":
        return said, ()
    held = {str(column) for column in frame.columns}
    notes = []
    if target is not None and target not in held:
        said["target"] = None
        notes.append(f"{spec.name} has no target column {target!r}: no measure that needs labels can judge it")
    if absent := [column for column in spec.sensitive if column not in held]:
        said["sensitive"] = tuple(column for column in spec.sensitive if column in held)
        notes.append(f"{spec.name} has no sensitive column {listing(absent)}")
    said["drop"] = tuple(column for column in spec.drop if column in held)
    said["id"] = spec.id if spec.id in {*held, frame.index.name} else None
    said["time"] = spec.time if spec.time in held else None
    return said, tuple(notes)
