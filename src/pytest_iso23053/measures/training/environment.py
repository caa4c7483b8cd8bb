"""What the model was built with: pinned, the same as now, and without known holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import NotMeasurableError, SubjectError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.measures.training.dependencies import is_pinned, lock_files, requirements
from pytest_iso23053.subjects.model import as_model
from pytest_iso23053.subjects.project import as_project, read_json
from pytest_iso23053.subjects.provenance import running_version, writer_in_notes

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = 10
COUNT = (0.0, None)


@measure(
    clause="7.3",
    aspect="environment",
    unit="packages",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=COUNT,
    source="SLSA; PEP 751 (lock files); Pineau et al. 2021 (reproducibility checklist)",
    needs=("project",),
)
def unpinned_dependencies(project: Any) -> Measurement:
    """Number of dependencies of which not one version alone is allowed; 0 where there is a lock file.

    Parameters
    ----------
    project : Project or path
        The folder of the project. A lock file of uv, poetry, pdm, pipenv, pixi, conda-lock or PEP 751 settles it, also
        one higher up in the same repository; else the ``requirements*.txt`` are read, but for those of tests,
        documentation and development.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name the lock file, or the first ten that are not pinned. Whether the lock file
        was used is not seen, nor what lies beneath a pinned requirement.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no such file. The ranges of a ``pyproject.toml`` say what a package can live with, and
        not what the model was trained with.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from pytest_iso23053 import measures
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "requirements.txt").write_text("pandas>=2.2")
    >>> measures.unpinned_dependencies(folder).params["unpinned"]
    ['pandas>=2.2']
    """
    root = as_project(project).root
    locks = lock_files(root)
    if locks:
        return Measurement("", 0, n=len(locks), params={"lock": locks[:NAMED]})
    where, listed = requirements(root)
    if not listed:
        raise NotMeasurableError(
            f"{root} has no lock file (uv.lock, poetry.lock, pylock.toml, …) and no requirements*.txt, so that nothing "
            "says which versions the model was trained with"
        )
    loose = [each for each in listed if not is_pinned(each)]
    return Measurement("", len(loose), n=len(listed), params={"file": where, "unpinned": loose[:NAMED]})


@measure(
    clause="7.3",
    aspect="environment",
    unit="packages",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=COUNT,
    source="scikit-learn's model persistence: a model is supported only in the version that wrote it",
    needs=("model",),
)
def artefact_version_mismatch(model: Any) -> Measurement:
    """Whether another release of scikit-learn runs the artefact than wrote it: 1 if so, else 0.

    Parameters
    ----------
    model : Model
        One loaded from a file, which says who wrote it.

    Returns
    -------
    Measurement
        An exact quantity. Releases are compared (1.8 and 1.9); of a bug fix (1.9.0 and 1.9.1) ``params`` tell.

    Raises
    ------
    NotMeasurableError
        A ValueError: the model did not come from a file, or the file does not say.

    Examples
    --------
    >>> from pytest_iso23053 import Model, measures
    >>> old = Model(lambda frame: frame["x0"], notes=("written by scikit-learn 0.24.2, running 1.9.1",))
    >>> measures.artefact_version_mismatch(old).value
    1.0
    """
    held = as_model(model)
    written = writer_in_notes(held.notes)
    if written is None:
        raise NotMeasurableError(f"model {held.name!r} does not say which scikit-learn wrote it")
    running = running_version()
    differs = written.split(".")[:2] != running.split(".")[:2]
    params = {"written by": written, "running": running}
    return Measurement("", int(differs), n=1, params=params, subjects=(held.name,), roles=("model",))


@measure(
    clause="7.3",
    aspect="supply-chain",
    unit="vulnerabilities",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=COUNT,
    source="OSV and PyPI advisories, as pip-audit reports them",
    needs=("project", "audit"),
    threats=("ML06", "AML.T0010"),
)
def known_vulnerabilities(project: Any) -> Measurement:
    """Number of known vulnerabilities that a local pip-audit report lists for the packages in use.

    Parameters
    ----------
    project : Project
        With ``audit``, the file that ``pip-audit --format json --output FILE`` wrote. Nothing is looked up here.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name up to ten packages with their advisories, and n is the number of packages
        looked at. It knows no severity, and is as old as the file.

    Raises
    ------
    NotMeasurableError
        A ValueError: no report is configured.
    SubjectError
        The file is missing, or no such report.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from pytest_iso23053 import measures
    >>> from pytest_iso23053.subjects.project import Project
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "audit.json"
    >>> _ = file.write_text('{"dependencies": [{"name": "jinja2", "version": "2.4", "vulns": [{"id": "PYSEC-1"}]}]}')
    >>> measures.known_vulnerabilities(Project(file.parent, audit=file)).params["packages"]
    {'jinja2 2.4': ['PYSEC-1']}
    """
    path = as_project(project).audit
    if path is None:
        raise NotMeasurableError('no audit is configured; write audit = "pip-audit.json"')
    given = read_json(path, "the audit")
    listed = given.get("dependencies") if isinstance(given, dict) else given
    if not isinstance(listed, list):
        raise SubjectError(f"the audit {path} holds no list of dependencies; write it with pip-audit --format json")
    found = {name: ids for name, ids in _vulnerable(listed) if ids}
    params = {"packages": dict(list(found.items())[:NAMED])}
    return Measurement("", sum(map(len, found.values())), n=len(listed), params=params)


def _vulnerable(listed: list[Any]) -> Iterator[tuple[str, list[str]]]:
    for each in listed:
        if isinstance(each, dict):
            holes = each.get("vulns") or []
            ids = [str(hole.get("id", "?")) for hole in holes if isinstance(hole, dict)]
            yield f"{each.get('name', '?')} {each.get('version', '')}".strip(), ids
