"""What a ``source`` is, and whether the file it names is there; nothing is loaded, and no code is run."""

from __future__ import annotations

import glob
import hashlib
import re
import zipfile
from typing import TYPE_CHECKING

from pytest_iso23053.settings.mistakes import did_you_mean, shown

if TYPE_CHECKING:
    from pathlib import Path

# Everything with a colon behind a word is no file name, but a Windows drive is: what of it can be loaded is known where
# it is loaded, and pytest_iso23053_load_model and _load_dataset of other plugins may know schemes of their own.
_SCHEME = re.compile(r"[A-Za-z]:[^\\/]|[A-Za-z_][\w.+-]+:.")
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.\w+)*:[A-Za-z_][\w.]*(\(\))?")
_PICKLE_MAGIC = re.compile(rb"\x80[\x02-\x05]")
_COMPRESSED_MAGIC = re.compile(  # gzip, bzip2, xz, lzma, zstandard, lz4, zlib: what joblib compresses with
    rb"\x1f\x8b|BZh|\xfd7zXZ|\x5d\x00\x00|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x78[\x01\x5e\x9c\xda]"
)
_PICKLE_NAME = re.compile(r"\.(pkl|pickle|p|joblib|sav)(\.(gz|bz2|xz|lzma|z|zst|lz4))?$", re.IGNORECASE)
_LFS_POINTER = b"version https://git-lfs"
_GLOB = re.compile(r"[*?\[]")


def is_path(source: str, rootdir: Path) -> bool:
    """Tell a file or folder from an object of the user's code, a fixture or another scheme."""
    return not _SCHEME.match(source) or exists(rootdir / source)


def is_object(source: str) -> bool:
    """Tell ``package.module:attribute``, ``fixture:name`` and ``sklearn:name``, which are objects and no files."""
    return _OBJECT.fullmatch(source) is not None


def portable(source: str, rootdir: Path) -> str:
    r"""Let ``models\credit.skops`` name the same file on every system."""
    if "\\" in source and is_path(source, rootdir) and not exists(rootdir / source):
        return source.replace("\\", "/")
    return source


def missing_file(source: str, rootdir: Path) -> str | None:
    """Say what is wrong with a path source whose file does not exist, or None; a DVC pointer stands for its data."""
    path = rootdir / source
    if exists(path) or _kept_by_dvc(path, rootdir) or _matches(source, rootdir):
        return None
    if _GLOB.search(source):
        return f"no file matches {shown(source)}, looked for in {rootdir}; correct the pattern"
    here = exists(path.parent) and path.parent.is_dir()
    near = did_you_mean(path.name, _names(path.parent)) if here else ""
    where = path.parent if here else f"{path.parent}, a folder that does not exist"
    hint = ", and an object of your code is written package.module:attribute" if "/" not in source else ""
    return (
        f"there is no {shown(path.name)} in {where}{near}"
        f"{'' if near else '; correct the path (it starts at the rootdir)' + hint + ', or create the file first'}"
    )


def is_pickle_based(path: Path) -> bool:
    """Tell whether loading the file would unpickle it, by its content and else by its name.

    A skops file is a zip archive with a ``schema.json``; a zip archive that holds a pickle is none the less one. What
    only points to a file that is elsewhere is no pickle yet, and a digest of the pointer would pin nothing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(32)
    except OSError:
        return False
    if not head or head.startswith(_LFS_POINTER):
        return False
    if members := members_of_archive(path):
        return any(_PICKLE_NAME.search(name) for name in members)
    return bool(_PICKLE_MAGIC.match(head) or _COMPRESSED_MAGIC.match(head) or _PICKLE_NAME.search(path.name))


def members_of_archive(path: Path) -> frozenset[str]:
    """Return the names in a zip archive (skops, npz and PyTorch files are such); of any other file, none."""
    try:
        if not zipfile.is_zipfile(path):
            return frozenset()
        with zipfile.ZipFile(path) as archive:
            return frozenset(archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return frozenset()


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a file as ``sha256sum`` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def exists(path: Path) -> bool:
    """Like ``Path.exists``, and False for what cannot be a path (a null byte, a name that is too long)."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def real_path(path: Path) -> Path:
    """Return the file that a path leads to, through links; a path that cannot be one stays as it is."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _kept_by_dvc(path: Path, rootdir: Path) -> bool:
    """Tell whether the file, or a folder around it, has a pointer beside it or is an output in ``dvc.lock``."""
    inside = [inner for inner in (path, *path.parents) if rootdir in inner.parents]
    if any(exists(inner.with_name(f"{inner.name}.dvc")) for inner in inside or [path] if inner.name):
        return True
    try:
        lock = (rootdir / "dvc.lock").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return any(f"path: {inner.relative_to(rootdir).as_posix()}\n" in lock for inner in inside)


def _matches(source: str, rootdir: Path) -> bool:
    if not _GLOB.search(source):
        return False
    try:
        return any(glob.iglob(source, root_dir=rootdir, recursive=True))  # noqa: PTH207 - takes absolute patterns
    except (OSError, ValueError, re.error):
        return False


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())[:1000]
    except OSError:
        return []
