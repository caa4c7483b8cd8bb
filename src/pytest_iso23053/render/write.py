"""Writing a report whole or not at all: an interrupted run must not leave half a report where a whole one was."""

from __future__ import annotations

import os
from pathlib import Path


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
