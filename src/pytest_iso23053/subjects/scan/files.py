"""Files and folders: opened once, without waiting for a pipe and without leaving the folder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pytest_iso23053.subjects.scan import formats, signatures
from pytest_iso23053.subjects.scan.job import Job, Limits, shown
from pytest_iso23053.subjects.scan.opening import opened
from pytest_iso23053.subjects.scan.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def scan_file(
    path: Path | str,
    *,
    allow: Iterable[str] = (),
    limits: Limits | None = None,
    signature: Mapping[str, Any] | None = None,
) -> Verdict:
    """The verdict on one file; nothing in it is executed, and whatever it holds, no exception leaves from here.

    Parameters
    ----------
    path : path
        The file; a symbolic link to a regular file is followed.
    allow : iterable of str
        Patterns on ``module.name`` that admit a user's own classes: ``mypackage.*``.
    limits : Limits, optional
        What it may cost.
    signature : mapping, optional
        Whose signature it must bear: ``{"key": "team.pub"}``, or ``certificates``, or ``identity``, ``issuer`` and
        ``trust_root``. Without it the digests of signatures beside the file are compared, and no key is asked for.

    Examples
    --------
    >>> import os, pickle, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.pkl")
    ...     with open(path, "wb") as file:
    ...         pickle.dump(os.getcwd, file)
    ...     verdict = scan_file(path)
    >>> verdict.verdict, verdict.findings[0].name
    ('unsafe', 'posix.getcwd')
    """
    try:
        with opened(path) as handle:
            found = scan_handle(handle, str(path), allow=allow, limits=limits)
            return found if signatures.is_signature(Path(path)) else _signed(found, handle, Path(path), signature)
    except OSError as error:
        return _unreadable(str(path), error.strerror or type(error).__name__)


def scan_handle(
    handle: IO[bytes], name: str, *, allow: Iterable[str] = (), limits: Limits | None = None, types_decide: bool = True
) -> Verdict:
    """The verdict on an open file, which is left at its beginning: what is scanned is what is then loaded."""
    size = handle.seek(0, os.SEEK_END)
    job = Job(tuple(allow), (limits or Limits()).of_size(size), formats.scan)
    job.types_decide = types_decide
    try:
        kind = formats.scan(job, handle, name)
    except (OSError, MemoryError, RecursionError) as error:
        kind = "unknown"
        job.unreadable(f"it could not be read: {type(error).__name__}")
    finally:
        handle.seek(0)
    return Verdict(name, tuple(job.findings), tuple(job.notes), kind, job.more)


def _signed(found: Verdict, handle: IO[bytes], path: Path, trust: Mapping[str, Any] | None) -> Verdict:
    job = Job()
    signatures.check(job, handle, path, trust)
    return replace(found, findings=(*found.findings, *job.findings), notes=(*found.notes, *job.notes))


def _unreadable(path: str, reason: str) -> Verdict:
    return Verdict(path, (Finding(shown(reason), unsafe=False),))


def scan_paths(
    paths: Iterable[Path], *, allow: Iterable[str] = (), signature: Mapping[str, Any] | None = None
) -> Iterator[Verdict]:
    """Yield the verdicts on files, and on all files in folders, in sorted order."""
    patterns = tuple(allow)
    for path in paths:
        if not path.is_dir():
            yield scan_file(path, allow=patterns, signature=signature)
            continue
        root = path.resolve()
        for file in walk(path):
            if (reason := _leads_out(file, root)) is not None:
                yield _unreadable(str(file), reason)
            else:
                yield scan_file(file, allow=patterns, signature=signature)


def walk(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder; links to folders are files here, and so no loop is walked."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))
        else:
            yield Path(entry.path)


def _leads_out(path: Path, root: Path) -> str | None:
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a symbolic link that leads nowhere, or in a circle"
    if not target.is_relative_to(root):
        return "a symbolic link that leads out of the folder"
    return "a symbolic link to a folder" if target.is_dir() else None
