"""Files: where a source points, and what to say when there is nothing."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.settings.sources import exists
from pytest_iso23053.subjects.wording import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

_POINTERS = {b"version https://git-lfs": "git lfs pull", b"outs:": "dvc pull"}


def existing_file(source: str, rootdir: Path, where: str) -> Path:
    """The file a source names, from the rootdir.

    Raises
    ------
    SubjectError
        It is missing (with the command that fetches it, where only a pointer to it is here), or empty.
    """
    path = rootdir / source
    if not exists(path):
        raise SubjectError(f"{where}: {_missing(path, rootdir)}")
    if path.is_file():
        refuse_pointer(path, where)
    return path


def refuse_pointer(path: Path, where: str) -> None:
    """Raise SubjectError for an empty file, and for one that only says where the content lies."""
    if path.stat().st_size == 0:
        raise SubjectError(f"{where}: {path.name} is empty")
    with path.open("rb") as handle:
        head = handle.read(64)
    command = next((command for start, command in _POINTERS.items() if head.startswith(start)), None)
    if command is not None:
        named = f", and name {path.stem} as the source" if path.suffix == ".dvc" else ""
        raise SubjectError(f"{where}: {path.name} is a pointer to data that are not here; fetch them: {command}{named}")


def files_of(source: str, rootdir: Path, where: str) -> list[Path]:
    """The files of a path, a folder or a glob, in sorted order."""
    if not exists(rootdir / source) and glob.has_magic(source):
        # pathlib's own glob refuses absolute patterns
        names = glob.glob(source, root_dir=rootdir, recursive=True)  # noqa: PTH207
        found = sorted(rootdir / name for name in names)
        if not found:
            raise SubjectError(f"{where}: no file matches {source!r} in {rootdir}")
        return found
    path = existing_file(source, rootdir, where)
    if not path.is_dir():
        return [path]
    inside = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "_")))
    tables = [file for file in inside if file.suffix == ".parquet"] or inside
    if not tables:
        raise SubjectError(f"{where}: the folder {source} holds no file")
    return tables


def _missing(path: Path, rootdir: Path) -> str:
    for tracked in (path, *path.parents):
        if tracked == rootdir or not tracked.name:
            break
        if exists(tracked.with_name(tracked.name + ".dvc")):
            return f"{path.name} is not here, only its DVC pointer {tracked.name}.dvc; fetch it: dvc pull"
    if _is_output_of_dvc(path, rootdir):
        return f"{path.name} is not here; it is an output in dvc.lock: dvc pull, or dvc repro"
    if not exists(path.parent):
        return f"there is no folder {path.parent}; relative paths start at the rootdir {rootdir}"
    names = sorted(entry.name for entry in path.parent.iterdir())[:1000]
    return f"there is no file {path.name} in {path.parent}{did_you_mean(path.name, names)}"


def _is_output_of_dvc(path: Path, rootdir: Path) -> bool:
    lock = rootdir / "dvc.lock"
    try:
        return f"path: {path.relative_to(rootdir).as_posix()}\n" in lock.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
