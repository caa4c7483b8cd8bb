"""Models from files: opened once, hashed, and only then loaded from the very handle that was hashed."""

from __future__ import annotations

import sys
import warnings
from fnmatch import fnmatchcase
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects import containers, provenance
from pytest_iso23053.subjects.digests import digest_of_handle
from pytest_iso23053.subjects.model import Model, checked_predictor
from pytest_iso23053.subjects.pins import verify
from pytest_iso23053.subjects.scan import signatures
from pytest_iso23053.subjects.scan.files import scan_handle
from pytest_iso23053.subjects.scan.job import Job
from pytest_iso23053.subjects.wording import brief, listing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_iso23053.settings.model import ModelSpec

_MOST_REASONS = 5
_OF_A_SCRIPT = (
    "It was written by a script that defined its own classes or functions; move these into a module, and write the "
    "model again"
)
_WAY_OUT = "let a `package.module:factory()` load it and return an object with predict, or a function"
# What the digest pin lets skops build: parts of fitted estimators. None of them runs a command or evaluates text, as
# numpy.testing or numpy.f2py would, and any of them needs the very file that the team pinned.
_PINNED_TYPES = (
    "sklearn.*",
    "numpy.dtype*",
    "numpy.dtypes.*",
    "numpy.random.*",
    "numpy.ma.*",
    "scipy.interpolate.*",
    "scipy.sparse.*",
    "scipy.spatial.*",
    "scipy.special.*",
    "scipy.stats.*",
)


def load_model_file(spec: ModelSpec, path: Path, where: str) -> Model:
    """The model in a skops, joblib or pickle file.

    Raises
    ------
    SubjectError
        The file is of another kind, its digest is not the pinned one, a pickle has no pin, or it cannot be loaded.
    """
    with path.open("rb") as handle:
        kind = containers.kind_of_file(handle, path.name)
        if kind not in {containers.SKOPS, containers.PICKLE}:
            raise SubjectError(f"{where}: {path.name} is a {kind}{_hint(kind)}")
        digest = digest_of_handle(handle)
        if spec.sha256 is not None:
            verify(spec.sha256, path, digest, where)
        signed = _signatures(handle, spec, path, where)
        if kind == containers.SKOPS:
            predictor, notes = _from_skops(handle, spec, digest, where)
        else:
            kind = "joblib" if provenance.is_joblib(handle) else kind
            predictor, notes = _from_pickle(handle, spec, path, digest, where)
    notes = (*notes, *signed)
    return Model(
        checked_predictor(predictor, where), task=spec.task, name=spec.name, sha256=digest, kind=kind, notes=notes
    )


def _signatures(handle: IO[bytes], spec: ModelSpec, path: Path, where: str) -> tuple[str, ...]:
    """What the signatures beside it say of the very handle that is loaded; what does not hold is refused."""
    job = Job()
    signatures.check(job, handle, path, spec.signature)
    if job.findings:
        reasons = "\n".join(f"    {finding}" for finding in job.findings)
        raise SubjectError(f"{where}: {path.name} was not loaded, because of its signature:\n{reasons}")
    return tuple(job.notes)


def _hint(kind: str) -> str:
    if kind == "Git LFS pointer":
        return ", not the model: fetch it with `git lfs pull`"
    if kind == "DVC pointer":
        return ", not the model: fetch it with `dvc pull`, and name the model itself as the source"
    if kind == "ONNX":
        return f" model, which is not supported yet; until then {_WAY_OUT}"
    return f", not a skops, joblib or pickle file; {_WAY_OUT}"


def _from_pickle(
    handle: IO[bytes], spec: ModelSpec, path: Path, digest: str, where: str
) -> tuple[Any, tuple[str, ...]]:
    written = provenance.note_on(provenance.version_in_pickle(handle))
    if spec.sha256 is None:
        raise SubjectError(
            f"{where}: {path.name} is a pickle ({written}). Loading a pickle runs whatever code it holds, so it is "
            "loaded only where its digest is pinned, and it was not loaded. If you trust this very file, write in "
            f'[tool.iso23053.models.{spec.name}]:\n    sha256 = "{digest}"'
        )
    _refuse_unclean(handle, spec, path, where)
    import joblib

    handle.seek(0)
    try:
        with warnings.catch_warnings():
            # The note says it, and a warning would be an error under -W error.
            warnings.filterwarnings("ignore", message="Trying to unpickle estimator")
            predictor = joblib.load(handle)
    except Exception as error:
        raise SubjectError(
            f"{where}: {path.name} ({written}) cannot be loaded: {brief(error)}{_cause(error)}"
        ) from error
    return predictor, (written,)


def _refuse_unclean(handle: IO[bytes], spec: ModelSpec, path: Path, where: str) -> None:
    """Scan the very handle that is loaded afterwards; what is not clean is refused, whatever its digest is."""
    verdict = scan_handle(handle, path.name, allow=spec.allow)
    if verdict.clean:
        return
    packages = {finding.name.partition(".")[0] for finding in verdict.findings if finding.unsafe and finding.name}
    own = sorted(packages - sys.stdlib_module_names - {"?", "__main__"})
    lines = [f"{where}: {path.name} was not loaded, it is {verdict.verdict}:"]
    lines += [f"    {reason}" for reason in verdict.reasons[:_MOST_REASONS]]
    if "__main__" in packages:
        lines.append(_OF_A_SCRIPT)
    elif own:
        admitted = ", ".join(f'"{package}.*"' for package in own)
        lines.append(f"If this is code of your own that you trust, write in [tool.iso23053.models.{spec.name}]:")
        lines.append(f"    allow = [{admitted}]")
    else:
        lines.append(f"Find out where the file comes from; where it must be loaded, {_WAY_OUT}")
    raise SubjectError("\n".join(lines))


def _cause(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return '. Install what is missing, or name its folder in [tool.pytest] pythonpath = ["src"]'
    if isinstance(error, AttributeError) and "__main__" in str(error):
        return f". {_OF_A_SCRIPT}"
    if isinstance(error, AttributeError | ImportError | TypeError | ValueError | KeyError):
        return ". Where the versions differ, install the one that wrote it, or write the model again"
    return ""


def _from_skops(handle: IO[bytes], spec: ModelSpec, digest: str, where: str) -> tuple[Any, tuple[str, ...]]:
    import skops.io

    version = provenance.version_in_skops(handle)
    written = provenance.note_on(version)
    try:
        untrusted = skops.io.get_untrusted_types(file=handle)
    except Exception as error:
        raise SubjectError(f"{where}: the skops file ({written}) cannot be read: {brief(error)}") from error
    _refuse_untrusted(untrusted, spec, digest, where)
    handle.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Trying to unpickle estimator")
            predictor = skops.io.load(handle, trusted=untrusted)
    except Exception as error:
        raise SubjectError(
            f"{where}: the skops file ({written}) cannot be loaded: {brief(error)}{_cause(error)}"
        ) from error
    return predictor, (written,) if version else ()


def _refuse_untrusted(untrusted: Iterable[str], spec: ModelSpec, digest: str, where: str) -> None:
    for pattern in spec.allow:
        if not pattern.split(".")[0].isidentifier():
            raise SubjectError(
                f'{where}: allow = ["{pattern}"] must begin with the name of a package, as "mypackage.*"'
            )
    left = [name for name in untrusted if not _matches(name, spec.allow)]
    if spec.sha256 is not None:
        left = [name for name in left if not _matches(name, _PINNED_TYPES)]
    if not left:
        return
    lines = []
    if pinnable := [name for name in left if _matches(name, _PINNED_TYPES)]:
        lines.append(f'    sha256 = "{digest}"    # admits {listing(pinnable, limit=3, quote=False)}')
    if own := [name for name in left if name not in pinnable]:
        listed = ", ".join(f'"{name}"' for name in [*spec.allow, *own])
        lines.append(f"    allow = [{listed}]")
    raise SubjectError(
        f"{where}: the skops file holds types that skops does not trust: {listing(left, quote=False)}. If you trust "
        f"them, write in [tool.iso23053.models.{spec.name}]:\n" + "\n".join(lines)
    )


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
