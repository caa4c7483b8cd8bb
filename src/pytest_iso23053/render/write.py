"""Writing a report whole or not at all: an interrupted run must not leave half a report where a whole one was."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = '<meta name="generator" content="pytest-iso23053'  # near the start of every page that we write
_ASSET = re.compile(r"iso23053-([0-9a-f]{16})\.(?:css|js)")
_LARGEST_ASSET = 1_000_000
_HEAD = 4_000


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 beside ``path``, then put it in its place; folders that are missing are made.

    Raises
    ------
    OSError
        With what went wrong and the path; what was at ``path`` before is still there.
    """
    # A link is followed, so that what it points to is replaced and not the link.
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "Is a directory; name a file in it")
        if target.exists() and not target.is_file():
            # A pipe or a device, such as /dev/stdout, is written to; replacing it would take it away from everybody.
            target.write_bytes(_encoded(text))
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, _encoded(text))
    except OSError as error:
        raise OSError(error.errno, f"cannot write the report: {error.strerror or error}", str(path)) from error


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a page with the files it asks for; the page comes last in ``files``.

    A reader finds the old page or the new one, each with its own files, at any moment: they bear names of their own,
    and those that no page asks for any more are taken away at the end. Only what is ours is replaced or taken away.

    Raises
    ------
    OSError
        With what went wrong and the path; the page that was there before is still there.
    """
    target = Path(os.path.realpath(folder))
    *assets, page = files
    try:
        target.mkdir(parents=True, exist_ok=True)
        if (target / page).exists() and not _is_our_page(target / page):
            raise FileExistsError(17, f"{page} there is no report of ours; name a folder of its own")
        for name in (*assets, page):
            _replace(target / name, _encoded(files[name]))
        for path in target.iterdir():
            if path.name not in files and _is_our_asset(path):
                path.unlink()
    except OSError as error:
        raise OSError(error.errno, f"cannot write the report: {error.strerror or error}", str(folder)) from error


def _is_our_page(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return OURS.encode() in file.read(_HEAD)


def _is_our_asset(path: Path) -> bool:
    """Tell whether a file's name is the digest of what it holds, as no other file's is."""
    named = _ASSET.fullmatch(path.name)
    if named is None or path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_ASSET:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest().startswith(named[1])


def _replace(target: Path, content: bytes) -> None:
    # A short name of its own: the target's may already be as long as the file system allows.
    aside = target.parent / f".iso23053-{os.urandom(6).hex()}.tmp"
    try:
        # "x" fails where something is already there, and unlike tempfile leaves the permissions to the umask.
        with aside.open("xb") as file:
            file.write(content)
        os.replace(aside, target)  # noqa: PTH105 - Path.replace returns a path and does the same
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _encoded(text: str) -> bytes:
    # Renderers escape lone surrogates; one that forgot must not cost the run its report.
    return text.encode("utf-8", "backslashreplace")
