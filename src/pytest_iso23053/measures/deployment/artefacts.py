"""What the files that are deployed would do when they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.assurance.errors import NotMeasurableError
from pytest_iso23053.assurance.measurement import Measurement
from pytest_iso23053.measures.registry import measure
from pytest_iso23053.subjects.project import Project
from pytest_iso23053.subjects.scan.files import scan_file, scan_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_iso23053.subjects.scan.verdict import Verdict

NAMED = 10


@measure(
    clause="7.5",
    aspect="packaging",
    unit="files",
    direction="lower",
    basis="N",
    limit="<= 0",
    range=(0.0, None),
    source="MITRE ATLAS AML.T0011.000 (unsafe artefacts)",
    needs=("project",),
    threats=("AML.T0011.000",),
)
def unsafe_artefacts(artefacts: Any, *, allow: Iterable[str] = ()) -> Measurement:
    """Number of model files that would run code, cannot be read whole, or lack the signature that is asked for.

    Nothing is loaded. Every pickle in every container is followed symbol by symbol, and whatever lies outside an
    allow-list of exact names counts (``pytest-iso23053 scan`` shows the same from the shell).

    Parameters
    ----------
    artefacts : Project, path, or iterable of paths
        The files, and folders of files; of a project the files of its models, with the ``allow`` of each.
    allow : iterable of str
        Patterns that admit classes of your own: ``"mypackage.*"``.

    Returns
    -------
    Measurement
        An exact quantity; ``params`` name the first ten files with the first reason of each. A clean file is one in
        which nothing outside the allow-list was found: what a class of scikit-learn's does with hostile numbers is not
        seen.

    Raises
    ------
    NotMeasurableError
        A ValueError: there is no file.

    Examples
    --------
    >>> import os, pathlib, pickle, tempfile
    >>> from pytest_iso23053 import measures
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "model.pkl"
    >>> _ = path.write_bytes(pickle.dumps(os.getcwd))
    >>> measures.unsafe_artefacts(path)
    unsafe_artefacts = 1 (exact), n = 1
    """
    verdicts = list(_verdicts(artefacts, tuple(allow)))
    if not verdicts:
        raise NotMeasurableError("no model of the configuration is a file, so that there is nothing to scan")
    unclean = [verdict for verdict in verdicts if not verdict.clean]
    named = [f"{Path(verdict.path).name}: {verdict.reasons[0]}" for verdict in unclean[:NAMED]]
    return Measurement("", len(unclean), n=len(verdicts), params={"files": named})


def _verdicts(artefacts: Any, allow: tuple[str, ...]) -> Iterator[Verdict]:
    if isinstance(artefacts, Project):
        for name, (path, admitted) in artefacts.artefacts.items():
            yield scan_file(path, allow=(*allow, *admitted), signature=artefacts.signatures.get(name))
    else:
        given = [artefacts] if isinstance(artefacts, str | Path) else artefacts
        yield from scan_paths(map(Path, given), allow=allow)
